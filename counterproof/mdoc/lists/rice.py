"""Rice codes: small whole numbers in few bits, for the gaps between sorted ones.

A number v with parameter k is v >> k in unary (ones, then a zero) and then the low k bits of v, most
significant bit first; numbers follow each other without a seam, and zero bits fill the last byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_BITS = 256
"""The largest parameter."""


def best_parameter(values: Sequence[int]) -> int:
    """Return the parameter that codes these numbers in the fewest bits, near the logarithm of their mean."""
    if not values:
        return 0
    middle = max(sum(values) // len(values), 1).bit_length() - 1
    near = range(max(middle - 1, 0), min(middle + 2, MOST_BITS))
    return min(near, key=lambda k: (len(values) * (1 + k) + sum(value >> k for value in values), k))


def pack(values: Iterable[int], k: int) -> bytes:
    """Code numbers of 0 and more; `k` is 0 to `MOST_BITS`."""
    mask = (1 << k) - 1
    low = f"0{k}b" if k else ""
    text = "".join("1" * (each >> k) + "0" + (format(each & mask, low) if k else "") for each in values)
    size = (len(text) + 7) // 8
    return int(text.ljust(size * 8, "0"), 2).to_bytes(size, "big") if size else b""


def unpack(data: bytes, count: int, k: int) -> list[int]:
    """Return `count` numbers; there is one way only to write them.

    Raises MalformedError `rice.end` where the data ends too soon, and `rice.trailing` for bits behind it.
    """
    bits = _bits(data)
    values = list(_read(bits, count, k))
    used = count * (k + 1) + sum(value >> k for value in values)
    if len(bits) - used >= 8 or "1" in bits[used:]:  # noqa: PLR2004 - a byte's worth
        raise MalformedError("rice.trailing")
    return values


def reading(data: bytes, count: int, k: int) -> Iterator[int]:
    """Yield up to `count` numbers, for whoever may have seen enough before the end; raises `rice.end`."""
    return _read(_bits(data), count, k)


def _bits(data: bytes) -> str:
    return bin(int.from_bytes(b"\x01" + data, "big"))[3:]


def _read(bits: str, count: int, k: int) -> Iterator[int]:
    at = 0
    for _ in range(count):
        stop = bits.find("0", at)
        end = stop + 1 + k
        if stop < 0 or end > len(bits):
            raise MalformedError("rice.end")
        yield (stop - at) << k | (int(bits[stop + 1 : end], 2) if k else 0)
        at = end
