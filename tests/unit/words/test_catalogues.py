"""The catalogues of the languages that ship: compiled as they stand, with the places of their English."""

from __future__ import annotations

from typing import Final

import pytest
from babel.messages.catalog import Catalog

from counterproof.words import language
from scripts import messages

TAGS: Final = [tag for tag in language.NAMES if tag != language.ENGLISH]

LEAST: Final = {"et": 97, "hi": 97, "zh-Hant": 97}
"""Per cent of the messages of today that must be translated; what is missing is said in English."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.gathered()


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_compiled_is_what_is_written(tag: str) -> None:
    path = messages.path_of(tag)
    compiled = messages.as_mo(messages.read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled, "`make messages` compiles it"


@pytest.mark.parametrize("tag", TAGS)
def test_places_are_those_of_the_english(tag: str) -> None:
    assert list(messages.misfits(tag, messages.read(messages.path_of(tag)))) == []


@pytest.mark.parametrize("tag", TAGS)
def test_enough_is_translated(tag: str, template: Catalog) -> None:
    catalogue = messages.read(messages.path_of(tag))
    wanted = [each.id for each in template if each.id]
    known = [catalogue.get(each) for each in wanted]
    done = sum(each is not None and messages.is_translated(each) for each in known)
    share = 100 * done // len(wanted)
    assert share >= LEAST[tag], f"{tag}: {done} of {len(wanted)} messages"


@pytest.mark.parametrize("tag", TAGS)
def test_plural_forms_are_all_there(tag: str) -> None:
    catalogue = messages.read(messages.path_of(tag))
    for message in catalogue:
        forms = message.string if message.pluralizable else None
        if isinstance(forms, tuple | list) and any(forms):
            assert len(forms) == catalogue.num_plurals
            assert all(forms)


def test_messages_of_every_kind_are_gathered(template: Catalog) -> None:
    assert template.get("This is not a date.") is not None
    assert template.get(("{n} day", "{n} days")) is not None
    assert len(template) > 1_000


@pytest.mark.parametrize(
    ("english", "translation", "fits"),
    [
        ("{count} cards", "{count} kaarti", True),
        ("{count} cards", "{cuont} kaarti", False),
        ("{count} cards", "kaarti", False),
        ("cards", "kaardid {count}", False),
        ("{count} cards", "{count kaarti", False),
        (("{n} card", "{n} cards"), ("{n} kaart", "{n} kaarti"), True),
        (("one card", "{n} cards"), ("üks kaart", "{n} kaarti"), True),
        (("{n} card", "{n} cards"), ("{n} kaart", "{m} kaarti"), False),
    ],
)
def test_a_translation_that_lost_a_place_is_seen(
    english: str | tuple[str, str], translation: str | tuple[str, str], *, fits: bool
) -> None:
    catalogue = Catalog(locale="et")
    catalogue.add(english, translation)
    assert (list(messages.misfits("et", catalogue)) == []) is fits
