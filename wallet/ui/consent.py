"""The page that matters most: who asks, why, what would be shown, what not, what is kept; two equal buttons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import Notice, WrappedCheck, column, panel, pressable, row
from counterproof.desktop.pictures import PortraitView
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.words import dates
from counterproof.words.explain import explain
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from wallet.cards import CardState
from wallet.ui.base import Page, side_by_side
from wallet.ui.saying import FEELS, state_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from wallet.consent import ConsentDocument, ConsentField
    from wallet.flows.answering import Answering
    from wallet.showing import Showing
    from wallet.ui.window import WalletWindow


class ConsentPage(Page):
    """One request. Nothing on this page is agreed to by Enter alone."""

    rail = "show"
    is_question = True

    def __init__(self, window: WalletWindow, answering: Answering) -> None:
        super().__init__(window)
        self.title = tr("Somebody asks you for something")
        self.answering = answering
        self._hold_out: list[WrappedCheck] = []
        self.body.setSpacing(Space.SNUG)
        self._who()
        for document in answering.view.documents:
            self._document(document)
        self._beyond()
        self._kept()
        self._reuse_box: WrappedCheck | None = None
        self._copies()
        self.body.addStretch(1)
        self.footer = self._buttons()
        self._refresh()

    # Who and why --------------------------------------------------------------------------------------

    def _who(self) -> None:
        """Say who asks and why, in one frame; amber all over where nobody vouches for the reader."""
        asker = self.answering.view.asker
        tone = "" if asker.verified else Feel.UNDECIDED.value
        line = side_by_side()
        words = column(Space.HAIR)
        words.addWidget(PlainLabel(tr("Who asks"), Text.SMALL, tone=tone or "quiet"))
        words.addWidget(
            PlainLabel(asker.name if asker.verified else tr("Unknown reader"), Text.TITLE, tone=tone)
        )
        if asker.verified:
            listed = tr("✓ Verified: on the list of {agency}.").format(agency=marked(asker.agency))
            words.addWidget(PlainLabel(listed, tone=Feel.ACCEPTED.value))
            if label := self._label():  # its own word, which nobody verified
                words.addWidget(PlainLabel(label, Text.SMALL, tone="quiet"))
            for code in asker.warnings:
                words.addWidget(PlainLabel(explain(code).what, tone=Feel.UNDECIDED.value))
        else:
            self._warn(words)
        line.addLayout(words, 1)
        self._number(line)
        inside = column(Space.SNUG)
        inside.addLayout(line)
        self._why(inside, tone)
        name = tr("Who asks: {name}").format(name=asker.name or tr("Unknown reader"))
        self.body.addWidget(panel(inside, tone=tone, name=name))

    def _warn(self, words: QVBoxLayout) -> None:
        asker, tone = self.answering.view.asker, Feel.UNDECIDED.value
        said = [tr("Nobody on your list vouches for it. It may be anybody.")]
        if asker.claimed:
            said.append(tr("It calls itself “{name}”. That proves nothing.").format(name=asker.claimed))
        said += [explain(code).what for code in asker.warnings]
        for each in (*said, self._label()):
            if each:
                words.addWidget(PlainLabel(each, tone=tone))
        insist = WrappedCheck(tr("I know these people, and want to answer all the same"), tone=tone)
        insist.box.setChecked(self.answering.insists)
        insist.toggled.connect(self._insist)
        words.addWidget(insist)

    def _number(self, line: QBoxLayout) -> None:
        """Put the match number at the end of a line, or beneath who asks where the text is large."""
        beside = column(Space.HAIR)
        caption = PlainLabel(tr("The same number must stand at the counter"), Text.SMALL, tone="quiet")
        number = PlainLabel(self.answering.view.match_number, Text.TITLE, strong=True)
        if not current().stacks:
            caption.setAlignment(Qt.AlignmentFlag.AlignRight)
            caption.setFixedWidth(current().scaled(170))
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
        beside.addWidget(number)
        beside.addWidget(caption)
        beside.addStretch(1)
        line.addLayout(beside)

    def _label(self) -> str:
        label = self.answering.view.desk_label
        return tr("The desk calls itself “{label}”.").format(label=label) if label is not None else ""

    def _why(self, inside: QVBoxLayout, tone: str) -> None:
        view, quiet = self.answering.view, tone or "quiet"
        words = column(Space.HAIR)
        words.addWidget(PlainLabel(tr("Why"), Text.SMALL, tone=quiet))
        small = [
            tr("You can answer until {time}.").format(
                time=dates.clock_time(datetime.fromtimestamp(view.ends_at, UTC))
            )
        ]
        if view.registration is not None:
            words.addWidget(PlainLabel(view.registration.reason, Text.LARGE, tone=tone))
            registered = tr("Registered by {publisher}: {basis}")
            small.insert(
                0,
                registered.format(publisher=view.registration.publisher, basis=view.registration.legal_basis),
            )
        else:
            said = tr("The counter says: “{purpose}”.").format(purpose=marked(view.purpose))
            words.addWidget(PlainLabel(said, Text.LARGE, tone=tone))
            words.addWidget(PlainLabel(explain(view.purpose_code).what, tone=Feel.UNDECIDED.value))
        if view.clock_differs:
            small.append(tr("Its clock and yours differ a little."))
        words.addWidget(PlainLabel(" ".join(small), Text.SMALL, tone=quiet))
        inside.addLayout(words)

    # What ---------------------------------------------------------------------------------------------

    def _document(self, document: ConsentDocument) -> None:
        inside = column(Space.TIGHT)
        if document.card is None:
            missing = ", ".join(document.missing)
            inside.addWidget(
                PlainLabel(
                    tr("You have no card of this kind: {name}").format(name=document.name), strong=True
                )
            )
            inside.addWidget(PlainLabel(tr("Asked for: {fields}").format(fields=missing), tone="quiet"))
            self.body.addWidget(panel(inside, tone=Feel.UNDECIDED.value))
            return
        heading = tr("What you would show, from “{card}” of {agency}")
        inside.addWidget(
            PlainLabel(
                heading.format(card=document.name, agency=marked(document.agency)), Text.SMALL, tone="quiet"
            )
        )
        if document.others:
            inside.addWidget(self._choice(document))
        state = document.state or CardState.UNKNOWN
        if state is not CardState.VALID:
            words = state_words(document.card, self.holder.trust, self.holder.clock.now())
            useless = FEELS[state] is Feel.REFUSED
            do = tr("The counter will probably not accept this card.") if useless else ""
            inside.addWidget(Notice(Feel.UNDECIDED, words, do))
        within = [each for each in document.fields if each.beyond is None]
        if not within and not document.missing:
            return
        for each in within:
            inside.addWidget(self._field(each))
        if document.missing:
            words = tr("Asked for, but not on your card: {fields}").format(fields=", ".join(document.missing))
            inside.addWidget(PlainLabel(words, tone="quiet"))
        self.body.addWidget(panel(inside, name=document.name))

    def _field(self, field: ConsentField) -> WrappedCheck:
        words = f"{field.label}: {field.value}" if field.picture is None else field.label
        check = WrappedCheck(words, strong=True)
        check.box.setChecked(field.ref in self.answering.ticked)
        if field.picture is not None:
            portrait = PortraitView(current().scaled(112))
            portrait.setAccessibleName(field.label)
            portrait.show_portrait(field.picture, self.wallet.decoder, self.wallet.runner)
            check.beneath.addWidget(portrait, 0, Qt.AlignmentFlag.AlignLeft)
        if field.instead_of is not None:
            less = tr("in place of “{asked}”, which says more").format(asked=field.instead_of)
            check.beneath.addWidget(PlainLabel(less, Text.SMALL, tone=Feel.ACCEPTED.value))
        if field.kept:
            check.beneath.addWidget(
                PlainLabel(tr("The counter says that it keeps this."), Text.SMALL, tone=Feel.UNDECIDED.value)
            )
        check.toggled.connect(lambda on, ref=field.ref: self._tick(ref, on=on))
        return check

    def _choice(self, document: ConsentDocument) -> Choice:
        """Let another card of the same kind answer."""
        made = Choice()
        made.setAccessibleName(tr("Answer from this card"))
        assert document.card is not None
        cards = [
            each for each in self.holder.cards() if each.id == document.card.id or each.id in document.others
        ]
        for card in cards:
            signed = dates.day(card.validity.signed)
            made.addItem(f"{marked(card.name(self.language))}, {marked(card.agency)}, {signed}")
        made.setCurrentIndex(next(n for n, each in enumerate(cards) if each.id == document.card.id))
        made.activated.connect(lambda place: self._pick(document.doc_type, cards[place].id))
        return made

    def _beyond(self) -> None:
        beyond = self.answering.beyond
        if not beyond:
            return
        inside = column(Space.TIGHT)
        tone, nobody = Feel.UNDECIDED.value, self.answering.view.registration is None
        title = (
            tr("Nothing of this is registered for whoever asks")
            if nobody
            else tr("Asked for beyond what this counter is registered for")
        )
        why = (
            tr("So nothing is ticked. Show only what you think that they need.")
            if nobody
            else tr("It does not need these for what it said. They are off. You may still show the rest.")
        )
        inside.addWidget(PlainLabel(title, tone=tone, strong=True))
        inside.addWidget(PlainLabel(why, tone=tone))
        for each in beyond:
            check = self._field(each)
            if each.beyond is not None and not nobody:
                why_off = explain(each.beyond)
                words = f"{why_off.what} {why_off.do}"
                check.beneath.addWidget(PlainLabel(words, Text.SMALL, tone=Feel.UNDECIDED.value))
            inside.addWidget(check)
        self.body.addWidget(panel(inside, tone=Feel.UNDECIDED.value, name=tr("Beyond the registration")))

    def _kept(self) -> None:
        kept = [each.label for each in self.answering.view.fields if each.kept]
        words = tr("The counter says that it keeps: {fields}").format(fields=", ".join(kept))
        registration = self.answering.view.registration
        if not kept:
            words = tr("The counter says that it keeps nothing.")
        elif registration is not None and registration.retention:
            words = f"{words} ({registration.retention})"
        line = side_by_side()
        line.addWidget(PlainLabel(words), 1)
        self.body.addLayout(line)
        self._not_shown(line)

    def _not_shown(self, line: QBoxLayout) -> None:
        labels = [label for document in self.answering.view.documents for label in document.not_shown]
        if not labels:
            return
        count = ntr(
            "{n} other thing on your card is not shown",
            "{n} other things on your cards are not shown",
            len(labels),
        )
        more = button(count.format(n=len(labels)), "link", describe=tr("Shows which"))
        more.setCheckable(True)
        names = PlainLabel(", ".join(labels), tone="quiet")
        names.setVisible(False)
        more.toggled.connect(names.setVisible)
        line.addWidget(pressable(more))
        self.body.addWidget(names)

    def _copies(self) -> None:
        if not any(document.shown_before for document in self.answering.view.documents):
            return
        box = WrappedCheck(
            tr(
                "Every copy of this card was shown before: readers who compare could find that it was you. Show one again all the same"
            )
        )
        box.box.setChecked(self.answering.reuse)
        box.toggled.connect(self._reuse)
        self._reuse_box = box
        self.body.addWidget(panel(row(box, end=False), tone=Feel.UNDECIDED.value))

    # Deciding -----------------------------------------------------------------------------------------

    def _buttons(self) -> QWidget:
        made = QWidget()
        outer = column(Space.HAIR)
        made.setLayout(outer)
        self._obstacle = PlainLabel("", tone="quiet")
        outer.addWidget(self._obstacle)
        line = _Pair()
        self._refuse = _decision(
            tr("Don't show"), tr("Nothing is sent; the counter does not learn that you were asked")
        )
        self._agree = _decision("", tr("Shows what is ticked above, and nothing else"))
        self._refuse.clicked.connect(self.back)
        self._agree.clicked.connect(self.agree)
        line.put(self._refuse, self._agree)
        outer.addWidget(line)
        return made

    def _refresh(self) -> None:
        words, obstacle = self.answering.agree_words, self.answering.obstacle
        self._agree.setText(words)
        self._agree.setAccessibleName(words)
        self._agree.setEnabled(not obstacle)
        self._obstacle.setText(obstacle)
        self._obstacle.setVisible(bool(obstacle))

    def _tick(self, ref: tuple[str, str, str], *, on: bool) -> None:
        self.answering.tick(ref, on=on)
        self._refresh()

    def _insist(self, on: bool) -> None:  # noqa: FBT001 - Qt hands it over
        self.answering.insists = on
        self._refresh()

    def _reuse(self, on: bool) -> None:  # noqa: FBT001 - Qt hands it over
        self.answering.reuse = on
        self._refresh()

    def _pick(self, doc_type: str, card: bytes) -> None:
        self.work(
            lambda: self.answering.pick_card(doc_type, card),
            lambda changed: self.wallet.go(lambda window: ConsentPage(window, changed)),
        )

    def agree(self) -> None:
        """Show what is ticked."""
        self.work(self.answering.agree, self._built)

    def _built(self, _showing: Showing) -> None:
        from wallet.ui.code import CodePage  # noqa: PLC0415 - pages know one another

        answering = self.answering
        self.wallet.go(lambda window: CodePage(window, answering))

    def back(self) -> None:
        """Show nothing: Escape and the button do the same."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        self.answering.refuse()
        self.wallet.go(ShowPage)
        self.wallet.done(tr("Nothing was shown. The counter learns nothing, not even that you were asked."))

    def dropped(self, paths: Sequence[str]) -> None:
        """Take nothing while a question stands."""


class _Pair(QWidget):
    """Two buttons of one size, side by side; one above the other where their words need the room."""

    def __init__(self) -> None:
        super().__init__()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.NORMAL)
        self._buttons: tuple[QPushButton, ...] = ()

    def put(self, *buttons: QPushButton) -> None:
        """Take the buttons."""
        self._buttons = buttons
        for each in buttons:
            self._line.addWidget(each, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the direction by what the longer words need."""
        super().resizeEvent(event)
        widest = max((each.sizeHint().width() for each in self._buttons), default=0)
        fits = 2 * widest + self._line.spacing() <= self.width()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._line.setDirection(across if fits else down)


def _decision(words: str, describe: str) -> QPushButton:
    """Return one of the two buttons: of one size, and not pressed by Enter."""
    made = button(words, describe=describe)
    made.setAutoDefault(False)
    made.setDefault(False)
    made.setProperty("decides", "true")  # the style sheet's word counts for heights, not this program's
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return made
