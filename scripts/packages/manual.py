"""Manual pages of the commands, from their own help: a page for each command, in the form of man-pages(7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Final

import click

from counterproof.terminal.commands import paragraphs
from counterproof.terminal.pages import AS_IT_IS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHORT: Final = 72
"""So long, in code points, may the sentence be that `apropos` shows beside a name, or half of it does."""

_FIRST_HALF: Final = re.compile(r"(?:\S+ ){2,}?\S+?(?=[:;] )")
"""Three words and more before a colon: a sentence too. What stands before a comma seldom is one."""

_SENTENCE: Final = re.compile(r".+?(?=\.(?:\s|$)|$)", re.DOTALL)
_ESCAPES: Final = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)


def pages(program: str, moment: int) -> Mapping[str, str]:
    """Return the pages of a program by name (`issuer-authority-init`), dated by `moment`, Unix seconds."""
    date = datetime.fromtimestamp(moment, UTC).date().isoformat()
    command: click.Command = import_module(f"{program}.cli").main
    return dict(_below(click.Context(command, info_name=program), date))


def purpose(command: click.Command) -> str:
    """Return what a command is for: the first sentence of its help, or the first half of a long one."""
    first = paragraphs(command.help or "")[0]
    sentence = found[0] if (found := _SENTENCE.match(first)) else first
    half = None if len(sentence) <= _SHORT else _FIRST_HALF.match(sentence)
    return half[0] if half else sentence


def _below(ctx: click.Context, date: str) -> Iterator[tuple[str, str]]:
    yield _name(ctx), _page(ctx, date)
    for child in _children(ctx):
        yield from _below(child, date)


def _children(ctx: click.Context) -> list[click.Context]:
    if not isinstance(ctx.command, click.Group):
        return []
    found = ((name, ctx.command.get_command(ctx, name)) for name in ctx.command.list_commands(ctx))
    return [click.Context(each, ctx, name) for name, each in found if each is not None and not each.hidden]


def _name(ctx: click.Context) -> str:
    return ctx.command_path.replace(" ", "-")


def _page(ctx: click.Context, date: str) -> str:
    command, name = ctx.command, _name(ctx)
    lines = [
        f'.TH {_safe(name.upper())} 1 {date} "Counterproof {version_of("counterproof")}" "Counterproof"',
        *(".SH NAME", f"{_safe(name)} \\- {_safe(purpose(command))}"),
        *(
            ".SH SYNOPSIS",
            f".B {_safe(ctx.command_path)}",
            _safe(" ".join(command.collect_usage_pieces(ctx))),
        ),
        *(".SH DESCRIPTION", *_text(command.help or "")),
        *(".SH OPTIONS", *_options(ctx)),
    ]
    if children := _children(ctx):
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [".TP", _reference(child), f"{_safe(purpose(child.command))}."]
    if command.epilog:
        lines += [".SH EXAMPLES", *_text(command.epilog)]
    if ctx.parent is not None:
        lines += [".SH SEE ALSO", _reference(ctx.parent)]
    return "\n".join(lines) + "\n"


def _options(ctx: click.Context) -> Iterator[str]:
    for option in ctx.command.get_params(ctx):
        if isinstance(option, click.Option) and (record := option.get_help_record(ctx)) is not None:
            words, text = record
            yield from (".TP", f"\\fB{_safe(words)}\\fP", *_text(text))


def _reference(ctx: click.Context) -> str:
    return f".BR {_safe(_name(ctx))} (1)"


def _text(text: str) -> Iterator[str]:
    """Yield the lines of a help: its paragraphs, and what is to be typed as it stands."""
    for place, paragraph in enumerate(paragraphs(text)):
        if place:
            yield ".PP"
        if paragraph.startswith(AS_IT_IS):
            yield from (".nf", ".RS", *(_safe(each) for each in paragraph.splitlines()[1:]), ".RE", ".fi")
        else:
            yield _safe(paragraph)


def _safe(text: str) -> str:
    """Return text that troff sets as it stands, wherever in a line it begins."""
    set_as_it_is = text.translate(_ESCAPES)
    return f"\\&{set_as_it_is}" if set_as_it_is.startswith((".", "\\(aq")) else set_as_it_is
