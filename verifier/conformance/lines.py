"""Lines of bounded length from a stream that may hold endless ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LINE_LIMIT: Final = 8 * 1024 * 1024
"""The longest line that is read, bytes, without its end."""

_CHUNK: Final = 65_536


def read_lines(stream: BinaryIO, limit: int = LINE_LIMIT) -> Iterator[bytes | None]:
    """Yield each line without its end; None for a longer one, of which no more than `limit` is ever held."""
    while line := stream.readline(limit + 1):
        if line.endswith(b"\n"):
            yield line.removesuffix(b"\n").removesuffix(b"\r")
        elif len(line) <= limit:
            yield line
        else:
            del line
            _skip_rest(stream)
            yield None


def _skip_rest(stream: BinaryIO) -> None:
    while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
        pass
