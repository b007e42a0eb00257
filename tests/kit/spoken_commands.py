"""What commands print, and which of it no translator could reach.

A test calls its commands in the made-up language (`STRANGE` in their environment), and gives what they
printed to `english`, with the data of its story: names that the story chose, and no words of the program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click
from click.testing import CliRunner

from tests.kit.spoken_words import CODE, left_english

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STRANGE: Final = {"LANG": "en_XA.UTF-8", "LANGUAGE": ""}
"""An environment that asks for the language that is made up for tests."""

_SYNTAX: Final = re.compile(
    r"(?<![\w-])--?[a-z][a-z-]*|(?<![\w-])[A-Z][A-Z0-9|:.]+(?![\w])|(?<!\w)[/.~][\w./~-]+|\b\w+=\S+"
    r"|\b[A-Z]\w*(?:\.\w+)+|(?<=\s)\.[a-z]{3}\b|\{[a-z]+\}|\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b"
)
"""Options, names of what is typed, paths, places to be filled in, identifiers."""


def english(printed: str, data: Iterable[str] = ()) -> list[str]:
    """Return the lines that have words which stayed English, each behind these words.

    Commands stand in backquotes; so do examples. `data` are texts of the story.
    """
    story = list(data)
    lines = _blanked(printed).splitlines()
    return [
        f"{', '.join(left)}: {line.strip()[:160]}"
        for line, plain in zip(printed.splitlines(), lines, strict=True)
        if (left := left_english(plain, story))
    ]


def _blanked(text: str) -> str:
    """Return a text without what is the same in every language, its lines where they were."""
    for pattern in (CODE, _SYNTAX):
        text = pattern.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    return text


Place = tuple[str, ...]


def tree(command: click.Command, path: Place = ()) -> Iterator[tuple[Place, click.Command]]:
    """Yield a command and every command below it, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from tree(each, (*path, name))


def english_help(program: click.Group, path: tuple[str, ...]) -> list[str]:
    """Return what stayed English on the page of help of a command."""
    done = CliRunner().invoke(program, [*path, "--help"], prog_name=program.name, env=dict(STRANGE))
    assert done.exit_code == 0, done.output
    head, _, body = done.output.partition("\n\n")
    # Names of commands and options stand in the first column, commands to be copied at the end.
    epilogs = [each.epilog or "" for _, each in tree(program)]
    copied = {line.strip() for epilog in epilogs for line in epilog.splitlines()}
    kept = [
        re.sub(r"^  ( *--?\S+|[a-z-]+)(?=  |$)", "", line)
        for line in body.splitlines()
        if line.strip() not in copied
    ]
    usage = [head.replace(" ".join((program.name or "", *path)), "")]
    return english("\n".join((*usage, *kept)), _choices(dict(tree(program))[path]))


def _choices(command: click.Command) -> list[str]:
    """Return what is typed, or stands for it where nothing is: the same in every language."""
    types = [each.type for each in command.params]
    choices = [str(each) for kind in types if isinstance(kind, click.Choice) for each in kind.choices]
    return [*choices, *(each.default for each in command.params if isinstance(each.default, str))]
