from __future__ import annotations

import hashlib
import itertools
import random
import zlib
from contextlib import suppress

import pytest
import raptorq
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics import base45
from counterproof.optics.kinds import Kind
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.stream import StreamAssembler, StreamSender, decoded, read_frame
from tests.kit.scenarios import scenario

M = random.Random(1).randbytes(2_000)
LENGTHS = (1, 479, 480, 481, 960, 4_801, 20_000, 65_535)


def sealed(body: bytes) -> str:
    """Return the text of a frame of 496 bytes with its checksum put right."""
    return "CPF1:" + base45.encode(body + zlib.crc32(body).to_bytes(4, "big"))


def changed(text: str, at: int, new: bytes) -> str:
    """Return a frame with bytes replaced and the checksum put right, as an attacker can."""
    body = base45.decode(text[5:])[:496]
    return sealed(body[:at] + new + body[at + len(new) :])


def frames(m: bytes = M, count: int = 12, kind: Kind = Kind.ANSWER) -> list[str]:
    return list(itertools.islice(StreamSender(kind, m), count))


def test_layout_of_a_frame() -> None:
    data = base45.decode(frames()[3][5:])
    assert len(data) == 500
    assert data[:4] == bytes((2, 0)) + len(M).to_bytes(2, "big")
    assert data[4:12] == hashlib.sha256(b"\x02" + M).digest()[:8]
    assert data[12:16] == b"\0\0\0\x03"
    assert data[16:496] == M[3 * 480 : 4 * 480]
    assert data[496:] == zlib.crc32(data[:496]).to_bytes(4, "big")
    assert len(frames()[3]) == 755


@pytest.mark.parametrize("length", LENGTHS)
def test_first_symbols_are_the_message_itself(length: int) -> None:
    m = random.Random(length).randbytes(length)
    sender = StreamSender(Kind.SHOWN, m)
    symbols = b"".join(read_frame(text).symbol for text in itertools.islice(sender, sender.needed))
    assert symbols == m.ljust(sender.needed * 480, b"\0")


@pytest.mark.parametrize("length", LENGTHS)
def test_repair_symbols_alone_are_enough(length: int) -> None:
    m = random.Random(length).randbytes(length)
    sender = StreamSender(Kind.SHOWN, m)
    assembler = StreamAssembler()
    found = None
    for symbol_id in range(sender.needed, 2 * sender.needed + 20):
        found = found or assembler.feed(sender.text(symbol_id), 0.0)
    assert found == (Kind.SHOWN, m)


def test_ids_start_again_after_the_last() -> None:
    sender = StreamSender(Kind.ANSWER, M)
    running = itertools.islice(sender.starting_at(65_534), 4)
    assert [read_frame(text).symbol_id for text in running] == [65_534, 65_535, 0, 1]
    assert read_frame(sender.text(65_535)).symbol_id == 65_535


@pytest.mark.parametrize("symbol_id", [-1, 65_536])
def test_no_other_ids(symbol_id: int) -> None:
    with pytest.raises(LimitError) as refused:
        StreamSender(Kind.ANSWER, M).text(symbol_id)
    assert refused.value.code == "optics.symbol-id"


@pytest.mark.parametrize(
    ("m", "code"), [(b"", "optics.message-empty"), (bytes(65_536), "optics.message-too-long")]
)
def test_messages_that_no_stream_carries(m: bytes, code: str) -> None:
    with pytest.raises(LimitError) as refused:
        StreamSender(Kind.ANSWER, m)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CPF1:" + "0" * 749, "optics.frame-length"),
        ("CPF1:" + "0" * 751, "optics.frame-length"),
        ("CPF1:" + "0" * 5_000, "optics.frame-length"),
        ("CPF1:" + "0" * 70_000, "optics.frame-length"),
        ("CPF1:" + ":" * 750, "optics.frame-garbled"),
        ("CPF1:" + "0" * 749 + "1", "optics.frame-garbled"),
        (changed(frames()[0], 0, b"\0"), "optics.frame-kind"),
        (changed(frames()[0], 0, b"\x08"), "optics.frame-kind"),
        (changed(frames()[0], 1, b"\1"), "optics.frame-reserved"),
        (changed(frames()[0], 2, b"\0\0"), "optics.frame-message-length"),
        (changed(frames()[0], 12, b"\1"), "optics.frame-block"),
        (changed(frames()[0], 13, b"\1\0\0"), "optics.frame-symbol-id"),
        ("CPF2:" + "0" * 750, "optics.newer-version"),
        ("CPA1:BB8", "optics.still-code"),
        ("http://example.org", "optics.foreign-web-address"),
        (frames()[0].lower(), "optics.lower-case"),
    ],
)
def test_frames_refused(text: str, code: str) -> None:
    assembler = StreamAssembler()
    with pytest.raises(MalformedError) as refused:
        assembler.feed(text, 0.0)
    assert refused.value.code == code
    assert assembler.rejected == 1
    assert assembler.progress == ()


def test_every_flipped_byte_of_a_frame_is_refused() -> None:
    data = base45.decode(frames()[0][5:])
    for at in range(500):
        flipped = bytes((*data[:at], data[at] ^ 0x01, *data[at + 1 :]))
        with pytest.raises(MalformedError) as refused:
            read_frame("CPF1:" + base45.encode(flipped))
        assert refused.value.code == "optics.frame-garbled"


@scenario("frames-dup-order")
def test_random_order_repeats_and_losses_complete_or_wait() -> None:
    """Scenario frames-dup-order."""
    for seed in range(40):
        chance = random.Random(seed)
        shown = [text for text in frames(count=10) if chance.random() > 0.3] * 2
        chance.shuffle(shown)
        assembler = StreamAssembler()
        results = [found for text in shown if (found := assembler.feed(text, 0.0))]
        assert results[:1] in ([], [(Kind.ANSWER, M)])
        assert bool(results) or len(set(shown)) < 5 + 2


@scenario("frames-mixed")
def test_two_sessions_are_never_merged() -> None:
    """Scenario frames-mixed."""
    others = [random.Random(seed).randbytes(2_000) for seed in range(2, 5)]
    streams = [frames(m) for m in (M, *others)]
    mixed = [text for group in zip(*streams, strict=True) for text in group]
    random.Random(0).shuffle(mixed)
    assembler = StreamAssembler()
    whole = {found[1] for text in mixed if (found := assembler.feed(text, 0.0))}
    assert whole == {M, *others}
    assert assembler.drops == 0


def test_the_same_message_of_another_kind_is_another_stream() -> None:
    assembler = StreamAssembler()
    for text in frames(count=4, kind=Kind.ANSWER) + frames(count=4, kind=Kind.SHOWN):
        assert assembler.feed(text, 0.0) is None
    assert [progress.received for progress in assembler.progress] == [4, 4]


def test_a_fifth_stream_waits_until_one_is_idle() -> None:
    assembler = StreamAssembler()
    starts = [frames(random.Random(seed).randbytes(2_000))[0] for seed in range(10, 15)]
    for text in starts[:4]:
        assembler.feed(text, 0.0)
    with pytest.raises(LimitError) as refused:
        assembler.feed(starts[4], 10.0)
    assert refused.value.code == "optics.stream-sets"
    assembler.feed(starts[0], 10.0)
    assert assembler.feed(starts[4], 10.1) is None
    assert len(assembler.progress) == 2


def test_frames_of_a_passer_by_do_not_keep_the_place_of_a_stream_for_long() -> None:
    patient = OpticsLimits(stream_idle_seconds=900.0)
    assembler, own = StreamAssembler(patient), frames(count=5)
    for text in own[:-1]:
        assert assembler.feed(text, 0.0) is None
    others = [frames(random.Random(seed).randbytes(2_000)) for seed in range(10, 15)]
    for each in others[:3]:
        assembler.feed(each[0], 20.0)
    assembler.feed(others[0][1], 20.0)
    assert assembler.feed(others[3][0], 31.0) is None, "a place was given up"
    assert assembler.feed(own[-1], 32.0) == (Kind.ANSWER, M), "and not that of what is almost whole"


@scenario("frames-count-lie")
def test_a_length_that_lies_is_capped() -> None:
    """Scenario frames-count-lie: 65,535 bytes announced, a set of 2,000 behind it."""
    assembler = StreamAssembler()
    sender = StreamSender(Kind.ANSWER, M)
    lies = (changed(sender.text(n), 2, b"\xff\xff") for n in range(1_000))
    codes = []
    for text in lies:
        try:
            assert assembler.feed(text, 0.0) is None
        except MalformedError as error:
            codes.append(error.code)
        assert all(progress.received <= 137 + 400 for progress in assembler.progress)
        assert all(progress.needed == 137 for progress in assembler.progress)
    assert codes


def test_more_frames_than_the_cap_drop_the_set() -> None:
    """A message of one symbol whose frames never decode cannot be made, so the cap is lowered for this."""
    limits = LIMITS.__class__(spare_frames=-2)
    assembler = StreamAssembler(limits)
    *first, last = frames(count=4)
    for text in first:
        assembler.feed(text, 0.0)
    with pytest.raises(MalformedError) as refused:
        assembler.feed(last, 0.0)
    assert refused.value.code == "optics.stream-frames"
    assert assembler.drops == 1


def test_one_id_with_two_symbols_drops_the_set() -> None:
    assembler = StreamAssembler()
    first, second, *_ = frames()
    assembler.feed(first, 0.0)
    assembler.feed(second, 0.0)
    with pytest.raises(MalformedError) as refused:
        assembler.feed(changed(first, 16, b"poison"), 0.0)
    assert refused.value.code == "optics.stream-conflict"
    assert assembler.progress == ()


def test_a_false_symbol_gives_no_message() -> None:
    assembler = StreamAssembler()
    *good, last = frames(count=5)
    for text in good:
        assembler.feed(text, 0.0)
    with pytest.raises(MalformedError) as refused:
        assembler.feed(changed(last, 16, b"poison"), 0.0)
    assert refused.value.code == "optics.stream-digest"


def test_three_drops_ask_for_one_screen_and_the_next_person_starts_afresh() -> None:
    assembler = StreamAssembler()
    first = frames()[0]
    codes = []
    for _ in range(3):
        assembler.feed(first, 0.0)
        with pytest.raises(MalformedError) as refused:
            assembler.feed(changed(first, 16, b"poison"), 0.0)
        codes.append(refused.value.code)
    assert codes == ["optics.stream-conflict"] * 2 + ["optics.one-screen-only"]
    assert assembler.one_screen_only
    found = [result for text in frames() if (result := assembler.feed(text, 0.0))]
    assert found[:1] == [(Kind.ANSWER, M)]
    assembler.forget()
    assert not assembler.one_screen_only


def test_an_idle_set_goes() -> None:
    assembler = StreamAssembler()
    texts = frames(count=5)
    for number, text in enumerate(texts[:4]):
        assembler.feed(text, number * 9.9)
    assert assembler.feed(texts[4], 50.0) is None
    assert [progress.received for progress in assembler.progress] == [1]


@pytest.mark.parametrize("packet", [b"", b"\1\0\0\0" + bytes(480)])
def test_a_panic_of_the_library_is_a_refused_frame(packet: bytes) -> None:
    with pytest.raises(MalformedError) as refused:
        decoded(raptorq.Decoder.with_defaults(2_000, 480), packet)
    assert refused.value.code == "optics.frame-panic"


def test_an_interrupt_is_not_a_panic() -> None:
    class Interrupted:
        def decode(self, packet: bytes) -> bytes | None:
            raise KeyboardInterrupt(len(packet))

    with pytest.raises(KeyboardInterrupt):
        decoded(Interrupted(), b"")


@settings(max_examples=300)
@given(st.binary(min_size=496, max_size=496), st.floats(0, 1e6))
def test_no_frame_raises_anything_but_our_errors(body: bytes, seconds: float) -> None:
    head = bytes((1 + body[0] % 5, 0)) + body[2:12] + b"\0\0" + body[14:]
    assembler = StreamAssembler()
    for text in (sealed(body), sealed(head)):
        with suppress(MalformedError):
            assert assembler.feed(text, seconds) is None


@given(st.text(max_size=60).map("CPF1:".__add__))
def test_no_text_raises_anything_but_our_errors_as_a_frame(text: str) -> None:
    with pytest.raises(MalformedError):
        read_frame(text)
