"""Streams: a message as a sequence of QR codes of one size, from any part of which it can be put together.

The frame is that of docs/qr-exchange.md, "Frame"; the code between frames is RaptorQ (RFC 6330) with
F = length of M, T = 480, Z = 1, N = 1, Al = 8, none of which is sent except F.

Poisoned streams: RaptorQ makes a false message of a false symbol without complaint, and anyone can compute
the identifier and the checksum of a frame. So sets are keyed by the first twelve bytes, a contradiction or
a wrong digest throws the set away, and the third time the person is asked to show one screen only. What
remains is delay, never a wrong message.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics import base45
from counterproof.optics.kinds import FRAME_PREFIX, Form, Kind, recognise, trimmed
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.text import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = struct.Struct(">BBH8sI")  # kind, 0, F, session, payload id
_KINDS: Final = frozenset(int(kind) for kind in Kind)
_CHECKSUM: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose checksum and fields hold; `key` is its first twelve bytes."""

    kind: Kind
    length: int
    session: bytes
    symbol_id: int
    symbol: bytes = field(repr=False)

    @property
    def key(self) -> bytes:
        """The twelve bytes that all frames of one message share."""
        return struct.pack(">BBH8s", self.kind, 0, self.length, self.session)

    @property
    def packet(self) -> bytes:
        """Payload id and symbol, as RFC 6330 section 4.4.2 orders them."""
        return self.symbol_id.to_bytes(4, "big") + self.symbol


def source_symbols(length: int, limits: OpticsLimits = LIMITS) -> int:
    """Return K, the number of frames that a message of `length` bytes needs at least."""
    return -(-length // limits.symbol_bytes)


def session_id(kind: Kind, m: bytes) -> bytes:
    """Return the first 8 bytes of SHA-256 over the kind byte and M."""
    return hashlib.sha256(bytes((kind,)) + m).digest()[:8]


class StreamSender:
    """The frames of one message, without end: symbol ids from 0 to 65,535 and again from 0.

    M is 1 to 65,535 bytes. Errors: `optics.message-empty`, `optics.message-too-long`.
    """

    moving: ClassVar[bool] = True

    def __init__(self, kind: Kind, m: bytes, limits: OpticsLimits = LIMITS) -> None:
        if not m:
            raise LimitError("optics.message-empty")
        if len(m) > limits.stream_message_bytes:
            raise LimitError("optics.message-too-long", length=len(m), limit=limits.stream_message_bytes)
        import raptorq

        self.kind = kind
        self.needed = source_symbols(len(m), limits)
        self._limits = limits
        self._head = bytes((kind, 0)) + len(m).to_bytes(2, "big") + session_id(kind, m)
        self._encoder = raptorq.Encoder.with_defaults(m, limits.symbol_bytes)
        self._packets: list[bytes] = []

    def __iter__(self) -> Iterator[str]:
        """Yield the text of one frame after the other, from symbol id 0."""
        return self.starting_at(0)

    def starting_at(self, symbol_id: int) -> Iterator[str]:
        """Yield frames from a symbol id on, as for a window that was covered for a while."""
        while True:
            yield self.text(symbol_id)
            symbol_id = (symbol_id + 1) % self._limits.encoding_symbols

    def text(self, symbol_id: int) -> str:
        """Return the text of the frame with this symbol id (0 to 65,535)."""
        if not 0 <= symbol_id < self._limits.encoding_symbols:
            raise LimitError("optics.symbol-id", found=symbol_id, limit=self._limits.encoding_symbols - 1)
        body = self._head + self._packet(symbol_id)
        return f"{FRAME_PREFIX}:{base45.encode(body + _CHECKSUM.pack(zlib.crc32(body)))}"

    def _packet(self, symbol_id: int) -> bytes:
        if symbol_id >= len(self._packets):
            # The library makes all symbols up to a number or none, so the number doubles.
            wanted = min(self._limits.encoding_symbols, max(64, self.needed * 2, (symbol_id + 1) * 2))
            self._packets = self._encoder.get_encoded_packets(wanted - self.needed)
        return self._packets[symbol_id]


def read_frame(text: str, limits: OpticsLimits = LIMITS) -> Frame:
    """Return the frame that a text carries, every field checked (docs/qr-exchange.md, "Frame").

    Errors: what `decode_still` raises for texts that are not ours, `optics.frame-length`,
    `optics.frame-garbled` (Base45 or checksum), `optics.frame-kind`, `optics.frame-reserved`,
    `optics.frame-message-length` (0), `optics.frame-block`, `optics.frame-symbol-id` (65,536 or more).
    """
    stripped = trimmed(text) if len(text) <= limits.pasted_characters else text
    if recognise(stripped).form is not Form.FRAME:
        raise refusal(stripped)
    if len(stripped) != limits.frame_characters:
        raise MalformedError("optics.frame-length", found=len(stripped), needed=limits.frame_characters)
    try:
        data = base45.decode(stripped[len(FRAME_PREFIX) + 1 :])
    except MalformedError as error:
        raise MalformedError("optics.frame-garbled", reason=error.code) from None
    body, checksum = data[: -_CHECKSUM.size], data[-_CHECKSUM.size :]
    if checksum != _CHECKSUM.pack(zlib.crc32(body)):
        raise MalformedError("optics.frame-garbled", reason="optics.checksum")
    return _checked(body, limits)


def _checked(body: bytes, limits: OpticsLimits) -> Frame:
    kind, reserved, length, session, payload_id = _HEAD.unpack_from(body)
    block, symbol_id = payload_id >> 24, payload_id & 0xFFFFFF
    if kind not in _KINDS:
        raise MalformedError("optics.frame-kind", found=kind)
    if reserved != 0:
        raise MalformedError("optics.frame-reserved", found=reserved)
    if length == 0:
        raise MalformedError("optics.frame-message-length", found=length)
    if block != 0:
        raise MalformedError("optics.frame-block", found=block)
    if symbol_id >= limits.encoding_symbols:
        raise MalformedError("optics.frame-symbol-id", found=symbol_id)
    return Frame(Kind(kind), length, session, symbol_id, body[_HEAD.size :])


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stream has come: different frames received, and the least number needed."""

    kind: Kind
    received: int
    needed: int


class Decoder(Protocol):
    """What this module uses of the untyped `raptorq.Decoder`."""

    def decode(self, packet: bytes) -> bytes | None:
        """Take a packet; return the message as soon as it is whole."""


@dataclass(slots=True)
class _Set:
    """The frames of one key so far."""

    first: Frame
    decoder: Decoder
    needed: int
    last_seconds: float
    symbols: dict[int, bytes] = field(default_factory=dict)


class StreamAssembler:
    """Puts messages together from the texts of frames, in any order, with gaps and repeats.

    Up to four streams grow side by side. The caller tells the time in monotonic seconds. `rejected` counts
    the frames that were refused, `drops` the sets that were thrown away.
    """

    def __init__(self, limits: OpticsLimits = LIMITS) -> None:
        self._limits = limits
        self._sets: dict[bytes, _Set] = {}
        self.rejected = 0
        self.drops = 0

    @property
    def one_screen_only(self) -> bool:
        """Whether so many sets were thrown away that several screens must be in view (or one lies)."""
        return self.drops >= self._limits.stream_drops

    @property
    def progress(self) -> tuple[Progress, ...]:
        """How far each stream has come, the furthest first."""
        found = [Progress(s.first.kind, len(s.symbols), s.needed) for s in self._sets.values()]
        return tuple(sorted(found, key=lambda p: p.received / p.needed, reverse=True))

    def feed(self, text: str, seconds: float) -> tuple[Kind, bytes] | None:
        """Take the text of one frame; return kind and M when it completes a message, else None.

        Errors: those of `read_frame`; `optics.stream-sets` (a fifth stream while four grow, none of which
        rests);
        `optics.stream-conflict`, `optics.stream-digest` and `optics.stream-frames` (the set was thrown
        away: two symbols with one id, a false message, more than K + 400 frames);
        `optics.one-screen-only` (the same, for the third time or later).
        """
        try:
            return self._add(read_frame(text, self._limits), seconds)
        except MalformedError:
            self.rejected += 1
            raise

    def forget(self) -> None:
        """Drop every set and start counting anew, as for the next person."""
        self._sets.clear()
        self.rejected = self.drops = 0

    def _add(self, frame: Frame, seconds: float) -> tuple[Kind, bytes] | None:
        self._forget_idle(seconds)
        grown = self._sets.get(frame.key) or self._start(frame, seconds)
        grown.last_seconds = seconds
        known = grown.symbols.get(frame.symbol_id)
        if known is not None:
            if known != frame.symbol:
                raise self._dropped(frame, "optics.stream-conflict")
            return None
        if len(grown.symbols) >= grown.needed + self._limits.spare_frames:
            raise self._dropped(frame, "optics.stream-frames")
        grown.symbols[frame.symbol_id] = frame.symbol
        m = decoded(grown.decoder, frame.packet)
        if m is None:
            return None
        if len(m) != frame.length or session_id(frame.kind, m) != frame.session:
            raise self._dropped(frame, "optics.stream-digest")
        del self._sets[frame.key]
        return frame.kind, m

    def _start(self, frame: Frame, seconds: float) -> _Set:
        if len(self._sets) >= self._limits.stream_sets:
            self._make_room(seconds)
        import raptorq

        decoder = raptorq.Decoder.with_defaults(frame.length, self._limits.symbol_bytes)
        started = _Set(frame, decoder, source_symbols(frame.length, self._limits), seconds)
        self._sets[frame.key] = started
        return started

    def _make_room(self, seconds: float) -> None:
        """Drop the least of the sets that rest, so that four frames of a passer-by hold no place for long."""
        before = seconds - self._limits.stream_yields_seconds
        resting = [key for key, grown in self._sets.items() if grown.last_seconds < before]
        if not resting:
            raise LimitError("optics.stream-sets", limit=self._limits.stream_sets)
        del self._sets[min(resting, key=lambda key: len(self._sets[key].symbols) / self._sets[key].needed)]

    def _forget_idle(self, seconds: float) -> None:
        oldest = seconds - self._limits.stream_idle_seconds
        for key in [key for key, grown in self._sets.items() if grown.last_seconds < oldest]:
            del self._sets[key]

    def _dropped(self, frame: Frame, code: str) -> MalformedError:
        del self._sets[frame.key]
        self.drops += 1
        return MalformedError("optics.one-screen-only" if self.one_screen_only else code, drops=self.drops)


def decoded(decoder: Decoder, packet: bytes) -> bytes | None:
    """Give one packet to the library; a panic inside it is a refused frame and not the end of the program.

    Error: `optics.frame-panic`.
    """
    try:
        return decoder.decode(packet)
    except BaseException as failure:
        # pyo3 derives its PanicException from BaseException and exports the class nowhere, so that its name
        # is all there is to catch it by. Everything else (an interrupt, say) goes on its way.
        if type(failure).__module__ != "pyo3_runtime" or type(failure).__name__ != "PanicException":
            raise
        raise MalformedError("optics.frame-panic") from None
