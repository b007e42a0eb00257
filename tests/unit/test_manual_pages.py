"""The manual pages that packages bring: one for each command, made from its help, each with a whole NAME."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from shutil import which
from typing import TYPE_CHECKING

import click
import pytest

from scripts.packages import manual
from scripts.packages.programs import PROGRAMS

if TYPE_CHECKING:
    from pathlib import Path

_MOMENT = 1_800_000_000
_NAME = re.compile(r"\.SH NAME\n(.+) \\- (.+)\n\.SH SYNOPSIS\n")


def _commands(command: click.Command, name: str) -> dict[str, click.Command]:
    found = {name: command}
    if isinstance(command, click.Group):
        for child, each in command.commands.items():
            if not each.hidden:
                found |= _commands(each, f"{name}-{child}")
    return found


def _plain(text: str) -> str:
    return text.replace(r"\-", "-").replace(r"\(aq", "'").replace(r"\(ga", "`")


@pytest.fixture(scope="module", params=sorted(PROGRAMS))
def program(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_every_command_has_a_page_whose_name_is_a_whole_sentence(program: str) -> None:
    """A line had once been cut off in its middle: "Answer the REQUEST of a counter: pictures,..."."""
    commands = _commands(import_module(f"{program}.cli").main, program)
    made = manual.pages(program, _MOMENT)
    assert sorted(made) == sorted(commands)
    for name, page in made.items():
        found = _NAME.search(page)
        assert found is not None, name
        assert _plain(found[1]) == name
        purpose = _plain(found[2])
        help_text = " ".join((commands[name].help or "").split())
        assert re.match(re.escape(purpose) + r"[.:;]( |$)", help_text), (name, purpose)
        assert len(purpose.split()) >= 3, (name, purpose)
        assert len(purpose) <= 110, (name, purpose)


def test_pages_hold_their_options_examples_and_the_pages_beside_them(program: str) -> None:
    made = manual.pages(program, _MOMENT)
    for name, page in made.items():
        assert page.startswith(".TH "), name
        assert " 1 2027-01-15 " in page, "the day of the commit, and not of the build"
        assert r"\fB\-\-help\fP" in page, name
        assert "\b" not in page, name
        for other in re.findall(r"^\.BR (\S+) \(1\)$", page, re.MULTILINE):
            assert _plain(other) in made, (name, other)
    assert ".SH COMMANDS" in made[program]
    if program == "wallet":
        assert ".SH EXAMPLES\n.nf\n.RS\nwallet init\n" in made[program]
        assert r"\-\-at" not in made["wallet-answer"], "hidden options stay hidden"


def test_words_that_troff_would_take_for_its_own_are_set_as_they_stand() -> None:
    command = click.Command("odd", help=".csv and 'quotes' and C:\\name.\n\n\b\n'first' ~ ^ `typed`\n.second")
    page = "\n".join(manual._text(command.help or ""))
    assert page.splitlines() == [
        r"\&.csv and \(aqquotes\(aq and C:\ename.",
        ".PP",
        ".nf",
        ".RS",
        r"\&\(aqfirst\(aq \(ti \(ha \(gatyped\(ga",
        r"\&.second",
        ".RE",
        ".fi",
    ]


@pytest.mark.skipif(which("lexgrog") is None or which("man") is None, reason="man-db is not installed")
def test_man_itself_reads_the_pages(program: str, tmp_path: Path) -> None:
    made = manual.pages(program, _MOMENT)
    for name, page in made.items():
        (tmp_path / f"{name}.1").write_text(page)
    files = sorted(str(each) for each in tmp_path.iterdir())
    read = subprocess.run(["lexgrog", *files], capture_output=True, text=True, check=True)
    assert read.stdout.count(': "') == len(made)
    shown = subprocess.run(
        ["man", "--warnings", "-Tutf8", "-l", str(tmp_path / f"{program}.1")],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "MANWIDTH": "100", "PATH": "/usr/bin:/bin"},
    )
    assert shown.stderr == ""
    assert "Show this message and exit." in shown.stdout
