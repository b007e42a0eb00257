"""Run one of the commands with its sockets refused: `python -m scripts.offline verifier check answer.png`.

Every attempt of this process to open a socket, look up a name or connect ends it, whatever the code above
it would make of the refusal. The pipe to the picture decoder is the one exception.
"""

from __future__ import annotations

import importlib
import os
import socket
import sys

_LOCAL = (socket.AF_UNIX,)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.__new__" and arguments[1] not in _LOCAL:
        _stop("a socket was opened")
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        _stop("a name was looked up or a datagram sent")


def _stop(why: str) -> None:
    sys.stderr.write(f"offline: {why}\n")
    os._exit(99)


def main() -> None:
    """Install the refusal and hand over to the command named first."""
    sys.addaudithook(_refuse)
    program = sys.argv[1]
    sys.argv = sys.argv[1:]
    importlib.import_module(f"{program}.cli").main()


if __name__ == "__main__":
    main()
