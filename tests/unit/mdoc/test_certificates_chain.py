"""The facts about a chain: honest ones, and one dishonest chain for each rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.build_crl import build_crl
from counterproof.mdoc.certificates.chain import ChainFacts, examine_chain
from counterproof.mdoc.certificates.profile import (
    DOCUMENT_SIGNER,
    READER,
    STATUS_SIGNER,
    VICAL_SIGNER,
    CertificateProfile,
)
from tests.kit.certificates import AT, CA_LIFE, DS_LIFE, CertificateKit, key_usage, name, purposes
from tests.kit.hostile_certificates import HostileChain, hostile_chains

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

FACTS = (
    "path_ok",
    "leaf_in_validity",
    "path_in_validity",
    "eku_ok",
    "key_usage_ok",
    "not_a_ca",
    "country_ok",
    "names_byte_equal",
    "lifetime_ok",
    "no_unknown_critical",
    "serial_ok",
    "algorithms_ok",
)

KIT = CertificateKit()
HOSTILE = hostile_chains(KIT)


def not_true(facts: ChainFacts) -> set[str]:
    return {fact for fact in FACTS if getattr(facts, fact) is not True}


def examine(chain: HostileChain) -> ChainFacts:
    return examine_chain(chain.leaf, chain.intermediates, chain.anchors, chain.at, DOCUMENT_SIGNER)


@pytest.mark.parametrize("chain", HOSTILE, ids=lambda chain: chain.id)
def test_each_hostile_chain_is_found_by_exactly_its_facts(chain: HostileChain) -> None:
    facts = examine(chain)
    assert not_true(facts) == chain.broken
    assert facts.detail == chain.code


@pytest.mark.parametrize("chain", HOSTILE, ids=lambda chain: chain.id)
def test_a_path_is_unknown_only_where_another_fact_is_false(chain: HostileChain) -> None:
    facts = examine(chain)
    if facts.path_ok is None:
        assert any(getattr(facts, fact) is False for fact in FACTS)


def test_every_hostile_chain_breaks_something_and_ids_are_unique() -> None:
    assert all(chain.broken for chain in HOSTILE)
    assert len({chain.id for chain in HOSTILE}) == len(HOSTILE) >= 50


def test_every_fact_but_names_and_serial_can_fail_alone() -> None:
    alone = {next(iter(chain.broken)) for chain in HOSTILE if len(chain.broken) == 1}
    assert set(FACTS) - alone == {"path_ok", "names_byte_equal", "serial_ok"}


@pytest.mark.parametrize(
    ("leaf", "anchor", "profile"),
    [
        (KIT.document_signer(), KIT.iaca.certificate, DOCUMENT_SIGNER),
        (KIT.reader(), KIT.reader_ca.certificate, READER),
        (KIT.status_signer(), KIT.iaca.certificate, STATUS_SIGNER),
        (KIT.vical_signer(), KIT.vical_ca.certificate, VICAL_SIGNER),
    ],
    ids=["document-signer", "reader", "status-signer", "vical-signer"],
)
def test_honest_chains_hold(leaf: Certificate, anchor: Certificate, profile: CertificateProfile) -> None:
    facts = examine_chain(leaf, [], [KIT.reader_ca.certificate, anchor], AT, profile)
    assert not_true(facts) == set()
    assert facts.anchor == anchor
    assert facts.path == (leaf, anchor)
    assert facts.not_revoked is None
    assert facts.detail == "certificate.revocation-unknown"


def test_no_leaf_passes_for_another_purpose() -> None:
    leaves = {
        DOCUMENT_SIGNER: (KIT.document_signer(), KIT.iaca),
        READER: (KIT.reader(), KIT.reader_ca),
        STATUS_SIGNER: (KIT.status_signer(), KIT.iaca),
        VICAL_SIGNER: (KIT.vical_signer(), KIT.vical_ca),
    }
    for one, other in combinations(leaves, 2):
        for profile, (leaf, issuer) in ((one, leaves[other]), (other, leaves[one])):
            if profile is STATUS_SIGNER and leaf is leaves[DOCUMENT_SIGNER][0]:
                continue  # status lists have no purpose of their own yet; a document signer may sign them
            facts = examine_chain(leaf, [], [issuer.certificate], AT, profile)
            assert facts.eku_ok is False, (profile.name, leaf)


def test_23220_purpose_may_stand_beside() -> None:
    both = purposes(oids.EKU_DOCUMENT_SIGNER, oids.EKU_DOCUMENT_SIGNER_23220)
    leaf = KIT.plan().extended(both, critical=True).sign()
    assert not_true(examine_chain(leaf, [], [KIT.iaca.certificate], AT, DOCUMENT_SIGNER)) == set()


@pytest.mark.parametrize("seconds", [0, 86_399])
def test_lifetime_ends_with_the_last_second_of_its_last_day(seconds: int) -> None:
    leaf = KIT.plan().but(not_after=DS_LIFE.not_before + timedelta(days=457, seconds=seconds)).sign()
    assert examine_chain(leaf, [], [KIT.iaca.certificate], AT, DOCUMENT_SIGNER).lifetime_ok is True


def test_lifetime_of_a_day_too_many() -> None:
    leaf = KIT.plan().but(not_after=DS_LIFE.not_before + timedelta(days=458)).sign()
    assert examine_chain(leaf, [], [KIT.iaca.certificate], AT, DOCUMENT_SIGNER).lifetime_ok is False


def test_state_of_the_leaf_alone_is_no_contradiction() -> None:
    leaf = KIT.plan().but(subject=name(("C", "UT"), ("ST", "Lower Utopia"), ("CN", "DS"))).sign()
    assert examine_chain(leaf, [], [KIT.iaca.certificate], AT, DOCUMENT_SIGNER).country_ok is True


@pytest.mark.parametrize(
    ("at", "valid"),
    [
        (DS_LIFE.not_before, True),
        (DS_LIFE.not_before - timedelta(microseconds=1), False),
        (DS_LIFE.not_after, True),
        (DS_LIFE.not_after + timedelta(microseconds=999_999), True),
        (DS_LIFE.not_after + timedelta(seconds=1), False),
        (DS_LIFE.not_before.astimezone(timezone(timedelta(hours=9))), True),
    ],
)
def test_ends_of_validity_are_inside(at: datetime, valid: bool) -> None:  # noqa: FBT001 - a table's column
    facts = examine_chain(KIT.document_signer(), [], [KIT.iaca.certificate], at, DOCUMENT_SIGNER)
    assert facts.leaf_in_validity is valid
    assert facts.path_ok is True


def test_window_is_where_the_facts_stay_the_same() -> None:
    leaf = KIT.document_signer()
    crl = build_crl(
        KIT.iaca,
        [],
        number=1,
        this_update=AT - timedelta(days=10),
        next_update=AT + timedelta(days=20),
    )

    def at(moment: datetime) -> ChainFacts:
        return examine_chain(leaf, [], [KIT.iaca.certificate], moment, DOCUMENT_SIGNER, crls=[crl])

    moment, seen = CA_LIFE.not_before - timedelta(days=1), []
    while moment < CA_LIFE.not_after + timedelta(days=1):
        facts = at(moment)
        seen.append(tuple(getattr(facts, fact) for fact in (*FACTS, "not_revoked")))
        assert facts.valid_from <= moment < facts.valid_until
        for other in (facts.valid_from, facts.valid_until - timedelta(seconds=1)):
            assert at(other).problems == facts.problems
        moment = facts.valid_until
    assert len(seen) == 7  # edges: begin and end of the CA, of the signer and of the list
    assert True in {row[-1] for row in seen}


def test_window_at_the_end_of_time() -> None:
    far = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    plan = KIT.plan(KIT.iaca.certificate).but(not_after=far)
    facts = examine_chain(KIT.document_signer(), [], [plan.sign()], far, DOCUMENT_SIGNER)
    assert facts.valid_until > far
    assert facts.path_in_validity is True


def test_two_anchors_of_one_name_are_told_apart_by_key() -> None:
    key = KIT.key("next")
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    rolled = (
        KIT.plan(KIT.iaca.certificate)
        .but(public_key=key.public_key(), signing_key=key)
        .extended(own, critical=False)
        .sign()
    )
    for anchors in ([rolled, KIT.iaca.certificate], [KIT.iaca.certificate, rolled]):
        facts = examine_chain(KIT.document_signer(), [], anchors, AT, DOCUMENT_SIGNER)
        assert facts.anchor == KIT.iaca.certificate
    assert examine_chain(KIT.document_signer(), [], [rolled], AT, DOCUMENT_SIGNER).path_ok is False


def test_renewed_anchor_counts_although_the_old_one_expired() -> None:
    old = KIT.plan(KIT.iaca.certificate).but(not_after=AT - timedelta(days=1)).sign()
    facts = examine_chain(KIT.document_signer(), [], [old, KIT.iaca.certificate], AT, DOCUMENT_SIGNER)
    assert not_true(facts) == set()
    assert facts.anchor == KIT.iaca.certificate


def test_rsa_anchor_is_refused_although_the_library_takes_it() -> None:
    key = rsa.generate_private_key(65537, 2048)
    root = KIT.plan(KIT.iaca.certificate).but(public_key=key.public_key(), signing_key=key).sign()
    facts = examine_chain(KIT.plan().but(signing_key=key).sign(), [], [root], AT, DOCUMENT_SIGNER)
    assert facts.path_ok is True
    assert not_true(facts) == {"algorithms_ok"}


def chain_of_three() -> tuple[Certificate, Certificate, Certificate]:
    """Make a VICAL signer under an issuing CA under a root without a path length, as AAMVA's is."""
    root_key, sub_key = KIT.key("lists-root"), KIT.key("lists-sub")
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    sub_id = x509.SubjectKeyIdentifier.from_public_key(sub_key.public_key())
    root = (
        KIT.plan(KIT.vical_ca.certificate)
        .but(public_key=root_key.public_key(), signing_key=root_key)
        .extended(root_id, critical=False)
        .extended(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    sub_name = name(("C", "UT"), ("O", "Utopia"), ("CN", "Issuing CA"))
    sub = (
        root.but(subject=sub_name, public_key=sub_key.public_key(), serial=2**65)
        .extended(sub_id, critical=False)
        .extended(x509.AuthorityKeyIdentifier(root_id.digest, None, None), critical=False)
        .extended(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    leaf = (
        KIT.plan(KIT.vical_signer())
        .but(issuer=sub_name, signing_key=sub_key)
        .extended(x509.AuthorityKeyIdentifier(sub_id.digest, None, None), critical=False)
        .extended(key_usage("digital_signature", "content_commitment"), critical=True)
    )
    return leaf.sign(), sub.sign(), root.sign()


@pytest.mark.parametrize("root_sent", [False, True])
def test_chain_of_three_with_and_without_the_root_sent(root_sent: bool) -> None:  # noqa: FBT001
    leaf, sub, root = chain_of_three()
    sent = [sub, root] if root_sent else [sub]
    facts = examine_chain(leaf, sent, [root], AT, VICAL_SIGNER)
    assert not_true(facts) == set()
    assert facts.path == (leaf, sub, root)


def test_chain_of_three_needs_its_middle() -> None:
    leaf, _, root = chain_of_three()
    facts = examine_chain(leaf, [], [root], AT, VICAL_SIGNER)
    assert (facts.path_ok, facts.detail) == (False, "certificate.untrusted")


def test_anchor_may_be_the_middle_itself() -> None:
    leaf, sub, _ = chain_of_three()
    facts = examine_chain(leaf, [], [sub], AT, VICAL_SIGNER)
    assert not_true(facts) == set()
