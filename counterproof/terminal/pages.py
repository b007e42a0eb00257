"""A page of help: click's own in English, and measured in columns in every other language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.words.columns import padded, width, wrapped
from counterproof.words.language import ENGLISH, current, tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AS_IT_IS: Final = "\b"
"""click's mark of a paragraph whose lines are not broken anew: commands to be copied."""

_LEAST: Final = 10
_BESIDE: Final = 20


class Page(click.HelpFormatter):
    """Writes help so that columns stand under one another, whatever letters are in them."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        if current() == ENGLISH:
            super().write_usage(prog, args, prefix)
            return
        usage = tr("Usage:") if prefix is None else prefix.rstrip()
        gap = "" if usage.endswith("：") else " "  # noqa: RUF001 - a colon that brings its own space
        head = f"{usage}{gap}{prog} "
        beside = width(head) + _BESIDE <= self.width
        indent = width(head) if beside else width(usage) + 4
        lines = wrapped(args, self.width - indent)
        self.write(head if beside else head + "\n" + " " * indent)
        self.write(("\n" + " " * indent).join(lines) + "\n")

    def write_heading(self, heading: str) -> None:
        """Write the name of a section."""
        self.write(f"{'':>{self.current_indent}}{tr('{heading}:').format(heading=heading)}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, wrapped anew."""
        if current() == ENGLISH:
            super().write_text(text)
            return
        indent = " " * self.current_indent
        blocks = []
        for paragraph in text.split("\n\n"):
            if paragraph.startswith(AS_IT_IS):
                lines = paragraph.splitlines()[1:]
            else:
                lines = wrapped(paragraph, self.width - self.current_indent)
            blocks.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with their texts beside them."""
        rows = list(rows)
        if current() == ENGLISH:
            super().write_dl(rows, col_max, col_spacing)
            return
        self._write_columns(rows, col_max, col_spacing)

    def _write_columns(self, rows: Sequence[tuple[str, str]], most: int, spacing: int) -> None:
        first = min(max(width(term) for term, _ in rows), most) + spacing
        indent, margin = " " * self.current_indent, " " * (self.current_indent + first)
        for term, text in rows:
            lines = wrapped(text, max(self.width - first - 2, _LEAST)) if text else []
            if lines and width(term) <= first - spacing:
                self.write(f"{indent}{padded(term, first)}{lines.pop(0)}\n")
            else:
                self.write(f"{indent}{term}\n")
            self.write("".join(f"{margin}{line}\n" for line in lines))


class PageContext(click.Context):
    """The context of a command whose help is such a page."""

    formatter_class: Any = Page
