"""python-tuf's client, loaded without a socket.

It loads urllib3 for a fetcher that is not used here, and urllib3 opens a socket when it is loaded, to learn
whether this machine speaks IPv6. A counter opens no socket that nobody asked for, so it is told beforehand.
"""

from __future__ import annotations

import socket

_has_ipv6 = socket.has_ipv6
socket.has_ipv6 = False
try:
    from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig
finally:
    socket.has_ipv6 = _has_ipv6

__all__ = ["FetcherInterface", "Updater", "UpdaterConfig"]
