"""What click itself says ("Usage", "No such option"), looked up where all other messages are.

click asks gettext for its own messages, in the catalogue of the system that the environment names. A program
that chooses its language by `--language`, and whose catalogue serves three programs, needs them from there.
"""

from __future__ import annotations

from typing import Final

from click import core, decorators, exceptions, formatting, parser, termui, types

from counterproof.words.language import ENGLISH, current, ntr, tr
from counterproof.words.model import N_

MODULES: Final = (core, decorators, exceptions, formatting, parser, termui, types)
"""The parts of click that speak to a person; `make messages` gathers their messages."""

_KINDS: Final = {
    "integer": N_("whole number"),
    "integer range": N_("whole number of the range"),
    "float": N_("number"),
    "float range": N_("number of the range"),
    "boolean": N_("yes or no"),
}
"""What click calls the kinds of values, which its own sources do not mark as messages."""


_PLACES: Final = {"File": N_("File"), "Directory": N_("Directory"), "Path": N_("Path")}
"""What click calls a place on the disk. It looks these up while it is imported, and so always in English."""


class _Said(str):
    """A message of click's, which names a kind of value in the language of the moment as well."""

    __slots__ = ()

    def format(self, *values: object, **facts: object) -> str:
        for name, known in (("number_type", _KINDS), ("name", _PLACES)):
            if current() != ENGLISH and facts.get(name) in known:
                facts[name] = tr(known[str(facts[name])])
        return super().format(*values, **facts)


def _said(message: str) -> str:
    return _Said(tr(message))


_NAMES: Final = {"_": _said, "ngettext": ntr}


def teach() -> None:
    """Let click speak the language of the moment, from now on."""
    for module in MODULES:
        for name, ours in _NAMES.items():
            if hasattr(module, name):
                setattr(module, name, ours)
