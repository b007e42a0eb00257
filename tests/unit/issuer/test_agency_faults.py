"""With a full disk: nothing leaves that the register does not know. Kills are in `tests/faults`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.published import read_published
from tests.kit.agency import AT, Wallet, adult, found, reopen
from tests.kit.offices import Office

ROOT = Path(__file__).parents[3]
FULL = {f"refused {code}" for code in ("register.disk-full", "register.disk-error", "sealing.disk-full")}


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
