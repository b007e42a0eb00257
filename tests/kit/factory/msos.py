"""mso/*: what an agency's signature covers, and does not mean what it seems to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.certificates import AT, DS_LIFE
from tests.kit.factory.forge import ABSENT, DOC_TYPE, SPACE, Forge, raw
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

Parts = tuple[str, dict[Any, Any] | bytes, Expect, str]


def mso_vectors() -> Iterator[Vector]:
    """Yield the class, by turns as presented to a counter and as received by a wallet."""
    forge = Forge()
    cases = [
        *_types(forge),
        *_digests(forge),
        *_validity(forge),
        *_dates(forge),
        *_keys(forge),
        *_members(forge),
        *_payloads(forge),
    ]
    for number, (name, mso, expect, note) in enumerate(cases):
        if number % 2:
            data, kind = encode(forge.issuer_signed(mso=mso)), "issuer-signed"
            fields = {"anchors": [forge.anchor]}
        else:
            data, kind = forge.shown(mso=mso), "device-response"
            fields = forge.session_fields()
        yield case(f"mso/{name}", kind, data, expect, note=note, **fields)

    yield from _doc_types(forge)


def _doc_types(forge: Forge) -> Iterator[Vector]:
    """Name another docType outside than the one signed; the device signs the outer one."""
    for name, outer in {
        "doctype-differs": "org.iso.18013.5.1.other",
        "doctype-case": "org.iso.18013.5.1.mdl",
        "doctype-space": DOC_TYPE + " ",
        "doctype-shorter": "org.iso.18013.5.1",
    }.items():
        data = forge.response(forge.document(docType=outer))
        note = "only the comparison of both docTypes catches it"
        expect = no(C.DOC_TYPE_SIGNED)
        yield case(f"mso/{name}", "device-response", data, expect, note=note, **forge.session_fields())
    received = encode(forge.issuer_signed())
    yield case(
        "mso/doctype-not-ordered",
        "issuer-signed",
        received,
        no(C.DOC_TYPE_SIGNED),
        note="another type of document than the wallet ordered",
        anchors=[forge.anchor],
        doc_type="eu.europa.ec.av.1",
    )


def _types(forge: Forge) -> Iterator[Parts]:
    shapes: dict[str, tuple[dict[str, Any], str]] = {
        "doctype-missing": ({"docType": ABSENT}, "mdoc.member"),
        "doctype-number": ({"docType": 1}, "mdoc.member"),
        "doctype-empty": ({"docType": ""}, "mdoc.name"),
        "version-missing": ({"version": ABSENT}, "mdoc.member"),
        "version-number": ({"version": 1}, "mdoc.member"),
        "version-without-minor": ({"version": "1"}, "mdoc.version-form"),
        "version-2": ({"version": "2.0"}, "mdoc.version"),
        "algorithm-missing": ({"digestAlgorithm": ABSENT}, "mdoc.member"),
        "algorithm-md5": ({"digestAlgorithm": "MD5"}, "mso.digest-algorithm"),
        "algorithm-sha1": ({"digestAlgorithm": "SHA-1"}, "mso.digest-algorithm"),
        "algorithm-lower-case": ({"digestAlgorithm": "sha-256"}, "mso.digest-algorithm"),
        "algorithm-number": ({"digestAlgorithm": -16}, "mdoc.member"),
        "algorithm-of-longer-digests": ({"digestAlgorithm": "SHA-512"}, "mso.digest-length"),
    }
    for name, (change, code) in shapes.items():
        yield name, forge.mso(**change), broken(code), "signed by the agency, and not to be understood"


def _digests(forge: Forge) -> Iterator[Parts]:
    honest = forge.digests(forge.items())[SPACE]
    first = honest[0]
    rest = {1: honest[1], 2: honest[2]}
    keys: dict[str, Any] = {
        "digest-key-text": "0",
        "digest-key-negative": -1,
        "digest-key-float": raw(b"\xf9\x00\x00"),
        "digest-key-false": False,
        "digest-key-null": None,
        "digest-key-2-to-32": 2**32,
    }
    for name, key in keys.items():
        spaces = {SPACE: {**rest, key: first}}
        yield (
            name,
            forge.mso(valueDigests=spaces),
            broken("mso.digest-id"),
            ("an id that is no whole number in range; Python finds 0 under some of them"),
        )
    long_zero = raw(b"\x18\x00")
    shapes: dict[str, tuple[Any, str]] = {
        "digest-key-twice": ({SPACE: {**honest, long_zero: first}}, "cbor.duplicate-key"),
        "digest-truncated": ({SPACE: {**rest, 0: first[:31]}}, "mso.digest-length"),
        "digest-longer": ({SPACE: {**rest, 0: first + b"\x00"}}, "mso.digest-length"),
        "digest-empty": ({SPACE: {**rest, 0: b""}}, "mso.digest-length"),
        "digest-text": ({SPACE: {**rest, 0: "0" * 32}}, "mso.digest-length"),
        "digests-missing": (ABSENT, "mdoc.form"),
        "digests-empty": ({}, "mdoc.form"),
        "digests-array": ([honest], "mdoc.form"),
        "space-empty": ({SPACE: {}}, "mdoc.form"),
        "space-name-number": ({1: honest}, "mdoc.name"),
    }
    for name, (digests, code) in shapes.items():
        yield name, forge.mso(valueDigests=digests), broken(code), "no digests as they must be"
    elsewhere = {"org.iso.18013.5.2": honest}
    yield (
        "space-missing",
        forge.mso(valueDigests=elsewhere),
        no(C.DIGEST_KNOWN),
        "signed for another namespace",
    )
    few = {0: first, 1: honest[1]}
    yield (
        "digest-missing",
        forge.mso(valueDigests={SPACE: few}),
        no(C.DIGEST_KNOWN),
        "one digest is not there",
    )
    yield (
        "digest-all-zero",
        forge.mso(valueDigests={SPACE: {**few, 2: bytes(32)}}),
        no(C.DIGEST_MATCH),
        ("a digest of zeros"),
    )


def _validity(forge: Forge) -> Iterator[Parts]:
    start = AT - DAY
    spans: dict[str, tuple[dict[str, Any], Expect, str]] = {
        "expired": ({"valid_until": AT - SECOND}, no(C.VALIDITY_UNTIL), "over since a second"),
        "expired-long-ago": ({"valid_until": start + SECOND}, no(C.VALIDITY_UNTIL), "over since a day"),
        "not-yet-valid": ({"valid_from": AT + SECOND}, no(C.VALIDITY_FROM), "valid in a second"),
        "ends-now": ({"valid_until": AT}, OK, "the last second counts"),
        "begins-now": ({"valid_from": AT}, OK, "the first second counts"),
        "inverted-at-one-moment": (
            {"valid_from": AT, "valid_until": AT},
            no(C.VALIDITY_ORDER),
            "validFrom must be before validUntil",
        ),
        "signed-after-valid-from": ({"signed": start + SECOND}, no(C.VALIDITY_ORDER), "signed too late"),
        "signed-as-signer-begins": (
            {"signed": DS_LIFE.not_before},
            OK,
            "the first second of the signer's certificate",
        ),
        "signed-before-signer": (
            {"signed": DS_LIFE.not_before - SECOND},
            no(C.VALIDITY_SIGNER),
            "a second before the signer's certificate begins",
        ),
        "inverted": (
            {"valid_from": AT + DAY, "valid_until": AT - DAY},
            no(C.VALIDITY_ORDER, C.VALIDITY_FROM, C.VALIDITY_UNTIL),
            "never valid",
        ),
    }
    for name, (span, expect, note) in spans.items():
        yield name, forge.mso(validityInfo=forge.validity(**span)), expect, note


def _dates(forge: Forge) -> Iterator[Parts]:
    good = (AT + DAY).strftime("%Y-%m-%dT%H:%M:%S")
    texts: dict[str, tuple[Any, Expect]] = {
        "tdate-fraction": (TDate(good + ".25Z"), OK),
        "tdate-lower-case": (TDate(good.lower() + "z"), OK),
        "tdate-offset": (TDate(good + "+05:00"), OK),
        "tdate-word": (TDate("tomorrow"), broken("cbor.date")),
        "tdate-empty": (TDate(""), broken("cbor.date")),
        "tdate-no-zone": (TDate(good), broken("cbor.date")),
        "tdate-february-30": (TDate("2027-02-30T00:00:00Z"), broken("cbor.date")),
        "tdate-hour-24": (TDate("2026-08-01T24:00:00Z"), broken("cbor.date")),
        "tdate-second-60": (TDate("2026-06-30T23:59:60Z"), broken("cbor.date")),
        "tdate-year-of-five": (TDate("12026-08-01T00:00:00Z"), broken("cbor.date")),
        "tdate-before-time": (TDate("0001-01-01T00:00:00+23:00"), broken("cbor.date")),
        "tdate-trailing-line": (TDate(good + "Z\n"), broken("cbor.date")),
        "tdate-other-digits": (TDate("\u0662" + good[1:] + "Z"), broken("cbor.date")),
        "tdate-untagged": (good + "Z", broken("mdoc.member")),
        "tdate-as-date": (FullDate("2026-08-01"), broken("mdoc.member")),
        "tdate-as-number": (raw(b"\xc1\x1a\x6a\x00\x00\x00"), broken("cbor.tag")),
        "tdate-of-bytes": (raw(b"\xc0\x41Z"), broken("cbor.tag-content")),
        "tdate-tag-twice": (raw(b"\xc0\xc0" + encode(good + "Z")), broken("cbor.tag-content")),
        "until-missing": (ABSENT, broken("mdoc.member")),
        "until-null": (None, broken("mdoc.member")),
    }
    for name, (value, expect) in texts.items():
        span = forge.validity() | {"validUntil": value}
        if value is ABSENT:
            del span["validUntil"]
        yield name, forge.mso(validityInfo=span), expect, "another way to write the end of validity"


def _keys(forge: Forge) -> Iterator[Parts]:
    honest = CoseKey.from_public_key(forge.device_key.public_key()).to_map()
    x, y = honest[-2], honest[-3]
    keys: dict[str, tuple[Any, str]] = {
        "key-off-curve": ({**honest, -3: y[:-1] + bytes([y[-1] ^ 1])}, "cose.key-off-curve"),
        "key-zero-point": ({**honest, -2: bytes(32), -3: bytes(32)}, "cose.key-off-curve"),
        "key-above-field": ({**honest, -2: b"\xff" * 32}, "cose.key-off-curve"),
        "key-x-short": ({**honest, -2: x[:31]}, "cose.key-form"),
        "key-x-long": ({**honest, -2: b"\x00" + x}, "cose.key-form"),
        "key-y-missing": ({1: 2, -1: 1, -2: x}, "cose.key-form"),
        "key-y-text": ({**honest, -3: "y" * 32}, "cose.key-form"),
        "key-type-missing": ({-1: 1, -2: x, -3: y}, "cose.key-form"),
        "key-type-symmetric": ({1: 4, -1: bytes(32)}, "cose.key-form"),
        "key-type-float": ({**honest, 1: raw(b"\xf9\x40\x00")}, "cose.key-form"),
        "key-curve-secp256k1": ({**honest, -1: 8}, "cose.key-curve"),
        "key-curve-unknown": ({**honest, -1: 2**40}, "cose.key-curve"),
        "key-curve-x25519": ({1: 1, -1: 4, -2: x}, "cose.key-curve"),
        "key-ed25519-short": ({1: 1, -1: 6, -2: x[:31]}, "cose.key-form"),
        "key-array": ([x, y], "cose.key-form"),
        "key-bytes": (b"\x04" + x + y, "cose.key-form"),
        "key-missing": (None, "cose.key-form"),
    }
    for name, (key, code) in keys.items():
        info = {} if key is None else {"deviceKey": key}
        yield name, forge.mso(deviceKeyInfo=info), broken(code), "not a device key"


def _members(forge: Forge) -> Iterator[Parts]:
    key = {"deviceKey": CoseKey.from_public_key(forge.device_key.public_key()).to_map()}
    both = {"nameSpaces": ["a"], "dataElements": {"a": ["b"]}}
    infos: dict[str, tuple[Any, str]] = {
        "key-info-missing": ({"deviceKeyInfo": ABSENT}, "mdoc.form"),
        "authorized-twice": ({"deviceKeyInfo": {**key, "keyAuthorizations": both}}, "mso.authorized-twice"),
        "authorized-text": (
            {"deviceKeyInfo": {**key, "keyAuthorizations": {"nameSpaces": "a"}}},
            "mdoc.form",
        ),
        "authorized-empty": (
            {"deviceKeyInfo": {**key, "keyAuthorizations": {"nameSpaces": []}}},
            "mdoc.form",
        ),
        "authorized-number": (
            {"deviceKeyInfo": {**key, "keyAuthorizations": {"nameSpaces": [1]}}},
            "mdoc.name",
        ),
        "validity-missing": ({"validityInfo": ABSENT}, "mdoc.form"),
        "validity-array": ({"validityInfo": []}, "mdoc.form"),
        "status-text": ({"status": "good"}, "mdoc.form"),
        "status-index-negative": ({"status": {"status_list": {"idx": -1, "uri": "u"}}}, "mdoc.member"),
        "status-index-huge": ({"status": {"status_list": {"idx": 2**31, "uri": "u"}}}, "mdoc.member"),
        "status-index-true": ({"status": {"status_list": {"idx": True, "uri": "u"}}}, "mdoc.member"),
        "status-uri-missing": ({"status": {"status_list": {"idx": 1}}}, "mdoc.member"),
        "status-certificate-text": (
            {"status": {"status_list": {"idx": 1, "uri": "u", "certificate": "c"}}},
            "mdoc.member",
        ),
    }
    for name, (change, code) in infos.items():
        yield name, forge.mso(**change), broken(code), "a member is not as it must be"


def _payloads(forge: Forge) -> Iterator[Parts]:
    honest = encode(forge.mso())
    payloads = {
        "payload-not-wrapped": (honest, "mdoc.tag-24"),
        "payload-wrapped-twice": (EncodedCbor(EncodedCbor(honest).raw).raw, "mdoc.form"),
        "payload-other-tag": (b"\xd8\x19" + EncodedCbor(honest).raw[2:], "cbor.tag"),
        "payload-trailing-byte": (EncodedCbor(honest).raw + b"\x00", "cbor.trailing-bytes"),
        "payload-mso-trailing-byte": (EncodedCbor(honest + b"\x00").raw, "cbor.trailing-bytes"),
        "payload-mso-truncated": (EncodedCbor(honest[:-1]).raw, "cbor.truncated"),
        "payload-mso-indefinite": (EncodedCbor(b"\xbf" + honest[1:] + b"\xff").raw, "cbor.indefinite"),
        "payload-mso-array": (EncodedCbor(b"\x81" + honest).raw, "mdoc.form"),
        "payload-empty": (b"", "cbor.truncated"),
    }
    for name, (payload, code) in payloads.items():
        yield name, payload, broken(code), "signed as it is, and no tag-24 MSO"
