"""Receipts: what a counter signed about a presentation, filed under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CryptoError, UsageError
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from wallet import history
from wallet.records import FiledReceipt

if TYPE_CHECKING:
    from wallet.holder import Holder
    from wallet.records import ElementRef, HistoryRecord

_OUTCOMES: Final = {
    ReceiptOutcome.ACCEPTED: "accepted",
    ReceiptOutcome.REFUSED: "refused",
    ReceiptOutcome.UNDECIDED: "undecided",
}


def kept_unsaid(record: HistoryRecord) -> tuple[ElementRef, ...]:
    """Return what the receipt says is kept though the reader had not said so, or never saw it."""
    if record.receipt is None:
        return ()
    said = {each.ref for each in record.elements if each.kept}
    return tuple(ref for ref in record.receipt.kept if ref not in said)


def file_receipt(holder: Holder, m: bytes) -> history.Entry:
    """Check M of a receipt and file it under the presentation that it names.

    Raises UsageError `wallet.receipt-unknown` where no entry has that session; MalformedError and CryptoError
    `exchange.receipt-*` and what the reader's certificate gives rise to: nothing is filed then.
    """
    receipt = QrReceipt.from_message(m)
    if receipt.sign1.payload is None:
        raise CryptoError("exchange.receipt-signature")
    session = ReceiptContents.from_payload(receipt.sign1.payload).session_digest
    entry = history.of_session(holder, session)
    if entry is None:
        raise UsageError("wallet.receipt-unknown")
    if entry.record.leaf is not None:
        contents = receipt.check_answered(session, entry.record.leaf)
    else:
        readers = holder.trust.readers()
        trust = ReaderTrust(readers.anchors, readers.crls)
        contents, _ = receipt.check_shown(session, trust, holder.clock.now())
    filed = FiledReceipt(outcome=_OUTCOMES[contents.outcome], at=contents.time, kept=contents.kept, message=m)
    return history.change(holder, entry.id, receipt=filed)
