"""Every code that can be raised has a sentence, and every sentence can be filled from its facts."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from string import Formatter

import pytest

import counterproof.words
from counterproof.words.model import Sentence
from tests.kit.error_codes import CODE, Raised, error_classes, raised_in, spelled_out
from tests.kit.sources import PACKAGES, Source, sources

WORDS = "counterproof/words/"
PLACEHOLDER = re.compile(r"[a-z][a-z0-9_]*")


@functools.cache
def sentences() -> dict[str, Sentence]:
    """Gather SENTENCES of every module of counterproof.words; a code said twice is an error."""
    gathered: dict[str, Sentence] = {}
    for module in pkgutil.iter_modules(counterproof.words.__path__, "counterproof.words."):
        said = getattr(importlib.import_module(module.name), "SENTENCES", {})
        twice = {code for code in said.keys() & gathered.keys() if said[code] is not gathered[code]}
        assert not twice, f"{module.name} says again what another module says: {sorted(twice)}"
        gathered |= said
    return gathered


def placeholders(text: str) -> set[str]:
    """Return the names in braces; raise ValueError where a brace is alone or holds more than a name."""
    names = set()
    for _literal, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if form or conversion or not PLACEHOLDER.fullmatch(name):
            raise ValueError(f"{{{name}}} is more than the name of a fact")
        names.add(name)
    return names


def problem_with(sentence: Sentence) -> str | None:
    """Return why `sentence` cannot be shown, or None."""
    if not sentence.what.strip():
        return "says nothing"
    try:
        placeholders(sentence.what + sentence.do)
    except ValueError as error:
        return str(error)
    return None


def without_sentence(found: list[Raised]) -> str:
    """Return a line for each code that no sentence belongs to, with the places that raise it."""
    places: dict[str, list[str]] = {}
    for raised in found:
        if not any(raised.pattern.fullmatch(code) for code in sentences()):
            places.setdefault(raised.code, []).append(raised.where)
    return "\n".join(f"{code}  ({', '.join(where)})" for code, where in sorted(places.items()))


def all_raised() -> list[Raised]:
    return [raised for source in sources(PACKAGES) for raised in raised_in(source, error_classes())]


def test_every_raised_code_has_a_sentence() -> None:
    silent = without_sentence(all_raised())
    assert not silent, f"no Sentence in counterproof/words for these codes:\n{silent}"


def test_every_code_in_a_table_has_a_sentence() -> None:
    rooms = frozenset(raised.code.partition(".")[0] for raised in all_raised())
    outside_words = [source for source in sources(PACKAGES) if not source.path.startswith(WORDS)]
    found = [raised for source in outside_words for raised in spelled_out(source, rooms)]
    silent = without_sentence(found)
    assert not silent, f"no Sentence in counterproof/words for these codes:\n{silent}"


def test_every_error_gives_the_facts_of_its_sentence() -> None:
    missing = []
    for raised in all_raised():
        sentence = sentences().get(raised.code)
        if raised.facts is None or sentence is None:
            continue
        absent = placeholders(sentence.what + sentence.do) - raised.facts
        if absent:
            missing.append(f"{raised.where}: {raised.code} does not give {sorted(absent)}")
    assert not missing, "a sentence names facts that its error does not bring:\n" + "\n".join(missing)


def test_every_sentence_can_be_shown() -> None:
    broken = {code: why for code, said in sentences().items() if (why := problem_with(said))}
    assert not broken


def test_codes_are_room_and_what() -> None:
    assert [code for code in sentences() if not CODE.fullmatch(code)] == []


def test_the_search_sees_raised_codes() -> None:
    sample = Source(
        "wallet/sample.py",
        "class Torn(StoreError): ...\n"
        "raise MalformedError('a.one', at=1)\n"
        "raise errors.StoreError('a.two' if x else 'a.three', **facts)\n"
        "raise UsageError(f'a.{what}')\n"
        "raise ValueError('not ours')\n",
    )
    found = raised_in(sample, error_classes())
    assert [raised.code for raised in found] == ["a.one", "a.two", "a.three", "a..+"]
    assert [raised.facts for raised in found] == [{"at"}, None, None, set()]


def test_the_search_sees_codes_in_tables() -> None:
    sample = Source(
        "wallet/sample.py",
        """CODES = {1: "a.in-table", 2: "b.other-room", 3: "a. no code", 4: "a.b.c"}\n"""
        """raise MalformedError("a.raised", reason="a.fact")\n""",
    )
    assert {raised.code for raised in spelled_out(sample, frozenset("a"))} == {"a.in-table", "a.raised"}


def test_the_search_knows_the_error_tree() -> None:
    assert {"CounterproofError", "MalformedError", "LimitError", "StoreError"} <= error_classes()


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{a.b}", "{a!r}", "{a:>3}", "{A}", "{a b}"])
def test_a_bad_placeholder_is_seen(text: str) -> None:
    assert problem_with(Sentence(what=f"Something {text} happened."))


def test_a_good_placeholder_passes() -> None:
    assert placeholders("{length} characters, at most {limit}. {{Braces}} stay.") == {"length", "limit"}
