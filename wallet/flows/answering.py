"""Answering a request in a window: what is ticked, what stands in the way, and what the button says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.words.language import ntr, tr
from wallet.presentment import Presentment

if TYPE_CHECKING:
    from wallet.consent import ConsentField, ConsentView, Setting
    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.showing import Showing
    from wallet.vault import RecordId


class Answering:
    """One request on the consent page; `ticked` is what the holder would show now."""

    def __init__(self, holder: Holder, m: bytes, setting: Setting) -> None:
        """Read M of a request. Raises as `Presentment.read`."""
        self._holder, self._m, self._setting = holder, m, setting
        self.presentment = Presentment.read(holder, m, setting)
        self.ticked: set[ElementRef] = {each.ref for each in self.view.fields if each.chosen}
        self.insists = False
        self.reuse = False

    @property
    def view(self) -> ConsentView:
        """What is asked."""
        return self.presentment.view

    @property
    def within(self) -> tuple[ConsentField, ...]:
        """What the reader may ask for, or what no register speaks of."""
        return tuple(each for each in self.view.fields if each.beyond is None)

    @property
    def beyond(self) -> tuple[ConsentField, ...]:
        """What goes beyond the reader's registration."""
        return tuple(each for each in self.view.fields if each.beyond is not None)

    def tick(self, ref: ElementRef, *, on: bool) -> None:
        """Choose a field, or leave it out."""
        (self.ticked.add if on else self.ticked.discard)(ref)

    def pick_card(self, doc_type: str, card: RecordId) -> Answering:
        """Return the same question, answered from another card."""
        from wallet.consent import Setting  # noqa: PLC0415 - a name for types above

        cards = {**self._setting.cards, doc_type: card}
        changed = Answering(self._holder, self._m, Setting(language=self._setting.language, cards=cards))
        changed.insists, changed.reuse = self.insists, self.reuse
        return changed

    @property
    def needs_insisting(self) -> bool:
        """Whether nobody vouches for the reader, so that it takes the holder's own word."""
        return not self.view.asker.verified

    @property
    def needs_reuse(self) -> bool:
        """Whether a copy that was shown before would be shown again."""
        return any(
            document.shown_before and any(each.ref in self.ticked for each in document.fields)
            for document in self.view.documents
        )

    @property
    def obstacle(self) -> str:
        """Say what is still missing before anything can be shown; empty if nothing is."""
        if not self.view.can_answer:
            return tr("Your wallet has nothing of what is asked for.")
        if not self.ticked:
            return tr("Nothing is chosen yet.")
        if self.needs_insisting and not self.insists:
            return tr("Nobody vouches for this reader. To show something all the same, tick the box above.")
        if self.needs_reuse and not self.reuse:
            return tr("Every copy was shown before. To show one again, tick the box above.")
        return ""

    @property
    def agree_words(self) -> str:
        """Return what the button says that agrees."""
        count = len(self.ticked)
        if not count:
            return tr("Show nothing yet")
        return ntr("Show this {n} thing", "Show these {n} things", count).format(n=count)

    def agree(self) -> Showing:
        """Build the answer from what is ticked and nothing else. Raises as `Presentment.agree`.

        What goes beyond the reader's registration is off until the holder ticks that very field.
        """
        beyond = self.ticked & {each.ref for each in self.beyond}
        return self.presentment.agree(
            self.ticked, insists_on_unknown=self.insists, reuse=self.reuse, beyond=beyond
        )

    def refuse(self) -> None:
        """Send nothing."""
        self.presentment.refuse()
