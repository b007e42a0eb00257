"""What this counter is registered to ask for, and its own question held against that before anybody sees it.

The counter looks its registers up for itself; wallets do the same with theirs, and refuse what goes beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.asking import over_asking
from counterproof.trust.purposes.registers import PurposeFinding, PurposeReader
from verifier.question import Question, Wish, check_purpose, find_type, items_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes.model import PurposeDocument
    from verifier.home import NamedRequest

UNSPOKEN: Final = frozenset({"purpose.nobody-speaks", "purpose.reader-unknown"})
"""Findings in which no register says anything about this counter: then nothing is held against it."""

_WHY: Final = {
    "purpose.unknown": "verifier.purpose-unregistered",
    "purpose.other-reader": "verifier.purpose-of-others",
    "purpose.element-beyond": "verifier.field-beyond",
    "purpose.keep-beyond": "verifier.keep-beyond",
}


@dataclass(frozen=True, slots=True)
class OwnPurposes:
    """The registers as they are believed, and who this counter is in them (None: nobody that they know)."""

    trust: Trust
    reader: PurposeReader | None

    @classmethod
    def of(
        cls, trust: Trust, ids: frozenset[str] = frozenset(), chain: Sequence[bytes | Certificate] = ()
    ) -> OwnPurposes:
        """Find this counter in the registers of readers: by its certificate, or by its ids where it has none.

        `chain` is its certificate and those between it and the root.
        """
        return cls(trust, _by_certificate(trust, chain) if chain else _by_ids(trust, ids))

    def find(self, purpose: str) -> PurposeFinding:
        """Say what is registered under a purpose for this counter."""
        if self.reader is None:
            return PurposeFinding("purpose.reader-unknown")
        return self.trust.purposes.find(purpose, self.reader)

    def all(self) -> tuple[PurposeFinding, ...]:
        """Return everything that this counter may ask for, sorted by id."""
        return () if self.reader is None else self.trust.purposes.granted_to(self.reader)

    def check(self, question: Question) -> PurposeFinding:
        """Refuse a question that goes beyond the registration; return what is registered.

        Raises UsageError `verifier.purpose-waits`, `verifier.purpose-unregistered`,
        `verifier.purpose-of-others`, `verifier.field-beyond` and `verifier.keep-beyond`, the last two with
        the `field`. Where no register speaks for this counter nothing is refused.
        """
        finding = self.find(question.purpose)
        if finding.code in UNSPOKEN:
            return finding
        asked = {
            (one.doc_type, space, name): keep
            for one in question.items
            for space, name, keep in one.elements()
        }
        for each in over_asking(finding, asked):
            if self.waits(question.purpose):
                raise UsageError("verifier.purpose-waits", purpose=question.purpose)
            raise UsageError(_WHY[each.code], field=each.ref[2], purpose=question.purpose)
        return finding

    def waits(self, purpose: str) -> bool:
        """Whether a registration of this purpose lets counters do more, and nobody has let it count yet."""
        return any(each.purpose.id == purpose for one in self.trust.waiting for each in one.widenings)


def _by_certificate(trust: Trust, chain: Sequence[bytes | Certificate]) -> PurposeReader | None:
    read = [each if isinstance(each, Certificate) else Certificate.from_der(each) for each in chain]
    own, unlisted = fingerprint(read[0]), None
    for authority in trust.readers().authorities:
        root = authority.root
        # Only that the chain ends there: how good it is was looked at when it was installed.
        if root is None or not any(each.is_signed_by(root) for each in read):
            continue
        entry = next((each for each in authority.readers if own in each.certificates), None)
        if entry is not None:
            return PurposeReader(root=fingerprint(root), certificate=own, id=entry.id, office=entry.office)
        unlisted = PurposeReader(root=fingerprint(root), certificate=own)
    return unlisted


def _by_ids(trust: Trust, ids: frozenset[str]) -> PurposeReader | None:
    """Find a counter that has no key; an id that several agencies gave away names nobody."""
    found = {
        PurposeReader(root=fingerprint(authority.root), id=each.id, office=each.office)
        for authority in trust.readers().authorities
        if authority.root is not None
        for each in authority.readers
        if each.id in ids
    }
    return found.pop() if len(found) == 1 else None


def registered_items(
    finding: PurposeFinding, purpose: str, wanted: Sequence[str], types: Mapping[str, CredentialType]
) -> tuple[ItemsRequest, ...]:
    """Return what the register says that this purpose may ask, of the types in `wanted`, or of its only one.

    Raises UsageError `verifier.nothing-registered` where nothing is registered for this counter,
    `verifier.purpose-types` where the purpose is about several types and none is named,
    `verifier.type-beyond` for a type that it is not about, and as `find_type`.
    """
    if finding.purpose is None:
        raise UsageError(_WHY.get(finding.code, "verifier.nothing-registered"), purpose=purpose, field="-")
    documents = {each.doc_type: each for each in finding.purpose.documents}
    if not wanted and len(documents) > 1:
        raise UsageError("verifier.purpose-types", purpose=purpose, types=", ".join(documents))
    named = [find_type(each, types).doc_type for each in wanted] or list(documents)
    for each in named:
        if each not in documents:
            raise UsageError("verifier.type-beyond", purpose=purpose, type=each, types=", ".join(documents))
    return tuple(items_of(documents[each]) for each in dict.fromkeys(named))


def question_of(
    named: NamedRequest, own: Callable[[], OwnPurposes], types: Mapping[str, CredentialType]
) -> Question:
    """Return what a typed or saved request asks: where it names no fields, what is registered at this moment.

    Raises UsageError `verifier.nothing-asked`, `verifier.purpose-waits`, `verifier.types-and-fields`, and as
    `items_for` and `registered_items`.
    """
    if not named.purpose:
        raise UsageError("verifier.nothing-asked")
    check_purpose(named.purpose)
    if any(each.fields for each in named.wishes):
        wishes = [Wish(each.doc_type, each.fields) for each in named.wishes]
        items = items_for(wishes, named.keep, types)
    else:
        items = _registered(named, own(), types)
    return Question(named.purpose, items, named.good_for, named.label, named.repeats)


def _registered(
    named: NamedRequest, own: OwnPurposes, types: Mapping[str, CredentialType]
) -> tuple[ItemsRequest, ...]:
    finding = own.find(named.purpose)
    if finding.purpose is None and own.waits(named.purpose):
        raise UsageError("verifier.purpose-waits", purpose=named.purpose)
    if finding.code in UNSPOKEN and named.wishes:
        raise UsageError("verifier.types-and-fields", types=len(named.wishes), fields=0)
    if finding.code in UNSPOKEN:
        raise UsageError("verifier.nothing-asked")
    wanted = [each.doc_type for each in named.wishes]
    return registered_items(finding, named.purpose, wanted, types)


def items_of(document: PurposeDocument) -> ItemsRequest:
    """Ask for every registered element, say what is kept, and take what says less in its place."""
    spaces: dict[str, dict[str, bool]] = {}
    for each in document.elements:
        spaces.setdefault(each.namespace, {})[each.element] = each.keep
    alternatives = tuple(
        AlternativeDataElements(each.ref, each.instead) for each in document.elements if each.instead
    )
    info = DocRequestInfo(alternatives=alternatives) if alternatives else None
    return ItemsRequest.make(document.doc_type, spaces, info)
