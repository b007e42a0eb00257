"""Ceremonies: new signers, withdrawn ones, counters; and what counters make of it after one update."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock
from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.chain import examine_chain
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import READER
from counterproof.mdoc.certificates.request import make_request
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.mso import ValidityInfo
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.published import read_published
from issuer.agency import Level
from issuer.register import SignerRole
from tests.kit.agency import AT, adult, asked, found, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from issuer.agency import Agency

AGE = "eu.europa.ec.av.1"


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return found(tmp_path / "a")


def proof(agency: Agency, reference: str = "A-17") -> bytes:
    wallet = asked(agency, copies=1)
    return wallet.open(agency.issue(wallet.request, AGE, adult(agency, reference)).reply).credentials[0]


def verdict(agency: Agency, folder: Path, credential: bytes) -> tuple[Verdict, str]:
    """Publish, and judge as whoever reads that folder."""
    agency.publish(folder)
    contents = read_published(folder)
    trust = TrustedIssuers((TrustAnchor(contents.root),), contents.crls, contents.signed_sets)
    report = verify_issuer_signed(credential, trust=trust, at=agency.desk.clock.now())
    return report.verdict, report.code


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def key_files(agency: Agency, role: str) -> list[str]:
    return [path.name for path in (agency.desk.folder / "keys").glob(f"{role}-*.key")]


def test_after_a_rotation_the_old_key_is_gone_and_its_documents_stay_good(
    agency: Agency, tmp_path: Path
) -> None:
    old = proof(agency)
    (before,) = key_files(agency, "document")
    rotated = agency.rotate_signer(overlap_days=0, keep_days=0)
    (after,) = key_files(agency, "document")
    assert (rotated.forgotten, before == after) == (1, False)
    new = proof(agency, "B-1")
    assert verdict(agency, tmp_path / "out1", old)[0] is Verdict.ACCEPTED
    assert verdict(agency, tmp_path / "out2", new)[0] is Verdict.ACCEPTED
    last = agency.register.list()[-1]
    assert last.signer == rotated.signer.fingerprint


def test_a_retired_signer_is_followed_by_a_new_one(agency: Agency) -> None:
    late = reopen(agency, FixedClock(AT + timedelta(days=100)))
    wallet = asked(late, copies=1)
    assert code_of(lambda: late.issue(wallet.request, AGE, adult(late))) == "agency.signer-retired"
    late.rotate_signer()
    assert late.issue(wallet.request, AGE, adult(late)).new


def test_a_ceremony_renews_the_revocation_list(agency: Agency) -> None:
    late = reopen(agency, FixedClock(AT + timedelta(days=60)))
    late.rotate_signer()
    ends = sorted(each.next_update for each in late.register.crls())
    assert ends == [AT + timedelta(days=90), AT + timedelta(days=150)]
    assert late.renew_crls() == (SignerRole.IACA, SignerRole.READER_CA)
    assert {each.next_update for each in late.register.crls()} == {AT + timedelta(days=150)}
    assert sorted(each.number for each in late.register.crls()) == [2, 3]


def test_a_status_signer_can_be_rotated(agency: Agency, tmp_path: Path) -> None:
    agency.rotate_signer(SignerRole.STATUS, overlap_days=0, keep_days=0)
    credential = proof(agency)
    assert verdict(agency, tmp_path / "out", credential)[0] is Verdict.ACCEPTED
    assert len(key_files(agency, "status")) == 1


def test_a_root_that_ends_makes_no_more_signers(agency: Agency) -> None:
    last_year = reopen(agency, FixedClock(AT + timedelta(days=3600)))
    assert code_of(last_year.rotate_signer) == "agency.root-ends"
    shorter = reopen(agency, FixedClock(AT + timedelta(days=3400)))
    signer = shorter.rotate_signer().signer
    assert signer.not_after == agency.root.not_after


def test_scenario_issuer_ds_stolen(agency: Agency, tmp_path: Path) -> None:
    """After one update everything that the stolen signer signed is refused, and the next one's is not."""
    stolen = [proof(agency, f"A-{number}") for number in range(3)]
    assert verdict(agency, tmp_path / "before", stolen[0])[0] is Verdict.ACCEPTED
    name = agency.state().signers["document"]
    done = agency.withdraw_signer(name[:8], reason="stolen")
    assert (done.batches, done.credentials) == (3, 3)
    assert key_files(agency, "document") == []
    wallet = asked(agency, copies=1)
    assert code_of(lambda: agency.issue(wallet.request, AGE, adult(agency))) == "agency.no-signer"
    assert [each.code for each in agency.state().findings if each.level is Level.NOW] == ["agency.no-signer"]
    agency.rotate_signer()
    fresh = proof(agency, "B-1")
    for number, credential in enumerate(stolen):
        outcome, code = verdict(agency, tmp_path / f"after{number}", credential)
        assert (outcome, code) == (Verdict.REFUSED, "certificate.revoked")
    assert verdict(agency, tmp_path / "fresh", fresh)[0] is Verdict.ACCEPTED
    to_whom = {each.subject for each in agency.register.list() if each.signer.hex() == name}
    assert to_whom == {"A-0", "A-1", "A-2"}


def test_withdrawing_the_last_signer_does_not_bring_the_one_before_back(agency: Agency) -> None:
    agency.rotate_signer(overlap_days=0)
    agency.withdraw_signer(agency.state().signers["document"], reason="stolen")
    assert "document" not in agency.state().signers
    wallet = asked(agency, copies=1)
    assert code_of(lambda: agency.issue(wallet.request, AGE, adult(agency))) == "agency.no-signer"


@pytest.mark.parametrize("name", ["", "abc", "0000000000000000", "zz" * 10])
def test_an_unknown_signer_is_not_withdrawn(agency: Agency, name: str) -> None:
    assert code_of(lambda: agency.withdraw_signer(name, reason="stolen")) == "agency.no-such-signer"


def test_a_signer_is_withdrawn_once(agency: Agency) -> None:
    name = agency.state().signers["document"]
    agency.withdraw_signer(name, reason="stolen")
    assert code_of(lambda: agency.withdraw_signer(name, reason="stolen")) == "register.already-withdrawn"
    assert code_of(lambda: agency.withdraw_signer(name, reason="Oh dear")) == "register.bad-reason"


DESK = ec.generate_private_key(ec.SECP256R1())
ASKED = make_request(Subject(common_name="The King's own desk"), DESK)


def test_a_counter_is_named_by_the_agency(agency: Agency, tmp_path: Path) -> None:
    made = agency.certify_reader(ASKED, reader_id="HARBOUR-LIB-1", name="Library desk", office="HARBOUR-LIB")
    assert made.certificate.common_name == "Library desk"
    assert made.asked_name == "The King's own desk"
    assert made.certificate.public_key == DESK.public_key()
    agency.publish(tmp_path / "out")
    contents = read_published(tmp_path / "out")
    (reader,) = contents.readers
    assert (reader.id, reader.office, reader.name) == ("HARBOUR-LIB-1", "HARBOUR-LIB", "Library desk")
    assert contents.reader_root is not None
    facts = examine_chain(made.certificate, [], [contents.reader_root], AT, READER, crls=contents.crls)
    assert facts.problems == ()
    foreign = examine_chain(made.certificate, [], [contents.root], AT, READER)
    assert not foreign.path_ok, "a counter's certificate is not of the root that signs documents"


def test_the_same_request_gives_the_same_certificate(agency: Agency) -> None:
    first = agency.certify_reader(ASKED, reader_id="HARBOUR-LIB-1", name="Library desk")
    assert agency.certify_reader(ASKED, reader_id="HARBOUR-LIB-1", name="Library desk") == first
    again = code_of(lambda: agency.certify_reader(ASKED, reader_id="HARBOUR-LIB-2", name="Library desk"))
    assert again == "register.reader-differs"
    assert len(agency.register.readers()) == 1


def test_a_withdrawn_counter_is_published_no_more(agency: Agency, tmp_path: Path) -> None:
    made = agency.certify_reader(ASKED, reader_id="HARBOUR-LIB-1", name="Library desk")
    assert agency.withdraw_reader("HARBOUR-LIB-1", reason="closed") == 1
    agency.publish(tmp_path / "out")
    contents = read_published(tmp_path / "out")
    assert contents.readers == ()
    assert contents.reader_root is not None
    facts = examine_chain(made.certificate, [], [contents.reader_root], AT, READER, crls=contents.crls)
    assert facts.not_revoked is False
    gone = code_of(lambda: agency.withdraw_reader("HARBOUR-LIB-1", reason="closed"))
    assert gone == "agency.no-such-reader"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"reader_id": "lib"}, "agency.reader-id"),
        ({"reader_id": "AB"}, "agency.reader-id"),
        ({"reader_id": "A" * 21}, "agency.reader-id"),
        ({"office": "HARBOUR LIB"}, "agency.reader-id"),
        ({"name": ""}, "agency.reader-name"),
        ({"name": "desk\u202e"}, "agency.reader-name"),
        ({"name": "x" * 65}, "agency.reader-name"),
        ({"request": b"nonsense"}, "certificate.request-unreadable"),
        ({"request": ASKED[:-1] + bytes([ASKED[-1] ^ 1])}, "certificate.request-signature"),
    ],
)
def test_odd_counters_are_refused(agency: Agency, options: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {
        "request": ASKED,
        "reader_id": "HARBOUR-LIB-1",
        "name": "Library desk",
        **options,
    }
    assert code_of(lambda: agency.certify_reader(given.pop("request"), **given)) == code
    assert agency.register.readers() == ()


def test_certificates_of_the_register_are_those_that_were_signed(agency: Agency) -> None:
    for signer in agency.register.signers():
        certificate = Certificate.from_der(signer.certificate)
        assert (signer.not_before, signer.not_after) == (certificate.not_before, certificate.not_after)


def forged(agency: Agency, honest: bytes) -> bytes:
    """Sign a document with the agency's key behind its back, dated as the thief likes."""
    signer = agency.desk.newest_signer(SignerRole.DOCUMENT)
    assert signer is not None
    certificate = Certificate.from_der(signer.certificate)
    start = certificate.not_before
    template = IssuingTemplate(
        AGE,
        {AGE: ["age_over_18"]},
        validity=ValidityInfo(start, start, start + timedelta(days=60)),
        signer=agency.desk.keys.signer(SignerRole.DOCUMENT, certificate),
        chain=[certificate.der],
    )
    key = IssuerSigned.from_bytes(honest).mso.device_key
    return template.issue([b"\xf5"], key, os.urandom).issuer_signed


def test_a_stolen_signer_leaves_honest_holders_their_documents(agency: Agency, tmp_path: Path) -> None:
    honest = [proof(agency, f"A-{number}") for number in range(3)]
    backdated = forged(agency, honest[0])
    assert verdict(agency, tmp_path / "before", backdated) == (Verdict.ACCEPTED, "ok")
    name = agency.state().signers["document"]
    done = agency.mark_stolen(name[:8], reason="copied")
    assert (done.batches, done.credentials) == (3, 3)
    assert key_files(agency, "document") == []
    assert verdict(agency, tmp_path / "after", backdated) == (Verdict.REFUSED, "issuer.signed-set")
    for number, credential in enumerate(honest):
        assert verdict(agency, tmp_path / f"honest{number}", credential) == (Verdict.ACCEPTED, "ok")
    agency.rotate_signer()
    fresh = proof(agency, "B-1")
    assert verdict(agency, tmp_path / "fresh", fresh) == (Verdict.ACCEPTED, "ok")
    assert agency.register.verify_log().seq > 0


def test_a_signer_withdrawn_in_haste_can_be_marked_later(agency: Agency, tmp_path: Path) -> None:
    honest = proof(agency)
    name = agency.state().signers["document"]
    agency.withdraw_signer(name, reason="unclear")
    assert verdict(agency, tmp_path / "hasty", honest) == (Verdict.REFUSED, "certificate.revoked")
    agency.mark_stolen(name, reason="stolen")
    assert verdict(agency, tmp_path / "later", honest) == (Verdict.ACCEPTED, "ok")
    assert code_of(lambda: agency.mark_stolen(name, reason="stolen")) == "agency.already-stolen"
    status = agency.state().signers["status"]
    assert code_of(lambda: agency.mark_stolen(status, reason="stolen")) == "agency.not-a-document-signer"


def test_the_set_is_made_once_and_anew_when_its_own_signer_is_withdrawn(
    agency: Agency, tmp_path: Path
) -> None:
    honest = proof(agency)
    agency.mark_stolen(agency.state().signers["document"], reason="stolen")
    made = set()
    for number in range(2):
        agency.publish(tmp_path / f"out{number}")
        made |= {path.read_bytes() for path in (agency.desk.folder / "signed-sets").iterdir()}
    assert len(made) == 1
    agency.withdraw_signer(agency.state().signers["status"], reason="stolen")
    agency.rotate_signer(SignerRole.STATUS)
    assert verdict(agency, tmp_path / "again", honest) == (Verdict.ACCEPTED, "ok")
    assert {path.read_bytes() for path in (agency.desk.folder / "signed-sets").iterdir()} != made


def test_nothing_is_recorded_for_a_signer_that_was_withdrawn_meanwhile(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that was being signed while somebody marked the signer does not leave."""
    wallet = asked(agency, copies=1)
    issuing, plan = agency._issuing, agency.plan(wallet.request, AGE, adult(agency))
    seal = issuing._seal

    def seal_while_somebody_marks(*what: Any) -> bytes:
        agency.mark_stolen(agency.state().signers["document"], reason="stolen")
        return seal(*what)

    monkeypatch.setattr(issuing, "_seal", seal_while_somebody_marks)
    assert code_of(lambda: issuing.carry_out(plan)) == "register.signer-withdrawn"
    assert agency.register.counts().credentials == 0
