"""Run every measurement of this folder, each in a process of its own: `python -m bench [--record] [NAME...]`.

A new measurement is a new file beside this one that runs as `python -m bench.NAME`. Names that begin with an
underscore are helpers. The exit code is 1 if one of them could not be made, or missed a goal
that it insists on. `--record` keeps what was printed, as JSON and as a page of the documentation.
"""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

from bench._record import Measured, keep


def measurements() -> list[str]:
    """Return the names of the measurements, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in found if not name.startswith("_"))


def _run(name: str) -> tuple[list[str], int]:
    """Run one measurement, show what it prints as it comes, and return it."""
    command = [sys.executable, "-u", "-m", f"bench.{name}"]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip("\n"))
    return lines, running.returncode


def main(arguments: list[str]) -> int:
    """Run the measurements named, or all; return the exit code."""
    record, wanted = "--record" in arguments, [each for each in arguments if each != "--record"]
    known = measurements()
    if unknown := [name for name in wanted if name not in known]:
        print(
            f"bench: no such measurement: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr
        )
        return 2
    broken, measured = [], []
    for name in wanted or known:
        print(f"== {name}", flush=True)
        load = os.getloadavg()[0]
        lines, code = _run(name)
        measured.append(Measured(name, tuple(lines), code, load))
        if code:
            broken.append(name)
        print(flush=True)
    if record:
        keep(measured, Path(__file__).parent / "results")
    if broken:
        print(f"bench: not made, or short of a goal: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
