"""From one status list to the next in a few kilobytes: which bits changed, and the bytes around the list.

Nothing in a delta is believed. It rebuilds the newer token byte for byte, and that token is proven as if it
had come whole: its own signature is over every byte, the compressed list among them. A zlib that packs the
same entries otherwise rebuilds something else; the hash shows that, and the whole list is needed then.
docs/adr/0053-updates-of-status-lists.md says why.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from typing import TYPE_CHECKING, Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.errors import MalformedError, StoreError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists import rice
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import StatusListToken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = "1.0"
_PATH = "status-delta"
_CHANGED = re.compile(rb"[^\x00]")


def build_status_delta(old: bytes, new: bytes) -> bytes:
    """Return what turns the token `old` into the token `new`, both as they were signed.

    Raises UsageError `status-delta.shape` for lists of different names, widths or sizes, and
    `status-delta.not-ours` where this program would pack the newer list otherwise.
    """
    after = StatusListToken.from_bytes(new)
    if after.status_list.compress() != after.compressed:
        raise UsageError("status-delta.not-ours")
    return _delta(old, new, after)


def build_status_deltas(olds: Iterable[bytes], new: bytes) -> dict[str, bytes]:
    """Return what turns each of several older tokens into `new`, by the older one's SHA-256 in hexadecimal.

    Compressing costs the most, and is done once. Older tokens of another shape are left out. Raises as
    `build_status_delta`, but for them.
    """
    after = StatusListToken.from_bytes(new)
    if after.status_list.compress() != after.compressed:
        raise UsageError("status-delta.not-ours")
    found = {}
    for old in olds:
        with contextlib.suppress(UsageError):
            found[hashlib.sha256(old).hexdigest()] = _delta(old, new, after)
    return found


def _delta(old: bytes, new: bytes, after: StatusListToken) -> bytes:
    before = StatusListToken.from_bytes(old)
    lists = before.status_list, after.status_list
    if before.uri != after.uri or lists[0].bits != lists[1].bits or lists[0].size != lists[1].size:
        raise UsageError("status-delta.shape")
    start = new.index(after.compressed)
    same = _common(old, new[:start])
    gaps = list(_gaps(bytes(lists[0].packed), bytes(lists[1].packed)))
    k = rice.best_parameter(gaps)
    members: dict[str, Any] = {
        "version": VERSION,
        "from": hashlib.sha256(old).digest(),
        "to": hashlib.sha256(new).digest(),
        "same": same,
        "before": new[same:start],
        "after": new[start + len(after.compressed) :],
        "count": len(gaps),
        "rice": k,
        "gaps": rice.pack(gaps, k),
    }
    return encode(members)


def apply_status_delta(old: bytes, delta: bytes) -> bytes:
    """Return the newer token, rebuilt from the older one; it is proven nowhere yet.

    Raises MalformedError `cbor.*`, `mdoc.*`, `rice.*`, `status-delta.range`; StoreError
    `status-delta.other-base` where `old` is not the list that was changed, and `status-delta.rebuilt` where
    something else came out than what was signed.
    """
    members = f.text_map(decode_exact(delta, LIMITS.status_delta), _PATH)
    f.check_version(members.get("version"), _PATH)
    base, target, middle, end, coded = (
        _octets(members, name) for name in ("from", "to", "before", "after", "gaps")
    )
    if hashlib.sha256(old).digest() != base:
        raise StoreError("status-delta.other-base")
    before = StatusListToken.from_bytes(old).status_list
    changes = f.uint(members, "count", _PATH, before.size * before.bits)
    packed, at = bytearray(before.packed), -1
    for gap in rice.unpack(coded, changes, f.uint(members, "rice", _PATH, rice.MOST_BITS)):
        at += gap + 1
        if at >= len(packed) * 8:
            raise MalformedError("status-delta.range")
        packed[at >> 3] ^= 1 << (at & 7)
    start = old[: f.uint(members, "same", _PATH, len(old))]
    rebuilt = b"".join((start, middle, StatusList(before.bits, packed).compress(), end))
    if hashlib.sha256(rebuilt).digest() != target:
        raise StoreError("status-delta.rebuilt")
    return rebuilt


def _gaps(old: bytes, new: bytes) -> Iterator[int]:
    """Yield the distances between bits that changed, less one; bit 0 is the lowest of the first byte."""
    changed = int.from_bytes(old, "little") ^ int.from_bytes(new, "little")
    last = -1
    for match in _CHANGED.finditer(changed.to_bytes(len(old), "little")):
        place = match.start()
        byte = match.group()[0]
        for bit in range(8):
            if byte >> bit & 1:
                at = place * 8 + bit
                yield at - last - 1
                last = at


def _common(one: bytes, other: bytes) -> int:
    """Return how many bytes two strings begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _octets(members: dict[str, Any], name: str) -> bytes:
    value = members.get(name)
    if type(value) is not bytes:
        raise MalformedError("mdoc.member", path=_PATH, member=name)
    return value
