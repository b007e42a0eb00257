"""Signers that overlap: made and published ahead, taking turns, the old key destroyed when its time comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.names import fingerprint
from counterproof.trust.published import read_published
from issuer.agency import Level, rotating
from issuer.bulk.folder import opened
from issuer.bulk.pools import local
from issuer.register import SignerRole
from tests.kit import bulk, token
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from issuer.agency import Agency

AGE = "eu.europa.ec.av.1"
DOCUMENT = SignerRole.DOCUMENT
MADE = AT + timedelta(days=78)
TURN = datetime.fromisoformat("2026-08-25T00:00:00Z")
GONE = TURN + timedelta(days=2)


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with found(tmp_path / "a") as made:
        yield made


@pytest.fixture(params=["files", "token"])
def either(
    request: pytest.FixtureRequest, found_tokens: token.Tokens | None, tmp_path: Path
) -> Iterator[Agency]:
    """Give an agency with keys in files, and one with the signers' keys in a PKCS#11 token."""
    if request.param == "files":
        made = found(tmp_path / "a")
    elif found_tokens is None:
        pytest.skip(token.MISSING)
    else:
        made = found(
            tmp_path / "a", passphrase=token.PIN, root_passphrase=PASSPHRASE, token=found_tokens.fresh()
        )
    yield made
    made.close()


def later(agency: Agency, at: datetime) -> Agency:
    """Open the agency at another time, as the next day's commands would."""
    in_token = agency.register.settings().get("token") is not None
    return reopen(
        agency,
        FixedClock(at),
        **({"passphrase": token.PIN, "root_passphrase": PASSPHRASE} if in_token else {}),
    )


def issued(agency: Agency, reference: str) -> tuple[bytes, str]:
    """Issue one copy; return it and the signer that stands in it."""
    wallet = asked(agency, copies=1)
    reply = agency.issue(wallet.request, AGE, adult(agency, reference)).reply
    (document,) = wallet.open(reply).credentials
    return document, fingerprint(signer_of(document))


def signer_of(document: bytes) -> Certificate:
    return Certificate.from_der(IssuerSigned.from_bytes(document).issuer_auth.x5chain[0])


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def has(agency: Agency, name: str) -> bool:
    (signer,) = [each for each in agency.register.signers() if each.fingerprint.hex() == name]
    return agency.desk.keys.has(signer.role, Certificate.from_der(signer.certificate))


def test_signers_take_turns_and_the_old_key_goes_when_its_time_comes(either: Agency, tmp_path: Path) -> None:
    first = either.state().signers["document"]
    with later(either, MADE) as ahead:
        rotated = ahead.rotate_signer()
        second = rotated.signer.fingerprint.hex()
        assert (rotated.begins, rotated.key_until, rotated.forgotten) == (TURN, GONE, 0)
        assert (ahead.state().signers["document"], ahead.state().prepared) == (first, {"document": second})
        before, by = issued(ahead, "A-1")
        assert by == first
        published = {fingerprint(each) for each in publish(ahead, tmp_path / "1").document_signers}
        assert published == {first, second}
        assert all(each.covers(MADE) for each in publish(ahead, tmp_path / "1b").document_signers)
    with later(either, TURN + timedelta(hours=1)) as turned:
        assert (turned.state().signers["document"], turned.state().prepared) == (second, {})
        after, by = issued(turned, "B-1")
        assert by == second
        publish(turned, tmp_path / "2")
        assert has(turned, first), "what the old signer began may end"
    with later(either, GONE) as over:
        contents = publish(over, tmp_path / "3")
        assert not has(over, first)
        assert has(over, second)
        trust = TrustedIssuers.of([contents.root], contents.crls)
        for document in (before, after):
            assert verify_issuer_signed(document, trust=trust, at=GONE).verdict is Verdict.ACCEPTED
        assert over.register.newest_act("destroy-key") is not None
        assert over.register.verify_log().seq > 0


def publish(agency: Agency, out: Path) -> AgencyContents:
    agency.publish(out)
    return read_published(out)


def test_what_the_old_signer_began_is_recorded_until_its_key_is_gone(agency: Agency) -> None:
    with later(agency, TURN - timedelta(minutes=1)) as ahead:
        ahead.rotate_signer(overlap_days=1)
        wallet = asked(ahead, copies=1)
        plan = ahead.plan(wallet.request, AGE, adult(ahead))
    first = plan.signer.fingerprint
    with later(agency, TURN + timedelta(minutes=1)) as turned:
        assert turned.desk.signer(DOCUMENT, turned.desk.now()).fingerprint != first
        assert turned._issuing.carry_out(plan).new
        assert turned.register.list()[-1].signer == first


def test_a_destroyed_signer_records_nothing_more(agency: Agency) -> None:
    with later(agency, TURN - timedelta(minutes=1)) as ahead:
        ahead.rotate_signer(overlap_days=1)
        wallet = asked(ahead, copies=1)
        plan = ahead.plan(wallet.request, AGE, adult(ahead))
        signed = ahead._issuing.sign(plan)
        batch = ahead._issuing._batch(plan, signed, b"reply")
    with later(agency, TURN + timedelta(days=2, minutes=1)) as over:
        refused = code_of(lambda: over.register.record_batch(batch, at=over.desk.now()))
        assert refused == "register.signer-retired"
        assert over.destroy_old_keys() == 1
        assert over.destroy_old_keys() == 0


def test_nobody_signs_before_the_turn_comes(agency: Agency) -> None:
    with later(agency, MADE) as ahead:
        ahead.rotate_signer()
        wallet = asked(ahead, copies=1)
        plan = ahead.plan(wallet.request, AGE, adult(ahead))
        signed = ahead._issuing.sign(plan)
        coming = ahead.desk.prepared_signer(DOCUMENT)
        assert coming is not None
        batch = replace(ahead._issuing._batch(plan, signed, b"reply"), signer=coming.fingerprint)
        refused = code_of(lambda: ahead.register.record_batch(batch, at=ahead.desk.now()))
    assert refused == "register.signer-retired"


def test_no_document_outlives_its_signer_whoever_signs(agency: Agency) -> None:
    with later(agency, MADE) as ahead:
        signer = ahead.rotate_signer().signer
    for at in (MADE, TURN, signer.sign_until - timedelta(hours=1)):
        with later(agency, at) as then:
            document, by = issued(then, f"P-{at:%m%d}")
            lasts = IssuerSigned.from_bytes(document).mso.validity.valid_until
            assert lasts <= signer_of(document).not_after
            assert by == then.state().signers["document"]


def test_the_next_signer_is_made_once_and_brought_forward_where_it_is_needed(agency: Agency) -> None:
    with later(agency, MADE) as ahead:
        made = ahead.rotate_signer()
        assert code_of(ahead.rotate_signer) == "agency.signer-prepared"
        assert code_of(lambda: ahead.rotate_signer(overlap_days=31)) == "agency.overlap"
        brought = ahead.rotate_signer(overlap_days=0)
        assert (brought.made, brought.signer.fingerprint) == (False, made.signer.fingerprint)
        assert ahead.state().signers["document"] == made.signer.fingerprint.hex()
        assert issued(ahead, "A-1")[1] == made.signer.fingerprint.hex()
    assert len(agency.register.signers(DOCUMENT)) == 2


def test_where_none_signs_the_next_ones_turn_comes_at_once(agency: Agency) -> None:
    with later(agency, MADE) as ahead:
        coming = ahead.rotate_signer().signer
        old = ahead.state().signers["document"]
        ahead.mark_stolen(old, reason="stolen")
        assert code_of(lambda: issued(ahead, "A-1")) == "agency.no-signer"
        assert ahead.rotate_signer().signer.fingerprint == coming.fingerprint
        assert issued(ahead, "A-1")[1] == coming.fingerprint.hex()


def test_a_signer_withdrawn_before_its_turn_leaves_the_one_that_signs(agency: Agency) -> None:
    with later(agency, MADE) as ahead:
        old, coming = ahead.state().signers["document"], ahead.rotate_signer().signer
        ahead.withdraw_signer(coming.fingerprint.hex(), reason="stolen")
        assert ahead.state().prepared == {}
    with later(agency, GONE) as then:
        assert then.destroy_old_keys() == 0, "nobody takes over from it any more"
        assert issued(then, "A-1")[1] == old
        assert then.rotate_signer().made


def test_a_key_can_be_destroyed_before_its_time(either: Agency) -> None:
    old = either.state().signers["document"]
    with later(either, MADE) as ahead:
        new = ahead.rotate_signer().signer.fingerprint.hex()
        assert code_of(lambda: rotating.destroy_now(ahead.desk, old)) == "agency.signer-in-use"
        assert code_of(lambda: rotating.destroy_now(ahead.desk, new)) == "agency.signer-in-use"
    with later(either, TURN) as turned:
        rotating.destroy_now(turned.desk, old)
        assert not has(turned, old)
        assert code_of(lambda: rotating.destroy_now(turned.desk, old)) == "agency.key-destroyed"
        assert rotating.old_keys(turned.desk) == ()


def test_status_says_what_comes_and_what_is_to_go(agency: Agency) -> None:
    def said(at: datetime) -> dict[str, Level]:
        with later(agency, at) as then:
            return {each.code: each.level for each in then.state().findings}

    assert said(MADE)["agency.state-document-signer"] is Level.SOON
    with later(agency, MADE) as ahead:
        ahead.rotate_signer()
        assert ahead.signer_warning() is None, "nobody need be told twice"
    assert said(MADE)["agency.state-document-signer"] is Level.FINE
    assert said(MADE)["agency.state-signer-prepared"] is Level.FINE
    assert "agency.state-old-key" not in said(MADE), "it is not old yet"
    assert said(TURN)["agency.state-old-key"] is Level.FINE
    assert said(GONE)["agency.state-old-key-due"] is Level.SOON
    with later(agency, GONE) as over:
        over.destroy_old_keys()
    assert "agency.state-old-key-due" not in said(GONE)


def test_lists_go_on_across_the_turn_of_their_signer(agency: Agency, tmp_path: Path) -> None:
    with later(agency, MADE) as ahead:
        ahead.rotate_signer(SignerRole.STATUS)
        publish(ahead, tmp_path / "out")
    with later(agency, TURN) as turned:
        publish(turned, tmp_path / "out")
    with later(agency, GONE) as over:
        assert over.publish(tmp_path / "out").keys_destroyed == 1


def test_a_run_that_began_before_ends_behind(tmp_path: Path) -> None:
    """The turn comes while a run issues: its parts count, and the next run signs with the next signer."""
    with found(tmp_path / "a") as agency:
        source = bulk.write(tmp_path / "people.csv", bulk.people(600))
        clock = FixedClock(TURN - timedelta(minutes=1))
        with reopen(agency, clock) as ahead:
            new = ahead.rotate_signer(overlap_days=1).signer.fingerprint
            with (
                opened(bulk.unbound(ahead).desk, source, AGE, tmp_path / "out", policy=CHEAP_KDF) as run,
                local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
            ):
                run.check(pool, lambda _: None)
                run.decide()
                clock.advance(3600)
                assert run.issue(pool, lambda _: None).done == 600
            old = {each.signer for each in ahead.register.list(limit=1000)}
            assert (len(old), new in old) == (1, False)
            bulk.run(ahead, bulk.write(tmp_path / "more.csv", bulk.people(1, "Q")), tmp_path / "more")
            assert ahead.register.list(limit=1000)[-1].signer == new


def test_a_run_records_nothing_of_a_signer_that_was_withdrawn_meanwhile(tmp_path: Path) -> None:
    with found(tmp_path / "a") as agency:
        source = bulk.write(tmp_path / "people.csv", bulk.people(3))
        with (
            opened(agency.desk, source, AGE, tmp_path / "out", policy=CHEAP_KDF) as run,
            local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
        ):
            run.check(pool, lambda _: None)
            run.decide()
            made = pool  # the worker's key is open by then
            agency.mark_stolen(agency.state().signers["document"], reason="stolen")
            refused = code_of(lambda: run.issue(made, lambda _: None))
        assert refused in {"register.signer-withdrawn", "agency.key-missing"}
        assert agency.register.counts().credentials == 0
