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
_HEAD = """# Figures

Written by `python -m bench --record`, which anybody can run; `--record core` measures one anew and lets the
others stand. Ratios are taken side by side in one run; microseconds are of that machine and day. Goals that
were missed stand here too."""
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
    """Write `figures.json` into `folder` and the page of figures, where what was not measured now stays."""
    at = datetime.now(UTC).date().isoformat()
    here = machine()
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"date": at, "machine": here, "measured": [asdict(each) for each in measured]}
    (folder / "figures.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    before = PAGE.read_text("utf-8") if PAGE.exists() else ""
    PAGE.write_text(page(measured, here, at, before), "utf-8")


def page(measured: Sequence[Measured], here: dict[str, str], at: str, before: str = "") -> str:
    """Return the page: for each measurement when and where, a table, and all it said; others as `before`."""
    sections = {each.partition("\n")[0]: each.rstrip() for each in before.split("\n## ")[1:]}
    sections |= {each.name: _section(each, here, at) for each in measured}
    return "\n\n".join([_HEAD, *(f"## {sections[name]}" for name in sorted(sections))]) + "\n"


def _section(each: Measured, here: dict[str, str], at: str) -> str:
    parts = [
        each.name,
        "",
        f"`make bench ARGS={each.name}`, on {at}; load before it: {each.load:.1f}. "
        + ", ".join(f"{name}: {value}" for name, value in here.items())
        + ".",
        "",
    ]
    rows = [row for line in each.lines if (row := _row(line))]
    if rows:
        parts += ["| what, and how much | | goal |", "|---|---|---|", *rows, ""]
    if each.exit_code:
        parts += [
            f"It ended with {each.exit_code}: a goal that it insists on was missed, or it was not made.",
            "",
        ]
    parts += ["```text", *(line.rstrip() for line in each.lines if line.strip()), "```"]
    return "\n".join(parts)


def _row(line: str) -> str:
    """Return a line that names a goal as a row of a table, empty for another."""
    mark, _, rest = line.strip().partition(" ")
    if mark not in _MARKS or "(goal" not in rest:
        return ""
    what, _, goal = rest.partition("(goal")
    words = what.rstrip().split()
    wanted = goal.partition(";")[0].partition(")")[0].strip().replace("|", "/")
    return f"| {' '.join(words)} | {_MARKS[mark]} | {wanted} |"
