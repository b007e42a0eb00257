r"""Commands and groups of commands whose help is looked up in the catalogues when it is shown.

The English of a help stands where it always stood, in the docstring of a command and at an option; nothing
of it is translated while modules are imported. A message is a paragraph, on one line. Paragraphs behind `\b`
are commands, the same in every language, and so are the names in capitals of what is typed.
"""

from __future__ import annotations

import copy
import inspect
import os
import re
from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.terminal.click_words import teach
from counterproof.terminal.pages import AS_IT_IS, PageContext
from counterproof.words import language
from counterproof.words.language import ENGLISH, current, tr
from counterproof.words.model import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CHOICE: Final = "--language"
_CHOSEN: Final = "counterproof.language"
_HELP: Final = N_("Show this message and exit.")
_REQUIRED: Final = N_("required")
"""click's mark of an option that must be given, which its own sources do not mark as a message."""

_SENTENCE: Final = re.compile(r"(.+?)(?:[.।](?=\s|$)|。)", re.DOTALL)


def paragraphs(text: str) -> list[str]:
    """Return the messages of a help: each paragraph on one line, but for those that stay as they are."""
    found = inspect.cleandoc(text).partition("\f")[0].split("\n\n")
    return [each if each.startswith(AS_IT_IS) else " ".join(each.split()) for each in found]


def said(text: str) -> str:
    """Return a help in the language spoken now."""
    return "\n\n".join(each if each.startswith(AS_IT_IS) else tr(each) for each in paragraphs(text))


def language_option() -> click.Option:
    """Return the option that every command has; `chosen` tells what it was."""
    return click.Option(
        [_CHOICE],
        expose_value=False,
        metavar="TAG",
        help=N_("Language: en, et, hi, zh-Hant. By default the system's."),
        callback=_keep,
    )


def _keep(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta[_CHOSEN] = value


def chosen(ctx: click.Context) -> str | None:
    """Return the language that was asked for on the command line, if one was."""
    asked: str | None = ctx.meta.get(_CHOSEN)
    return asked


class Command(click.Command):
    """A command that explains itself in the language spoken now."""

    context_class = PageContext

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.params.append(language_option())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option --help; click keeps it, so its own text stays English."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        if current() == ENGLISH or not self.help:
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said(self.help))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what stands below the options."""
        if current() == ENGLISH or not self.epilog:
            super().format_epilog(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said(self.epilog))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = [_record(each, ctx) for each in self.get_params(ctx) if isinstance(each, click.Option)]
        if rows := [each for each in records if each is not None]:
            with formatter.section(tr("Options")):
                formatter.write_dl(rows)


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """Return an option and its text; what click puts behind that (`default: 5`) it says in its own words."""
    spoken = copy.copy(option)
    spoken.help = said(option.help) if option.help else None
    return spoken.get_help_record(ctx)


class Group(Command, click.Group):
    """A group of such commands. The first of a program chooses the language before anything is read."""

    command_class = Command
    group_class = type

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments in the language that `--language` or the environment names.

        What a shell completes stays English, as the files are that tell it to ask.
        """
        if parent is None and not extra.get("resilient_parsing"):
            teach()
            language.use(_asked(args) or language.of_environment(os.environ))
        return super().make_context(info_name, args, parent, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the commands."""
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the first sentence of its help."""
        if current() == ENGLISH:
            super().format_commands(ctx, formatter)
            return
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        shown = {name: each for name, each in found.items() if each is not None and not each.hidden}
        if shown:
            with formatter.section(tr("Commands")):
                formatter.write_dl([(name, _short(each)) for name, each in shown.items()])


def _asked(given: Sequence[str]) -> str:
    """Return the language in arguments that nobody has read yet: what is wrong with them is said in it."""
    for place, each in enumerate(given):
        if each == "--":
            break
        if each == _CHOICE:
            return given[place + 1] if place + 1 < len(given) else ""
        if each.startswith(f"{_CHOICE}="):
            return each.partition("=")[2]
    return ""


def _short(command: click.Command) -> str:
    """Return the first sentence of what a command does, whole: a letter is more than a code point."""
    first = tr(paragraphs(command.help)[0]) if command.help else ""
    sentence = _SENTENCE.match(first)
    return sentence[1] if sentence else first


def messages(command: click.Command) -> Mapping[str, str]:
    """Return every message of the help of a command and of those below it, with the module that says it."""
    said_by = inspect.unwrap(command.callback).__module__ if command.callback is not None else ""
    texts = [command.help or "", command.epilog or ""]
    options = (each for each in command.params if isinstance(each, click.Option))
    texts += [each.help or "" for each in options if not each.hidden]
    found = {
        message: said_by
        for text in texts
        if text
        for message in paragraphs(text)
        if not message.startswith(AS_IT_IS)
    }
    if isinstance(command, click.Group):
        for each in command.commands.values():
            found = {**messages(each), **found}
    return found
