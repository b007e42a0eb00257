"""This counter: its certificate, and what its clerks can ask. For whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.forms import TextField
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.desktop.tick_box import TickBox
from counterproof.words.dates import day
from counterproof.words.language import current, tr
from counterproof.words.plain_text import marked
from verifier.ui.page_head import PageHead, framed, page_column
from verifier.ui.parts import Notice, card, column, empty, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.errors import CounterproofError
    from verifier.flow.place import Place
    from verifier.flow.upkeep import Certified


class DeskPage(QWidget):
    """Intents: `back`, `request_file`, `install`, `save`; `drop` carries the name of a saved question."""

    back = Signal()
    request_file = Signal()
    install = Signal()
    save = Signal()
    drop = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        self._inner = page_column(content)
        self._head = PageHead()
        self._head.back.connect(self.back)
        self._ids = PlainLabel(tone="quiet")
        self.notice = Notice()
        for each in (self._ids, self.notice):
            self._inner.addWidget(each)
        self._inner.addWidget(self._certificate())
        self._inner.addWidget(self._saved_questions())
        self._inner.addWidget(self._new_question())
        self._inner.addStretch()
        framed(self, self._head, content)
        self._types: Mapping[str, CredentialType] = {}
        self._boxes: dict[str, tuple[TickBox, TickBox]] = {}

    def _certificate(self) -> QWidget:
        frame, box = card(gap=Space.SNUG)
        box.addWidget(PlainLabel(tr("Certificate"), Text.LARGE, strong=True))
        self._certified = PlainLabel()
        box.addWidget(self._certified)
        keys = FlowArea(Space.SNUG)
        self._ask_file = button(tr("Save the request for your agency…"))
        self._ask_file.clicked.connect(self.request_file)
        self._install = button(tr("Install the certificate that came back…"))
        self._install.clicked.connect(self.install)
        keys.add(self._ask_file)
        keys.add(self._install)
        box.addWidget(keys)
        return frame

    def _saved_questions(self) -> QWidget:
        frame, box = card(gap=Space.SNUG)
        box.addWidget(PlainLabel(tr("What clerks can ask"), Text.LARGE, strong=True))
        self._none = PlainLabel(tone="quiet")
        box.addWidget(self._none)
        self._saved = column(gap=Space.TIGHT)
        box.addLayout(self._saved)
        return frame

    def _new_question(self) -> QWidget:
        frame, box = card(gap=Space.SNUG)
        box.addWidget(PlainLabel(tr("Something new to ask"), Text.LARGE, strong=True))
        self.name = TextField(tr("Short name"), hint=tr("Letters, digits, points and hyphens"), longest=32)
        hint = tr("The id that your agency registered, such as library.age-check")
        self.purpose = TextField(tr("Purpose"), hint=hint, longest=64)
        self.type = Choice()
        self.type.setAccessibleName(tr("Document"))
        self.type.currentIndexChanged.connect(self._show_fields)
        self._fields = QGridLayout()
        self._fields.setVerticalSpacing(0)
        self._fields.setHorizontalSpacing(Space.WIDE)
        self._fields.setColumnStretch(0, 1)
        for each in (self.name, self.purpose, PlainLabel(tr("Document"), strong=True), self.type):
            box.addWidget(each)
        box.addLayout(self._fields)
        self._save = button(tr("Save it"), "primary")
        self._save.clicked.connect(self.save)
        keys = row()
        keys.addWidget(self._save)
        keys.addStretch()
        box.addLayout(keys)
        return frame

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that are ticked, as `namespace/identifier`."""
        return tuple(name for name, (ask, _) in self._boxes.items() if ask.isChecked())

    @property
    def kept(self) -> tuple[str, ...]:
        """Those of them that will be stored."""
        return tuple(
            name for name, (ask, keep) in self._boxes.items() if ask.isChecked() and keep.isChecked()
        )

    @property
    def certificate_said(self) -> str:
        """What is said of the certificate."""
        return self._certified.text()

    def show_place(self, place: Place, certified: Certified, types: Mapping[str, CredentialType]) -> None:
        """Show how this counter stands."""
        settings = place.settings
        self._head.title.set_outside(settings.name, 64)
        self._ids.setText(tr(", ").join(sorted(settings.ids)))
        self._certified.setText(_said(certified))
        self._show_saved(place)
        if dict(types) != dict(self._types):
            self._types = types
            self.type.clear()
            for doc_type, known in types.items():
                self.type.addItem(marked(known.name(current()), 80), doc_type)
        self._show_fields()

    def tell(self, error: CounterproofError | None, said: str = "") -> None:
        """Say an error, or what was done."""
        self.notice.tell(error)
        if said:
            self.notice.say(said, "")

    def saved(self) -> None:
        """Clear what was typed, once it is saved."""
        self.name.field.clear()
        self.purpose.field.clear()
        self._show_fields()

    def take_focus(self) -> None:
        """Put the focus on the first button."""
        self._ask_file.setFocus()

    def _show_saved(self, place: Place) -> None:
        empty(self._saved)
        requests = place.settings.requests
        self._none.setText(
            tr("Nothing is saved. What your agency registered for this counter is offered all the same.")
        )
        self._none.setVisible(not requests)
        for name, named in requests.items():
            line = row(gap=Space.SNUG)
            fields = tr(", ").join(field for wish in named.wishes for field in wish.fields)
            said = PlainLabel()
            said.set_outside(f"{name} - {named.purpose}: {fields}", 400)
            gone = button(tr("Remove"))
            gone.setAccessibleName(tr("Remove {name}").format(name=name))
            gone.clicked.connect(lambda _checked=False, name=name: self.drop.emit(name))
            line.addWidget(said, 1)
            line.addWidget(gone, alignment=Qt.AlignmentFlag.AlignTop)
            self._saved.addLayout(line)

    def _show_fields(self) -> None:
        empty(self._fields)
        self._boxes = {}
        known = self._types.get(str(self.type.currentData()))
        if known is None:
            return
        for line, (reference, label) in enumerate(_fields_of(known)):
            ask, keep = TickBox(label), TickBox(tr("will be stored"))
            keep.setAccessibleName(tr("{field} will be stored").format(field=label))
            keep.setEnabled(False)
            ask.toggled.connect(keep.setEnabled)
            self._fields.addWidget(ask, line, 0)
            self._fields.addWidget(keep, line, 1)
            self._boxes[reference] = ask, keep


def _fields_of(known: CredentialType) -> list[tuple[str, str]]:
    """Return every field of a type: how it is asked for, and its label."""
    found = []
    for space, names in known.identifiers.items():
        ages = [f"age_over_{age:02}" for age in known.ages if f"age_over_{age:02}" not in names]
        for name in (*names, *ages):
            element = known.element(space, name)
            if element is not None:
                found.append((f"{space}/{name}", marked(element.label(current()), 128)))
    return found


def _said(certified: Certified) -> str:
    if certified.until is None:
        return tr("None yet. Save the request, give it to your agency, and install what it signs.")
    if certified.over:
        return tr("It ran out on {day}. The old request will do for a new one.").format(
            day=day(certified.until)
        )
    said = tr("Good until {day}.").format(day=day(certified.until))
    standing = certified.standing
    if standing is None or not standing.known:
        return f"{said} " + tr("Its agency is not believed here yet: open Trust.")
    if standing.name is None:
        return f"{said} " + tr("The agency's register does not name this counter yet. Get its newest lists.")
    return f"{said} " + tr("Wallets show: {name}").format(name=marked(standing.name, 96))
