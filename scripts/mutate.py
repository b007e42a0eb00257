"""Mutation tests of what decides: `python -m scripts.mutate [--minutes N] [AREA]...`, or `make mutate`.

Each area is a few modules and their own quick tests; mutmut changes the modules in one place at a time, and
tests that still pass have not noticed. An area has a folder of its own in `build/mutate`, with what is known:
the same command goes on with what is not tried yet, and tries again what has changed since, and what no test
noticed once there are other tests.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from scripts.mutants import making, trying

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "mutate"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory
COPIED = ("counterproof", "issuer", "wallet", "verifier", "tests", "scripts")


@dataclass(frozen=True, slots=True)
class Area:
    """Modules that are changed, and the tests that are to notice; both as globs from the root."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


AREAS = {
    "trust": Area(
        tuple(
            f"counterproof/trust/{name}.py"
            for name in ("manifest", "floor", "index", "names", "grants", "succession")
        ),
        _tests("unit/trust", "trust_*", "vical_import", "pack_insiders", "purposes", "widening"),
    ),
    "verification": Area(
        ("counterproof/mdoc/verification/*.py",),
        (
            *_tests("conformance", "own_vectors_by_class"),
            *_tests("unit/mdoc", "kill_matrix", "receipt", "status_of_another_kind", "reports_whole"),
            *_tests(
                "unit/mdoc", *(f"{what}_at_their_edges" for what in ("decisions", "documents", "signers"))
            ),
        ),
    ),
    "status": Area(
        ("counterproof/mdoc/lists/status_*.py",),
        (
            *_tests("unit/mdoc", "status_*"),
            *_tests("conformance", "own_vectors_by_class", "token_status_list"),
        ),
    ),
    "vault": Area(
        ("wallet/vault/manifest.py", "wallet/vault/store.py", "wallet/vault/keys.py"),
        _tests("unit/wallet/vault", "vault_form", "vault_records", "vault_rollback", "vault_tampering"),
    ),
}


def prepare(name: str, area: Area) -> Path:
    """Bring an area's folder up to date with the repository, make the changes, and return it.

    Changes are made again where a module of the area is another one, or how they are made.
    """
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    modules = sorted(path.relative_to(ROOT) for glob in area.modules for path in ROOT.glob(glob))
    stamp, copied = folder / ".made-from", _digest([ROOT / "pyproject.toml", *map(ROOT.joinpath, COPIED)])
    made = _digest([*map(ROOT.joinpath, modules), Path(making.__file__)])
    before = stamp.read_text().partition(" ") if stamp.exists() else ("", "", "")
    if before == (copied, " ", made):
        return folder
    changed = {each: (folder / each).read_bytes() for each in modules} if before[2] == made else {}
    stamp.unlink(missing_ok=True)
    for each in COPIED:
        target = folder / each
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / each, target, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    for path, content in changed.items():
        (folder / path).write_bytes(content)
    if not changed:
        making.make(folder, modules)
    stamp.write_text(f"{copied} {made}")
    return folder


def _digest(paths: list[Path]) -> str:
    """Return a digest of these files, and of all that is in those that are folders."""
    found = hashlib.sha256()
    for each in paths:
        for path in [each] if each.is_file() else sorted(each.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(os.fspath(path).encode() + path.read_bytes())
    return found.hexdigest()


def run(folder: Path, tests: list[str], seconds: float, only: str, *, some: bool) -> None:
    """Try changes for so long; what was found by then is kept. `some` says that these are not all tests.

    Temporary files go into memory where there is such a place: what waits for the disk takes long.
    """
    command = [sys.executable, "-m", "scripts.mutants.trying", str(seconds), only, str(int(some)), *tests]
    environment = {**os.environ, "TMPDIR": str(MEMORY)} if MEMORY.is_dir() else None
    subprocess.run(command, cwd=folder, check=True, env=environment)


def show(folder: Path) -> None:
    """Print every change that no test noticed."""
    outcomes = found(folder)
    for mutant in making.read(folder):
        if (outcome := outcomes.get(mutant.name)) in {trying.SURVIVED, trying.UNREACHED}:
            click.echo(f"\n{mutant.name}: {outcome}\n{mutant.diff}")


def found(folder: Path) -> dict[str, str]:
    """Return what became of each change, by its name."""
    path = folder / trying.OUTCOMES
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {
        each.name: known[each.name]["outcome"] if each.name in known else "not tried"
        for each in making.read(folder)
    }


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="How long, all areas together.")
@click.option("--only", default="*", metavar="GLOB", help="Try these changes alone, such as *.store.*")
@click.option("--by", default="*", metavar="GLOB", help="Try them by these tests alone, such as *vault_form*")
@click.option("--show", "only_show", is_flag=True, help="Run nothing: show every change that survived.")
@click.argument("names", metavar="[AREA]...", nargs=-1, type=click.Choice([*AREAS]))
def main(names: tuple[str, ...], *, minutes: float, only: str, by: str, only_show: bool) -> None:
    """Change what decides, and see whether tests notice."""
    wanted = names or tuple(AREAS)
    for at, name in enumerate(wanted):
        area, started = AREAS[name], time.monotonic()
        if only_show:
            show(BUILD / name)
            continue
        tests = sorted({str(path.relative_to(ROOT)) for glob in area.tests for path in ROOT.glob(glob)})
        chosen = fnmatch.filter(tests, by)
        run(prepare(name, area), chosen, 60 * minutes / (len(wanted) - at), only, some=chosen != tests)
        minutes -= (time.monotonic() - started) / 60
    for name in wanted:
        counts = Counter(found(BUILD / name).values())
        said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
        click.echo(f"{name}: {counts.total():,} changes: {said}")


if __name__ == "__main__":
    main()
