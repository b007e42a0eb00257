"""A new passphrase: typed twice, with an honest meter; shared by the first start, restoring, backups and a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

from counterproof.desktop.forms import Notice, PassphraseField
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Feel
from counterproof.desktop.tick_box import TickBox
from counterproof.mdoc.errors import UsageError
from counterproof.sealing.passphrase import normalise_new
from counterproof.words.language import tr
from wallet.flows.opening import Judgement, Level, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.ui.base import Page


class Meter(Notice):
    """What a passphrase is worth: a bar with steps, and a sentence that says the same."""

    def __init__(self) -> None:
        super().__init__(Feel.PLAIN, "")
        self._bar = QProgressBar()
        self._bar.setRange(0, int(Level.STRONG))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How hard the passphrase is to guess"))
        self._words = PlainLabel("")
        self.words.addWidget(self._bar)
        self.words.addWidget(self._words)

    def show_judgement(self, found: Judgement) -> None:
        """Show another judgement, whose sign says the same as its words."""
        good, bad = found.level >= Level.GOOD, found.level is Level.TOO_WEAK
        feel = Feel.ACCEPTED if good else Feel.UNDECIDED if bad else Feel.PLAIN
        self.feel(feel)
        self._words.set_tone(feel.value)
        self._bar.setValue(int(found.level))
        self._words.setText(found.words)
        self._bar.setAccessibleDescription(found.words)


class NewPassphrase:
    """Two fields and the meter, put into a page; Enter goes from one to the other, and from there on to `go`.

    One box beneath shows both, so that Tab leads from the first field to the second: whoever types on at a
    box between them would type the passphrase nowhere, and its spaces would turn it on.
    """

    def __init__(self, page: Page, label: str, go: Callable[[], None]) -> None:
        self.field = PassphraseField(label, can_show=False)
        self.again = PassphraseField(tr("The same once more"), can_show=False)
        both = TickBox(tr("Show what I type"))
        self.meter = Meter()
        page.body.addWidget(self.field)
        page.body.addWidget(self.meter)
        page.body.addWidget(self.again)
        page.body.addWidget(both)
        both.toggled.connect(self.field.reveal)
        both.toggled.connect(self.again.reveal)
        self.field.changed.connect(self._typed)
        self.field.entered.connect(self.again.field.setFocus)
        self.again.entered.connect(go)
        self._typed()

    def taken(self) -> str:
        """Return the passphrase; raise UsageError for one that is too weak, or not typed twice the same.

        What is too weak is said here: a person who chose a place for a backup first would have chosen in vain.
        """
        normalise_new(self.field.text)
        if self.field.text != self.again.text:
            raise UsageError("wallet.passphrases-differ")
        return self.field.text

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()
        self.again.clear()

    def _typed(self) -> None:
        self.meter.show_judgement(judge(self.field.text))
