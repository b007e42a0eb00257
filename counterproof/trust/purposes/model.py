"""A purpose as it is registered. The form is described in docs/purposes.md."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.catalogue.model import choose_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Texts = dict[str, str]
"""Language tag to text; English is always there."""

Reference = tuple[str, str]
"""Namespace and element identifier."""

ElementRef = tuple[str, str, str]
"""docType, namespace, element identifier."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class PurposeReaders(_Part, frozen=True, kw_only=True):
    """Some of the readers that may ask: those of `root` that any of the other members names.

    `root` is the SHA-256 of a reader root, None for any that the register speaks for. With no `certificates`
    (SHA-256 of reader certificates), `ids` and `offices` every reader of that root is meant.
    """

    root: str | None = None
    certificates: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every reader of the root is meant."""
        return not (self.certificates or self.ids or self.offices)


class PurposeElement(_Part, frozen=True, kw_only=True):
    """One element that may be asked for.

    `keep`: its value may be stored. `instead`: sets of elements, each of which says less and is taken in
    its place, the best first.
    """

    namespace: str
    element: str
    keep: bool = False
    instead: tuple[tuple[Reference, ...], ...] = ()

    @property
    def ref(self) -> Reference:
        """Namespace and identifier."""
        return self.namespace, self.element


class PurposeDocument(_Part, frozen=True, kw_only=True):
    """What may be asked of one docType."""

    doc_type: str
    elements: tuple[PurposeElement, ...]


class Retention(_Part, frozen=True, kw_only=True):
    """How long what is kept is kept: `days`, 0 for not at all, None for as long as the words say."""

    days: int | None
    words: Texts


class Purpose(_Part, frozen=True, kw_only=True):
    """One purpose: what for, by whom, of what, under which law, and how fresh the evidence must be.

    `date` is ISO 8601, `version` counts from 1. `evidence_hours` is how old the lists may be that a yes rests
    on (statuses, revocations, issuers), None for as long as they count themselves. `slips` and `repeats` say
    whether paper slips are taken, and whether the same slip more than once.
    """

    id: str
    version: int
    date: str
    title: Texts
    reason: Texts
    legal_basis: Texts
    retention: Retention
    contact: Texts
    readers: tuple[PurposeReaders, ...]
    documents: tuple[PurposeDocument, ...]
    evidence_hours: int | None = None
    slips: bool = False
    repeats: bool = False

    @property
    def evidence_age(self) -> timedelta | None:
        """How old evidence may be."""
        return None if self.evidence_hours is None else timedelta(hours=self.evidence_hours)

    def text(self, texts: Mapping[str, str], language: str) -> str:
        """Return one of its texts in a language, in English where there is none."""
        return choose_text(dict(texts), language)

    def element(self, ref: ElementRef) -> PurposeElement | None:
        """Return the registration of an element that may be asked for; None if it may not be."""
        doc_type, *pair = ref
        for document in self.documents:
            for each in document.elements:
                if document.doc_type == doc_type and each.ref == tuple(pair):
                    return each
        return None

    def covers(self, ref: ElementRef) -> bool:
        """Whether an element may be asked for, by itself or as what says less."""
        doc_type, *pair = ref
        return self.element(ref) is not None or any(
            tuple(pair) in one
            for document in self.documents
            if document.doc_type == doc_type
            for each in document.elements
            for one in each.instead
        )

    def may_keep(self, ref: ElementRef) -> bool:
        """Whether the value of an element may be stored: so registered itself, or in place of one that is."""
        own = self.element(ref)
        if own is not None:
            return own.keep
        doc_type, *pair = ref
        return any(
            each.keep and any(tuple(pair) in one for one in each.instead)
            for document in self.documents
            if document.doc_type == doc_type
            for each in document.elements
        )

    def substitutes(self, doc_type: str) -> Mapping[Reference, tuple[tuple[Reference, ...], ...]]:
        """Return, for each element of a docType that has any, the sets that say less."""
        return {
            each.ref: each.instead
            for document in self.documents
            if document.doc_type == doc_type
            for each in document.elements
            if each.instead
        }
