"""Setting a counter up by its commands: folder, key, certificate, trusted agencies, faults."""

from __future__ import annotations

import errno
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.kit.certificates import AT
from tests.kit.clerk import ELEMENTS
from tests.kit.counter_home import ASK, NAME, CounterHome
from tests.kit.sealing import PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    return CounterHome(tmp_path_factory.mktemp("counter")).found()


@pytest.fixture
def home(shared: CounterHome) -> CounterHome:
    shared.good("next")
    shared.good("journal", "--erase")
    return shared


def test_a_new_counter_says_what_is_missing(tmp_path: Path) -> None:
    new = CounterHome(tmp_path)
    for arguments in (("status",), ASK, ("install-cert", "x.pem")):
        done = new.run(*arguments)
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 2, "the note about the clock, and one line"
    new.good("init", "--name", NAME, "--id", "HB-1")
    assert "[verifier.counter-exists]" in new.run("init", "--name", NAME, "--id", "HB-1").stderr
    assert "[verifier.no-certificate]" in new.run(*ASK).stderr
    assert (new.folder / "reader-key.pem").stat().st_mode & 0o077 == 0
    assert (new.folder / "reader.csr").exists()
    assert "No agency is trusted yet" in new.good("status")


@pytest.mark.parametrize(("name", "own"), [("Desk", "hb-1"), ("Desk", "H"), ("", "HB-1"), ("a\nb", "HB-1")])
def test_bad_names_and_ids(tmp_path: Path, name: str, own: str) -> None:
    new = CounterHome(tmp_path)
    done = new.run("init", "--name", name, "--id", own)
    assert done.exit_code == 2
    assert not (new.folder / "settings.json").exists()
    assert not (new.folder / "reader-key.pem").exists()


def test_a_foreign_certificate_is_not_installed(home: CounterHome, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(home.town.publisher.reader.pem)
    assert "[verifier.certificate-foreign]" in home.run("install-cert", str(other)).stderr
    other.write_bytes(home.town.publisher.signer_certificate.pem)
    assert "[verifier.certificate-refused]" in home.run("install-cert", str(other)).stderr
    other.write_bytes(b"nothing")
    assert "[verifier.certificate-unreadable]" in home.run("install-cert", str(other)).stderr


def test_a_certificate_that_ran_out_asks_nothing(home: CounterHome) -> None:
    at = home.at
    home.at = AT.replace(year=2030)
    try:
        assert "[verifier.certificate-over]" in home.run(*ASK).stderr
    finally:
        home.at = at


def test_keys_from_files(home: CounterHome, tmp_path: Path) -> None:
    key, certificate = home.folder / "reader-key.pem", home.folder / "reader-chain.pem"
    new = CounterHome(tmp_path)
    out = str(tmp_path / "ask.png")
    files = ("--reader-key", str(key), "--reader-cert", str(certificate), "--out", out)
    done = new.run(*ASK, *files)
    assert done.exit_code == 0, done.output
    assert "agency is not trusted here" in done.stderr


def test_a_sealed_key_asks_for_its_passphrase(tmp_path: Path) -> None:
    new = CounterHome(tmp_path)
    known = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}
    weak = new.run("init", "--name", NAME, "--id", "HB-1", "--seal", env={"COUNTERPROOF_PASSPHRASE": "1234"})
    assert (weak.exit_code, "[sealing.passphrase-pin]" in weak.stderr) == (2, True)
    done = new.run("init", "--name", NAME, "--id", "HB-1", "--seal", env=known)
    assert done.exit_code == 0, done.output
    assert "sealed" in done.stdout
    assert not (new.folder / "reader-key.pem").exists()
    certificate = new.base / "desk.pem"
    new.certify(new.folder / "reader.csr", certificate)
    assert "[verifier.no-passphrase]" in new.run("install-cert", str(certificate)).stderr
    wrong = {"COUNTERPROOF_PASSPHRASE": "another lantern entirely velvet"}
    assert "[sealing.cannot-open]" in new.run("install-cert", str(certificate), env=wrong).stderr
    assert new.run("install-cert", str(certificate), env=known).exit_code == 0
    assert new.run(*ASK, "--out", str(tmp_path / "a.png"), env=known).exit_code == 0


def test_trust_commands(tmp_path: Path) -> None:
    new = CounterHome(tmp_path)
    published, fingerprint = str(new.town.folder), new.town.publisher.fingerprint
    asked = new.run("trust", "add", published)
    assert asked.exit_code == 2
    assert "[verifier.not-confirmed]" in asked.stderr
    assert "[trust.not-confirmed]" in new.run("trust", "add", published, "--fingerprint", "0" * 64).stderr
    assert "[trust.root-unknown]" in new.run("trust", "update", published).stderr
    assert new.good("trust", "add", published, "--fingerprint", fingerprint) == "Added: Harbour Borough\n"
    assert new.good("trust", "update", published).startswith("Unchanged: Harbour Borough\n")
    assert fingerprint[:4].upper() in new.good("trust", "show")
    assert json.loads(new.good("trust", "show", "--json"))["agencies"][0]["name"] == "Harbour Borough"
    assert new.good("trust", "remove", fingerprint) == "Removed: Harbour Borough\n"


def test_a_renamed_agency_waits_for_a_person(tmp_path: Path) -> None:
    new = CounterHome(tmp_path).found()
    publisher, published = new.town.publisher, str(new.town.folder)
    new.town.publish(AT + timedelta(minutes=3), name="Ministry of Everything", doc_types=("b.1", *ELEMENTS))
    assert "something new of itself (name, documents)" in new.run("trust", "update", published).stderr
    asked = new.run("trust", "add", published)
    assert "[verifier.not-confirmed]" in asked.stderr
    assert "“Harbour Borough” (UT) is trusted already" in asked.stdout
    assert "now calls itself “Ministry of Everything”" in asked.stdout
    assert "also wants to be believed about: b.1\n" in asked.stdout
    assert "Harbour Borough" in new.good("trust", "show")
    taken = new.good("trust", "add", published, "--fingerprint", publisher.fingerprint)
    assert taken.startswith("Updated: Ministry of Everything\n")
    assert "new: documents b.1\n" in taken


def test_a_revoked_card_after_an_update(tmp_path: Path) -> None:
    home = CounterHome(tmp_path).found()
    holder = home.town.resident(index=9)
    assert home.run("check", home.answer(holder)).exit_code == 0
    home.town.publish(AT + timedelta(minutes=3), values={9: 1})
    home.good("trust", "update", str(home.town.folder))
    done = home.run("check", home.answer(holder))
    assert done.exit_code == 1
    assert "status.revoked" in done.stdout


@pytest.mark.parametrize("at", ["yesterday", "2026-06-01T12:00:00"])
def test_a_time_needs_its_distance_from_utc(home: CounterHome, at: str) -> None:
    assert "[verifier.bad-time]" in home.run("status", "--at", at).stderr


def test_a_disk_that_fails_anywhere_is_no_fault_of_ours(
    home: CounterHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/home/Quillfeather")

    monkeypatch.setattr("verifier.counter.Counter.next", fail)
    done = home.run("next")
    assert done.exit_code == 4
    assert "[sealing.disk-full]" in done.stderr
    assert "Quillfeather" not in done.output


def test_a_fault_of_ours_is_one_line(home: CounterHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Quillfeather")

    monkeypatch.setattr("verifier.counter.Counter.next", fail)
    done = home.run("next")
    assert done.exit_code == 4
    assert "[verifier.unexpected]" in done.stderr
    assert "Quillfeather" not in done.output


def test_status(home: CounterHome) -> None:
    home.request()
    found = json.loads(home.good("status", "--json"))
    assert (found["id"], found["agencies"], found["open_request"]) == ("HB-DESK-3", ["Harbour Borough"], True)
    assert found["seconds_left"] == 120
    assert found["enough_until"] == "2026-06-08T12:01:00+00:00"
    home.good("next")
    assert json.loads(home.good("status", "--json"))["open_request"] is False
