"""The flow of a drill: one person after the other, what to do about each, and a score at the end.

It stands beside the real desk and shares nothing with it: not the trust, not the state, not the journal. Who
runs it may mark in the real journal that a drill was held, and no more: how well somebody did is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterproof.credential_types import shipped
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.collect import collect
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import TextSource
from counterproof.words.drill import SITUATIONS as SAID
from counterproof.words.language import current
from verifier.counter import AWAITED, Taking
from verifier.drill.agency import DrillAgency
from verifier.drill.faces import Face, false_screen, picture
from verifier.drill.practice import Practice
from verifier.drill.situations import BY_NAME, HONEST, SITUATIONS, Act, Situation
from verifier.flow.tiles import Asked, fields_of
from verifier.flow.verdict import VerdictView, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterproof.clock import Clock
    from counterproof.optics.stream import StreamSender
    from verifier.drill.practice import Held
    from verifier.journal import Journal

LEAST: Final = 8
"""People of a drill: fewer would leave out what everybody must have met once."""

MOST: Final = len(SITUATIONS)
USUAL: Final = 10
_HONEST_LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the practising counter: which one of how many, and what is seen of them.

    `code` is what they hold out, None where that is no code but `thing`; that and `portrait`, the face
    before the clerk, are JPEG.
    """

    number: int
    of: int
    seen: str
    asked: tuple[Asked, ...]
    face: Face
    portrait: bytes = field(repr=False)
    code: StillCode | StreamSender | None = field(default=None, repr=False)
    thing: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Beginning:
    """Nobody came yet."""

    people: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody is there; the counter did not look yet."""

    person: Person


@dataclass(frozen=True, slots=True)
class Looked:
    """The counter looked: `view` is its verdict, `trouble` why there is none; the clerk is to act.

    `pictured` is who is on the portrait, where there is one.
    """

    person: Person
    view: VerdictView | None
    trouble: CounterproofError | None
    pictured: Face | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a clerk did about one person."""

    name: str
    act: Act

    @property
    def right(self) -> bool:
        """Whether that was right."""
        return self.act in BY_NAME[self.name].right

    @property
    def grave(self) -> bool:
        """Whether somebody got what they had no right to."""
        return self.act is Act.GO_AHEAD and not self.right

    @property
    def lesson(self) -> str:
        """What was behind it."""
        return SAID[self.name].do

    @property
    def best(self) -> Act:
        """The first of what would have been right."""
        return next(each for each in Act if each in BY_NAME[self.name].right)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was behind it is said."""

    person: Person
    view: VerdictView | None
    result: Result


@dataclass(frozen=True, slots=True)
class Scored:
    """Everybody was served."""

    results: tuple[Result, ...]

    @property
    def right(self) -> int:
        """How many were served rightly."""
        return sum(each.right for each in self.results)

    @property
    def missed(self) -> tuple[Result, ...]:
        """Those that were not; the grave ones first."""
        return tuple(sorted((each for each in self.results if not each.right), key=lambda one: not one.grave))

    @property
    def grave(self) -> int:
        """How many got what they had no right to."""
        return sum(each.grave for each in self.results)


DrillState = Beginning | Meeting | Looked | Learned | Scored


class Drill:
    """One drill; `close` it. Raises UsageError `drill.people` for too few or too many people."""

    def __init__(self, clock: Clock, random: Callable[[int], bytes], people: int = USUAL) -> None:
        if not LEAST <= people <= MOST:
            raise UsageError("drill.people", least=LEAST, most=MOST)
        self._clock, self._random = clock, random
        self._practice: Practice | None = None
        self._held: Held | None = None
        self._begin(drawn(people, random))

    def _begin(self, situations: Sequence[Situation]) -> None:
        self._situations = tuple(situations)
        self._results: list[Result] = []
        self.state: DrillState = Beginning(len(self._situations))

    @property
    def situation(self) -> Situation:
        """The one that is open now."""
        return self._situations[len(self._results) - isinstance(self.state, Learned)]

    def go_on(self) -> None:
        """Begin, let the next person come, or give the score after the last one."""
        if isinstance(self.state, Beginning):
            self._agency = DrillAgency(self._clock.now(), self._random)
        elif not isinstance(self.state, Learned):
            return
        self._forget()
        if len(self._results) == len(self._situations):
            self.state = Scored(tuple(self._results))
        else:
            self._meet(self._situations[len(self._results)])

    def look(self) -> None:
        """Let the counter look at what is held out, and decide."""
        state, practice, held = self.state, self._practice, self._held
        if not isinstance(state, Meeting) or practice is None or held is None:
            return
        view, trouble = None, None
        try:
            view = _verdict(practice, held, self.situation)
        except CounterproofError as error:
            trouble = error
        pictured = practice.face if view is not None and view.portrait is not None else None
        self.state = Looked(state.person, view, trouble, pictured)

    def act(self, act: Act) -> None:
        """Do something about this person, and learn what was behind it."""
        if isinstance(self.state, Looked):
            result = Result(self.situation.name, act)
            self._results.append(result)
            self.state = Learned(self.state.person, self.state.view, result)

    def again(self) -> None:
        """Practise once more what was missed."""
        if isinstance(self.state, Scored) and self.state.missed:
            self._begin([BY_NAME[each.name] for each in self.state.missed])

    def close(self) -> None:
        """Forget everything."""
        self._forget()

    def _forget(self) -> None:
        if self._practice is not None:
            self._practice.close()
        self._practice = self._held = None

    def _meet(self, situation: Situation) -> None:
        face = Face.drawn(self._random)
        practice = Practice(self._agency, self._clock, self._random, situation.doc_type, face)
        held = situation.hold(practice)
        self._practice, self._held = practice, held
        before = face.somebody_else() if situation.impostor else face
        code = _code(held)
        self.state = Meeting(
            Person(
                len(self._results) + 1,
                len(self._situations),
                SAID[situation.name].what,
                fields_of(practice.question.items, shipped(), current()),
                before,
                picture(before, specimen=False),
                code,
                false_screen() if code is None else None,
            )
        )


def drawn(people: int, random: Callable[[int], bytes]) -> list[Situation]:
    """Return that many situations in an order that nobody knows: what must always come, and honest people."""
    chosen = [each for each in SITUATIONS if each.always]
    others = _shuffled([each for each in SITUATIONS if not each.always], random)
    lacking = _HONEST_LEAST - sum(each in HONEST for each in chosen)
    first = [each for each in others if each in HONEST][:lacking]
    rest = [each for each in others if each not in first]
    return _shuffled([*chosen, *first, *rest][:people], random)


def mark(journal: Journal, clock: Clock) -> None:
    """Mark in the real journal that a drill was held to its end."""
    journal.count(clock.now(), outcome="drill", code="drill.held")


def _shuffled(situations: Sequence[Situation], random: Callable[[int], bytes]) -> list[Situation]:
    return sorted(situations, key=lambda _: random(8))


def _code(held: Held) -> StillCode | StreamSender | None:
    """Return the code that is held out; a foreign one is drawn as it is."""
    if held.foreign:
        return StillCode(Kind.ANSWER, held.foreign)
    return None if held.kind is None else encode(held.kind, held.m, streams_ok=True)


def _verdict(practice: Practice, held: Held, situation: Situation) -> VerdictView:
    """Return what the counter says of it, by its own rules."""
    if held.foreign:
        collect([TextSource(held.foreign)], awaited=AWAITED)
    if held.kind is None:
        raise UsageError("optics.no-code")
    taking = Taking(situation.taking, practice.question)
    return view_of(practice.counter.take(held.kind, held.m, taking), shipped(), current())
