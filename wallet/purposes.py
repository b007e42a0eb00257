"""The purposes that a person can choose from for paper, in their words, and the counters that have them.

They stand in the registers that the wallet believes. A slip itself carries the id: the counter compares it
with its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.registers import PurposeReader
from counterproof.words.language import tr
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes import Purpose
    from counterproof.trust.purposes.registers import PurposeRegister
    from counterproof.trust.readers import RegisteredReader

_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCounter:
    """A registered counter, or all of an office: the id that a slip names them by, and words to show."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPurpose:
    """A registered purpose in one language, safe to show: what it is called, who registered it, for whom.

    `counters` are those that may ask for it and are listed by name; none where every counter may.
    """

    id: str
    title: str
    publisher: str
    counters: tuple[KnownCounter, ...]


def for_paper(trust: Trust, doc_type: str, language: str) -> tuple[KnownPurpose, ...]:
    """Return the purposes that take slips and may ask for a document of this type, by their titles."""
    newest: dict[tuple[str, str], Purpose] = {}
    counters: dict[tuple[str, str], dict[str, RegisteredReader]] = {}
    for register, purpose, readers in registered(trust):
        if purpose.slips and any(each.doc_type == doc_type for each in purpose.documents):
            key = register.publisher, purpose.id
            if key not in newest or newest[key].version < purpose.version:
                newest[key] = purpose
            counters.setdefault(key, {}).update((each.id, each) for each in readers)
    known = (
        KnownPurpose(
            id=each.id,
            title=marked(each.text(each.title, language), _TITLE),
            publisher=marked(key[0]),
            counters=_ordered(counters[key].values()),
        )
        for key, each in newest.items()
    )
    return tuple(sorted(known, key=lambda each: (each.title.casefold(), each.publisher, each.id)))


def counters(trust: Trust) -> tuple[KnownCounter, ...]:
    """Return every counter that a list names, by its name, and behind them the offices that have several."""
    return _ordered(each for authority in trust.readers().authorities for each in authority.readers)


def title_of(trust: Trust, purpose: str, readers: Sequence[str], language: str) -> str:
    """Return what a purpose is called where `readers` (ids or offices) ask; empty where nobody knows.

    Also empty where two registers call one id different things and no counter says which is meant.
    """
    titles = {
        marked(each.text(each.title, language), _TITLE)
        for register, each, _ in registered(trust)
        if each.id == purpose
        and (not readers or any(register.grants(each, one) for one in _called(trust, readers)))
    }
    return titles.pop() if len(titles) == 1 else ""


def with_id(title: str, purpose: str) -> str:
    """Return a purpose as it is written down: its words with its id behind them, or the id alone."""
    named = marked(purpose)
    return f"{title} ({named})" if title else named


def registered(
    trust: Trust,
) -> Iterator[tuple[PurposeRegister, Purpose, Sequence[RegisteredReader]]]:
    """Yield each purpose in force with its register, and the counters under that root which may ask so."""
    for authority in trust.readers().authorities:
        if authority.root is None:
            continue
        root = fingerprint(authority.root)
        anybody = PurposeReader(root=root)
        for register in trust.purposes.speaking_for(root):
            for purpose in register.purposes:
                if register.grants(purpose, anybody):
                    yield register, purpose, ()
                    continue
                may = [
                    each
                    for each in authority.readers
                    if any(register.grants(purpose, one) for one in _as_readers(root, each))
                ]
                if may:
                    yield register, purpose, may


def _called(trust: Trust, names: Iterable[str]) -> list[PurposeReader]:
    wanted = frozenset(names)
    return [
        one
        for authority in trust.readers().authorities
        if authority.root is not None
        for each in authority.readers
        if wanted & {each.id, each.office}
        for one in _as_readers(fingerprint(authority.root), each)
    ]


def _as_readers(root: str, entry: RegisteredReader) -> Iterator[PurposeReader]:
    for certificate in entry.certificates or ("",):
        yield PurposeReader(root=root, certificate=certificate, id=entry.id, office=entry.office)


def _ordered(entries: Iterable[RegisteredReader]) -> tuple[KnownCounter, ...]:
    """Return counters by their names, each once, and behind them each office of which several are there."""
    once = {each.id: each for each in entries}.values()
    desks = [KnownCounter(id=each.id, name=marked(each.name)) for each in once]
    sizes = Counter(each.office for each in once)
    offices = [
        KnownCounter(id=office, name=tr("All {n} counters of this office").format(n=size))
        for office, size in sizes.items()
        if size > 1
    ]
    return (
        *sorted(desks, key=lambda each: each.name.casefold()),
        *sorted(offices, key=lambda each: each.id),
    )
