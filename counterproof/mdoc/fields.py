"""Small strict readers for decoded maps: the type is checked with `type(x) is`, never `isinstance`.

Python counts True as an int and 0.0 as equal to 0; a digest id of False must not find digest 0.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, TDate
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from datetime import datetime

_SURELY_SHORT = LIMITS.name // 4
"""So many characters fit in any case: UTF-8 takes four bytes for one at most."""

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)


def text_map(value: Any, path: str) -> dict[str, Any]:
    """Return `value` if it is a map; raise MalformedError `mdoc.form` with the path."""
    if type(value) is not dict:
        raise MalformedError("mdoc.form", path=path)
    return value


def text(fields: dict[Any, Any], key: str, path: str) -> str:
    """Return the mandatory text member `key`."""
    value = fields.get(key)
    if type(value) is not str:
        raise MalformedError("mdoc.member", path=path, member=key)
    return value


def name(fields: dict[Any, Any], key: str, path: str) -> str:
    """Return the mandatory member `key`: a docType, namespace or identifier of bounded length."""
    value = fields.get(key)
    if type(value) is not str:
        raise MalformedError("mdoc.member", path=path, member=key)
    check_name(value, path)
    return value


def check_name(value: Any, path: str) -> None:
    """Check that `value` is text, not empty and of bounded length."""
    if type(value) is not str or not value:
        raise MalformedError("mdoc.name", path=path)
    if len(value) > _SURELY_SHORT and (len(value) > LIMITS.name or len(value.encode()) > LIMITS.name):
        raise LimitError("mdoc.name-length", path=path, limit=LIMITS.name)


def uint(fields: dict[Any, Any], key: str, path: str, limit: int = 2**53 - 1) -> int:
    """Return the mandatory unsigned member `key`, at most `limit`."""
    value = fields.get(key)
    if type(value) is not int or not 0 <= value <= limit:
        raise MalformedError("mdoc.member", path=path, member=key)
    return value


def encoded(value: Any, path: str) -> EncodedCbor:
    """Return `value` if it is a tag-24 item."""
    if type(value) is not EncodedCbor:
        raise MalformedError("mdoc.tag-24", path=path)
    return value


def array(value: Any, path: str, limit: int) -> list[Any]:
    """Return `value` if it is an array of one to `limit` items."""
    if type(value) is not list or not value:
        raise MalformedError("mdoc.form", path=path)
    if len(value) > limit:
        raise LimitError("mdoc.count", path=path, limit=limit)
    return value


def tdate(fields: dict[Any, Any], key: str, path: str) -> datetime:
    """Return the mandatory tagged date `key`, in UTC."""
    value = fields.get(key)
    if type(value) is not TDate:
        raise MalformedError("mdoc.member", path=path, member=key)
    return _datetime(value.text)


@lru_cache(maxsize=1024)
def _datetime(value: str) -> datetime:
    """Read a date; batches share theirs, and reading one costs more than hashing an item."""
    return TDate(value).to_datetime()


def check_version(value: Any, path: str, major: int = 1) -> None:
    """Check the major version; unknown minor versions are let pass (ISO/IEC 18013-5, 8.1)."""
    if type(value) is not str:  # asked before the memory, which cannot hold a list
        raise MalformedError("mdoc.version-form", path=path)
    _check_version(value, path, major)


@lru_cache(maxsize=64)
def _check_version(value: str, path: str, major: int) -> None:
    match = _VERSION.fullmatch(value)
    if match is None:
        raise MalformedError("mdoc.version-form", path=path)
    if int(match.group(1)) != major:
        raise UnsupportedError("mdoc.version", path=path, major=int(match.group(1)))
