"""A program that publishes packs and takes them in, to be killed; or one of several that take the same packs.

`python -m tests.kit.pack_saver cycle FOLDER FIRST COUNT` publishes pack FIRST, FIRST + 1, ... into
FOLDER/pack and takes each into FOLDER/store; COUNT -1 goes on for ever. `... take STORE PACK...` takes packs
one after the other and says what became of each. Pack n is signed n minutes after `AT`, and so is all in it.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.confirming import expecting
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.certificates import AT
from tests.kit.packs import Operator, timestamp_of
from tests.kit.trust_saver import code_of, say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from counterproof.trust.pack.contents import PackContents


def moment(number: int) -> datetime:
    """Return when pack `number` is signed."""
    return AT + timedelta(minutes=number)


def number_of(pack: PackContents) -> int:
    """Return which pack this is; fail if its parts are of several."""
    (agency,) = pack.agencies
    assert pack.issued_at == agency.issued_at == pack.vical.vical.head.date
    assert agency.status_lists[0].issued_at == pack.issued_at
    assert not [part for part in pack.parts if part.held_back]
    return (pack.issued_at - AT) // timedelta(minutes=1)


def cycle(folder: Path, numbers: Iterable[int]) -> None:
    """Publish and take one pack after the other, and say so once each is safe."""
    operator = Operator()
    store = TrustStore(folder / "store")
    faults.ready()
    for number in numbers:
        try:
            operator.publish(folder / "pack", moment(number))
            say(f"published {number}")
            source = FolderSource(folder / "pack")
            store.take_pack(source, at=moment(number), confirm=expecting(operator.fingerprint))
            say(f"kept {number}")
        except (CounterproofError, OSError) as error:
            say(f"failed {code_of(error)}")


def take(store: TrustStore, packs: Iterable[Path]) -> None:
    """Take each pack, and say what became of it."""
    operator = Operator()
    faults.ready()
    sys.stdin.readline()  # so that several begin at once
    for pack in packs:
        number = (timestamp_of(pack).signed.version - int(AT.timestamp())) // 60
        try:
            confirm = expecting(operator.fingerprint)
            summary = store.take_pack(FolderSource(pack), at=moment(number), confirm=confirm)
            say(f"{summary.action} {number}")
        except CounterproofError as error:
            say(f"{error.code} {number}")


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    if words[0] == "take":
        take(TrustStore(Path(words[1])), [Path(word) for word in words[2:]])
        return
    first, how_many = int(words[2]), int(words[3])
    cycle(Path(words[1]), count(first) if how_many < 0 else range(first, first + how_many))


if __name__ == "__main__":
    main(sys.argv[1:])
