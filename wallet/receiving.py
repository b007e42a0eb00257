"""Getting a card: keys and a request for the agency, and what it gives back, verified before it is kept.

The keys are in the vault before the request exists, so a reply can always be opened. A reply is kept whole or
not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.offer import CredentialOffer
from counterproof.handover.reply import open_reply, replies_to
from counterproof.handover.request import make_request, request_hash
from counterproof.mdoc.errors import CryptoError, LimitError, UsageError
from counterproof.optics.encode import encode
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.trust.names import fingerprint
from wallet.cards import private_key, scalar_of
from wallet.records import CardRecord, CopyRecord, PendingRecord, read
from wallet.showing import Showing
from wallet.verifying import check_alike, trusted_agency, verified_copy, with_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.verification.report import VerifiedDocument
    from counterproof.mdoc.verification.trust import TrustedIssuers
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.vault import RecordId

MOST_PENDING: Final = 32
"""Requests that may wait for their replies; the oldest is forgotten first."""


@dataclass(frozen=True)
class Requested:
    """A request as it goes to the agency, and what it asks for."""

    request: bytes
    doc_type: str
    agency: str
    copies: int
    until: datetime

    @property
    def number(self) -> str:
        """The four digits that the agency's desk sees too, after it has scanned the code."""
        return card_request.number(self.request)

    def as_code(self) -> Showing:
        """Return the request as a code that the desk scans; raises LimitError `exchange.message-size`."""
        m, kind = card_request.to_message(self.request), Kind.CARD_REQUEST
        return Showing(kind, m, encode(kind, m, streams_ok=True), int(self.until.timestamp()))


@dataclass(frozen=True)
class Arrived:
    """A card that was verified and kept; `replaces` are older cards of the same kind and agency."""

    card: Card
    agency: str
    note: str
    replaces: tuple[RecordId, ...]


def request_card(holder: Holder, offer: bytes, *, copies: int | None = None) -> Requested:
    """Make device keys and a request for what an agency offers.

    Raises MalformedError and UnsupportedError `handover.*`, `json.*`; UsageError `wallet.agency-unknown`
    for an agency that this wallet does not trust, `wallet.agency-may-not`, `handover.offer-expired`,
    `handover.offer-end`, `wallet.copies-offered`.
    """
    read_offer = CredentialOffer.from_bytes(offer)
    agency = trusted_agency(holder, read_offer.issuer_root, read_offer.doc_type)
    count = read_offer.batch_size if copies is None else copies
    if not 1 <= count <= read_offer.batch_size:
        raise UsageError("wallet.copies-offered", count=count, limit=read_offer.batch_size)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(count)]
    recipient = ec.generate_private_key(ec.SECP256R1())
    request = make_request(
        read_offer, device_keys=keys, recipient_key=recipient.public_key(), at=holder.clock.now()
    )
    pending = PendingRecord(
        request_hash=request_hash(request),
        doc_type=read_offer.doc_type,
        agency=agency,
        issuer_root=read_offer.issuer_root,
        recipient_key=scalar_of(recipient),
        device_keys=tuple(scalar_of(key) for key in keys),
        made_at=holder.unix(),
        request=request,
        until=int(read_offer.expires_at.timestamp()),
    )
    with holder.vault.write() as tx:
        for old in holder.vault.ids(PendingRecord.kind)[: -MOST_PENDING + 1]:
            tx.delete(old)
        tx.add(pending.kind, pending.to_bytes())
    return Requested(request, read_offer.doc_type, agency, count, read_offer.expires_at)


def receive_card(holder: Holder, reply: bytes) -> Arrived:
    """Open what an agency gave back, verify every copy, and keep the card.

    Raises UsageError `wallet.no-such-request` where no open request of this wallet belongs to it; what
    `open_reply` raises; UsageError `wallet.agency-unknown`; CryptoError `wallet.reply-*` for copies that are
    not what was asked for, and `wallet.copy-refused` with the code of the check that failed.
    """
    record_id, pending = _pending(holder, replies_to(reply))
    opened = open_reply(
        reply, recipient_key=private_key(pending.recipient_key), request_hash=pending.request_hash
    )
    if opened.doc_type != pending.doc_type:
        raise CryptoError("wallet.reply-other-type")
    if opened.root_fingerprint != pending.issuer_root:
        raise CryptoError("wallet.reply-other-agency")
    agency = trusted_agency(holder, pending.issuer_root, pending.doc_type)
    issuers = holder.trust.issuers()  # once: it remembers the signer that all copies share
    verified = [_verified(each, pending, issuers, holder.clock.now()) for each in opened.credentials]
    root = verified[0].anchor
    assert root is not None  # verified documents end at an anchor
    check_alike([each.elements for each in verified])
    if len(opened.credentials) != len(pending.device_keys):
        raise LimitError("wallet.reply-count", found=len(opened.credentials), limit=len(pending.device_keys))
    copies = with_keys(opened.credentials, pending.device_keys)
    card = CardRecord(
        doc_type=opened.doc_type,
        agency=agency,
        issuer_root=root.der,
        type_toml=opened.type_toml,
        received_at=holder.unix(),
        note=opened.note,
    )
    card_id = _keep(holder, record_id, card, copies)
    cards = holder.cards()
    older = [
        one.id
        for one in cards
        if one.id != card_id and one.doc_type == card.doc_type and one.root.der == card.issuer_root
    ]
    kept = next(one for one in cards if one.id == card_id)
    return Arrived(kept, agency, opened.note, tuple(older))


def _pending(holder: Holder, wanted: bytes) -> tuple[RecordId, PendingRecord]:
    for record in holder.records(PendingRecord.kind):
        pending = read(record, PendingRecord)
        if pending.request_hash == wanted:
            return record.id, pending
    raise UsageError("wallet.no-such-request")


def _verified(
    credential: bytes, pending: PendingRecord, issuers: TrustedIssuers, at: datetime
) -> VerifiedDocument:
    document = verified_copy(credential, pending.doc_type, issuers, at)
    if document.anchor is None or fingerprint(document.anchor) != pending.issuer_root:
        raise CryptoError("wallet.reply-other-agency")
    return document


def _keep(
    holder: Holder, pending_id: RecordId, card: CardRecord, copies: Sequence[tuple[bytes, bytes]]
) -> RecordId:
    with holder.vault.write() as tx:
        card_id = tx.add(card.kind, card.to_bytes())
        for credential, scalar in copies:
            copy = CopyRecord(card=card_id, issuer_signed=credential, device_key=scalar)
            tx.add(copy.kind, copy.to_bytes())
        tx.delete(pending_id)
    return card_id
