"""A walk over the heads of a CBOR input, without building anything.

It serves four ends: to say what is wrong and where when the decoder only says that something is; to
count items before a large input is decoded; to demand shortest form where it is demanded; and to find
where tag-24 items begin and end in inputs whose heads are not in shortest form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import cbor2

from counterproof.mdoc.errors import LimitError, MalformedError

if TYPE_CHECKING:
    from counterproof.mdoc.limits import CborLimits

_UINT, _NINT, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_TAGS = frozenset({0, 24, 1004})
_TAGS_WITH_BIGNUM = _TAGS | {2}
_ARGUMENT_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}
_SMALLEST_ARGUMENT = {1: 24, 2: 2**8, 4: 2**16, 8: 2**32}
_INDEFINITE = 31
_FIRST_EXTENDED = 24
_SIMPLE_BYTE = 24
_FIRST_TWO_BYTE_SIMPLE = 32
_SHOWN_NUMBERS = range(-0xFFFF, 0x10000)
"""Labels of COSE and CWT; larger numbers are a sender's own."""

_MEMBERS = """
    version documents documentErrors errors status docType issuerSigned deviceSigned nameSpaces
    issuerAuth deviceAuth deviceSignature deviceMac digestID random elementIdentifier elementValue
    digestAlgorithm valueDigests deviceKeyInfo deviceKey keyAuthorizations keyInfo dataElements
    validityInfo signed validFrom validUntil expectedUpdate status_list identifier_list idx id uri
    certificate docRequests itemsRequest readerAuth readerAuthAll deviceRequestInfo requestInfo
    eReaderKey data bits lst aggregation_uri vicalProvider vicalIssueID date nextUpdate notAfter
    notBefore certificateInfos serialNumber ski issuer subject issuingAuthority issuingCountry
    stateOrProvinceName certificateProfile provider type enc cipherText encryptionParameters
    encryptedDocuments recipientPublicKey nonce
"""
_SHOWN_KEYS = frozenset(_MEMBERS.split())
"""Members that the standards name. A key that a sender chose may be a value, and is not repeated."""


def head(major: int, argument: int) -> bytes:
    """Return the shortest head of `major` type with `argument` (RFC 8949, section 3)."""
    if argument < _FIRST_EXTENDED:
        return bytes((major << 5 | argument,))
    if argument < 1 << 8:
        return bytes((major << 5 | 24, argument))
    if argument < 1 << 16:
        return bytes((major << 5 | 25, argument >> 8, argument & 0xFF))
    if argument < 1 << 32:
        return bytes((major << 5 | 26,)) + argument.to_bytes(4, "big")
    return bytes((major << 5 | 27,)) + argument.to_bytes(8, "big")


_SURE_KEYS = frozenset({str, int, bytes, bool, type(None)})
_NAN = ("NaN",)
"""Stands for every NaN, as all of them are one key (RFC 8949, 5.6.1)."""


def has_odd_key(value: Any) -> bool:
    """Whether a map in a decoded value has a key that may stand there twice although the decoder saw it once.

    No NaN is equal to another in Python, so it holds them apart; in CBOR they are one key (RFC 8949, 5.6.1).
    """
    waiting = [value]
    for each in waiting:
        if type(each) is dict:
            if not _SURE_KEYS.issuperset(map(type, each)):
                return True
            waiting += each.values()
        elif type(each) is list:
            waiting += each
    return False


class Scan:
    """One walk over `data`; raises at the first thing that the rules refuse.

    Tags outside 0, 24 and 1004 are refused; `bignum` lets 2 pass, and then nothing but whole numbers, text,
    byte strings and simple values as a key. After `run`, `encoded_spans` holds
    (start, end) of each tag-24 item, in order.
    """

    def __init__(
        self,
        data: bytes,
        limits: CborLimits,
        *,
        shortest: bool = False,
        bignum: bool = False,
    ) -> None:
        self._data = data
        self._limits = limits
        self._shortest = shortest
        self._tags = _TAGS_WITH_BIGNUM if bignum else _TAGS
        # Python hashes big numbers and tuples in a way that anybody can foresee: 16,000 keys with one hash
        # hold the decoder four seconds, and the lists that have big numbers may hold eight times as many.
        self._plain_keys = bignum
        self._items = 0
        self._path: list[str] = []
        self.encoded_spans: list[tuple[int, int]] = []

    def run(self) -> None:
        """Walk the whole input; raise MalformedError or LimitError `cbor.*` with path and offset."""
        end = self._item(0, 1)
        if end != len(self._data):
            self._fail("cbor.trailing-bytes", end)

    def _fail(self, code: str, offset: int, error: type[MalformedError] = MalformedError) -> NoReturn:
        raise error(code, path="".join(self._path) or ".", offset=offset)

    def _head(self, offset: int) -> tuple[int, int, int]:
        """Return major type, argument and the offset behind the head."""
        data = self._data
        if offset >= len(data):
            self._fail("cbor.truncated", offset)
        major, extra = data[offset] >> 5, data[offset] & 31
        if extra < _FIRST_EXTENDED:
            return major, extra, offset + 1
        size = _ARGUMENT_SIZES.get(extra)
        if size is None:
            indefinite = extra == _INDEFINITE and major != _TAG
            self._fail("cbor.indefinite" if indefinite else "cbor.reserved", offset)
        end = offset + 1 + size
        if end > len(data):
            self._fail("cbor.truncated", offset)
        argument = int.from_bytes(data[offset + 1 : end], "big")
        if major == _SIMPLE:
            if extra == _SIMPLE_BYTE and argument < _FIRST_TWO_BYTE_SIMPLE:
                self._fail("cbor.reserved", offset)
        elif self._shortest and argument < _SMALLEST_ARGUMENT[size]:
            self._fail("cbor.not-shortest", offset)
        return major, argument, end

    def _item(self, offset: int, depth: int) -> int:
        """Walk one item and return the offset behind it."""
        self._items += 1
        if self._items > self._limits.items:
            self._fail("cbor.items", offset, LimitError)
        major, argument, end = self._head(offset)
        if major in (_BYTES, _TEXT):
            return self._string(major, argument, end)
        if major in (_ARRAY, _MAP, _TAG) and depth > self._limits.depth:
            self._fail("cbor.depth", offset, LimitError)
        if major == _ARRAY:
            return self._array(argument, end, depth)
        if major == _MAP:
            return self._map(argument, end, depth)
        if major == _TAG:
            return self._tag(argument, offset, end, depth)
        return end

    def _string(self, major: int, length: int, start: int) -> int:
        end = start + length
        if end > len(self._data):
            self._fail("cbor.truncated", start)
        if major == _TEXT:
            try:
                self._data[start:end].decode("utf-8")
            except UnicodeDecodeError:
                self._fail("cbor.utf8", start)
        return end

    def _array(self, count: int, offset: int, depth: int) -> int:
        for index in range(count):
            self._path.append(f"[{index}]")
            offset = self._item(offset, depth + 1)
            self._path.pop()
        return offset

    def _map(self, count: int, offset: int, depth: int) -> int:
        seen: set[object] = set()
        for _ in range(count):
            end = self._item(offset, depth + 1)
            name = self._key(offset, end)
            if name in seen:
                self._fail("cbor.duplicate-key", offset)
            seen.add(name)
            self._path.append(_shown(name))
            offset = self._item(end, depth + 1)
            self._path.pop()
        return offset

    def _key(self, start: int, end: int) -> object:
        """Return the key as the decoder sees it, so that 1, 1.0 and a longer 1 count as the same.

        Arrays, maps and tags count by their bytes; the decoder behind this walk compares them by value.
        """
        raw = self._data[start:end]
        if raw[0] >> 5 > _TEXT and raw[0] >> 5 != _SIMPLE:
            if self._plain_keys:
                self._fail("cbor.malformed", start)
            return (raw,)
        key = cbor2.loads(raw, immutable=True)
        return _NAN if key != key else key  # noqa: PLR0124 - NaN alone differs from itself

    def _tag(self, tag: int, start: int, offset: int, depth: int) -> int:
        if tag not in self._tags:
            self._fail("cbor.tag", start)
        before = self._items
        end = self._item(offset, depth + 1)
        content = self._data[offset] >> 5
        if content != (_BYTES if tag in (2, 24) else _TEXT) or self._items != before + 1:
            self._fail("cbor.tag-content", start)
        if tag == 24:  # noqa: PLR2004 - RFC 8949, 3.4.5.1
            self.encoded_spans.append((start, end))
        return end


def _shown(key: object) -> str:
    """Return a map key as a step of a path: a name of the standards, or how long it is, never a value."""
    if isinstance(key, bytes):
        return f".<{len(key)} bytes>"
    if isinstance(key, str):
        return f".{key}" if key in _SHOWN_KEYS else f".<{len(key)} characters>"
    return f".{key}" if type(key) is int and key in _SHOWN_NUMBERS else ".<no text>"
