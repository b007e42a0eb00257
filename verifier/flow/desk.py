"""The flow of a counter's window: idle, asking, a verdict, by hand; and back, with everything wiped.

A page shows `state` and calls the intents. What is open ends by itself: a request when its time is over, a
verdict after a minute unless somebody wants it longer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.mdoc.verification.policy import Mode
from counterproof.optics.encode import encode
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.kinds import Kind
from counterproof.words.language import current
from verifier.counter import Counter, Taking
from verifier.flow.tiles import Tile, Tiles, tiles_of
from verifier.flow.verdict import VerdictView, view_of

if TYPE_CHECKING:
    from counterproof.optics.collect import Collected
    from counterproof.optics.encode import StillCode
    from counterproof.optics.stream import StreamSender
    from verifier.flow.place import Place
    from verifier.question import Question

WIPE_AFTER: Final = 60.0
"""Seconds after which a verdict is wiped; every key begins them anew."""


class ByHand(StrEnum):
    """What a clerk found on a paper document with their own eyes; for the journal."""

    TAKEN = "taken"
    TURNED_AWAY = "turned-away"
    HELPED_ON = "helped-on"


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is at the counter. `waiting`: a code came before a purpose was chosen."""

    tiles: Tiles
    waiting: bool = False
    trouble: CounterproofError | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A request is open until `ends_at` (monotonic); `digits` are given out for wallets without a camera."""

    tile: Tile
    showing: StillCode | StreamSender = field(repr=False)
    number: str
    ends_at: float
    lasts: float
    digits: str | None = None
    paper: bool = False
    trouble: CounterproofError | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict, shown until `ends_at` (monotonic); `trouble` is why what came after it is no verdict."""

    view: VerdictView
    tile: Tile | None
    ends_at: float
    stays_open: bool = False
    trouble: CounterproofError | None = None
    modes: frozenset[Mode] = frozenset()


@dataclass(frozen=True, slots=True)
class Looking:
    """The manual way: somebody looks at a paper document."""

    tile: Tile | None


State = Idle | Asking | Told | Looking


class Desk:
    """One counter's window, without the window.

    Intents raise what cannot be settled on a page (StoreError); what a clerk can settle is `trouble` of the
    state that follows.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._clock = place.clock
        self._waiting: tuple[Kind, bytes] | None = None
        self.state: State = Idle(self.tiles())

    @property
    def counter(self) -> Counter:
        """The counter itself."""
        return self._place.counter

    def tiles(self) -> Tiles:
        """Return what this counter can ask now, in the language spoken now."""
        place = self._place
        return tiles_of(place.settings, place.own_purposes(), place.types(), current())

    def choose(self, tile: Tile) -> None:
        """Begin to ask; a code that came before is decided at once where it needs no request."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._decide(*waiting, tile, Taking(_modes(waiting[0]), tile.question))
            return
        standing = self._place.standing
        if standing is None:
            self.state = Idle(self.tiles(), trouble=UsageError("verifier.no-certificate"))
            return
        try:
            transaction = self.counter.ask(standing.identity, tile.question)
        except UsageError as error:
            self.state = Idle(self.tiles(), trouble=error)
            return
        request = transaction.request
        lasts = float(request.terms.good_for)
        self.state = Asking(
            tile,
            encode(Kind.REQUEST, request.to_message(), streams_ok=True),
            request.match_number,
            self._clock.monotonic() + lasts,
            lasts,
        )

    def ask_again(self) -> None:
        """Make a new request for the same purpose."""
        tile = getattr(self.state, "tile", None)
        if tile is None:
            self.next()
        else:
            self.choose(tile)

    def give_digits(self) -> None:
        """Give six digits to a person whose wallet has no camera."""
        if isinstance(self.state, Asking):
            self.state = replace(self.state, digits=self.counter.challenge(), trouble=None)

    def take_paper(self) -> None:
        """Take a slip or a code shown first from this person, beside an answer."""
        if isinstance(self.state, Asking):
            self.state = replace(self.state, paper=True, trouble=None)

    def take(self, collected: Collected) -> None:
        """Decide about a message that was read."""
        kind, state = collected.kind, self.state
        if isinstance(state, Asking):
            modes = frozenset({Mode.SHOWN_FIRST, Mode.SLIP}) if state.paper else frozenset()
            self._decide(kind, collected.m, state.tile, Taking(modes, state.tile.question))
        elif isinstance(state, Idle) and kind in (Kind.SHOWN, Kind.SLIP):
            self._waiting = kind, collected.m
            self.state = Idle(state.tiles, waiting=True)
        elif isinstance(state, Told):
            self._decide(kind, collected.m, state.tile, Taking(state.modes, _question(state.tile)))
        else:
            self._decide(kind, collected.m, None, Taking())

    def could_not_read(self, error: CounterproofError) -> None:
        """Say what kept a picture, a text or a camera from being read, and count it."""
        if not isinstance(error, UsageError):
            self.counter.unreadable(error.code)
        self.trouble(error)

    def trouble(self, error: CounterproofError) -> None:
        """Say that something is in the way; nothing that is open is lost."""
        if isinstance(self.state, Idle | Asking | Told):
            self.state = replace(self.state, trouble=error)

    def look_by_hand(self) -> None:
        """Go the manual way; an open request is erased."""
        tile = getattr(self.state, "tile", None)
        self.counter.next()
        self._waiting = None
        self.state = Looking(tile)

    def looked(self, found: ByHand) -> None:
        """Mark in the journal what was found by eye, and go on."""
        tile = self.state.tile if isinstance(self.state, Looking) else None
        self.counter.journal.count(
            self._clock.now(),
            outcome="by-hand",
            code=f"by-hand.{found.value}",
            mode="eye",
            purpose="" if tile is None else tile.question.purpose,
        )
        self.next()

    def next(self) -> None:
        """Go on to the next person: everything of the last one is erased."""
        self._waiting = None
        self.counter.next()
        self.state = Idle(self.tiles())

    def renew(self) -> None:
        """Read tiles again: trust, language or settings are others now."""
        if isinstance(self.state, Idle):
            self.state = replace(self.state, tiles=self.tiles())

    def extend(self) -> None:
        """Keep a verdict for another minute from now."""
        if isinstance(self.state, Told):
            self.state = replace(self.state, ends_at=self._clock.monotonic() + WIPE_AFTER)

    def seconds_left(self) -> int:
        """Return how long what is open stays open; 0 where nothing ends by itself."""
        if isinstance(self.state, Asking | Told):
            return max(0, round(self.state.ends_at - self._clock.monotonic()))
        return 0

    def tick(self) -> bool:
        """Let time pass; tell whether the state is another now."""
        if not isinstance(self.state, Asking | Told) or self._clock.monotonic() < self.state.ends_at:
            return False
        if isinstance(self.state, Asking):
            if self._clock.monotonic() < self.state.ends_at + LIMITS.transaction_slack:
                return False
            self.next()
            self.trouble(UsageError("verifier.request-over"))
            return True
        self.next()
        return True

    def _decide(self, kind: Kind, m: bytes, tile: Tile | None, taking: Taking) -> None:
        try:
            decision = self.counter.take(kind, m, taking)
        except CounterproofError as error:
            self.trouble(_for_a_window(error))
            return
        view = view_of(decision, self._place.types(), current())
        ends_at = self._clock.monotonic() + WIPE_AFTER
        stays_open = self.counter.open_request() is not None
        self.state = Told(view, tile, ends_at, stays_open=stays_open, modes=taking.modes)


def _modes(kind: Kind) -> frozenset[Mode]:
    return frozenset({Mode.SHOWN_FIRST, Mode.SLIP}) if kind is Kind.SLIP else frozenset({Mode.SHOWN_FIRST})


def _question(tile: Tile | None) -> Question | None:
    return None if tile is None else tile.question


def _for_a_window(error: CounterproofError) -> CounterproofError:
    """Return the same error under the code whose sentence names buttons instead of commands."""
    if error.code not in ("verifier.other-mode", "verifier.purpose-needed"):
        return error
    return UsageError(error.code.replace(".", ".window-"), **error.facts)
