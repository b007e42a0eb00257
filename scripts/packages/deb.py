"""Debian packages, with `dpkg-deb` alone: a tree, a control file, the same bytes each time.

Packed by zstd, which Debian 12 unpacks: xz takes minutes for a bundled Qt and saves a tenth.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import textwrap
from typing import TYPE_CHECKING

from scripts.packages.programs import PACKAGING, Program

if TYPE_CHECKING:
    from pathlib import Path

_EXECUTABLE, _READABLE = 0o755, 0o644
_SCRIPTS = ("postinst", "prerm", "postrm")


def build(program: Program, tree: Path, *, version: str, architecture: str, epoch: int, out: Path) -> Path:
    """Build the package of `tree` into `out` and return its path; `epoch` (Unix seconds) dates every file."""
    control = tree / "DEBIAN"
    control.mkdir()
    control.chmod(_EXECUTABLE)
    for name, text in (("control", _control(program, tree, version, architecture)), ("md5sums", _sums(tree))):
        (control / name).write_text(text)
        (control / name).chmod(_READABLE)
    for name in _SCRIPTS:
        script = PACKAGING / "debian" / f"{program.name}.{name}"
        if script.exists():
            (control / name).write_bytes(script.read_bytes())
            (control / name).chmod(_EXECUTABLE)
    for path in [*tree.rglob("*"), tree]:
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"{program.package}_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(tree), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    return package


def installed_kib(tree: Path) -> int:
    """Return the room that the files take, KiB."""
    return sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024 + 1


def _control(program: Program, tree: Path, version: str, architecture: str) -> str:
    lines = [
        f"Package: {program.package}",
        f"Version: {version}",
        f"Architecture: {architecture}",
        "Maintainer: The Counterproof authors <counterproof@localhost>",
        f"Installed-Size: {installed_kib(tree)}",
        f"Depends: {', '.join(program.depends)}",
    ]
    if program.recommends:
        lines.append(f"Recommends: {', '.join(program.recommends)}")
    lines += ["Section: utils", "Priority: optional", f"Description: {program.summary}"]
    lines += [f" {line}" for line in textwrap.wrap(program.description, 78)]
    return "\n".join(lines) + "\n"


def _sums(tree: Path) -> str:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    return "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree)}\n"
        for path in files
        if "DEBIAN" not in path.relative_to(tree).parts
    )
