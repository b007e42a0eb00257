"""Practice in the window: begun and ended by hand, and no real code is decided meanwhile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from counterproof.words.language import tr
from verifier.flow.drill import USUAL, Drill, Scored, mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.drill.situations import Act
    from verifier.ui.window import CounterWindow


class DrillArea(QObject):
    """Holds the one drill of a window, while there is one."""

    def __init__(self, window: CounterWindow, random: Callable[[int], bytes] = os.urandom) -> None:
        super().__init__(window)
        self._window, self._random = window, random
        self.drill: Drill | None = None
        self.people = USUAL
        self._marked = False

    @property
    def open(self) -> bool:
        """Whether somebody practises."""
        return self.drill is not None

    def show(self) -> None:
        """Begin, or show again what is open."""
        if self.drill is None:
            self.drill = Drill(self._window.place.clock, self._random, self.people)
            self._marked = False
        self._window.setWindowTitle(tr("SPECIMEN: practice"))
        self._show()

    def go_on(self) -> None:
        """Let the next person come."""
        self._do(Drill.go_on)

    def look(self) -> None:
        """Let the counter look."""
        self._do(Drill.look)

    def again(self) -> None:
        """Practise what was missed."""
        self._do(Drill.again)

    def act(self, act: Act) -> None:
        """Do something about the person."""
        self._do(lambda drill: drill.act(act))

    def end(self) -> None:
        """Forget the drill."""
        if self.drill is not None:
            self.drill.close()
            self._window.drill.wipe()
        self.drill = None
        self._window.setWindowTitle(self._window.title)

    def real_code(self) -> None:
        """Say why a real code is not looked at now."""
        self._window.drill.notice.say(
            tr("A real code was read. Practice is open, so it was not looked at."),
            tr("End practice with Esc, then let the person show it again."),
        )

    def _do(self, intent: Callable[[Drill], None]) -> None:
        if self.drill is None:
            return
        intent(self.drill)
        if isinstance(self.drill.state, Scored) and not self._marked:
            self._marked = True
            mark(self._window.place.counter.journal, self._window.place.clock)
        self._show()

    def _show(self) -> None:
        if self.drill is not None:
            self._window.drill.show_state(self.drill.state)


def connect_drill(window: CounterWindow) -> None:
    """Connect the page, which is made anew with each language."""
    page, area = window.drill, window.drill_area
    page.go_on.connect(area.go_on)
    page.look.connect(area.look)
    page.again.connect(area.again)
    page.act.connect(area.act)

    def leave() -> None:
        area.end()
        window.open_page("")

    page.leave.connect(leave)
