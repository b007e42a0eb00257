"""Show: taking in what a counter asks, by camera, picture, clipboard, file or the screen; receipts as well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QGridLayout, QSizePolicy

from counterproof.desktop.aim_view import AimView
from counterproof.desktop.forms import panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.reader_ahead import ReaderAhead
from counterproof.desktop.screen_look import as_png
from counterproof.desktop.screen_panel import ScreenPanel
from counterproof.desktop.theme import Space, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import Collected, collect
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import BytesSource, TextSource
from counterproof.sealing import files
from counterproof.words.language import tr
from wallet.consent import Setting
from wallet.flows.answering import Answering
from wallet.flows.arrivals import MOST_BYTES
from wallet.receipts import file_receipt
from wallet.ui.base import Page, flow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QPushButton

    from counterproof.mdoc.errors import CounterproofError
    from counterproof.optics.sources import Source
    from wallet.ui.window import WalletWindow

_AWAITED = frozenset({Kind.REQUEST, Kind.RECEIPT})
_HIDE_MS = 400
_AHEAD_MS = 300
"""Whoever stays so long on the page may have a picture soon; whoever passes through has none."""


class ShowPage(Page):
    """The ways in which a counter's request can be taken in."""

    rail = "show"
    rehearsing = False

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(
            window, tr("Try a request at home") if self.rehearsing else tr("Show something at a counter")
        )
        if self.rehearsing:
            self.back_button(tr("Show"), self.back)
            self.text(
                tr(
                    "Take in a request that a counter published. You see what it would ask and what you would show. Nothing is shown, written down or used up."
                )
            )
        else:
            self.text(
                tr(
                    "The counter shows a code. Let the wallet look at it: then you are asked what you want to show, and nothing leaves before you say so."
                )
            )
        self._panel: ScreenPanel | None = None
        self._away: Qt.WindowState | None = None
        self._looked = False
        self._reader = ReaderAhead()
        QTimer.singleShot(_AHEAD_MS, self, self._reader.begin)
        self._aim = AimView(_AWAITED, window.world.clock, window.desktop.preferences)
        self._aim.collected.connect(self._collected)
        self._aim.setVisible(False)
        self.body.addWidget(self._aim)
        self._ways()
        if not self.rehearsing:
            self._without()
        self.body.addStretch(1)

    def leave(self) -> None:
        """Close the camera, and look at the screen no more, unless the same page comes again at once."""
        super().leave()
        self._looked = self._aim.running
        self._aim.stop()
        self._reader.close()
        if not self.is_rebuilt:
            self._end_panel()

    def inherit(self, before: Page) -> None:
        """Look on, through the camera or at the screen, as the page did before it was built anew."""
        if not isinstance(before, ShowPage):
            return
        if before._looked:  # noqa: SLF001 - the same page
            self._camera()
        panel, self._away = before._lend()  # noqa: SLF001 - the same page
        if panel is not None:
            self._watch(panel)
        elif self._away is not None:
            QTimer.singleShot(_HIDE_MS, self, self.look_at_screen)

    def _lend(self) -> tuple[ScreenPanel | None, Qt.WindowState | None]:
        """Give what looks at the screen away, and how the window was before."""
        panel, away = self._panel, self._away
        self._panel = self._away = None
        if panel is not None:
            panel.collected.disconnect(self._collected)
            panel.trouble.disconnect(self._no_screen)
            panel.stopped.disconnect(self._end_panel)
        return panel, away

    def back(self) -> None:
        """Close the camera, or go to the cards."""
        from wallet.ui.home import HomePage  # noqa: PLC0415 - pages know one another

        if self._aim.running:
            self._aim.stop()
            self._aim.setVisible(False)
            return
        self.wallet.go(HomePage)

    def _ways(self) -> None:
        inside = QGridLayout()
        inside.setHorizontalSpacing(Space.SNUG)
        inside.setVerticalSpacing(Space.SNUG)
        ways: list[tuple[str, str, Callable[[], None]]] = [
            (tr("Look with the camera"), tr("Hold the counter's code in front of it"), self._camera),
            (tr("Open a picture…"), tr("A photograph, a PDF or a text file of the code"), self._open),
            (tr("Paste"), tr("A picture or a text that you copied"), self._paste),
            (tr("Look at the screen"), tr("When the counter is on a video call"), self._screen),
        ]
        made: list[QPushButton] = []
        for number, (words, describe, act) in enumerate(ways):
            each = button(words, "primary" if not number else "plain", describe=describe)
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            each.clicked.connect(act)
            stacked = current().stacks
            at = (2 * number + 1, 0, 1, 2) if stacked else (2 * number, 1, 1, 1)
            inside.addWidget(each, 2 * number, 0, 1, 2 if stacked else 1)
            inside.addWidget(PlainLabel(describe, tone="quiet"), *at)
            made.append(each)
        inside.setColumnStretch(1, 1)
        self.body.addWidget(panel(inside, name=tr("Ways to take in the code")))
        self.text(tr("You can also drop a picture of the code anywhere on this window."), tone="quiet")
        self.first = made[0]

    def _without(self) -> None:
        from wallet.ui.first import PickCardPage  # noqa: PLC0415 - pages know one another
        from wallet.ui.rehearse import TryPage  # noqa: PLC0415 - pages know one another

        self.text(tr("The counter cannot show a code?"), Text.LARGE, strong=True)
        first = button(tr("Show a code of my own"))
        first.clicked.connect(lambda: self.wallet.go(lambda window: PickCardPage(window, paper=False)))
        paper = button(tr("Make a paper slip"))
        paper.clicked.connect(lambda: self.wallet.go(lambda window: PickCardPage(window, paper=True)))
        rehearse = button(tr("Try a request at home"), "link")
        rehearse.clicked.connect(lambda: self.wallet.go(TryPage))
        self.body.addWidget(flow(first, paper, rehearse))

    # Taking in ---------------------------------------------------------------------------------------

    def take(self, content: bytes) -> None:
        """Read the code in the content of a file."""
        self._read(lambda: [BytesSource(content)])

    def dropped(self, paths: list[str]) -> None:
        """Read pictures that were dropped; several may be parts of one moving code."""
        found = [Path(each) for each in paths]
        if len(found) == 1:
            super().dropped(paths)
            return
        self._read(lambda: [BytesSource(files.read_regular(each, limit=MOST_BYTES)) for each in found[:64]])

    def _paste(self) -> None:
        self.paste()

    def paste(self) -> bool:
        """Read the picture or the text on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if data.hasImage():
            image = QGuiApplication.clipboard().image()
            self._read(lambda: [BytesSource(as_png(image), "clipboard")])
        elif data.hasText() and data.text().strip():
            source = TextSource(data.text())
            self._read(lambda: [source])
        else:
            self.complain(UsageError("wallet.nothing-on-clipboard"))
        return True

    def _open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a picture of the code"))
        if path:
            self.dropped([path])

    def _camera(self) -> None:
        error = self._aim.start()
        if error is not None:
            self.complain(error)
            return
        self.quiet()
        self._aim.setVisible(True)
        self.wallet.scroll_up()

    def _screen(self) -> None:
        """Look at the screen until there is a code, with this window out of the way."""
        self.quiet()
        self._away = self.wallet.windowState()
        self.wallet.showMinimized()
        QTimer.singleShot(_HIDE_MS, self, self.look_at_screen)

    def look_at_screen(self, panel_of: Callable[..., ScreenPanel] = ScreenPanel) -> None:
        """Begin to look."""
        made = panel_of(_AWAITED, self.wallet.world.clock)
        self._watch(made)
        try:
            made.begin()
        except UsageError as error:
            self._no_screen(error)

    def _watch(self, panel: ScreenPanel) -> None:
        self._panel = panel
        panel.collected.connect(self._collected)
        panel.trouble.connect(self._no_screen)
        panel.stopped.connect(self._end_panel)

    def _no_screen(self, error: CounterproofError) -> None:
        self._end_panel()
        self.complain(error)

    def _end_panel(self) -> None:
        """Look no more, and bring the window back as it was."""
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.end()
            panel.deleteLater()
        before, self._away = self._away, None
        if before is not None:
            self.wallet.setWindowState(before & ~Qt.WindowState.WindowMinimized)
            self.wallet.show()
            self.wallet.activateWindow()

    def _read(self, sources: Callable[[], Sequence[Source]]) -> None:
        """Read what `sources` gives, and say at once that it takes a moment: a person pasted, and waits."""
        self.quiet()
        ahead = self._reader

        def read() -> Collected:
            with ahead.reading() as reader:
                return collect(sources(), awaited=_AWAITED, reader=reader)

        self.wallet.patience.ask(asked=True)
        self.work(read, self._collected)

    def _collected(self, found: Collected) -> None:
        self._aim.stop()
        self._aim.setVisible(False)
        self._end_panel()
        self.wallet.patience.ask(asked=True)  # until what was read is understood as well
        if found.kind is Kind.RECEIPT:
            self._receipt(found.m)
        else:
            self.ask(found.m)

    def ask(self, m: bytes) -> None:
        """Go on with a request that was read."""
        from wallet.ui.code import CodePage  # noqa: PLC0415 - pages know one another
        from wallet.ui.consent import ConsentPage  # noqa: PLC0415 - pages know one another

        holder, setting = self.holder, Setting(language=self.language)

        def asked(answering: Answering) -> None:
            if answering.presentment.repeated:
                self.wallet.go(lambda window: CodePage(window, answering))
            else:
                self.wallet.go(lambda window: ConsentPage(window, answering))

        self.work(lambda: Answering(holder, m, setting), asked)

    def _receipt(self, m: bytes) -> None:
        from wallet.ui.history import EntryPage  # noqa: PLC0415 - pages know one another

        holder = self.holder
        self.work(
            lambda: file_receipt(holder, m),
            lambda entry: self.wallet.go(lambda window: EntryPage(window, entry.id)),
        )
