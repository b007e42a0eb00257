"""honest/*: what other makers do and the standard allows; refusing any of it would be a fault of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate, encode
from counterproof.mdoc.cose import SoftwareSigner
from tests.kit.certificates import AT
from tests.kit.factory.forge import (
    DOC_TYPE,
    ELEMENTS,
    OTHER_SPACE,
    SPACE,
    Auth,
    EdSigner,
    Forge,
    Made,
    raw,
)
from tests.kit.factory.vector import OK, Vector, case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.mdoc.cose import Signer

AGE_PROOF = "eu.europa.ec.av.1"


def honest_vectors() -> Iterator[Vector]:
    """Yield the class."""
    forge = Forge()
    yield from _algorithms(forge)
    yield from _values(forge)
    for number, (name, parts, note) in enumerate([*_shapes(forge), *_heads(forge), *_ids(forge)]):
        fields = forge.session_fields()
        yield case(f"honest/{name}", "device-response", forge.shown(**parts), OK, note=note, **fields)
        if number % 3 == 0:
            received = encode(forge.issuer_signed(**parts))
            line = {"anchors": [forge.anchor]}
            yield case(f"honest/{name}-received", "issuer-signed", received, OK, note=note, **line)
    yield from _documents(forge)


Parts = tuple[str, dict[str, Any], str]


def _algorithms(forge: Forge) -> Iterator[Vector]:
    signers: dict[str, Signer] = {
        "es256": forge.agency.signer,
        "es384": SoftwareSigner(forge.kit.key("p384", ec.SECP384R1()), deterministic=True),
        "es512": SoftwareSigner(forge.kit.key("p521", ec.SECP521R1()), deterministic=True),
        "eddsa": EdSigner(bytes(range(3, 35))),
    }
    for name, signer in signers.items():
        leaf = forge.kit.plan().but(public_key=signer.public_key).sign()
        auth = Auth(signer=signer, unprotected={33: leaf.der})
        for digest in ("SHA-256", "SHA-384", "SHA-512"):
            data = encode(forge.issuer_signed(mso=forge.mso(algorithm=digest), auth=auth))
            case_id = f"honest/{name}-{digest.lower()}"
            note = f"signed with {name.upper()}, digests of {digest}"
            yield case(case_id, "issuer-signed", data, OK, note=note, anchors=[forge.anchor])


def _values(forge: Forge) -> Iterator[Vector]:
    """Show one element of every type that an agency may choose."""
    values: dict[str, Any] = {
        "integer": 7,
        "integer-negative": -(2**64),
        "integer-largest": 2**64 - 1,
        "text-empty": "",
        "text-150": "n" * 150,
        "text-scripts": "\u0141ukasz \u0622\u0630\u0631 \u5c71\u7530 \U0001f600",
        "text-controls": "a\u202eb\u0000c\u200dd",
        "bytes-empty": b"",
        "portrait-no-picture": b"<svg onload='x'/>",
        "portrait-jpeg-head": b"\xff\xd8\xff\xe0" + bytes(60),
        "null": None,
        "false": False,
        "array": [1, "a", b"b", None, [2]],
        "map": {"a": {"b": [1, 2]}, 3: "c"},
        "tdate": TDate("2026-01-01T00:00:00Z"),
        "full-date": FullDate("2026-02-30"),
        "wrapped": EncodedCbor(b"\xff"),
        "half-float": raw(b"\xf9\x3e\x00"),
        "double": raw(b"\xfb\x3f\xf3" + bytes(6)),
        "nan": raw(b"\xf9\x7e\x00"),
        "undefined": raw(b"\xf7"),
        "depth-15": raw(b"\x81" * 15 + b"\x00"),
    }
    for name, value in values.items():
        data = encode(forge.issuer_signed(signed={SPACE: [forge.item("x", value, 0)]}))
        note = "an element value of this kind; what a page makes of it is the page's business"
        yield case(f"honest/value-{name}", "issuer-signed", data, OK, note=note, anchors=[forge.anchor])


def _shapes(forge: Forge) -> Iterator[Parts]:
    items = forge.items()[SPACE]
    yield "one-of-three", {"shown": {SPACE: items[2:]}}, "one element disclosed, two kept back"
    yield "reversed", {"shown": {SPACE: items[::-1]}}, "items in another order"
    decoys = {n: forge.salt(f"decoy {n}") for n in range(3, 9)}
    digests = {SPACE: {**forge.digests({SPACE: items})[SPACE], **decoys}}
    yield "decoys", {"mso": forge.mso(valueDigests=digests)}, "digests that belong to nothing"
    spaces = {SPACE: items[:2], OTHER_SPACE: [forge.item("resident", value=True, digest_id=0)]}
    yield "two-spaces", {"signed": spaces}, "a second namespace, ids from 0 again"
    more = {**forge.mso(), "x": {"y": [None]}, "z": 1}
    yield "mso-unknown-members", {"mso": more}, "members of a later edition"
    yield "mso-version-1-4", {"mso": forge.mso(version="1.4")}, "a later minor version"
    long_named = forge.item("n" * 128, 1, 0)
    yield "name-of-128", {"signed": {SPACE: [long_named]}}, "the longest name"
    noted = forge.item("family_name", "Musterfrau", 0, note="x", number=7)
    yield "item-unknown-members", {"signed": {SPACE: [noted]}}, "members of a later edition"
    short = forge.item("family_name", "Musterfrau", 0, random=forge.salt("s", 16))
    yield "salt-of-16", {"signed": {SPACE: [short]}}, "the shortest salt"
    yield (
        "salt-of-64",
        {"signed": {SPACE: [forge.item("x", 1, 0, random=forge.salt("s", 64))]}},
        "a long salt",
    )
    update = forge.validity() | {"expectedUpdate": TDate.of(AT + timedelta(days=30))}
    yield "expected-update", {"mso": forge.mso(validityInfo=update)}, "says when the next one will come"
    beyond = forge.validity(valid_until=AT + timedelta(days=3650))
    yield (
        "outlives-signer",
        {"mso": forge.mso(validityInfo=beyond)},
        ("validUntil behind the certificate's end, as in the standard's own sample: a notice"),
    )


def _heads(forge: Forge) -> Iterator[Parts]:
    content = encode(forge.content("family_name", "Musterfrau", 0))
    size = len(content)
    heads = {
        "tag-24-in-two-bytes": b"\xd9\x00\x18" + encode(content)[:2],
        "tag-24-in-four-bytes": b"\xda\x00\x00\x00\x18" + encode(content)[:2],
        "length-in-two-bytes": b"\xd8\x18\x59" + size.to_bytes(2, "big"),
        "length-in-eight-bytes": b"\xd8\x18\x5b" + size.to_bytes(8, "big"),
    }
    for name, start in heads.items():
        made = Made(0, EncodedCbor(content, start + content))
        yield name, {"signed": {SPACE: [made]}}, "a longer head, hashed as received"
    inner = {
        "map-in-two-bytes": b"\xb8\x04" + content[1:],
        "id-in-eight-bytes": content.replace(
            encode("digestID") + b"\x00", encode("digestID") + b"\x1b" + bytes(8)
        ),
    }
    for name, bent in inner.items():
        assert bent != content
        made = Made(0, EncodedCbor(bent))
        yield f"item-{name}", {"signed": {SPACE: [made]}}, "a longer head inside, hashed as received"
    mso = encode(forge.mso())
    payload = (
        b"\xd8\x18\x5a" + (len(mso) + 2).to_bytes(4, "big") + b"\xb9\x00" + bytes([mso[0] & 31]) + mso[1:]
    )
    yield "mso-longer-heads", {"mso": payload}, "longer heads in the MSO, signed as received"


def _ids(forge: Forge) -> Iterator[Parts]:
    for number in (23, 24, 255, 65_535, 2**31 - 1, 2**31, 2**32 - 1):
        signed = {SPACE: [forge.item("family_name", "Musterfrau", number)]}
        yield f"digest-id-{number}", {"signed": signed}, "read up to 2^32 - 1, as a state printer writes them"


def _documents(forge: Forge) -> Iterator[Vector]:
    fields = forge.session_fields()
    proof = forge.items({"age_over_18": True})[SPACE]
    mso = forge.mso({AGE_PROOF: proof}, docType=AGE_PROOF)
    second = forge.document(
        docType=AGE_PROOF, issuerSigned=forge.issuer_signed(signed={AGE_PROOF: proof}, mso=mso)
    )
    data = forge.response(forge.document(), second)
    yield case("honest/two-documents", "device-response", data, OK, note="two types at once", **fields)
    data = forge.response(forge.document(), forge.document())
    yield case("honest/same-type-twice", "device-response", data, OK, note="two of one type", **fields)
    nothing = forge.issuer_signed()
    del nothing["nameSpaces"]
    data = forge.response(forge.document(issuerSigned=nothing))
    yield case(
        "honest/nothing-shown", "device-response", data, OK, note="possession alone is shown", **fields
    )
    asked = forge.session_fields(doc_type=AGE_PROOF)
    data = forge.response(forge.document(), second)
    yield case("honest/one-of-two-asked", "device-response", data, OK, note="the other is left out", **asked)
    point = forge.agency.signer_certificate.native.public_key()
    assert isinstance(point, ec.EllipticCurvePublicKey)
    numbers = point.public_numbers()
    key = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    bare = {"issuer_key": key.hex(), "transcript": forge.transcript.hex()}
    note = "the issuer's bare key is vouched for, nothing of a chain is asked"
    yield case("honest/issuer-key", "device-response", forge.response(), OK, note=note, **bare)
    many = {f"element_{n:02d}": n for n in range(25)}
    signed = {SPACE: forge.items(many)[SPACE]}
    data = encode(forge.issuer_signed(signed=signed))
    yield case(
        "honest/many-elements", "issuer-signed", data, OK, note="a large document", anchors=[forge.anchor]
    )
    ordered = {"anchors": [forge.anchor], "doc_type": DOC_TYPE}
    data = encode(forge.issuer_signed(signed=forge.items(ELEMENTS)))
    yield case("honest/as-ordered", "issuer-signed", data, OK, note="the type that was ordered", **ordered)
