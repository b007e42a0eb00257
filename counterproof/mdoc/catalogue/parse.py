"""A credential type from a mapping (of a TOML file), or a refusal that names the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import msgspec

from counterproof.mdoc import typed
from counterproof.mdoc.catalogue.model import (
    FALLBACK_LANGUAGE,
    CredentialType,
    Display,
    Element,
    Filling,
    Kind,
    Texts,
    at_age,
)
from counterproof.mdoc.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ICON = re.compile(r"[a-z][a-z0-9-]{0,31}")
_AGES = "age_over_NN"

_MDL = "org.iso.18013.5.1.mDL"
_MAX_NAMESPACES = 8
_MAX_ELEMENTS = 128
_MAX_TEXT = 120
_MAX_VALUE = 65_536
_MAX_AGE = 99
_MIN_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: the least contrast at which text on the card can be read."""

_MAX_DECOYS = 32
_MAX_VALIDITY_DAYS = 3660
_MAX_BATCH = 200


class _TypeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The form of a file; `CredentialType` is what comes of it."""

    doc_type: str
    version: int
    names: Texts
    display: Display
    namespaces: dict[str, tuple[Element, ...]]
    inputs: tuple[Element, ...] = ()
    decoys: int = 0
    validity_days: int = 365
    batch_size: int = 10
    status_bits: int = 1


def parse(mapping: Mapping[str, object]) -> CredentialType:
    """Return the credential type that a mapping describes.

    Raises MalformedError `catalogue.invalid` with `path` (`$.namespaces...`) and `reason`.
    """
    try:
        file = typed.convert(mapping, _TypeFile)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        _refuse(path.rstrip("`") or "$", reason)
    _check_head(file)
    for name, elements in file.namespaces.items():
        _check_namespace(name, elements)
    _check_elements("$.inputs", file.inputs)
    _check_inputs(file)
    return CredentialType(
        doc_type=file.doc_type,
        version=file.version,
        names=file.names,
        namespaces={name: _expanded(elements) for name, elements in file.namespaces.items()},
        inputs=file.inputs,
        display=file.display,
        decoys=file.decoys,
        validity_days=file.validity_days,
        batch_size=file.batch_size,
        status_bits=file.status_bits,
        age_templates={n: e for n, es in file.namespaces.items() for e in es if e.kind is Kind.AGE_OVER},
    )


def _refuse(path: str, reason: str) -> NoReturn:
    raise MalformedError("catalogue.invalid", path=path, reason=reason) from None


def _check_head(file: _TypeFile) -> None:
    if not _NAME.fullmatch(file.doc_type):
        _refuse("$.doc_type", "expected letters, digits, dots and hyphens")
    _check_range("$.version", file.version, 1, 2**31 - 1)
    _check_texts("$.names", file.names)
    _check_display(file.display)
    _check_range("$.decoys", file.decoys, 0, _MAX_DECOYS)
    _check_range("$.validity_days", file.validity_days, 1, _MAX_VALIDITY_DAYS)
    _check_range("$.batch_size", file.batch_size, 1, _MAX_BATCH)
    if file.status_bits not in {1, 2, 4, 8}:
        _refuse("$.status_bits", "expected 1, 2, 4 or 8")
    if file.doc_type == _MDL and file.status_bits != 1:
        _refuse("$.status_bits", "expected 1: an mDL is valid or invalid, and invalid for ever")
    if not 1 <= len(file.namespaces) <= _MAX_NAMESPACES:
        _refuse("$.namespaces", f"expected 1 to {_MAX_NAMESPACES} namespaces")


def _check_range(path: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        _refuse(path, f"expected {least} to {most}")


def _check_texts(path: str, texts: Texts) -> None:
    if FALLBACK_LANGUAGE not in texts:
        _refuse(path, f"expected a text in `{FALLBACK_LANGUAGE}`")
    for language, text in texts.items():
        if not _LANGUAGE.fullmatch(language):
            _refuse(f"{path}.{language}", "expected a language tag such as `et` or `zh-Hant`")
        if not (1 <= len(text) <= _MAX_TEXT and text.isprintable() and text == text.strip()):
            _refuse(f"{path}.{language}", f"expected 1 to {_MAX_TEXT} printable characters")


def _check_display(display: Display) -> None:
    for name, colour in (("background", display.background), ("foreground", display.foreground)):
        if not _COLOUR.fullmatch(colour):
            _refuse(f"$.display.{name}", "expected a colour such as `#1d4e89`")
    if not _ICON.fullmatch(display.icon):
        _refuse("$.display.icon", "expected lower-case letters, digits and hyphens")
    if _contrast(display.background, display.foreground) < _MIN_CONTRAST:
        _refuse("$.display.foreground", f"expected a contrast of {_MIN_CONTRAST} to the background")


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB

    red, green, blue = (linear(channel) for channel in bytes.fromhex(colour[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _check_namespace(name: str, elements: tuple[Element, ...]) -> None:
    if not _NAME.fullmatch(name):
        _refuse(f"$.namespaces.{name[:_MAX_TEXT]}", "expected letters, digits, dots and hyphens")
    if not elements:
        _refuse(f"$.namespaces.{name}", "expected at least one element")
    _check_elements(f"$.namespaces.{name}", elements)


def _check_elements(path: str, elements: tuple[Element, ...]) -> None:
    if len(elements) > _MAX_ELEMENTS:
        _refuse(path, f"expected at most {_MAX_ELEMENTS} elements")
    seen: set[str] = set()
    for position, element in enumerate(elements):
        if element.identifier in seen:
            _refuse(f"{path}[{position}].identifier", "expected each identifier once")
        seen.add(element.identifier)
        _check_element(f"{path}[{position}]", element)


def _check_element(path: str, element: Element) -> None:
    if element.kind is Kind.AGE_OVER:
        _check_ages(path, element)
    elif not _IDENTIFIER.fullmatch(element.identifier):
        _refuse(f"{path}.identifier", "expected lower-case letters, digits and underscores")
    elif element.ages:
        _refuse(f"{path}.ages", "expected only where the kind is `age-over`")
    _check_texts(f"{path}.labels", element.labels)
    _check_range(f"{path}.max_length", element.max_length, 1, _MAX_VALUE)
    _check_range(f"{path}.maximum", element.maximum, max(element.minimum, 0), 2**63 - 1)
    _check_range(f"{path}.minimum", element.minimum, 0, element.maximum)
    if (element.kind is Kind.CODE) != bool(element.codes):
        _refuse(f"{path}.codes", "expected where the kind is `code`, and nowhere else")
    for code, labels in element.codes.items():
        _check_texts(f"{path}.codes.{code}", labels)
    _check_filling(path, element)


def _check_ages(path: str, element: Element) -> None:
    if element.identifier != _AGES:
        _refuse(f"{path}.identifier", f"expected `{_AGES}` where the kind is `age-over`")
    if not element.ages or list(element.ages) != sorted(set(element.ages)):
        _refuse(f"{path}.ages", "expected rising ages")
    for age in (element.ages[0], element.ages[-1]):
        _check_range(f"{path}.ages", age, 1, _MAX_AGE)


_FILLABLE = {
    Filling.AGENCY_NAME: {Kind.TEXT},
    Filling.AGENCY_COUNTRY: {Kind.COUNTRY, Kind.TEXT},
    Filling.ISSUE_DATE: {Kind.FULL_DATE, Kind.DATE_TIME},
    Filling.BIRTH_DATE: {Kind.AGE_OVER, Kind.UINT},
}
_FROM_BIRTH_DATE = {_AGES, "age_in_years", "age_birth_year"}


def _check_filling(path: str, element: Element) -> None:
    if element.filled_by is None:
        return
    known = element.filled_by is not Filling.BIRTH_DATE or element.identifier in _FROM_BIRTH_DATE
    if element.kind not in _FILLABLE[element.filled_by] or not known:
        _refuse(f"{path}.filled_by", f"`{element.filled_by}` cannot fill this element")


def _check_inputs(file: _TypeFile) -> None:
    issued = [element for elements in file.namespaces.values() for element in elements]
    shared = {element.identifier for element in issued} & {element.identifier for element in file.inputs}
    if shared:
        _refuse("$.inputs", "expected identifiers that no namespace issues")
    if any(element.filled_by is Filling.BIRTH_DATE for element in issued) and not any(
        element.identifier == "birth_date" and element.kind is Kind.FULL_DATE and element.required
        for element in (*issued, *file.inputs)
    ):
        _refuse("$", "expected a required `birth_date` of kind `full-date`, which ages are worked out from")


def _expanded(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Put one element for each age in the place of an `age_over_NN` entry."""
    return tuple(
        each
        for element in elements
        for each in ([at_age(element, age) for age in element.ages] if element.ages else [element])
    )
