"""Status lists at their edges: the last that is taken, the first that is not, and what each refusal names."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError, StoreError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists import rice, status_delta, status_list
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_check import (
    SKEW,
    examine_status_token,
    judge_status,
    verify_status_token,
)
from counterproof.mdoc.lists.status_delta import (
    apply_status_delta,
    build_status_delta,
    build_status_deltas,
)
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_list import INVALID, StatusList
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.lists.status_token import StatusListToken, build_status_token
from counterproof.mdoc.mso import StatusListReference
from tests.kit.certificates import AT
from tests.kit.lists import ABSENT, DAY, ISSUED, URI, WEEK, StatusKit

if TYPE_CHECKING:
    from collections.abc import Callable

KIT = StatusKit()
OTHER = StatusKit("elsewhere")
SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
LATER = ISSUED + timedelta(hours=1)


def refused(call: Callable[[], Any], kind: type[CounterproofError] = CounterproofError) -> tuple[str, Any]:
    with pytest.raises(kind) as caught:
        call()
    return caught.value.code, caught.value.facts


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


# The lists that are held.


def judge(lists: StatusLists, certificate: bytes | None = None, **more: Any) -> StatusFinding:
    asked = {"issuer": KIT.anchor, "at": AT, **more}
    return lists.judge(StatusListReference(5, URI, certificate), **asked)


def test_lists_are_asked_with_the_age_and_the_skew_that_are_borne() -> None:
    lists = StatusLists()
    held = lists.add(KIT.token({5: 1}), anchors=[KIT.anchor], at=AT)
    assert list(lists) == [held]
    assert judge(lists).answer is StatusAnswer.INVALID
    assert judge(lists, max_age=timedelta(hours=10) - TICK).code == "status.stale"
    assert judge(lists, at=ISSUED - SKEW - TICK).code == "status.issued-in-future"
    assert judge(lists, at=ISSUED - SKEW - TICK, skew=DAY).answer is StatusAnswer.INVALID


def test_a_list_is_taken_a_little_ahead_of_the_clock_and_with_what_is_known_of_its_signer() -> None:
    token = KIT.token(issued_at=AT)
    for at, skew in ((AT - SKEW, SKEW), (AT - DAY, DAY)):
        assert StatusLists().add(token, anchors=[KIT.anchor], at=at, skew=skew).issued_at == AT
    for at, skew in ((AT - SKEW - TICK, SKEW), (AT - TICK, timedelta())):
        lists = StatusLists()

        def offer(lists: StatusLists = lists, at: datetime = at, skew: timedelta = skew) -> None:
            lists.add(token, anchors=[KIT.anchor], at=at, skew=skew)

        assert refused(offer, StoreError) == ("status.issued-in-future", {})
        assert len(lists) == 0
    crls = [revocations()]
    code, facts = refused(lambda: StatusLists().add(KIT.token(), anchors=[KIT.anchor], at=AT, crls=crls))
    assert (code, facts["reason"]) == ("status.signer-untrusted", "certificate.revoked")
    assert StatusLists().add(token, anchors=[KIT.anchor], at=AT, crls=[revocations(OTHER)]).crls


@pytest.mark.parametrize(
    ("token", "code", "facts"),
    [
        (KIT.token({5: 1, 9: 1}, issued_at=LATER - SECOND), "status.older", {"held", "offered"}),
        (KIT.token({5: 1}, issued_at=LATER), "status.same-time", {"held"}),
        (KIT.token({5: 1}, issued_at=LATER + SECOND), "status.unrevoked", {"count", "index"}),
    ],
)
def test_what_may_not_follow_is_refused_with_the_facts(token: bytes, code: str, facts: set[str]) -> None:
    lists = StatusLists()
    lists.add(KIT.token({5: 1, 9: 1}, issued_at=LATER), anchors=[KIT.anchor], at=AT)
    found, said = refused(lambda: lists.add(token, anchors=[KIT.anchor], at=AT), StoreError)
    assert (found, set(said)) == (code, facts)
    moments = {"held": LATER.isoformat(), "offered": (LATER - SECOND).isoformat(), "count": 1, "index": 9}
    assert said == {name: moments[name] for name in facts}


def test_of_tokens_set_aside_the_newest_counts_and_of_one_moment_the_last() -> None:
    point = KIT.anchor.der
    for first, second, answer in (
        (KIT.token({5: 1}), KIT.token({5: 1}, issued_at=LATER), LATER),
        (KIT.token({5: 1}, issued_at=LATER), KIT.token(), LATER),
    ):
        lists = StatusLists()
        lists.set_aside(first)
        lists.set_aside(second)
        found = judge(lists, point, issuer=OTHER.anchor)
        assert (found.answer, found.issued_at) == (StatusAnswer.INVALID, answer)
    lists = StatusLists()
    lists.set_aside(KIT.token({5: 1}))
    lists.set_aside(KIT.token({5: 1, 6: 1}))
    judge(lists, point)
    held = lists.find(URI, KIT.anchor)
    assert held is not None
    assert held.status_list.count(1) == 2
    judge(lists, point)
    assert lists.find(URI, KIT.anchor) is held


def test_a_token_set_aside_is_proven_at_the_moment_of_asking() -> None:
    lists = StatusLists()
    lists.set_aside(KIT.token({5: 1}, issued_at=AT))
    point = KIT.anchor.der
    assert judge(lists, point, at=AT - SKEW - TICK).code == "status.missing"
    assert judge(lists, point, at=AT - SKEW - TICK, skew=DAY).answer is StatusAnswer.INVALID
    late = StatusLists()
    late.set_aside(KIT.token({5: 1}))
    assert judge(late, point, at=KIT.certificate.not_after + SECOND).code == "status.missing"


def test_a_certificate_that_is_none_and_an_authority_that_is_another_are_told_apart() -> None:
    lists = StatusLists()
    lists.add(KIT.token(), anchors=[KIT.anchor], at=AT)
    found = judge(lists, b"no certificate")
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.unreadable")
    assert judge(lists, issuer=OTHER.anchor).code == "status.other-issuer"
    elsewhere = StatusListReference(5, URI + "0", None)
    assert lists.judge(elsewhere, issuer=KIT.anchor, at=AT).code == "status.missing"
    assert lists.find(URI, OTHER.anchor) is None
    assert lists.find(URI + "0", KIT.anchor) is None


# The update from one list to the next.

OLD = KIT.token({5: 1})
NEW = KIT.token({5: 1, 6: 1, 20: 1}, issued_at=LATER)


def test_an_update_says_what_changed_and_what_is_around_it() -> None:
    members = decode_exact(build_status_delta(OLD, NEW), LIMITS.status_delta)
    start = NEW.index(StatusListToken.from_bytes(NEW).compressed)
    end = start + len(StatusListToken.from_bytes(NEW).compressed)
    same = members["same"]
    assert (OLD[:same] == NEW[:same], OLD[same] != NEW[same], same < start) == (True, True, True)
    gaps = [6, 13]
    k = rice.best_parameter(gaps)
    assert members == {
        "version": "1.0",
        "from": hashlib.sha256(OLD).digest(),
        "to": hashlib.sha256(NEW).digest(),
        "same": same,
        "before": NEW[same:start],
        "after": NEW[end:],
        "count": 2,
        "rice": k,
        "gaps": rice.pack(gaps, k),
    }


@pytest.mark.parametrize(
    "other",
    [KIT.token(uri=URI + "0"), KIT.token(size=2048), KIT.token(bits=2), KIT.token(size=512, bits=2)],
)
def test_an_update_is_between_lists_of_one_name_and_shape(other: bytes) -> None:
    assert refused(lambda: build_status_delta(other, NEW), UsageError) == ("status-delta.shape", {})
    found = build_status_deltas([other, OLD], NEW)
    assert found == {hashlib.sha256(OLD).hexdigest(): build_status_delta(OLD, NEW)}


def test_a_list_that_another_program_packed_gets_no_update() -> None:
    loose = zlib.compress(bytes(51) + b"\x10" + bytes(76), 0)
    foreign = KIT.bent(values={"lst": loose})
    for call in (lambda: build_status_delta(OLD, foreign), lambda: build_status_deltas([OLD], foreign)):
        assert refused(call, UsageError) == ("status-delta.not-ours", {})
    assert apply_status_delta(foreign, build_status_delta(foreign, NEW)) == NEW


@pytest.mark.parametrize(
    ("changes", "code", "facts"),
    [
        ({"version": "2.0"}, "mdoc.version", None),
        *(
            ({name: "x"}, "mdoc.member", {"path": "status-delta", "member": name})
            for name in ("from", "to", "before", "after", "gaps")
        ),
        ({"count": 1025}, "mdoc.member", None),
        ({"rice": rice.MOST_BITS + 1}, "mdoc.member", None),
        ({"same": len(OLD) + 1}, "mdoc.member", None),
        ({"from": bytes(32)}, "status-delta.other-base", {}),
        ({"to": bytes(32)}, "status-delta.rebuilt", {}),
        ({"gaps": rice.pack([1024], 9), "rice": 9, "count": 1}, "status-delta.range", {}),
    ],
)
def test_an_update_that_is_bent_is_refused_with_its_code(
    changes: dict[str, Any], code: str, facts: dict[str, Any] | None
) -> None:
    honest = decode_exact(build_status_delta(OLD, NEW), LIMITS.status_delta)
    found, said = refused(lambda: apply_status_delta(OLD, encode({**honest, **changes})))
    assert found == code
    if facts is not None:
        assert said == facts


@pytest.mark.parametrize("bit", [0, 7, 8, 1023])
def test_one_bit_anywhere_is_carried_over(bit: int) -> None:
    old, new = KIT.token(), KIT.token({bit: 1}, issued_at=LATER)
    delta = build_status_delta(old, new)
    assert decode_exact(delta, LIMITS.status_delta)["count"] == 1
    assert apply_status_delta(old, delta) == new


def test_bits_that_changed_are_counted_from_one_another() -> None:
    assert list(status_delta._gaps(b"\x00\x00", b"\x00\x00")) == []
    assert list(status_delta._gaps(b"\x01\x80\x00", b"\x80\x00\x81")) == [0, 6, 7, 0, 6]


@pytest.mark.parametrize(
    ("one", "other", "length"),
    [
        (b"", b"", 0),
        (b"a", b"", 0),
        (b"ab", b"ac", 1),
        (b"ab", b"ab", 2),
        (b"ab", b"abc", 2),
        (b"x", b"y", 0),
    ],
)
def test_what_two_begin_with_alike_is_counted(one: bytes, other: bytes, length: int) -> None:
    assert status_delta._common(one, other) == length
    assert status_delta._common(other, one) == length
