"""Every check is needed: each has a presentation that it alone stops, and nothing else does.

Faults of wallets and verifiers in the field were checks that did not run; here each is switched off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.verification.checks import Check, CheckId, Outcome
from counterproof.mdoc.verification.policy import POLICIES, Mode, VerificationPolicy
from counterproof.mdoc.verification.report import Verdict, VerificationReport, decide, hand_out
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_issuer_signed
from tests.kit import killers
from tests.kit.certificates import AT
from tests.kit.killers import Attempt, Desk, honest, killer, shown, slip

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS = list(CheckId)
GOOD: dict[str, Callable[[], Attempt]] = {
    "session": honest,
    "shown": lambda: shown(Desk()),
    "slip": lambda: slip(Desk()),
}


def test_no_check_lacks_its_killer() -> None:
    assert set(killers.VECTORS) | set(killers.MADE) == set(CheckId)
    assert not set(killers.VECTORS) & set(killers.MADE)


def test_every_check_is_required_somewhere() -> None:
    required = {
        check for policy in POLICIES.values() for mode in policy.modes for check in policy.required_in(mode)
    }
    assert required == set(CheckId)


@pytest.mark.parametrize("check", CHECKS)
def test_the_check_alone_stops_its_killer(check: CheckId) -> None:
    report = killer(check).report()
    assert report.verdict is not Verdict.ACCEPTED
    assert report.failed == (check,)
    assert report.not_run == ()


@pytest.mark.parametrize("check", CHECKS)
def test_without_the_check_its_killer_is_wrongly_accepted(check: CheckId) -> None:
    report = killer(check).report(check)
    assert (report.verdict, report.code) == (Verdict.ACCEPTED, "ok")


@pytest.mark.parametrize("check", CHECKS)
def test_no_other_check_stops_it(check: CheckId) -> None:
    """Switch everything else off, too: the check stops it without help."""
    attempt = killer(check)
    others = attempt.policy.required - {check}
    report = attempt.report(*others)
    assert report.verdict is not Verdict.ACCEPTED
    assert report.failed == (check,)


@pytest.mark.parametrize("name", GOOD)
def test_what_the_killers_are_bent_from_is_accepted(name: str) -> None:
    report = GOOD[name]().report()
    assert (report.verdict, report.failed, report.not_run) == (Verdict.ACCEPTED, (), ())


def decided(report: VerificationReport, attempt: Attempt, change: dict[CheckId, Check | None]) -> Verdict:
    """Decide again with the records of some checks changed, or taken out where there is None."""

    def changed(checks: tuple[Check, ...]) -> list[Check]:
        laid = [change.get(check.id, check) for check in checks]
        return [check for check in laid if check is not None]

    documents = [changed(document.checks) for document in report.documents]
    return decide(attempt.policy, report.mode, changed(report.checks), documents)[0]


@pytest.mark.parametrize("name", GOOD)
def test_no_acceptance_survives_the_loss_of_one_record(name: str) -> None:
    attempt = GOOD[name]()
    report = attempt.report()
    assert decided(report, attempt, {}) is Verdict.ACCEPTED
    assert len(report.required) > 25
    for check in report.required:
        assert decided(report, attempt, {check: None}) is Verdict.REFUSED, check


@pytest.mark.parametrize("name", GOOD)
def test_no_acceptance_survives_one_record_that_did_not_pass(name: str) -> None:
    attempt = GOOD[name]()
    report = attempt.report()
    for check in report.required:
        for outcome in set(Outcome) - {Outcome.PASSED}:
            verdict = decided(report, attempt, {check: Check(check, outcome, "x")})
            expected = Verdict.UNDECIDED if outcome is Outcome.INDETERMINATE else Verdict.REFUSED
            assert verdict is expected, (check, outcome)


def test_a_second_record_that_failed_is_not_outvoted_by_one_that_passed() -> None:
    attempt = honest()
    report = attempt.report()
    for check in report.required & {each.id for each in report.documents[0].checks}:
        doubled = [*report.documents[0].checks, Check(check, Outcome.FAILED, "x")]
        assert decide(attempt.policy, report.mode, report.checks, [doubled])[0] is Verdict.REFUSED


def test_nothing_decided_about_nothing_is_accepted() -> None:
    for policy in POLICIES.values():
        for mode in Mode:
            assert decide(policy, mode, (), ())[0] is Verdict.REFUSED
            assert decide(policy, mode, (), [()])[0] is Verdict.REFUSED


def test_one_bad_document_spoils_a_good_one() -> None:
    attempt = honest()
    report = attempt.report()
    good, lost = list(report.documents[0].checks), list(report.documents[0].checks[:-1])
    assert decide(attempt.policy, report.mode, report.checks, [good, good])[0] is Verdict.ACCEPTED
    for documents in ([good, lost], [lost, good]):
        assert decide(attempt.policy, report.mode, report.checks, documents)[0] is Verdict.REFUSED


@pytest.mark.parametrize("check", CHECKS)
def test_values_leave_only_documents_whose_every_proof_passed(check: CheckId) -> None:
    attempt = killer(check)
    report = attempt.report()
    proof = attempt.policy.plans[report.mode].proof
    assert bool(report.verified) is (check not in proof)


def test_no_values_are_handed_out_for_no_checks() -> None:
    report = honest().report()
    (document,) = report.documents
    assert document.verified is not None
    contents = document.verified._contents
    assert hand_out(contents, document.checks, frozenset()) is None
    assert hand_out(contents, (), frozenset({CheckId.DIGEST_MATCH})) is None


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_a_mode_that_a_policy_does_not_name_is_refused(policy: VerificationPolicy) -> None:
    for mode in set(Mode) - policy.modes:
        presentation = Presentation(mode, killers.forge().transcript)
        report = honest(policy=policy, presentation=presentation).report()
        assert report.verdict is Verdict.REFUSED
        assert report.failed[0] is CheckId.EXCHANGE_MODE


def test_what_was_handed_over_is_no_presentation() -> None:
    trust = TrustedIssuers.of([killers.forge().agency.anchor])
    data = encode(killers.forge().issuer_signed())
    for policy in POLICIES.values():
        report = verify_issuer_signed(data, trust=trust, at=AT, policy=policy)
        assert (report.verdict is Verdict.ACCEPTED) is (Mode.RECEIPT in policy.modes)
