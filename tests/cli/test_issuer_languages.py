"""The agency's commands speak the person's language: every line of a week's work, and columns that stand."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest

from counterproof.words.columns import width
from counterproof.words.language import use
from tests.kit.agency import RESIDENT
from tests.kit.agency_week import DATA, Week, walk
from tests.kit.spoken_commands import STRANGE, english

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COPIED = re.compile(r"\b(issuer|verifier|wallet)( [a-z][a-z-]*)+")
"""Commands to be copied, which stand behind two spaces."""

_MADE = re.compile(
    r"\b(root|daily)-[0-9a-f]+\.key\b|\b[a-z2-7]{16}\b|\bcpa\.\S+|\bopenid-credential-offer:\S+|\b[0-9a-f]{8,}\b"
)
"""Names, numbers and secrets that the register made, and files of keys."""

_RECORDED = (
    # What the record has, and the catalogue: the same for everybody who reads it.
    "issue issued found founded set settings changed keys withdraw sign renewed closed lost number stolen",
    "subject portrait mdl residency csv pop inbox heads log bulk",
    "Lending films for adults",
    json.dumps(RESIDENT, ensure_ascii=False),
)


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    yield
    use("en")


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Week:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("week"))
        return walk(STRANGE["LANG"])


def test_no_line_of_a_week_stays_english(strange: Week) -> None:
    assert len(strange.said) > 90
    left = {
        line: found
        for line, said in strange.said.items()
        if (found := english(_COPIED.sub("", _MADE.sub("", said)), (*DATA, *_RECORDED)))
    }
    assert left == {}


def test_what_programs_read_is_the_same_in_every_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    week = Week("zh_TW.UTF-8")
    week.run('init harbour --name "Harbour Borough" --country XX --status-size 65536')
    said = {
        line: [json.loads(spoken.run(f"issuer {line} --json")) for spoken in (week.shell, Week("C").shell)]
        for line in ("types harbour", "types harbour residency", "status harbour", "log harbour")
    }
    for line, (chinese, plain) in said.items():
        assert chinese == plain, line


@pytest.mark.parametrize("language", ["hi_IN.UTF-8", "zh_TW.UTF-8", "et_EE.UTF-8"])
def test_columns_stand_whatever_letters_are_in_them(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    week = Week(language)
    week.run('init harbour --name "Harbour Borough" --country XX --status-size 65536')
    _, *rows = week.shell.run("issuer types harbour residency").strip().splitlines()[1:]
    second = {
        width(row[: row.index(cell)])
        for row in rows
        for cell in re.findall(r"(?<=  )(?! )\S+(?: \S+)*", row)[:1]
    }
    assert len(second) == 1, rows
    assert any(unicodedata.category(letter) == "Mn" for letter in "".join(rows)) or "hi" not in language
    facts = [line for line in week.shell.run("issuer status harbour").splitlines() if line.startswith("  ")]
    values = [width(line) - width(line.lstrip().partition("  ")[2].lstrip()) for line in facts[:4]]
    assert len(set(values)) == 1, facts
