"""One day and two days: what is said of a number is said in the form for it, in every language."""

from __future__ import annotations

import io
import re
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from counterproof import words
from counterproof.words.explain import all_sentences, explain
from counterproof.words.language import use

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = "n|count|days|hours|minutes|seconds|copies|problems|documents|free"
COUNTED = re.compile(rf"\{{({FACTS})\}} (?:more |free )?(?!is\b|takes\b)[a-z]+s\b")
NEVER_ONE = (
    "A slip can be good for {days} days",  # thirty-one
    "more than {seconds} seconds and was stopped",  # five, or twenty
    "did not answer within {seconds} seconds",
    "There are {count} copies. Between 1 and",
    "There are {count} codes in one picture",
    "{count} cards are called so",
    "{n} counters judge {documents} documents",
    "without the update judges {documents} documents",
    "(about {n} columns)",
    "good once, for {n} seconds",  # two minutes
    "comes every {n} seconds",  # thirty
    "in {n} pictures in {folder}",  # a moving code has several
    "All {n} counters of this office",
    "With {n} fields fewer one code",  # fewer are named one by one
    "All {n} entries are as they were",  # founding alone writes more than one
)
"""Messages in one form whose number is never one."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    use("en")


@pytest.mark.parametrize(
    ("language", "one", "more"),
    [
        ("en", "in about 1 day or less", "in about 3 days or less"),
        ("et", "umbes 1 päevaga", "umbes 3 päevaga"),
        ("hi", "क़रीब 1 दिन", "क़रीब 3 दिन"),
        ("zh-Hant", "大約 1 天以內", "大約 3 天以內"),
    ],
)
def test_a_passphrase_that_lasts_a_day(language: str, one: str, more: str) -> None:
    use(language)
    assert one in explain("sealing.passphrase-short", {"days": 1}).what
    assert more in explain("sealing.passphrase-short", {"days": 3}).what


def test_every_sentence_with_two_forms_says_both() -> None:
    found = {code: each for code, each in all_sentences().items() if each.counts}
    assert len(found) > 20
    for code, each in found.items():
        assert f"{{{each.counts}}}" in each.what, code
        assert explain(code, {each.counts: 1}).what != explain(code, {each.counts: 2}).what.replace("2", "1")
        # Where the number is not known, no form is wrong, and nothing breaks.
        assert explain(code).what == explain(code, {each.counts: "?"}).what


def test_nothing_else_speaks_of_a_number_in_one_form() -> None:
    with resources.as_file(resources.files(words) / "locale" / "et" / "LC_MESSAGES") as folder:
        catalogue = read_po(io.BytesIO((folder / "counterproof.po").read_bytes()))
    single = [each.id for each in catalogue if isinstance(each.id, str) and COUNTED.search(each.id)]
    loose = [each for each in single if not any(known in each for known in NEVER_ONE)]
    assert loose == []
    assert all(any(known in each for each in single) for known in NEVER_ONE)
