"""What a package takes from the machine that builds it: nothing unsaid, and the same bytes each time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from shutil import which

import click
import pytest

from scripts.packages import bill, deb, libraries, tree
from scripts.packages.bundle import kept
from scripts.packages.programs import PROGRAMS, Program

_EPOCH = 1_800_000_000
_SYSTEM = Path("/lib/x86_64-linux-gnu/libz.so.1")

needs_dpkg = pytest.mark.skipif(which("dpkg-deb") is None, reason="dpkg is not installed")
needs_objdump = pytest.mark.skipif(which("objdump") is None, reason="binutils is not installed")


def test_libraries_of_the_system_stay_there() -> None:
    """45 MB of them had come along, GTK, OpenSSL and FriBidi among them, which no bill of materials names."""
    packages = "/somewhere/site-packages"
    stays = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", f"{packages}/libqxcb.so", "BINARY"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", f"{packages}/libQt6Gui.so.6", "BINARY"),
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("pillow.libs/libpng16-1d1ba958.so", f"{packages}/pillow.libs/libpng16-1d1ba958.so", "BINARY"),
        # A Python of the system is bundled like any other: the programs need none.
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY"),
        ("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", "EXTENSION"),
    ]
    goes = [
        ("libfribidi.so.0", "/lib/x86_64-linux-gnu/libfribidi.so.0", "BINARY"),
        ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", "BINARY"),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", f"{packages}/libqgtk3.so", "BINARY"),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", f"{packages}/libqopensslbackend.so", "BINARY"),
        ("libQt6Network.so.6", "PySide6/Qt/lib/libQt6Network.so.6", "SYMLINK"),
    ]
    assert kept([*goes, *stays]) == stays


def _linked_against(*packages: str) -> Program:
    issuer = PROGRAMS["issuer"]
    fields = {name: getattr(issuer, name) for name in issuer.__slots__}
    return Program(**{**fields, "linked": packages})


@needs_dpkg
@needs_objdump
@pytest.mark.skipif(not _SYSTEM.exists(), reason="not on this kind of machine")
def test_what_is_linked_against_and_not_bundled_must_be_asked_for(tmp_path: Path) -> None:
    library = tmp_path / "application" / "libodd.so"
    library.parent.mkdir()
    shutil.copyfile(_SYSTEM, library)
    assert libraries.from_the_system(library.parent) == {"libc.so.6": "libodd.so"}
    assert libraries.check(_linked_against("libc6 (>= 2.36)"), library.parent) == 1
    with pytest.raises(click.ClickException, match=r"missing \['libc6'\], not needed \['libgtk-3-0'\]"):
        libraries.check(_linked_against("libgtk-3-0"), library.parent)
    shutil.copyfile("/lib/x86_64-linux-gnu/libc.so.6", library.parent / "libc.so.6")
    assert "libc.so.6" not in libraries.from_the_system(library.parent)
    (library.parent / "libgone.so").symlink_to("lib/libgone.so")
    with pytest.raises(click.ClickException, match=r"point to nothing: libgone\.so"):
        libraries.from_the_system(library.parent)


@needs_objdump
@needs_dpkg
def test_a_library_that_no_package_has_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libodd.so").write_bytes(b"\x7fELF")
    monkeypatch.setattr(libraries, "needed", lambda paths: [(paths[0], "libnobody-has.so.7")])
    with pytest.raises(click.ClickException, match=r"libnobody-has\.so\.7 \(for libodd\.so\)"):
        libraries.check(_linked_against("libc6"), tmp_path)


def _built(program: Program, folder: Path, mask: int) -> Path:
    """Build a package as somebody with this `mask` of modes would, of a program that is one file."""
    before = os.umask(mask)
    try:
        application = folder / "application"
        application.mkdir(parents=True)
        (application / program.name).write_bytes(b"\x7fELF, or as if it were\n")
        (application / program.name).chmod(0o777 & ~mask)
        laid_out, licences = folder / "tree", folder / "licences.txt"
        licences.write_text("MIT\n", "utf-8")
        tree.lay_out(program, application, Path(sys.prefix), laid_out, epoch=_EPOCH, papers=[licences])
        return deb.build(
            program, laid_out, version="0.1.0", architecture="amd64", epoch=_EPOCH, out=folder / "out"
        )
    finally:
        os.umask(before)


@needs_dpkg
def test_a_package_is_the_same_bytes_whatever_folder_mask_and_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a mask of 077 none could be built; its manual pages had the day of the build."""
    first = _built(PROGRAMS["issuer"], tmp_path / "one", 0o022)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LANG", "et_EE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "et")
    second = _built(PROGRAMS["issuer"], tmp_path / "another" / "place", 0o077)
    assert first.read_bytes() == second.read_bytes()
    shown = subprocess.run(["dpkg-deb", "-c", str(first)], capture_output=True, text=True, check=True).stdout
    modes = {line.split()[0] for line in shown.splitlines()}
    assert modes <= {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"}
    assert {line.split()[1] for line in shown.splitlines()} == {"root/root"}
    for place in (
        "man1/issuer-authority-init.1.gz",
        "completions/issuer",
        "system/counterproof-issuer.service",
        "counterproof-issuer/licences.txt",
    ):
        assert place in shown


def test_the_python_that_is_bundled_is_in_the_bill() -> None:
    """No lock names it, so whoever asks the advisories by the bill alone would never hear of it."""
    locked = {"bomFormat": "CycloneDX", "components": [{"bom-ref": "a", "name": "cbor2"}], "dependencies": []}
    before = json.dumps(locked)
    found = json.loads(bill.with_python(before, "3.11.7"))
    assert [(each["name"], each["bom-ref"]) for each in found["components"]] == [
        ("cbor2", "a"),
        ("python", "python@3.11.7"),
    ]
    assert found["components"][1]["cpe"].split(":")[4:6] == ["python", "3.11.7"]
    assert found["dependencies"] == [{"ref": "python@3.11.7"}]
    assert bill.with_python(before, "3.11.7") == bill.with_python(before, "3.11.7")


def test_the_licence_of_python_is_found() -> None:
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in bill.licence_of_python().upper()
