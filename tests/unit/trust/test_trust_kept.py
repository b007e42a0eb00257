"""What the local copy says to a verifier: documents judged with it, as a counter would."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.mso import StatusListReference
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import WALLET_IMPORT, VerificationPolicy
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.confirming import expecting
from counterproof.trust.names import fingerprint
from counterproof.trust.readers import RegisteredReader
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.published import RESIDENCY, URI, Publisher
from tests.simulators.agency import Agency

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.verification.report import VerificationReport
    from counterproof.trust.kept import Trust

DAY = timedelta(days=1)
POLICY = VerificationPolicy(
    "with-evidence",
    WALLET_IMPORT.required | {CheckId.STATUS, CheckId.CHAIN_REVOCATION},
    WALLET_IMPORT.modes,
)


class World:
    """One agency that issues (in memory) and publishes (to a folder), and a counter that keeps its trust."""

    def __init__(self, tmp_path: Path, number: int = 1) -> None:
        self.agency = Agency(number)
        self.publisher = Publisher(f"agency {number}")
        self.out = tmp_path / f"out {number}"
        assert self.publisher.root == self.agency.anchor
        # One seed draws one serial for both fourth certificates; a CRL would name the two at once.
        self.publisher.signer_certificate = self.publisher.kit.status_signer()

    def document(self, doc_type: str = RESIDENCY, index: int | None = 7, uri: str = URI) -> bytes:
        key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
        status = StatusListReference(index, uri) if index is not None else None
        return self.agency.issue(doc_type, {doc_type: {"family_name": "Doe"}}, key, status=status)

    def install(self, store: TrustStore, at: datetime = AT, **changes: object) -> Trust:
        self.publisher.publish(self.out, at, **changes)
        store.add(self.out, confirm=expecting(self.publisher.fingerprint), at=at)
        return store.read()


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "store")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def judge(trust: Trust, document: bytes, at: datetime = AT) -> VerificationReport:
    return verify_issuer_signed(
        document, trust=trust.issuers(), at=at, policy=POLICY, statuses=trust.statuses()
    )


def verdict(trust: Trust, document: bytes, at: datetime = AT) -> tuple[Verdict, str]:
    report = judge(trust, document, at)
    return report.verdict, report.code


def test_a_good_document_under_a_kept_root(world: World, store: TrustStore) -> None:
    assert verdict(world.install(store), world.document()) == (Verdict.ACCEPTED, "ok")


def test_the_issuers_name_comes_from_the_list(world: World, store: TrustStore) -> None:
    trust = world.install(store)
    (anchor,) = trust.issuers().anchors
    assert (anchor.certificate, anchor.name) == (world.agency.anchor, "Harbour Borough")


def test_nobody_is_trusted_by_default(world: World, store: TrustStore) -> None:
    assert verdict(store.read(), world.document()) == (Verdict.REFUSED, "certificate.untrusted")


@pytest.mark.parametrize(("value", "code"), [(1, "status.revoked"), (2, "status.suspended")])
def test_a_revocation_arrives_with_the_next_folder(
    world: World, store: TrustStore, value: int, code: str
) -> None:
    world.install(store)
    token = world.publisher.token(AT + DAY, {7: value})
    trust = world.install(store, AT + DAY, status_lists=(token,))
    assert verdict(trust, world.document(), AT + DAY) == (Verdict.REFUSED, code)


def test_scenario_freeze_status(world: World, store: TrustStore) -> None:
    trust = world.install(store)
    assert verdict(trust, world.document(), AT + 7 * DAY) == (Verdict.UNDECIDED, "status.expired")


def test_scenario_status_missing(world: World, store: TrustStore) -> None:
    trust = world.install(store, status_lists=())
    assert verdict(trust, world.document()) == (Verdict.UNDECIDED, "status.missing")
    trust = world.install(store, AT + DAY)
    other = world.document(uri="https://utopia.example/status/2")
    assert verdict(trust, other, AT + DAY) == (Verdict.UNDECIDED, "status.missing")


def test_scenario_status_other_issuer(world: World, store: TrustStore, tmp_path: Path) -> None:
    """Agency B may publish a list of that very name: it says nothing about documents of A."""
    world.install(store, status_lists=())
    trust = World(tmp_path, 2).install(store)
    assert verdict(trust, world.document()) == (Verdict.UNDECIDED, "status.other-issuer")
    unknown = trust.statuses().judge(StatusListReference(7, URI), None, AT, None)
    assert (unknown.good, unknown.code) == (None, "status.missing")


def test_an_index_beyond_the_list_is_refused(world: World, store: TrustStore) -> None:
    assert verdict(world.install(store), world.document(index=256)) == (Verdict.REFUSED, "status.index-range")


def test_scenario_scope(world: World, store: TrustStore) -> None:
    trust = world.install(store)
    foreign = world.document("org.counterproof.library-card.1")
    assert verdict(trust, foreign) == (Verdict.REFUSED, "trust.doc-type")


def test_scenario_ds_revoked(world: World, store: TrustStore) -> None:
    world.install(store)
    crl = world.publisher.crl(AT + DAY, world.agency.signer_certificate, number=2)
    trust = world.install(store, AT + DAY, crls=(crl,))
    assert verdict(trust, world.document(), AT + DAY) == (Verdict.REFUSED, "certificate.revoked")


def test_scenario_anchor_removed(world: World, store: TrustStore) -> None:
    document = world.document()
    assert verdict(world.install(store), document)[0] is Verdict.ACCEPTED
    store.remove(world.publisher.fingerprint)
    assert verdict(store.read(), document) == (Verdict.REFUSED, "certificate.untrusted")


def test_scenario_name_clash(world: World, store: TrustStore, tmp_path: Path) -> None:
    world.install(store)
    second = World(tmp_path, 2)
    second.publisher.name = "HARBOUR  Borough"
    trust = second.install(store)
    names = [anchor.name or "" for anchor in trust.issuers().anchors]
    shown = second.publisher.fingerprint[:8].upper()
    assert names[1] == f"HARBOUR  Borough (UT, {shown[:4]} {shown[4:]})"
    assert names[0].startswith("Harbour Borough (UT, ")
    assert names[0][-9:] != names[1][-9:]


@pytest.mark.parametrize("name", ["H\u0430rb\u043eur Borough", "Harb0ur Borough", "Harbour B\u00f6rough"])
def test_a_name_that_only_looks_the_same_is_told_apart(
    world: World, store: TrustStore, tmp_path: Path, name: str
) -> None:
    world.install(store)
    second = World(tmp_path, 2)
    second.publisher.name = name
    names = [anchor.name or "" for anchor in second.install(store).issuers().anchors]
    assert names[0].startswith("Harbour Borough (UT, ")
    assert names[1].startswith(f"{name} (UT, ")
    assert names[0][-9:] != names[1][-9:]


def test_names_that_look_different_stay_as_they_are(world: World, store: TrustStore, tmp_path: Path) -> None:
    world.install(store)
    second = World(tmp_path, 2)
    second.publisher.name = "Harbour Town"
    names = {anchor.name for anchor in second.install(store).issuers().anchors}
    assert names == {"Harbour Borough", "Harbour Town"}


def test_scenario_freeze(world: World, store: TrustStore) -> None:
    trust = world.install(store)
    (fresh,) = trust.describe(AT + DAY).agencies
    assert (fresh.notices, fresh.enough_until, fresh.age) == ((), AT + 7 * DAY, 86_400)
    (soon,) = trust.describe(AT + 4 * DAY).agencies
    assert soon.notices == ("trust.soon-out-of-date",)
    (late,) = trust.describe(AT + 8 * DAY).agencies
    assert late.notices == ("trust.out-of-date",)
    assert [each.state for each in late.evidence if each.kind == "status-list"] == ["expired"]


def test_description_of_nobody(store: TrustStore) -> None:
    assert store.read().describe(AT).notices == ("trust.nobody",)


def test_description_as_json(world: World, store: TrustStore) -> None:
    plain = world.install(store).describe(AT - DAY).to_json()
    assert plain["notices"] == ["clock.before-floor"]
    assert plain["agencies"][0]["enough_until"] == "2026-06-08T12:00:00Z"


def test_types_of_the_agency_that_was_there_first(world: World, store: TrustStore, tmp_path: Path) -> None:
    world.install(store)
    second = World(tmp_path, 2)
    toml = world.publisher.publication().types[0].replace(b'icon = "', b'icon = "b-')
    trust = second.install(store, types=(toml,))
    first = trust.types_of(world.agency.anchor)[RESIDENCY]
    assert trust.types()[RESIDENCY] == first
    assert trust.types_of(second.agency.anchor)[RESIDENCY].display.icon == f"b-{first.display.icon}"
    assert trust.types_of(Publisher("nobody").root) == {}


class TestReaders:
    def test_a_counter_is_named_by_its_own_agency(
        self, world: World, store: TrustStore, tmp_path: Path
    ) -> None:
        second = World(tmp_path, 2)
        world.install(store)
        liar = RegisteredReader(
            id="EVIL", office="EVIL", name="Tax Office", certificates=(fingerprint(world.publisher.reader),)
        )
        readers = second.install(store, readers=(liar,)).readers()
        leaf, anchor = world.publisher.reader, world.publisher.kit.reader_ca.certificate
        found = readers.registered(leaf, anchor)
        assert found is not None
        assert (found[0], found[1].name) == (
            store.read().names[world.publisher.fingerprint],
            "Harbour Library, desk 3",
        )
        assert readers.registered(leaf, second.publisher.kit.reader_ca.certificate) is not None
        assert len(readers.anchors) == 2

    def test_an_unlisted_counter_has_no_name(self, world: World, store: TrustStore) -> None:
        readers = world.install(store).readers()
        anchor = world.publisher.kit.reader_ca.certificate
        assert readers.registered(world.publisher.kit.reader("another"), anchor) is None
        assert readers.registered(world.publisher.reader, world.publisher.root) is None

    def test_audiences(self, world: World, store: TrustStore) -> None:
        readers = world.install(store).readers()
        entry = world.publisher.registered()
        assert readers.named("HB-DESK-3") == readers.named("HB-LIBRARY") == (("Harbour Borough", entry),)
        assert readers.named("hb-desk-3") == ()

    def test_readers_without_a_root_are_said(self, world: World, store: TrustStore) -> None:
        trust = world.install(store, reader_root=None)
        assert trust.describe(AT).agencies[0].notices == ("trust.no-reader-root",)
        assert trust.readers().anchors == ()
