"""kill -9 in the middle: what was acknowledged is there, and nothing is there by halves."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuer.register import Register, Status
from tests.kit.register import AT, a_batch, found

ROOT = Path(__file__).parents[3]
KILLS = [pytest.param(10), pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]


def killed(what: str, path: Path, chance: random.Random) -> list[str]:
    """Run a worker, kill it at a moment that nobody chose, and return what it had acknowledged."""
    command = [sys.executable, "-m", "tests.kit.register_worker", what, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline()]
        time.sleep(chance.uniform(0, 0.05))
        worker.kill()
        said += worker.stdout.readlines()
    # A last line without its end was cut by the kill: it acknowledges nothing.
    return [line.strip() for line in said if line.endswith("\n")]


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_issuer_nonce_kill(tmp_path: Path, kills: int) -> None:
    """The register holds each credential that left, whole, with its act."""
    path = tmp_path / "register.db"
    register, list_id = found(path)
    register.close()
    chance = random.Random(kills)
    acknowledged: list[str] = []
    for _ in range(kills):
        acknowledged += killed("issue", path, chance)
        register = Register.open(path)
        for batch_id in acknowledged[-3:]:
            assert len(register.show(batch_id).credentials) == 3
        counts = register.counts()
        assert counts.credentials == 3 * counts.batches
        register.verify_log()
        register.close()
    register = Register.open(path)
    assert len(acknowledged) >= kills
    assert all(len(register.show(batch_id).credentials) == 3 for batch_id in acknowledged)
    issued = [each.act.target for each in register.acts(limit=100_000) if each.act.action == "issue"]
    assert set(acknowledged) <= set(issued)
    assert len(issued) == register.counts().batches
    assert register.record_batch(a_batch(register, list_id), at=AT).new


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_issuer_revoke_durable(tmp_path: Path, kills: int) -> None:
    """What was shown as revoked is revoked after a kill, and in the next list."""
    path = tmp_path / "register.db"
    register, list_id = found(path)
    for _ in range(10 * kills):
        register.record_batch(a_batch(register, list_id), at=AT)
    register.close()
    chance = random.Random(kills)
    acknowledged: list[str] = []
    for _ in range(kills):
        register = Register.open(path)
        left = any(not batch.revoked for batch in register.list(limit=1000))
        register.close()
        if left:
            acknowledged += killed("revoke", path, chance)
    register = Register.open(path)
    packed = register.status_bytes(list_id)
    for batch_id in acknowledged:
        for credential in register.show(batch_id).credentials:
            assert credential.status is Status.REVOKED
            assert packed[credential.index // 4] >> (credential.index % 4 * 2) & 3 == 1
    assert acknowledged
    assert register.counts().revoked == 2 * sum(
        a.act.action == "revoke" for a in register.acts(limit=100_000)
    )
    register.verify_log()
