"""What the history knows, in words: fields by their labels, purposes by the register's sentence, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.credential_types import shipped
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.cards import element_of
from wallet.records import ShowMode
from wallet.report import complaints_to

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.holder import Holder
    from wallet.records import HistoryRecord

_LONGEST = 600


def asked(holder: Holder, entry: Entry, language: str) -> list[str]:
    """Return what was asked for, by its labels; by its identifier what no type that is known names."""
    types = {**shipped(), **holder.trust.types()}
    elements = (element_of(types.get(doc_type), *ref) for doc_type, *ref in entry.record.asked)
    return [marked(each.label(language)) for each in elements]


def meant_for(record: HistoryRecord) -> str:
    """Return for whom a code of one's own or a slip was made; nobody has proved that it was they who read it."""
    if record.reader:
        return tr("Meant for {reader}").format(reader=marked(record.reader))
    return tr("Whoever has the paper") if record.mode is ShowMode.SLIP else tr("Whoever saw the code")


def what_for(holder: Holder, entry: Entry, language: str) -> str:
    """Return the reason that was registered for this counter when it asked, empty where it is not known now.

    A registration of another version than the one that was shown says nothing about what was agreed to.
    """
    found = complaints_to(holder, entry)
    if found is None or found.version != entry.record.purpose_version:
        return ""
    return marked(found.text(found.reason, language), _LONGEST)
