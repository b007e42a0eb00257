"""The changes of a module: mutmut makes one file of all; which one runs is chosen at the call."""

from __future__ import annotations

import ast
import difflib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

NAMES = Path("mutants.json")
_SQL = re.compile(r"\"(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|PRAGMA)\b")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    `name` is that by which it is chosen, `function` the digest of the function as it was, `lines` those of
    the statement that is changed, as numbered in the file that holds all changes; `diff` shows it.
    """

    name: str
    path: str
    function: str
    lines: tuple[int, ...]
    diff: str


def make(folder: Path, paths: list[Path]) -> list[Mutant]:
    """Write the changes of these modules into `folder` in their places, and return them."""
    made: list[Mutant] = []
    for path in paths:
        target = folder / path
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        changed = mutate_file_contents(str(path), target.read_text("utf-8"))
        target.write_text(changed.code, "utf-8")
        lines, spans = changed.code.splitlines(), changed.line_span_by_function_name
        statements = _statements(changed.code)
        for name in changed.mutant_names:
            plain = name[: name.index("__mutmut_")]
            original = spans[f"{plain}__mutmut_orig"]
            mutated = spans[name]
            before = lines[original.start - 1 : original.end]
            after = lines[mutated.start - 1 : mutated.end]
            after[_header(after)] = before[_header(before)].replace("__mutmut_orig", "")
            before[_header(before)] = after[_header(after)]
            if _is_same_sql(before, after):
                continue
            made.append(
                Mutant(
                    f"{module}.{name}",
                    str(path),
                    changed.hash_by_function_name[plain],
                    _reached(before, after, original.start, statements),
                    "\n".join(list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]),
                )
            )
    (folder / NAMES).write_text(json.dumps([asdict(each) for each in made], indent=1), "utf-8")
    return made


def read(folder: Path) -> list[Mutant]:
    """Return the changes that were made in `folder`."""
    rows = json.loads((folder / NAMES).read_text("utf-8"))
    return [Mutant(**{**row, "lines": tuple(row["lines"])}) for row in rows]


def _is_same_sql(before: list[str], after: list[str]) -> bool:
    """Tell whether capitals alone changed in a statement for SQLite, which reads both alike."""
    old, new = "\n".join(before), "\n".join(after)
    changed = [line for line, other in zip(before, after, strict=False) if line != other]
    return old.lower() == new.lower() and all(_SQL.search(line) for line in changed)


def _header(lines: list[str]) -> int:
    return next(at for at, line in enumerate(lines) if "def " in line)


def _statements(code: str) -> list[tuple[int, int]]:
    """Return the first and last line of each statement, without its block where it has one."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
            block = [*getattr(node, "body", ()), *getattr(node, "cases", ())]
            starts = [_statement_start(each) for each in block if isinstance(each, ast.AST)]
            last = min(starts) - 1 if starts else getattr(node, "end_lineno", first)
            found.append((first, max(first, last)))
    return found


def _statement_start(node: ast.AST) -> int:
    return node.pattern.lineno if isinstance(node, ast.match_case) else int(getattr(node, "lineno", 0))


def _reached(
    before: list[str], after: list[str], first: int, statements: list[tuple[int, int]]
) -> tuple[int, ...]:
    """Return the lines of the smallest statement that holds the first line that differs."""
    differing = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before) - 1
    )
    line = first + differing
    around = [span for span in statements if span[0] <= line <= span[1]]
    start, end = min(around, key=lambda span: span[1] - span[0], default=(line, line))
    return tuple(range(start, end + 1))
