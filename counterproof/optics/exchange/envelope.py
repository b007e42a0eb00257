"""Strict readers of the profile's own maps: deterministic bytes, exact types, bounded values.

Inside DeviceRequest and DeviceResponse the laxer rules of documents hold; `counterproof.mdoc` reads those.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import EncodedCbor, decode_exact
from counterproof.mdoc.errors import MalformedError, UnsupportedError
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.mdoc.limits import CborLimits

PROFILE_VERSION: Final = 1
LARGEST_INTEGER: Final = 2**53 - 1

_PURPOSE: Final = re.compile(r"[a-z0-9.-]{1,64}")
_AUDIENCE: Final = re.compile(r"[A-Z0-9-]{3,20}")
_CHALLENGE: Final = re.compile(r"[0-9]{6}")


def outer_map(data: bytes, members: Mapping[int, type], path: str, limits: CborLimits) -> dict[int, Any]:
    """Read an outer map that has exactly `members`, each of exactly that type."""
    value = decode_exact(data, limits, shortest=True)
    if type(value) is not dict:
        raise MalformedError("exchange.form", path=path)
    for key in value:
        if type(key) is not int or key not in members:
            raise MalformedError("exchange.unknown-member", path=path)
    for key, kind in members.items():
        if type(value.get(key)) is not kind:
            raise MalformedError("exchange.member", path=path, member=key)
    return value


def terms_map(value: Any, path: str) -> dict[int, Any]:
    """Read the map inside a tag-24 item; members whose key is no integer are left out, as unknown.

    The profile version, member 0, is checked: UnsupportedError `exchange.version`.
    """
    if type(value) is not EncodedCbor:
        raise MalformedError("exchange.form", path=path)
    members = decode_exact(value.content, LIMITS.terms, shortest=True)
    if type(members) is not dict:
        raise MalformedError("exchange.form", path=path)
    known = {key: item for key, item in members.items() if type(key) is int}
    version = integer(known, 0, path)
    if version != PROFILE_VERSION:
        raise UnsupportedError("exchange.version", found=version, known=PROFILE_VERSION)
    return known


def integer(
    members: Mapping[int, Any], key: int, path: str, least: int = 0, most: int = LARGEST_INTEGER
) -> int:
    """Return the mandatory integer member `key`."""
    value = members.get(key)
    if type(value) is not int or not least <= value <= most:
        raise MalformedError("exchange.member", path=path, member=key)
    return value


def octets(members: Mapping[int, Any], key: int, path: str, size: int) -> bytes:
    """Return the mandatory byte string `key` of exactly `size` bytes."""
    value = members.get(key)
    if type(value) is not bytes or len(value) != size:
        raise MalformedError("exchange.member", path=path, member=key)
    return value


def purpose(members: Mapping[int, Any], key: int, path: str) -> str:
    """Return the mandatory purpose id `key`."""
    return _matching(members.get(key), _PURPOSE, key, path)


def audience(value: Any, key: int, path: str) -> str:
    """Return `value` if it is an id of the reader register."""
    return _matching(value, _AUDIENCE, key, path)


def challenge(value: Any, key: int, path: str) -> str:
    """Return `value` if it is six digits."""
    return _matching(value, _CHALLENGE, key, path)


def _matching(value: Any, pattern: re.Pattern[str], key: int, path: str) -> str:
    if type(value) is not str or pattern.fullmatch(value) is None:
        raise MalformedError("exchange.member", path=path, member=key)
    return value
