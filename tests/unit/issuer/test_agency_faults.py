"""Killed at any moment, and with a full disk: nothing leaves that the register does not know."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.published import read_published
from issuer.agency import changing
from issuer.register import Status
from tests.kit.agency import AT, Wallet, adult, found, reopen

if TYPE_CHECKING:
    from issuer.agency import Agency

ROOT = Path(__file__).parents[3]
FULL_SIZE = (pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1800))
KILLS = [pytest.param(10), pytest.param(100, marks=FULL_SIZE)]


FULL = {f"refused {code}" for code in ("register.disk-full", "register.disk-error", "sealing.disk-full")}


class Office:
    """An agency with a pile of requests, and what is left when a worker died over them."""

    def __init__(self, folder: Path, people: int) -> None:
        self.agency = found(folder / "a")
        changing.set_limit(self.agency.desk, changing.MOST)  # one worker revokes a thousand in a day
        self.requests, self.replies = folder / "requests", folder / "replies"
        self.requests.mkdir()
        self.replies.mkdir()
        self.wallets: dict[str, Wallet] = {}
        for number in range(people):
            wallet = Wallet(self.agency.offer("eu-age-proof", copies=2))
            self.wallets[f"A-{number:04}"] = wallet
            (self.requests / f"A-{number:04}.cprequest").write_bytes(wallet.request)
        self.agency.close()

    def command(self, *more: str) -> list[str]:
        """Return the command that starts a worker."""
        paths = (self.agency.desk.folder, self.requests, self.replies)
        return [sys.executable, "-m", "tests.kit.agency_worker", *map(str, paths), *more]

    def open(self) -> Agency:
        """Open the agency after whatever happened."""
        return reopen(self.agency)

    def check(self, said: list[str]) -> None:
        """Everything acknowledged is there, whole."""
        with self.open() as agency:
            agency.register.verify_log()
            counts = agency.register.counts()
            assert counts.credentials == 2 * counts.batches
            recorded = {batch.subject: batch for batch in agency.register.list(limit=1000)}
            for line in said:
                word, *names = line.split()
                if word == "issued":
                    assert recorded[names[0]].batch_id == names[1]
                    assert (self.replies / f"{names[0]}.cpreply").is_file()
                elif word == "revoked":
                    assert all(c.status is Status.REVOKED for c in agency.register.show(names[0]).credentials)

    def check_replies(self) -> None:
        """Every reply that lies there is recorded as it is, and opens."""
        with self.open() as agency:
            for reply in self.replies.glob("*.cpreply"):
                wallet = self.wallets[reply.stem]
                answered = agency.answered(wallet.request, "eu-age-proof", reply.stem)
                assert answered is not None
                assert reply.read_bytes() == answered.reply
                assert len(wallet.open(answered.reply).credentials) == 2


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_issuer_nonce_kill_and_revoke_durable(tmp_path: Path, kills: int) -> None:
    """S:nonce-kill, S:revoke-durable: kill -9 while a pile is worked through, again and again."""
    office = Office(tmp_path, 6 * kills)
    dice = random.Random(kills)
    said: list[str] = []
    for _ in range(kills):
        with subprocess.Popen(office.command(), cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            time.sleep(dice.uniform(0, 0.4))  # a busy machine needs 0.2 s for the first one
            worker.kill()
            # A last line without its end was cut by the kill: it acknowledges nothing.
            said += [line.strip() for line in worker.stdout if line.endswith("\n")]
        office.check(said[-6:])
    office.check_replies()
    assert any(line.startswith("revoked") for line in said)
    done = subprocess.run(office.command(), cwd=ROOT, capture_output=True, text=True, check=True)
    office.check(said + done.stdout.splitlines()[1:])
    with office.open() as agency:
        assert agency.register.counts().batches == 6 * kills, (
            "started anew, the rest is issued, nothing twice"
        )
        revoked = {line.split()[1] for line in said + done.stdout.splitlines() if line.startswith("revoked")}
        assert agency.publish(tmp_path / "out").not_valid >= 2 * len(revoked)


@pytest.mark.parametrize("room", [150_000, 400_000])
def test_scenario_issuer_disk_full(tmp_path: Path, room: int) -> None:
    """No file can grow: a clear refusal, nothing half-issued, and work goes on when there is room."""
    office = Office(tmp_path, 20)
    command = office.command(str(room))
    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = full.stdout.splitlines()
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert lines[-1] in {
        "refused register.disk-full",
        "refused register.disk-error",
        "refused sealing.disk-full",
    }
    office.check(lines[1:-1])
    assert not [path for path in office.replies.iterdir() if path.suffix != ".cpreply"]
    again = subprocess.run(office.command(), cwd=ROOT, capture_output=True, text=True, check=True)
    office.check(again.stdout.splitlines()[1:])
    office.check_replies()
    with office.open() as agency:
        assert agency.register.counts().batches == 20


def test_publishing_on_a_full_disk_leaves_the_old_set(tmp_path: Path) -> None:
    clock = FixedClock(AT)
    agency = found(tmp_path / "a", clock)
    agency.publish(tmp_path / "out")
    before = read_published(tmp_path / "out")
    agency.close()
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from datetime import timedelta\n"
        "from counterproof.clock import FixedClock; from counterproof.mdoc.errors import CounterproofError\n"
        "from issuer.agency import Agency; from tests.kit.agency import AT\n"
        "from tests.kit.sealing import CHEAP_KDF, PASSPHRASE\n"
        "a = Agency.open(Path(sys.argv[1]), passphrase=PASSPHRASE, policy=CHEAP_KDF,\n"
        "    clock=FixedClock(AT + timedelta(hours=1)))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))\n"
        "try: a.publish(Path(sys.argv[2]))\n"
        "except CounterproofError as error: print(error.code)\n"
    )
    command = [sys.executable, "-c", script, str(agency.desk.folder), str(tmp_path / "out")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "sealing.disk-full"
    assert read_published(tmp_path / "out").manifest_bytes == before.manifest_bytes
    assert not list((tmp_path / "out").rglob("*.tmp"))
    clock.advance(7200)
    agency = reopen(agency, clock)
    agency.publish(tmp_path / "out")
    assert read_published(tmp_path / "out").issued_at > before.issued_at


def test_founding_on_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from counterproof.mdoc.errors import CounterproofError; from tests.kit.agency import found\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: found(Path(sys.argv[1]) / 'a', root_keys=Path(sys.argv[1]) / 'stick')\n"
        "except CounterproofError as error: print(error.code)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() in {"register.disk-full", "register.disk-error"}, ran.stderr
    assert [path for path in tmp_path.rglob("*") if path.name != "stick"] == []


def test_what_was_recorded_and_never_left_leaves_on_the_second_try(tmp_path: Path) -> None:
    """The reply could not be written; the register has it, and the same request gets it."""
    agency = found(tmp_path / "a")
    wallet = Wallet(agency.offer("eu-age-proof", copies=2))
    recorded = agency.issue(wallet.request, "eu-age-proof", adult(agency))
    agency.close()
    with reopen(agency) as again:
        answered = again.issue(wallet.request, "eu-age-proof", adult(again))
        assert (answered.new, answered.reply) == (False, recorded.reply)
        with pytest.raises(CounterproofError) as other:
            again.issue(wallet.request, "eu-age-proof", adult(again, "B-1"))
        assert other.value.code == "agency.answered-otherwise"
