"""Nobody at the counter: what can be asked, as large tiles with number keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text, current
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from verifier.flow.tiles import KEYS, said_of
from verifier.ui.parts import Notice, column, empty, row, scrolled

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from verifier.flow.desk import Idle
    from verifier.flow.tiles import Tile

_WIDE: Final = 300
_MOST_COLUMNS: Final = 3
_HIGH: Final = 116


def _told_by(tile: Tile) -> object:
    """Return what tells a tile from others: it is made anew for each person, as its question is."""
    return tile.title, tile.question.purpose, tile.asked


class TileButton(QPushButton):
    """One purpose: its number key, its title, what is asked."""

    def __init__(self, tile: Tile, key: str) -> None:
        super().__init__()
        self.tile = tile
        self.setProperty("kind", "tile")
        self.setAutoDefault(True)
        fields = "\n".join(said_of(tile.asked))
        self.setAccessibleName(f"{key} {tile.title}".strip())
        self.setAccessibleDescription(tr("Asks for: {fields}").format(fields=fields.replace("\n", "; ")))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMinimumHeight(current().scaled(_HIGH))
        across = row(self, gap=Space.NORMAL, edge=Space.NORMAL)
        number = PlainLabel(key, Text.TITLE, tone="action")
        number.setFixedWidth(current().scaled(24))
        across.addWidget(number, alignment=Qt.AlignmentFlag.AlignTop)
        number.setVisible(bool(key))  # once it is in its place: before, it would be a window of its own
        down = column(gap=Space.HAIR)
        down.addWidget(PlainLabel(tile.title, Text.LARGE, strong=True))
        down.addWidget(PlainLabel(fields, Text.BODY, tone="quiet"))
        down.addStretch()
        across.addLayout(down, 1)
        for each in self.findChildren(PlainLabel):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._across = across

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that a long title makes a tile higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of what is in it."""
        return max(self._across.heightForWidth(width), current().scaled(_HIGH))


class IdlePage(QWidget):
    """`chosen` carries the tile, `set_up` is the wish to say what can be asked."""

    chosen = Signal(object)
    set_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        box = column(self, gap=0)
        self._title = PlainLabel(text=Text.DISPLAY)
        self._help = PlainLabel(text=Text.LARGE, tone="quiet")
        self._notice = Notice()
        content = QWidget()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, Space.TIGHT, 0, Space.TIGHT)
        self._grid.setSpacing(Space.NORMAL)
        inner = column(content, gap=Space.NORMAL, edge=Space.WIDE)
        for each in (self._title, self._help, self._notice):
            inner.addWidget(each)
        inner.addLayout(self._grid)
        self._set_up = button(tr("Say what this counter asks…"), "primary")
        self._set_up.clicked.connect(self.set_up)
        inner.addWidget(self._set_up, alignment=Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(1)
        box.addWidget(scrolled(content), 1)
        self._tiles: tuple[Tile, ...] = ()
        self._buttons: list[TileButton] = []
        self._columns = 0
        self._shown_for: object = None
        self._last: object = None

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles that are shown."""
        return self._tiles

    @property
    def notice(self) -> Notice:
        """What is in the way."""
        return self._notice

    def show_state(self, state: Idle) -> None:
        """Show a state."""
        self._tiles = state.tiles.tiles
        if state.waiting:
            self._title.setText(tr("A code is waiting. What is it for?"))
            self._help.setText(tr("Choose what you are doing; the code is then held against it."))
        elif self._tiles:
            self._title.setText(tr("What is it about?"))
            self._help.setText(
                tr("Press a number, or click. A handheld scanner works at any moment.")
                if current().single_keys
                else tr("Choose one. A handheld scanner works at any moment.")
            )
        else:
            self._title.setText(tr("Nothing to ask yet"))
            self._help.setText(
                tr(
                    "Say once what your clerks ask every day, or get the lists of an agency that registered "
                    "it for this counter: open Trust."
                )
            )
        self._set_up.setVisible(not self._tiles)
        self._say(state)
        self._fill()

    def _say(self, state: Idle) -> None:
        """Say what is in the way, or the first saved request that cannot be asked any more."""
        if state.trouble is not None or not state.tiles.broken:
            self._notice.tell(state.trouble)
            return
        name, error = state.tiles.broken[0]
        self._notice.tell(error, tr("“{name}” cannot be asked.").format(name=marked(name, 64)))

    def choose_key(self, key: str) -> bool:
        """Choose by a number key; tell whether there is such a tile."""
        place = KEYS.find(key)
        if not key or not 0 <= place < len(self._tiles):
            return False
        self._choose(self._tiles[place])
        return True

    def _choose(self, tile: Tile) -> None:
        self._last = _told_by(tile)
        self.chosen.emit(tile)

    def _fill(self) -> None:
        shown_for = (self._tiles, current())
        if shown_for == self._shown_for:
            return
        self._shown_for = shown_for
        empty(self._grid)
        keys = current().single_keys
        self._buttons, self._columns = [], 0
        for place, tile in enumerate(self._tiles):
            made = TileButton(tile, KEYS[place] if keys and place < len(KEYS) else "")
            made.clicked.connect(lambda _checked=False, tile=tile: self._choose(tile))
            self._buttons.append(made)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the tiles into as many columns as there is room for."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide = max(1, self.width() // current().scaled(_WIDE))
        columns = min(_MOST_COLUMNS, wide, max(1, len(self._buttons)))
        if columns == self._columns:
            return
        self._columns = columns
        for place, each in enumerate(self._buttons):
            self._grid.removeWidget(each)
            self._grid.addWidget(each, place // columns, place % columns)
            each.show()  # now, and not with the next event: only what is shown can have the focus
        for each_column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(each_column, 1 if each_column < columns else 0)

    def take_focus(self) -> None:
        """Put the focus on what was asked last: the next person mostly wants the same; else on the first."""
        last = next((each for each in self._buttons if _told_by(each.tile) == self._last), None)
        (last or next(iter(self._buttons), self._set_up)).setFocus()
