"""What is found of a document signer: whole, of one whose key was stolen, and by whose root."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ReasonFlags

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.certificates.chain import ChainFacts, Problem
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.lists.signed_set import SignedSet, build_signed_set, verify_signed_set
from counterproof.mdoc.verification.checks import PASSED, Check, CheckId, Outcome, failed
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers, _of_the_stolen, chain_checks
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.revocation import CertificateList

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KIT, OTHER = CertificateKit(), CertificateKit("other")
ROOT, LEAF = KIT.iaca.certificate, KIT.document_signer()
LISTER = KIT.status_signer()
ANCHOR = TrustAnchor(ROOT, name="Harbour")
STRANGER = TrustAnchor(OTHER.iaca.certificate, name="Hill")
UNKNOWN = Check(CheckId.CHAIN_REVOCATION, Outcome.PASSED, "certificate.revocation-unknown")
MEMBER = bytes([1]) * 32


def crl(*serials: int, at: datetime = AT, kit: CertificateKit = KIT) -> CertificateList:
    entries = [Revocation(each, AT - DAY, ReasonFlags.key_compromise) for each in serials]
    return build_crl(kit.iaca, entries, number=1, this_update=at, next_update=at + 30 * DAY)


def said(of: TrustedIssuers, at: datetime = AT) -> Check:
    """Return what is said of revocation, where all else is good."""
    *others, revocation = of.signer([LEAF.der], at).checks
    assert others == [PASSED[check.id] for check in others]
    assert len(others) == 11
    return revocation


def stolen_set(leaf: Any = LEAF) -> Any:
    signer = SoftwareSigner(KIT.key("status"), deterministic=True)
    made = build_signed_set(signer, [LISTER], of=leaf, digests=[MEMBER], date=AT)
    return verify_signed_set(SignedSet.from_bytes(made), anchors=[ROOT], crls=())


SET = stolen_set()


def test_a_signer_is_reported_whole() -> None:
    clean = crl()
    found = TrustedIssuers((STRANGER, ANCHOR), (clean,)).signer([LEAF.der], AT)
    assert (found.leaf, found.anchor, found.signed_set) == (LEAF, ANCHOR, None)
    assert found.key == LEAF.public_key
    assert found.checks == tuple(PASSED[check.id] for check in found.checks)
    assert found.valid_from is not None
    assert found.valid_until is not None
    assert found.valid_from <= AT < found.valid_until
    assert found.covers(found.valid_from)
    assert found.valid_until <= clean.begins + 31 * DAY


def test_a_root_that_is_sent_along_is_no_link_of_the_chain() -> None:
    alone = TrustedIssuers((ANCHOR,)).signer([LEAF.der], AT)
    along = TrustedIssuers((ANCHOR,)).signer([LEAF.der, ROOT.der], AT)
    assert along == alone
    assert alone.checks[-1] == UNKNOWN


def test_a_signer_of_nobody_has_no_anchor() -> None:
    for issuers in (TrustedIssuers((STRANGER,)), TrustedIssuers(())):
        found = issuers.signer([LEAF.der], AT)
        assert (found.anchor, found.leaf) == (None, LEAF)
        assert found.checks[0].outcome is Outcome.FAILED


def test_roots_and_lists_are_believed_for_everything() -> None:
    clean = crl()
    issuers = TrustedIssuers.of(iter([ROOT, STRANGER.certificate]), iter([clean]))
    assert issuers == TrustedIssuers((TrustAnchor(ROOT), TrustAnchor(STRANGER.certificate)), (clean,))
    assert TrustedIssuers.of([ROOT]) == TrustedIssuers((TrustAnchor(ROOT),))


REVOKED = Check(CheckId.CHAIN_REVOCATION, Outcome.FAILED, "certificate.revoked")
STALE = Check(CheckId.CHAIN_REVOCATION, Outcome.INDETERMINATE, "certificate.revocation-stale")


@pytest.mark.parametrize(
    ("crls", "sets", "check", "is_set"),
    [
        ((), (), UNKNOWN, False),
        ((crl(),), (), PASSED[CheckId.CHAIN_REVOCATION], False),
        ((crl(LEAF.serial),), (), REVOKED, False),
        ((crl(LEAF.serial),), (SET,), PASSED[CheckId.CHAIN_REVOCATION], True),
        (
            (crl(LEAF.serial),),
            (stolen_set(KIT.document_signer("second")), SET),
            PASSED[CheckId.CHAIN_REVOCATION],
            True,
        ),
        ((crl(LEAF.serial),), (stolen_set(KIT.document_signer("second")),), REVOKED, False),
        ((crl(),), (SET,), PASSED[CheckId.CHAIN_REVOCATION], False),
        ((), (SET,), UNKNOWN, True),
        ((crl(kit=OTHER),), (SET,), UNKNOWN, True),
    ],
)
def test_a_set_of_a_stolen_signer_counts_where_its_root_does_not_speak_well_of_it(
    crls: Any, sets: Any, check: Check, *, is_set: bool
) -> None:
    issuers = TrustedIssuers((ANCHOR,), crls, sets)
    assert said(issuers) == check
    signed = issuers.signer([LEAF.der], AT).signed_set
    assert signed is (SET.signed if is_set else None)


def test_a_stolen_signer_behind_a_stale_list_is_left_open() -> None:
    issuers = TrustedIssuers((ANCHOR,), (crl(LEAF.serial),), (SET,))
    assert said(issuers, AT + 31 * DAY) == STALE


def test_a_set_says_nothing_of_a_signer_whom_nobody_vouches_for() -> None:
    found = TrustedIssuers((STRANGER,), (crl(LEAF.serial),), (SET,)).signer([LEAF.der], AT)
    assert (found.signed_set, found.anchor) == (None, None)


@pytest.mark.parametrize(
    ("revoked", "codes"),
    [(True, ()), (None, ("certificate.revocation-stale",)), (False, ("certificate.revoked",))],
)
def test_of_a_stolen_signer_all_other_problems_stay(revoked: bool | None, codes: tuple[str, ...]) -> None:  # noqa: FBT001 - a fact
    problems = (Problem("not_revoked", "certificate.revoked"), Problem("eku_ok", "certificate.eku"))
    members: dict[str, Any] = {**dict.fromkeys(ChainFacts.__struct_fields__), "problems": problems}
    facts = ChainFacts(**members)
    expected = (Problem("eku_ok", "certificate.eku"), *(Problem("not_revoked", each) for each in codes))
    assert _of_the_stolen(facts, revoked=revoked) == expected


FACTS = ChainFacts.__struct_fields__[: ChainFacts.__struct_fields__.index("not_revoked") + 1]


def chain_facts(value: bool | None) -> Any:  # noqa: FBT001 - a fact
    """Return facts about a chain that are all the same, each with its own problem."""
    members: dict[str, Any] = dict.fromkeys(ChainFacts.__struct_fields__)
    members |= dict.fromkeys(FACTS, value)
    return ChainFacts(
        **{**members, "problems": tuple(Problem(name, f"certificate.{name}") for name in FACTS)}
    )


@pytest.mark.parametrize(
    ("value", "outcome"), [(True, Outcome.PASSED), (False, Outcome.FAILED), (None, Outcome.NOT_RUN)]
)
def test_a_chain_of_which_all_facts_are_the_same(value: bool | None, outcome: Outcome) -> None:  # noqa: FBT001 - a fact
    """All of them wrong is no more right than one."""
    assert len(FACTS) == 13
    path, *between, revocation = chain_checks(chain_facts(value))
    assert {check.outcome for check in between} == {outcome}
    if value is not None:
        assert {path.outcome, revocation.outcome} == {outcome}


def test_a_signer_whose_kind_of_key_signs_no_document_has_none() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    leaf = KIT.plan().but(public_key=key).sign()
    found = TrustedIssuers((ANCHOR,)).signer([leaf.der], AT)
    assert (found.key, found.leaf) == (None, leaf)
    assert failed(CheckId.CHAIN_ALGORITHM, "certificate.algorithm") in found.checks
