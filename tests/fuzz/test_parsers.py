"""Every parser of bytes from outside: our own errors and no others, within a second, whatever comes in."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counterproof.mdoc.cbor import EncodedCbor, FullDate, Spliced, TDate, decode_exact, encode
from counterproof.mdoc.errors import MalformedError
from tests.fuzz.parsers import FORGE, ISSUED, PARSERS, RESPONSE, TOKEN, parse
from tests.kit.door import ask_line
from verifier.conformance.judge import KINDS

NAMES = st.sampled_from(
    [
        "version",
        "documents",
        "status",
        "docType",
        "issuerSigned",
        "deviceSigned",
        "nameSpaces",
        "issuerAuth",
        "digestID",
        "random",
        "elementIdentifier",
        "elementValue",
        "valueDigests",
        "validityInfo",
        "deviceKeyInfo",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64 - 1),
    st.binary(max_size=40),
    st.text(max_size=20),
    NAMES,
    st.builds(TDate, st.text(max_size=20)),
    st.builds(FullDate, st.text(max_size=10)),
    st.builds(lambda raw: Spliced(bytes([raw])), st.integers(0xE0, 0xF7)),
)
KEYS = st.one_of(NAMES, st.integers(-40, 70_000), st.text(max_size=6), st.binary(max_size=4))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(KEYS, inner, max_size=6),
        st.builds(EncodedCbor.of, inner),
        st.builds(EncodedCbor, st.binary(max_size=20)),
    ),
    max_leaves=30,
)


@st.composite
def bent(draw: st.DrawFn, seed: bytes) -> bytes:
    """Draw bytes near a good message: pieces overwritten, cut out, doubled, or put in."""
    data = seed
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = draw(st.integers(at, min(len(data), at + 40)))
        put_in = draw(st.one_of(st.binary(max_size=12), st.just(data[at:end] * 2), VALUES.map(encode)))
        data = data[:at] + put_in + data[end:]
    return data


def inputs(seed: bytes) -> st.SearchStrategy[bytes]:
    return st.one_of(st.binary(max_size=200), VALUES.map(encode), bent(seed))


@pytest.mark.parametrize("name", PARSERS)
def test_the_seed_of_each_parser_is_near_something_good(name: str) -> None:
    parse(name, PARSERS[name][1])


SETTINGS = settings(
    max_examples=40,
    deadline=timedelta(seconds=1),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SOAK = settings(SETTINGS, max_examples=4000, derandomize=False)


@pytest.mark.parametrize("name", PARSERS)
def test_parsers_raise_our_errors_alone(name: str) -> None:
    @SETTINGS
    @given(inputs(PARSERS[name][1]))
    @example(b"")
    @example(b"\x00")
    @example(b"\xff" * 64)
    def run(data: bytes) -> None:
        parse(name, data)

    run()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", PARSERS)
def test_parsers_raise_our_errors_alone_at_length(name: str) -> None:
    @SOAK
    @given(inputs(PARSERS[name][1]))
    def run(data: bytes) -> None:
        parse(name, data)

    run()


LINES = st.fixed_dictionaries(
    {"id": st.text(max_size=5)},
    optional={
        "kind": st.one_of(st.sampled_from(sorted(KINDS)), st.text(max_size=5)),
        "bytes": st.one_of(
            st.sampled_from([RESPONSE, ISSUED, TOKEN]).flatmap(bent).map(bytes.hex),
            st.binary(max_size=60).map(bytes.hex),
            st.text(max_size=6),
        ),
        "at": st.one_of(st.just("2026-06-01T12:00:00Z"), st.text(max_size=25)),
        "anchors": st.one_of(
            st.just([FORGE.anchor]), st.lists(st.text(max_size=4), max_size=3), st.integers()
        ),
        "issuer_key": st.text(max_size=6),
        "doc_type": st.text(max_size=6),
        "transcript": st.one_of(st.just(FORGE.transcript.hex()), st.text(max_size=8)),
        "reader_private_key": st.one_of(st.just("07"), st.text(max_size=4)),
        "status_lists": st.one_of(st.just([TOKEN.hex()]), st.lists(st.text(max_size=4), max_size=3)),
        "status_index": st.one_of(st.integers(), st.floats()),
        "status_uri": st.text(max_size=6),
        "request": st.binary(max_size=20).map(bytes.hex),
        "audience": st.text(max_size=6),
    },
)
VERDICTS = {"accepted", "refused", "undecided", "unreadable", "unusable"}


def check_answer(line: bytes) -> None:
    said = ask_line(line)
    assert said["verdict"] in VERDICTS
    assert said["code"] != "internal", line
    assert (said["code"] == "ok") is (said["verdict"] == "accepted")


@SETTINGS
@given(st.one_of(LINES.map(json.dumps).map(str.encode), st.binary(max_size=80)))
def test_the_door_answers_everything(line: bytes) -> None:
    check_answer(line)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@SOAK
@given(st.one_of(LINES.map(json.dumps).map(str.encode), st.binary(max_size=200)))
def test_the_door_answers_everything_at_length(line: bytes) -> None:
    check_answer(line)


@SETTINGS
@given(VALUES)
def test_what_is_encoded_is_read_back_by_the_strictest_rules(value: Any) -> None:
    data = encode(value)
    try:
        read = decode_exact(data, shortest=True)
    except MalformedError as error:
        # Drawn floats are no half floats, and two keys may differ in Python and be one in CBOR.
        assert error.code in {"cbor.reserved", "cbor.depth", "cbor.duplicate-key"}  # noqa: PT017
        return
    assert encode_again(read) == data


def encode_again(value: Any) -> bytes:
    """Encode a decoded value; undefined and simple values come back as they were."""
    return _simple_back(value) if not _plain(value) else encode(value)


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(key) and _plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_plain(item) for item in value)
    return value is None or type(value) in {bool, int, str, bytes, EncodedCbor, TDate, FullDate}


def _simple_back(value: Any) -> bytes:
    if isinstance(value, list):
        return encode([Spliced(encode_again(item)) for item in value])
    if isinstance(value, dict):
        return encode({key: Spliced(encode_again(item)) for key, item in value.items()})
    if hasattr(value, "value"):
        return bytes([0xE0 | value.value])
    return b"\xf7"
