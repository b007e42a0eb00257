"""What a counter can ask, as tiles: the requests that its clerks saved, then what its agency registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CounterproofError
from counterproof.words.language import current, tr
from counterproof.words.plain_text import marked
from verifier.purposes import items_of, question_of
from verifier.question import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.device_request import ItemsRequest
    from counterproof.trust.purposes.model import Purpose
    from verifier.flow.place import Place
    from verifier.home import Settings
    from verifier.purposes import OwnPurposes

KEYS: Final = "123456789"
"""Tiles beyond these are reached with arrows and Tab."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field that is asked for: its label, and whether its value will be stored."""

    document: str
    label: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing that a clerk does every day: `title` in words, the reason, and what is asked for it.

    `paper` tells whether a slip may stand for an answer.
    """

    title: str
    reason: str
    question: Question
    asked: tuple[Asked, ...]
    paper: bool = True


@dataclass(frozen=True, slots=True)
class Tiles:
    """All tiles, and the names of saved requests that cannot be asked any more, each with its error."""

    tiles: tuple[Tile, ...] = ()
    broken: tuple[tuple[str, CounterproofError], ...] = ()


def tiles_of(
    settings: Settings, own: OwnPurposes, types: Mapping[str, CredentialType], language: str
) -> Tiles:
    """Return the tiles of a counter: saved requests in the order of their names, then registered purposes.

    A purpose that a saved request asks already makes no tile of its own; one with several documents makes a
    tile for each, since any of them will do.
    """
    registered = {each.purpose.id: each.purpose for each in own.all() if each.purpose is not None}
    tiles: list[Tile] = []
    broken: list[tuple[str, CounterproofError]] = []
    for name, named in settings.requests.items():
        try:
            asked = question_of(named, lambda: own, types)
        except CounterproofError as error:
            broken.append((name, error))
            continue
        tiles.append(_saved(name, asked, registered.get(named.purpose), types, language))
    taken = {each.question.purpose for each in tiles}
    for purpose in registered.values():
        if purpose.id not in taken:
            tiles.extend(_registered(purpose, types, language))
    return Tiles(tuple(tiles), tuple(broken))


def purpose_titles(place: Place) -> dict[str, str]:
    """Return the purposes that have words at this counter, as titles by id, in the language spoken now.

    What is registered goes before the name under which a clerk saved a request.
    """
    titles: dict[str, str] = {}
    for name, named in place.settings.requests.items():  # several may ask for one purpose
        known = titles.get(named.purpose)
        titles[named.purpose] = _title_of(name) if known is None else f"{known} / {_title_of(name)}"
    registered = {each.id: marked(each.text(each.title, current()), 96) for each in place.purposes()}
    return titles | registered


def _title_of(name: str) -> str:
    title = name.replace("-", " ").replace(".", " ")
    return marked(title[:1].upper() + title[1:], 64)


def _saved(
    name: str,
    asked: Question,
    purpose: Purpose | None,
    types: Mapping[str, CredentialType],
    language: str,
) -> Tile:
    if purpose is None:
        return Tile(_title_of(name), "", asked, fields_of(asked.items, types, language))
    return Tile(
        marked(purpose.text(purpose.title, language), 96),
        marked(purpose.text(purpose.reason, language), 400),
        asked,
        fields_of(asked.items, types, language),
        purpose.slips,
    )


def _registered(purpose: Purpose, types: Mapping[str, CredentialType], language: str) -> Iterator[Tile]:
    several = len(purpose.documents) > 1
    for document in purpose.documents:
        items = (items_of(document),)
        title = purpose.text(purpose.title, language)
        if several:
            title = f"{title} ({_name_of(document.doc_type, types, language)})"
        yield Tile(
            marked(title, 96),
            marked(purpose.text(purpose.reason, language), 400),
            Question(purpose.id, items, repeats=purpose.repeats),
            fields_of(items, types, language),
            purpose.slips,
        )


def fields_of(
    items: Iterable[ItemsRequest], types: Mapping[str, CredentialType], language: str
) -> tuple[Asked, ...]:
    """Return the fields that are asked for, in words, in the order in which a document has them.

    A request has them in the order of its bytes, which puts a date of birth before a name.
    """
    found = []
    for one in items:
        known = types.get(one.doc_type)
        document = _name_of(one.doc_type, types, language)
        for space, name, keep in sorted(one.elements(), key=_place_in(known)):
            element = known.element(space, name) if known is not None else None
            label = element.label(language) if element is not None else name
            found.append(Asked(document, marked(label, 128), keep))
    return tuple(found)


def _place_in(known: CredentialType | None) -> Callable[[tuple[str, str, bool]], int]:
    order = (
        []
        if known is None
        else [(space, name) for space in known.identifiers for name in known.identifiers[space]]
    )
    places = {each: place for place, each in enumerate(order)}
    return lambda asked: places.get(asked[:2], len(places))


def _name_of(doc_type: str, types: Mapping[str, CredentialType], language: str) -> str:
    known = types.get(doc_type)
    return marked(known.name(language) if known is not None else doc_type, 96)


def said_of(asked: Iterable[Asked]) -> list[str]:
    """Return what is asked, a line for each document; one that is alone needs no name."""
    by_document: dict[str, list[str]] = {}
    for each in asked:
        by_document.setdefault(each.document, []).append(each.label)
    lines = {name: tr(", ").join(labels) for name, labels in by_document.items()}
    return [fields if len(lines) == 1 else f"{name}: {fields}" for name, fields in lines.items()]
