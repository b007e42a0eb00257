"""One case: the fields of a line, read strictly before anything is judged.

A field that is not known is refused rather than overlooked: a misspelt `status_lists` would otherwise turn
"revoked" into "accepted".
"""

from __future__ import annotations

import binascii
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.mdoc.session import SessionTranscript

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_POINT_SIZE: Final = 65
_SCALAR_SIZE: Final = 32
_FRACTION_DIGITS: Final = 6
MOST_LISTS: Final = 8
"""Status lists in one line; each may inflate to 32 MiB."""

MOST_ANCHORS: Final = 4096


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line as it is written; docs/conformance.md describes each field."""

    id: str
    kind: str | None = None
    bytes: str | None = None
    at: str | None = None
    anchors: list[str] | None = None
    issuer_key: str | None = None
    doc_type: str | None = None
    transcript: str | None = None
    reader_private_key: str | None = None
    status_lists: list[str] | None = None
    crls: list[str] | None = None
    signed_sets: list[str] | None = None
    status_index: int | None = None
    status_uri: str | None = None
    request: str | None = None
    audience: str | None = None

    def __repr__(self) -> str:
        """Name the line; keys and documents stay out of tracebacks and logs."""
        return f"Line(id={self.id!r}, kind={self.kind!r})"


class _OnlyId(msgspec.Struct, frozen=True):
    id: str


class UnusableError(UsageError):
    """A line that cannot be judged; `case_id` is its id where one could be read."""

    case_id: str | None = None


_LINES = msgspec.json.Decoder(Line)
_NAMES = tuple(f'"{name}"'.encode() for name in Line.__struct_fields__)
_IDS = msgspec.json.Decoder(_OnlyId)
_PLACE = re.compile(r"`([a-z_]{1,40})`|\$\.([a-z_]{1,40})")


def read_line(data: bytes) -> Line:
    """Return the fields of a line.

    Raises UnusableError `case.not-json` (no JSON object, no UTF-8, nested too deeply, no id) and
    `case.field` with the field, for one that is not known, of the wrong type, or there twice.
    """
    try:
        data.decode("utf-8")
        line = _LINES.decode(data)
        twice = _twice(data)
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        refused = UnusableError("case.field", field=(place[1] or place[2]) if place else "id")
        refused.case_id = _id_of(data)
        raise refused from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise UnusableError("case.not-json") from None
    if twice is not None:
        refused = UnusableError("case.field", field=twice)
        refused.case_id = None if twice == "id" else line.id
        raise refused
    return line


def _twice(data: bytes) -> str | None:
    """Return the first field that stands twice in a line, None where each comes once.

    Programs differ in which of the two they take, and an empty second `status_lists` would hide the first.
    Python's own reader tells; it is slow with what fills eight megabytes, and is asked only where a name is
    seen twice or may be written with an escape.
    """
    if b"\\" not in data and all(data.count(name) < 2 for name in _NAMES):  # noqa: PLR2004 - once
        return None
    fields: list[str] = [name for name, _ in json.loads(data, object_pairs_hook=list)]
    return next((name for at, name in enumerate(fields) if name in fields[:at]), None)


def _id_of(data: bytes) -> str | None:
    try:
        return _IDS.decode(data).id
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


class Case:
    """The fields of a line with their meaning; each accessor raises UnusableError for what is not right."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.at = _time(self._given("at"))
        self.data = _octets("bytes", self._given("bytes"))

    def _given(self, name: str) -> str:
        value: str | None = getattr(self.line, name)
        if value is None:
            _missing(name)
        return value

    @property
    def anchors(self) -> tuple[Certificate, ...]:
        """The trust anchors that were given, none among them."""
        if self.line.anchors is None:
            _missing("anchors")
        if len(self.line.anchors) > MOST_ANCHORS:
            _wrong("anchors")
        return tuple(_certificate(text) for text in self.line.anchors)

    @property
    def issuer_key(self) -> ec.EllipticCurvePublicKey | None:
        """The issuer's bare key, if it was given in place of anchors."""
        if self.line.issuer_key is None:
            return None
        if self.line.anchors is not None:
            _wrong("issuer_key")
        point = _octets("issuer_key", self.line.issuer_key)
        if len(point) != _POINT_SIZE:
            _wrong("issuer_key")
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except (ValueError, UnsupportedAlgorithm):
            _wrong("issuer_key")

    @property
    def reader_key(self) -> ec.EllipticCurvePrivateKey | None:
        """The reader's one-time private key on P-256, if it was given."""
        if self.line.reader_private_key is None:
            return None
        scalar = _octets("reader_private_key", self.line.reader_private_key)
        if len(scalar) > _SCALAR_SIZE:
            _wrong("reader_private_key")
        try:
            return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
        except ValueError:
            _wrong("reader_private_key")

    @property
    def transcript(self) -> bytes:
        """The SessionTranscript array, first byte 83.

        Some data sets hold SessionTranscriptBytes, the same under tag 24: that form is refused here, since a
        door that took both could not show which of the two a program hashes.
        """
        raw = _octets("transcript", self._given("transcript"))
        try:
            return SessionTranscript.from_bytes(raw).raw
        except MalformedError:
            _wrong("transcript")

    @property
    def status_lists(self) -> tuple[bytes, ...] | None:
        """The status list tokens; None where the status is not asked about."""
        tokens = self.line.status_lists
        if tokens is None:
            return None
        if len(tokens) > MOST_LISTS:
            _wrong("status_lists")
        return tuple(_octets("status_lists", token) for token in tokens)

    @property
    def crls(self) -> tuple[bytes, ...]:
        """The revocation lists of certificates, DER; none unless given."""
        return self._several("crls", self.line.crls)

    @property
    def signed_sets(self) -> tuple[bytes, ...]:
        """The sets of what stolen signers signed; none unless given."""
        return self._several("signed_sets", self.line.signed_sets)

    def _several(self, name: str, given: list[str] | None) -> tuple[bytes, ...]:
        if len(given or ()) > MOST_LISTS:
            _wrong(name)
        return tuple(_octets(name, each) for each in given or ())

    @property
    def status_index(self) -> int:
        """The entry of a status list to be read."""
        if self.line.status_index is None:
            _missing("status_index")
        return self.line.status_index

    @property
    def status_uri(self) -> str:
        """The name of the status list that is meant."""
        return self._given("status_uri")

    @property
    def request(self) -> bytes | None:
        """The body of the QrRequest that was answered."""
        return None if self.line.request is None else _octets("request", self.line.request)

    def require(self, names: Sequence[str]) -> None:
        """Refuse a line that lacks one of these fields."""
        for name in names:
            if getattr(self.line, name) is None:
                _missing(name)


def _missing(name: str) -> NoReturn:
    raise UnusableError("case.missing", field=name)


def _wrong(name: str) -> NoReturn:
    raise UnusableError("case.field", field=name)


def _octets(name: str, text: str) -> bytes:
    try:
        return binascii.unhexlify(text)
    except ValueError:
        _wrong(name)


def _certificate(text: str) -> Certificate:
    try:
        return Certificate.from_der(_octets("anchors", text))
    except MalformedError:
        _wrong("anchors")


def _time(text: str) -> datetime:
    """Read an RFC 3339 time with its offset; digits of a second behind the sixth are dropped."""
    match = _TIME.fullmatch(text)
    if match is None:
        _wrong("at")
    fraction = match[1] or ""
    shorter = text.replace(fraction, fraction[: _FRACTION_DIGITS + 1], 1) if fraction else text
    try:
        return datetime.fromisoformat(shorter.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        _wrong("at")
