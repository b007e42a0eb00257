"""A card over the internet, as a window gets it: a link, a yes to its host, who offers what, the code, the card."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from counterproof.mdoc.errors import CounterproofError, UsageError
from wallet.online.addresses import Guide
from wallet.online.network import Network
from wallet.online.receiving import Offered, OnlineReceiving, Opening, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.holder import Holder
    from wallet.online.keeping import Kept
    from wallet.records import OnlineRecord
    from wallet.vault import RecordId

T = TypeVar("T")


class OnlineVisit:
    """One visit to an agency; a connection is open only while something is asked.

    `opening` names the host before anything is asked of it, `offered` is what it offers, `begun` what is under
    way: then `take` goes on with that instead of showing the code again. `progress` hears each step.
    """

    def __init__(self, holder: Holder, *, language: str = "en", development: bool = False) -> None:
        self.holder, self.language = holder, language
        self.guide = Guide(development=development)
        self.opening: Opening | None = None
        self.offered: Offered | None = None
        self.begun: RecordId | None = None
        self.progress: Callable[[str], None] = lambda _step: None

    @classmethod
    def follow(
        cls, holder: Holder, link: str, *, language: str = "en", development: bool = False
    ) -> OnlineVisit:
        """Read a link and ask nobody anything; raises as `OnlineReceiving.read`."""
        visit = cls(holder, language=language, development=development)
        visit.opening = OnlineReceiving.read(link)
        return visit

    @classmethod
    def resume(
        cls,
        holder: Holder,
        record_id: RecordId,
        host: str,
        *,
        language: str = "en",
        development: bool = False,
    ) -> OnlineVisit:
        """Go on with what is under way at a host, which was agreed to when it began."""
        visit = cls(holder, language=language, development=development)
        visit.begun = record_id
        visit.allow_private(host.partition(":")[0])
        return visit

    @property
    def host(self) -> str:
        """Where the wallet would connect."""
        assert self.opening is not None
        return self.opening.host

    def allow_private(self, host: str) -> None:
        """Take the holder's word that this host in a private network is meant."""
        self.guide.private.add(host)

    def look(self) -> Offered:
        """Ask who offers what; nothing of the holder leaves. Raises as `OnlineReceiving.look`."""
        opening = self.opening
        assert opening is not None
        self.offered = self._asking(lambda flow: flow.look(opening, language=self.language))
        return self.offered

    def check_code(self, typed: str) -> str | None:
        """Return the code to send, None where none is needed: a wrong one may be counted as a try.

        Raises UsageError `online.code-missing`, `wallet.code-length`.
        """
        assert self.offered is not None
        asked = self.offered.code
        if asked is None or self.begun is not None:
            return None
        code = "".join(typed.split())
        if not code:
            raise UsageError("online.code-missing")
        if asked.length and len(code) != asked.length:
            raise UsageError("wallet.code-length", length=asked.length, count=len(code))
        return code

    def take(self, code: str | None = None) -> Kept | Waiting:
        """Get the card, or go on where it broke off. Raises as `OnlineReceiving.begin` and `go_on`."""
        return self._asking(lambda flow: self._take(flow, code))

    def _take(self, flow: OnlineReceiving, code: str | None) -> Kept | Waiting:
        before = {key for key, _ in flow.open_ones()}
        try:
            if self.begun is not None:
                return flow.go_on(self.begun)
            assert self.offered is not None
            return flow.begin(self.offered, code=code)
        except CounterproofError:
            now = {key for key, _ in flow.open_ones()}
            self.begun = self.begun if self.begun in now else next(iter(now - before), None)
            raise

    def _asking(self, ask: Callable[[OnlineReceiving], T]) -> T:
        with Network(self.guide, language=self.language, clock=self.holder.clock) as network:
            return ask(OnlineReceiving(self.holder, network, progress=self.progress))


def under_way(holder: Holder) -> list[tuple[RecordId, OnlineRecord]]:
    """Return what was begun and is not kept yet, or waits for an agency; asks nobody anything."""
    with Network(Guide()) as network:
        return OnlineReceiving(holder, network).open_ones()
