"""device/*: who is holding the document, and is it now: signatures and MACs of the holder's device."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseKey, CoseMac0, SoftwareSigner
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.session_keys import mac_key
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.factory.forge import (
    ABSENT,
    DOC_TYPE,
    OTHER_SPACE,
    SPACE,
    Auth,
    EdSigner,
    Forge,
    flipped,
    raw,
    wrapped,
)
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.mdoc.cose import Signer

PROOF = no(C.DEVICE_AUTH)
METHOD = no(C.DEVICE_METHOD)
UNAUTHORIZED = no(C.DEVICE_AUTHORIZED)
AGE = {"age_over_18": True}

Parts = tuple[str, dict[str, Any], Expect, str]


def device_vectors() -> Iterator[Vector]:
    """Yield the class."""
    forge = Forge()
    for name, parts, expect, note in [
        *_signatures(forge),
        *_sessions(forge),
        *_attached(forge),
        *_forms(forge),
        *_spaces(forge),
    ]:
        document = forge.document(**parts)
        yield case(
            f"device/{name}",
            "device-response",
            forge.response(document),
            expect,
            note=note,
            **forge.session_fields(),
        )
    yield from _keys()
    yield from _macs(forge)


def _signed(forge: Forge, **parts: Any) -> dict[str, Any]:
    return {"deviceSigned": forge.device_signed(**parts)}


def _der(proof: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big"))


def _signatures(forge: Forge) -> Iterator[Parts]:
    other = SoftwareSigner(forge.kit.key("another-device"), deterministic=True)
    auths: dict[str, tuple[Auth, Expect]] = {
        "sig-flipped": (Auth(signature=lambda p: flipped(p, 40)), PROOF),
        "sig-zero": (Auth(signature=lambda _: bytes(64)), PROOF),
        "sig-trailing": (Auth(signature=lambda p: p + b"\x00"), PROOF),
        "sig-truncated": (Auth(signature=lambda p: p[:-1]), PROOF),
        "sig-empty": (Auth(signature=lambda _: b""), PROOF),
        "sig-der": (Auth(signature=_der), PROOF),
        "payload-attached": (Auth(payload=b"\xa0"), PROOF),
        "payload-empty-bytes": (Auth(payload=b""), PROOF),
        "context-mac0": (Auth(context="MAC0"), PROOF),
        "with-aad": (Auth(external_aad=b"\x00"), PROOF),
        "signed-nothing": (Auth(to_sign=b""), PROOF),
        "alg-missing": (Auth(headers={1: ABSENT}), METHOD),
        "alg-unprotected": (Auth(headers={1: ABSENT}, unprotected={1: -7}), METHOD),
        "alg-es384": (Auth(headers={1: -35}), METHOD),
        "alg-hmac": (Auth(headers={1: 5}), METHOD),
        "alg-text": (Auth(headers={1: "ES256"}), METHOD),
        "crit": (Auth(headers={2: [9], 9: 0}), broken("cose.critical")),
        "header-twice": (Auth(unprotected={1: -7}), broken("cose.header-twice")),
        "signature-text": (Auth(signature=lambda p: p.hex()), broken("cose.form")),
        "tagged": (Auth(array=lambda m: raw(b"\xd2" + encode(m))), broken("cbor.tag")),
    }
    for name, (auth, expect) in auths.items():
        yield name, _signed(forge, auth=auth), expect, "the device's signature is not as it must be"
    yield "other-key", _signed(forge, signer=other), PROOF, "a copy of the document on another device"
    yield "signed-by-agency", _signed(forge, signer=forge.agency.signer), PROOF, "the agency's key"


def _sessions(forge: Forge) -> Iterator[Parts]:
    digest = hashlib.sha256(b"another session").digest()
    transcripts = {
        "other-session": encode([None, None, ["TestHandover", digest]]),
        "other-handover": encode([None, None, ["OtherHandover", hashlib.sha256(b"").digest()]]),
        "null-session": encode([None, None, None]),
        "session-wrapped": EncodedCbor(forge.transcript).raw,
        "session-as-bytes": encode(forge.transcript),
        "session-longer": b"\x84" + forge.transcript[1:] + b"\xf6",
    }
    for name, transcript in transcripts.items():
        yield (
            name,
            _signed(forge, transcript=transcript),
            PROOF,
            "made for another session, or not over its array",
        )
    yield "other-doctype", _signed(forge, doc_type="org.iso.18013.5.1.mdl"), PROOF, "over another docType"
    empty = wrapped(b"\xa0")
    payload = device_authentication(forge.transcript, DOC_TYPE, empty)
    unwrapped = Auth(to_sign=_content(payload))
    yield "authentication-unwrapped", _signed(forge, auth=unwrapped), PROOF, "signed without its tag 24"
    bare = b"\x84\x74DeviceAuthentication" + forge.transcript + encode(DOC_TYPE) + b"\xa0"
    yield (
        "namespaces-unwrapped",
        _signed(forge, auth=Auth(to_sign=EncodedCbor(bare).raw)),
        PROOF,
        ("the namespaces spliced in without tag 24"),
    )
    reader = payload.replace(b"DeviceAuthentication", b"ReaderAuthentication")
    yield (
        "reader-authentication",
        _signed(forge, auth=Auth(to_sign=reader)),
        PROOF,
        "what a reader would sign",
    )


def _attached(forge: Forge) -> Iterator[Parts]:
    """Send the payload along, as some wallets do."""
    empty = wrapped(b"\xa0")
    own = device_authentication(forge.transcript, DOC_TYPE, empty)
    other = device_authentication(encode([None, None, None]), DOC_TYPE, empty)
    yield "payload-along", _signed(forge, auth=Auth(payload=own)), OK, "the payload is ours, byte for byte"
    replayed = Auth(payload=other, to_sign=other)
    yield (
        "payload-along-other-session",
        _signed(forge, auth=replayed),
        PROOF,
        "rightly signed, of another session",
    )
    bare = Auth(payload=_content(own), to_sign=_content(own))
    yield "payload-along-unwrapped", _signed(forge, auth=bare), PROOF, "rightly signed, without its tag 24"


def _content(item: bytes) -> bytes:
    """Return the content of a tag-24 item with a head of one or two length bytes."""
    return item[4:] if item[2] == 0x58 else item[5:]


def _forms(forge: Forge) -> Iterator[Parts]:
    honest = forge.device_signed()
    signature = honest["deviceAuth"]["deviceSignature"]
    mac = CoseMac0.make(bytes(32), b"").to_list()
    auths: dict[str, tuple[Any, str]] = {
        "no-auth": ({}, "device.one-auth"),
        "both-auths": ({"deviceSignature": signature, "deviceMac": mac}, "device.one-auth"),
        "auth-unknown": ({"deviceProof": signature}, "device.one-auth"),
        "auth-null": (None, "mdoc.form"),
        "auth-array": ([signature], "mdoc.form"),
        "signature-null": ({"deviceSignature": None}, "cose.form"),
        "signature-of-three": ({"deviceSignature": signature[:3]}, "cose.form"),
    }
    for name, (auth, code) in auths.items():
        yield name, {"deviceSigned": {**honest, "deviceAuth": auth}}, broken(code), "no single proof"
    spaces: dict[str, tuple[Any, str]] = {
        "spaces-missing": (ABSENT, "mdoc.tag-24"),
        "spaces-unwrapped": ({}, "mdoc.tag-24"),
        "spaces-bytes": (b"\xa0", "mdoc.tag-24"),
        "spaces-array": (wrapped(b"\x80"), "mdoc.form"),
        "spaces-trailing-byte": (wrapped(b"\xa0\x00"), "cbor.trailing-bytes"),
        "spaces-empty-space": (wrapped(encode({SPACE: {}})), "mdoc.form"),
        "spaces-number-name": (wrapped(encode({1: AGE})), "mdoc.name"),
        "spaces-garbage": (wrapped(b"\xff"), "cbor.indefinite"),
    }
    for name, (value, code) in spaces.items():
        members = {k: v for k, v in {**honest, "nameSpaces": value}.items() if v is not ABSENT}
        yield name, {"deviceSigned": members}, broken(code), "the device's own elements are malformed"


def _spaces(forge: Forge) -> Iterator[Parts]:
    """Let the device say something itself; a wallet of ours never does."""
    key = {"deviceKey": CoseKey.from_public_key(forge.device_key.public_key()).to_map()}
    own, elsewhere = (wrapped(encode({space: {"phone": 1}})) for space in (SPACE, OTHER_SPACE))
    rights: dict[str, tuple[dict[str, Any] | None, Expect, str]] = {
        "authorized-space": ({"nameSpaces": [SPACE]}, OK, "the agency let the device sign this namespace"),
        "authorized-element": ({"dataElements": {SPACE: ["phone"]}}, OK, "and this one element"),
        "unauthorized": (None, UNAUTHORIZED, "the agency gave no right at all"),
        "unauthorized-element": ({"dataElements": {SPACE: ["sex"]}}, UNAUTHORIZED, "another element"),
        "unauthorized-space": ({"nameSpaces": [OTHER_SPACE]}, UNAUTHORIZED, "another namespace"),
        "unauthorized-element-there": (
            {"dataElements": {OTHER_SPACE: ["phone"]}},
            UNAUTHORIZED,
            "the same element of another namespace",
        ),
    }
    for name, (right, expect, note) in rights.items():
        info = key if right is None else {**key, "keyAuthorizations": right}
        issuer = forge.issuer_signed(mso=forge.mso(deviceKeyInfo=info))
        yield name, {"issuerSigned": issuer, **_signed(forge, namespaces=own)}, expect, note
    alone: dict[str, tuple[dict[str, Any], Expect, str]] = {
        "space-of-its-own": ({"nameSpaces": [OTHER_SPACE]}, OK, "the agency itself signed nothing there"),
        "element-in-space-of-its-own": (
            {"dataElements": {OTHER_SPACE: ["phone"]}},
            OK,
            "the agency itself signed nothing there, and let the device sign this one element",
        ),
        "unauthorized-space-of-its-own": (
            {"nameSpaces": [SPACE]},
            UNAUTHORIZED,
            "the agency itself signed nothing there, and gave a right to another namespace",
        ),
    }
    for name, (right, expect, note) in alone.items():
        issuer = forge.issuer_signed(mso=forge.mso(deviceKeyInfo={**key, "keyAuthorizations": right}))
        yield name, {"issuerSigned": issuer, **_signed(forge, namespaces=elsewhere)}, expect, note
    info = {**key, "keyAuthorizations": {"nameSpaces": [SPACE]}}
    issuer = forge.issuer_signed(mso=forge.mso(deviceKeyInfo=info))
    changed = {
        **forge.device_signed(namespaces=own),
        "nameSpaces": wrapped(encode({SPACE: {"phone": 2}})),
    }
    both = _signed(forge, namespaces=wrapped(encode({SPACE: AGE})))
    yield "said-twice", {"issuerSigned": issuer, **both}, UNAUTHORIZED, "the agency signed this element"
    yield "spaces-changed", {"issuerSigned": issuer, "deviceSigned": changed}, PROOF, "changed after signing"
    longer = EncodedCbor(b"\xa0", b"\xd8\x18\x58\x01\xa0")
    yield "spaces-long-head", _signed(forge, namespaces=longer), OK, "signed and hashed as received"
    resealed = {**forge.device_signed(namespaces=longer), "nameSpaces": wrapped(b"\xa0")}
    yield "spaces-reencoded", {"deviceSigned": resealed}, PROOF, "re-encoded after signing"


def _keys() -> Iterator[Vector]:
    """Use device keys of every kind that is let in."""
    forge = Forge()
    signers: dict[str, Signer] = {
        "key-p384": SoftwareSigner(forge.kit.key("device", ec.SECP384R1()), deterministic=True),
        "key-p521": SoftwareSigner(forge.kit.key("device", ec.SECP521R1()), deterministic=True),
        "key-ed25519": EdSigner(bytes(range(2, 34))),
    }
    for name, signer in signers.items():
        holder = Forge()
        holder.device_signer = signer
        note = "a device key of another kind, and the algorithm that goes with it"
        fields = holder.session_fields()
        yield case(f"device/{name}", "device-response", holder.response(), OK, note=note, **fields)
        claims = holder.device_signed(auth=Auth(headers={1: -7}))
        data = holder.response(holder.document(deviceSigned=claims))
        note = "ES256 claimed for a key that it does not fit"
        yield case(f"device/{name}-as-es256", "device-response", data, METHOD, note=note, **fields)
    whole = CoseKey.from_public_key(forge.device_key.public_key())
    short = {**whole.to_map(), -3: bool(whole.y[-1] & 1)}
    issuer = forge.issuer_signed(mso=forge.mso(deviceKeyInfo={"deviceKey": short}))
    data = forge.response(forge.document(issuerSigned=issuer))
    note = "a compressed point, as the key of an engagement may be and no other"
    expect = broken("cose.key-form")
    yield case("device/key-compressed", "device-response", data, expect, note=note, **forge.session_fields())


def _macs(forge: Forge) -> Iterator[Vector]:
    reader = forge.kit.key("reader-ephemeral")
    key = mac_key(reader, forge.device_key.public_key(), forge.transcript)
    payload = device_authentication(forge.transcript, DOC_TYPE, wrapped(b"\xa0"))
    good = CoseMac0.make(key, payload).to_list()
    stranger = mac_key(forge.kit.key("other-reader"), forge.device_key.public_key(), forge.transcript)
    session = mac_key(reader, forge.device_key.public_key(), encode([None, None, None]))
    macs: dict[str, tuple[list[Any], Expect, str]] = {
        "mac": (good, OK, "an HMAC between device and reader"),
        "mac-flipped": ([*good[:3], flipped(good[3])], PROOF, "one bit"),
        "mac-truncated": ([*good[:3], good[3][:8]], PROOF, "eight bytes of it"),
        "mac-empty": ([*good[:3], b""], PROOF, "nothing of it"),
        "mac-longer": ([*good[:3], good[3] + b"\x00"], PROOF, "a byte more"),
        "mac-alg-64": ([encode({1: 4}), *good[1:]], PROOF, "HMAC 256/64 is not let in"),
        "mac-alg-es256": ([encode({1: -7}), *good[1:]], PROOF, "an HMAC that says it is a signature"),
        "mac-payload-attached": ([good[0], {}, payload, good[3]], PROOF, "the payload must not be there"),
        "mac-other-reader": (CoseMac0.make(stranger, payload).to_list(), PROOF, "keyed for another reader"),
        "mac-other-session": (CoseMac0.make(session, payload).to_list(), PROOF, "keyed for another session"),
        "mac-without-key": (CoseMac0.make(b"", payload).to_list(), PROOF, "keyed with nothing"),
    }
    scalar = reader.private_numbers().private_value.to_bytes(32, "big").hex()
    for name, (message, expect, note) in macs.items():
        signed = {"nameSpaces": wrapped(b"\xa0"), "deviceAuth": {"deviceMac": message}}
        data = forge.response(forge.document(deviceSigned=signed))
        fields = forge.session_fields(reader_private_key=scalar)
        yield case(f"device/{name}", "device-response", data, expect, note=note, **fields)
    signed = {"nameSpaces": wrapped(b"\xa0"), "deviceAuth": {"deviceMac": good}}
    data = forge.response(forge.document(deviceSigned=signed))
    note = "a MAC where the reader has no key to check it with"
    yield case("device/mac-unasked", "device-response", data, METHOD, note=note, **forge.session_fields())
