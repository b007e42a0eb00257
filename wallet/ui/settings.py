"""Settings: language, size of text, colours, camera, when the wallet locks itself; and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGridLayout

from counterproof.desktop.aim_view import CAMERA_SETTING
from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import Notice, panel, row
from counterproof.desktop.letters import advice
from counterproof.desktop.plain_text import PlainLabel, button, on_button
from counterproof.desktop.scanner import cameras
from counterproof.desktop.theme import Feel, Mode, Space, Text, current
from counterproof.desktop.tick_box import TickBox
from counterproof.words import dates, language
from counterproof.words.language import tr
from wallet.flows.guard import IDLE_CHOICES
from wallet.ui.base import Page, flow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterproof.desktop.app import Appearance
    from wallet.ui.window import WalletWindow


_SIZES = (100, 125, 150, 175, 200)
_CHOICE = 240
"""As wide as the longest choice is as a rule, in pixels at 100 %, so that all are of one width."""


@dataclass(frozen=True)
class _Choice:
    label: str
    choices: Sequence[str]
    now: int
    choose: Callable[[int], object]


class SettingsPage(Page):
    """What can be set; every change counts at once."""

    rail = "settings"
    keeps_typed = False  # what stands there is what counts now

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Settings"))
        self._places()
        self._looks()
        lacking, mended = advice(self.font())
        if lacking:
            self.body.addWidget(Notice(Feel.UNDECIDED, lacking, mended))
        self.text(
            tr(
                "Keys: Ctrl+1 to Ctrl+4 go to the parts of the wallet, Ctrl+L locks it, Ctrl+V pastes a code, Ctrl and + or - change the size of text, Escape goes back."
            ),
            Text.SMALL,
            tone="quiet",
        )
        self.body.addStretch(1)

    def _places(self) -> None:
        from wallet.ui.agencies import AgenciesPage  # noqa: PLC0415 - pages know one another
        from wallet.ui.naming import NamePage  # noqa: PLC0415 - pages know one another
        from wallet.ui.safe import SafePage  # noqa: PLC0415 - pages know one another

        safe = button(tr("Keep it safe"), describe=tr("Backup, passphrase, lost computer"))
        safe.clicked.connect(lambda: self.wallet.go(SafePage))
        agencies = button(tr("Agencies"), describe=tr("Whose cards and counters are believed"))
        agencies.clicked.connect(lambda: self.wallet.go(AgenciesPage))
        buttons = [safe, agencies]
        if self.wallet.can_be_named:
            name = button(tr("Name of this wallet"), describe=tr("By which you find it on the first page"))
            name.clicked.connect(lambda: self.wallet.go(NamePage))
            buttons.append(name)
        self.body.addWidget(flow(*buttons))
        self.first = safe

    def _looks(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.WIDE)
        grid.setVerticalSpacing(Space.SNUG)
        grid.setColumnStretch(1, 1)
        look = self.wallet.desktop.appearance
        choices = [*self._reading(look), *self._colours(look), self._cameras(), self._locking()]
        for number, each in enumerate(choices):
            _put(grid, number, each)
        still = TickBox(tr("Let nothing move that need not"))
        still.setChecked(look.still)
        still.toggled.connect(lambda on: self._look(still=on))
        grid.addWidget(still, 2 * len(choices), 0, 1, 2)
        self.body.addWidget(panel(grid, name=tr("How the wallet looks and reads")))

    def _reading(self, look: Appearance) -> list[_Choice]:
        tags = ["", *language.NAMES]
        names = [tr("As the computer"), *language.NAMES.values()]
        now = tags.index(look.language) if look.language in tags else 0
        sizes = [f"{each} %" for each in _SIZES]
        return [
            _Choice(tr("Language"), names, now, lambda n: self._look(language=tags[n])),
            _Choice(
                tr("Size of text"),
                sizes,
                _nearest(_SIZES, look.percent),
                lambda n: self._look(percent=_SIZES[n]),
            ),
        ]

    def _colours(self, look: Appearance) -> list[_Choice]:
        modes = [Mode.SYSTEM, Mode.LIGHT, Mode.DARK, Mode.CONTRAST]
        names = [tr("As the computer"), tr("Light"), tr("Dark"), tr("High contrast")]
        return [_Choice(tr("Colours"), names, modes.index(look.mode), lambda n: self._look(mode=modes[n]))]

    def _cameras(self) -> _Choice:
        found, preferences = cameras(), self.wallet.desktop.preferences
        wanted = preferences.get(CAMERA_SETTING)
        now = next((n for n, each in enumerate(found) if each.name == wanted), 0)

        def choose(place: int) -> None:
            if place < len(found):
                preferences.put(CAMERA_SETTING, found[place].name)

        names = [on_button(each.name) for each in found] or [tr("No camera was found")]
        return _Choice(tr("Camera"), names, now, choose)

    def _locking(self) -> _Choice:
        waits = [tr("after {time}").format(time=dates.span(each)) for each in IDLE_CHOICES]
        now = IDLE_CHOICES.index(self.wallet.idle_seconds())
        return _Choice(tr("Lock the wallet when nobody uses it"), waits, now, self._idle)

    def _look(self, **changes: object) -> None:
        appearance = replace(self.wallet.desktop.appearance, **changes)  # type: ignore[arg-type]
        self.wallet.desktop.choose(appearance)

    def _idle(self, place: int) -> None:
        seconds = IDLE_CHOICES[place]
        self.wallet.desktop.preferences.put("wallet/idle", str(seconds))
        self.wallet.guard.idle_seconds = seconds


def _nearest(choices: Sequence[int], wanted: int) -> int:
    return min(range(len(choices)), key=lambda place: abs(choices[place] - wanted))


def _put(grid: QGridLayout, number: int, choice: _Choice) -> None:
    name = PlainLabel(choice.label)
    made = Choice()
    made.setAccessibleName(choice.label)
    made.addItems(list(choice.choices))
    made.setCurrentIndex(choice.now)
    made.setMinimumWidth(current().scaled(_CHOICE))
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.activated.connect(choice.choose)
    name.setBuddy(made)
    if current().stacks:
        grid.addWidget(name, 2 * number, 0, 1, 2)
        grid.addLayout(row(made), 2 * number + 1, 0, 1, 2)
        return
    name.setFixedWidth(current().scaled(240))
    grid.addWidget(name, number, 0)
    grid.addLayout(row(made), number, 1)
