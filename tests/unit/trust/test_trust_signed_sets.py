"""Sets of stolen signers in what an agency publishes: proven, kept, never dropped and never grown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.x509 import ReasonFlags

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists.signed_set import build_signed_set
from counterproof.trust.confirming import expecting
from counterproof.trust.published import read_published
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import check_succession
from tests.kit.certificates import AT
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate

DAY = timedelta(days=1)
MEMBERS = [bytes([number]) * 32 for number in range(1, 9)]


class Robbed(Publisher):
    """An agency whose document signer's key was stolen a day ago."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.leaf = self.kit.document_signer("stolen")

    def signed(self, *members: bytes, at: datetime = AT, of: Certificate | None = None) -> bytes:
        return build_signed_set(
            self.signer, [self.signer_certificate], of=of or self.leaf, digests=members, date=at
        )

    def stolen_crl(self, at: datetime = AT, *, number: int = 2, reason: Any = "stolen") -> bytes:
        flag = ReasonFlags.key_compromise if reason == "stolen" else reason
        entries = [Revocation(self.leaf.serial, AT - DAY, flag)] if reason else []
        return build_crl(self.kit.iaca, entries, number=number, this_update=at, next_update=at + 30 * DAY).der

    def robbed(self, out: Path, at: datetime = AT, **changes: Any) -> Path:
        honest = {"signed_sets": (self.signed(*MEMBERS),), "crls": (self.stolen_crl(at),)}
        return self.publish(out, at, **{**honest, **changes})


@pytest.fixture
def agency() -> Robbed:
    return Robbed()


@pytest.fixture
def store(agency: Robbed, tmp_path: Path) -> TrustStore:
    store = TrustStore(tmp_path / "trust")
    store.add(agency.robbed(tmp_path / "out"), confirm=expecting(agency.fingerprint), at=AT)
    return store


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def test_a_published_set_reaches_whoever_judges(agency: Robbed, store: TrustStore) -> None:
    trust = store.read()
    (signed,) = trust.issuers().signed_sets
    assert signed.of == agency.leaf.der
    assert [signed.signed.holds(each) for each in (MEMBERS[0], bytes(32))] == [True, False]
    assert "trust.signer-stolen" in trust.describe(AT).agencies[0].notices


@pytest.mark.usefixtures("store")
def test_a_store_opened_again_proves_it_again(tmp_path: Path) -> None:
    assert len(TrustStore(tmp_path / "trust").read().issuers().signed_sets) == 1


def test_a_summary_says_that_it_is_new(agency: Robbed, tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "trust")
    store.add(agency.publish(tmp_path / "a"), confirm=expecting(agency.fingerprint), at=AT)
    change = store.update(agency.robbed(tmp_path / "b", AT + DAY), at=AT + DAY)
    assert [each.change for each in change.details if each.kind == "signed-set"] == ["new"]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("thief", "signed-set.signer-untrusted"),
        ("foreign", "signed-set.other-issuer"),
        ("future", "trust.from-future"),
        ("twice", "trust.twice"),
        ("garbage", "trust.file-unreadable"),
    ],
)
def test_a_set_that_proves_nothing_spoils_the_folder(
    agency: Robbed, tmp_path: Path, label: str, code: str
) -> None:
    thief = SoftwareSigner(agency.kit.key("stolen"), deterministic=True)
    makers: dict[str, Callable[[], bytes]] = {
        "thief": lambda: build_signed_set(thief, [agency.leaf], of=agency.leaf, digests=MEMBERS, date=AT),
        "foreign": lambda: agency.signed(*MEMBERS, of=Publisher("elsewhere").kit.document_signer()),
        "future": lambda: agency.signed(*MEMBERS, at=AT + 2 * DAY),
        "twice": lambda: agency.signed(MEMBERS[0]),
        "garbage": lambda: b"\x80",
    }
    folder = agency.robbed(tmp_path / "out", signed_sets=(agency.signed(*MEMBERS),))
    sets = [] if label != "twice" else [agency.signed(*MEMBERS)]
    agency.publish(folder, AT + DAY, crls=(agency.stolen_crl(AT),), signed_sets=sets)
    agency.put(folder, "signed-set", "signed/another.cose", makers[label]())
    assert code_of(lambda: read_published(folder)) == code


def test_a_set_by_a_status_signer_that_was_withdrawn_too_proves_nothing(
    agency: Robbed, tmp_path: Path
) -> None:
    old = agency.kit.status_signer("old")
    signer = SoftwareSigner(agency.kit.key("old"), deterministic=True)
    signed = build_signed_set(signer, [old], of=agency.leaf, digests=MEMBERS, date=AT)
    assert agency.robbed(tmp_path / "good", signed_sets=(signed,)).is_dir()
    entries = [
        Revocation(agency.leaf.serial, AT - DAY, ReasonFlags.key_compromise),
        Revocation(old.serial, AT - DAY),
    ]
    crl = build_crl(agency.kit.iaca, entries, number=3, this_update=AT, next_update=AT + 30 * DAY).der
    code = code_of(lambda: agency.robbed(tmp_path / "bad", signed_sets=(signed,), crls=(crl,)))
    assert code == "signed-set.signer-untrusted"


def test_a_set_counts_of_no_signer_whom_the_root_believes(agency: Robbed, tmp_path: Path) -> None:
    """Or the key that signs every day could make each document of a good signer worthless."""
    chain = [agency.leaf.der]
    robbed, smeared = TrustStore(tmp_path / "robbed"), TrustStore(tmp_path / "smeared")
    robbed.add(agency.robbed(tmp_path / "a"), confirm=expecting(agency.fingerprint), at=AT)
    assert robbed.read().issuers().signer(chain, AT).signed_set is not None
    folder = agency.publish(tmp_path / "b", signed_sets=(agency.signed(),))
    smeared.add(folder, confirm=expecting(agency.fingerprint), at=AT)
    assert smeared.read().issuers().signer(chain, AT).signed_set is None


class TestSuccession:
    """What a newer publication may do to a set that is held."""

    def refused(
        self, agency: Robbed, store: TrustStore, out: Path, at: datetime = AT + DAY, **changes: Any
    ) -> str:
        folder = agency.robbed(out, at, **changes)
        before = store.read()
        code = code_of(lambda: store.update(folder, at=at))
        assert len(store.read().issuers().signed_sets) == len(before.issuers().signed_sets) == 1
        return code

    def test_it_may_not_grow(self, agency: Robbed, store: TrustStore, tmp_path: Path) -> None:
        more = agency.signed(*MEMBERS, bytes(32), at=AT + DAY)
        assert self.refused(agency, store, tmp_path / "new", signed_sets=(more,)) == "trust.signed-set-grew"

    def test_it_may_not_change_its_length(self, agency: Robbed, store: TrustStore, tmp_path: Path) -> None:
        longer = build_signed_set(
            agency.signer, [agency.signer_certificate], of=agency.leaf, digests=MEMBERS, date=AT, bits=96
        )
        code = self.refused(agency, store, tmp_path / "new", signed_sets=(longer,))
        assert code == "trust.signed-set-grew"

    def test_it_may_not_go(self, agency: Robbed, store: TrustStore, tmp_path: Path) -> None:
        assert self.refused(agency, store, tmp_path / "new", signed_sets=()) == "trust.signed-set-dropped"

    def test_it_may_shrink(self, agency: Robbed, store: TrustStore, tmp_path: Path) -> None:
        fewer = agency.signed(*MEMBERS[1:], at=AT + DAY)
        store.update(agency.robbed(tmp_path / "new", AT + DAY, signed_sets=(fewer,)), at=AT + DAY)
        (signed,) = store.read().issuers().signed_sets
        assert not signed.signed.holds(MEMBERS[0])

    def test_it_may_grow_again_behind_a_signer_that_was_withdrawn(
        self, agency: Robbed, store: TrustStore, tmp_path: Path
    ) -> None:
        """A thief signs an empty set; the root withdraws that key, and honest holders are back."""
        emptied = agency.robbed(tmp_path / "empty", AT + DAY, signed_sets=(agency.signed(at=AT + DAY),))
        store.update(emptied, at=AT + DAY)
        thief, at = agency.signer_certificate, AT + 2 * DAY
        agency.signer_certificate = agency.kit.status_signer("status")
        assert agency.signer_certificate.serial != thief.serial
        entries = [
            Revocation(agency.leaf.serial, AT - DAY, ReasonFlags.key_compromise),
            Revocation(thief.serial, AT),
        ]
        crl = build_crl(agency.kit.iaca, entries, number=3, this_update=at, next_update=at + 30 * DAY).der
        whole = agency.robbed(
            tmp_path / "whole", at, signed_sets=(agency.signed(*MEMBERS, at=at),), crls=(crl,)
        )
        store.update(whole, at=at)
        (signed,) = store.read().issuers().signed_sets
        assert signed.signed.holds(MEMBERS[0])

    def test_it_may_go_with_its_signers_certificate(
        self, agency: Robbed, store: TrustStore, tmp_path: Path
    ) -> None:
        last, late = agency.leaf.not_after, agency.leaf.not_after + timedelta(seconds=1)
        assert (
            self.refused(agency, store, tmp_path / "last", last, signed_sets=()) == "trust.signed-set-dropped"
        )
        folder = agency.robbed(tmp_path / "new", late, signed_sets=())
        store.update(folder, at=late)
        assert store.read().issuers().signed_sets == ()

    def test_one_that_binds_nobody_any_more_hides_no_other(self, agency: Robbed, tmp_path: Path) -> None:
        """Whichever of two sets is looked at first."""
        former, second = agency.kit.status_signer("former"), agency.kit.document_signer("second")
        by_former = SoftwareSigner(agency.kit.key("former"), deterministic=True)
        sets = (
            build_signed_set(by_former, [former], of=second, digests=MEMBERS, date=AT),
            agency.signed(*MEMBERS),
        )
        stolen = [
            Revocation(each.serial, AT - DAY, ReasonFlags.key_compromise) for each in (agency.leaf, second)
        ]

        def published(name: str, at: datetime, number: int, *more: Revocation, **changes: Any) -> Any:
            crl = build_crl(
                agency.kit.iaca,
                [*stolen, *more],
                number=number,
                this_update=at,
                next_update=at + 30 * DAY,
            )
            return read_published(agency.robbed(tmp_path / name, at, crls=(crl.der,), **changes))

        old = published("old", AT, 2, signed_sets=sets)
        new = published("new", AT + DAY, 3, Revocation(former.serial, AT), signed_sets=())
        for ordered in (old.signed_sets, old.signed_sets[::-1]):
            held = replace(old, signed_sets=ordered)
            assert code_of(lambda held=held: check_succession(held, new)) == "trust.signed-set-dropped"  # type: ignore[misc]

    def test_a_revoked_certificate_may_not_come_off_its_list(
        self, agency: Robbed, store: TrustStore, tmp_path: Path
    ) -> None:
        clean = agency.stolen_crl(AT + DAY, number=3, reason=None)
        assert self.refused(agency, store, tmp_path / "new", crls=(clean,)) == "trust.crl-unrevoked"
