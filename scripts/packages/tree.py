"""The files of one Debian package, laid out as they will stand on the system."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from scripts.packages import manual
from scripts.packages.programs import PACKAGING, ROOT, Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SHELLS = {
    "bash": "usr/share/bash-completion/completions/{}",
    "zsh": "usr/share/zsh/vendor-completions/_{}",
    "fish": "usr/share/fish/vendor_completions.d/{}.fish",
}
_EXECUTABLE, _READABLE = 0o755, 0o644


def lay_out(
    program: Program,
    application: Path,
    environment: Path,
    target: Path,
    *,
    epoch: int,
    papers: Sequence[Path],
) -> None:
    """Lay out `target`: the application's folder, its command, desktop files, manual pages, completions.

    `application` is the folder that PyInstaller made, `environment` has the commands that write their own
    completions, `epoch` (Unix seconds) dates the manual pages, `papers` go with the program's documents.
    """
    home = target / "usr" / "lib" / program.package
    shutil.copytree(application, home, symlinks=True)
    command = target / "usr" / "bin" / program.name
    command.parent.mkdir(parents=True)
    command.symlink_to(f"../lib/{program.package}/{program.name}")
    if program.app_id is not None:
        _desktop(program.app_id, target)
    if program.name == "wallet":
        # One package holds the types of files; the counter's window is offered for its own by the same file.
        _put(PACKAGING / "mime" / "org.counterproof.xml", target / "usr/share/mime/packages")
    _units(program, target)
    _documents(program, target)
    _manual(program, epoch, target)
    _completions(program, environment, target)
    for paper in papers:
        _put(paper, target / "usr/share/doc" / program.package)
    _plain_modes(target)


def _desktop(app_id: str, target: Path) -> None:
    _put(PACKAGING / "desktop" / f"{app_id}.desktop", target / "usr/share/applications")
    _put(PACKAGING / "metainfo" / f"{app_id}.metainfo.xml", target / "usr/share/metainfo")
    icons = target / "usr/share/icons/hicolor/scalable"
    _put(PACKAGING / "icons" / f"{app_id}.svg", icons / "apps")
    if app_id == "org.counterproof.Wallet":
        _put(PACKAGING / "icons" / "counterproof-document.svg", icons / "mimetypes")


def _units(program: Program, target: Path) -> None:
    if program.name != "issuer":
        return
    for unit in sorted((PACKAGING / "systemd").glob("counterproof-issuer*")):
        _put(unit, target / "usr/lib/systemd/system")
    _put(PACKAGING / "systemd" / "sysusers-counterproof-issuer.conf", target / "usr/lib/sysusers.d")


def _documents(program: Program, target: Path) -> None:
    folder = target / "usr/share/doc" / program.package
    folder.mkdir(parents=True)
    _compressed(folder / "changelog.gz", (ROOT / "CHANGELOG.md").read_bytes())
    licence = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: Counterproof\n\n"
        "Files: *\nCopyright: The Counterproof authors\nLicense: Apache-2.0\n"
        " On Debian systems the text stands in /usr/share/common-licenses/Apache-2.0.\n"
        " Licences of the bundled libraries: licences.txt beside this file.\n"
    )
    (folder / "copyright").write_text(licence)


def _manual(program: Program, epoch: int, target: Path) -> None:
    folder = target / "usr/share/man/man1"
    folder.mkdir(parents=True)
    for name, page in manual.pages(program.name, epoch).items():
        _compressed(folder / f"{name}.1.gz", page.encode())


def _completions(program: Program, environment: Path, target: Path) -> None:
    variable = f"_{program.name.upper()}_COMPLETE"
    for shell, place in _SHELLS.items():
        path = target / place.format(program.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = _run([environment / "bin" / program.name], **{variable: f"{shell}_source"})
        path.write_text(made)


def _put(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / source.name)


def _compressed(path: Path, content: bytes) -> None:
    """Write a gzip file without name or time, so that two builds are alike."""
    path.write_bytes(gzip.compress(content, 9, mtime=0))


def _plain_modes(target: Path) -> None:
    """Give every file a mode that does not depend on who builds."""
    for path in _below(target):
        if path.is_symlink():
            continue
        runs = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(_EXECUTABLE if runs else _READABLE)


def _below(target: Path) -> Iterator[Path]:
    yield target
    yield from sorted(target.rglob("*"))


def _run(command: list[str | Path], **more: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
