"""A paper slip: what, for whom, for how long; a look at it before it is printed or saved."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import TextField, column, row
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.sealing import files
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet import fitting, history
from wallet.paper import A4, A5, Sheet
from wallet.purposes import counters, for_paper, title_of
from wallet.records import ShowOutcome
from wallet.slips import SlipPlan, check_slip, make_slip
from wallet.ui.base import Page, Unfinished
from wallet.ui.fields import FieldsPage
from wallet.ui.parting import turn
from wallet.ui.told import ToldLine
from wallet.ui.whom import CounterChoice, PurposeChoice
from wallet.unasked import of_slip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from wallet.slips import Slip
    from wallet.ui.window import WalletWindow
    from wallet.unasked import Told

_DAYS = (0, 1, 3, 7, 14, 30)
_USUAL = 3
_BUTTON = 280
_PAPER = {A5: QPageSize.PageSizeId.A5, A4: QPageSize.PageSizeId.A4}


class SlipPage(FieldsPage):
    """What the slip is to say."""

    def __init__(self, window: WalletWindow, card_id: bytes) -> None:
        super().__init__(window, tr("Make a paper slip"), card_id)
        self.text(
            tr("For an office that has no screen for you, or for somebody who goes there for you."),
            tone="quiet",
        )
        trust = self.holder.trust
        self.purpose = PurposeChoice(for_paper(trust, self._card.doc_type, self.language))
        self.readers_for = CounterChoice(
            tr("At which counter?"),
            tr("No other counter will take the slip."),
            TextField(tr("Its id"), hint=tr("Several with spaces between, such as HB-LIBRARY."), longest=200),
            tr("Any counter that takes slips for this"),
        )
        self.purpose.changed.connect(self._offer_counters)
        self._offer_counters()
        self.choose_fields(self.purpose, self.readers_for)
        self.tell(self._told, self.purpose.changed, self.readers_for.changed)
        label = PlainLabel(tr("Valid until the end of"), strong=True)
        label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        today = self.holder.clock.now().astimezone().date()
        self._days = [today + timedelta(days=each) for each in _DAYS]
        self._until = Choice()
        self._until.setAccessibleName(tr("Valid until the end of"))
        self._until.addItems([dates.weekday(each) for each in self._days])
        self._until.setCurrentIndex(_USUAL)
        self.body.addLayout(row(label, self._until))
        self.room = ToldLine(self, self._fitting)
        self.decide(tr("Make the slip"), self.make, tr("Don't make it"), beside=self.room)
        for box in self.fields.boxes.values():
            box.toggled.connect(self.room.look)
        for each in (self.purpose.changed, self.readers_for.changed):
            each.connect(self.room.change)
        self.room.look()

    def leave(self) -> None:
        """Ask nothing more about room."""
        super().leave()
        self.room.stop()

    def _fitting(self) -> Callable[[], Told]:
        plan = self._plan(self.holder.clock.now())
        return lambda: fitting.told(plan)

    def _offer_counters(self) -> None:
        picked = self.purpose.picked
        known = picked.counters if picked is not None else ()
        self.readers_for.offer(known or counters(self.holder.trust))

    def _told(self) -> Callable[[], Told]:
        holder, card, language, refs = self.holder, self._card, self.language, self.fields.chosen
        readers, purpose = self.readers_for.readers, self.purpose.purpose
        return lambda: of_slip(holder, card, refs, readers=readers, purpose=purpose, language=language)

    @property
    def _title(self) -> str:
        picked, trust = self.purpose.picked, self.holder.trust
        if picked is not None:
            return picked.title
        return title_of(trust, self.purpose.purpose, self.readers_for.readers, self.language)

    def _plan(self, at: datetime) -> SlipPlan:
        day = datetime.combine(self._days[self._until.currentIndex()], time(23, 59, 59))
        return SlipPlan(
            card=self._card,
            agreed=tuple(self.fields.chosen),
            purpose=self.purpose.purpose,
            title=self._title,
            not_before=at,
            not_after=min(day.astimezone(), self._card.validity.valid_until),
            readers=self.readers_for.readers,
            language=self.language,
        )

    def make(self) -> None:
        """Make the slip, and show it."""
        holder, at = self.holder, self.holder.clock.now()
        plan = self._plan(at)
        reuse = self.reuse

        def making() -> tuple[Slip, Sheet, bytes]:
            check_slip(plan, at)
            sheet = Sheet.of(holder, plan)
            made = make_slip(holder, plan, reuse=reuse)
            return made, sheet, sheet.png(made)

        self.work(
            making, lambda made: self.wallet.go(lambda window: MadeSlipPage(window, *made)), finish=True
        )


class _Preview(QWidget):
    """The slip as it will be printed."""

    def __init__(self, image: QImage, name: str) -> None:
        super().__init__()
        self._image = image
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the proportions of the paper at a height that fits the window."""
        height = 420
        return QSize(height * self._image.width() // max(self._image.height(), 1), height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it smaller."""
        painter = QPainter(self)
        size = self.size() * self.devicePixelRatio()
        ratio, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        # A painter takes four pixels for one, which tears letters; this takes them all.
        painter.drawImage(QRectF(self.rect()), self._image.scaled(size, ratio, smooth))


class MadeSlipPage(Page):
    """A slip that was made: printed or saved here, and nowhere else."""

    rail = "show"

    def __init__(self, window: WalletWindow, slip: Slip, sheet: Sheet, png: bytes) -> None:
        super().__init__(window, tr("Your slip"))
        self._slip, self._sheet = slip, sheet
        self._has_left = False
        self._image = QImage.fromData(png, "PNG")  # type: ignore[arg-type]
        until = dates.day(slip.plan.not_after.astimezone().date())
        self.text(
            tr("Valid until {day}, for {purpose}. It is written in the history as made on paper.").format(
                day=until, purpose=slip.plan.title or marked(slip.plan.purpose)
            )
        )
        line = row(_Preview(self._image, tr("The slip, as it will be printed")), space=Space.WIDE, end=False)
        side = column(Space.SNUG)
        printing, save = button(tr("Print…"), "primary"), button(tr("Save as PDF…"))
        printing.clicked.connect(self._print)
        save.clicked.connect(self._save)
        done = button(tr("Done"))
        done.clicked.connect(self.back)
        for each in (printing, save, done):
            each.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            each.setMaximumWidth(current().scaled(_BUTTON))
            side.addWidget(each)
        side.addWidget(
            PlainLabel(
                tr("Print it as it is, not smaller: a smaller code may not be read."),
                Text.SMALL,
                tone="quiet",
            )
        )
        side.addWidget(PlainLabel(tr("Tear it up when you no longer need it."), Text.SMALL, tone="quiet"))
        side.addStretch(1)
        line.addLayout(side, 1)
        self.body.addLayout(line)
        self.body.addStretch(1)
        self.first = printing

    def back(self) -> None:
        """Go back to the ways of showing; the slip is not kept."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        turn(self.wallet, ShowPage)

    def unfinished(self) -> Unfinished | None:
        """Return that the slip would be lost, if it was neither printed nor saved."""
        if self._has_left:
            return None
        return Unfinished(
            tr("The slip was neither printed nor saved."),
            tr("It is not kept here, and its copy of the card stays used. Another slip uses another copy."),
            tr("The wallet was locked. A slip that was neither printed nor saved is gone with it."),
        )

    def inherit(self, before: Page) -> None:
        """Know whether the slip was printed or saved."""
        if isinstance(before, MadeSlipPage):
            self._has_left = before._has_left  # noqa: SLF001 - the same page, built anew

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(_PAPER[self._sheet.page]))
        printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
        printer.setDocName("slip")
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Draw the slip on a printer, in its own size."""
        painter = QPainter(printer)
        dots = printer.resolution() / 300
        size = QSize(round(self._image.width() * dots), round(self._image.height() * dots))
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), self._image)
        painter.end()
        self._left(tr("The slip was sent to the printer."))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the slip"), "slip.pdf", "PDF (*.pdf)")
        if path:
            self.save_as(Path(path))

    def save_as(self, path: Path) -> None:
        """Write the slip as a PDF."""
        slip, sheet = self._slip, self._sheet
        self.work(
            lambda: files.write_atomic(path, sheet.pdf(slip), replace=True),
            lambda _: self._left(tr("The slip is saved. Whoever can open the file can read it.")),
            finish=True,
        )

    def _left(self, words: str) -> None:
        self._has_left = True
        history.change(self.holder, self._slip.showing.history, outcome=ShowOutcome.SHOWN)
        self.say(Feel.ACCEPTED, words)
