"""What came over the network: verified as what comes in a file is, and kept whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import CryptoError
from counterproof.trust.names import fingerprint
from wallet.records import CardRecord, CopyRecord, OnlineRecord
from wallet.verifying import check_alike, trusted_agency, verified_copy, with_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.vault import RecordId


@dataclass(frozen=True)
class Kept:
    """A card that was verified and kept.

    `replaced` is the card that it renews, which is in the trash now; `older` are other cards of the same kind
    and agency; `renewable` says that new copies can be fetched later.
    """

    card: Card
    agency: str
    replaced: RecordId | None
    older: tuple[RecordId, ...]
    renewable: bool


def keep(holder: Holder, record_id: RecordId, record: OnlineRecord, documents: Sequence[bytes]) -> Kept:
    """Verify every copy, and keep card, copies and what is left of the matter in one transaction.

    Raises CryptoError `wallet.copy-refused`, `wallet.reply-*`, UsageError `wallet.agency-*`, MalformedError.
    """
    issuers, at = holder.trust.issuers(), holder.clock.now()
    verified = [verified_copy(each, record.doc_type, issuers, at) for each in documents]
    roots = {fingerprint(each.anchor) for each in verified if each.anchor is not None}
    expected = record.root or next(iter(roots))
    if roots != {expected}:
        raise CryptoError("wallet.reply-other-agency")
    agency = trusted_agency(holder, expected, record.doc_type)
    check_alike([each.elements for each in verified])
    copies = with_keys(documents, record.device_keys)
    root = verified[0].anchor
    assert root is not None  # verified documents end at an anchor
    card = CardRecord(
        doc_type=record.doc_type,
        agency=agency,
        issuer_root=root.der,
        type_toml=b"",
        received_at=holder.unix(),
    )
    card_id = _save(holder, record_id, msgspec.structs.replace(record, root=expected), card, copies)
    kept = next(one for one in holder.cards() if one.id == card_id)
    older = [
        one.id
        for one in holder.cards()
        if one.id != card_id and one.doc_type == card.doc_type and one.root.der == root.der
    ]
    return Kept(kept, agency, record.card or None, tuple(older), bool(record.refresh_token))


def _save(
    holder: Holder,
    record_id: RecordId,
    record: OnlineRecord,
    card: CardRecord,
    copies: Sequence[tuple[bytes, bytes]],
) -> RecordId:
    before = next((one for one in holder.cards() if one.id == record.card), None)
    with holder.vault.write() as tx:
        card_id = tx.add(card.kind, card.to_bytes())
        for credential, scalar in copies:
            copy = CopyRecord(card=card_id, issuer_signed=credential, device_key=scalar)
            tx.add(copy.kind, copy.to_bytes())
        if before is not None:
            gone = msgspec.structs.replace(before.record, deleted_at=holder.unix())
            tx.put(gone.kind, before.id, gone.to_bytes())
        if record.refresh_token:
            done = msgspec.structs.replace(
                record, device_keys=(), proofs=(), transaction="", next_at=0, card=card_id
            )
            tx.put(done.kind, record_id, done.to_bytes())
        else:
            tx.delete(record_id)
    return card_id
