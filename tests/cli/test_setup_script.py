"""`make setup` on systems that lack something: what is said, and that nothing is done."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NEEDED = ("scripts/setup.sh", "scripts/check_wheels.py", "requirements-dev.lock", "pyproject.toml")
TOOLS = ("sh", "dirname", "basename", "cat", "cut", "sed", "grep", "sha256sum", "head", "touch")

NO_ENSUREPIP = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\nexit 0\n'
OLD = '#!/bin/sh\ncase "$*" in -V) echo Python 3.9.2 ;; *version_info*) exit 1 ;; esac\nexit 0\n'
STOPS_AT_VENV = '#!/bin/sh\ncase "$*" in *--clear*) exit 1 ;; esac\nexit 0\n'
LIBRARIES = "#!/bin/sh\necho '	libEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1'\n"
TRAP = "#!/bin/sh\ntouch installed\n"


class System:
    """A copy of what set-up reads, and a PATH that holds what a test puts there and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "checkout"
        self._bin = folder / "bin"
        self._bin.mkdir()
        for name in NEEDED:
            target = self.home / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (self._bin / tool).symlink_to(found)
        self.put("id", "#!/bin/sh\necho 1000\n")
        self.put("apt-get", TRAP)

    def put(self, name: str, script: str) -> None:
        path = self._bin / name
        path.write_text(script)
        path.chmod(0o755)

    def remove(self, name: str) -> None:
        (self._bin / name).unlink()

    def set_up(self, **environment: str) -> str:
        """Run set-up, which must fail without a trace; return what it says."""
        ran = self.run(**environment)
        assert ran.returncode == 1
        assert ran.stdout == ""
        assert not (self.home / "installed").exists()
        assert not (self.home / ".venv").exists()
        return ran.stderr

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.home / "scripts/setup.sh"],
            env={"PATH": str(self._bin), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def test_a_person_is_given_the_command_for_the_venv_module(system: System) -> None:
    system.put("python3", NO_ENSUREPIP)
    assert "    sudo apt-get update && sudo apt-get install -y python3-venv\n" in system.set_up()


def test_another_interpreter_has_another_package(system: System) -> None:
    system.put("python3.12", NO_ENSUREPIP)
    assert "install -y python3.12-venv\n" in system.set_up(PYTHON="python3.12")


def test_without_python_both_packages_are_named(system: System) -> None:
    assert "install -y python3 python3-venv\n" in system.set_up()


def test_another_system_is_told_what_it_lacks(system: System) -> None:
    system.remove("apt-get")
    said = system.set_up()
    assert "Python 3.11 or newer with its venv module" in said
    assert "apt-get" not in said


def test_an_old_python_is_named_with_the_way_out(system: System) -> None:
    system.put("python3", OLD)
    said = system.set_up()
    assert "Python 3.11 or newer is needed; python3 is 3.9.2." in said
    assert "PYTHON=python3.12 make setup" in said


def test_libraries_of_the_windows_are_named_and_stop_nobody(system: System) -> None:
    system.put("python3", STOPS_AT_VENV)
    system.put("ldconfig", LIBRARIES)
    ran = system.run()
    assert "    sudo apt-get update && sudo apt-get install -y libgl1 libx11-6 " in ran.stderr
    assert "libxcb-cursor0" in ran.stderr
    assert "libegl1" not in ran.stderr
    assert "creating .venv" in ran.stdout
    assert not (system.home / "installed").exists()


def test_root_gets_the_libraries_installed(system: System) -> None:
    system.put("python3", STOPS_AT_VENV)
    system.put("ldconfig", LIBRARIES)
    system.put("id", "#!/bin/sh\necho 0\n")
    system.put("apt-get", '#!/bin/sh\necho "$@" >>asked\n')
    system.run()
    asked = (system.home / "asked").read_text()
    assert "install -y -qq --no-install-recommends libgl1 libx11-6 libdbus-1-3 " in asked
    assert "libegl1" not in asked


def test_a_system_that_lists_no_libraries_is_asked_for_none(system: System) -> None:
    system.put("python3", STOPS_AT_VENV)
    system.put("ldconfig", "#!/bin/sh\nexit 1\n")
    assert "libraries" not in system.run().stderr
