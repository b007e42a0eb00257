"""Mutation tests of what decides: `python -m scripts.mutate [--minutes N] [AREA]...`, or `make mutate`.

Each area is a few modules and their own quick tests; mutmut changes the modules in one place at a time, and
tests that still pass have not noticed. An area has a folder of its own in `build/mutate`, where mutmut keeps
what it knows: the same command goes on with what is not tried yet, and tries again what has changed since.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "mutate"
COPIED = ("counterproof", "issuer", "wallet", "verifier", "tests")


@dataclass(frozen=True, slots=True)
class Area:
    """Modules that are changed, and the tests that are to notice; both as globs from the root."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


VAULT_TESTS = tuple(
    f"tests/unit/wallet/test_vault_{name}.py" for name in ("records", "rollback", "tampering")
)
AREAS = {
    "verification": Area(
        ("counterproof/mdoc/verification/*.py",),
        (
            "tests/conformance/test_own_vectors.py",
            "tests/conformance/test_annex_d.py",
            "tests/unit/mdoc/test_kill_matrix.py",
            "tests/unit/mdoc/test_receipt.py",
            "tests/unit/mdoc/test_signed_set.py",
            "tests/unit/mdoc/test_status_of_another_kind.py",
            "tests/unit/optics/test_qr_verdict.py",
            "tests/unit/optics/test_qr_two_way.py",
            "tests/unit/trust/test_evidence_age.py",
            "tests/unit/trust/test_trust_signers.py",
        ),
    ),
    "status": Area(("counterproof/mdoc/lists/status_*.py",), ("tests/unit/mdoc/test_status_*.py",)),
    "vault": Area(("wallet/vault/manifest.py", "wallet/vault/store.py", "wallet/vault/keys.py"), VAULT_TESTS),
    "trust": Area(
        tuple(
            f"counterproof/trust/{name}.py"
            for name in ("manifest", "floor", "index", "names", "grants", "succession")
        ),
        (
            "tests/unit/trust/test_trust_*.py",
            "tests/unit/trust/test_vical_import.py",
            "tests/unit/trust/test_pack_insiders.py",
        ),
    ),
}


def prepare(name: str, area: Area) -> Path:
    """Bring an area's folder up to date with the repository, and return it."""
    folder = BUILD / name
    folder.mkdir(parents=True, exist_ok=True)
    for each in COPIED:
        target = folder / each
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / each, target, ignore=shutil.ignore_patterns("__pycache__"))
    tests = sorted(str(path.relative_to(ROOT)) for glob in area.tests for path in ROOT.glob(glob))
    settings = {
        "source_paths": list(COPIED[:-1]),
        "only_mutate": list(area.modules),
        "pytest_add_cli_args": ["-m", "not slow", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": tests,
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    plain = (ROOT / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text("\n".join([plain, "[tool.mutmut]", *lines, ""]), "utf-8")
    return folder


def run(folder: Path, seconds: float, children: int) -> None:
    """Let mutmut work for so long; what it has found by then is kept."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children)]
    with subprocess.Popen(command, cwd=folder, start_new_session=True) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


def found(folder: Path) -> dict[str, str]:
    """Return what became of each change, by its name."""
    outcomes: dict[str, str] = {}
    for path in sorted((folder / "mutants").rglob("*.meta")):
        for name, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items():
            outcomes[name] = status_by_exit_code[code]
    return outcomes


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="How long, all areas together.")
@click.option("--children", default=1, show_default=True, help="Processes at once.")
@click.option("--show", is_flag=True, help="Run nothing: show every change that survived.")
@click.argument("names", metavar="[AREA]...", nargs=-1, type=click.Choice([*AREAS]))
def main(names: tuple[str, ...], *, minutes: float, children: int, show: bool) -> None:
    """Change what decides, and see whether tests notice."""
    wanted = names or tuple(AREAS)
    for at, name in enumerate(wanted):
        folder = BUILD / name
        if show:
            for mutant, outcome in found(folder).items():
                if outcome in ("survived", "no tests"):
                    subprocess.run([sys.executable, "-m", "mutmut", "show", mutant], cwd=folder, check=True)
            continue
        started = time.monotonic()
        run(prepare(name, AREAS[name]), 60 * minutes / (len(wanted) - at), children)
        minutes -= (time.monotonic() - started) / 60
    for name in wanted:
        counts = Counter(found(BUILD / name).values())
        said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
        click.echo(f"{name}: {counts.total():,} changes: {said}")


if __name__ == "__main__":
    main()
