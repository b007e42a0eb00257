"""The standing terms of docs/translating.md: each is called by its one word in every message that has it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from babel.messages.pofile import read_po

from counterproof.words import language
from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = ROOT / "docs" / "translating.md"
COLUMNS: Final = {"et": 2, "hi": 3, "zh-Hant": 4}
MEANT: Final = {
    "agency": r"\bagenc(y|ies)\b",
    "counter": r"\bcounters?\b",
    "card": r"\bcards?\b",
    "fresh copy": r"\bfresh cop(y|ies)\b|\bcop(y|ies) left\b|\bof this card\b.*\bcop(y|ies)\b",
    "purpose": r"(?<!on )\bpurposes?\b",
    "signer": r"\bsigners?\b",
    "pack": r"\bpacks?\b",
    "register": r"\b(the|a|its|this|your|no|every|newer) registers?\b",
    "slip": r"\bslips?\b",
    "passphrase": r"\bpassphrases?\b",
    "backup": r"\bbackups?\b",
    "wallet": r"\bwallets?\b",
}
"""Where English means the term: as a noun, in small letters, outside commands and names of files."""

SILENT: Final = 0.03
"""The part of the messages that may say it otherwise: a pronoun, or a sentence that needs no word for it."""

_NOT_PROSE: Final = re.compile(r"`[^`]*`|\{[^}]*\}|--[a-z-]+|\b\S+[./_]\S+|\b[A-Z][A-Z-]+\b")


@cache
def terms() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return term to language to the forms that stand in the table."""
    found = {}
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 1 + max(COLUMNS.values()) and cells[0] != "English":
            found[cells[0]] = {
                tag: tuple(form.strip() for form in cells[column].split(" / "))
                for tag, column in COLUMNS.items()
            }
    return found


def translated(tag: str) -> Iterator[tuple[str, str]]:
    """Yield every message and its translation, plural forms in one."""
    path = ROOT / "counterproof/words/locale" / tag.replace("-", "_") / "LC_MESSAGES/counterproof.po"
    with path.open("rb") as file:
        for message in read_po(file, locale=tag.replace("-", "_")):
            english, said = (
                text if isinstance(text, str) else " ".join(text or ())
                for text in (message.id, message.string)
            )
            if english and said.strip():
                yield _NOT_PROSE.sub("", english), said.casefold()


def test_the_table_has_every_term_and_every_language_that_ships() -> None:
    assert set(terms()) == set(MEANT)
    assert {*COLUMNS, language.ENGLISH} == set(language.NAMES)


@pytest.mark.parametrize("tag", COLUMNS)
@pytest.mark.parametrize("term", MEANT)
def test_a_message_with_the_term_says_its_word(tag: str, term: str) -> None:
    forms = terms()[term][tag]
    holding = [(english, said) for english, said in translated(tag) if re.search(MEANT[term], english)]
    otherwise = [english for english, said in holding if not any(form in said for form in forms)]
    assert len(holding) >= 4, "the pattern finds the term"
    assert len(otherwise) <= SILENT * len(holding), "\n".join(otherwise)
