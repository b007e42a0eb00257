"""What decides a verdict, each rule by itself and at its edge: the moment, the value, the missing fact."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from counterproof.mdoc.certificates.chain import ChainFacts, Problem
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_finding import (
    TTL_PASSED_NOTICE,
    StatusAnswer,
    StatusFinding,
    missing,
    refused,
    unreadable,
)
from counterproof.mdoc.verification import trust
from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.mdoc.verification.policy import (
    COUNTER,
    EXCHANGE_CHECKS,
    WALLET_IMPORT,
    Mode,
    VerificationPolicy,
)
from counterproof.mdoc.verification.status import ListedStatuses, StatusOpinion, opinion_on
from counterproof.mdoc.verification.trust import CheckedSigner, TrustAnchor, TrustedIssuers, chain_checks
from tests.kit.certificates import AT

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

TICK = timedelta(microseconds=1)
A, B = "type.a", "type.b"
ROOT = cast("Certificate", object())


def test_a_list_counts_until_its_end_and_not_at_it() -> None:
    anchor = TrustAnchor(ROOT, ends=((A, AT),))
    assert not anchor.is_out_of_date(A, AT - TICK)
    assert anchor.is_out_of_date(A, AT)
    assert not anchor.is_out_of_date(B, AT)


def test_a_list_is_older_than_what_came_behind_it_and_not_than_its_own_moment() -> None:
    anchor = TrustAnchor(ROOT, dates=((A, AT), (B, AT + TICK)))
    assert not anchor.is_older(A, AT)
    assert anchor.is_older(A, AT + TICK)
    assert not anchor.is_older(B, AT + TICK)
    assert not TrustAnchor(ROOT).is_older(A, AT)


@pytest.mark.parametrize(("allowed", "may"), [(None, True), ({A}, True), ({B}, False), (set(), False)])
def test_an_issuer_may_sign_what_its_list_names(allowed: set[str] | None, *, may: bool) -> None:
    assert TrustAnchor(ROOT, None if allowed is None else frozenset(allowed)).may_sign(A) is may


@pytest.mark.parametrize(
    ("first", "until", "covers"),
    [
        (AT, AT + TICK, True),
        (AT - TICK, AT + TICK, True),
        (AT - TICK, AT, False),
        (AT + TICK, AT + 2 * TICK, False),
        (None, AT + TICK, False),
        (AT, None, False),
        (None, None, False),
    ],
)
def test_what_was_found_of_a_signer_holds_from_the_first_moment_to_before_the_last(
    first: Any, until: Any, *, covers: bool
) -> None:
    assert CheckedSigner(None, None, None, (), first, until).covers(AT) is covers


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Let signers be remembered for three only, good for a second, and note who was examined."""
    seen: list[bytes] = []

    def examine(_: object, chain: list[bytes], at: Any) -> CheckedSigner:
        seen.append(chain[0])
        return CheckedSigner(None, None, None, (), at, at + timedelta(seconds=1))

    monkeypatch.setattr(trust, "_REMEMBERED_SIGNERS", 3)
    monkeypatch.setattr(TrustedIssuers, "_examine", examine)
    return seen


def test_a_signer_is_examined_once_until_its_findings_end_and_the_oldest_is_forgotten(
    examined: list[bytes],
) -> None:
    issuers = TrustedIssuers(())
    for name in (b"1", b"2", b"3", b"1", b"2", b"3"):
        issuers.signer([name], AT)
    assert examined == [b"1", b"2", b"3"]
    issuers.signer([b"4"], AT)
    issuers.signer([b"2"], AT)
    assert examined[3:] == [b"4"]
    issuers.signer([b"1"], AT)
    assert examined[4:] == [b"1"]
    issuers.signer([b"1"], AT + timedelta(seconds=1))
    assert examined[5:] == [b"1"]
    issuers.signer([b"1", b"and another"], AT)
    assert examined[6:] == [b"1"]
    with pytest.raises(MalformedError, match=r"^issuer\.no-chain$"):
        issuers.signer([], AT)


GOOD = ChainFacts(
    **dict.fromkeys(
        [name for name in ChainFacts.__struct_fields__ if name.endswith(("_ok", "_validity"))], True
    ),
    not_a_ca=True,
    names_byte_equal=True,
    no_unknown_critical=True,
    not_revoked=True,
    anchor=None,
    path=(),
    valid_from=AT,
    valid_until=AT,
    problems=(),
)
CHECKS = {
    "path_ok": CheckId.CHAIN_PATH,
    "leaf_in_validity": CheckId.CHAIN_VALIDITY,
    "path_in_validity": CheckId.CHAIN_VALIDITY,
    "eku_ok": CheckId.CHAIN_PURPOSE,
    "key_usage_ok": CheckId.CHAIN_KEY_USAGE,
    "not_a_ca": CheckId.CHAIN_LEAF,
    "no_unknown_critical": CheckId.CHAIN_EXTENSIONS,
    "country_ok": CheckId.CHAIN_COUNTRY,
    "names_byte_equal": CheckId.CHAIN_NAMES,
    "lifetime_ok": CheckId.CHAIN_LIFETIME,
    "serial_ok": CheckId.CHAIN_SERIAL,
    "algorithms_ok": CheckId.CHAIN_ALGORITHM,
    "not_revoked": CheckId.CHAIN_REVOCATION,
}


def facts(*problems: tuple[str, str], **changes: bool | None) -> ChainFacts:
    found: ChainFacts = msgspec.structs.replace(
        GOOD, **changes, problems=tuple(Problem(fact, code) for fact, code in problems)
    )
    return found


def outcomes(of: ChainFacts) -> dict[CheckId, tuple[Outcome, str]]:
    found = chain_checks(of)
    assert [each.id for each in found] == list(dict.fromkeys(CHECKS.values()))
    return {
        each.id: (each.outcome, each.code)
        for each in found
        if (each.outcome, each.code) != (Outcome.PASSED, "ok")
    }


def test_a_good_chain_passes_every_check() -> None:
    assert outcomes(GOOD) == {}


@pytest.mark.parametrize(("fact", "check"), CHECKS.items())
def test_each_fact_that_is_false_fails_its_own_check_with_its_own_code(fact: str, check: CheckId) -> None:
    found = outcomes(facts((fact, "certificate.x"), **{fact: False}))
    assert found == {check: (Outcome.FAILED, "certificate.x")}


@pytest.mark.parametrize("fact", [each for each in CHECKS if each not in {"path_ok", "not_revoked"}])
def test_each_fact_that_is_not_known_leaves_its_check_not_run(fact: str) -> None:
    found = outcomes(facts((fact, "certificate.x"), **{fact: None}))
    assert {check: outcome for check, (outcome, _) in found.items()} == {CHECKS[fact]: Outcome.NOT_RUN}


def test_of_two_facts_of_one_check_the_false_one_is_told() -> None:
    problems = ("leaf_in_validity", "certificate.leaf"), ("path_in_validity", "certificate.path")
    found = outcomes(facts(*problems, leaf_in_validity=None, path_in_validity=False))
    assert found == {CheckId.CHAIN_VALIDITY: (Outcome.FAILED, "certificate.path")}


def test_a_path_refused_for_what_another_fact_names_is_no_failure_twice() -> None:
    both = ("path_ok", "certificate.x"), ("country_ok", "certificate.x")
    found = outcomes(facts(*both, path_ok=None, country_ok=False))
    assert found == {
        CheckId.CHAIN_PATH: (Outcome.PASSED, "certificate.x"),
        CheckId.CHAIN_COUNTRY: (Outcome.FAILED, "certificate.x"),
    }
    assert outcomes(facts(*both, path_ok=False))[CheckId.CHAIN_PATH] == (Outcome.FAILED, "certificate.x")
    other = ("path_ok", "certificate.x"), ("country_ok", "certificate.y")
    assert outcomes(facts(*other, path_ok=None))[CheckId.CHAIN_PATH] == (Outcome.FAILED, "certificate.x")
    alone = facts(("path_ok", "certificate.x"), path_ok=None)
    assert outcomes(alone)[CheckId.CHAIN_PATH] == (Outcome.FAILED, "certificate.x")


@pytest.mark.parametrize(
    ("problems", "outcome", "code"),
    [
        ([], Outcome.PASSED, "certificate.revocation-unknown"),
        (
            [("not_revoked", "certificate.revocation-unknown")],
            Outcome.PASSED,
            "certificate.revocation-unknown",
        ),
        (
            [("not_revoked", "certificate.revocation-stale")],
            Outcome.INDETERMINATE,
            "certificate.revocation-stale",
        ),
    ],
)
def test_no_list_of_revocations_is_no_finding_and_a_stale_one_is_open(
    problems: list[tuple[str, str]], outcome: Outcome, code: str
) -> None:
    assert outcomes(facts(*problems, not_revoked=None)) == {CheckId.CHAIN_REVOCATION: (outcome, code)}


def finding(answer: StatusAnswer, code: str = "status.x", **more: Any) -> StatusFinding:
    return StatusFinding(answer, code, Standing.UNDECIDED, issued_at=AT, **more)


@pytest.mark.parametrize(
    ("answer", "code", "good"),
    [
        (StatusAnswer.VALID, "ok", True),
        (StatusAnswer.INVALID, "status.revoked", False),
        (StatusAnswer.SUSPENDED, "status.suspended", False),
        (StatusAnswer.OTHER, "status.other", False),
        (StatusAnswer.UNKNOWN, "status.missing", None),
        (StatusAnswer.UNKNOWN, "status.index-range", False),
    ],
)
def test_each_answer_of_a_list_is_one_of_three_opinions(
    answer: StatusAnswer, code: str, *, good: bool | None
) -> None:
    assert opinion_on(finding(answer, code)) == StatusOpinion(good, code, AT)


def test_what_proves_nothing_says_why_and_never_that_it_is_good() -> None:
    assert missing() == StatusFinding(StatusAnswer.UNKNOWN, "status.missing", Standing.UNDECIDED)
    assert unreadable("cbor.x") == StatusFinding(StatusAnswer.UNKNOWN, "cbor.x", Standing.UNREADABLE)
    assert refused("status.x", "d") == StatusFinding(
        StatusAnswer.UNKNOWN, "status.x", Standing.REFUSED, detail="d"
    )
    assert refused("status.x").detail == ""
    assert finding(StatusAnswer.VALID, notices=(TTL_PASSED_NOTICE,)).is_aged
    assert not finding(StatusAnswer.VALID).is_aged


def test_a_list_is_asked_with_everything_that_the_verifier_knows() -> None:
    asked: list[Any] = []

    def judge(reference: object, **more: Any) -> StatusFinding:
        asked.append((reference, more))
        return finding(StatusAnswer.VALID, "ok")

    lists = ListedStatuses(cast("Any", SimpleNamespace(judge=judge)))
    reference, age = cast("Any", object()), timedelta(days=1)
    assert lists.judge(reference, None, AT, age) == StatusOpinion(None, "status.missing")
    assert asked == []
    assert lists.judge(reference, ROOT, AT, age) == StatusOpinion(True, "ok", AT)  # noqa: FBT003
    assert asked == [(reference, {"issuer": ROOT, "at": AT, "max_age": age})]


@pytest.mark.parametrize("mode", Mode)
def test_a_policy_asks_of_each_way_of_coming_what_means_something_there(mode: Mode) -> None:
    every = frozenset().union(*EXCHANGE_CHECKS.values())
    plan = COUNTER.plans[mode]
    assert plan.required == (frozenset(CheckId) - every) | EXCHANGE_CHECKS[mode]
    assert plan.required == COUNTER.required_in(mode) == plan.message | plan.document
    assert not plan.message & plan.document
    assert plan.proof <= plan.required
    assert CheckId.DEVICE_AUTH in plan.proof


def test_a_policy_is_widened_and_weakened_by_name_and_never_emptied() -> None:
    wider = COUNTER.taking(Mode.SLIP)
    assert wider.modes == COUNTER.modes | {Mode.SLIP}
    assert wider.required == COUNTER.required
    weaker = COUNTER.unsafe_without(CheckId.STATUS, CheckId.DOCUMENT_EXPIRY)
    assert weaker.name == "counter-without-status-document.expiry"
    assert weaker.required == COUNTER.required - {CheckId.STATUS, CheckId.DOCUMENT_EXPIRY}
    assert CheckId.STATUS not in weaker.required_in(Mode.TWO_WAY)
    assert not WALLET_IMPORT.required_in(Mode.RECEIPT) & {CheckId.STATUS, CheckId.DEVICE_AUTH}
    with pytest.raises(UsageError, match=r"^policy\.empty$"):
        VerificationPolicy("none", frozenset(), frozenset(Mode))
