"""Lists that are held, and updates from one to the next: what may follow, and what each refusal names."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists import rice, status_delta
from counterproof.mdoc.lists.status_check import (
    SKEW,
)
from counterproof.mdoc.lists.status_delta import (
    apply_status_delta,
    build_status_delta,
    build_status_deltas,
)
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.lists.status_token import StatusListToken
from counterproof.mdoc.mso import StatusListReference
from tests.kit.certificates import AT
from tests.kit.lists import DAY, ISSUED, LATER, SECOND, TICK, URI, StatusKit
from tests.kit.refusals import refused

KIT = StatusKit()
OTHER = StatusKit("elsewhere")


def revocations(kit: StatusKit = KIT) -> Any:
    entries = [Revocation(kit.certificate.serial, ISSUED)]
    return build_crl(kit.kit.iaca, entries, number=1, this_update=ISSUED, next_update=AT + 30 * DAY)


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
    lists.set_aside(KIT.token({5: 1, 6: 1}, issued_at=LATER))
    assert judge(lists, point).issued_at == LATER


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


def test_an_update_may_change_every_bit_and_more_than_a_message_holds() -> None:
    """Its bounds are its own: four times as many bits as entries, and eight times the size of a message."""
    old = KIT.token(size=64, bits=4)
    new = KIT.token(dict.fromkeys(range(64), 15), size=64, bits=4, issued_at=LATER)
    delta = build_status_delta(old, new)
    assert decode_exact(delta, LIMITS.status_delta)["count"] == 64 * 4
    assert apply_status_delta(old, delta) == new
    large = encode({"before": bytes(LIMITS.message.size), "version": "1.0"})
    assert refused(lambda: apply_status_delta(old, large))[0] == "mdoc.member"
    nested = encode({"before": [[[[[]]]]], "version": "1.0"})
    assert refused(lambda: apply_status_delta(old, nested))[0] == "cbor.depth"


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
