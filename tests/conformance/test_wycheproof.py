"""Wycheproof: 1760 cases against the primitives as this library calls them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterproof.mdoc.cose import ES256, CoseKey, verify_signature
from counterproof.mdoc.errors import MalformedError
from tests.kit.vectors import vector_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.mdoc.cose import PublicKey

Case = dict[str, Any]


def cases(name: str) -> Iterator[tuple[Case, Case]]:
    for group in vector_json(f"wycheproof/{name}.json")["testGroups"]:
        for case in group["tests"]:
            yield group, case


def cose_key(point: bytes) -> PublicKey:
    """Load an uncompressed point as a device key is loaded."""
    return CoseKey.from_map({1: 2, -1: 1, -2: point[1:33], -3: point[33:]}).public_key()


def verified(group: Case, case: Case) -> bool:
    key = cose_key(bytes.fromhex(group["publicKey"]["uncompressed"]))
    return verify_signature(ES256, key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))


def test_raw_signatures_end_as_stated() -> None:
    found = list(cases("ecdsa_secp256r1_sha256_p1363_test"))
    assert len(found) == 262
    for group, case in found:
        assert verified(group, case) is (case["result"] == "valid"), case["tcId"]


def test_no_der_signature_passes_for_a_raw_one() -> None:
    found = list(cases("ecdsa_secp256r1_sha256_test"))
    assert len(found) == 484
    assert [case["tcId"] for group, case in found if verified(group, case)] == []


def test_raw_signatures_with_bytes_around_them_fail() -> None:
    for group, case in cases("ecdsa_secp256r1_sha256_p1363_test"):
        if case["result"] == "valid":
            for bent in (case["sig"] + "00", "00" + case["sig"], case["sig"][:-2], case["sig"] * 2):
                assert not verified(group, {**case, "sig": bent})


def test_ecdh_never_agrees_on_a_false_point() -> None:
    """A key reaches us as coordinates: those of the right length are taken from each case."""
    refused: Counter[str] = Counter()
    false_alarms = 0
    for _, case in cases("ecdh_secp256r1_test"):
        point = bytes.fromhex(case["public"])[-65:]
        if len(point) != 65 or point[0] != 4 or "UnnamedCurve" in case["flags"]:
            continue
        private = ec.derive_private_key(int(case["private"], 16), ec.SECP256R1())
        try:
            key = cose_key(point)
        except MalformedError as error:
            refused[error.code] += 1
            false_alarms += case["result"] == "valid"
            continue
        assert isinstance(key, ec.EllipticCurvePublicKey)
        if case["result"] == "valid":
            assert private.exchange(ec.ECDH(), key).hex() == case["shared"], case["tcId"]
    assert set(refused) == {"cose.key-off-curve"}
    assert refused.total() > 10
    assert false_alarms == 0


def test_hkdf_ends_as_stated() -> None:
    found = list(cases("hkdf_sha256_test"))
    assert len(found) == 86
    for _, case in found:
        ikm, salt, info = (bytes.fromhex(case[name]) for name in ("ikm", "salt", "info"))
        try:
            right = HKDF(hashes.SHA256(), case["size"], salt, info).derive(ikm).hex() == case["okm"]
        except ValueError:
            right = False
        assert right is (case["result"] == "valid"), case["tcId"]


def test_aes_gcm_ends_as_stated() -> None:
    found = list(cases("aes_gcm_test"))
    assert len(found) == 316
    for group, case in found:
        iv, key = bytes.fromhex(case["iv"]), bytes.fromhex(case["key"])
        sealed = bytes.fromhex(case["ct"] + case["tag"])
        if group["ivSize"] != 96:
            continue  # we use no other
        try:
            opened = AESGCM(key).decrypt(iv, sealed, bytes.fromhex(case["aad"])).hex() == case["msg"]
        except (InvalidTag, ValueError):
            opened = False
        assert opened is (case["result"] == "valid"), case["tcId"]
