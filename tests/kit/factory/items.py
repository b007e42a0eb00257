"""item/*: what a holder could do to elements that an agency signed, and what an agency could get wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate, encode
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.factory.forge import ABSENT, ELEMENTS, OTHER_SPACE, SPACE, Forge, Made, flipped, raw
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = list[Any]

MISMATCH = no(C.DIGEST_MATCH)
UNKNOWN = no(C.DIGEST_KNOWN)


def item_vectors() -> Iterator[Vector]:
    """Yield the class, by turns as presented to a counter and as received by a wallet."""
    forge = Forge()
    cases = [*_altered(forge), *_moved(forge), *_malformed(forge), *_ids(forge), *_containers(forge)]
    for number, (name, parts, expect, note) in enumerate(cases):
        if number % 2:
            data, kind = encode(forge.issuer_signed(**parts)), "issuer-signed"
            fields = {"anchors": [forge.anchor]}
        else:
            data, kind = forge.shown(**parts), "device-response"
            fields = forge.session_fields()
        yield case(f"item/{name}", kind, data, expect, note=note, **fields)
    yield from _expiry(forge)


_NO_DATE = no(C.DOCUMENT_EXPIRY, code="document.expiry-unreadable")


def _expiry(forge: Forge) -> Iterator[Vector]:
    """Show a date that is printed on the document and has passed; the MSO itself is good."""
    days: dict[str, tuple[Any, Expect]] = {
        "expiry-date-passed": (FullDate("2026-05-31"), no(C.DOCUMENT_EXPIRY)),
        "expiry-date-today": (FullDate("2026-06-01"), OK),
        "expiry-time-passed": (TDate("2026-06-01T11:59:59Z"), no(C.DOCUMENT_EXPIRY)),
        "expiry-date-none": (FullDate("2026-02-30"), _NO_DATE),
        "expiry-text-passed": ("2026-05-31", no(C.DOCUMENT_EXPIRY)),
        "expiry-text-time-passed": ("2026-06-01T11:59:59Z", no(C.DOCUMENT_EXPIRY)),
        "expiry-text-today": ("2026-06-01", OK),
        "expiry-text-none": ("soon", _NO_DATE),
        "expiry-number": (20260531, _NO_DATE),
        "expiry-null": (None, OK),
    }
    for name, (day, expect) in days.items():
        data = forge.shown(signed=forge.items({"expiry_date": day}))
        note = "the document's own expiry date"
        yield case(f"item/{name}", "device-response", data, expect, note=note, **forge.session_fields())


Parts = tuple[str, dict[str, Any], Expect, str]


def _with(forge: Forge, place: int, made: Any) -> dict[str, Row]:
    """Return the honest items with one replaced."""
    row: Row = list(forge.items()[SPACE])
    row[place] = made
    return {SPACE: row}


def _altered(forge: Forge) -> Iterator[Parts]:
    """Change one item after it was signed."""
    changes: dict[str, tuple[dict[str, Any], str]] = {
        "value-changed": ({"elementValue": "Mustermann"}, "the value is another one"),
        "value-longer": ({"elementValue": "Musterfrau "}, "a space behind the value"),
        "value-type-changed": ({"elementValue": b"Musterfrau"}, "text became bytes"),
        "value-null": ({"elementValue": None}, "the value became null"),
        "random-changed": ({"random": forge.salt("another")}, "the salt is another one"),
        "random-longer": ({"random": forge.salt("family_name") + b"\x00"}, "a zero byte behind the salt"),
        "identifier-changed": ({"elementIdentifier": "given_name"}, "the element has another name"),
        "identifier-case": ({"elementIdentifier": "Family_name"}, "one letter in upper case"),
        "identifier-lookalike": ({"elementIdentifier": "f\u0430mily_name"}, "a Cyrillic letter"),
        "extra-member": ({"note": 1}, "a member was added"),
    }
    for name, (members, note) in changes.items():
        bent = forge.item("family_name", "Musterfrau", 0, **members)
        yield name, {"shown": _with(forge, 0, bent)}, MISMATCH, note
    grown = forge.item("age_over_18", value=1, digest_id=2)
    yield "value-true-became-1", {"shown": _with(forge, 2, grown)}, MISMATCH, "true and 1 are equal in Python"
    honest = forge.content("family_name", "Musterfrau", 0)
    backwards = b"\xa4" + b"".join(encode(key) + encode(honest[key]) for key in reversed(list(honest)))
    yield "members-reordered", {"shown": _with(forge, 0, EncodedCbor(backwards))}, MISMATCH, "re-encoded"
    longer = EncodedCbor(encode(honest), b"\xd8\x18\x5a\x00\x00\x00" + encode(encode(honest))[1:])
    yield "head-lengthened", {"shown": _with(forge, 0, longer)}, MISMATCH, "tag 24 with a longer head"
    signed = _with(forge, 0, Made(0, longer))
    shortest = {"signed": signed, "shown": _with(forge, 0, EncodedCbor(encode(honest)))}
    yield "head-shortened", shortest, MISMATCH, "signed with a long head, shown with the shortest"
    for place in (20, -1):
        dented = EncodedCbor(flipped(encode(honest), place))
        yield (
            f"bit-flipped-{'early' if place > 0 else 'late'}",
            {"shown": _with(forge, 0, dented)},
            (MISMATCH),
            "one bit turned over",
        )


def _moved(forge: Forge) -> Iterator[Parts]:
    """Show honest items in places where they do not belong."""
    honest = forge.items()[SPACE]
    first, second, third = honest
    swapped = [
        forge.item("family_name", "Musterfrau", 1, random=forge.salt("family_name")),
        forge.item("birth_date", ELEMENTS["birth_date"], 0),
        third,
    ]
    yield "ids-swapped", {"shown": {SPACE: swapped}}, MISMATCH, "two items point at each other's digests"
    borrowed = forge.item("family_name", "Musterfrau", 1)
    yield "id-of-another", {"shown": {SPACE: [borrowed, third]}}, MISMATCH, "points at another's digest"
    yield "twice", {"shown": {SPACE: [first, second, second]}}, no(C.ELEMENT_UNIQUE), "one item twice"
    other = forge.item("family_name", "Mustermann", 3, random=forge.salt("second"))
    both = {"signed": {SPACE: [*honest, other]}}
    yield "same-identifier-conflict", both, no(C.ELEMENT_UNIQUE), "two signed values of one element"
    elsewhere = forge.item("age_over_18", value=True, digest_id=0)
    spaces: dict[str, Row] = {SPACE: [first, second], OTHER_SPACE: [elsewhere]}
    yield "space-renamed", {"shown": {"org.iso.18013.5.2": honest}}, UNKNOWN, "no digests for this namespace"
    yield (
        "space-of-another",
        {"signed": spaces, "shown": {OTHER_SPACE: [first]}},
        MISMATCH,
        ("shown in another namespace of the same document"),
    )
    unsigned = forge.item("given_name", "Erika", 7)
    yield "never-signed", {"shown": {SPACE: [*honest, unsigned]}}, UNKNOWN, "an item of the holder's own"
    stranger = Forge(12).item("family_name", "Mustermann", 0, random=forge.salt("stranger"))
    yield "of-another-holder", {"shown": {SPACE: [stranger, third]}}, MISMATCH, "from another's document"
    yield (
        "unknown-id",
        {"shown": _with(forge, 0, forge.item("family_name", "Musterfrau", 5))},
        UNKNOWN,
        ("the id is not in the MSO"),
    )


def _malformed(forge: Forge) -> Iterator[Parts]:
    """Sign items that have not the form of an item: the digest is right, the item is not."""
    members: dict[str, tuple[dict[str, Any], str]] = {
        "random-of-15": ({"random": forge.salt("short", 15)}, "item.random"),
        "random-empty": ({"random": b""}, "item.random"),
        "random-text": ({"random": "0123456789abcdef0123"}, "item.random"),
        "random-missing": ({"random": ABSENT}, "item.random"),
        "identifier-missing": ({"elementIdentifier": ABSENT}, "mdoc.name"),
        "identifier-empty": ({"elementIdentifier": ""}, "mdoc.name"),
        "identifier-number": ({"elementIdentifier": 7}, "mdoc.name"),
        "identifier-bytes": ({"elementIdentifier": b"family_name"}, "mdoc.name"),
        "identifier-too-long": ({"elementIdentifier": "n" * 129}, "mdoc.name-length"),
        "value-missing": ({"elementValue": ABSENT}, "item.value"),
        "value-regex": ({"elementValue": raw(b"\xd8\x23\x63a+b")}, "cbor.tag"),
        "value-decimal": ({"elementValue": raw(b"\xc4\x82\x1a\x7f\xff\xff\xff\x01")}, "cbor.tag"),
        "value-bignum": ({"elementValue": raw(b"\xc2\x49\x01" + bytes(8))}, "cbor.tag"),
        "value-tdate-of-number": ({"elementValue": raw(b"\xc0\x01")}, "cbor.tag-content"),
        "value-nan-twice": (
            {"elementValue": raw(b"\x81\xa2\xf9\x7e\x00\x00\xf9\x7e\x00\x01")},
            "cbor.duplicate-key",
        ),
        "value-indefinite": ({"elementValue": raw(b"\x9f\x01\xff")}, "cbor.indefinite"),
        "value-too-deep": ({"elementValue": raw(b"\x81" * 16 + b"\x00")}, "cbor.depth"),
    }
    for name, (change, code) in members.items():
        bent = forge.item("family_name", "Musterfrau", 0, **change)
        yield name, {"signed": _with(forge, 0, bent)}, broken(code), "signed as it is, and no proper item"
    honest = encode(forge.content("family_name", "Musterfrau", 0))
    twice = b"\xa5" + honest[1:] + encode("elementValue") + encode("Mustermann")
    contents = {
        "value-twice": (twice, "cbor.duplicate-key"),
        "trailing-byte": (honest + b"\x00", "cbor.trailing-bytes"),
        "truncated": (honest[:-1], "cbor.truncated"),
        "empty": (b"", "cbor.truncated"),
        "array": (encode(list(forge.content("family_name", "Musterfrau", 0).items())), "mdoc.form"),
        "wrapped-twice": (encode(EncodedCbor(honest)), "mdoc.form"),
        "indefinite": (b"\xbf" + honest[1:] + b"\xff", "cbor.indefinite"),
    }
    for name, (content, code) in contents.items():
        bent = Made(0, EncodedCbor(content))
        yield name, {"signed": _with(forge, 0, bent)}, broken(code), "the digest is right, the item is not"


def _ids(forge: Forge) -> Iterator[Parts]:
    """Give an item an id that is none; Python would find digest 0 under several of them."""
    ids = {
        "id-text": "0",
        "id-bytes": b"\x00",
        "id-false": False,
        "id-float": raw(b"\xf9\x00\x00"),
        "id-null": None,
        "id-negative": -1,
        "id-2-to-32": 2**32,
        "id-largest": 2**64 - 1,
        "id-missing": ABSENT,
        "id-array": [0],
    }
    for name, value in ids.items():
        bent = forge.item("family_name", "Musterfrau", 0, digestID=value)
        yield (
            name,
            {"signed": _with(forge, 0, Made(0, bent.encoded))},
            broken("item.digest-id"),
            ("signed under 0, and the item says something that is no id"),
        )


def _containers(forge: Forge) -> Iterator[Parts]:
    """Put items into something that is no list of tag-24 items."""
    honest = forge.items()[SPACE]
    plain = forge.content("family_name", "Musterfrau", 0)
    shapes: dict[str, tuple[Any, str]] = {
        "bare-map": ({SPACE: [plain]}, "mdoc.tag-24"),
        "bare-bytes": ({SPACE: [honest[0].encoded.content]}, "mdoc.tag-24"),
        "tag-24-of-text": ({SPACE: [raw(b"\xd8\x18\x61a")]}, "cbor.tag-content"),
        "row-empty": ({SPACE: []}, "mdoc.form"),
        "row-map": ({SPACE: {0: honest[0].encoded}}, "mdoc.form"),
        "row-single": ({SPACE: honest[0].encoded}, "mdoc.form"),
        "spaces-empty": ({}, "mdoc.form"),
        "spaces-array": ([honest[0].encoded], "mdoc.form"),
        "spaces-null": (raw(b"\xf6"), "mdoc.form"),
        "space-name-number": ({7: honest}, "mdoc.name"),
        "space-name-empty": ({"": honest}, "mdoc.name"),
        "space-name-too-long": ({"n" * 129: honest}, "mdoc.name-length"),
    }
    for name, (shown, code) in shapes.items():
        yield name, {"shown": shown}, broken(code), "the container is not as it must be"
    twice = b"\xa2" + 2 * (encode(SPACE) + encode([honest[0].encoded]))
    yield "space-twice", {"shown": raw(twice)}, broken("cbor.duplicate-key"), "one namespace twice"
