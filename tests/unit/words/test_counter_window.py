"""What a counter's window says names no command: whoever reads it has none before them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from counterproof.words.counter_window import DO, in_window
from counterproof.words.explain import all_sentences, explain
from counterproof.words.trust_text import change_lines

COMMAND = re.compile(r"`|(?:^|[ (])--[a-z]|COUNTERPROOF_")

TERMINAL_ALONE = frozenset(
    {
        "verifier.audit-foreign",  # `verifier audit`
        "verifier.bad-time",  # --at
        "verifier.lists-from",  # `verifier trust read-codes`
        "verifier.no-passphrase",  # a window asks for it
        "verifier.not-confirmed",  # `verifier trust add`; a window asks in a page
        "verifier.nothing-asked",  # `verifier request`
        "verifier.other-mode",  # a window says `verifier.window-other-mode`
        "verifier.purpose-needed",  # a window says `verifier.window-purpose-needed`
        "verifier.type-twice",
        "verifier.types-and-fields",
        "verifier.use-alone",
        "drill.not-answered",  # `verifier drill`
    }
)
"""Codes of the counter that only its commands raise."""


def _names(text: str) -> bool:
    return COMMAND.search(text) is not None


OURS = tuple(
    code
    for code in sorted(all_sentences())
    if code.split(".")[0] in {"verifier", "trust", "pack", "drill", "lists", "optics", "exchange"}
)


def test_no_sentence_in_the_window_names_a_command() -> None:
    named = {code for code in OURS if _names(f"{in_window(code).what} {in_window(code).do}")}
    assert named == TERMINAL_ALONE


@pytest.mark.parametrize("code", sorted(DO))
def test_what_has_words_of_its_own_needs_them(code: str) -> None:
    assert _names(explain(code).do)
    assert in_window(code).what == explain(code).what


def test_facts_are_said() -> None:
    said = in_window("verifier.field-beyond", {"field": "birth_date", "purpose": "library.age-check"})
    assert "birth_date" in said.what
    assert "library.age-check" in said.what


def test_an_update_is_told_by_the_clock_on_the_wall_and_without_commands() -> None:
    change: dict[str, Any] = {
        "action": "updated",
        "name": "Harbour",
        "before": "2026-06-01T12:00:00+00:00",
        "issued_at": "2026-06-02T13:30:00+00:00",
        "details": [
            {"change": "waits", "kind": "purpose", "name": "library.age-check"},
            {"change": "held-back", "kind": "trust.agency-changed", "name": "Harbour"},
        ],
    }
    terminal, window = list(change_lines(change)), list(change_lines(change, window=True))
    assert terminal[1] == "  from 2026-06-01 12:00 UTC to 2026-06-02 13:30 UTC"
    assert any(_names(line) for line in terminal)
    assert "1 June 2026, " in window[1]
    assert "2 June 2026, " in window[1]
    assert "UTC" not in window[1]
    assert [line for line in window if _names(line)] == []
    unchanged = list(change_lines({**change, "action": "unchanged", "details": []}, window=True))
    assert unchanged[1].startswith("  It is the one of 2 June 2026, ")
