"""The drill of a stolen signer: it shows what it claims, on a copy, and leaves no trace of itself."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing.kdf import STANDARD
from issuer.agency import Agency, auditing
from issuer.cli import main
from issuer.drill.copying import copy_agency
from issuer.drill.stolen_signer import COUNTERS, StolenSignerDrill
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.clock import FixedClock
    from issuer.drill.stolen_signer import DrillResult


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def played(agency: Agency, scratch: Path, told: list[str] | None = None) -> DrillResult:
    folder = agency.desk.folder
    copy = scratch / "copy"
    copy_agency(folder, folder / "root-keys", copy)

    def open_copy(clock: FixedClock) -> Agency:
        return Agency.open(copy, passphrase=PASSPHRASE, policy=CHEAP_KDF, clock=clock)

    return StolenSignerDrill(
        open_copy, scratch, AT, documents=4, tell=(told if told is not None else []).append
    ).run()


def test_every_forgery_passes_before_and_none_after(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    wallet = asked(agency, copies=3)
    agency.issue(wallet.request, "eu.europa.ec.av.1", adult(agency))
    signer = agency.state().signers["document"]
    agency.close()
    before = tree(tmp_path / "a")
    told: list[str] = []
    result = played(agency, tmp_path, told)
    assert (result.before.forged_accepted, result.before.forged) == (4 * COUNTERS, 4 * COUNTERS)
    assert (result.after.forged_accepted, result.after.honest_accepted) == (0, 4 * COUNTERS)
    assert (result.missed.forged_accepted, result.missed.honest_accepted) == (4, 4)
    assert (result.signer, result.batches, result.documents) == (signer, 1, 3)
    assert result.set_size > 500
    assert result.passed
    assert result.again
    assert len(told) > len(result.steps) > 10
    assert tree(tmp_path / "a") == before


def test_a_register_in_use_is_copied_as_of_one_moment(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")  # open, its write-ahead log beside it
    assert (tmp_path / "a" / "records.db-wal").exists()
    assert played(agency, tmp_path).passed
    assert agency.register.verify_log().seq == agency.register.log_head().seq
    assert agency.register.stolen_signers() == frozenset()
    assert agency.state().signers["document"]


def test_heads_that_are_kept_elsewhere_are_the_agencys_own(tmp_path: Path) -> None:
    """A head of the copy's log among them would make the agency's register look like an old copy."""
    agency = found(tmp_path / "a")
    (tmp_path / "heads").mkdir()
    auditing.keep_in(agency.desk, tmp_path / "heads")
    before = tree(tmp_path / "heads")
    assert played(agency, tmp_path).passed
    assert tree(tmp_path / "heads") == before
    reopen(agency).publish(tmp_path / "lists")


def test_a_register_that_was_put_back_can_be_practised_with(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    wallet = asked(agency, copies=3)
    agency.issue(wallet.request, "eu.europa.ec.av.1", adult(agency))
    agency.restore()
    assert agency.register.status_lists()[0].closed
    agency.close()
    assert played(agency, tmp_path).passed


def test_without_the_roots_there_is_no_drill(tmp_path: Path) -> None:
    agency = found(tmp_path / "a", root_keys=tmp_path / "stick")
    with pytest.raises(CounterproofError) as refused:
        played(agency, tmp_path)
    assert refused.value.code == "agency.root-key-away"


def test_what_is_no_agency_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(CounterproofError) as refused:
        copy_agency(tmp_path / "nowhere", tmp_path / "nowhere", tmp_path / "copy")
    assert refused.value.code == "register.missing"
    assert not (tmp_path / "copy").exists()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "records.db").write_bytes(b"no database at all, whatever its name says" * 9)
    with pytest.raises(CounterproofError) as refused:
        copy_agency(tmp_path / "b", tmp_path / "b", tmp_path / "copy")
    assert refused.value.code == "register.cannot-open"


def test_the_command_prints_figures_and_plan_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(tmp_path / "a", policy=STANDARD).close()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    environment = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "COUNTERPROOF_AT": AT.isoformat()}
    call = ["drill", "stolen-signer", str(tmp_path / "a"), "--documents", "2"]
    said = CliRunner().invoke(main, call, env=environment)
    assert said.exit_code == 0, said.output
    assert "0 of 6 forgeries accepted, 6 of 6 honest documents accepted" in said.stdout
    assert "issuer stolen-signer" in said.stdout
    assert list((tmp_path / "scratch").iterdir()) == []
    printed = CliRunner().invoke(main, [*call, "--json"], env=environment)
    figures = json.loads(printed.stdout)
    assert (figures["passed"], figures["after"]["forged_accepted"], figures["counters"]) == (True, 0, 3)
    assert figures["seconds"] > 0
