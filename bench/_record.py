"""What a run of the measurements printed, kept as JSON and as a page of the documentation."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.backends.openssl import backend

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path("docs/figures.md")
_MARKS = {"reached": "reached", "MISSED": "**missed**"}


@dataclass(frozen=True)
class Measured:
    """One measurement: its name, its lines, whether it could be made, how busy the machine was before it."""

    name: str
    lines: tuple[str, ...]
    exit_code: int
    load: float


def machine() -> dict[str, str]:
    """Describe this machine as far as it matters to figures."""
    cpu = "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = (
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        )
        cpu = next(names, cpu)
    return {
        "processor": f"{os.cpu_count()} x {cpu}",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": f"{platform.python_version()}, {platform.python_compiler()}",
        "OpenSSL": backend.openssl_version_text(),
    }


def keep(measured: Sequence[Measured], folder: Path) -> None:
    """Write `figures.json` into `folder` and the page of figures."""
    at = datetime.now(UTC).date().isoformat()
    here = machine()
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"date": at, "machine": here, "measured": [asdict(each) for each in measured]}
    (folder / "figures.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(measured, here, at), "utf-8")


def page(measured: Sequence[Measured], here: dict[str, str], at: str) -> str:
    """Return the page: the machine, a table for each measurement, and everything it said."""
    parts = [
        "# Figures",
        "",
        "Written by `python -m bench --record`, which anybody can run. Ratios are taken side by side",
        "in one run; microseconds are of this machine and that day. Goals that were missed stand here too.",
        "",
        f"Measured on {at}. " + " ".join(f"{name}: {value}." for name, value in here.items()),
    ]
    for each in measured:
        parts += [
            "",
            f"## {each.name}",
            "",
            f"`make bench ARGS={each.name}`; load before it: {each.load:.1f}.",
            "",
        ]
        rows = [row for line in each.lines if (row := _row(line))]
        if rows:
            parts += ["| | figure | goal |", "|---|---|---|", *rows, ""]
        if each.exit_code:
            parts += [
                f"It ended with {each.exit_code}: a goal that it insists on was missed, or it was not made.",
                "",
            ]
        parts += ["```text", *(line.rstrip() for line in each.lines if line.strip()), "```"]
    return "\n".join(parts).rstrip() + "\n"


def _row(line: str) -> str:
    """Return a line that names a goal as a row of a table, empty for another."""
    mark, _, rest = line.strip().partition(" ")
    if mark not in _MARKS or "(goal" not in rest:
        return ""
    what, _, goal = rest.partition("(goal")
    words = what.rstrip().split()
    wanted = goal.partition(";")[0].partition(")")[0].strip().replace("|", "/")
    return f"| {' '.join(words)} | {_MARKS[mark]} | {wanted} |"
