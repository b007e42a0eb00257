"""The one door to CBOR: strict decoding, deterministic encoding, bytes kept as received.

`decode_exact` takes what RFC 8949 calls well-formed and valid, less everything that lets two readers see
two things in the same bytes: trailing bytes, duplicate keys, indefinite lengths, and every tag but 0, 24
and 1004. Lengths that are not in shortest form are borne, because documents of other makers have them,
unless `shortest` asks for deterministic form (our own envelopes). `encode` writes RFC 8949, 4.2.1.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn

import cbor2
import msgspec

from counterproof.mdoc.cbor_scan import Scan, has_odd_key, head
from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS, CborLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TAG_TDATE = 0
TAG_BIGNUM = 2
TAG_ENCODED_CBOR = 24
TAG_FULL_DATE = 1004
_ARRAY = 4

# Tags that cbor2 turns into live objects by itself; each must be named to be refused before it does.
_BUILT_IN_TAGS = (1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 43000, 55799)

# A tag-24 item one of whose heads is not in shortest form shows this: a zero before the last byte of the
# tag's number, or a length behind it that a shorter head would hold. Other bytes may show it too.
_LONG_HEAD = re.compile(rb"\x18(?:(?<=\x00\x18)[\x40-\x5b]|\x58[\x00-\x17]|[\x59-\x5b]\x00)")

# Without this, every tag 24 is a shortest head before a byte string with a shortest head (of up to 2^32
# bytes): its number always ends in 0x18 behind 0xd8, or behind a zero where the head is longer.
_ODD_TAG_24 = re.compile(
    rb"\x18(?:(?<=\x00\x18)"
    rb"|(?<=\xd8\x18)(?![\x40-\x57]|\x58[\x18-\xff]|\x59[\x01-\xff]|\x5a(?!\x00\x00)))"
)

_MARK = b"Here ends one of the inputs; whatever comes behind is the next. "
_BORDER = b"\x58\x40" + _MARK
"""A byte string put behind each input, so that one call decodes them all and shows where each ended."""

ITEM_HEADS = [b"\xd8\x18" + head(2, size) for size in range(512)]
"""Heads of tag-24 items by the size of their content, made once: every item made or checked needs one."""

_ARRAY_OF_TWO = b"\x82"
_BROKEN = object()

_TDATE = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TDATE_STRICT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class EncodedCbor(msgspec.Struct, eq=False, gc=False):
    """Tag 24: CBOR kept as bytes (RFC 8949, 3.4.5.1).

    `content` is the byte string's content; `received` is the whole item as it came where its heads were
    not in shortest form, None where they were.
    """

    content: bytes
    received: bytes | None = None

    @classmethod
    def of(cls, value: Any) -> EncodedCbor:
        """Encode `value` and wrap it."""
        return cls(encode(value))

    @property
    def raw(self) -> bytes:
        """The item's bytes, tag and head included: what digests and signatures run over."""
        if self.received is None:
            size = len(self.content)
            start = ITEM_HEADS[size] if size < len(ITEM_HEADS) else b"\xd8\x18" + head(2, size)
            self.received = start + self.content
        return self.received

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EncodedCbor) and self.raw == other.raw

    def __ne__(self, other: object) -> bool:
        # A struct made with eq=False keeps an inequality of its own, which goes by identity.
        return not self == other

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return f"EncodedCbor({len(self.content)} bytes)"


class TDate(msgspec.Struct, frozen=True, gc=False):
    """Tag 0: a date and time as RFC 3339 text, kept as it came; 18013-5 asks for `Z` and no fraction."""

    text: str

    def __repr__(self) -> str:
        return f"TDate({len(self.text)} characters)"

    @classmethod
    def of(cls, at: datetime) -> TDate:
        """Make one from an aware time, cut to whole seconds."""
        return cls(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    @property
    def strict(self) -> bool:
        """Whether the text has the form that ISO/IEC 18013-5, 7.2.1 asks senders for."""
        return _TDATE_STRICT.fullmatch(self.text) is not None

    def to_datetime(self) -> datetime:
        """Return the time in UTC, whole seconds; raise MalformedError `cbor.date` where it is none."""
        if _TDATE.fullmatch(self.text) is None:
            raise MalformedError("cbor.date")
        try:
            return datetime.fromisoformat(self.text.upper()).astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            raise MalformedError("cbor.date") from None


class FullDate(msgspec.Struct, frozen=True, gc=False):
    """Tag 1004: a calendar date `YYYY-MM-DD` (RFC 8943), kept as it came."""

    text: str

    def __repr__(self) -> str:
        return f"FullDate({len(self.text)} characters)"

    @classmethod
    def of(cls, day: date) -> FullDate:
        """Make one from a date."""
        return cls(day.isoformat())

    def to_date(self) -> date:
        """Return the date; raise MalformedError `cbor.date` where it is none."""
        if _FULL_DATE.fullmatch(self.text) is None:
            raise MalformedError("cbor.date")
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            raise MalformedError("cbor.date") from None


class Spliced:
    """Bytes that already are one CBOR item, written into a structure as they are."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw


def _encoded_cbor(value: Any) -> EncodedCbor:
    if type(value) is not bytes:
        raise MalformedError("cbor.tag-content", tag=TAG_ENCODED_CBOR)
    return EncodedCbor(value)


@lru_cache(maxsize=1024)  # batches share their dates
def _tdate(value: Any) -> TDate:
    if type(value) is not str:
        raise MalformedError("cbor.tag-content", tag=TAG_TDATE)
    return TDate(value)


def _full_date(value: Any) -> FullDate:
    if type(value) is not str:
        raise MalformedError("cbor.tag-content", tag=TAG_FULL_DATE)
    return FullDate(value)


def _bignum(value: Any) -> int:
    if type(value) is not bytes:
        raise MalformedError("cbor.tag-content", tag=TAG_BIGNUM)
    return int.from_bytes(value, "big")


def _tag(read: Callable[[Any], Any]) -> Any:
    """Return a decoder for one tag: `read` makes the value from the content.

    cbor2 asks a decoder of the plain kind for a name each time, and its lack costs as much as ten values;
    this kind has one. Its first stage says that no container is to be made ahead of the content, whether
    it is to be immutable or not; a look-up says so without running any Python.
    """
    stages = (None, read)
    return cbor2.shareable_decoder(partial({False: stages, True: stages}.__getitem__))


def _refuse_tag(_value: Any, _immutable: bool) -> NoReturn:  # noqa: FBT001 - cbor2 calls it so
    raise MalformedError("cbor.tag")


_DECODERS: dict[int, Any] = {
    **dict.fromkeys(_BUILT_IN_TAGS, _refuse_tag),
    TAG_TDATE: _tag(_tdate),
    TAG_ENCODED_CBOR: _tag(_encoded_cbor),
    TAG_FULL_DATE: _tag(_full_date),
}
_DECODERS_WITH_BIGNUM = {**_DECODERS, TAG_BIGNUM: _tag(_bignum)}
_DECODERS_OF_PLAIN = {**_DECODERS, TAG_ENCODED_CBOR: _tag(EncodedCbor)}
"""For inputs without _ODD_TAG_24, where tag 24 has no content but byte strings."""


def decode_exact(
    data: bytes, limits: CborLimits = LIMITS.message, *, shortest: bool = False, bignum: bool = False
) -> Any:
    """Decode exactly one CBOR item that fills `data`.

    Tag 24 comes as EncodedCbor, tag 0 as TDate, tag 1004 as FullDate; `bignum` lets tag 2 pass as int
    (VICAL serial numbers), and no array, map or tag as a key. Raises MalformedError or LimitError with a
    code `cbor.*`, the path from the top and the offset in bytes. Source: RFC 8949, sections 3, 5.3.1 and 5.6.
    """
    if len(data) > limits.size:
        raise LimitError("cbor.size", size=len(data), limit=limits.size)
    if not (shortest or bignum):
        values = decode_plain((data,), limits)
        if values is not None and not has_odd_key(values[0]):
            return values[0]
    return decode_carefully(data, limits, shortest=shortest, bignum=bignum)


def decode_outer(data: bytes, limits: CborLimits) -> tuple[Any, bool]:
    """Decode as `decode_exact`; also say whether the input is plain, and so is what is nested in it.

    Then `decode_plain` need not search the contents of its byte strings again.
    """
    if len(data) > limits.size:
        raise LimitError("cbor.size", size=len(data), limit=limits.size)
    values = decode_plain((data,), limits)
    if values is None:
        return decode_carefully(data, limits, shortest=False, bignum=False), False
    return values[0], True


def decode_each(parts: Sequence[bytes], limits: CborLimits) -> list[Any]:
    """Decode several inputs, each as `decode_exact` would: the same values, the same errors, less time."""
    values = decode_plain(parts, limits)
    return [decode_exact(part, limits) for part in parts] if values is None else values


def decode_plain(
    parts: Sequence[bytes], limits: CborLimits, *, inside_plain: bool = False
) -> list[Any] | None:
    """Decode inputs that have nothing unusual about them in one call; None says to look closer.

    They are decoded as one array of each input and a mark behind it. _MARK stands in those bytes as often
    as it was put there, so a value equal to it was read from one of these places, and its head are the two
    bytes before: a longer head of the length 64 would end in 00 40 and not in 58 40. Where every second
    value is the mark, each input was hence one item from its first byte to its last.

    `inside_plain` says that each part stood in one piece in an input that passed here. Then none holds a
    mark or an odd tag 24, and no border makes one: a mark holds no X, with which a border begins, and its H
    but once; and before a border, what of a tag 24 is there is followed as a plain one is.
    """
    joined = _BORDER.join((*parts, b""))
    count = len(parts)
    most = min(
        limits.size, limits.items
    )  # an item takes a byte at least, so shorter ones cannot hold too many
    if len(joined) > most and max(map(len, parts)) > most:
        return None
    if not inside_plain and (joined.count(_MARK) != count or _ODD_TAG_24.search(joined)):
        return None
    try:
        values = cbor2.loads(
            (_ARRAY_OF_TWO if count == 1 else head(_ARRAY, 2 * count)) + joined,
            tag_hook=_refuse_tag,
            semantic_decoders=_DECODERS_OF_PLAIN,
            max_depth=limits.depth + 1,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
    except _DECODE_ERRORS:
        return None
    return values[::2] if values[1::2] == [_MARK] * count else None


def decode_carefully(data: bytes, limits: CborLimits, *, shortest: bool, bignum: bool) -> Any:
    """Decode as `decode_exact` promises, whatever the input: what it refuses, it explains."""
    decoders = _DECODERS_WITH_BIGNUM if bignum else _DECODERS
    may_hold_encoded = True
    if shortest or bignum or len(data) > limits.items:
        # An item takes a byte at least, so shorter inputs cannot hold too many.
        scan = Scan(data, limits, shortest=shortest, bignum=bignum)
        scan.run()
        may_hold_encoded = bool(scan.encoded_spans)  # a status list token has none, and 139 kB to search
    if may_hold_encoded and _LONG_HEAD.search(data):
        decoders = _with_spans(data, limits, decoders, bignum=bignum)
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            stream,
            tag_hook=_refuse_tag,
            semantic_decoders=decoders,
            max_depth=limits.depth,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        ).decode()
    except _DECODE_ERRORS:
        value = _BROKEN
    if value is _BROKEN:
        # The decoder says only that something is wrong; the walk says what, where, and without a value.
        Scan(data, limits, bignum=bignum).run()
        raise MalformedError("cbor.malformed")
    if stream.tell() != len(data):
        raise MalformedError("cbor.trailing-bytes", offset=stream.tell(), size=len(data))
    if has_odd_key(value):
        Scan(data, limits, bignum=bignum).run()
    return value


def content_of(data: bytes) -> bytes | None:
    """Return the content where `data` is surely a tag-24 item in shortest form, 256 to 65,535 bytes long."""
    if data[:3] == b"\xd8\x18\x59" and len(data) - 5 == int.from_bytes(data[3:5], "big") > 0xFF:  # noqa: PLR2004
        return data[5:]
    return None


def raws(items: Iterable[EncodedCbor]) -> list[bytes]:
    """Return the bytes of each tag-24 item, as `EncodedCbor.raw` does."""
    heads = ITEM_HEADS
    most = len(heads)
    return [
        heads[len(item.content)] + item.content
        if item.received is None and len(item.content) < most
        else item.raw
        for item in items
    ]


def unwrap(data: bytes, limits: CborLimits) -> EncodedCbor:
    """Read one tag-24 item that fills `data`; raise as `decode_exact`, or MalformedError `mdoc.tag-24`."""
    content = content_of(data)
    if content is not None:
        if len(data) > limits.size:
            raise LimitError("cbor.size", size=len(data), limit=limits.size)
        return EncodedCbor(content, data)
    value = decode_exact(data, limits)
    if type(value) is not EncodedCbor:
        raise MalformedError("mdoc.tag-24", path=".")
    return value


_DECODE_ERRORS = (cbor2.CBORError, MalformedError, ValueError, TypeError, OverflowError, RecursionError)


def _with_spans(data: bytes, limits: CborLimits, decoders: dict[int, Any], *, bignum: bool) -> dict[int, Any]:
    """Return decoders that give each tag-24 item the very bytes it was received as."""
    scan = Scan(data, limits, bignum=bignum)
    scan.run()
    spans = iter(scan.encoded_spans)

    def as_received(value: Any) -> EncodedCbor:
        start, end = next(spans)
        return EncodedCbor(_encoded_cbor(value).content, data[start:end])

    return {**decoders, TAG_ENCODED_CBOR: _tag(as_received)}


def encode(value: Any) -> bytes:
    """Encode in deterministic form: shortest heads, definite lengths, keys in byte order.

    Takes None, bool, int, str, bytes, list, tuple, dict, EncodedCbor, TDate, FullDate and Spliced.
    Raises UsageError `cbor.unencodable` for anything else. Source: RFC 8949, 4.2.1.
    """
    parts: list[bytes] = []
    _encode_into(value, parts)
    return b"".join(parts)


def _encode_into(value: Any, parts: list[bytes]) -> None:
    kind = type(value)
    if kind is dict:
        pairs = sorted((encode(key), item) for key, item in value.items()) if len(value) > 1 else None
        parts.append(head(5, len(value)))
        for raw, item in pairs or [(encode(key), item) for key, item in value.items()]:
            parts.append(raw)
            _encode_into(item, parts)
    elif kind is list or kind is tuple:
        parts.append(head(4, len(value)))
        for item in value:
            _encode_into(item, parts)
    elif kind is EncodedCbor or kind is Spliced:
        parts.append(value.raw)
    elif kind is TDate:
        parts.append(b"\xc0" + cbor2.dumps(value.text))
    elif kind is FullDate:
        parts.append(b"\xd9\x03\xec" + cbor2.dumps(value.text))
    elif value is None or kind in (bool, int, str, bytes):
        parts.append(cbor2.dumps(value))
    else:
        raise UsageError("cbor.unencodable", type=kind.__name__)
