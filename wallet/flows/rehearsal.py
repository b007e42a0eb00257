"""Trying a counter's published request at home: what would be asked and shown, and nothing is.

The request is read as if now were the moment it was made, so an old one can be tried. Nothing is written,
no copy is used up, no answer is built; there is no path from here to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.request import QrRequest
from counterproof.optics.exchange.wallet_side import read_request
from wallet.consent import ConsentView, Setting, consent_view

if TYPE_CHECKING:
    from wallet.holder import Holder


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a request would ask, and whether it would still be taken now."""

    view: ConsentView
    made_at: datetime

    @property
    def missing(self) -> tuple[str, ...]:
        """What the wallet could not show, by its label or the name of its card."""
        return tuple(
            label
            for document in self.view.documents
            for label in (document.missing if document.card is not None else (document.name,))
        )


def rehearse(holder: Holder, m: bytes, setting: Setting) -> Rehearsal:
    """Return what M of a request would ask. Raises as `read_request` does, but for its times."""
    terms = QrRequest.from_message(m).terms
    readers = holder.trust.readers()
    made_at = datetime.fromtimestamp(terms.made_at, UTC)
    request = read_request(m, at=made_at, trust=ReaderTrust(readers.anchors, readers.crls))
    return Rehearsal(consent_view(holder, request, setting), made_at)
