"""The help of every command, and what click says of wrong use, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
import pytest
from click.testing import CliRunner

from counterproof.terminal.commands import Command
from counterproof.words.columns import width
from issuer.cli import main as issuer
from tests.kit.spoken_commands import STRANGE, english, english_help, tree
from verifier.cli import main as verifier
from wallet.cli import main as wallet

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAMS: Final = {"issuer": issuer, "verifier": verifier, "wallet": wallet}
PAGES: Final = [(name, path) for name, program in PROGRAMS.items() for path, _ in tree(program)]


def run(program: str, *args: str, env: Mapping[str, str] = STRANGE) -> str:
    return CliRunner().invoke(PROGRAMS[program], list(args), prog_name=program, env=dict(env)).output


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_explains_itself_by_the_catalogues(program: str) -> None:
    plain = [path for path, each in tree(PROGRAMS[program]) if not isinstance(each, Command)]
    assert plain == [], "`@click.command(cls=Command)` of counterproof.terminal.commands"


@pytest.mark.parametrize(("program", "path"), PAGES, ids=[" ".join((name, *path)) for name, path in PAGES])
def test_no_help_stays_in_english(program: str, path: tuple[str, ...]) -> None:
    assert english_help(PROGRAMS[program], path) == []


@pytest.mark.parametrize(
    "args",
    [
        ("verifier", "check", "--no-such"),
        ("verifier", "no-such"),
        ("verifier", "init"),
        ("verifier", "install-cert"),
        ("verifier", "drill", "--people", "x"),
        ("verifier", "open", "/nowhere/at-all"),
        ("verifier", "trust", "remove", "a", "b"),
        ("verifier", "next", "--counter"),
        ("wallet", "request", "a", "--copies", "0"),
        ("wallet", "list", "--language"),
        ("wallet", "list", "--trash=1"),
        ("issuer", "log", "harbour", "--last", "-1"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_said_in_the_language(args: tuple[str, ...]) -> None:
    said = run(*args)
    assert "Error: " not in said
    assert english(said, args) == []


@pytest.mark.parametrize(("wish", "usage"), [("et", "Kasutamine:"), ("hi", "उपयोग:"), ("zh-Hant", "用法：")])  # noqa: RUF001
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_option_counts_wherever_it_stands(program: str, wish: str, usage: str) -> None:
    assert run(program, "--language", wish, "--help").startswith(usage)
    assert run(program, "--help", f"--language={wish}").startswith(usage)
    first = next(iter(PROGRAMS[program].commands))
    assert run(program, first, "--help", "--language", wish).startswith(usage)
    assert usage in run(program, first, "--no-such", "--language", wish)


@pytest.mark.parametrize("tag", ["hi_IN", "zh_TW", "et_EE"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_page_fits_its_terminal(program: str, tag: str) -> None:
    for path, _ in tree(PROGRAMS[program]):
        page = run(program, *path, "--help", env={"LANG": f"{tag}.UTF-8"})
        body = page.partition("\n\n")[2]
        lines = [line for line in body.splitlines() if not line.startswith(f"  {program} ")]
        assert [line for line in lines if width(line) > 80] == []


def test_english_is_as_click_writes_it() -> None:
    """What a manual page or a reader of English sees has not changed with the languages."""
    for name, program in PROGRAMS.items():
        for path, command in tree(program):
            context = click.Context(command, info_name=" ".join((name, *path)))
            formatter = click.HelpFormatter(width=78)
            base = click.Group if isinstance(command, click.Group) else click.Command
            base.format_help_text(command, context, formatter)
            base.format_options(command, context, formatter)  # type: ignore[arg-type]
            body = command.get_help(context).partition("\n\n")[2]
            assert body.startswith(formatter.getvalue().strip("\n")), path


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_version_needs_no_words(program: str) -> None:
    assert english(run(program, "--version"), [program]) == []
