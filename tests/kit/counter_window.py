"""A counter's window on a folder that its own commands set up, and residents who answer what it asks."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterproof.clock import FixedClock
from counterproof.optics.collect import Collected
from counterproof.optics.kinds import Kind
from tests.kit.clerk import PURPOSE
from tests.kit.counter_home import LATER, CounterHome
from verifier.flow.desk import Asking, Desk
from verifier.flow.place import Place
from verifier.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulators.holder import Holder

SAVED = {
    "age": ("proof-of-age", "age_over_18", PURPOSE, ""),
    "membership": ("residency", "family_name,resident_borough", "library.membership", "family_name"),
}


def founded(base: Path) -> CounterHome:
    """Set a counter up, with two saved requests."""
    home = CounterHome(base).found()
    for name, (doc_type, fields, purpose, keep) in SAVED.items():
        arguments = ["request", "--type", doc_type, "--fields", fields, "--purpose", purpose, "--save", name]
        home.good(*arguments, *(("--keep", keep) if keep else ()))
    return home


@dataclass
class OpenDesk:
    """A copy of a counter's folder, open for a window; `clock` moves when it is told to."""

    home: CounterHome
    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(LATER))

    def __post_init__(self) -> None:
        shutil.copytree(self.home.folder, self.folder)
        self.place = Place(Home(self.folder), self.clock, boot="boot-1")
        self.place.unlock()
        self.clock.advance(3600)  # its memory of codes began an hour ago
        self.desk = Desk(self.place)
        self.resident = self.home.town.resident()

    def asked(self, tile: int = 0) -> Asking:
        """Choose a tile and return the state that follows."""
        self.desk.choose(self.desk.tiles().tiles[tile])
        state = self.desk.state
        assert isinstance(state, Asking)
        return state

    def answer(self, holder: Holder | None = None) -> Collected:
        """Return what a resident's wallet shows for the open request."""
        transaction = self.place.counter.open_request()
        assert transaction is not None
        request = self.home.town.read(transaction.request.to_message(), self.clock.now())
        return Collected(Kind.ANSWER, (holder or self.resident).answer(request))
