"""The elements of one credential: what the subject's data gave, and what follows from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.catalogue.ages import age_in_years, derive_age_over
from counterproof.mdoc.catalogue.model import AGE_OVER, CredentialType, Element, Filling, Kind
from counterproof.mdoc.catalogue.values import to_cbor_value
from counterproof.mdoc.cbor import FullDate, TDate
from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


def complete(
    credential_type: CredentialType,
    given: Mapping[str, Mapping[str, Any]],
    inputs: Mapping[str, Any],
    *,
    agency_name: str,
    agency_country: str,
    at: datetime,
) -> dict[str, dict[str, Any]]:
    """Return namespace -> identifier -> CBOR value, in the type's order, gaps filled.

    `given` and `inputs` hold CBOR values (`to_cbor_value`); `at` is the time of issue. A given value is
    never replaced. Raises UsageError `catalogue.element-missing` (`element`) where a required element
    stays empty, `catalogue.birth-date-future` where the birth date lies after `at`.
    """
    born = _birth_date(given, inputs)
    if born is not None and born > at.date():
        raise UsageError("catalogue.birth-date-future", element="birth_date")
    made: dict[str, dict[str, Any]] = {}
    for namespace, elements in credential_type.namespaces.items():
        values = {}
        for element in elements:
            value = given.get(namespace, {}).get(element.identifier)
            if value is None:
                value = _fill(element, born, agency_name, agency_country, at)
            if value is not None:
                values[element.identifier] = value
            elif element.required:
                raise UsageError("catalogue.element-missing", element=element.identifier)
        made[namespace] = values
    return made


def _birth_date(given: Mapping[str, Mapping[str, Any]], inputs: Mapping[str, Any]) -> date | None:
    for values in (inputs, *given.values()):
        value = values.get("birth_date")
        if isinstance(value, FullDate):
            return value.to_date()
    return None


def _fill(element: Element, born: date | None, name: str, country: str, at: datetime) -> Any:
    if element.filled_by is Filling.AGENCY_NAME:
        return to_cbor_value(element, name)
    if element.filled_by is Filling.AGENCY_COUNTRY:
        return to_cbor_value(element, country)
    if element.filled_by is Filling.ISSUE_DATE:
        return TDate.of(at) if element.kind is Kind.DATE_TIME else FullDate.of(at.date())
    if element.filled_by is Filling.BIRTH_DATE and born is not None:
        return _from_birth_date(element.identifier, born, at.date())
    return None


def _from_birth_date(identifier: str, born: date, on: date) -> bool | int:
    match = AGE_OVER.fullmatch(identifier)
    if match is not None:
        return derive_age_over(born, on, [int(match[1])])[identifier]
    return age_in_years(born, on) if identifier == "age_in_years" else born.year
