"""A program that publishes and keeps, to be killed; or one of several that keep the same folders at once.

`python -m tests.kit.trust_saver cycle FOLDER FIRST COUNT` publishes set FIRST, FIRST + 1, ... into FOLDER/out
and keeps each in FOLDER/store; COUNT -1 goes on for ever. `python -m tests.kit.trust_saver keep STORE OUT...`
keeps published folders one after the other and says what became of each. Set n is signed n minutes after
`AT`, and entry n of its status list (modulo its size) is the one that is suspended.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files
from counterproof.trust.confirming import expecting
from counterproof.trust.published import read_published
from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.certificates import AT
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from counterproof.trust.contents import AgencyContents

ENTRIES = 256
SUSPENDED = 2


def moment(number: int) -> datetime:
    """Return when set `number` is signed."""
    return AT + timedelta(minutes=number)


def publish(publisher: Publisher, out: Path, number: int) -> Path:
    """Publish set `number`."""
    token = publisher.token(moment(number), {number % ENTRIES: SUSPENDED})
    return publisher.publish(out, moment(number), status_lists=(token,))


def number_of(contents: AgencyContents) -> int:
    """Return which set this is; fail if its parts are of several."""
    (listed,) = contents.status_lists
    number = (contents.issued_at - AT) // timedelta(minutes=1)
    assert listed.issued_at == contents.issued_at
    assert contents.crls[0].this_update == contents.issued_at
    assert list(listed.status_list.indices(SUSPENDED)) == [number % ENTRIES]
    return number


def cycle(folder: Path, numbers: Iterable[int]) -> None:
    """Publish and keep one set after the other, and say so once each is safe."""
    publisher = Publisher()
    store = TrustStore(folder / "store")
    faults.ready()
    for number in numbers:
        try:
            out = publish(publisher, folder / "out", number)
            say(f"published {number}")
            store.add(out, confirm=expecting(publisher.fingerprint), at=moment(number))
            say(f"kept {number}")
        except (CounterproofError, OSError) as error:
            say(f"failed {code_of(error)}")


def code_of(error: CounterproofError | OSError) -> str:
    """Return the code that the boundary of a program would say."""
    known = error if isinstance(error, CounterproofError) else files.disk_error(error)
    return "unexpected" if known is None else known.code


def keep(store: TrustStore, folders: Iterable[Path]) -> None:
    """Keep each folder, and say what became of it."""
    publisher = Publisher()
    faults.ready()
    sys.stdin.readline()  # so that several begin at once
    for folder in folders:
        number = number_of(read_published(folder))
        try:
            summary = store.add(folder, confirm=expecting(publisher.fingerprint), at=moment(number))
            say(f"{summary.action} {number}")
        except CounterproofError as error:
            say(f"{error.code} {number}")


def say(line: str) -> None:
    """Print a line at once, whole or not at all."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    if words[0] == "keep":
        keep(TrustStore(Path(words[1])), [Path(word) for word in words[2:]])
        return
    first, how_many = int(words[2]), int(words[3])
    cycle(Path(words[1]), count(first) if how_many < 0 else range(first, first + how_many))


if __name__ == "__main__":
    main(sys.argv[1:])
