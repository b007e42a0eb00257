"""Rows of a CSV file (RFC 4180), read and written; no spreadsheet calculates what is written here.

Each row is read with its line, and one that cannot be read does not end the reading: the standard library's
reader stops at the first fault, and an agency wants to hear of all of them at once.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LINE_END = re.compile(r"\r\n|\n|\r")
_REST_OF_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line that it begins on and its cells, or None where its quotes cannot be read."""

    line: int
    cells: tuple[str, ...] | None


def read_rows(text: str) -> Iterator[Row]:
    """Yield every row that is not an empty line; cells end at a comma, or at a semicolon where the head does.

    A quote inside a bare cell, or text behind a closing quote, spoils its row up to the end of that line; a
    quote that is never closed spoils the rest of the file.
    """
    mark = _delimiter(text)
    cell = re.compile(rf'(?:"((?:[^"]|"")*+)"|([^"{mark}\r\n]*+))({mark}|\r\n|\n|\r|\Z)')
    position, line = 0, 1
    while position < len(text):
        begin = position
        cells, position = _row(text, position, cell, mark)
        if cells != ("",):
            yield Row(line, cells)
        line += sum(1 for _ in _LINE_END.finditer(text, begin, position))


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula (OWASP ASVS 5.0, 1.2.10)."""
    return cell.startswith(_FORMULA)


def unprotected(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from calculating it."""
    return cell[1:] if cell.startswith("'") and is_formula(cell.lstrip("'")) else cell


def protected(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, and that `unprotected` gives back as it was."""
    return f"'{cell}" if is_formula(cell.lstrip("'")) else cell


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV file, each cell `protected`."""
    out = io.StringIO()
    csv.writer(out).writerows([protected(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _delimiter(text: str) -> str:
    head = _LINE_END.split(text, maxsplit=1)[0]
    return ";" if ";" in head and "," not in head else ","


def _row(text: str, position: int, cell: re.Pattern[str], mark: str) -> tuple[tuple[str, ...] | None, int]:
    cells: list[str] = []
    while True:
        match = cell.match(text, position)
        if match is None:
            return None, _behind_fault(text, position)
        cells.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        position = match.end()
        if match[3] != mark:
            return tuple(cells), position


def _behind_fault(text: str, position: int) -> int:
    """Return where the next row begins behind a cell that cannot be read."""
    if text[position] == '"':
        quoted = _QUOTED.match(text, position)
        if quoted is None:
            return len(text)
        position = quoted.end()
    rest = _REST_OF_LINE.match(text, position)
    assert rest is not None
    return rest.end()
