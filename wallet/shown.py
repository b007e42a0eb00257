"""Shown first: a code without a request, renewed every 30 seconds, readable by whoever sees it.

One showing uses one copy, however often its code is renewed; the copy is not used elsewhere afterwards while
fresh ones last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.shown import RANDOM_SIZE, QrShown, ShownTerms
from counterproof.optics.exchange.wallet_side import compose_response
from counterproof.optics.kinds import Kind
from wallet import history
from wallet.records import CopyUse, HistoryRecord, ShowMode, ShowOutcome, read
from wallet.showing import Showing, cut_down, pick_copy, showing, shown_elements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.cards import Card, HeldCopy
    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.vault import RecordId

RENEW_SECONDS: Final = 30
"""How often a code is made anew while it is shown."""

_MOST_SESSIONS: Final = 240
"""Codes of one showing that the history names: two hours of them."""

_AUDIENCE: Final = re.compile(r"[A-Z0-9-]{3,20}")
_CHALLENGE: Final = re.compile(r"[0-9]{6}")


class ShowFirst:
    """One showing: `code()` makes the code to show now; call it again every `RENEW_SECONDS`.

    `audience` is the id of the counter or office for which it is made, `challenge` the six digits that it
    gave; nothing proves who gave them.
    """

    def __init__(
        self,
        holder: Holder,
        card: Card,
        agreed: Sequence[ElementRef],
        *,
        audience: str | None = None,
        challenge: str | None = None,
        language: str = "en",
        reuse: bool = False,
        streams_ok: bool = False,
    ) -> None:
        """Check everything that can be checked before a copy is used.

        Raises UsageError `wallet.audience`, `wallet.challenge`, `wallet.nothing-agreed`,
        `wallet.copies-used`.
        """
        if audience is not None and _AUDIENCE.fullmatch(audience) is None:
            raise UsageError("wallet.audience")
        if challenge is not None and _CHALLENGE.fullmatch(challenge) is None:
            raise UsageError("wallet.challenge")
        if not agreed:
            raise UsageError("wallet.nothing-agreed")
        self._holder, self._card, self._agreed = holder, card, tuple(agreed)
        self._audience, self._challenge = audience, challenge
        self._language, self._streams_ok = language, streams_ok
        self._copy = pick_copy(card, reader=audience or "", session=b"", reuse=reuse)
        self._entry: RecordId | None = None

    @property
    def copy(self) -> HeldCopy:
        """The copy that this showing uses."""
        return self._copy

    def code(self) -> Showing:
        """Return a code made now, written down before it is made.

        Raises LimitError `optics.too-long-for-still`: show less; nothing is used up then.
        """
        terms = ShownTerms.make(
            at=self._holder.unix(),
            random=self._holder.random(RANDOM_SIZE),
            audience=self._audience,
            challenge=self._challenge,
        )
        session = QrShown(terms, b"").session_digest
        if self._entry is not None:
            self._renew(self._entry, session)
            return self._made(terms, self._entry)
        use = CopyUse(
            at=self._holder.unix(), reader=self._audience or "", mode=ShowMode.SHOWN_FIRST, session=session
        )
        with history.written_first(self._holder, self._record(session), [self._copy], use) as entry:
            built = self._made(terms, entry)
        self._entry = entry
        return built

    def shown(self) -> None:
        """Say that a code is on the screen, or in a file that the holder asked for."""
        if self._entry is None:
            raise UsageError("wallet.stage", stage="asked")
        history.change(self._holder, self._entry, outcome=ShowOutcome.SHOWN)

    def _renew(self, entry: RecordId, session: bytes) -> None:
        record = read(self._holder.vault.get(entry), HistoryRecord)
        sessions = (*record.sessions, session)[-_MOST_SESSIONS:]
        history.change(self._holder, entry, sessions=sessions)

    def _made(self, terms: ShownTerms, entry: RecordId) -> Showing:
        transcript = QrShown(terms, b"").transcript
        response = compose_response(transcript, [cut_down(self._copy, self._agreed)])
        m = QrShown(terms, response).to_message()
        until = terms.time + LIMITS.shown_life
        return showing(Kind.SHOWN, m, streams_ok=self._streams_ok, until=until, history=entry)

    def _record(self, session: bytes) -> HistoryRecord:
        named = self._holder.trust.readers().named(self._audience) if self._audience else ()
        reader = named[0][1].name if len(named) == 1 else self._audience or ""
        return HistoryRecord(
            at=self._holder.unix(),
            mode=ShowMode.SHOWN_FIRST,
            sessions=(session,),
            reader=reader,
            agency=named[0][0] if len(named) == 1 else "",
            verified=False,
            purpose="",
            elements=shown_elements(self._card, self._agreed, self._language),
            outcome=ShowOutcome.AGREED,
        )
