"""The code, as large as the window allows, on white; until the counter is done, the time is over, or Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from counterproof.desktop.forms import column, pressable
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.ring import Ring
from counterproof.desktop.theme import Space, Text
from counterproof.words.language import ntr, tr
from wallet.shown import RENEW_SECONDS, ShowFirst
from wallet.ui.base import Page

if TYPE_CHECKING:
    from wallet.flows.answering import Answering
    from wallet.receiving import Requested
    from wallet.showing import Showing
    from wallet.ui.window import WalletWindow

_TICK: Final = 500


class _Coded(Page):
    """A code over the whole window, with a line of help, a ring and a way out."""

    rail = "show"
    full = True

    def __init__(self, window: WalletWindow, help_words: str, done_words: str) -> None:
        super().__init__(window)
        self.title = tr("Your code")
        self.setProperty("part", "page")
        self.body.setContentsMargins(Space.NORMAL, Space.SNUG, Space.NORMAL, Space.SNUG)
        ground = QWidget()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, QColor("#FFFFFF"))
        ground.setPalette(palette)
        ground.setAutoFillBackground(True)
        ground.setObjectName("paper")
        ground.setStyleSheet("QWidget#paper { background: #FFFFFF; border-radius: 12px; }")
        inside = column(0, Space.TIGHT)
        ground.setLayout(inside)
        self.view = QrView(smallest=280)
        inside.addWidget(self.view, 1)
        self.body.addWidget(ground, 1)
        line = QHBoxLayout()
        line.setSpacing(Space.NORMAL)
        self.ring = Ring(tr("Time left"))
        line.addWidget(self.ring)
        words = column(Space.HAIR)
        words.addWidget(PlainLabel(help_words, Text.LARGE))
        self.left = PlainLabel("", tone="quiet")
        self.left.setMinimumWidth(200)
        words.addWidget(self.left)
        line.addLayout(words, 1)
        self.end = button(done_words, "primary", describe=tr("Takes the code off the screen"))
        self.end.clicked.connect(self.finish)
        line.addWidget(pressable(self.end))
        self.body.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.first = self.end
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.tick)

    def tick(self) -> None:
        """Look at the time."""

    def finish(self) -> None:
        """Take the code away, as the person says that it is done."""

    def back(self) -> None:
        """Take the code away."""
        self.finish()

    def leave(self) -> None:
        """Forget the code."""
        super().leave()
        self._timer.stop()
        self.view.clear()

    def dropped(self, paths: list[str]) -> None:
        """Take nothing while a code is shown."""


class CodePage(_Coded):
    """The answer to a request."""

    def __init__(self, window: WalletWindow, answering: Answering) -> None:
        super().__init__(window, tr("Hold the screen towards the reader. Make it bright."), tr("Done"))
        self._presentment = answering.presentment
        showing = self._presentment.showing
        assert showing is not None  # the page before built it, or it was built for the same request earlier
        self._showing: Showing = showing
        self._length = max(1, showing.until - self.holder.unix())
        self._frames = 0
        self.view.show_code(
            showing.code, tr("Code for {reader}").format(reader=answering.view.asker.shown_name)
        )
        self.view.frame_shown.connect(self._frame)
        self._presentment.shown()
        if self._presentment.repeated:
            self.wallet.announce(tr("You answered this request before. It is the same answer."))
        self.tick()
        self._timer.start()

    def _frame(self, count: int) -> None:
        self._frames = count

    def tick(self) -> None:
        """Show the progress of a stream, else the time; end when the request is over."""
        left = self._showing.until - self.holder.unix()
        if left <= 0:
            self._over()
            return
        seconds = ntr("Good for {n} more second.", "Good for {n} more seconds.", left).format(n=left)
        needed = self._showing.frames_needed
        if needed > 1:
            rounds, part = divmod(self._frames, needed)
            self.ring.set(part / needed, f"{part}/{needed}")
            words = tr(
                "The code moves: keep the screen still until the counter has it all. Round {n}."
            ).format(n=rounds + 1)
            self.left.setText(f"{words} {seconds}")
        else:
            self.ring.set(left / self._length, str(left))
            self.left.setText(seconds)
        if self._presentment.repeated:
            self.left.setText(
                f"{self.left.text()} {tr('It is the same answer as before; no further copy is used.')}"
            )

    def finish(self) -> None:
        """Write down that it is done."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        window = self.wallet
        self._presentment.done()
        window.go(ShowPage)
        window.done(
            tr("Done. The history says what you showed. If the counter shows a receipt, look at it here.")
        )

    def _over(self) -> None:
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        window = self.wallet
        window.go(ShowPage)
        window.done(tr("The time of this request is over. If the counter did not get it, let it ask again."))


class RequestCodePage(_Coded):
    """A request for a card, for the agency's desk to scan; nothing of the person is in it."""

    rail = "cards"

    def __init__(self, window: WalletWindow, made: Requested) -> None:
        super().__init__(window, tr("Hold the screen towards the desk's camera. Make it bright."), tr("Done"))
        self._made = made
        self._needed = made.as_code().frames_needed
        self.view.show_code(made.as_code().code, tr("Code of your request, number {n}").format(n=made.number))
        self.view.frame_shown.connect(self._frame)
        self.ring.setVisible(self._needed > 1)
        self._frame(1)

    def _frame(self, count: int) -> None:
        words = [tr("Number {n}: the desk sees the same number.").format(n=self._made.number)]
        if self._needed > 1:
            rounds, part = divmod(count, self._needed)
            self.ring.set(part / self._needed, f"{part}/{self._needed}")
            moves = tr("The code moves: keep the screen still until the desk has it all. Round {n}.")
            words.append(moves.format(n=rounds + 1))
        self.left.setText(" ".join(words))

    def finish(self) -> None:
        """Go back to the request, and say what comes next."""
        from wallet.ui.get import RequestPage  # noqa: PLC0415 - pages know one another

        window, made = self.wallet, self._made
        window.go(lambda each: RequestPage(each, made))
        window.done(
            tr(
                "When the agency gives you its answer, open it here: Get a card. No answer? Show the code again."
            )
        )


class FirstCodePage(_Coded):
    """A code shown first, made anew every half minute for as long as the person wants."""

    def __init__(self, window: WalletWindow, first: ShowFirst) -> None:
        super().__init__(
            window, tr("Hold the screen towards the reader. Whoever sees it can read it."), tr("Done")
        )
        self._first = first
        self._made = 0.0
        self._renew()
        first.shown()
        self._timer.start()

    def _renew(self) -> None:
        showing = self._first.code()
        self._made = self.holder.clock.monotonic()
        self.view.show_code(showing.code, tr("Your code"))
        self.tick()

    def tick(self) -> None:
        """Run the ring down, and make a new code when it is empty."""
        left = RENEW_SECONDS - (self.holder.clock.monotonic() - self._made)
        if left <= 0:
            self._renew()
            return
        self.ring.set(left / RENEW_SECONDS, str(min(int(left) + 1, RENEW_SECONDS)))
        self.left.setText(
            tr("A new code comes every {n} seconds, for as long as you leave this page open.").format(
                n=RENEW_SECONDS
            )
        )

    def finish(self) -> None:
        """End the showing."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        window = self.wallet
        window.go(ShowPage)
        window.done(tr("Done. The history says what you showed."))
