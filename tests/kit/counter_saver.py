"""A counter that does nothing but remember, for the fault tests.

`python -m tests.kit.counter_saver STATE FIRST COUNT` uses up slip FIRST, FIRST + 1, ..., remembers a code of
the same number and counts both in the journal, as one visit does, and says `kept NUMBER` for each; COUNT -1
goes on for ever. Every seventh visit is on the next day, so that days are closed.
"""

from __future__ import annotations

import itertools
import os
import sys
from datetime import timedelta
from pathlib import Path

from counterproof.mdoc.errors import CounterproofError
from tests.kit import faults
from tests.kit.certificates import AT
from tests.kit.trust_saver import code_of, say
from verifier.journal import Journal
from verifier.memories import KeptCodes, KeptLedger
from verifier.state import State

A_DAY = 7
NOW = AT.timestamp()


def open_state(path: Path) -> State:
    """Open the file of state."""
    return State.open(path, now_unix=NOW, random=os.urandom)


def name_of(number: int) -> bytes:
    """Return the digest that stands for slip, and code, `number`."""
    return number.to_bytes(32, "big")


def visit(state: State, number: int) -> None:
    """Decide one visit: all of it is remembered, or nothing."""
    with state.exclusive():
        KeptLedger(state).remember(name_of(number), f"visit {number}", int(NOW) + 86_400)
        codes = KeptCodes(state, "boot")
        codes.remember(name_of(number), f"visit {number}", made_unix=int(NOW), seconds=1.0, unix=NOW)
        day = AT + timedelta(days=number // A_DAY)
        Journal(state).count(day, outcome="accepted", code="", mode="shown", purpose="library.join")


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    path, first, how_many = Path(words[0]), int(words[1]), int(words[2])
    with open_state(path) as state:
        faults.ready()
        for number in itertools.count(first) if how_many < 0 else range(first, first + how_many):
            try:
                visit(state, number)
                say(f"kept {number}")
            except (CounterproofError, OSError) as error:
                say(f"failed {code_of(error)}")


if __name__ == "__main__":
    main(sys.argv[1:])
