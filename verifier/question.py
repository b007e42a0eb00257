"""What a counter asks, from the words a clerk types to the ItemsRequests that are signed.

A field is the name of an element (`age_over_18`), with its namespace where a name alone is not enough
(`org.iso.18013.5.1/portrait`). `age_over_18|birth_date` asks for the first and takes the second in its
place; `a|b+c` takes b and c together in place of a.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterproof.credential_types.calling import called, names_of
from counterproof.mdoc.device_request import DeviceRequest, DocRequest, ItemsRequest
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from counterproof.mdoc.verification.requested import requested_by
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.verification.requested import RequestedDocument

_PURPOSE: Final = re.compile(r"[a-z0-9.-]{1,64}")
_NEAR: Final = 3
_LISTED: Final = 8
_NEARNESS: Final = 0.5

_COMMON: Final = frozenset({"org", "com", "eu", "iso", "counterproof", "europa", "ec", "1"})
"""Parts of docTypes that tell nothing apart."""

Reference = tuple[str, str]
"""Namespace and element identifier."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One type of document as it was typed: its name, and its fields."""

    doc_type: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that one request asks: purpose, documents, how long it is good, what is kept.

    `repeats` says whether this purpose takes a paper slip more than once.
    """

    purpose: str
    items: tuple[ItemsRequest, ...]
    good_for: int = 120
    label: str | None = None
    repeats: bool = False
    keep: frozenset[tuple[str, str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Check what no catalogue knows; raise UsageError `verifier.purpose`, `verifier.label`."""
        check_purpose(self.purpose)
        if self.label is not None and not 1 <= len(self.label.encode()) <= LIMITS.label:
            raise UsageError("verifier.label", limit=LIMITS.label)
        if not LIMITS.good_for_least <= self.good_for <= LIMITS.good_for:
            raise UsageError("verifier.good-for", least=LIMITS.good_for_least, most=LIMITS.good_for)
        object.__setattr__(self, "keep", kept_by(self.items))

    def requested(self) -> tuple[RequestedDocument, ...]:
        """Return what an answer is held against."""
        return requested_by(DeviceRequest([DocRequest(each) for each in self.items]))


def kept_by(items: Sequence[ItemsRequest]) -> frozenset[tuple[str, str, str]]:
    """Return docType, namespace and identifier of everything asked for to be kept."""
    return frozenset(
        (each.doc_type, space, name) for each in items for space, name, keep in each.elements() if keep
    )


def check_purpose(purpose: str) -> None:
    """Check the form of a purpose id; raise UsageError `verifier.purpose`."""
    if _PURPOSE.fullmatch(purpose) is None:
        raise UsageError("verifier.purpose", limit=LIMITS.purpose)


def items_for(
    wishes: Sequence[Wish], keep: Collection[str], types: Mapping[str, CredentialType]
) -> tuple[ItemsRequest, ...]:
    """Return an ItemsRequest for each wish; `keep` names the fields, as typed, that will be stored.

    Raises UsageError `verifier.type-unknown`, `verifier.type-ambiguous`, `verifier.type-twice`,
    `verifier.field-unknown`, `verifier.field-ambiguous`, `verifier.field-twice`, `verifier.fields-none`,
    `verifier.keep-unasked`; LimitError of the format for too many documents or elements.
    """
    kept: set[str] = set()
    made: list[ItemsRequest] = []
    for wish in wishes:
        credential_type = find_type(wish.doc_type, types)
        if any(one.doc_type == credential_type.doc_type for one in made):
            raise UsageError("verifier.type-twice", type=credential_type.doc_type)
        made.append(_items(credential_type, wish.fields, keep, kept))
    unasked = sorted(set(keep) - kept)
    if unasked:
        raise UsageError("verifier.keep-unasked", field=unasked[0])
    DeviceRequest.from_bytes(DeviceRequest([DocRequest(one) for one in made]).to_bytes())
    return tuple(made)


def find_type(word: str, types: Mapping[str, CredentialType]) -> CredentialType:
    """Return the type that is called so; see `counterproof.credential_types.calling`."""
    near = called(word, types)
    if len(near) == 1:
        return types[near[0]]
    if near:
        raise UsageError("verifier.type-ambiguous", type=word, near=", ".join(sorted(near)))
    names = {each: doc_type for doc_type, known in types.items() for each in names_of(known) - _COMMON}
    likely = difflib.get_close_matches(word.lower(), list(names), n=_NEAR, cutoff=_NEARNESS)
    found = dict.fromkeys(names[each] for each in likely) or types
    raise UsageError("verifier.type-unknown", type=word, near=", ".join(list(found)[:_LISTED]))


def _items(
    credential_type: CredentialType, fields: Sequence[str], keep: Collection[str], kept: set[str]
) -> ItemsRequest:
    if not fields:
        raise UsageError("verifier.fields-none", type=credential_type.doc_type)
    namespaces: dict[str, dict[str, bool]] = {}
    alternatives: list[AlternativeDataElements] = []
    for text in fields:
        first, *others = (part.strip() for part in text.split("|"))
        space, name = find_element(credential_type, first)
        if name in namespaces.get(space, {}):
            raise UsageError("verifier.field-twice", field=first)
        names = {text, first, name} & set(keep)
        kept |= names
        namespaces.setdefault(space, {})[name] = bool(names)
        if others:
            sets = tuple(_set(credential_type, other) for other in others)
            alternatives.append(AlternativeDataElements((space, name), sets))
    info = DocRequestInfo(alternatives=tuple(alternatives)) if alternatives else None
    return ItemsRequest.make(credential_type.doc_type, namespaces, info)


def _set(credential_type: CredentialType, text: str) -> tuple[Reference, ...]:
    return tuple(find_element(credential_type, part.strip()) for part in text.split("+"))


def find_element(credential_type: CredentialType, text: str) -> Reference:
    """Return namespace and identifier of the element that `text` names."""
    space, slash, name = text.rpartition("/")
    spaces = [space] if slash else list(credential_type.namespaces)
    found = [each for each in spaces if credential_type.element(each, name) is not None]
    if len(found) == 1:
        return found[0], name
    if found:
        near = ", ".join(f"{each}/{name}" for each in found)
        raise UsageError("verifier.field-ambiguous", field=text, near=near)
    names = [each for group in credential_type.identifiers.values() for each in group]
    names += [f"age_over_{age:02}" for age in credential_type.ages]
    raise UsageError(
        "verifier.field-unknown",
        field=text,
        type=credential_type.doc_type,
        near=_nearest(name, dict.fromkeys(names)),
    )


def _nearest(word: str, known: Collection[str]) -> str:
    """Return the names most like `word`; where none is like it, the first few that there are."""
    close = difflib.get_close_matches(word, list(known), n=_NEAR, cutoff=_NEARNESS)
    inside = [name for name in known if word.lower() in name.lower()]
    names = close or inside[:_LISTED] or list(known)[:_LISTED]
    return ", ".join(names) or "-"
