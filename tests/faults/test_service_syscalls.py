"""Every fault at every system call of the service while a wallet is issued to, over its own HTTP.

The service stays up and says that it is in trouble, never that the wallet is at fault; what left it is in the
register, once, and a wallet that asks again on a good disk gets its cards.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.kit import service_worker
from tests.kit.agency import RESIDENT, found
from tests.kit.agency_worker import open_agency
from tests.kit.fault_sizes import STEPS, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.service import RESIDENCY
from tests.kit.service_worker import COPIES
from tests.kit.trials import Twice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = needs_strace
TROUBLE = {"500", "503"}


def digests(folder: Path) -> list[list[str]]:
    """Check the register, and return what it knows of each batch."""
    with open_agency(folder) as agency:
        agency.register.verify_log()
        batches = agency.register.list(limit=100)
        return [
            sorted(copy.mso_digest.hex() for copy in agency.register.show(each.batch_id).credentials)
            for each in batches
        ]


def said(lines: Sequence[str], word: str) -> list[list[str]]:
    return [line.split()[1:] for line in lines if line.split()[0] == word]


@pytest.mark.parametrize("step", STEPS)
def test_each_fault_while_a_wallet_is_issued_to(
    tmp_path: Path,
    step: int,
    tried: Callable[[str, int], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, people = tmp_path / "work" / "a", tmp_path / "people.json"
    folder.parent.mkdir()
    people.write_text(json.dumps(RESIDENT), "utf-8")
    with found(folder, types=["residency"]) as agency:
        made = agency.online.offer(RESIDENCY, "A-17", copies=COPIES, tx_code=False)
        code = agency.online.find_offer(made.short_link.rpartition("%2F")[2]).code
    reset = Twice(folder.parent, tmp_path / "before").again
    trials = 0
    with ForkServer("tests.kit.service_worker") as server:
        for where, run in server.every_fault(reset, tmp_path / "log", folder, people, code, step=step):
            assert run.exit_code in (0, -9), (where, run)
            assert "Traceback" not in run.errors, (where, run)
            issued = [sorted(each) for each in said(run.lines, "issued")]
            known = digests(folder)
            assert all(each in known for each in issued), (where, run)
            assert len(known) <= 1, (where, known)
            refusals = said(run.lines, "refused")
            first = refusals[:1]
            assert {each[0] for each in first} <= TROUBLE, (where, run.lines)
            tokens = said(run.lines, "token")
            if tokens and not issued:
                capsys.readouterr()
                shopper = service_worker.Shopper(service_worker.service(folder, people))
                asyncio.run(shopper.fetch(tokens[-1][0]))
                later = said(capsys.readouterr().out.splitlines(), "issued")
                assert later or known, (where, run)
                assert len(digests(folder)) == 1, where
            trials += 1
    tried("issuer: faults at every call of the service while a wallet is issued to", trials)
