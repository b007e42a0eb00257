"""Every fault at every system call of issuing, revoking, publishing, a bulk run: before or after, never half.

After each the same command is given again on a good disk, as a clerk would: it finishes the work, and what
was done already is not done twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.trust.published import read_published
from tests.kit import agency_worker, bulk
from tests.kit.agency import AT
from tests.kit.fault_sizes import AGENCY_CODES, STEPS, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.offices import Office
from tests.kit.trials import Twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kit import faults

    Each = Callable[..., Iterator[tuple[str, faults.Run]]]

pytestmark = [needs_strace, pytest.mark.parametrize("step", STEPS)]
ROWS = 3


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer("tests.kit.agency_worker") as made:
        yield made


@pytest.fixture
def each_fault(server: ForkServer, tmp_path: Path, step: int, tried: Callable[[str, int], None]) -> Each:
    """Return what yields how each run ended that met a fault, over the office as it was."""

    def each(office: Office, *words: str | Path) -> Iterator[tuple[str, faults.Run]]:
        reset = Twice(office.folder, tmp_path / "before").again
        trials = 0
        for where, run in server.every_fault(reset, tmp_path / "log", *words, step=step):
            said = {line.split()[1] for line in run.lines if line.startswith("refused")}
            assert said <= AGENCY_CODES, (where, said)
            assert (run.exit_code, run.errors) in ((0, ""), (1, ""), (-9, "")), (where, run)
            assert (run.exit_code == 1) == bool(said), (where, run)
            if run.exit_code != -9:
                left = [path.name for path in office.folder.rglob("*") if ".tmp" in path.name]
                assert not left, (where, left)
            yield where, run
            trials += 1
        tried(f"issuer: faults at every call of: {words[0]}", trials)

    return each


def test_scenario_issuer_each_fault_while_issuing_and_revoking(tmp_path: Path, each_fault: Each) -> None:
    office = Office(tmp_path / "office", 2)
    for where, run in each_fault(office, *office.words):
        office.check(run.lines)
        again = office.work()
        office.check([*run.lines, *again])
        office.check_replies()
        with office.open() as agency:
            assert agency.register.counts().batches == 2, where
        if run.exit_code == 0:
            assert [line.split()[0] for line in run.lines] == ["issued", "revoked", "issued"], where


def test_each_fault_while_a_batch_is_revoked(tmp_path: Path, each_fault: Each) -> None:
    office = Office(tmp_path / "office", 2)
    batch = next(line for line in office.work() if line.startswith("issued A-0001")).split()[2]
    for where, run in each_fault(office, "revoke", office.folder / "a", batch):
        office.check(run.lines)
        with office.open() as agency:
            agency_worker.revoke(agency, batch)
            assert agency.publish(tmp_path / f"out {where}").not_valid == 4, where


def test_each_fault_while_publishing(tmp_path: Path, each_fault: Each) -> None:
    office = Office(tmp_path / "office", 1)
    out = office.folder / "out"
    with office.open() as agency:
        agency.publish(out)
    for where, run in each_fault(office, "publish", office.folder / "a", out):
        shown = read_published(out).issued_at
        assert shown in (AT, agency_worker.LATER), where
        if "published" in run.lines:
            assert shown == agency_worker.LATER, where
        office.check(run.lines)


def test_each_fault_in_a_bulk_run(tmp_path: Path, each_fault: Each) -> None:
    office = Office(tmp_path / "office", 0)
    table = bulk.write(tmp_path / "people.csv", bulk.people(ROWS))
    out = office.folder / "out"
    for where, run in each_fault(office, "bulk", office.folder / "a", table, out):
        if f"done {ROWS}" in run.lines:
            assert len(list(bulk.parts(out))) == ROWS, where
        with office.open() as agency:
            agency.register.verify_log()
            if not agency.register.counts().batches and not (out / "run.json").exists():
                assert not list(out.glob("part-*")), where
            bulk.run(agency, table, out)
            assert agency.register.counts().batches == ROWS, where
        rows = list(bulk.parts(out))
        assert len({row["batch"] for row in rows}) == len(rows) == ROWS, where
