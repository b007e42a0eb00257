"""Every fault at every system call of a ceremony: no key is lost, none is kept that was to be destroyed.

After each the same command is given again on a good disk, as whoever saw it fail would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from tests.kit import ceremonies, ceremony_starts, ceremony_worker
from tests.kit.fault_sizes import AGENCY_CODES, FEWER_STEPS, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.trials import Twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kit.ceremonies import Ceremony

pytestmark = needs_strace
CODES = AGENCY_CODES | {"verifier.state-damaged", "agency.restored"}


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer("tests.kit.ceremony_worker") as made:
        yield made


@pytest.mark.parametrize("step", FEWER_STEPS)
@pytest.mark.parametrize("ceremony", ceremonies.ALL, ids=lambda each: each.name)
def test_each_fault_of_a_ceremony(
    tmp_path: Path, ceremony: Ceremony, step: int, server: ForkServer, tried: Callable[[str, int], None]
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    ceremony.prepare(folder)
    before = {path.name for path in folder.iterdir()}
    reset = Twice(folder, tmp_path / "before").again
    trials = 0
    thinned = step if step > 1 else ceremony.step
    for where, run in server.every_fault(reset, tmp_path / "log", ceremony.name, folder, step=thinned):
        said = {line.split()[1] for line in run.lines if line.startswith("refused")}
        assert said <= CODES, (where, run)
        assert (run.exit_code, run.errors) in ((0, ""), (1, ""), (-9, "")), (where, run)
        assert (run.exit_code == 1) == bool(said), (where, run)
        if run.exit_code != -9:
            assert not [path for path in folder.rglob("*") if ".tmp" in path.name or ".new" in path.name], (
                where
            )
        ceremony.sound(folder)
        if run.exit_code == 0:
            ceremony.ended(folder)
        elif ceremony.prepare is ceremony_starts.nothing and run.exit_code == 1:
            nothing_or_all(ceremony, folder, before, where)
        again(ceremony, folder, where)
        ceremony.sound(folder)
        ceremony.ended(folder)
        trials += 1
    tried(f"ceremonies: faults at every call of: {ceremony.name.replace('_', ' ')}", trials)


def nothing_or_all(ceremony: Ceremony, folder: Path, before: set[str], where: str) -> None:
    """Assert that what was refused left no key on anybody's stick, or was done all the same."""
    keys = [path for path in folder.rglob("*") if path.suffix == ".key"]
    if keys:
        ceremony.ended(folder)
    assert before <= {path.name for path in folder.iterdir()}, where


def again(ceremony: Ceremony, folder: Path, where: str) -> None:
    """Do it here, on a good disk; that it was done already is an answer where it was."""
    code = ""
    try:
        ceremony_worker.CEREMONIES[ceremony.name](folder)
    except CounterproofError as error:
        code = error.code
    assert code in {"", ceremony.again}, where
