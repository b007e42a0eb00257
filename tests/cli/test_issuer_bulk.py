"""Bulk runs, audit, terms: the lines of docs/bulk.md and docs/operations.md, typed."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuer.cli import main
from tests.kit import bulk as kit
from tests.kit.agency import AT
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell

ENVIRONMENT = {
    "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
    "COUNTERPROOF_AT": AT.isoformat(),
    "COUNTERPROOF_WHO": "ann",
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    shell = Shell(main, **ENVIRONMENT)
    shell.run(f'issuer init {folder}/harbour --name "Harbour Borough" --country XX --status-size 65536')
    return folder


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, founded: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(founded / "harbour", tmp_path / "harbour")
    return Shell(main, **ENVIRONMENT)


BULK = "issuer bulk harbour people.csv --type eu-age-proof --out run --workers 0"


def test_a_table_is_tried_reported_corrected_and_issued(shell: Shell) -> None:
    rows = kit.people(5)
    rows[2][1] = "1990-13-01"
    kit.write(Path("people.csv"), rows)
    assert shell.refused(f"{BULK} --dry-run --report bad.csv") == "bulk.refused"
    assert "line 4, birth_date" in shell.complained
    told = list(csv.DictReader(Path("bad.csv").read_text().splitlines()))
    assert [(row["line"], row["column"]) for row in told] == [("4", "birth_date")]
    rows[2][1] = "1990-12-01"
    kit.write(Path("people.csv"), rows)
    assert "5 documents" in shell.run(f"{BULK} --dry-run")
    assert "to 5 people" in shell.run(f"{BULK} --yes")
    assert "Issued 5" in shell.run(f"{BULK} --yes")
    assert len(list(kit.parts(Path("run")))) == 5
    assert shell.json("issuer audit verify harbour")["entries"] > 10
    (entry,) = shell.json("issuer audit person harbour P-3")
    assert (entry["act"], entry["why"], entry["who"], entry["authority"]) == ("issue", "bulk", "ann", "ann")


def test_without_a_yes_nothing_begins(shell: Shell) -> None:
    kit.write(Path("people.csv"), kit.people(3))
    shell.run(BULK, code=1)
    assert "This issues 3 documents" in shell.said
    assert shell.json("issuer list harbour") == []


def test_bad_rows_are_left_out_only_when_somebody_says_so(shell: Shell) -> None:
    rows = kit.people(4)
    rows[1][2] = "no key"
    kit.write(Path("people.csv"), rows)
    assert shell.refused(f"{BULK} --yes") == "bulk.refused"
    assert "1 row is left out" in shell.run(f"{BULK} --yes --without-bad")
    assert [row["subject"] for row in kit.parts(Path("run"))] == ["P-0", "P-2", "P-3"]


def test_a_signal_stops_it_in_good_order_and_the_same_command_goes_on(shell: Shell) -> None:
    """A part is whole or not there; what a timer or a machine that shuts down sends is as good as Ctrl-C."""
    kit.write(Path("people.csv"), kit.people(1_500))
    shell.run("issuer console limit harbour --documents 5000")
    command = [sys.executable, "-m", *BULK.split(), "--yes"]
    with subprocess.Popen(
        command, env=os.environ | ENVIRONMENT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        while running.poll() is None and not list(Path("run").glob("part-*.parquet")):
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "[bulk.stopped]" in told
    assert "Traceback" not in told
    assert 1 <= len(list(Path("run").glob("part-*.parquet"))) < 3
    assert "Issued 1,500" in shell.run(f"{BULK} --yes")
    assert len({row["subject"] for row in kit.parts(Path("run"))}) == 1_500
    assert len(list(kit.parts(Path("run")))) == 1_500
    shell.run("issuer audit verify harbour")


@pytest.mark.scenario("issuer", "revoke-durable")
def test_many_are_revoked_by_a_table(shell: Shell) -> None:
    kit.write(Path("people.csv"), kit.people(6))
    shell.run(f"{BULK} --yes")
    revoke = "issuer bulk-revoke harbour gone.csv --reason moved-away"
    kit.write(Path("gone.csv"), [["P-1"], ["P-4"], ["P-9"], ["P-1"]], ["subject"])
    assert shell_refused(shell, f"{revoke} --yes --report bad.csv") == "bulk.refused"
    told = list(csv.DictReader(Path("bad.csv").read_text().splitlines()))
    assert [(row["line"], row["code"]) for row in told] == [
        ("4", "bulk.nothing-issued"),
        ("5", "subjects.twice"),
    ]
    kit.write(Path("gone.csv"), [["P-1"], ["P-4"]], ["subject"])
    assert "2 people" in shell.run(f"{revoke} --dry-run")
    assert "2 copies are revoked" in shell.run(f"{revoke} --yes")
    assert "Revoked before: 2" in shell.run(f"{revoke} --yes")
    revoked = [batch["subject"] for batch in shell.json("issuer list harbour --status revoked")]
    assert revoked == ["P-1", "P-4"]
    shell.run("issuer audit verify harbour")


def shell_refused(shell: Shell, line: str) -> str:
    shell.run(line, code=1)
    return shell.complained.splitlines()[1].rpartition("[")[2].rstrip("]")


def test_heads_terms_and_authority(shell: Shell) -> None:
    shell.run("issuer audit keep harbour auditor --authority council-7")
    assert "1 head kept elsewhere" in shell.run("issuer audit verify harbour")
    shell.run("issuer publish harbour lists")
    assert "2 heads kept elsewhere" in shell.run("issuer audit verify harbour")
    line = shell.run("issuer audit head harbour").strip()
    assert line.startswith("counterproof-signed-head ")
    shell.run(f"issuer audit verify harbour --head '{line}'")
    shell.run("issuer audit head harbour --out head.txt")
    assert shell.refused("issuer audit verify harbour --head nonsense") == "register.bad-head"
    shell.run("issuer retention set harbour --type residency --days 365")
    assert "365 days" in shell.run("issuer retention run harbour --dry-run")
    assert "0 batches" in shell.run("issuer retention run harbour")
    entries = shell.json("issuer log harbour")
    assert any(entry["authority"] == "council-7" for entry in entries)
    assert "No entry" in shell.run("issuer audit person harbour NOBODY")


def test_a_copy_put_back_is_refused_until_somebody_says_so(shell: Shell) -> None:
    shutil.copy("harbour/records.db", "last-night.db")
    shell.run("issuer publish harbour lists")
    shutil.copy("last-night.db", "harbour/records.db")
    assert shell.refused("issuer offer harbour --type residency") == "agency.restored"
    assert "closed" in shell.run("issuer restored harbour --lists lists --yes")
    shell.run("issuer offer harbour --type residency")
