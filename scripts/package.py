"""Build what people install: `python -m scripts.package [--only NAME]...`, with the results in `dist`.

A wheel and an sdist; each program as a folder that needs no Python (PyInstaller, onedir); a Debian package of
each; a bill of materials (CycloneDX) and the licences of what is bundled. Times come from the last commit, so
that the same commit gives the same bytes (docs/packaging.md says what was compared).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

import click

from scripts.packages import bill, deb, environment, libraries, tree
from scripts.packages.programs import PACKAGING, PROGRAMS, ROOT, Program

if TYPE_CHECKING:
    from pathlib import Path

DIST, BUILD = ROOT / "dist", ROOT / "build" / "package"
NO_BYTECODE = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
_KIB = 1024


def say(text: str) -> None:
    """Print a line at once: some steps take a minute."""
    print(f"package: {text}", flush=True)


def epoch() -> int:
    """Return the time of the last commit, Unix seconds."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    found = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(found.stdout)


def python_package(out: Path, moment: int) -> Path:
    """Build wheel and sdist; return the wheel."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
    )
    return max(out.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def application(program: Program, tools: Path, moment: int) -> Path:
    """Build the program as a folder and return it."""
    subprocess.run(
        [
            *(str(tools / "bin" / "pyinstaller"), "--noconfirm", "--clean", "--log-level", "ERROR"),
            *("--distpath", str(BUILD / "applications"), "--workpath", str(BUILD / "work" / program.name)),
            str(PACKAGING / "pyinstaller" / "counterproof.spec"),
        ],
        cwd=ROOT,
        check=True,
        # Sets and dictionaries are laid out by hash, and some end up in the archive.
        # Bytecode is kept, as much is imported by many short processes, but not where it could be bundled.
        env={
            **os.environ,
            "PYTHONPYCACHEPREFIX": str(BUILD / "bytecode"),
            "APPLICATION": program.name,
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": str(moment),
        },
    )
    return BUILD / "applications" / program.name


def debian_package(program: Program, folder: Path, tools: Path, moment: int) -> Path:
    """Build the Debian package of a program from its folder."""
    target = BUILD / "trees" / program.package
    shutil.rmtree(target, ignore_errors=True)
    papers = [DIST / name for name in (bill.LICENCES, bill.BILL)]
    tree.lay_out(program, folder, tools, target, epoch=moment, papers=papers)
    size = deb.installed_kib(target) // _KIB
    if size > program.limit_mb:
        raise click.ClickException(f"{program.package} takes {size} MB; its limit is {program.limit_mb}")
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()
    version = version_of("counterproof")
    return deb.build(program, target, version=version, architecture=architecture, epoch=moment, out=DIST)


@click.command()
@click.option("--only", multiple=True, type=click.Choice([*PROGRAMS]), help="Build this program alone.")
@click.option("--debs/--no-debs", default=True, show_default=True, help="Debian packages too.")
def main(only: tuple[str, ...], *, debs: bool) -> None:
    """Build wheel, sdist, programs and Debian packages into `dist`."""
    started, moment = time.monotonic(), epoch()
    DIST.mkdir(exist_ok=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    wheel = python_package(DIST, moment)
    say(f"{wheel.name} and its source")
    tools = environment.prepare(BUILD / "environment", wheel)
    bill.write(tools, DIST, NO_BYTECODE)
    say("bill of materials and licences")
    for name in only or PROGRAMS:
        folder = application(PROGRAMS[name], tools, moment)
        given = libraries.check(PROGRAMS[name], folder)
        say(f"{name} as a folder; {given} libraries are the system's")
        if debs:
            package = debian_package(PROGRAMS[name], folder, tools, moment)
            say(f"{package.name}, {package.stat().st_size // _KIB // _KIB} MB")
    say(f"done in {time.monotonic() - started:.0f} s; see {DIST.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
