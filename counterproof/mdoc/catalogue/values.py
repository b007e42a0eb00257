"""From what a person or a program wrote in JSON or CSV to the value that CBOR carries; strict."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from counterproof.mdoc import typed
from counterproof.mdoc.catalogue.model import Element, Kind
from counterproof.mdoc.cbor import FullDate, TDate
from counterproof.mdoc.errors import Fact, MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable

_UINT = re.compile(r"0|[1-9][0-9]{0,18}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SEXES = {0, 1, 2, 9}
"""ISO/IEC 5218: not known, male, female, not applicable."""

_JPEG = b"\xff\xd8\xff"
_JPEG_2000 = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")

_JOINERS = "\u200c\u200d"
"""Zero-width joiners, without which Hindi and Persian names are misspelt."""


class _DrivingCode(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A restriction or condition (ISO/IEC 18013-5, 7.2.4)."""

    code: str
    sign: str = ""
    value: str = ""


class _DrivingPrivilege(msgspec.Struct, forbid_unknown_fields=True):
    """One category that a person may drive (ISO/IEC 18013-5, 7.2.4)."""

    vehicle_category_code: str
    issue_date: str = ""
    expiry_date: str = ""
    codes: tuple[_DrivingCode, ...] = ()


def to_cbor_value(element: Element, json_value: object) -> Any:
    """Return the CBOR value of what was written for `element`.

    Text stays `str` (in NFC), dates become `FullDate` or `TDate`, pictures and bytes are read from base64
    (or taken as `bytes`), and a cell of a CSV file may spell a truth value, a number or driving privileges
    (as JSON). Raises MalformedError `catalogue.value-*` with `element` and limits, never with the value.
    """
    return _CONVERTERS[element.kind](element, json_value)


def _refuse(what: str, element: Element, **facts: Fact) -> NoReturn:
    raise MalformedError(f"catalogue.value-{what}", element=element.identifier, **facts) from None


def _text(element: Element, value: object) -> str:
    if not isinstance(value, str):
        _refuse("type", element, expected="text")
    if len(value) > element.max_length:
        _refuse("length", element, most=element.max_length, length=len(value))
    if not value or value != value.strip():
        _refuse("spaces", element)
    if value.isascii() and value.isprintable():
        return value
    for position, character in enumerate(value, 1):
        # Cc, Cf, Cs, Co, Cn, Zl, Zp: control, bidi and invisible characters, halves, unassigned ones
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and (
            character not in _JOINERS
        ):
            _refuse("characters", element, position=position, charset=element.charset)
    text = unicodedata.normalize("NFC", value)
    if element.charset == "latin-1" and not text.isascii():
        try:
            text.encode("latin-1")
        except UnicodeEncodeError as error:
            _refuse("characters", element, position=error.start + 1, charset="latin-1")
    return text


def _bool(element: Element, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    _refuse("type", element, expected="true or false")


def _uint(element: Element, value: object) -> int:
    if isinstance(value, str) and _UINT.fullmatch(value):
        value = int(value)
    if type(value) is not int:
        _refuse("type", element, expected="whole number")
    if not element.minimum <= value <= element.maximum:
        _refuse("range", element, least=element.minimum, most=element.maximum)
    return value


def _full_date(element: Element, value: object) -> FullDate:
    if not isinstance(value, str):
        _refuse("type", element, expected="YYYY-MM-DD")
    full_date = FullDate(value)
    try:
        full_date.to_date()
    except MalformedError:
        _refuse("date", element, expected="YYYY-MM-DD")
    return full_date


def _date_time(element: Element, value: object) -> TDate:
    if not isinstance(value, str):
        _refuse("type", element, expected="YYYY-MM-DDThh:mm:ssZ")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        _refuse("date", element, expected="YYYY-MM-DDThh:mm:ssZ")
    return TDate.of(at)


def _bytes(element: Element, value: object) -> bytes:
    if isinstance(value, str):
        try:
            value = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            _refuse("base64", element)
    if not isinstance(value, bytes):
        _refuse("type", element, expected="base64")
    if not 1 <= len(value) <= element.max_length:
        _refuse("length", element, most=element.max_length, length=len(value))
    return value


def _portrait(element: Element, value: object) -> bytes:
    """ISO/IEC 18013-5, 7.2.2 and 7.2.8: JPEG or JPEG 2000, told apart by their first bytes."""
    picture = _bytes(element, value)
    if not picture.startswith((_JPEG, *_JPEG_2000)):
        _refuse("picture", element)
    return picture


def _country(element: Element, value: object) -> str:
    if not isinstance(value, str):
        _refuse("type", element, expected="text")
    if not _COUNTRY.fullmatch(value):
        _refuse("country", element)
    return value


def _sex(element: Element, value: object) -> int:
    if isinstance(value, str) and _UINT.fullmatch(value):
        value = int(value)
    if type(value) is not int:
        _refuse("type", element, expected="whole number")
    if value not in _SEXES:
        _refuse("code", element, allowed="0, 1, 2, 9")
    return value


def _code(element: Element, value: object) -> str:
    if not isinstance(value, str):
        _refuse("type", element, expected="text")
    if value not in element.codes:
        _refuse("code", element, allowed=", ".join(element.codes))
    return value


def _driving_privileges(element: Element, value: object) -> list[dict[str, Any]]:
    try:
        if isinstance(value, str):
            privileges = typed.from_json(value, tuple[_DrivingPrivilege, ...])
        else:
            privileges = typed.convert(value, tuple[_DrivingPrivilege, ...])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        _refuse("privileges", element)
    if not privileges:
        _refuse("privileges", element)
    return [_privilege(element, privilege) for privilege in privileges]


def _privilege(element: Element, privilege: _DrivingPrivilege) -> dict[str, Any]:
    made: dict[str, Any] = {"vehicle_category_code": _text(element, privilege.vehicle_category_code)}
    if privilege.issue_date:
        made["issue_date"] = _full_date(element, privilege.issue_date)
    if privilege.expiry_date:
        made["expiry_date"] = _full_date(element, privilege.expiry_date)
    if privilege.codes:
        made["codes"] = [_driving_code(element, code) for code in privilege.codes]
    return made


def _driving_code(element: Element, code: _DrivingCode) -> dict[str, str]:
    parts = {"code": code.code, "sign": code.sign, "value": code.value}
    return {name: _text(element, part) for name, part in parts.items() if part or name == "code"}


_CONVERTERS: dict[Kind, Callable[[Element, object], Any]] = {
    Kind.TEXT: _text,
    Kind.BOOL: _bool,
    Kind.UINT: _uint,
    Kind.FULL_DATE: _full_date,
    Kind.DATE_TIME: _date_time,
    Kind.PORTRAIT: _portrait,
    Kind.BYTES: _bytes,
    Kind.COUNTRY: _country,
    Kind.SEX: _sex,
    Kind.AGE_OVER: _bool,
    Kind.DRIVING_PRIVILEGES: _driving_privileges,
    Kind.CODE: _code,
}
