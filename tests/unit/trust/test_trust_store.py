"""The local copy: pinned by a person, whole or not at all, never backwards."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.trust.confirming import Claims, Confirm, Introduction, expecting
from counterproof.trust.names import fingerprint, grouped, sha256
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.published import RESIDENCY, TOML, URI, Publisher, listed
from tests.kit.stores import fails, held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = timedelta(days=1)
LATER = AT + DAY


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def never(introduction: Introduction) -> bool:
    raise AssertionError(f"asked about a {introduction.role} that is trusted already")


def recording(asked: list[Introduction]) -> Confirm:
    def confirm(introduction: Introduction) -> bool:
        asked.append(introduction)
        return True

    return confirm


class TestFirstTrust:
    def test_an_empty_store_believes_nobody_and_writes_nothing(self, tmp_path: Path) -> None:
        trust = TrustStore(tmp_path / "store").read()
        assert (trust.agencies, trust.issuers().anchors, trust.readers().anchors) == ((), (), ())
        assert not (tmp_path / "store").exists()

    def test_is_pinned_by_a_fingerprint_that_a_person_compares(
        self, publisher: Publisher, folder: Path, tmp_path: Path
    ) -> None:
        asked: list[Introduction] = []
        store = TrustStore(tmp_path / "store")
        summary = store.add(folder, confirm=recording(asked), at=AT)
        (introduction,) = asked
        assert introduction.fingerprint == publisher.fingerprint
        assert introduction.shown == grouped(publisher.fingerprint)
        assert (summary.action, summary.fingerprint, summary.before) == (
            Action.ADDED,
            publisher.fingerprint,
            None,
        )
        assert {detail.change for detail in summary.details} == {"new"}

    def test_no_is_no(self, folder: Path, tmp_path: Path) -> None:
        store = TrustStore(tmp_path / "store")
        fails(lambda: store.add(folder, confirm=lambda _: False, at=AT), "trust.not-confirmed")
        assert store.read().agencies == ()

    def test_another_fingerprint_is_no(self, folder: Path, tmp_path: Path) -> None:
        confirm = expecting(Publisher("other").fingerprint)
        fails(lambda: TrustStore(tmp_path / "s").add(folder, confirm=confirm, at=AT), "trust.not-confirmed")

    @pytest.mark.parametrize("form", [str.upper, grouped, ":".join, lambda t: f" {t}\n"])
    def test_fingerprints_are_taken_as_people_type_them(
        self, publisher: Publisher, folder: Path, tmp_path: Path, form: Callable[[str], str]
    ) -> None:
        confirm = expecting(form(publisher.fingerprint))
        assert TrustStore(tmp_path / "s").add(folder, confirm=confirm, at=AT).action is Action.ADDED

    @pytest.mark.parametrize("text", ["", "3225ad56", "x" * 64, "0" * 63, "0" * 65])
    def test_a_part_of_a_fingerprint_is_none(self, text: str) -> None:
        fails(lambda: expecting(text), "trust.fingerprint-form")

    def test_update_asks_nobody(self, folder: Path, tmp_path: Path) -> None:
        fails(lambda: TrustStore(tmp_path / "s").update(folder, at=AT), "trust.root-unknown")

    def test_no_agency_from_the_future(self, publisher: Publisher, folder: Path, tmp_path: Path) -> None:
        confirm = expecting(publisher.fingerprint)
        store = TrustStore(tmp_path / "s")
        early = AT - timedelta(seconds=61)
        fails(lambda: store.add(folder, confirm=confirm, at=early), "trust.from-future")
        assert store.add(folder, confirm=confirm, at=AT - timedelta(seconds=60)).action is Action.ADDED

    def test_no_agency_whose_root_has_run_out(
        self, publisher: Publisher, folder: Path, tmp_path: Path
    ) -> None:
        confirm = expecting(publisher.fingerprint)
        at = publisher.root.not_after + DAY
        fails(lambda: TrustStore(tmp_path / "s").add(folder, confirm=confirm, at=at), "trust.root-validity")


class TestUpdates:
    def test_a_newer_set_replaces_the_held_one(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER, types=())
        summary = store.update(folder, at=LATER)
        assert (summary.action, summary.before, summary.issued_at) == (Action.UPDATED, AT, LATER)
        assert set(summary.details) == {
            ("gone", "credential-type", "org.counterproof.residency.1"),
            ("newer", "status-list", URI),
            ("newer", "crl", "issuer-root"),
        }
        assert held(TrustStore(store._folder)) == LATER

    def test_add_updates_without_asking(self, publisher: Publisher, folder: Path, store: TrustStore) -> None:
        publisher.publish(folder, LATER)
        assert store.add(folder, confirm=never, at=LATER).action is Action.UPDATED

    def test_the_same_set_again_changes_nothing(self, folder: Path, store: TrustStore) -> None:
        before = tree(store._folder)
        assert store.update(folder, at=AT).action is Action.UNCHANGED
        assert tree(store._folder) == before

    def test_scenario_root_rollback(self, publisher: Publisher, folder: Path, store: TrustStore) -> None:
        old = shutil.copytree(folder, folder.with_name("old"))
        publisher.publish(folder, LATER)
        store.update(folder, at=LATER)
        error = fails(lambda: store.update(old, at=LATER), "trust.older")
        assert error.facts == {"held": "2026-06-02T12:00:00Z", "offered": "2026-06-01T12:00:00Z"}
        assert held(store) == LATER

    def test_scenario_root_same_version_other_bytes(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.bend(folder, name="Harbour Town")
        fails(lambda: store.update(folder, at=AT), "trust.same-time")
        assert store.read().agencies[0].name == "Harbour Borough"

    def refused(self, publisher: Publisher, store: TrustStore, code: str, **changes: Any) -> None:
        before = tree(store._folder)
        out = store._folder.with_name("next")
        publisher.publish(out, LATER, **changes)
        fails(lambda: store.update(out, at=LATER), code)
        assert tree(store._folder) == before

    def test_scenario_status_rollback_and_mix_and_match(
        self, publisher: Publisher, store: TrustStore
    ) -> None:
        self.refused(publisher, store, "status.older", status_lists=(publisher.token(AT - DAY),))

    def test_two_status_lists_of_one_moment(self, publisher: Publisher, store: TrustStore) -> None:
        self.refused(publisher, store, "status.same-time", status_lists=(publisher.token(AT, {5: 1}),))

    def test_scenario_status_unrevoke(self, publisher: Publisher, folder: Path, store: TrustStore) -> None:
        hour = AT + timedelta(hours=1)
        publisher.publish(folder, hour, status_lists=(publisher.token(hour, {5: 1, 6: 2}),))
        store.update(folder, at=hour)
        self.refused(publisher, store, "status.unrevoked", status_lists=(publisher.token(LATER, {6: 2}),))
        publisher.publish(folder, LATER, status_lists=(publisher.token(LATER, {5: 1}),))
        assert store.update(folder, at=LATER).action is Action.UPDATED  # a suspension may end

    @pytest.mark.parametrize(("age", "number"), [(DAY, 9), (0 * DAY, 0)])
    def test_an_older_revocation_list(
        self, publisher: Publisher, store: TrustStore, age: timedelta, number: int
    ) -> None:
        crl = publisher.crl(AT - age, number=number)
        self.refused(publisher, store, "trust.crl-older", crls=(crl,))

    def test_a_revocation_list_does_not_go_away(self, publisher: Publisher, store: TrustStore) -> None:
        self.refused(publisher, store, "trust.crl-dropped", crls=())

    @pytest.mark.parametrize("keeps_an_old_one", [True, False])
    def test_a_revoked_signer_cannot_leave_its_revocation_out(
        self, publisher: Publisher, folder: Path, store: TrustStore, *, keeps_an_old_one: bool
    ) -> None:
        """The new set alone looks good; the list that is held knows better."""
        second = Publisher()
        second.signer_certificate = second.kit.status_signer()
        assert second.signer_certificate.serial != publisher.signer_certificate.serial
        hour = AT + timedelta(hours=1)
        second.publish(folder, hour, crls=(publisher.crl(hour, publisher.signer_certificate, number=2),))
        store.update(folder, at=hour)
        crls = (publisher.crl(AT),) if keeps_an_old_one else ()
        self.refused(publisher, store, "trust.signer-untrusted", crls=crls)

    def test_a_dropped_status_list_is_gone(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER, status_lists=())
        assert ("gone", "status-list", URI) in store.update(folder, at=LATER).details
        assert store.read().describe(LATER).agencies[0].notices == ("trust.no-status-list",)

    def test_another_reader_root_waits_for_a_person(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        other = Publisher("other").kit.reader_ca.certificate
        self.refused(publisher, store, "trust.reader-root-new", reader_root=other)
        publisher.publish(folder, LATER, reader_root=other)
        asked: list[Introduction] = []
        store.add(folder, confirm=recording(asked), at=LATER)
        assert [(who.role, who.fingerprint) for who in asked] == [("reader-root", fingerprint(other))]
        assert store.read().readers().anchors == (other,)

    def test_another_root_is_another_agency(
        self, publisher: Publisher, store: TrustStore, tmp_path: Path
    ) -> None:
        impostor = Publisher("impostor")
        out = impostor.publish(tmp_path / "impostor", LATER)
        fails(lambda: store.update(out, at=LATER), "trust.root-unknown")
        store.add(out, confirm=expecting(impostor.fingerprint), at=LATER)
        assert [each.root for each in store.read().agencies] == [publisher.root, impostor.root]

    def test_a_root_with_a_new_certificate_takes_the_place_of_the_old(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        plan = publisher.kit.plan(publisher.root, publisher.kit.iaca)
        renewed = plan.but(not_after=publisher.root.not_after + 30 * DAY).sign()
        publisher.publish(folder, LATER, issuer_root=renewed)
        fails(lambda: store.update(folder, at=LATER), "trust.root-unknown")
        summary = store.add(folder, confirm=expecting(fingerprint(renewed)), at=LATER)
        assert summary.action is Action.UPDATED
        assert [each.root for each in store.read().agencies] == [renewed]

    def test_a_set_that_is_damaged_changes_nothing(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        before = tree(store._folder)
        publisher.publish(folder, LATER)
        next(folder.glob("types/*")).write_bytes(TOML + b"\n")
        fails(lambda: store.update(folder, at=LATER), "trust.file-too-large")
        assert tree(store._folder) == before


class TestClaims:
    """The key that signs every day is not enough for another name or for other kinds of documents."""

    @pytest.mark.parametrize(
        ("changes", "changed"),
        [
            ({"name": "Ministry of the Interior"}, "name"),
            ({"doc_types": (RESIDENCY, "b.1")}, "documents"),
            ({"doc_types": ("b.1",), "types": ()}, "documents"),
            ({"doc_types": ("b.1",), "types": (), "name": "Harbour Town"}, "name, documents"),
        ],
    )
    def test_an_update_claims_nothing_new(
        self, publisher: Publisher, folder: Path, store: TrustStore, changes: dict[str, Any], changed: str
    ) -> None:
        before = tree(store._folder)
        publisher.publish(folder, LATER, **changes)
        error = fails(lambda: store.update(folder, at=LATER), "trust.agency-changed")
        assert error.facts == {"changed": changed}
        fails(lambda: store.add(folder, confirm=lambda _: False, at=LATER), "trust.not-confirmed")
        other = expecting(Publisher("other").fingerprint)
        fails(lambda: store.add(folder, confirm=other, at=LATER), "trust.not-confirmed")
        assert tree(store._folder) == before

    def test_a_person_sees_what_was_and_what_would_be(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER, name="Harbour Town", doc_types=("b.1", RESIDENCY))
        asked: list[Introduction] = []
        store.add(folder, confirm=recording(asked), at=LATER)
        (question,) = asked
        assert (question.role, question.fingerprint) == ("claims", publisher.fingerprint)
        assert question.before == Claims("Harbour Borough", "UT", (RESIDENCY,))
        assert question.claims == Claims("Harbour Town", "UT", ("b.1", RESIDENCY))
        assert question.claims.added_to(question.before) == ("b.1",)
        (anchor,) = store.read().issuers().anchors
        assert (anchor.name, anchor.doc_types) == ("Harbour Town", frozenset({RESIDENCY, "b.1"}))

    def test_a_script_confirms_with_the_fingerprint(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER, name="Harbour Town")
        summary = store.add(folder, confirm=expecting(publisher.fingerprint), at=LATER)
        assert (summary.action, summary.agency) == (Action.UPDATED, "Harbour Town")

    def test_less_needs_no_question_and_more_again_does(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        both = (RESIDENCY, "b.1")
        publisher.publish(folder, AT + timedelta(hours=1), doc_types=both)
        store.add(folder, confirm=expecting(publisher.fingerprint), at=LATER)
        publisher.publish(folder, AT + timedelta(hours=2))
        assert ("gone", "doc-type", "b.1") in store.update(folder, at=LATER).details
        publisher.publish(folder, LATER, doc_types=both)
        fails(lambda: store.update(folder, at=LATER), "trust.agency-changed")

    def test_another_country_is_asked_about(self) -> None:
        before = Claims("Harbour Borough", "UT", (RESIDENCY,))
        assert Claims("Harbour Borough", "XA", ()).beyond(before) == ("country",)
        assert before.beyond(before) == ()

    def test_nobody_is_asked_about_what_is_refused_anyway(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER)
        store.update(folder, at=LATER)
        publisher.publish(folder.with_name("earlier"), AT + timedelta(hours=1), name="Harbour Town")
        earlier = folder.with_name("earlier")
        fails(lambda: store.add(earlier, confirm=never, at=LATER), "trust.older")

    def test_damage_does_not_make_an_agency_forget_what_was_confirmed(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        lost = store._folder / "objects" / sha256(listed(folder, "crl").read_bytes())
        lost.unlink()
        publisher.publish(folder, LATER, name="Harbour Town")
        fails(lambda: TrustStore(store._folder).update(folder, at=LATER), "trust.agency-changed")
        for path in (store._folder / "objects").iterdir():
            path.write_bytes(b"rot")
        again = TrustStore(store._folder)
        fails(lambda: again.update(folder, at=LATER), "trust.damaged")
        asked: list[Introduction] = []
        again.add(folder, confirm=recording(asked), at=LATER)
        assert [(each.role, each.before) for each in asked] == [("claims", None)]


class TestRemoval:
    def test_scenario_anchor_removed(self, publisher: Publisher, store: TrustStore) -> None:
        floor = store.read().floor
        summary = store.remove(grouped(publisher.fingerprint))
        assert (summary.action, summary.agency) == (Action.REMOVED, "Harbour Borough")
        trust = TrustStore(store._folder).read()
        assert (trust.agencies, trust.issuers().anchors) == ((), ())
        assert trust.floor == floor

    def test_of_nobody(self, store: TrustStore) -> None:
        fails(lambda: store.remove("0" * 64), "trust.not-held")
        fails(lambda: store.remove("Harbour Borough"), "trust.fingerprint-form")
