"""msgspec's typed reading, safe in threads from the first value on.

msgspec studies a structure when it first reads one, and lets other threads see it half studied: two threads
that read the same type for the first time at once end the process (seen with 0.22: a null type in `convert`).
Here the first reading of each type is one thread's alone; those behind it take no lock.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_STUDYING: Final = threading.Lock()
_studied: set[Any] = set()


def convert(value: Any, kind: type[T]) -> T:
    """Return plain values as a structure; raises msgspec.ValidationError."""
    _study(kind)
    return msgspec.convert(value, kind)


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Return JSON as a structure; raises msgspec.DecodeError, UnicodeError, RecursionError."""
    _study(kind)
    return msgspec.json.decode(data, type=kind)


def from_msgpack(data: bytes, kind: type[T]) -> T:
    """Return MessagePack as a structure; raises msgspec.DecodeError."""
    _study(kind)
    return msgspec.msgpack.decode(data, type=kind)


def _study(kind: Any) -> None:
    if kind in _studied:
        return
    # One lock for all types, since two of them may share a third.
    with _STUDYING:
        with suppress(msgspec.ValidationError):
            msgspec.convert(None, kind)
        _studied.add(kind)
