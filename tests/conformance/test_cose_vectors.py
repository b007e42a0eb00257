"""The COSE working group's examples: what fits ISO/IEC 18013-5 verifies, everything else does not."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cose import CoseMac0, CoseSign1, PublicKey
from counterproof.mdoc.errors import MalformedError
from tests.kit.vectors import vector_json, vector_path

VERIFIES = {
    "CWT/A_3",
    "ecdsa-examples/ecdsa-sig-01",
    "ecdsa-examples/ecdsa-sig-02",
    "ecdsa-examples/ecdsa-sig-03",
    "eddsa-examples/eddsa-sig-01",
    "hmac-examples/HMac-enc-01",
    "mac0-tests/HMac-01",
    "sign1-tests/sign-pass-03",
}
"""Of 51 files: the algorithms that 18013-5 names, protected, without external data."""

WHY_NOT = {
    "sign1-tests/sign-pass-01": "the algorithm stands in the unprotected header alone",
    "sign1-tests/sign-pass-02": "external data, which 18013-5 does not have",
    "mac0-tests/mac-pass-01": "the algorithm stands in the unprotected header alone",
    "mac0-tests/mac-pass-02": "external data, which 18013-5 does not have",
    "mac0-tests/mac-pass-03": "the algorithm stands in the unprotected header alone",
    "ecdsa-examples/ecdsa-sig-04": "ES512 with a key on P-256",
    "eddsa-examples/eddsa-sig-02": "Ed448",
    "hmac-examples/HMac-enc-02": "HMAC 384/384",
    "hmac-examples/HMac-enc-03": "HMAC 512/512",
    "hmac-examples/HMac-enc-05": "HMAC 256/64",
    "CWT/A_4": "HMAC 256/64",
    "CWT/A_5": "encrypted",
    "CWT/A_6": "encrypted",
    "CWT/A_7": "HMAC 256/64",
}
"""Right by RFC 9052, and refused here on purpose."""

CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}


def names() -> list[str]:
    folder = vector_path("cose")
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.json"))


def octets(key: dict[str, str], name: str) -> bytes:
    if f"{name}_hex" in key:
        return bytes.fromhex(key[f"{name}_hex"])
    return base64.urlsafe_b64decode(key[name] + "==")


def public_key(key: dict[str, str]) -> PublicKey | None:
    if key["crv"] == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(octets(key, "x"))
    if key["crv"] not in CURVES:
        return None
    x, y = (int.from_bytes(octets(key, name), "big") for name in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, CURVES[key["crv"]]).public_key()


def verifies(example: dict[str, Any]) -> bool:
    """Take the tag off as a reader of COSE_Sign1_Tagged would, and check as inside 18013-5."""
    data, given = bytes.fromhex(example["output"]["cbor"]), example["input"]
    if "sign0" in given:
        key = public_key(given["sign0"]["key"])
        message = CoseSign1.from_item(decode_exact(data.removeprefix(b"\xd2")))
        return key is not None and message.verify(key)
    if "mac0" in given:
        secret = octets(given["mac0"]["recipients"][0]["key"], "k")
        array = decode_exact(data.removeprefix(b"\xd1"))
        mac = CoseMac0.from_item([*array[:2], None, *array[3:]])
        return mac.verify(secret, array[2])
    decode_exact(data)  # several signers, several recipients, encryption: other tags
    return True


def outcome(name: str) -> bool:
    try:
        return verifies(vector_json(f"cose/{name}.json"))
    except MalformedError:
        return False


def test_exactly_what_18013_5_uses_verifies() -> None:
    assert len(names()) == 51
    assert {name for name in names() if outcome(name)} == VERIFIES


def test_no_failing_example_verifies() -> None:
    failing = [name for name in names() if vector_json(f"cose/{name}.json").get("fail")]
    assert len(failing) == 14
    assert not set(failing) & VERIFIES


def test_every_good_example_that_is_refused_is_refused_for_a_reason() -> None:
    single = {
        name
        for name in names()
        if not (example := vector_json(f"cose/{name}.json")).get("fail")
        and {"sign0", "mac0", "encrypted"} & set(example["input"])
    }
    assert single - VERIFIES == set(WHY_NOT)


@pytest.mark.parametrize("name", sorted(VERIFIES))
def test_no_flipped_byte_verifies(name: str) -> None:
    example = vector_json(f"cose/{name}.json")
    data = bytes.fromhex(example["output"]["cbor"])
    body = 1 if data[0] in (0xD1, 0xD2) else 0
    key_id = encode(decode_exact(data[body:])[1])  # in the unprotected header: no signature covers it
    uncovered = range(start := data.index(key_id), start + len(key_id) if len(key_id) > 1 else start)
    for at in range(body, len(data)):
        if at in uncovered:
            continue
        bent = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            assert not verifies({**example, "output": {"cbor": bent.hex()}}), at
        except MalformedError:
            continue
