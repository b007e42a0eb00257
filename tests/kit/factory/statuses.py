"""status/*: lists that say too little, too late or nothing at all, and documents judged by them."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.certificates import AT
from tests.kit.factory.forge import Forge
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no, unsettled
from tests.kit.lists import ABSENT, DAY, ISSUED, URI, WEEK, StatusKit

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND = timedelta(seconds=1)
LAST = 1023


def _no(code: str) -> Expect:
    return no(C.STATUS, code=code)


def _open(code: str) -> Expect:
    return unsettled(C.STATUS, code=code)


def status_vectors() -> Iterator[Vector]:
    """Yield the class: tokens by themselves, then documents beside tokens."""
    forge = Forge()
    kit = StatusKit(forge.kit.seed)
    yield from _read(kit)
    yield from _bent(kit)
    yield from _packed(kit)
    yield from _times(kit)
    yield from _documents(forge, kit)


def _token(
    kit: StatusKit, name: str, data: bytes, expect: Expect, *, note: str, index: int = 412, **fields: Any
) -> Vector:
    line = {"anchors": [kit.anchor.der.hex()], "status_uri": URI, "status_index": index, **fields}
    return case(f"status/{name}", "status-list", data, expect, note=note, **line)


def _read(kit: StatusKit) -> Iterator[Vector]:
    honest = kit.bent()
    for name, index in (
        ("entry-valid", 411),
        ("entry-revoked", 412),
        ("entry-first", 0),
        ("entry-last", LAST),
    ):
        yield _token(kit, name, honest, OK, note="the entry is read, whatever it says", index=index)
    for bits, value in ((2, 2), (2, 3), (4, 11), (8, 255)):
        data = kit.token({412: value}, bits=bits)
        yield _token(kit, f"entry-{value}-in-{bits}-bits", data, OK, note=f"{value} in a list of {bits} bits")
    for name, index in (("index-behind-end", LAST + 1), ("index-huge", 2**62), ("index-negative", -1)):
        yield _token(kit, name, honest, _no("status.index-range"), note="outside the list", index=index)
    expect = _no("status.wrong-list")
    yield _token(kit, "other-name", honest, expect, note="another list is meant", status_uri=URI + "0")
    yield _token(kit, "name-case", honest, expect, note="another list is meant", status_uri=URI.upper())


def _bent(kit: StatusKit) -> Iterator[Vector]:
    stranger = SoftwareSigner(kit.kit.key("stranger"), deterministic=True)
    signer = kit.kit.document_signer("status-as-ds")
    reader = kit.kit.plan(kit.kit.reader("status"), kit.kit.reader_ca).sign()
    honest = kit.bent()
    bent: dict[str, tuple[bytes, Expect]] = {
        "untagged": (honest[1:], broken("status.tag")),
        "tag-61": (b"\xd8\x3d" + honest, broken("status.tag")),
        "tag-17": (b"\xd1" + honest[1:], broken("status.tag")),
        "empty": (b"", broken("status.tag")),
        "trailing-byte": (honest + b"\x00", broken("cbor.trailing-bytes")),
        "truncated": (honest[:-1], broken("cbor.truncated")),
        "type-missing": (kit.bent(headers={16: ABSENT}), broken("status.type")),
        "type-jwt": (kit.bent(headers={16: "statuslist+jwt"}), broken("status.type")),
        "type-number": (kit.bent(headers={16: 1}), broken("status.type")),
        "type-short": (kit.bent(headers={16: "statuslist+cwt"}), OK),
        "chain-missing": (kit.bent(headers={33: ABSENT}), _no("status.signer-missing")),
        "chain-unprotected": (
            kit.bent(headers={33: ABSENT}, unprotected={33: kit.certificate.der}),
            OK,
        ),
        "chain-garbage": (kit.bent(headers={33: b"\x30\x00"}), broken("certificate.unreadable")),
        "crit": (kit.bent(headers={2: [9], 9: 1}), broken("cose.critical")),
        "alg-zero": (kit.bent(headers={1: 0}), _no("status.signature")),
        "alg-hmac": (kit.bent(headers={1: 5}), _no("status.signature")),
        "signature-flipped": (honest[:-1] + bytes([honest[-1] ^ 1]), _no("status.signature")),
        "signed-by-stranger": (kit.bent(signer=stranger), _no("status.signature")),
        "signer-is-reader": (kit.bent(headers={33: reader.der}), _no("status.signer-untrusted")),
        "signer-other-root": (
            kit.bent(headers={33: StatusKit("elsewhere").certificate.der}),
            _no("status.signer-untrusted"),
        ),
        "signer-not-its-key": (kit.bent(headers={33: signer.der}), _no("status.signature")),
        "payload-array": (kit.bent(payload=b"\x80"), broken("status.claims")),
        "payload-float-key": (kit.bent(payload=b"\xa1\xf9\x44\x00\x00"), broken("status.claims")),
    }
    for name, (data, expect) in bent.items():
        yield _token(kit, name, data, expect, note="a token that is not as it must be")
    claims: dict[str, tuple[dict[int, Any], Expect]] = {
        "sub-missing": ({2: ABSENT}, broken("status.claim")),
        "sub-empty": ({2: ""}, broken("status.claim")),
        "sub-bytes": ({2: URI.encode()}, broken("status.claim")),
        "iat-missing": ({6: ABSENT}, broken("status.claim")),
        "iat-text": ({6: "2026-06-01"}, broken("status.claim")),
        "iat-negative": ({6: -1}, broken("status.claim")),
        "iat-beyond-calendar": ({6: 2**53}, broken("status.claim")),
        "exp-missing": ({4: ABSENT}, _no("status.no-expiry")),
        "exp-true": ({4: True}, broken("status.claim")),
        "ttl-zero": ({65534: 0}, broken("status.claim")),
        "ttl-text": ({65534: "1"}, broken("status.claim")),
        "ttl-missing": ({65534: ABSENT}, OK),
        "list-missing": ({65533: ABSENT}, broken("status.claim")),
        "list-bytes": ({65533: b""}, broken("status.claim")),
        "claim-unknown": ({1: "issuer", 99: [1]}, OK),
    }
    for name, (change, expect) in claims.items():
        yield _token(kit, f"claim-{name}", kit.bent(claims=change), expect, note="claims that are bent")


def _packed(kit: StatusKit) -> Iterator[Vector]:
    packed = zlib.compress(bytes(128), 9)
    bomb = zlib.compressobj(9)
    lists: dict[str, tuple[dict[str, Any], Expect]] = {
        "bits-0": ({"bits": 0}, broken("status.bits")),
        "bits-3": ({"bits": 3}, broken("status.bits")),
        "bits-16": ({"bits": 16}, broken("status.bits")),
        "bits-true": ({"bits": True}, broken("status.bits")),
        "bits-missing": ({"bits": ABSENT}, broken("status.bits")),
        "lst-missing": ({"lst": ABSENT}, broken("status.claim")),
        "lst-text": ({"lst": "eNo="}, broken("status.claim")),
        "lst-empty": ({"lst": b""}, broken("status.compression")),
        "lst-plain": ({"lst": bytes(128)}, broken("status.compression")),
        "lst-raw-deflate": ({"lst": packed[2:-4]}, broken("status.compression")),
        "lst-truncated": ({"lst": packed[:-1]}, broken("status.compression")),
        "lst-checksum": ({"lst": packed[:-1] + bytes([packed[-1] ^ 1])}, broken("status.compression")),
        "lst-trailing": ({"lst": packed + b"\x00"}, broken("status.compression-trailing")),
        "lst-of-nothing": ({"lst": zlib.compress(b"")}, broken("status.empty")),
        "lst-bomb": (
            {"lst": b"".join([bomb.compress(bytes(2**20)) for _ in range(33)]) + bomb.flush()},
            broken("status.inflated-size"),
        ),
    }
    for name, (values, expect) in lists.items():
        yield _token(kit, name, kit.bent(values=values), expect, note="a list that cannot be unpacked safely")


def _times(kit: StatusKit) -> Iterator[Vector]:
    moments: dict[str, tuple[Any, Expect]] = {
        "last-second": (ISSUED + WEEK - SECOND, OK),
        "expired": (ISSUED + WEEK, _open("status.expired")),
        "expired-a-year": (ISSUED + 365 * DAY, _open("status.expired")),
        "from-future-within-skew": (ISSUED - timedelta(seconds=60), OK),
        "from-future": (ISSUED - timedelta(seconds=61), _no("status.issued-in-future")),
        "signer-not-yet-valid": (kit.certificate.not_before - SECOND, _no("status.signer-untrusted")),
        "signer-expired": (kit.certificate.not_after + SECOND, _no("status.signer-untrusted")),
    }
    for name, (at, expect) in moments.items():
        yield _token(kit, name, kit.bent(), expect, note="the same token at another moment", index=411, at=at)


def _documents(forge: Forge, kit: StatusKit) -> Iterator[Vector]:
    """Judge documents, with entry 411 valid and 412 revoked, beside lists."""
    other = StatusKit("elsewhere").token({})
    suspended = kit.token({412: 2}, bits=2)
    old = kit.token({}, issued_at=AT - 2 * WEEK)
    lists: dict[str, tuple[int, list[bytes], Expect]] = {
        "document-valid": (411, [kit.bent()], OK),
        "document-revoked": (412, [kit.bent()], _no("status.revoked")),
        "document-suspended": (412, [suspended], _no("status.suspended")),
        "document-unsuspended": (411, [suspended], OK),
        "document-index-outside": (5000, [kit.bent()], _no("status.index-range")),
        "document-no-lists": (411, [], _open("status.missing")),
        "document-list-of-others": (411, [other], _open("status.missing")),
        "document-list-garbage": (411, [b"\x00"], _open("status.missing")),
        "document-list-stale": (411, [old], _open("status.expired")),
        "document-list-other-name": (411, [kit.token({}, uri=URI + "2")], _open("status.missing")),
        "document-lists-old-and-new": (412, [old, kit.bent()], _no("status.revoked")),
        "document-lists-new-and-old": (412, [kit.bent(), old], _no("status.revoked")),
        "document-list-forged": (
            412,
            [kit.bent(signer=SoftwareSigner(kit.kit.key("stranger"), deterministic=True))],
            _open("status.missing"),
        ),
    }
    for name, (index, tokens, expect) in lists.items():
        mso = forge.mso(status={"status_list": {"idx": index, "uri": URI}})
        texts = [token.hex() for token in tokens]
        fields = forge.session_fields(status_lists=texts)
        note = "a document and the lists at hand"
        yield case(f"status/{name}", "device-response", forge.shown(mso=mso), expect, note=note, **fields)
        received = encode(forge.issuer_signed(mso=mso))
        line = {"anchors": [forge.anchor], "status_lists": texts}
        yield case(f"status/{name}-received", "issuer-signed", received, expect, note=note, **line)
    identifier = forge.mso(status={"identifier_list": {"id": b"\x01", "uri": URI}})
    fields = forge.session_fields(status_lists=[kit.bent().hex()])
    yield case(
        "status/document-identifier-list",
        "device-response",
        forge.shown(mso=identifier),
        _open("status.unsupported"),
        note="a kind of status that this program cannot look up",
        **fields,
    )
    note = "no status is kept for this document: it was made to run out"
    yield case("status/document-without", "device-response", forge.shown(), OK, note=note, **fields)
    note = "the line gives no lists, so the status is not asked about"
    mso = forge.mso(status={"status_list": {"idx": 412, "uri": URI}})
    yield case(
        "status/document-not-asked",
        "device-response",
        forge.shown(mso=mso),
        OK,
        note=note,
        **forge.session_fields(),
    )
