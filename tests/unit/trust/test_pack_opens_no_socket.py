"""A counter that takes a pack from a stick opens no socket, not even while its libraries are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = "counterproof.trust.pack.client"
WATCH = """
import importlib, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(event) if event.startswith("socket.") else None)
importlib.import_module(sys.argv[1])
print(*opened)
"""


@pytest.mark.parametrize(("module", "opens"), [(LOADED, False), ("tuf.ngclient", True)])
def test_loading_the_client_opens_no_socket(module: str, opens: bool) -> None:  # noqa: FBT001 - a case
    ran = subprocess.run([sys.executable, "-c", WATCH, module], capture_output=True, text=True, check=True)
    assert bool(ran.stdout.split()) is opens
