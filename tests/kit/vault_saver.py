"""A wallet that does nothing but save, for the fault tests: `python -m tests.kit.vault_saver`.

Prints `ready`, then `saved ID CONTENT` for each record that is stored, `refused CODE` for each save
that was refused, `created`, and so on; every line is flushed at once.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from counterproof.mdoc.errors import CounterproofError
from tests.kit import faults
from tests.kit.sealing import PASSPHRASE
from tests.kit.vaults import VaultBox


def say(*words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def save(box: VaultBox, count: int) -> None:
    """Save record after record, `count` of them or for ever (-1): new ones and one that is rewritten."""
    with box.open() as vault:
        ids = vault.ids("counter")
        counter = ids[0] if ids else os.urandom(16)
        faults.ready()
        for number in itertools.count() if count < 0 else range(count):
            content = f"{number}-" + "x" * (number * 97 % 3_000)
            try:
                with vault.write() as tx:
                    record_id = tx.add("card", content.encode())
                    tx.put("counter", counter, content.encode())
            except CounterproofError as error:
                say("refused", error.code, *map(str, error.facts.values()))
            else:
                say("saved", record_id.hex(), content)


def create(box: VaultBox) -> None:
    """Create a vault."""
    faults.ready()
    try:
        box.create().close()
    except CounterproofError as error:
        say("refused", error.code, *map(str, error.facts.values()))
    else:
        say("created")


def change(box: VaultBox, new: str) -> None:
    """Change the passphrase."""
    with box.open() as vault:
        faults.ready()
        try:
            vault.change_passphrase(PASSPHRASE, new)
        except CounterproofError as error:
            say("refused", error.code, *map(str, error.facts.values()))
        else:
            say("changed")


def export(box: VaultBox) -> None:
    """Write a backup."""
    with box.open() as vault:
        faults.ready()
        try:
            vault.export(box.folder / "backup", PASSPHRASE)
        except CounterproofError as error:
            say("refused", error.code, *map(str, error.facts.values()))
        else:
            say("exported")


def main(words: list[str]) -> None:
    """Do one of the actions in a folder."""
    action, folder, *rest = words
    box = VaultBox(Path(folder), remembers=True)
    if action == "save":
        save(box, int(rest[0]))
    elif action == "create":
        create(box)
    elif action == "change":
        change(box, rest[0])
    else:
        export(box)


if __name__ == "__main__":
    main(sys.argv[1:])
