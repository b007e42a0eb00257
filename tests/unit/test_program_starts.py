"""What a program begins with is light: a process that reads pictures loads it once more."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

from tests.kit.sources import ROOT

SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]


@pytest.mark.parametrize("name", ["issuer", "wallet", "verifier"])
def test_a_script_begins_without_its_commands(name: str) -> None:
    module, function = SCRIPTS[name].split(":")
    asked = f"import sys; from {module} import {function} as main; print('{name}.cli' in sys.modules, main)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("False <function main")


@pytest.mark.parametrize("name", ["issuer", "wallet", "verifier"])
def test_the_packaged_program_begins_so_too(name: str) -> None:
    """It is run as `__mp_main__` there, where only what is imported counts."""
    asked = (
        "import runpy, sys; "
        f"runpy.run_path('packaging/pyinstaller/start_{name}.py', run_name='__mp_main__'); "
        f"print('{name}.cli' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
