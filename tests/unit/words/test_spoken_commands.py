"""The kit that finds what stayed English in what a command printed finds it, and nothing else."""

from __future__ import annotations

import pytest

from counterproof.words.language import PSEUDO, tr, use
from tests.kit.spoken_commands import english


@pytest.fixture(autouse=True)
def _strange() -> None:
    use(PSEUDO)


@pytest.mark.parametrize(
    "line",
    [
        "Installed.",
        "! Nothing waits: `verifier trust confirm`",
        "Code: /tmp/answer.png",
        "  fingerprint   1F2A 33BC",
        "Good for 120 seconds",
    ],
)
def test_a_line_that_nobody_can_translate_is_found(line: str) -> None:
    assert len(english(line)) == 1


def test_it_is_found_in_the_midst_of_one_that_is_translated() -> None:
    line = tr("Added: {name}").format(name="the newest lists")
    (found,) = english(f"{line}\n{tr('Nothing waits.')}")
    assert found.startswith("the, newest, lists: ")


@pytest.mark.parametrize(
    "line",
    [
        "[Åddéd: Harbour Borough~~]",
        "`verifier check PICTURE`",
        "[verifier.no-counter]",
        "  --counter DIRECTORY",
        "/home/clerk/desk/ask.png, ./lists, ~/lists",
        "Harbour Borough  library.age-check  2026-06-04 12:00 UTC",
        "2D11 CDB7 47FC 0F1D 9F36 2B83 10AA 7E0C",
    ],
)
def test_data_commands_codes_and_paths_are_nobodys_english(line: str) -> None:
    assert english(line, ["Harbour Borough"]) == []
