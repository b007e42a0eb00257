"""Status lists at their edges: the last that is taken, the first that is not, and what each refusal names."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists import status_list
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_check import (
    SKEW,
    examine_status_token,
    judge_status,
    verify_status_token,
)
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_list import INVALID, StatusList
from counterproof.mdoc.lists.status_token import StatusListToken, build_status_token
from tests.kit.certificates import AT
from tests.kit.lists import ABSENT, DAY, ISSUED, SECOND, TICK, URI, WEEK, StatusKit
from tests.kit.refusals import refused

KIT = StatusKit()
OTHER = StatusKit("elsewhere")


# The packed values.


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a list have four bytes at most."""
    monkeypatch.setattr(status_list, "LIMITS", replace(LIMITS, status_inflated=4))
    return 4


@pytest.mark.parametrize(("bits", "most"), [(1, 32), (2, 16), (4, 8), (8, 4)])
def test_a_list_has_at_least_one_entry_and_at_most_the_limit(small: int, bits: int, most: int) -> None:
    made = StatusList.empty(most, bits)
    assert (made.size, bytes(made.packed), type(made.packed)) == (most, bytes(small), bytearray)
    assert StatusList.empty(1, bits).size == 8 // bits
    assert StatusList.empty(8 // bits + 1, bits).size == 2 * 8 // bits
    too_large = ("status.size-unusable", {"size": most + 1})
    assert refused(lambda: StatusList.empty(most + 1, bits), UsageError) == too_large
    assert refused(lambda: StatusList.empty(0, bits)) == ("status.size-unusable", {"size": 0})


def test_a_list_has_one_bit_an_entry_unless_told_otherwise() -> None:
    assert (StatusList.empty(8).bits, StatusList.empty(8).size) == (1, 8)


@pytest.mark.parametrize("bits", [0, 3, 16])
def test_other_widths_are_not_made(bits: int) -> None:
    for make in (lambda: StatusList.empty(8, bits), lambda: StatusList(bits, b"\x00")):
        assert refused(make, UsageError) == ("status.bits-unusable", {"bits": bits})


def test_a_received_list_is_inflated_up_to_the_limit(small: int) -> None:
    assert StatusList.inflate(8, zlib.compress(bytes(small))).size == small
    over = zlib.compress(bytes(small + 1))
    assert refused(lambda: StatusList.inflate(8, over), LimitError) == (
        "status.inflated-size",
        {"limit": small},
    )


@pytest.mark.parametrize(
    ("stream", "code", "facts"),
    [
        (b"no stream", "status.compression", {}),
        (zlib.compress(b"abc")[:-1], "status.compression", {}),
        (zlib.compress(b"abc") + b"xy", "status.compression-trailing", {"size": 2}),
        (zlib.compress(b""), "status.empty", {}),
        (b"", "status.compression", {}),
    ],
)
def test_each_wrong_stream_has_its_code(stream: bytes, code: str, facts: dict[str, Any]) -> None:
    assert refused(lambda: StatusList.inflate(1, stream), MalformedError) == (code, facts)


@pytest.mark.parametrize("index", [-1, 8, True, "1"])
def test_an_index_outside_is_neither_read_nor_written(index: Any) -> None:
    made = StatusList.empty(8, 2)
    for call in (lambda: made.get(index), lambda: made.set(index, 1)):
        assert refused(call, UsageError) == ("status.index-range", {"size": 8})
    assert [made.get(0), made.get(7)] == [0, 0]


@pytest.mark.parametrize("value", [-1, 4, True, "1"])
def test_a_value_wider_than_an_entry_is_not_written(value: Any) -> None:
    made = StatusList.empty(8, 2)
    assert refused(lambda: made.set(0, value), UsageError) == ("status.value-range", {"bits": 2})
    made.set(0, 3)
    made.set(7, 0)
    assert (made.get(0), made.count(3)) == (3, 1)


def test_a_received_list_is_not_written() -> None:
    received = StatusList.inflate(1, StatusList.empty(8).compress())
    assert refused(lambda: received.set(0, 1), UsageError) == ("status.read-only", {})


def test_a_list_is_packed_as_tightly_as_zlib_can() -> None:
    made = StatusList.empty(80_000, 1)
    for index in range(0, 80_000, 97):
        made.set(index, 1)
    assert made.compress() == zlib.compress(made.packed, 9)
    assert made.compress(1) == zlib.compress(made.packed, 1) != made.compress()


def of(bits: int, *values: int) -> StatusList:
    made = StatusList.empty(len(values), bits)
    for index, value in enumerate(values):
        made.set(index, value)
    return made


@pytest.mark.parametrize("bits", [2, 4])
def test_what_left_is_counted_and_the_first_is_named(bits: int) -> None:
    old = of(bits, 0, 1, 2, 1, 1, 3, 0, 0)
    assert old.left(INVALID, old) == (0, -1)
    assert old.left(INVALID, of(bits, 1, 1, 0, 2, 0, 1, 1, 1)) == (2, 3)
    assert old.left(INVALID, of(8, 1, 1, 0, 2, 0, 1, 1, 1)) == (2, 3)
    assert old.left(INVALID, of(8, 0, 1, 0, 1)) == (1, 4)
    assert old.left(INVALID, of(8, 0, 1, 0, 1, 1)) == (0, -1)
    assert list(old.indices(1)) == [1, 3, 4]
    assert [old.count(value) for value in range(4)] == [3, 3, 1, 1]


# The token.


def build(**changes: Any) -> bytes:
    honest: dict[str, Any] = {
        "chain": [KIT.certificate],
        "uri": URI,
        "issued_at": ISSUED,
        "expires_at": ISSUED + DAY,
        "ttl": None,
        "status_list": StatusList.empty(8),
    }
    parts = {**honest, **changes}
    return build_status_token(parts.pop("signer", KIT.signer), parts.pop("chain"), **parts)


def test_a_token_is_built_up_to_every_edge() -> None:
    start, end = KIT.certificate.not_before, KIT.certificate.not_after
    uri = "x" * LIMITS.status_uri
    chain = [KIT.certificate] * LIMITS.chain_certificates
    data = build(uri=uri, chain=chain, issued_at=start, expires_at=end, ttl=SECOND, aggregation_uri="a")
    token = StatusListToken.from_bytes(data)
    assert (token.uri, token.issued_at, token.expires_at, token.ttl) == (uri, start, end, SECOND)
    assert (token.aggregation_uri, len(token.message.x5chain)) == ("a", len(chain))
    claims = decode_exact(token.claims_bytes)
    assert claims[65533].keys() == {"bits", "lst", "aggregation_uri"}
    assert decode_exact(StatusListToken.from_bytes(build()).claims_bytes).keys() == {2, 4, 6, 65533}


@pytest.mark.parametrize(
    ("changes", "code", "facts"),
    [
        ({"uri": ""}, "status.uri-unusable", {"limit": LIMITS.status_uri}),
        ({"uri": "x" * (LIMITS.status_uri + 1)}, "status.uri-unusable", {"limit": LIMITS.status_uri}),
        ({"chain": []}, "status.signer-unusable", {}),
        ({"chain": [KIT.certificate] * (LIMITS.chain_certificates + 1)}, "status.signer-unusable", {}),
        ({"chain": [OTHER.certificate]}, "status.signer-unusable", {}),
        ({"issued_at": KIT.certificate.not_before - TICK}, "status.times-unusable", {}),
        ({"expires_at": KIT.certificate.not_after + TICK}, "status.times-unusable", {}),
        ({"expires_at": ISSUED}, "status.times-unusable", {}),
        ({"ttl": SECOND - TICK}, "status.times-unusable", {}),
    ],
)
def test_a_token_is_built_no_further(changes: dict[str, Any], code: str, facts: dict[str, Any]) -> None:
    assert refused(lambda: build(**changes), UsageError) == (code, facts)


@pytest.mark.parametrize(
    ("bend", "claim"),
    [
        ({"claims": {2: ABSENT}}, "sub"),
        ({"claims": {2: 7}}, "sub"),
        ({"claims": {2: ""}}, "sub"),
        ({"claims": {2: "x" * (LIMITS.status_uri + 1)}}, "sub"),
        ({"claims": {6: ABSENT}}, "iat"),
        ({"claims": {6: b"1"}}, "iat"),
        ({"claims": {6: -1}}, "iat"),
        ({"claims": {6: 253_402_300_800}}, "iat"),
        ({"claims": {4: "0"}}, "exp"),
        ({"claims": {4: -1}}, "exp"),
        ({"claims": {4: 253_402_300_800}}, "exp"),
        ({"claims": {65534: 0}}, "ttl"),
        ({"claims": {65534: None}}, "ttl"),
        ({"claims": {65534: True}}, "ttl"),
        ({"claims": {65534: 253_402_300_800}}, "ttl"),
        ({"claims": {65533: ABSENT}}, "status_list"),
        ({"claims": {65533: b""}}, "status_list"),
        ({"values": {"lst": "x"}}, "lst"),
        ({"values": {"lst": ABSENT}}, "lst"),
        ({"values": {"aggregation_uri": b"x"}}, "aggregation_uri"),
    ],
)
def test_a_wrong_claim_is_named(bend: dict[str, Any], claim: str) -> None:
    data = KIT.bent(**bend)
    found = refused(lambda: StatusListToken.from_bytes(data), MalformedError)
    assert found == ("status.claim", {"claim": claim})


def test_claims_are_read_up_to_their_edges() -> None:
    uri, last = "x" * LIMITS.status_uri, 253_402_300_799
    token = StatusListToken.from_bytes(KIT.bent(claims={2: uri, 6: 0, 4: last, 65534: 1}))
    assert (token.uri, token.issued_at) == (uri, datetime(1970, 1, 1, tzinfo=UTC))
    assert token.expires_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert token.ttl == SECOND
    edge = StatusListToken.from_bytes(KIT.bent(claims={6: last, 4: 0, 65534: last}))
    assert (edge.issued_at, edge.expires_at) == (token.expires_at, token.issued_at)
    assert edge.ttl == timedelta(seconds=last)
    plain = StatusListToken.from_bytes(KIT.bent(claims={4: ABSENT, 65534: ABSENT}))
    assert (plain.expires_at, plain.ttl, plain.aggregation_uri) == (None, None, None)
    named = StatusListToken.from_bytes(KIT.bent(values={"aggregation_uri": "a"}))
    assert (named.aggregation_uri, named.notices) == ("a", ())


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_list_is_inflated_once_and_in_its_width(bits: int) -> None:
    token = StatusListToken.from_bytes(KIT.bent(values={"bits": bits}))
    assert (token.bits, token.status_list.bits, token.status_list.size) == (bits, bits, 1024 // bits)
    assert token.status_list is token.status_list
    size = {"size": 1024 // bits}
    assert refused(lambda: token.lookup(1024 // bits), UsageError) == ("status.index-range", size)


@pytest.mark.parametrize(
    ("bend", "notices"),
    [
        ({}, ()),
        ({"headers": {16: "statuslist+cwt"}}, ("status.short-type",)),
        ({"headers": {33: ABSENT}, "unprotected": {33: KIT.certificate.der}}, ("status.chain-unprotected",)),
        (
            {"headers": {16: "statuslist+cwt", 33: ABSENT}, "unprotected": {33: KIT.certificate.der}},
            ("status.short-type", "status.chain-unprotected"),
        ),
    ],
)
def test_what_is_borne_is_noted(bend: dict[str, Any], notices: tuple[str, ...]) -> None:
    assert StatusListToken.from_bytes(KIT.bent(**bend)).notices == notices


# The answer.


def revocations(kit: StatusKit = KIT) -> Any:
    entries = [Revocation(kit.certificate.serial, ISSUED)]
    return build_crl(kit.kit.iaca, entries, number=1, this_update=ISSUED, next_update=AT + 30 * DAY)


def examine(data: bytes, at: datetime = AT, index: int = 411, **more: Any) -> StatusFinding:
    return examine_status_token(data, uri=URI, index=index, at=at, anchors=[KIT.anchor], **more)


def test_an_answer_is_whole() -> None:
    token = KIT.token({412: 1})
    good = StatusFinding(StatusAnswer.VALID, "ok", Standing.ACCEPTED, 0, ISSUED, 36_000, "", ())
    assert examine(token) == good
    assert examine(token, index=412) == replace_finding(
        good, answer=StatusAnswer.INVALID, code="status.revoked", value=1
    )
    open_ = replace_finding(good, answer=StatusAnswer.UNKNOWN, standing=Standing.UNDECIDED, value=None)
    end = ISSUED + WEEK
    assert examine(token, end) == replace_finding(open_, code="status.expired", age=604_800)
    assert examine(token, max_age=timedelta(hours=10)) == good
    assert examine(token, max_age=timedelta(hours=10) - TICK) == replace_finding(open_, code="status.stale")
    assert examine(token, index=1024) == replace_finding(
        open_, code="status.index-range", standing=Standing.REFUSED
    )


def replace_finding(finding: StatusFinding, **changes: Any) -> StatusFinding:
    members = {name: getattr(finding, name) for name in StatusFinding.__struct_fields__}
    return StatusFinding(**{**members, **changes})


def test_an_age_is_in_whole_seconds_and_never_less_than_nothing() -> None:
    verified = verify_status_token(StatusListToken.from_bytes(KIT.token()), anchors=[KIT.anchor], at=AT)
    assert verified.age(ISSUED - SECOND) == timedelta()
    assert verified.age(ISSUED + TICK) == TICK
    assert examine(KIT.token(), ISSUED + 2 * SECOND - TICK).age == 1
    assert (verified.uri, verified.issued_at, verified.crls) == (URI, ISSUED, ())


def test_a_ttl_holds_to_its_last_moment() -> None:
    assert examine(KIT.token(), ISSUED + DAY).notices == ()
    assert examine(KIT.token(), ISSUED + DAY + TICK).notices == ("status.ttl-passed",)
    short = KIT.bent(headers={16: "statuslist+cwt"})
    assert examine(short, ISSUED + DAY + TICK).notices == ("status.ttl-passed", "status.short-type")


def test_a_list_may_be_of_a_little_later_and_no_more() -> None:
    token = KIT.token(issued_at=AT)
    assert examine(token, AT - SKEW).code == "ok"
    assert examine(token, AT - SKEW - TICK).code == "status.issued-in-future"
    assert examine(token, AT - DAY, skew=DAY).code == "ok"
    assert examine(token, AT - TICK, skew=timedelta()).code == "status.issued-in-future"


def test_a_refusal_says_what_is_behind_it() -> None:
    known = examine(KIT.token(), crls=[revocations()])
    assert (known.code, known.detail) == ("status.signer-untrusted", "certificate.revoked")
    assert (known.answer, known.standing) == (StatusAnswer.UNKNOWN, Standing.REFUSED)
    stranger = examine(KIT.bent(signer=SoftwareSigner(KIT.kit.key("stranger"), deterministic=True)))
    assert (stranger.code, stranger.detail) == ("status.signature", "")


def test_what_was_proven_is_proven_again_outside_its_time_with_what_was_known() -> None:
    late = KIT.certificate.not_after + SECOND
    verified = verify_status_token(StatusListToken.from_bytes(KIT.token()), anchors=[KIT.anchor], at=AT)
    asked: dict[str, Any] = {"uri": URI, "index": 411, "trust_point": KIT.anchor}
    found = judge_status(verified, at=late, **asked)
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.expired")
    early = KIT.certificate.not_before - SECOND
    found = judge_status(verified, at=early, **asked)
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.not-yet-valid")
    assert judge_status(None, at=AT, **asked).code == "status.missing"


def test_a_token_larger_than_any_message_is_read() -> None:
    """A list of a million entries, of which each says something, does not shrink."""
    entries = StatusList(2, bytearray(random.Random(7).randbytes(2 * LIMITS.message.size)))
    token = build(status_list=entries)
    assert len(token) > 2 * LIMITS.message.size
    assert StatusListToken.from_bytes(token).status_list.packed == entries.packed
