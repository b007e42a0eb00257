"""Which libraries a program's folder takes from the system, held against the packages that it asks for."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from scripts.packages.programs import Program

_ELF: Final = b"\x7fELF"
_NEEDED: Final = re.compile(r"^ +NEEDED +(\S+)$", re.MULTILINE)
_OWNER: Final = re.compile(r"^([^:, ]+)(?::\S+)?: (?:/usr)?/lib(?:64)?/(?:[^/]+/)?([^/\n]+)$", re.MULTILINE)
_FILE: Final = re.compile(r"^.+: +file format .+$", re.MULTILINE)
_AT_ONCE: Final = 100


def check(program: Program, folder: Path) -> int:
    """Return how many libraries the system gives; fail where `linked` does not name just their packages."""
    wanted = from_the_system(folder)
    givers = _givers(wanted)
    if nobody := sorted(name for name in wanted if name not in givers):
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
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    if lost := [str(path.relative_to(folder)) for path in paths if not path.exists()]:
        raise click.ClickException(f"these point to nothing: {', '.join(lost)}")
    here = {path.name for path in paths}
    found = needed([path for path in paths if not path.is_symlink() and _is_library(path)])
    wanted: dict[str, str] = {}
    for path, name in found:
        if name not in here:
            wanted.setdefault(name, str(path.relative_to(folder)))
    return wanted


def needed(libraries: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return what libraries and programs are linked against: a pair for each name that one of them wants."""
    found: list[tuple[Path, str]] = []
    for first in range(0, len(libraries), _AT_ONCE):
        part = libraries[first : first + _AT_ONCE]
        said = subprocess.run(["objdump", "-p", *part], check=True, capture_output=True, text=True).stdout
        for path, text in zip(part, _FILE.split(said)[1:], strict=True):
            found += [(path, name) for name in _NEEDED.findall(text)]
    return found


def _is_library(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ELF)) == _ELF


def _givers(names: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the installed packages that put each library where the system looks for it."""
    patterns = [f"*/{name}" for name in names]
    said = subprocess.run(["dpkg-query", "-S", *patterns], check=False, capture_output=True, text=True).stdout
    givers: dict[str, set[str]] = {}
    for package, name in _OWNER.findall(said):
        givers.setdefault(name, set()).add(package)
    return givers
