"""The packed status values of a Token Status List (draft-ietf-oauth-status-list, section 4).

Entry i of width b stands at bits i*b .. i*b+b-1, least significant bit of byte 0 first; the bytes travel
as a zlib stream (RFC 1950).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

VALID, INVALID, SUSPENDED = 0, 1, 2

_SHIFTS = {1: 3, 2: 2, 4: 1, 8: 0}
"""Width in bits -> binary logarithm of the entries in a byte."""

_LOW_BITS = {1: b"\xff", 2: b"\x55", 4: b"\x11", 8: b"\x01"}
"""Width in bits -> a byte with the lowest bit of each entry set."""


class StatusList:
    """Status values, `bits` (1, 2, 4 or 8) each; `size` entries, always whole bytes of them.

    A list made by `empty` can be written to; one that was received cannot.
    """

    __slots__ = ("_in_byte", "_mask", "_shift", "bits", "packed", "size")

    def __init__(self, bits: int, packed: bytes | bytearray) -> None:
        if bits not in _SHIFTS:
            raise UsageError("status.bits-unusable", bits=bits)
        self.bits = bits
        self.packed = packed
        self._shift = _SHIFTS[bits]
        self._in_byte = (1 << self._shift) - 1
        self._mask = (1 << bits) - 1
        self.size = len(packed) << self._shift

    @classmethod
    def empty(cls, size: int, bits: int = 1) -> StatusList:
        """Make a list of at least `size` entries, all VALID; raise UsageError `status.*-unusable`."""
        if bits not in _SHIFTS:
            raise UsageError("status.bits-unusable", bits=bits)
        length = (size * bits + 7) // 8
        if size < 1 or length > LIMITS.status_inflated:
            raise UsageError("status.size-unusable", size=size)
        return cls(bits, bytearray(length))

    @classmethod
    def inflate(cls, bits: int, compressed: bytes) -> StatusList:
        """Unpack a received `lst`: exactly one zlib stream, at most `LIMITS.status_inflated` bytes.

        Raises MalformedError `status.compression`, `status.compression-trailing`, `status.empty` and
        LimitError `status.inflated-size`.
        """
        limit = LIMITS.status_inflated
        stream = zlib.decompressobj()
        try:
            packed = stream.decompress(compressed, limit + 1)
        except zlib.error:
            raise MalformedError("status.compression") from None
        if len(packed) > limit:
            raise LimitError("status.inflated-size", limit=limit)
        if not stream.eof:
            raise MalformedError("status.compression")
        if stream.unused_data:
            raise MalformedError("status.compression-trailing", size=len(stream.unused_data))
        if not packed:
            raise MalformedError("status.empty")
        return cls(bits, packed)

    def get(self, index: int) -> int:
        """Return the value of entry `index`; raise UsageError `status.index-range` outside the list."""
        if type(index) is not int or not 0 <= index < self.size:
            raise UsageError("status.index-range", size=self.size)
        return (self.packed[index >> self._shift] >> ((index & self._in_byte) * self.bits)) & self._mask

    def set(self, index: int, value: int) -> None:
        """Write entry `index`.

        Raises UsageError `status.index-range`, `status.value-range` for a value wider than an entry, and
        `status.read-only` for a received list.
        """
        if type(index) is not int or not 0 <= index < self.size:
            raise UsageError("status.index-range", size=self.size)
        if type(value) is not int or not 0 <= value <= self._mask:
            raise UsageError("status.value-range", bits=self.bits)
        if type(self.packed) is not bytearray:
            raise UsageError("status.read-only")
        at, offset = index >> self._shift, (index & self._in_byte) * self.bits
        self.packed[at] = self.packed[at] & ~(self._mask << offset) & 0xFF | value << offset

    def compress(self, level: int = 9) -> bytes:
        """Return the zlib stream; level 9 makes a list of 10^7 entries at 1 % 139 kB."""
        return zlib.compress(self.packed, level)

    def indices(self, value: int) -> Iterator[int]:
        """Yield the indices of all entries that hold `value`, in order."""
        marks = self.marks(value)
        for at, byte in enumerate(marks.to_bytes(len(self.packed), "little")):
            if byte:
                for place in range(1 << self._shift):
                    if byte >> (place * self.bits) & 1:
                        yield (at << self._shift) + place

    def count(self, value: int) -> int:
        """Return how many entries hold `value`."""
        return self.marks(value).bit_count()

    def left(self, value: int, newer: StatusList) -> tuple[int, int]:
        """Tell which entries hold `value` here and something else, or nothing, in `newer`.

        Returns their number and the first index (-1 where there is none).
        """
        if newer.bits == self.bits:
            here = self.marks(value)
            gone = here & (here ^ newer.marks(value))
            first = (gone & -gone).bit_length() - 1
            return gone.bit_count(), first // self.bits if gone else -1
        lost = [i for i in self.indices(value) if i >= newer.size or newer.get(i) != value]
        return len(lost), lost[0] if lost else -1

    def marks(self, value: int) -> int:
        """Return one large number with the lowest bit set of each entry that holds `value`."""
        low = int.from_bytes(_LOW_BITS[self.bits] * len(self.packed), "little")
        packed = int.from_bytes(self.packed, "little")
        marks = low
        for place in range(self.bits):
            bit = packed >> place
            marks &= bit if value >> place & 1 else ~bit
        return marks
