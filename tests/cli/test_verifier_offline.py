"""The counter works with the network unplugged: no command opens a socket of a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.kit.clerk import PURPOSE
from tests.kit.counter_home import ASK, CounterHome
from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# AF_UNIX is what the decoding worker's pipe is made of; everything else is refused and betrays itself.
REFUSING = """
import socket, sys
def refuse(event, arguments):
    if event == "socket.__new__" and arguments[1] != socket.AF_UNIX:
        raise PermissionError("a socket of a network")
    if event in {"socket.connect", "socket.bind", "socket.sendto"} and arguments[0].family != socket.AF_UNIX:
        raise PermissionError("a socket of a network")
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        raise PermissionError("a name of a network")
sys.addaudithook(refuse)
"""
RUN = "from verifier.cli import main\nmain()\n"
WITHOUT_NETWORK = ("unshare", "--net", "--map-root-user")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    return CounterHome(tmp_path_factory.mktemp("counter")).found()


def run(home: CounterHome, program: str, *arguments: str, before: tuple[str, ...] = ()) -> str:
    told = {
        "COUNTERPROOF_COUNTER": str(home.folder),
        "COUNTERPROOF_AT": home.at.isoformat(),
        "PATH": "/usr/bin",
    }
    done = subprocess.run(
        [*before, sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def story(home: CounterHome, program: str, out: Path, before: tuple[str, ...] = ()) -> None:
    """Run every command once, the reading of a picture by its worker included."""
    run(home, program, "trust", "update", str(home.town.folder), before=before)
    run(home, program, *ASK, "--out", str(out), before=before)
    run(home, program, "next", before=before)
    picture = home.answer(home.town.resident(), pictured=True)
    found = json.loads(run(home, program, "check", picture, "--json", before=before))
    assert (found["verdict"], found["purpose"]) == ("accepted", PURPOSE)
    for command in (("status",), ("trust", "show"), ("challenge",), ("journal",), ("next",)):
        run(home, program, *command, before=before)


def test_every_command_with_sockets_refused(home: CounterHome, tmp_path: Path) -> None:
    story(home, REFUSING + RUN, tmp_path / "ask.png")


def test_every_command_without_any_network(home: CounterHome, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    tried = unshare and subprocess.run([*WITHOUT_NETWORK, "true"], check=False, capture_output=True)
    if not tried or tried.returncode:
        pytest.skip("this system lets nobody unplug the network of a process")
    story(home, RUN, tmp_path / "ask.png", before=WITHOUT_NETWORK)


def test_the_hook_would_see_a_socket() -> None:
    program = REFUSING + "socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "a socket of a network" in done.stderr or "a name of a network" in done.stderr
