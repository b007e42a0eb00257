"""What the agency's commands refuse: one line, a code, an exit code, no traceback, nothing half-done."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.agency import Agency
from issuer.cli import main
from tests.kit.agency import AT, RESIDENT, asked, found
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell
from tests.kit.sources import ROOT

ISSUE = "issuer issue harbour --request card.cprequest --type residency --subject-data people.json"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    # No command here opens a key, so the keys may be of a kind that opens in microseconds.
    monkeypatch.chdir(tmp_path)
    agency = found(tmp_path / "harbour", root_keys=tmp_path / "stick")
    Path("card.cprequest").write_bytes(asked(agency, "residency").request)
    Path("people.json").write_text(json.dumps(RESIDENT), "utf-8")
    agency.close()
    return Shell(main, COUNTERPROOF_AT=AT.isoformat(), COUNTERPROOF_PASSPHRASE=PASSPHRASE)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("issuer status elsewhere", "register.missing"),
        ("issuer init harbour --name X --country XX", "agency.exists"),
        ("issuer init new --name X --country xx", "agency.country"),
        ("issuer init new --name X --country XX --url ftp://x", "agency.url"),
        ("issuer init new --name X --country XX --type pid", "agency.no-such-type"),
        ("issuer offer harbour --type pid", "agency.no-such-type"),
        ("issuer offer harbour --type mdl --copies 0", "agency.copies"),
        ("issuer offer harbour --type mdl --days 32", "agency.days"),
        ("issuer offer harbour --type mdl --out people.json", "agency.out-exists"),
        ("issuer offer harbour --type mdl --out away/x", "agency.no-out-folder"),
        ("issuer offer harbour --type mdl --at 2026-05-01T00:00:00Z", "register.clock-back"),
        ("issuer offer harbour --type mdl --at yesterday", "agency.bad-time"),
        ("issuer offer harbour --type mdl --at 2026-06-01T00:00:00", "agency.bad-time"),
        ("issuer types harbour pid", "agency.no-such-type"),
        ("issuer publish harbour harbour/lists", "agency.publish-among-keys"),
        ("issuer publish harbour stick", "agency.publish-among-keys"),
        ("issuer revoke harbour nonsense --reason lost", "register.no-such-credential"),
        ("issuer show harbour aaaaaaaaaaaaaaaa", "register.no-such-credential"),
        ("issuer log harbour --head nonsense", "register.bad-head"),
        (f"{ISSUE} --subject B-2", "agency.no-subject"),
        (f"{ISSUE} --out people.json", "agency.out-exists"),
        (f"{ISSUE} --out away/x.cpreply", "agency.no-out-folder"),
        (f"{ISSUE} --valid-days 400", "agency.too-long"),
        (f"{ISSUE} --portrait people.json", "subjects.refused"),
        (ISSUE.replace("residency", "library-card"), "subjects.refused"),
        (ISSUE.replace("card.cprequest", "people.json"), "handover.other-file"),
        (ISSUE.replace("people.json", "card.cprequest"), "agency.data-kind"),
        ("issuer rotate-signer harbour", "agency.root-key-away"),
        ("issuer renew-crls harbour", "agency.root-key-away"),
        ("issuer revoke-signer harbour 00000000 --reason stolen --yes", "agency.no-such-signer"),
        ("issuer revoke-reader harbour HARBOUR-LIB-1 --reason stolen", "agency.no-such-reader"),
        ("issuer publish harbour lists --passphrase-file nowhere", "agency.passphrase-file"),
    ],
)
def test_it_is_refused_in_one_line(shell: Shell, line: str, code: str) -> None:
    before = sorted(str(path) for path in Path().rglob("*"))
    assert shell.refused(line) == code
    assert sorted(str(path) for path in Path().rglob("*")) == before


@pytest.mark.parametrize(
    "line",
    [
        "issuer nonsense",
        "issuer init",
        "issuer init new --name X",
        "issuer issue harbour --type residency",
        "issuer issue harbour --request nowhere --type residency --subject-data people.json",
        f"{ISSUE} --valid-days 0",
        "issuer publish harbour lists --days 0",
        "issuer publish harbour lists --days 91",
        "issuer revoke harbour aaaaaaaaaaaaaaaa",
        "issuer list harbour --status lost",
        "issuer publish harbour lists --passphrase 'on the command line'",
        "issuer rotate-signer harbour --role iaca",
    ],
)
def test_wrong_usage_ends_with_2(shell: Shell, line: str) -> None:
    shell.run(line, code=2)
    assert "Usage: issuer" in shell.complained


def test_nobody_is_asked_where_nobody_is(shell: Shell) -> None:
    del shell.environment["COUNTERPROOF_PASSPHRASE"]
    assert shell.refused("issuer publish harbour lists") == "agency.no-passphrase"


def test_no_value_is_repeated_in_a_complaint(shell: Shell) -> None:
    secret = "Quillfeather-1987"
    bad = {**RESIDENT, "birth_date": secret, "resident_since": secret, "card_number": secret * 20}
    Path("people.json").write_text(json.dumps(bad), "utf-8")
    assert shell.refused(ISSUE) == "subjects.refused"
    assert "birth_date" in shell.complained
    assert secret not in shell.complained
    Path("people.json").write_text(json.dumps({**RESIDENT, secret: secret}), "utf-8")
    assert shell.refused(ISSUE) == "subjects.refused"
    assert secret not in shell.complained


def test_a_broken_catalogue_names_file_and_place(shell: Shell) -> None:
    path = Path("harbour/catalogue/mdl.toml")
    path.write_text(path.read_text("utf-8").replace('kind = "text"', 'kind = "txt"'), "utf-8")
    assert shell.refused("issuer types harbour") == "catalogue.invalid"
    assert shell.complained.splitlines()[-1].startswith("mdl.toml: ")
    assert "$.namespaces" in shell.complained


def test_a_disk_that_fails_anywhere_is_no_fault_of_ours(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error", "/home/Liisa")

    monkeypatch.setattr(Agency, "open", broken)
    assert shell.refused("issuer status harbour") == "sealing.disk-error"
    assert "Liisa" not in shell.complained


def test_a_fault_of_ours_is_one_line_without_the_value(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("Liisa Quirina")

    monkeypatch.setattr(Agency, "open", broken)
    assert shell.refused("issuer status harbour") == "agency.unexpected"
    assert "KeyError" in shell.complained
    assert "Liisa" not in shell.complained


def test_the_clock_is_not_set_by_hand_in_silence(shell: Shell) -> None:
    shell.run("issuer list harbour")
    assert shell.complained == "The clock is set by hand to 2026-06-01T12:34:56+00:00.\n"


def test_the_program_itself_ends_so_too(shell: Shell) -> None:
    del shell
    program = [sys.executable, "-c", "from issuer.cli import main; main()"]
    ran = subprocess.run(
        [*program, "list", "elsewhere"],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.rstrip().endswith("[register.missing]")
