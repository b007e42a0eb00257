"""The commands that stand in the documentation: found in its pages, held against the programs, and typed.

A block of code is a list of commands if one of its lines begins with a program of ours (or another that the
guides use) and its language is none, `console` or `sh`. Comments of HTML before a block, which no reader
sees, say more:

    <!-- file: people.json -->          the block is the content of that file
    <!-- not run: needs a server -->    its commands are not run by a test, and why

A block of Python is a script of its own.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import click
    from markdown_it.token import Token

OURS = ("issuer", "wallet", "verifier")
OTHERS = (
    *("make", "pip", "curl", "dask", "createdb", "pg_dump", "sqlite3", "python", "printf"),
    *("cp", "rm", "mkdir"),
)
SHELL = {"", "console", "sh"}
_COMMENT = re.compile(r"<!--\s*(?P<kind>file|not run):\s*(?P<words>.+?)\s*-->", re.DOTALL)
_INLINE = re.compile(rf"(?:{'|'.join(OURS)}) .+")


@dataclass(frozen=True)
class Block:
    """One block of a page: what it is, where it stands, its lines, and what the comment before it says."""

    page: str
    line: int
    kind: str
    text: str
    name: str = ""
    not_run: str = ""

    @property
    def commands(self) -> list[str]:
        """The commands, their lines joined, without prompts; what a program printed is left out."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if any(line.startswith("$ ") for line in lines):
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@dataclass(frozen=True)
class Page:
    """A page of documentation, read for its commands."""

    name: str
    blocks: list[Block] = field(repr=False)
    inline: list[str] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Page:
        """Find the blocks and the commands inside sentences."""
        name = path.relative_to(ROOT).as_posix()
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text("utf-8"))
        spans = (child for token in tokens for child in token.children or () if child.type == "code_inline")
        inline = [" ".join(span.content.split()) for span in spans]
        return cls(name, list(_blocks(name, tokens)), [each for each in inline if _INLINE.fullmatch(each)])


def _blocks(page: str, tokens: list[Token]) -> Iterator[Block]:
    comment = None
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            said: dict[str, str] = {comment["kind"]: comment["words"]} if comment else {}
            line = (token.map or [0])[0] + 1
            kind = _kind(token, said)
            yield Block(page, line, kind, token.content, said.get("file", ""), said.get("not run", ""))
        comment = _COMMENT.search(token.content) if token.type == "html_block" else None


def _kind(token: Token, said: dict[str, str]) -> str:
    language = token.info.strip()
    if "file" in said:
        return "file"
    if language == "python":
        return "python"
    starts = {line.removeprefix("$ ").split(" ")[0] for line in token.content.splitlines()}
    starts |= {line.split(" ")[1] for line in token.content.splitlines() if re.match(r"[A-Z_]+=\S+ \S", line)}
    return "shell" if language in SHELL and starts & {*OURS, *OTHERS} else "other"


def unknown_words(command: str, programs: Mapping[str, click.Group]) -> list[str]:
    """Return the subcommands and options of a command line of ours that its program does not have."""
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return ["(quotes)"]
    ours = [each for each in _separate(words) if each[0] in programs]
    return [unknown for each in ours for unknown in _unknown(each, programs)]


def _separate(words: list[str]) -> list[list[str]]:
    """Return the commands between pipes, without the settings before each."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in {"|", "&&", ";"}:
            parts.append([])
        elif parts[-1] or not re.fullmatch(r"[A-Z_]+=.*", word):
            parts[-1].append(word)
    return [part for part in parts if part]


def _unknown(words: list[str], programs: Mapping[str, click.Group]) -> list[str]:
    command: click.Command = programs[words[0]]
    rest = words[1:]
    while (groups := getattr(command, "commands", {})) and rest and not rest[0].startswith("-"):
        if rest[0] not in groups:
            return [rest[0]]
        command, rest = groups[rest[0]], rest[1:]
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    if hasattr(command, "commands"):
        options.add("--version")
    return [word for word in rest if re.match(r"--[a-z]", word) and word.partition("=")[0] not in options]
