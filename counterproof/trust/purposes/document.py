"""The register of purposes as it travels: JSON, read strictly and within bounds."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from counterproof import strict_json
from counterproof.letters import is_plain
from counterproof.mdoc.catalogue.model import FALLBACK_LANGUAGE
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.trust.limits import LIMITS
from counterproof.trust.names import DOC_TYPE, READER_ID, SHA256_HEX
from counterproof.trust.purposes.model import Purpose  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterproof.trust.purposes.model import PurposeDocument, PurposeElement, PurposeReaders

KIND: Final = "counterproof.purposes"
VERSION: Final = 1

PURPOSE_ID: Final = re.compile(r"[a-z0-9.-]{1,64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_NAME: Final = re.compile(r"[!-~]{1,128}")
_TEXTS: Final = ("title", "reason", "legal_basis", "contact")
_TITLE: Final = 80
_TEXT: Final = 600
_YEARS: Final = 36_525  # days of a hundred years
_HOURS: Final = 8_784  # of a leap year


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.purposes"]
    version: int
    purposes: tuple[Purpose, ...]


def parse_purposes(data: bytes, *, limit: int = LIMITS.purposes) -> tuple[Purpose, ...]:
    """Read a register of purposes strictly; `limit` is in bytes.

    Raises MalformedError `json.*`, `purpose.form` with the `purpose` (its place, from 1) and the `field`;
    LimitError `json.too-large`, `purpose.too-much`; UnsupportedError `purpose.version` for a newer form.
    """
    members = strict_json.loads(data, limit=limit)
    if members.get("type") != KIND:
        raise MalformedError("purpose.no-register")
    if type(members.get("version")) is int and members["version"] > VERSION:
        raise UnsupportedError("purpose.version", known=VERSION)
    document = strict_json.convert(members, _Document)
    if document.version != VERSION:
        raise MalformedError("purpose.no-register")
    check_purposes(document.purposes)
    return document.purposes


def build_purposes(purposes: Iterable[Purpose], *, limit: int = LIMITS.purposes) -> bytes:
    """Write a register of purposes, sorted by id, texts by language; raises as `parse_purposes`."""
    entries = tuple(sorted(purposes, key=lambda each: each.id))
    check_purposes(entries)
    data = strict_json.dumps(
        {
            "type": KIND,
            "version": VERSION,
            "purposes": [_sorted(msgspec.to_builtins(each)) for each in entries],
        }
    )
    if len(data) > limit:
        raise LimitError("json.too-large", bytes=len(data), limit=limit)
    return data


def _sorted(purpose: dict[str, Any]) -> dict[str, Any]:
    texts = {name: dict(sorted(purpose[name].items())) for name in _TEXTS}
    retention = purpose["retention"]
    kept = {**retention, "words": dict(sorted(retention["words"].items()))}
    return {**purpose, **texts, "retention": kept}


def check_purposes(purposes: Sequence[Purpose]) -> None:
    """Check everything that a form alone does not say; an id is registered once."""
    _most(purposes, LIMITS.purposes_count)
    seen: set[str] = set()
    for number, purpose in enumerate(purposes, start=1):
        wrong = _wrong(purpose)
        if wrong is None and purpose.id in seen:
            wrong = "id"
        if wrong is not None:
            raise MalformedError("purpose.form", purpose=number, field=wrong)
        seen.add(purpose.id)


def _wrong(purpose: Purpose) -> str | None:
    """Return the first member of a purpose that is wrong, None if all are right."""
    days, hours = purpose.retention.days, purpose.evidence_hours
    right = {
        "id": PURPOSE_ID.fullmatch(purpose.id) is not None,
        "version": 1 <= purpose.version < 1 << 31,
        "date": _is_date(purpose.date),
        "title": _are_texts(purpose.title, _TITLE),
        "reason": _are_texts(purpose.reason),
        "legal_basis": _are_texts(purpose.legal_basis),
        "retention.words": _are_texts(purpose.retention.words),
        "retention.days": days is None or 0 <= days <= _YEARS,
        "contact": _are_texts(purpose.contact),
        "evidence_hours": hours is None or 1 <= hours <= _HOURS,
        "repeats": purpose.slips or not purpose.repeats,
        "readers": bool(purpose.readers) and all(_is_readers(each) for each in purpose.readers),
        "documents": _are_documents(purpose.documents),
        "keep": days != 0 or not any(each.keep for one in purpose.documents for each in one.elements),
    }
    _most(purpose.readers, LIMITS.purpose_readers)
    _most([each for one in purpose.documents for each in one.elements], LIMITS.purpose_elements)
    return next((name for name, holds in right.items() if not holds), None)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _are_texts(texts: Mapping[str, str], most: int = _TEXT) -> bool:
    return FALLBACK_LANGUAGE in texts and all(
        _LANGUAGE.fullmatch(language) is not None and 0 < len(text) <= most and is_plain(text)
        for language, text in texts.items()
    )


def _is_readers(readers: PurposeReaders) -> bool:
    _most((*readers.certificates, *readers.ids, *readers.offices), LIMITS.readers)
    prints = readers.certificates if readers.root is None else (readers.root, *readers.certificates)
    return all(SHA256_HEX.fullmatch(each) for each in prints) and all(
        READER_ID.fullmatch(each) for each in (*readers.ids, *readers.offices)
    )


def _are_documents(documents: Sequence[PurposeDocument]) -> bool:
    types = [each.doc_type for each in documents]
    return (
        0 < len(types) == len(set(types))
        and all(DOC_TYPE.fullmatch(each) for each in types)
        and all(_are_elements(each.elements) for each in documents)
    )


def _are_elements(elements: Sequence[PurposeElement]) -> bool:
    refs = [each.ref for each in elements]
    sets = [one for each in elements for one in each.instead]
    _most(sets, LIMITS.purpose_elements)
    names = [name for ref in (*refs, *(ref for one in sets for ref in one)) for name in ref]
    return (
        0 < len(refs) == len(set(refs))
        and all(_NAME.fullmatch(name) for name in names)
        and all(0 < len(one) == len(set(one)) for one in sets)
        and all(each.ref not in one for each in elements for one in each.instead)
    )


def _most(things: Collection[object], limit: int) -> None:
    if len(things) > limit:
        raise LimitError("purpose.too-much", limit=limit)
