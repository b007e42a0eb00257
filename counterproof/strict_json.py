"""JSON from outside, read strictly: one value, each key once, whole numbers alone, no unknown member.

Python's own reader keeps the last of two equal keys and takes NaN; two programs that keep different
ones would disagree about what was signed. Base64url stands here too, as JOSE writes it (RFC 7515, 2).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, NoReturn, TypeVar

import msgspec

from counterproof.mdoc import typed
from counterproof.mdoc.errors import LimitError, MalformedError

T = TypeVar("T")

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_PATH = re.compile(r" - at `([^`]{1,120})`")


def loads(data: bytes, *, limit: int, fractions: bool = False) -> dict[str, Any]:
    """Return the object that `data` (UTF-8, at most `limit` bytes) is.

    `fractions` takes numbers with a fraction, as forms of other makers may have them. Raises LimitError
    `json.too-large`, MalformedError `json.malformed` for what is no JSON, a key twice, a number with a
    fraction, half of a surrogate pair, or anything but an object.
    """
    if len(data) > limit:
        raise LimitError("json.too-large", bytes=len(data), limit=limit)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_float=float if fractions else _refuse,
            parse_constant=_refuse,
        )
        if b"\\u" in data:
            # An escape may stand for half a character, which is no text: nothing behind us could encode it.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedError("json.malformed") from None
    if type(value) is not dict:
        raise MalformedError("json.malformed")
    return value


def convert(value: Any, kind: type[T]) -> T:
    """Return `value` as a msgspec structure; raise MalformedError `json.form` with the place."""
    try:
        return typed.convert(value, kind)
    except msgspec.ValidationError as error:
        # The library's own words may repeat the value that it did not like; the place says enough.
        place = _PATH.search(str(error))
        raise MalformedError("json.form", place=place[1] if place else "$") from None


def dumps(value: Any) -> bytes:
    """Return `value` as JSON that people can read: UTF-8, indented, a line end after it."""
    return (json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2) + "\n").encode()


def to_base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes; raise MalformedError `json.base64url` for any other than their one shortest form."""
    try:
        if _BASE64URL.fullmatch(text) is None:
            raise MalformedError("json.base64url")
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise MalformedError("json.base64url") from None
    if to_base64url(data) != text:
        raise MalformedError("json.base64url")
    return data


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse(_text: str) -> NoReturn:
    raise ValueError
