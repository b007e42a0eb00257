"""A PostgreSQL of its own for a run of tests: in a temporary folder, on a Unix socket, without rights.

Debian's package `postgresql` is all it needs. The server is for nobody else: it listens to no network, and
is gone with its folder when the run ends. Each register gets a schema of its own in the one database.
"""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
_USERS = ("postgres", "nobody")


@functools.cache
def programs() -> Path | None:
    """Return the folder of the newest installed server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return None if initdb is None else Path(initdb).resolve().parent


class Server:
    """A running server; `url` makes a new, empty place for a register."""

    def __init__(self, folder: Path, bin_: Path) -> None:
        self.folder = folder
        self._bin = bin_
        self._numbers = itertools.count(1)
        self._as = _unprivileged(folder)
        self._data = folder / "data"
        self._run("initdb", "-D", self._data, "-U", "counterproof", "-A", "trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c max_connections=60"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is what a power cut would do."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def url(self) -> str:
        """Return the address of an empty schema."""
        name = f"agency{next(self._numbers)}"
        with psycopg.connect(host=str(self.folder), user="counterproof", dbname="postgres") as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        options = quote(f"-csearch_path={name}")
        return f"postgresql://counterproof@/postgres?host={quote(str(self.folder))}&options={options}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            **self._as,
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}"


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return how to run as somebody who is not root, whom PostgreSQL refuses to be run by."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _USERS if name in known)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def serve() -> Iterator[Server | None]:
    """Give a running server, or None where there is no PostgreSQL."""
    found = programs()
    if found is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="cp-pg-") as name:
        folder = Path(name)
        server = Server(folder, found)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
