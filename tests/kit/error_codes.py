"""Every place in the packages that raises one of our errors, found without running anything."""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass

from tests.kit.sources import PACKAGES, Source, sources

ROOT_ERROR = "CounterproofError"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+([-/][a-z0-9]+)*")


@dataclass(frozen=True)
class Raised:
    """One construction of an error.

    `pattern` matches its code, in full where the source spells it out. `facts` are the names of the facts
    that are given; None where they cannot be read from the source.
    """

    where: str
    pattern: re.Pattern[str]
    facts: frozenset[str] | None

    @property
    def code(self) -> str:
        """Return the code as a person would write it."""
        return self.pattern.pattern.replace("\\", "")


@functools.cache
def error_classes() -> frozenset[str]:
    """Return the names of the error tree's classes, wherever in the packages they are defined."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for source in sources(PACKAGES)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {ROOT_ERROR}
    while grown := {name for name, above in bases.items() if above & found} - found:
        found |= grown
    return frozenset(found)


def raised_in(source: Source, classes: frozenset[str]) -> list[Raised]:
    """Return what `source` constructs of `classes` with a code that it spells out, in whole or in part."""
    found: list[Raised] = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if source.qualified(node.func).rpartition(".")[2] not in classes:
            continue
        where, facts = f"{source.path}:{node.lineno}", _facts(node)
        found.extend(Raised(where, pattern, facts) for pattern in _patterns(node.args[0]))
    return found


def spelled_out(source: Source, rooms: frozenset[str]) -> list[Raised]:
    """Return every string of `source` that has the form of a code of one of `rooms`.

    Many codes reach their error through a table or a helper, where `raised_in` does not see them. A
    literal that is given as `reason=` is a fact for engineers and needs no sentence of its own.
    """
    reasons = {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.keyword) and node.arg == "reason"
    }
    return [
        Raised(f"{source.path}:{node.lineno}", re.compile(re.escape(node.value)), None)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in reasons
        if CODE.fullmatch(node.value) and node.value.partition(".")[0] in rooms
    ]


def _patterns(code: ast.expr) -> list[re.Pattern[str]]:
    """Return what the code can be: a literal, an f-string, or a choice between such."""
    if isinstance(code, ast.IfExp):
        return _patterns(code.body) + _patterns(code.orelse)
    if isinstance(code, ast.Constant):
        return [re.compile(re.escape(str(code.value)))]
    if isinstance(code, ast.JoinedStr):
        parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in code.values)
        return [re.compile("".join(parts))]
    return []


def _facts(call: ast.Call) -> frozenset[str] | None:
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else frozenset(name for name in names if name)
