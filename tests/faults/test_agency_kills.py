"""Issuing and revoking, killed at any moment: what was said is in the register, and nothing happens twice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.kit.fault_sizes import KILLS
from tests.kit.forkserver import ForkServer
from tests.kit.offices import Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT_A_TIME, EACH = 10, 6


def kill_over_a_pile(server: ForkServer, office: Office, kills: int, dice: random.Random) -> int:
    """Kill workers over one pile, let it be finished, and return how many acts were acknowledged before."""
    said: list[str] = []
    for _ in range(kills):
        run = server.kill_at_random(*office.words, longest=0.1, dice=dice, most_lines=EACH)
        assert not [line for line in run.lines if line.startswith("refused")]
        said += run.lines
        office.check(run.lines)
    office.check_replies()
    done = office.work()
    office.check([*said, *done])
    office.check_replies()
    with office.open() as agency:
        assert agency.register.counts().batches == EACH * kills, "the rest is issued, and nothing twice"
        revoked = {line.split()[1] for line in done if line.startswith("revoked")}
        assert revoked >= {line.split()[1] for line in said if line.startswith("revoked")}
        assert agency.publish(office.folder / "out").not_valid == 2 * len(revoked)
    return len(said)


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_issuer_nonce_kill_and_revoke_durable(
    tmp_path: Path, kills: int, tried: Callable[[str, int], None]
) -> None:
    """S:nonce-kill, S:revoke-durable: kill -9 while a pile is worked through, again and again."""
    dice = random.Random(kills)
    acts = 0
    with ForkServer("tests.kit.agency_worker") as server:
        for start in range(0, kills, AT_A_TIME):
            some = min(AT_A_TIME, kills - start)
            acts += kill_over_a_pile(server, Office(tmp_path / str(start), EACH * some), some, dice)
    assert acts > kills
    tried("issuer: kills at random moments of issuing and revoking", kills)
