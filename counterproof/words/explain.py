"""From a code to a sentence: the one place that windows, commands and pages ask."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from counterproof import words
from counterproof.words.agency import ROLES
from counterproof.words.model import N_, Sentence
from counterproof.words.optics import ABOUT_KINDS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.mdoc.errors import CounterproofError

_UNKNOWN = Sentence(
    N_("Something went wrong that this program has no words for."), N_("Report the code below.")
)


@cache
def all_sentences() -> dict[str, Sentence]:
    """Return every sentence of every room by its code."""
    found: dict[str, Sentence] = {}
    for module in pkgutil.iter_modules(words.__path__):
        found.update(getattr(importlib.import_module(f"{words.__name__}.{module.name}"), "SENTENCES", {}))
    return found


def explain(code: str, facts: Mapping[str, object] | None = None) -> Sentence:
    """Return what happened and what to do, in the language spoken now, with the facts filled in.

    Never raises for an unknown code.
    """
    values = _Facts(facts or {})
    sentence = all_sentences().get(code, _UNKNOWN).said(values)
    if code in ABOUT_KINDS and values["kind"] in KINDS:
        values["kind"] = KINDS[str(values["kind"])]
    if code.startswith("agency.") and values["role"] in ROLES:
        values["role"] = ROLES[str(values["role"])]
    return Sentence(sentence.what.format_map(values), sentence.do.format_map(values))


class _Facts(dict[str, object]):
    """Facts for a sentence; one that is not known is left out rather than breaking the sentence."""

    def __missing__(self, key: str) -> str:
        return "?"


def explain_error(error: CounterproofError) -> Sentence:
    """Return the sentence for an error."""
    return explain(error.code, error.facts)


def one_line(error: CounterproofError) -> str:
    """Return what a command prints: what was wrong, what to do, the code."""
    sentence = explain_error(error)
    return " ".join(part for part in (sentence.what, sentence.do, f"[{error.code}]") if part)
