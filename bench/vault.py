"""Goal 7: opening a vault and reading one record, against plain SQLite, key derivation left out.

Run `python bench/vault.py`. Both sides run in this process, interleaved, in CPU time; the vault's
Argon2id is set to its smallest costs, and what it takes from the passphrase to the vault key is
measured beside it and taken off.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.clock import SystemClock
from counterproof.sealing import kdf
from counterproof.sealing.envelope import Purpose, open_sealed, seal
from wallet.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = 200
RECORD_BYTES = 2_500  # a card of a dozen elements
ROUNDS = 400
GOAL = 4.0
TINY = kdf.KdfParameters(32, 1, 1)
POLICY = kdf.KdfPolicy(TINY, TINY, TINY)
PASSPHRASE = "lantern orchid gravel mitten"


def make(folder: Path) -> tuple[bytes, bytes]:
    """Make both files with the same records; return the id of one record and its bytes."""
    records = [os.urandom(RECORD_BYTES) for _ in range(RECORDS)]
    with (
        Vault.create(
            folder / "vault", PASSPHRASE, random=os.urandom, clock=SystemClock(), policy=POLICY
        ) as vault,
        vault.write() as tx,
    ):
        ids = [tx.add("card", data) for data in records]
    with contextlib.closing(sqlite3.connect(folder / "plain")) as plain, plain:
        plain.execute("CREATE TABLE records (id BLOB PRIMARY KEY, body BLOB)")
        plain.executemany("INSERT INTO records VALUES (?, ?)", zip(ids, records, strict=True))
    return ids[RECORDS // 2], records[RECORDS // 2]


def open_plain(folder: Path, record_id: bytes) -> bytes:
    """Open plain SQLite and read one record."""
    with contextlib.closing(sqlite3.connect(folder / "plain")) as plain:
        row = plain.execute("SELECT body FROM records WHERE id = ?", (record_id,)).fetchone()
    body: bytes = row[0]
    return body


def open_vault(folder: Path, record_id: bytes) -> bytes:
    """Open the vault, manifest check and mark included, and read one record."""
    with Vault.open(
        folder / "vault",
        PASSPHRASE,
        random=os.urandom,
        clock=SystemClock(),
        state_dir=folder / "state",
        policy=POLICY,
    ) as vault:
        return vault.get(record_id).data


def main() -> int:
    """Print the medians and the ratio; 1 when the goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record_id, data = make(folder)
        sealed = seal(bytes(32), PASSPHRASE, purpose=Purpose.VAULT_KEY, random=os.urandom, policy=POLICY)
        sides: dict[str, Callable[[], bytes]] = {
            "plain": lambda: open_plain(folder, record_id),
            "vault": lambda: open_vault(folder, record_id),
            "key": lambda: open_sealed(sealed, PASSPHRASE, purpose=Purpose.VAULT_KEY, policy=POLICY),
        }
        assert sides["plain"]() == sides["vault"]() == data
        times: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(ROUNDS):
            for side, run in sides.items():
                start = time.process_time()
                run()
                times[side].append(time.process_time() - start)
    medians = {side: statistics.median(values) * 1e3 for side, values in times.items()}
    ratio = (medians["vault"] - medians["key"]) / medians["plain"]
    print(f"open and read one of {RECORDS} records of {RECORD_BYTES} bytes, median of {ROUNDS}, CPU ms:")
    print(f"  plain SQLite {medians['plain']:.3f}   vault {medians['vault'] - medians['key']:.3f}")
    print(f"  ratio {ratio:.2f} (goal 7: at most {GOAL})")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
