"""What a card is: a document as one agency issued it, in copies that are used up one by one.

A copy that was shown to one reader is not shown to another while fresh ones last: two readers who compare
what they saw would find the same digests and the same key, and know that it was the same person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.catalogue import Element, Kind
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.issuer_signed import IssuerSigned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.mso import ValidityInfo
    from counterproof.trust.kept import Trust
    from wallet.records import CardRecord, CopyRecord
    from wallet.vault import RecordId

SOON: Final = timedelta(days=14)
"""How long before its end a card is spoken of."""

LOW: Final = 3
"""At so few fresh copies the wallet says that it runs low; of small batches, at a third."""


class CardState(StrEnum):
    """What may be said of a card at a moment; UNKNOWN: no current list says that it was not withdrawn."""

    VALID = "valid"
    EXPIRES_SOON = "expires-soon"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    UNKNOWN = "unknown"

    @property
    def usable(self) -> bool:
        """Whether a counter could accept the card, as far as this wallet knows."""
        return self in (CardState.VALID, CardState.EXPIRES_SOON, CardState.UNKNOWN)


@dataclass(frozen=True)
class HeldCopy:
    """One copy in the vault."""

    id: RecordId
    record: CopyRecord

    @property
    def fresh(self) -> bool:
        """Whether it was never shown, nor may have been."""
        return not self.record.uses

    @cached_property
    def issuer_signed(self) -> IssuerSigned:
        """The document with every element."""
        return IssuerSigned.from_bytes(self.record.issuer_signed)

    def signer(self) -> SoftwareSigner:
        """Return the device key, ready to sign."""
        return SoftwareSigner(private_key(self.record.device_key))


@dataclass(frozen=True)
class Card:
    """A card with its copies; `agency` is the name to show, `credential_type` the labels and looks."""

    id: RecordId
    record: CardRecord
    copies: tuple[HeldCopy, ...]
    agency: str
    credential_type: CredentialType

    @property
    def doc_type(self) -> str:
        """The docType."""
        return self.record.doc_type

    @cached_property
    def root(self) -> Certificate:
        """The agency's root, as it was when the card was received."""
        return Certificate.from_der(self.record.issuer_root)

    @property
    def fresh(self) -> int:
        """How many copies were never shown."""
        return sum(copy.fresh for copy in self.copies)

    @property
    def runs_low(self) -> bool:
        """Whether it is time to ask the agency for new copies."""
        return self.fresh <= min(LOW, len(self.copies) // 3)

    @property
    def validity(self) -> ValidityInfo:
        """When it was signed, and from when to when it holds."""
        return self.copies[0].issuer_signed.mso.validity

    @cached_property
    def values(self) -> Mapping[tuple[str, str], Any]:
        """Namespace and identifier to value, in the order in which the type has them."""
        held = {
            (space, item.identifier): item.value
            for space, items in self.copies[0].issuer_signed.namespaces.items()
            for item in items
        }
        ordered = [
            (space, name) for space, names in self.credential_type.identifiers.items() for name in names
        ]
        first = [each for each in ordered if each in held]
        return {each: held[each] for each in dict.fromkeys([*first, *sorted(held)])}

    def name(self, language: str) -> str:
        """Return the name of the kind of card."""
        return self.credential_type.name(language)

    def element(self, namespace: str, identifier: str) -> Element:
        """Return an element; one that the type does not name is labelled by its identifier."""
        return element_of(self.credential_type, namespace, identifier)

    def candidates(self, reader: str, session: bytes) -> Iterator[HeldCopy]:
        """Yield the copies in the order in which they may be shown to `reader` (empty: to anybody).

        First the one that was put aside for this very request and then not shown; then fresh ones; then,
        with the holder's word for it, one that this reader has seen already, and last the least shown.
        """
        yield from sorted(self.copies, key=lambda copy: _rank(copy, reader, session))

    def state(self, trust: Trust, at: datetime) -> CardState:
        """Return what may be said of the copy that would be shown next."""
        copy = next(self.candidates("", b""))
        mso = copy.issuer_signed.mso
        if at > mso.validity.valid_until:
            return CardState.EXPIRED
        if at < mso.validity.valid_from:
            return CardState.NOT_YET
        if mso.status is not None:
            opinion = trust.statuses().judge(mso.status, self.root, at, None)
            if opinion.good is False:
                return CardState.SUSPENDED if opinion.code == "status.suspended" else CardState.REVOKED
            if opinion.good is None:
                return CardState.UNKNOWN
        return CardState.EXPIRES_SOON if mso.validity.valid_until - at <= SOON else CardState.VALID


def element_of(credential_type: CredentialType | None, namespace: str, identifier: str) -> Element:
    """Return an element of a type, or one labelled by its identifier where the type does not name it."""
    known = credential_type.element(namespace, identifier) if credential_type is not None else None
    return known or Element(identifier=identifier, kind=Kind.TEXT, labels={"en": identifier})


def _rank(copy: HeldCopy, reader: str, session: bytes) -> tuple[int, int]:
    if any(use.session == session for use in copy.record.uses):
        return 0, 0
    if copy.fresh:
        return 1, 0
    return (2 if copy.record.only_by(reader) else 3), copy.record.times


def private_key(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key of 32 bytes."""
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def scalar_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the 32 bytes of a P-256 key."""
    return key.private_numbers().private_value.to_bytes(32, "big")
