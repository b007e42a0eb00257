"""Any mix of inputs to one message: the one way in for pictures, streams, scanners and pasted text."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CounterproofError, Fact, MalformedError
from counterproof.optics.kinds import Form, Kind, recognise, trimmed
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.reader import PictureReader
from counterproof.optics.stream import Progress, StreamAssembler, read_frame
from counterproof.optics.text import decode_still, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterproof.optics.read import Sight
    from counterproof.optics.sources import Source

# Which of several things to say when nothing could be read: what the person can mend soonest comes first.
_SAY_FIRST: Final = (
    "optics.two-codes",
    "optics.one-screen-only",
    "optics.stream-incomplete",
    "optics.newer-version",
    "optics.lower-case",
    "optics.keyboard-layout",
    "optics.garbled",
    "optics.frame-",
    "optics.stream-",
    "optics.other-kind",
    "optics.file-",
    "optics.picture-",
    "optics.",
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something seen besides the message: a stable code, the facts of its first time, and how often."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True, slots=True)
class Collected:
    """A message and what else was seen on the way to it; M begins with the coding byte."""

    kind: Kind
    m: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()


class NothingCollectedError(MalformedError):
    """No input held a message that was awaited; `code` says the most useful reason, `notes` all of them."""

    def __init__(self, note: Note, notes: tuple[Note, ...]) -> None:
        super().__init__(note.code, **note.facts)
        self.notes = notes


class Collector:
    """Takes sights one by one, as a camera gives them, until one completes a message.

    Of several awaited codes in one picture none is read (`optics.two-codes`); frames of one stream count as
    one. `notes` and `progress` can be shown at any time.
    """

    def __init__(self, awaited: frozenset[Kind], limits: OpticsLimits = LIMITS) -> None:
        self._awaited = awaited
        self._limits = limits
        self._assembler = StreamAssembler(limits)
        self._notes: dict[str, Note] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was seen and not used, each code once."""
        return tuple(self._notes.values())

    @property
    def progress(self) -> tuple[Progress, ...]:
        """How far the streams have come, the furthest first."""
        return self._assembler.progress

    def offer(self, sight: Sight, seconds: float) -> Collected | None:
        """Take what one picture held at a time in monotonic seconds; return the message if it is complete."""
        candidates: dict[str, bytes] = {}
        for text in {trimmed(found.text): None for found in sight.found}:
            try:
                candidates[text] = self._identity(text)
            except MalformedError as error:
                self.note(error)
        if len(set(candidates.values())) > 1:
            self.note(MalformedError("optics.two-codes", count=len(set(candidates.values()))))
            return None
        for text in candidates:
            try:
                message = self._take(text, seconds)
            except MalformedError as error:
                self.note(error)
                continue
            if message is not None:
                return Collected(*message, self.notes)
        return None

    def note(self, error: CounterproofError) -> None:
        """Remember an error as something seen."""
        known = self._notes.get(error.code)
        facts, times = (known.facts, known.times + 1) if known else (error.facts, 1)
        self._notes[error.code] = Note(error.code, facts, times)

    def _identity(self, text: str) -> bytes:
        """Return what tells one awaited message from another."""
        recognised = recognise(text)
        if recognised.form is Form.FRAME:
            frame = read_frame(text, self._limits)
            kind, identity = frame.kind, frame.key
        elif recognised.kind is not None:
            kind, identity = recognised.kind, text.encode("utf-8", "backslashreplace")
        else:
            raise refusal(text)
        if kind in self._awaited:
            return identity
        raise MalformedError("optics.other-kind", kind=kind.name.lower())

    def _take(self, text: str, seconds: float) -> tuple[Kind, bytes] | None:
        if recognise(text).form is Form.FRAME:
            return self._assembler.feed(text, seconds)
        return decode_still(text, self._limits)


def collect(
    sources: Iterable[Source],
    *,
    awaited: frozenset[Kind],
    reader: PictureReader | None = None,
    limits: OpticsLimits = LIMITS,
) -> Collected:
    """Return the first message of an awaited kind that the sources hold between them.

    Sources are read in order and no further than needed; a stream may be spread over several of them. A
    source that cannot be read is noted and the next one tried. Without a reader one is started and ended.
    Error: `NothingCollectedError` with the code of the most useful note.
    """
    collector = Collector(awaited, limits)
    begin = 0.0
    with ExitStack() as stack:
        pictures = reader or stack.enter_context(PictureReader(limits))
        for source in sources:
            seconds = begin
            try:
                for elapsed, sight in source.sights(pictures):
                    seconds = begin + elapsed
                    if (collected := collector.offer(sight, seconds)) is not None:
                        return collected
            except CounterproofError as error:
                collector.note(error)
            begin = seconds + 1 / limits.stream_frames_per_second
    raise _nothing(collector)


def _nothing(collector: Collector) -> NothingCollectedError:
    for progress in collector.progress[:1]:
        facts: dict[str, Fact] = {"received": progress.received, "needed": progress.needed}
        collector.note(MalformedError("optics.stream-incomplete", **facts))
    notes = collector.notes or (Note("optics.no-code"),)
    return NothingCollectedError(min(notes, key=_rank), notes)


def _rank(note: Note) -> int:
    return next(rank for rank, start in enumerate((*_SAY_FIRST, "")) if note.code.startswith(start))
