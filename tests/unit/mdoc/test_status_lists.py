"""The lists that a verifier holds: no rollback, no un-revoking, no authority in place of another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.errors import CounterproofError, CryptoError, MalformedError, StoreError
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.mso import StatusListReference
from tests.kit.certificates import AT
from tests.kit.lists import DAY, ISSUED, URI, StatusKit

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

KIT = StatusKit()
OTHER = StatusKit("elsewhere")
HOUR = timedelta(hours=1)


def holding(*tokens: bytes, at: datetime = AT) -> StatusLists:
    lists = StatusLists()
    for token in tokens:
        lists.add(token, anchors=[KIT.anchor, OTHER.anchor], at=at)
    return lists


def refused(
    lists: StatusLists, token: bytes, error: type[CounterproofError] = StoreError
) -> CounterproofError:
    """Offer a token that must be refused, and see that what is installed stays."""
    before = {id(each) for each in lists}
    with pytest.raises(error) as caught:
        lists.add(token, anchors=[KIT.anchor, OTHER.anchor], at=AT)
    assert {id(each) for each in lists} == before
    return caught.value


def judge(
    lists: StatusLists, index: int = 5, issuer: Certificate = KIT.anchor, certificate: bytes | None = None
) -> StatusFinding:
    return lists.judge(StatusListReference(index, URI, certificate), issuer=issuer, at=AT)


def test_a_list_is_installed_found_and_asked() -> None:
    lists = holding(KIT.token({5: 1}))
    assert len(lists) == 1
    found = lists.find(URI, KIT.anchor)
    assert found is not None
    assert found.status_list.get(5) == 1
    assert judge(lists).answer is StatusAnswer.INVALID
    assert judge(lists, 6).answer is StatusAnswer.VALID


def test_a_credential_without_a_list_is_undecided() -> None:
    found = judge(StatusLists())
    assert (found.code, found.standing) == ("status.missing", Standing.UNDECIDED)


def test_a_newer_list_takes_the_place() -> None:
    lists = holding(KIT.token({5: 1}, issued_at=ISSUED - DAY), KIT.token({5: 1, 6: 1}))
    assert len(lists) == 1
    assert judge(lists, 6).answer is StatusAnswer.INVALID


def test_an_older_list_is_refused() -> None:
    error = refused(holding(KIT.token()), KIT.token(issued_at=ISSUED - timedelta(seconds=1)))
    assert error.code == "status.older"
    assert error.facts == {"held": "2026-06-01T02:00:00+00:00", "offered": "2026-06-01T01:59:59+00:00"}


def test_an_older_list_is_refused_even_when_the_newer_one_has_expired() -> None:
    lists = holding(KIT.token(issued_at=ISSUED - HOUR, life=HOUR))
    assert judge(lists).code == "status.expired"
    assert refused(lists, KIT.token(issued_at=ISSUED - DAY)).code == "status.older"


def test_the_same_list_again_changes_nothing() -> None:
    lists = holding(KIT.token({5: 1}))
    held = lists.find(URI, KIT.anchor)
    assert lists.add(KIT.token({5: 1}), anchors=[KIT.anchor], at=AT) is held


def test_two_lists_of_one_second_contradict_each_other() -> None:
    assert refused(holding(KIT.token({5: 1})), KIT.token({5: 1, 6: 1})).code == "status.same-time"


def test_a_list_from_the_future_is_not_installed() -> None:
    """Or it would keep out every honest one until then."""
    lists = holding(KIT.token(issued_at=ISSUED - DAY))
    assert refused(lists, KIT.token(issued_at=AT + timedelta(seconds=61))).code == "status.issued-in-future"
    lists.add(KIT.token(issued_at=AT + timedelta(seconds=60)), anchors=[KIT.anchor], at=AT)


def test_a_revocation_that_is_taken_back_raises_the_alarm() -> None:
    lists = holding(KIT.token({5: 1, 8: 1, 9: 1}, issued_at=ISSUED - DAY))
    error = refused(lists, KIT.token({9: 1}))
    assert (error.code, error.facts) == ("status.unrevoked", {"count": 2, "index": 5})
    assert judge(lists).answer is StatusAnswer.INVALID


@pytest.mark.parametrize("value", [0, 2, 3])
def test_revoked_may_not_become_anything_else(value: int) -> None:
    lists = holding(KIT.token({5: 1}, bits=2, issued_at=ISSUED - DAY))
    assert refused(lists, KIT.token({5: value}, bits=2)).code == "status.unrevoked"


def test_a_shorter_list_may_not_lose_a_revocation() -> None:
    lists = holding(KIT.token({1000: 1}, issued_at=ISSUED - DAY))
    assert refused(lists, KIT.token(size=512)).facts == {"count": 1, "index": 1000}


def test_a_revocation_is_followed_into_another_width() -> None:
    lists = holding(KIT.token({5: 1}, issued_at=ISSUED - DAY))
    assert refused(lists, KIT.token({5: 2}, bits=2)).code == "status.unrevoked"
    lists.add(KIT.token({5: 1}, bits=2), anchors=[KIT.anchor], at=AT)


def test_suspended_may_return() -> None:
    lists = holding(KIT.token({5: 2}, bits=2, issued_at=ISSUED - DAY))
    assert judge(lists).answer is StatusAnswer.SUSPENDED
    lists.add(KIT.token(bits=2), anchors=[KIT.anchor], at=AT)
    assert judge(lists).answer is StatusAnswer.VALID


def test_another_trusted_authority_cannot_answer_replace_or_block() -> None:
    lists = holding(OTHER.token(issued_at=AT))
    found = judge(lists)
    assert (found.answer, found.code, found.standing) == (
        StatusAnswer.UNKNOWN,
        "status.other-issuer",
        Standing.REFUSED,
    )
    lists.add(KIT.token({5: 1}), anchors=[KIT.anchor], at=AT)
    assert judge(lists).answer is StatusAnswer.INVALID
    assert judge(lists, issuer=OTHER.anchor).answer is StatusAnswer.VALID


def test_an_untrusted_or_damaged_list_is_not_installed() -> None:
    lists = holding(KIT.token())
    stranger = StatusKit("stranger")
    assert refused(lists, stranger.token(), CryptoError).code == "status.signer-untrusted"
    flipped = bytearray(KIT.token(issued_at=AT))
    flipped[-1] ^= 1
    assert refused(lists, bytes(flipped), CryptoError).code == "status.signature"
    assert refused(lists, b"", MalformedError).code == "status.tag"


def test_a_certificate_in_the_document_is_the_trust_point() -> None:
    stranger = StatusKit("stranger")
    lists = holding(KIT.token({5: 1}))
    lists.set_aside(stranger.token({6: 1}))
    assert judge(lists).answer is StatusAnswer.INVALID
    assert judge(lists, certificate=stranger.anchor.der).answer is StatusAnswer.VALID
    assert judge(lists, 6, certificate=stranger.anchor.der).answer is StatusAnswer.INVALID
    assert judge(lists, 6, certificate=stranger.certificate.der).answer is StatusAnswer.INVALID


def test_a_certificate_in_the_document_shuts_the_issuer_out() -> None:
    lists = holding(KIT.token())
    assert judge(lists, certificate=OTHER.anchor.der).code == "status.other-issuer"
    assert judge(StatusLists(), certificate=OTHER.anchor.der).code == "status.missing"
    found = judge(lists, certificate=b"\x30\x00")
    assert (found.code, found.detail) == ("status.signer-untrusted", "certificate.unreadable")


@pytest.mark.parametrize("revoked", [True, False])
def test_a_token_set_aside_is_not_believed_if_its_signer_was_taken_back(*, revoked: bool) -> None:
    taken_back = [Revocation(KIT.certificate.serial, ISSUED)] if revoked else []
    crl = build_crl(
        KIT.kit.iaca, taken_back, number=1, this_update=ISSUED, next_update=AT + timedelta(days=30)
    )
    lists = StatusLists()
    lists.set_aside(KIT.token(), crls=[crl])
    found = judge(lists, certificate=KIT.anchor.der)
    assert found.code == ("status.missing" if revoked else "ok")
    assert len(lists) == (0 if revoked else 1)


def test_a_token_set_aside_is_not_believed_by_itself() -> None:
    lists = StatusLists()
    lists.set_aside(KIT.token({5: 1}))
    lists.set_aside(KIT.token(issued_at=ISSUED - DAY))
    assert judge(lists).code == "status.missing"
    assert judge(lists, certificate=KIT.anchor.der).answer is StatusAnswer.INVALID
    with pytest.raises(MalformedError):
        lists.set_aside(b"\xd2\x80")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.sets(st.integers(0, 7))), max_size=8))
def test_whatever_is_offered_time_and_revocations_only_grow(offers: list[tuple[int, set[int]]]) -> None:
    lists = StatusLists()
    held: tuple[int, set[int]] | None = None
    for hour, revoked in offers:
        token = KIT.token(dict.fromkeys(revoked, 1), size=8, issued_at=ISSUED + hour * timedelta(minutes=10))
        try:
            lists.add(token, anchors=[KIT.anchor], at=AT)
        except StoreError:
            assert held is not None
            assert hour <= held[0] or not held[1] <= revoked
        else:
            assert held is None or (hour > held[0] and held[1] <= revoked) or (hour, revoked) == held
            held = (hour, revoked)
    if held is not None:
        answers = {index for index in range(8) if judge(lists, index).answer is StatusAnswer.INVALID}
        assert answers == held[1]
