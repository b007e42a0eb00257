"""What the system sees of `wallet answer`: personal values reach the person's window, and no file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from counterproof.optics import draw
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.sealing.kdf import STANDARD
from tests.kit.certificates import AT
from tests.kit.sealing import PASSPHRASE
from tests.kit.sources import ROOT
from tests.kit.wallets import RESIDENCY, WalletBox
from wallet.holder import Holder
from wallet.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

VALUES = ("Quillfeather", "1987-03-09", "9 March 1987")
WRITE = re.compile(r"(?:write|pwrite64|sendto|sendmsg)\((\d+), ")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_values_are_written_to_the_window_alone(tmp_path: Path) -> None:
    box = WalletBox(tmp_path)
    vault = Vault.create(box.path, PASSPHRASE, random=os.urandom, clock=box.clock, policy=STANDARD)
    with Holder(vault, box.trust(), box.clock, os.urandom) as holder:
        box.give(holder, RESIDENCY)
    request = box.ask({RESIDENCY: ["family_name", "birth_date"]}).request
    (text,) = encode(Kind.REQUEST, request.to_message(), streams_ok=False)
    (tmp_path / "ask.png").write_bytes(draw.png(text))
    log = tmp_path / "trace"
    calls = "trace=write,pwrite64,sendto,sendmsg,openat,rename,link,unlink,mkdir"
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "COUNTERPROOF_WALLET": str(box.path),
        "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
        "COUNTERPROOF_AT": AT.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "PYTHONPATH": str(ROOT),
    }
    trace = ["strace", "-f", "-s", "65536", "-e", calls, "-o", str(log)]
    wallet = [sys.executable, "-c", "from wallet.cli import main; main()"]
    done = subprocess.run(
        [*trace, *wallet, "answer", str(tmp_path / "ask.png"), "--out", str(tmp_path / "a.gif")],
        input="all\n",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert all(value in done.stdout for value in ("Quillfeather", "9 March 1987"))
    seen = [line for line in log.read_text("utf-8", "replace").splitlines() if any(v in line for v in VALUES)]
    assert seen, "the trace saw the window"
    assert {match[1] for line in seen if (match := WRITE.search(line))} == {"1"}
    assert all(WRITE.search(line) for line in seen), "no file is named after a value"
