"""Which libraries a program's folder takes from the system, held against the packages that it asks for."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scripts.packages.programs import Program

_ELF: Final = b"\x7fELF"
_NEEDED: Final = re.compile(r"^ +NEEDED +(\S+)$", re.MULTILINE)
_OWNER: Final = re.compile(r"^([^:, ]+)(?::\S+)?: (?:/usr)?/lib(?:64)?/(?:[^/]+/)?[^/]+$", re.MULTILINE)


def check(program: Program, folder: Path) -> int:
    """Return how many libraries the system gives; fail where `linked` does not name just their packages."""
    wanted = from_the_system(folder)
    givers = {name: _givers(name) for name in wanted}
    if nobody := sorted(name for name in wanted if not givers[name]):
        named = ", ".join(f"{name} (for {wanted[name]})" for name in nobody)
        raise click.ClickException(f"{program.package}: no package of this system has {named}")
    asked, used = {relation.split()[0] for relation in program.linked}, set().union(*givers.values())
    if asked != used:
        raise click.ClickException(
            f"{program.package}: its packages are not those that it is linked against; "
            f"missing {sorted(used - asked)}, not needed {sorted(asked - used)}"
        )
    return len(wanted)


def from_the_system(folder: Path) -> Mapping[str, str]:
    """Return the libraries that are linked against and not in `folder`, each with a file that wants it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    here = {path.name for path in files}
    wanted: dict[str, str] = {}
    for path in files:
        if not path.is_symlink() and _is_library(path):
            for name in needed(path):
                if name not in here:
                    wanted.setdefault(name, str(path.relative_to(folder)))
    return wanted


def needed(path: Path) -> Iterable[str]:
    """Return the names of the libraries that a library or program is linked against."""
    found = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, text=True)
    return _NEEDED.findall(found.stdout)


def _is_library(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ELF)) == _ELF


def _givers(name: str) -> set[str]:
    """Return the installed packages that put a library where the system looks for it."""
    found = subprocess.run(["dpkg-query", "-S", f"*/{name}"], check=False, capture_output=True, text=True)
    return set(_OWNER.findall(found.stdout))
