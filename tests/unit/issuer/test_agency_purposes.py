"""Purposes as an agency registers them: what is refused, what is logged, and what goes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.request import make_request
from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.purposes import PurposeReader
from counterproof.trust.store import TrustStore
from issuer.agency.purposes import examples
from issuer.cli import main
from tests.kit.agency import AT, found
from tests.kit.certificates import CertificateKit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer.agency import Agency

IDS = ["library.age-check", "library.membership", "school.free-meals"]


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with found(tmp_path / "harbour") as founded:
        for number, office in enumerate(("HARBOUR-LIB", "HARBOUR-SCHOOL")):
            key = CertificateKit("counters").key(f"counter {number}")
            request = make_request(Subject(common_name="x"), key)
            founded.certify_reader(request, reader_id=f"DESK-{number}", name=f"Desk {number}", office=office)
        yield founded


def test_the_examples_can_be_registered_and_go_out(agency: Agency, tmp_path: Path) -> None:
    assert agency.add_purposes(examples(), dry_run=True).new == tuple(IDS)
    assert agency.purposes() == ()
    assert agency.add_purposes(examples()).new == tuple(IDS)
    assert agency.add_purposes(examples()).same == tuple(IDS)
    done = agency.publish(tmp_path / "out")
    store = TrustStore(tmp_path / "trust")
    store.add(tmp_path / "out", confirm=lambda _: True, at=done.issued_at)
    trust = store.read()
    root = trust.agencies[0].reader_fingerprint or ""
    library = PurposeReader(root=root, office="HARBOUR-LIB")
    assert [each.purpose.id for each in trust.purposes.granted_to(library) if each.purpose] == IDS[:2]
    agency.remove_purpose("school.free-meals")
    assert [each.id for each in agency.purposes()] == IDS[:2]
    acts = [(each.act.action, each.act.target) for each in agency.register.acts(limit=100)]
    assert ("register-purpose", "library.membership") in acts
    assert ("remove-purpose", "school.free-meals") in acts


WRONG = {
    "changed without a version": (b'en = "Nothing is kept."', b'en = "Kept."', "agency.purpose-version"),
    "a counter of nobody": (b'"HARBOUR-LIB"', b'"HARBOUR-ZOO"', "agency.purpose-reader-unknown"),
    "a field of nothing": (b'"resident_borough"', b'"resident_burrow"', "agency.purpose-field"),
    "a substitute of nothing": (b'"age_over_18"] }', b'"age_over"] }', "agency.purpose-field"),
    "no TOML": (b"[[purpose]]", b"[[purpose", "purpose.not-toml"),
}


@pytest.mark.parametrize(("old", "new", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_changes_nothing(agency: Agency, old: bytes, new: bytes, code: str) -> None:
    agency.add_purposes(examples())
    before = agency.purposes()
    content = examples().replace(old, new)
    if code != "agency.purpose-version":
        content = content.replace(b"version = 1", b"version = 2")
    with pytest.raises(CounterproofError) as error:
        agency.add_purposes(content)
    assert error.value.code == code
    assert agency.purposes() == before


def test_a_purpose_that_is_not_there(agency: Agency) -> None:
    with pytest.raises(CounterproofError) as error:
        agency.remove_purpose("nothing")
    assert error.value.code == "agency.no-such-purpose"


def test_a_file_that_somebody_spoiled_is_not_published(agency: Agency, tmp_path: Path) -> None:
    (tmp_path / "harbour" / "purposes.json").write_text('{"type":"counterproof.purposes","version":1}')
    with pytest.raises(CounterproofError) as error:
        agency.publish(tmp_path / "out")
    assert error.value.code == "agency.purposes-unreadable"


@pytest.mark.usefixtures("agency")
def test_by_command(tmp_path: Path) -> None:
    folder, file = str(tmp_path / "harbour"), tmp_path / "mine.toml"
    around = {"COUNTERPROOF_AT": AT.isoformat()}

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, list(words), env=around, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    file.write_text(run("purpose", "example"), "utf-8")
    assert "New: library.age-check" in run("purpose", "add", folder, str(file))
    assert "school.free-meals  version 1 of 2026-01-05: Free school meals" in run("purpose", "list", folder)
    assert [each["id"] for each in json.loads(run("purpose", "list", folder, "--json"))] == IDS
    assert "Taken out" in run("purpose", "remove", folder, "school.free-meals", "--yes")
    again = CliRunner().invoke(main, ["purpose", "remove", folder, "x", "--yes"], env=around)
    assert "[agency.no-such-purpose]" in again.stderr
