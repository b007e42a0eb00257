"""A message on its way to a screen or to paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError, UsageError
from counterproof.optics.encode import encode
from counterproof.optics.exchange.wallet_side import Copy
from counterproof.optics.limits import LIMITS
from wallet.consent import describe_field
from wallet.records import ShownElement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from counterproof.optics.encode import StillCode
    from counterproof.optics.kinds import Kind
    from counterproof.optics.stream import StreamSender
    from wallet.cards import Card, HeldCopy
    from wallet.records import ElementRef
    from wallet.vault import RecordId

ONE_CODE: Final = LIMITS.still_payload_bytes - LIMITS.checksum_bytes
"""The longest M that one printed code carries, bytes (docs/qr-exchange.md, "Slips")."""

PAPER_CODES: Final = 6
"""So many codes are printed on one sheet at most."""

PRINT_MESSAGE: Final = PAPER_CODES * LIMITS.symbol_bytes
"""The longest M that a sheet of paper carries, bytes."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What is to be shown: one still code or a stream, until when (Unix seconds), and its history entry.

    `history` is empty for a request for a card, which shows nothing of the person.
    """

    kind: Kind
    message: bytes
    code: StillCode | StreamSender
    until: int
    history: RecordId = b""

    @property
    def frames_needed(self) -> int:
        """How many frames a reader needs at least; 1 for a still code."""
        return getattr(self.code, "needed", 1)


def showing(kind: Kind, m: bytes, *, streams_ok: bool, until: int, history: RecordId) -> Showing:
    """Return M as a code; raise LimitError `optics.too-long-for-still` where no form carries it."""
    return Showing(kind, m, encode(kind, m, streams_ok=streams_ok), until, history)


def cut_down(copy: HeldCopy, agreed: Collection[ElementRef]) -> Copy:
    """Return a copy that holds the agreed elements and no others, with its key."""
    wanted = {
        (space, name) for doc_type, space, name in agreed if doc_type == copy.issuer_signed.mso.doc_type
    }
    return Copy(copy.issuer_signed.disclose(wanted), copy.signer())


def pick_copy(card: Card, *, reader: str, session: bytes, reuse: bool) -> HeldCopy:
    """Return the copy to show next.

    Raises UsageError `wallet.copies-used` where no fresh one is left, unless `reuse` says that this is known.
    """
    copy = next(card.candidates(reader, session))
    reserved = any(use.session == session for use in copy.record.uses)
    if not (copy.fresh or reserved or reuse):
        raise UsageError("wallet.copies-used")
    return copy


def named_refs(card: Card, names: Iterable[str]) -> list[ElementRef]:
    """Return the elements of a card that a person named: `element` or `namespace/element`.

    Raises UsageError `wallet.no-such-field`, and `wallet.nothing-agreed` for none.
    """
    refs: list[ElementRef] = []
    for name in names:
        matching = [ref for ref in card.values if name in (ref[1], f"{ref[0]}/{ref[1]}")]
        if len(matching) != 1:
            known = ", ".join(sorted({identifier for _, identifier in card.values}))
            raise UsageError("wallet.no-such-field", known=known)
        refs.append((card.doc_type, *matching[0]))
    if not refs:
        raise UsageError("wallet.nothing-agreed")
    return list(dict.fromkeys(refs))


def shown_elements(card: Card, refs: Iterable[ElementRef], language: str) -> tuple[ShownElement, ...]:
    """Return what the history says of elements: names, never values."""
    return tuple(
        ShownElement(
            doc_type=ref[0],
            namespace=ref[1],
            identifier=ref[2],
            label=describe_field(card, (ref[1], ref[2]), language)[0],
        )
        for ref in refs
    )


def codes_on_paper(size: int) -> int:
    """Return how many codes carry M of `size` bytes on paper: one as long as one can.

    Raises LimitError `wallet.too-much-for-paper`.
    """
    if size > PRINT_MESSAGE:
        raise LimitError("wallet.too-much-for-paper", size=size, limit=PRINT_MESSAGE)
    return 1 if size <= ONE_CODE else -(-size // LIMITS.symbol_bytes)
