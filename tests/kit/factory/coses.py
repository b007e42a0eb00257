"""cose/*: signatures of an agency that are none, in all the ways in which readers were fooled before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseMac0, SoftwareSigner
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.certificates import P256_ORDER
from tests.kit.factory.forge import ABSENT, Auth, EdSigner, Forge, flipped, raw
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNATURE = no(C.ISSUER_SIGNATURE)
ALGORITHM = no(C.ISSUER_ALGORITHM)

Parts = tuple[str, Auth, Expect, str]


def cose_vectors() -> Iterator[Vector]:
    """Yield the class, by turns as presented to a counter and as received by a wallet."""
    forge = Forge()
    cases = [*_proofs(), *_algorithms(), *_headers(), *_payloads(forge), *_arrays(), *_chains(forge)]
    for number, (name, auth, expect, note) in enumerate(cases):
        if number % 2:
            data, kind = encode(forge.issuer_signed(auth=auth)), "issuer-signed"
            fields = {"anchors": [forge.anchor]}
        else:
            data, kind = forge.shown(auth=auth), "device-response"
            fields = forge.session_fields()
        yield case(f"cose/{name}", kind, data, expect, note=note, **fields)


def _halves(change: Callable[[int, int], tuple[int, int]]) -> Callable[[bytes], bytes]:
    def changed(proof: bytes) -> bytes:
        r, s = change(int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big"))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return changed


def _der(proof: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big"))


def _proofs() -> Iterator[Parts]:
    """Change the signature itself."""
    wrong: dict[str, tuple[Callable[[bytes], Any], str]] = {
        "sig-first-bit": (lambda p: flipped(p, 0, 0x80), "one bit of r"),
        "sig-last-bit": (lambda p: flipped(p, -1), "one bit of s"),
        "sig-swapped": (lambda p: p[32:] + p[:32], "s before r"),
        "sig-zero": (lambda _: bytes(64), "r = s = 0"),
        "sig-r-zero": (_halves(lambda _, s: (0, s)), "r = 0"),
        "sig-s-zero": (_halves(lambda r, _: (r, 0)), "s = 0"),
        "sig-r-is-order": (_halves(lambda _, s: (P256_ORDER, s)), "r = n"),
        "sig-s-is-order": (_halves(lambda r, _: (r, P256_ORDER)), "s = n"),
        "sig-ones": (lambda _: b"\xff" * 64, "r and s above the order"),
        "sig-one-one": (_halves(lambda _r, _s: (1, 1)), "r = s = 1"),
        "sig-trailing": (lambda p: p + b"\x00", "65 bytes"),
        "sig-padded-66": (lambda p: b"\x00" + p[:32] + b"\x00" + p[32:], "two halves of 33 bytes"),
        "sig-truncated": (lambda p: p[:63], "63 bytes"),
        "sig-half": (lambda p: p[:32], "r alone"),
        "sig-empty": (lambda _: b"", "no signature"),
        "sig-der": (_der, "DER in place of r and s"),
        "sig-twice": (lambda p: p + p, "the signature twice"),
    }
    for name, (change, note) in wrong.items():
        yield name, Auth(signature=change), SIGNATURE, note
    yield "sig-text", Auth(signature=lambda p: p.hex()), broken("cose.form"), "text in place of bytes"
    yield "sig-null", Auth(signature=lambda _: None), broken("cose.form"), "null in place of bytes"
    negated = _halves(lambda r, s: (r, P256_ORDER - s))
    yield "sig-s-negated", Auth(signature=negated), OK, "ECDSA allows n - s too; no value changed"


def _algorithms() -> Iterator[Parts]:
    """Name another algorithm than the one used; the signature itself is right for ES256."""
    wrong: dict[str, Any] = {
        "alg-missing": ABSENT,
        "alg-zero": 0,
        "alg-es384": -35,
        "alg-es512": -36,
        "alg-eddsa": -8,
        "alg-hmac-256": 5,
        "alg-hmac-64": 4,
        "alg-es256k": -47,
        "alg-rs256": -257,
        "alg-rs1": -65535,
        "alg-a128gcm": 1,
        "alg-text": "ES256",
        "alg-text-none": "none",
        "alg-float": raw(b"\xf9\xc7\x00"),
        "alg-true": True,
        "alg-null": None,
        "alg-array": [-7],
        "alg-huge": 2**63,
    }
    for name, value in wrong.items():
        yield name, Auth(headers={1: value}), ALGORITHM, "the protected header does not say ES256"
    yield (
        "alg-unprotected",
        Auth(headers={1: ABSENT}, unprotected={1: -7}),
        ALGORITHM,
        ("the algorithm stands where no signature covers it"),
    )
    yield "alg-in-both", Auth(unprotected={1: -7}), broken("cose.header-twice"), "said twice, alike"
    yield "alg-contradicted", Auth(unprotected={1: -35}), broken("cose.header-twice"), "said twice, not alike"
    yield "alg-none-empty-header", Auth(protected=b""), ALGORITHM, "an empty protected header"
    yield "alg-empty-map", Auth(protected=b"\xa0"), ALGORITHM, "a protected header without algorithm"


def _headers() -> Iterator[Parts]:
    odd: dict[str, tuple[Any, str]] = {
        "protected-map": ({1: -7}, "cose.form"),
        "protected-null": (raw(b"\xf6"), "cose.form"),
        "protected-text": ("\u00a1\u0001&", "cose.form"),
        "protected-array": (b"\x82\x01\x26", "cose.protected-form"),
        "protected-number": (b"\x26", "cose.protected-form"),
        "protected-trailing-byte": (b"\xa1\x01\x26\x00", "cbor.trailing-bytes"),
        "protected-truncated": (b"\xa1\x01", "cbor.truncated"),
        "protected-twice": (b"\xa2\x01\x26\x01\x26", "cbor.duplicate-key"),
        "protected-indefinite": (b"\xbf\x01\x26\xff", "cbor.indefinite"),
        "protected-tagged": (b"\xd8\x3d\xa1\x01\x26", "cbor.tag"),
        "protected-deep": (b"\xa2\x01\x26\x18\x63" + b"\x81" * 4 + b"\x00", "cbor.depth"),
    }
    for name, (protected, code) in odd.items():
        yield name, Auth(protected=protected), broken(code), "no protected header as it must be"
    critical = {2: [99], 99: 1}
    yield "crit-unknown", Auth(headers=critical), broken("cose.critical"), "a critical header nobody knows"
    yield "crit-unprotected", Auth(unprotected={2: [99]}), broken("cose.critical"), "critical, not covered"
    yield "crit-empty", Auth(headers={2: []}), broken("cose.critical"), "an empty list of critical headers"
    yield "unprotected-array", Auth(unprotected=[33]), broken("cose.form"), "no map of headers"
    yield "unprotected-null", Auth(unprotected=raw(b"\xf6")), broken("cose.form"), "no map of headers"
    long = encode({1: -7})[:1] + b"\x18\x01\x38\x06"
    yield "protected-long-form", Auth(protected=long), OK, "longer heads are borne and hashed as received"
    honest = encode({1: -7})
    resealed = Auth(array=lambda m: [long, *m[1:]])
    yield "protected-reencoded", resealed, SIGNATURE, "re-encoded after signing: not the bytes signed"
    kid = Auth(unprotected={4: b"11"}, protected=honest)
    yield "kid-unprotected", kid, OK, "a key id, which is not looked at"


def _payloads(forge: Forge) -> Iterator[Parts]:
    payload = EncodedCbor.of(forge.mso()).raw
    other = EncodedCbor.of(forge.mso(version="1.1")).raw
    yield "payload-exchanged", Auth(payload=other), SIGNATURE, "another MSO under the signature"
    longer = b"\xd8\x18\x5a\x00\x00" + payload[3:]
    yield "payload-head-lengthened", Auth(payload=longer), SIGNATURE, "re-encoded after signing"
    yield "payload-detached", Auth(payload=ABSENT), broken("mdoc.member"), "the MSO is not there"
    yield "payload-text", Auth(payload="MSO"), broken("cose.form"), "text in place of the MSO"
    wrong = {
        "signed-mso-unwrapped": EncodedCbor.of(forge.mso()).content,
        "signed-nothing": b"",
        "signed-payload-twice": payload + payload,
    }
    for name, signed in wrong.items():
        yield name, Auth(to_sign=signed), SIGNATURE, "something else was signed"
    yield "signed-with-aad", Auth(external_aad=b"aad"), SIGNATURE, "external data that nobody has"
    for context in ("Signature", "CounterSignature", "MAC0"):
        yield f"context-{context.lower()}", Auth(context=context), SIGNATURE, "another kind of structure"


def _arrays() -> Iterator[Parts]:
    shapes: dict[str, tuple[Callable[[list[Any]], Any], str]] = {
        "array-of-3": (lambda m: m[:3], "cose.form"),
        "array-of-5": (lambda m: [*m, b""], "cose.form"),
        "array-empty": (lambda _: [], "cose.form"),
        "map": (lambda m: dict(enumerate(m)), "cose.form"),
        "null": (lambda _: None, "cose.form"),
        "tagged-18": (lambda m: raw(b"\xd2" + encode(m)), "cbor.tag"),
        "tagged-98": (lambda m: raw(b"\xd8\x62" + encode(m)), "cbor.tag"),
        "wrapped": (EncodedCbor.of, "cose.form"),
        "indefinite": (lambda m: raw(b"\x9f" + encode(m)[1:] + b"\xff"), "cbor.indefinite"),
    }
    for name, (change, code) in shapes.items():
        yield f"message-{name}", Auth(array=change), broken(code), "no COSE_Sign1 as ISO/IEC 18013-5 has it"


def _chains(forge: Forge) -> Iterator[Parts]:
    leaf, root = forge.agency.signer_certificate.der, forge.agency.anchor.der
    other = forge.kit.document_signer("another-signer").der
    odd: dict[str, tuple[Any, Expect]] = {
        "x5chain-missing": (ABSENT, broken("issuer.no-chain")),
        "x5chain-null": (None, broken("issuer.no-chain")),
        "x5chain-empty-array": ([], broken("cose.x5chain-form")),
        "x5chain-empty-bytes": (b"", broken("cose.x5chain-form")),
        "x5chain-text": ("certificate", broken("cose.x5chain-form")),
        "x5chain-nested": ([[leaf]], broken("cose.x5chain-form")),
        "x5chain-of-four": ([leaf] * 4, broken("cose.x5chain-size")),
        "x5chain-garbage": (b"\x30\x03\x02\x01\x01", broken("certificate.unreadable")),
        "x5chain-trailing-byte": (leaf + b"\x00", broken("certificate.unreadable")),
        "x5chain-truncated": (leaf[:-1], broken("certificate.unreadable")),
        "x5chain-of-another-signer": (other, SIGNATURE),
        "x5chain-array-of-one": ([leaf], OK),
        "x5chain-with-root": ([leaf, root], OK),
    }
    for name, (chain, expect) in odd.items():
        yield name, Auth(unprotected={33: chain}), expect, "the certificates beside the signature"
    yield "x5chain-protected", Auth(headers={33: leaf}, unprotected={33: ABSENT}), OK, "covered, and let in"
    twice = Auth(headers={33: leaf})
    yield "x5chain-in-both", twice, broken("cose.header-twice"), "in both headers"
    device = SoftwareSigner(forge.device_key, deterministic=True)
    yield "signed-by-device", Auth(signer=device), SIGNATURE, "the holder signs in place of the agency"
    stranger = SoftwareSigner(ec.derive_private_key(7, ec.SECP256R1()), deterministic=True)
    yield "signed-by-stranger", Auth(signer=stranger), SIGNATURE, "another key under the agency's certificate"
    edwards = EdSigner(bytes(range(32)))
    yield "signed-by-ed25519", Auth(signer=edwards), ALGORITHM, "EdDSA under a certificate for P-256"
    wide = SoftwareSigner(forge.kit.key("wide", ec.SECP384R1()), deterministic=True)
    yield "signed-by-p384", Auth(signer=wide), ALGORITHM, "ES384 under a certificate for P-256"
    point = forge.device_key.public_key().public_numbers().x.to_bytes(32, "big")
    hmac = Auth(
        headers={1: 5},
        signature=lambda _: CoseMac0.make(point, EncodedCbor.of(forge.mso()).raw).proof,
    )
    yield "hmac-with-public-key", hmac, ALGORITHM, "an HMAC keyed with what everybody knows"
