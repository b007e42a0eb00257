"""Run every measurement of this folder, each in a process of its own: `python -m bench [NAME...]`.

A new measurement is a new file beside this one that runs as `python -m bench.NAME`. Names that begin with an
underscore are helpers. The exit code is 1 if one of them could not be made, or missed a goal
that it insists on.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path


def measurements() -> list[str]:
    """Return the names of the measurements, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in found if not name.startswith("_"))


def main(wanted: list[str]) -> int:
    """Run the measurements named, or all; return the exit code."""
    known = measurements()
    if unknown := [name for name in wanted if name not in known]:
        print(
            f"bench: no such measurement: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr
        )
        return 2
    broken = []
    for name in wanted or known:
        print(f"== {name}", flush=True)
        ran = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)
        if ran.returncode:
            broken.append(name)
        print(flush=True)
    if broken:
        print(f"bench: not made, or short of a goal: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
