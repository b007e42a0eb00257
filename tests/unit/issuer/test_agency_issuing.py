"""Issuing: what leaves, what it tells, what is refused, and that nothing leaves twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from tests.kit.agency import AT, RESIDENT, Wallet, adult, asked, found, person, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from issuer.agency import Agency, Issued

RESIDENCY = "org.counterproof.residency.1"
AGE = "eu.europa.ec.av.1"


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return found(tmp_path / "a")


def residency(agency: Agency, copies: int = 2) -> tuple[Wallet, Issued]:
    wallet = asked(agency, "residency", copies)
    return wallet, agency.issue(wallet.request, "residency", person(agency, "residency"))


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def test_what_a_wallet_receives_is_good(agency: Agency) -> None:
    wallet, issued = residency(agency, 3)
    reply = wallet.open(issued.reply)
    assert (reply.doc_type, reply.agency, reply.issuer_root) == (RESIDENCY, "Harbour Borough", agency.root)
    assert len(reply.credentials) == issued.copies == 3
    trust = TrustedIssuers.of([agency.root])
    for key, credential in zip(wallet.keys, reply.credentials, strict=True):
        report = verify_issuer_signed(credential, trust=trust, at=AT, doc_type=RESIDENCY)
        assert report.verdict is Verdict.ACCEPTED, report.code
        mso = IssuerSigned.from_bytes(credential).mso
        assert mso.device_key == CoseKey.from_public_key(key.public_key())


def test_the_register_has_each_copy_before_it_leaves(agency: Agency) -> None:
    wallet, issued = residency(agency)
    facts = agency.register.show(issued.batch_id)
    documents = [IssuerSigned.from_bytes(each) for each in wallet.open(issued.reply).credentials]
    assert facts.summary.subject == "A-17"
    for copy, document in zip(facts.credentials, documents, strict=True):
        assert document.mso.status is not None
        assert copy.index == document.mso.status.index
    acts = agency.register.acts(limit=100)
    assert [each.act.action for each in acts][-1] == "issue"
    assert acts[-1].act.target == issued.batch_id


def test_template_bytes_are_what_encode_writes(agency: Agency) -> None:
    """The fast path splices bytes; parsed and encoded again by the plain path they are the same."""
    wallet, issued = residency(agency)
    for credential in wallet.open(issued.reply).credentials:
        document = IssuerSigned.from_bytes(credential)
        assert document.to_bytes() == credential
        assert document.mso.to_payload() == document.issuer_auth.payload
        for item in (item for items in document.namespaces.values() for item in items):
            plain = {
                "digestID": item.digest_id,
                "random": item.random,
                "elementIdentifier": item.identifier,
                "elementValue": item.value,
            }
            assert encode(plain) == item.encoded.content


@pytest.mark.parametrize(
    ("born", "over"),
    [("2008-06-01", True), ("2008-06-02", False), ("2026-06-01", False), ("1950-01-01", True)],
)
def test_ages_are_worked_out_from_the_birth_date(agency: Agency, born: str, over: bool) -> None:  # noqa: FBT001
    wallet = asked(agency)
    reply = wallet.open(agency.issue(wallet.request, AGE, adult(agency, born=born)).reply)
    items = IssuerSigned.from_bytes(reply.credentials[0]).namespaces[AGE]
    assert {item.identifier: item.value for item in items} == {"age_over_18": over}


def test_the_same_request_gets_the_same_answer(agency: Agency) -> None:
    wallet, issued = residency(agency)
    again = agency.issue(wallet.request, "residency", person(agency, "residency"))
    assert (again.new, again.batch_id, again.reply) == (False, issued.batch_id, issued.reply)
    month_later = reopen(agency, FixedClock(AT + timedelta(days=40)))
    assert not month_later.issue(wallet.request, "residency", person(agency, "residency")).new
    assert agency.register.counts().batches == 1


def test_the_same_request_for_somebody_else_is_refused(agency: Agency) -> None:
    wallet, _ = residency(agency)
    other = person(agency, "residency", {**RESIDENT, "subject": "B-2"})
    assert code_of(lambda: agency.issue(wallet.request, "residency", other)) == "agency.answered-otherwise"
    assert code_of(lambda: agency.issue(wallet.request, AGE, adult(agency))) == "agency.answered-otherwise"
    assert agency.register.counts().batches == 1


@pytest.mark.parametrize("threads", [16, pytest.param(50, marks=pytest.mark.slow)])
def test_scenario_issuer_double_submit(agency: Agency, threads: int) -> None:
    """The same request from many at once: one batch, and everybody gets that one's reply."""
    wallet = asked(agency)
    subject = adult(agency)
    answers: list[Issued] = []
    together = threading.Barrier(threads)

    def submit() -> None:
        together.wait()
        answers.append(agency.issue(wallet.request, AGE, subject))

    workers = [threading.Thread(target=submit) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(answers) == threads
    assert len({each.reply for each in answers}) == 1
    assert sum(each.new for each in answers) == 1
    assert agency.register.counts().batches == 1


def test_an_offer_is_good_once(agency: Agency) -> None:
    offer = agency.offer(AGE, copies=2)
    first, second = Wallet(offer), Wallet(offer)
    agency.issue(first.request, AGE, adult(agency))
    assert code_of(lambda: agency.issue(second.request, AGE, adult(agency, "B-1"))) == "register.nonce-used"


def test_an_offer_is_good_for_its_days(agency: Agency) -> None:
    wallet = Wallet(agency.offer(AGE, copies=2, life_days=3))
    late = reopen(agency, FixedClock(AT + timedelta(days=3)))
    assert code_of(lambda: late.issue(wallet.request, AGE, adult(late))) == "register.nonce-expired"


def test_an_offer_of_another_agency_is_refused(agency: Agency, tmp_path: Path) -> None:
    twin = asked(found(tmp_path / "twin"))
    assert code_of(lambda: agency.issue(twin.request, AGE, adult(agency))) == "register.nonce-unknown"
    other = asked(found(tmp_path / "other", url="https://other.example"))
    assert code_of(lambda: agency.issue(other.request, AGE, adult(agency))) == "handover.other-agency"


def test_an_offer_stands_for_its_type_and_its_copies(agency: Agency) -> None:
    offer = agency.offer(AGE, copies=2)
    kind = offer.__class__
    facts = {name: getattr(offer, name) for name in kind.__slots__}
    more = Wallet(kind(**{**facts, "batch_size": 5}))
    assert code_of(lambda: agency.issue(more.request, AGE, adult(agency))) == "agency.not-offered"
    dearer = Wallet(kind(**{**facts, "doc_type": RESIDENCY}))
    subject = person(agency, "residency")
    assert code_of(lambda: agency.issue(dearer.request, RESIDENCY, subject)) == "agency.not-offered"


def test_a_request_for_another_type_is_refused(agency: Agency) -> None:
    wallet = asked(agency)
    subject = person(agency, "residency")
    assert code_of(lambda: agency.issue(wallet.request, "residency", subject)) == "agency.other-type"


def test_refusals_use_nothing_up(agency: Agency) -> None:
    wallet = asked(agency)
    before = agency.register.status_lists()
    for bad in (wallet.request[:-3], wallet.request.replace(b"ey", b"eY", 1), b"{}", b""):
        with pytest.raises(CounterproofError):
            agency.issue(bad, AGE, adult(agency))
    agency.plan(wallet.request, AGE, adult(agency))
    assert agency.register.status_lists() == before
    assert agency.issue(wallet.request, AGE, adult(agency)).new


def test_scenario_issuer_ds_near_expiry(agency: Agency) -> None:
    """A document never outlives its signer's certificate: what was asked for is refused, else cut."""
    toml = agency.desk.folder / "catalogue" / "residency.toml"
    toml.write_bytes(toml.read_bytes().replace(b"validity_days = 365", b"validity_days = 900"))
    wallet = asked(agency, "residency")
    subject = person(agency, "residency")
    too_long = code_of(lambda: agency.issue(wallet.request, "residency", subject, valid_days=367))
    assert too_long == "agency.too-long"
    issued = agency.issue(wallet.request, "residency", subject)
    assert issued.shortened
    assert issued.valid_until - issued.valid_from == timedelta(days=366)


def test_a_signer_signs_no_day_longer_than_it_may(agency: Agency) -> None:
    wallet = Wallet(agency.offer(AGE, copies=1, life_days=31))
    last_day = reopen(agency, FixedClock(AT + timedelta(days=89)))
    assert last_day.signer_warning() is not None
    again = asked(last_day, copies=1)
    assert last_day.issue(again.request, AGE, adult(last_day)).new
    over = reopen(agency, FixedClock(AT + timedelta(days=90)))
    third = asked(over, copies=1)
    assert code_of(lambda: over.issue(third.request, AGE, adult(over))) == "agency.signer-retired"
    assert wallet.offer.batch_size == 1


def test_the_agency_is_warned_two_weeks_before(agency: Agency) -> None:
    assert agency.signer_warning() is None
    near = reopen(agency, FixedClock(AT + timedelta(days=76)))
    warning = near.signer_warning()
    assert warning is not None
    assert (warning.code, warning.facts["days"]) == ("agency.state-document-signer", 13)


def test_scenario_issuer_clock_back(agency: Agency) -> None:
    """With the clock a day behind, nothing is offered, issued, published or changed."""
    wallet, issued = residency(agency)
    behind = reopen(agency, FixedClock(AT - timedelta(days=1)))
    fresh = asked(agency)
    for call in (
        lambda: behind.offer(AGE),
        lambda: behind.issue(fresh.request, AGE, adult(behind)),
        lambda: behind.publish(agency.desk.folder / "out"),
        lambda: behind.revoke(issued.batch_id, reason="lost"),
        behind.rotate_signer,
        behind.renew_crls,
    ):
        assert code_of(call) == "register.clock-back"
    assert not (agency.desk.folder / "out").exists()
    assert behind.state().findings[0].code == "register.clock-back"
    assert wallet.offer.batch_size == 2


def test_small_corrections_of_the_clock_pass(agency: Agency) -> None:
    residency(agency)
    assert reopen(agency, FixedClock(AT - timedelta(minutes=4))).offer(AGE).batch_size == 30


def test_a_full_list_is_followed_by_another(tmp_path: Path) -> None:
    agency = found(tmp_path / "a", status_size=1024)
    lists = set()
    for _ in range(6):
        _, issued = residency(agency, 200)
        lists |= {each.list_id for each in agency.register.show(issued.batch_id).credentials}
    assert len(lists) == 2
    used = [(facts.bits, facts.used) for facts in agency.register.status_lists()]
    assert used == [(1, 0), (2, 800), (2, 400)]


def test_a_required_field_that_is_missing_is_named(agency: Agency) -> None:
    wallet = asked(agency)
    subject = adult(agency)
    del subject.inputs["birth_date"]
    with pytest.raises(UsageError) as refused:
        agency.issue(wallet.request, AGE, subject)
    assert refused.value.code == "catalogue.element-missing"
    assert refused.value.facts == {"element": "age_over_18"}


def test_a_used_nonce_is_known_as_used(agency: Agency) -> None:
    wallet, _ = residency(agency)
    assert code_of(lambda: agency.register.check_nonce(wallet.offer.c_nonce, at=AT)) == "register.nonce-used"
