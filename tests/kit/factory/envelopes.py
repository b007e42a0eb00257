"""envelope/*: responses whose outer form is wrong, and hostile/*: bytes made to crash, hang or mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.factory.forge import ABSENT, SPACE, Forge, raw
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING = no(C.RESPONSE_STATUS, C.REQUEST_DOCUMENTS)
MERSENNE_61 = 2**61 - 1
"""Python's modulus of integer hashes: multiples of it all collide."""


def envelope_vectors() -> Iterator[Vector]:
    """Yield the class of outer forms."""
    forge = Forge()
    for name, data, expect, note in [*_bytes(forge), *_members(forge), *_documents(forge)]:
        yield case(f"envelope/{name}", "device-response", data, expect, note=note, **forge.session_fields())


Parts = tuple[str, bytes, Expect, str]


def _bytes(forge: Forge) -> Iterator[Parts]:
    honest = forge.response()
    forms: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "cbor.truncated"),
        "truncated-by-one": (honest[:-1], "cbor.truncated"),
        "truncated-by-half": (honest[: len(honest) // 2], "cbor.truncated"),
        "first-byte-alone": (honest[:1], "cbor.truncated"),
        "trailing-zero": (honest + b"\x00", "cbor.trailing-bytes"),
        "trailing-break": (honest + b"\xff", "cbor.trailing-bytes"),
        "trailing-line": (honest + b"\n", "cbor.trailing-bytes"),
        "twice": (honest + honest, "cbor.trailing-bytes"),
        "self-described": (b"\xd9\xd9\xf7" + honest, "cbor.tag"),
        "tag-61": (b"\xd8\x3d" + honest, "cbor.tag"),
        "wrapped": (EncodedCbor(honest).raw, "mdoc.form"),
        "byte-string": (encode(honest), "mdoc.form"),
        "hex-text": (encode(honest[:64].hex()), "mdoc.form"),
        "array": (encode([raw(honest)]), "mdoc.form"),
        "null": (b"\xf6", "mdoc.form"),
        "integer": (b"\x00", "mdoc.form"),
        "break": (b"\xff", "cbor.indefinite"),
        "reserved": (b"\x1c", "cbor.reserved"),
        "json": (b'{"version":"1.0"}', "cbor.truncated"),
        "indefinite-map": (b"\xbf" + honest[1:] + b"\xff", "cbor.indefinite"),
    }
    for name, (data, code) in forms.items():
        yield name, data, broken(code), "not one map that fills the input"
    longer = b"\xb9\x00\x03" + honest[1:]
    yield "head-of-two-bytes", longer, OK, "as some makers write every map"
    yield "head-of-eight-bytes", b"\xbb" + bytes(7) + b"\x03" + honest[1:], OK, "the longest head of all"


def _members(forge: Forge) -> Iterator[Parts]:
    changes: dict[str, tuple[dict[Any, Any], Expect]] = {
        "version-missing": ({"version": ABSENT}, broken("mdoc.member")),
        "version-number": ({"version": 1}, broken("mdoc.member")),
        "version-2": ({"version": "2.0"}, broken("mdoc.version")),
        "version-0": ({"version": "0.9"}, broken("mdoc.version")),
        "version-word": ({"version": "one"}, broken("mdoc.version-form")),
        "version-other-digits": ({"version": "\u0661.\u0660"}, broken("mdoc.version-form")),
        "version-padded": ({"version": "1.0 "}, broken("mdoc.version-form")),
        "version-1-7": ({"version": "1.7"}, OK),
        "status-missing": ({"status": ABSENT}, broken("mdoc.member")),
        "status-text": ({"status": "0"}, broken("mdoc.member")),
        "status-false": ({"status": False}, broken("mdoc.member")),
        "status-float": ({"status": raw(b"\xf9\x00\x00")}, broken("mdoc.member")),
        "status-negative": ({"status": -1}, broken("mdoc.member")),
        "status-10-with-documents": ({"status": 10}, broken("response.documents-with-status")),
        "status-10": ({"status": 10, "documents": ABSENT}, NOTHING),
        "declined": ({"documents": ABSENT}, NOTHING),
        "documents-empty": ({"documents": []}, broken("mdoc.form")),
        "documents-map": ({"documents": {}}, broken("mdoc.form")),
        "documents-null": ({"documents": None}, broken("mdoc.form")),
        "errors-map": ({"documentErrors": {"a": 0}}, broken("mdoc.form")),
        "errors-text": ({"documentErrors": [{"a": "0"}]}, broken("mdoc.form")),
        "errors-as-well": ({"documentErrors": [{"a": 0}]}, OK),
        "unknown-member": ({"zkDocuments": [1, {"x": None}]}, OK),
        "unknown-number-key": ({7: True}, OK),
    }
    for name, (change, expect) in changes.items():
        yield (
            name,
            forge.response(**{"version": "1.0", **_text_keys(change)})
            if _plain(change)
            else _with(forge, change),
            expect,
            "a member of the response",
        )
    honest = forge.response()
    again = encode("status") + b"\x00"
    yield (
        "status-twice",
        bytes([honest[0] + 1]) + honest[1:] + again,
        broken("cbor.duplicate-key"),
        ("one key twice, alike"),
    )
    zero = raw(b"\x1b" + bytes(8))
    yield (
        "key-in-two-lengths",
        _with(forge, {0: 1, zero: 2}),
        broken("cbor.duplicate-key"),
        ("0 with a short and a long head"),
    )


def _plain(change: dict[Any, Any]) -> bool:
    return all(type(key) is str for key in change)


def _text_keys(change: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in change.items()}


def _with(forge: Forge, change: dict[Any, Any]) -> bytes:
    """Return a response with members whose keys are no text."""
    members: dict[Any, Any] = {"version": "1.0", "documents": [forge.document()], "status": 0}
    return encode({**members, **change})


def _documents(forge: Forge) -> Iterator[Parts]:
    document = forge.document()
    issuer = forge.issuer_signed()
    changes: dict[str, tuple[dict[str, Any], Expect]] = {
        "document-doctype-missing": ({"docType": ABSENT}, broken("mdoc.member")),
        "document-doctype-bytes": ({"docType": b"mDL"}, broken("mdoc.member")),
        "document-doctype-empty": ({"docType": ""}, broken("mdoc.name")),
        "document-doctype-too-long": ({"docType": "d" * 129}, broken("mdoc.name-length")),
        "document-issuer-signed-missing": ({"issuerSigned": ABSENT}, broken("mdoc.form")),
        "document-issuer-signed-bytes": ({"issuerSigned": encode(issuer)}, broken("mdoc.form")),
        "document-device-signed-missing": ({"deviceSigned": ABSENT}, broken("mdoc.form")),
        "document-device-signed-null": ({"deviceSigned": None}, broken("mdoc.form")),
        "document-errors-text": ({"errors": {SPACE: {"sex": "0"}}}, broken("mdoc.form")),
        "document-errors-array": ({"errors": [SPACE]}, broken("mdoc.form")),
        "document-errors-as-well": ({"errors": {SPACE: {"sex": 0}}}, OK),
        "document-unknown-member": ({"x": {"y": [1, 2]}}, OK),
    }
    for name, (change, expect) in changes.items():
        yield (
            name,
            forge.response({k: v for k, v in {**document, **change}.items() if v is not ABSENT}),
            expect,
            ("a member of the document"),
        )
    yield "document-null", forge.response(raw(b"\xf6")), broken("mdoc.form"), "no document"
    yield "five-documents", forge.response(*[{}] * 5), broken("mdoc.count"), "more than are let in"


def hostile_vectors() -> Iterator[Vector]:
    """Yield bytes that hold no document at all, and documents with odd things where nobody looks."""
    for name, data, expect, note in [*_broken_items(), *_tags(), *_good_items()]:
        yield case(f"hostile/cbor-{name}", "cbor", data, expect, note=note)
    forge = Forge()
    inside = {
        "decimal-exponent": (b"\xc4\x82\x1a\xff\xff\xff\xff\x01", "cbor.tag"),
        "cycle": (b"\xd8\x1c\x81\xd8\x1d\x00", "cbor.tag"),
        "bignum-1024": (b"\xc2\x59\x04\x00" + b"\xff" * 1024, "cbor.tag"),
        "nested-1000": (b"\x81" * 1000 + b"\x00", "cbor.depth"),
        "4096-items": (encode([0] * 4096), "cbor.items"),
        "colliding-keys": (encode({n * MERSENNE_61: 0 for n in range(8)}), None),
        "wide-length": (b"\x9b" + b"\xff" * 8, "cbor.truncated"),
        "array-as-key": (b"\xa1\x80\x00", None),
    }
    for name, (member, code) in inside.items():
        data = forge.response(x=raw(member))
        expect = OK if code is None else broken(code)
        yield case(
            f"hostile/unknown-member-{name}",
            "device-response",
            data,
            expect,
            note="in a member that is otherwise overlooked",
            **forge.session_fields(),
        )


def _broken_items() -> Iterator[Parts]:
    items: dict[str, tuple[bytes, str]] = {
        "nothing": (b"", "cbor.truncated"),
        "two-items": (b"\x01\x02", "cbor.trailing-bytes"),
        "array-and-break": (b"\x80\xff", "cbor.trailing-bytes"),
        "map-key-twice": (b"\xa2\x01\x00\x01\x01", "cbor.duplicate-key"),
        "map-key-text-twice": (b"\xa2\x61a\x00\x61a\x01", "cbor.duplicate-key"),
        "map-key-1-and-float": (b"\xa2\x01\x00\xf9\x3c\x00\x01", "cbor.duplicate-key"),
        "map-key-1-and-true": (b"\xa2\x01\x00\xf5\x01", "cbor.duplicate-key"),
        "map-key-array-twice": (b"\xa2\x80\x00\x80\x01", "cbor.duplicate-key"),
        "map-key-nan-twice": (b"\xa2\xf9\x7e\x00\x00\xf9\x7e\x00\x01", "cbor.duplicate-key"),
        "map-key-nan-twice-in-other-bits": (
            b"\xa2\xf9\x7e\x00\x00\xfb\xff\xf8" + bytes(6) + b"\x01",
            "cbor.duplicate-key",
        ),
        "map-key-nan-twice-within": (
            b"\x81\xa1\x00\xa2\xf9\x7e\x00\x00\xf9\x7e\x00\x01",
            "cbor.duplicate-key",
        ),
        "map-key-array-twice-lengthened": (b"\xa2\x80\x00\x98\x00\x01", "cbor.malformed"),
        "indefinite-bytes": (b"\x5f\x41a\xff", "cbor.indefinite"),
        "indefinite-text": (b"\x7f\x61a\xff", "cbor.indefinite"),
        "indefinite-array": (b"\x9f\xff", "cbor.indefinite"),
        "indefinite-map": (b"\xbf\xff", "cbor.indefinite"),
        "indefinite-integer": (b"\x1f", "cbor.indefinite"),
        "indefinite-tag": (b"\xdf\x00", "cbor.reserved"),
        "reserved-29": (b"\x1d", "cbor.reserved"),
        "simple-24-in-two-bytes": (b"\xf8\x18", "cbor.reserved"),
        "simple-false-in-two-bytes": (b"\xf8\x14", "cbor.reserved"),
        "text-not-utf8": (b"\x61\xff", "cbor.utf8"),
        "text-surrogate": (b"\x63\xed\xa0\x80", "cbor.utf8"),
        "text-overlong": (b"\x62\xc0\x80", "cbor.utf8"),
        "bytes-2-to-63": (b"\x5b\x7f" + b"\xff" * 7, "cbor.truncated"),
        "map-2-to-32": (b"\xba" + b"\xff" * 4, "cbor.truncated"),
        "array-2-to-64": (b"\x9b" + b"\xff" * 8, "cbor.truncated"),
        "depth-17": (b"\x81" * 17 + b"\x00", "cbor.depth"),
        "depth-5000": (b"\x81" * 5_000 + b"\x00", "cbor.depth"),
        "items-4097": (encode([0] * 4096), "cbor.items"),
        "tdate-of-array": (b"\xc0\x80", "cbor.tag-content"),
        "tag-24-of-map": (b"\xd8\x18\xa0", "cbor.tag-content"),
    }
    for name, (data, code) in items.items():
        yield name, data, broken(code), "refused before anything is built of it"


def _tags() -> Iterator[Parts]:
    for tag in (1, 2, 3, 4, 5, 21, 23, 25, 28, 29, 30, 32, 35, 36, 37, 52, 61, 98, 100, 256, 258, 260, 55799):
        data = (bytes([0xC0 | tag]) if tag < 24 else b"\xd9" + tag.to_bytes(2, "big")) + b"\x41\x01"
        yield f"tag-{tag}", data, broken("cbor.tag"), "decoders turn this tag into a live object"


def _good_items() -> Iterator[Parts]:
    items: dict[str, bytes] = {
        "zero": b"\x00",
        "largest": b"\x1b" + b"\xff" * 8,
        "smallest": b"\x3b" + b"\xff" * 8,
        "long-zero": b"\x1b" + bytes(8),
        "empty-bytes": b"\x40",
        "empty-text": b"\x60",
        "text-of-four-bytes": b"\x64\xf0\x90\x85\x91",
        "text-long-head": b"\x7a\x00\x00\x00\x01a",
        "empty-array": b"\x80",
        "empty-map": b"\xa0",
        "map-any-order": b"\xa2\x02\x00\x01\x00",
        "map-key-negative": b"\xa1\x20\x00",
        "map-key-map": b"\xa1\xa0\x00",
        "map-key-null": b"\xa1\xf6\x00",
        "false": b"\xf4",
        "undefined": b"\xf7",
        "simple-255": b"\xf8\xff",
        "half-float": b"\xf9\x3c\x00",
        "double-nan": b"\xfb\x7f\xf8" + bytes(6),
        "depth-16": b"\x81" * 16 + b"\x00",
        "items-4096": encode([0] * 4095),
        "tdate": b"\xc0\x74" + b"2026-06-01T12:00:00Z",
        "full-date": b"\xd9\x03\xec\x6a" + b"2026-06-01",
        "tag-24": b"\xd8\x18\x41\xa0",
        "tag-24-long-head": b"\xd9\x00\x18\x58\x01\xa0",
        "tag-24-of-garbage": b"\xd8\x18\x41\xff",
    }
    for name, data in items.items():
        yield name, data, OK, "one item, well-formed by the strict rules"
