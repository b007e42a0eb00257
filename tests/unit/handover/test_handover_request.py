"""The request: every proof holds and all say the same, or nothing is issued."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.keys import thumbprint, to_jwk
from counterproof.handover.limits import OFFER_LIFE
from counterproof.handover.request import CheckedRequest, check_request, make_request, request_hash
from counterproof.mdoc.errors import CounterproofError
from counterproof.strict_json import from_base64url, to_base64url
from tests.kit.certificates import AT
from tests.kit.handover import ISSUER, NONCE, RESIDENCY, Holder, offer, segment, with_proofs

HOLDER = Holder()
REQUEST = HOLDER.request()


def taken(nonce: bytes) -> bool:
    return nonce == NONCE


def check(data: bytes, **changes: Any) -> CheckedRequest:
    return check_request(data, **{"issuer": ISSUER, "nonce_ok": taken, "at": AT, **changes})


def refused(data: bytes, **changes: Any) -> str:
    with pytest.raises(CounterproofError) as caught:
        check(data, **changes)
    return caught.value.code


def proofs_of(data: bytes) -> list[str]:
    proofs: list[str] = json.loads(data)["proofs"]["jwt"]
    return proofs


def bent(**changes: Any) -> bytes:
    return json.dumps(json.loads(REQUEST) | changes).encode()


def with_header(**changes: Any) -> bytes:
    header = {name: value for name, value in (HOLDER.header() | changes).items() if value is not None}
    return with_proofs(REQUEST, HOLDER.proof(header, HOLDER.claims()))


def with_claims(**changes: Any) -> bytes:
    claims = {name: value for name, value in (HOLDER.claims() | changes).items() if value is not None}
    return with_proofs(REQUEST, HOLDER.proof(HOLDER.header(), claims))


def test_an_honest_request() -> None:
    checked = check(REQUEST)
    assert [key.public_numbers() for key in checked.device_keys] == [
        key.public_key().public_numbers() for key in HOLDER.device_keys
    ]
    assert checked.recipient_key.public_numbers() == HOLDER.recipient.public_key().public_numbers()
    assert (checked.doc_type, checked.nonce, checked.issued_at) == (RESIDENCY, NONCE, AT)
    assert checked.request_hash == hashlib.sha256(REQUEST).digest() == request_hash(REQUEST)
    assert [key.x for key in checked.cose_keys] == [
        from_base64url(to_jwk(key)["x"]) for key in checked.device_keys
    ]


def test_the_kits_own_proofs_are_honest() -> None:
    """Otherwise every bent one would be refused for a reason of its own."""
    assert len(check(with_header()).device_keys) == 1


def test_a_private_key_is_in_no_file() -> None:
    for key in (*HOLDER.device_keys, HOLDER.recipient):
        secret = key.private_numbers().private_value.to_bytes(32, "big")
        assert to_base64url(secret).encode() not in REQUEST
        assert all(to_base64url(secret) not in proof for proof in proofs_of(REQUEST))
        assert b'"d"' not in b"".join(from_base64url(p.split(".")[0]) for p in proofs_of(REQUEST))


class TestMaking:
    @pytest.mark.parametrize("copies", [0, 11])
    def test_another_number_of_copies_than_offered(self, copies: int) -> None:
        with pytest.raises(CounterproofError) as caught:
            Holder(copies=copies).request()
        assert caught.value.code == "handover.batch"

    def test_an_offer_that_ended(self) -> None:
        with pytest.raises(CounterproofError) as caught:
            HOLDER.request(offer(expires_at=AT - timedelta(days=1)))
        assert caught.value.code == "handover.offer-expired"

    @pytest.mark.parametrize("which", ["device", "recipient"])
    def test_keys_of_another_curve(self, which: str) -> None:
        other = ec.derive_private_key(5, ec.SECP384R1())
        device = other if which == "device" else HOLDER.recipient
        recipient = other if which == "recipient" else HOLDER.recipient
        with pytest.raises(CounterproofError) as caught:
            make_request(offer(), device_keys=[device], recipient_key=recipient.public_key(), at=AT)
        assert caught.value.code == "handover.curve"


class TestNonce:
    def test_a_nonce_that_was_used(self) -> None:
        used: set[bytes] = set()

        def once(nonce: bytes) -> bool:
            return not (nonce in used or used.add(nonce))  # type: ignore[func-returns-value]  # None is falsy

        assert check(REQUEST, nonce_ok=once).nonce == NONCE
        assert refused(REQUEST, nonce_ok=once) == "handover.nonce-refused"

    def test_a_nonce_of_nobody(self) -> None:
        other = HOLDER.request(offer(c_nonce=bytes(32)))
        assert refused(other) == "handover.nonce-refused"

    def test_is_asked_last(self) -> None:
        """A bad request must not use up a nonce."""

        def never(_nonce: bytes) -> bool:
            raise AssertionError("asked")

        first, second, _ = proofs_of(REQUEST)
        for data in (with_claims(aud="x"), with_proofs(REQUEST, first, first), bent(type="x")):
            refused(data, nonce_ok=never)
        assert refused(with_proofs(REQUEST, first, second[:-4] + "AAAA"), nonce_ok=never)

    def test_two_nonces(self) -> None:
        other = HOLDER.request(offer(c_nonce=bytes(32)))
        mixed = with_proofs(REQUEST, proofs_of(REQUEST)[0], proofs_of(other)[1])
        assert refused(mixed) == "handover.proof-nonce"

    @pytest.mark.parametrize("nonce", ["", "AAAA", "A" * 100])
    def test_a_nonce_of_no_length(self, nonce: str) -> None:
        assert refused(with_claims(nonce=nonce)) == "handover.form"


class TestHeader:
    @pytest.mark.parametrize(
        "changes",
        [
            {"alg": "none"},
            {"alg": "HS256"},
            {"alg": "ES384"},
            {"alg": "ES256K"},
            {"alg": "es256"},
            {"alg": None},
            {"typ": "JWT"},
            {"typ": None},
            {"jwk": None},
            {"jku": "https://evil.example/keys"},
            {"x5u": "https://evil.example/cert"},
            {"x5c": ["AAAA"]},
            {"kid": "did:example:1"},
            {"crit": ["b64"], "b64": False},
            {"crit": []},
            {"b64": False},
            {"cty": "x"},
            {"key_attestation": "x"},
        ],
    )
    def test_tricks(self, changes: dict[str, Any]) -> None:
        assert refused(with_header(**changes)) == "handover.proof-header"

    def test_hs256_with_the_public_key_as_its_secret(self) -> None:
        pem = (
            HOLDER.device_keys[0]
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        signed = f"{segment(HOLDER.header() | {'alg': 'HS256'})}.{segment(HOLDER.claims())}"
        mac = hmac.digest(pem, signed.encode(), "sha256")
        assert refused(with_proofs(REQUEST, f"{signed}.{to_base64url(mac)}")) == "handover.proof-header"

    def test_none_with_no_signature(self) -> None:
        signed = f"{segment(HOLDER.header() | {'alg': 'none'})}.{segment(HOLDER.claims())}"
        assert refused(with_proofs(REQUEST, f"{signed}.")) == "handover.proof-header"

    def test_alg_twice(self) -> None:
        header = json.dumps(HOLDER.header())
        twice = to_base64url(('{"alg": "none", ' + header[1:]).encode())
        _, claims, signature = HOLDER.proof(HOLDER.header(), HOLDER.claims()).split(".")
        assert refused(with_proofs(REQUEST, f"{twice}.{claims}.{signature}")) == "handover.proof-header"

    @pytest.mark.parametrize(
        "changes",
        [
            {"crv": "P-384"},
            {"crv": "secp256k1"},
            {"kty": "oct"},
            {"kty": "RSA"},
            {"d": "AAAA"},
            {"kid": "1"},
            {"use": "sig"},
            {"x": ""},
            {"x": "AAAA"},
            {"y": to_base64url(bytes(32))},
            {"y": to_base64url(bytes(33))},
            {"x": to_base64url(bytes(32)), "y": to_base64url(bytes(32))},
            {"x": "!" * 43},
        ],
    )
    def test_keys_that_are_none(self, changes: dict[str, str]) -> None:
        jwk = HOLDER.header()["jwk"] | changes
        assert refused(with_header(jwk=jwk)) == "handover.proof-key"

    @pytest.mark.parametrize("jwk", ["x", [], {"kty": 1}, {"kty": {"a": "b"}}])
    def test_a_jwk_of_another_shape(self, jwk: Any) -> None:
        assert refused(with_header(jwk=jwk)) == "handover.proof-header"


class TestSignature:
    def test_by_another_key(self) -> None:
        stranger = Holder("stranger")
        proof = stranger.proof(HOLDER.header(), HOLDER.claims())
        assert refused(with_proofs(REQUEST, proof)) == "handover.proof-signature"

    @pytest.mark.parametrize("size", [0, 63, 65, 70, 128])
    def test_of_another_length(self, size: int) -> None:
        head, claims, _ = proofs_of(REQUEST)[0].split(".")
        proof = f"{head}.{claims}.{to_base64url(bytes(size))}"
        assert refused(with_proofs(REQUEST, proof)) == "handover.proof-signature"

    def test_claims_of_another_proof(self) -> None:
        head, _, signature = proofs_of(REQUEST)[0].split(".")
        later = segment(HOLDER.claims() | {"iat": int(AT.timestamp()) + 1})
        assert refused(with_proofs(REQUEST, f"{head}.{later}.{signature}")) == "handover.proof-signature"

    @pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "\u00e9.b.c"])
    def test_no_compact_form(self, text: str) -> None:
        assert refused(with_proofs(REQUEST, text)) in {"handover.proof-form", "handover.proof-header"}

    def test_padding_and_spaces_are_no_base64url(self) -> None:
        head, claims, signature = proofs_of(REQUEST)[0].split(".")
        for proof in (f"{head}=.{claims}.{signature}", f" {head}.{claims}.{signature}"):
            assert refused(with_proofs(REQUEST, proof)) == "handover.proof-header"
        for end in ("=", "\n", " "):
            proof = f"{head}.{claims}.{signature}{end}"
            assert refused(with_proofs(REQUEST, proof)) == "handover.proof-signature"

    def test_every_bit_of_a_proof_counts(self) -> None:
        proof = HOLDER.proof(HOLDER.header(), HOLDER.claims())
        for position in range(0, len(proof), 3):
            changed = proof[:position] + chr(ord(proof[position]) ^ 1) + proof[position + 1 :]
            assert refused(with_proofs(REQUEST, changed)).startswith("handover.")

    def test_too_long(self) -> None:
        assert refused(with_proofs(REQUEST, "a" * 4_097)) == "handover.proof-length"


class TestClaims:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"aud": "https://other.example"}, "handover.proof-audience"),
            ({"aud": ISSUER + "/"}, "handover.proof-audience"),
            ({"aud": [ISSUER]}, "handover.proof-claims"),
            ({"aud": None}, "handover.proof-claims"),
            ({"nonce": None}, "handover.proof-claims"),
            ({"nonce": 7}, "handover.proof-claims"),
            ({"iat": None}, "handover.proof-claims"),
            ({"iat": "1780315200"}, "handover.proof-claims"),
            ({"iat": 1780315200.5}, "handover.proof-claims"),
            ({"iat": True}, "handover.proof-claims"),
            ({"iat": -1}, "handover.proof-claims"),
            ({"iat": 10**12}, "handover.proof-claims"),
            ({"exp": 2**40}, "handover.proof-claims"),
            ({"reply_jkt": None}, "handover.proof-claims"),
            ({"reply_jkt": "x"}, "handover.proof-recipient"),
        ],
    )
    def test_bent(self, changes: dict[str, Any], code: str) -> None:
        assert refused(with_claims(**changes)) == code

    @pytest.mark.parametrize(
        "moved", [timedelta(minutes=-11), OFFER_LIFE + timedelta(minutes=11), timedelta(days=-3_650)]
    )
    def test_a_time_that_cannot_be(self, moved: timedelta) -> None:
        assert refused(REQUEST, at=AT + moved) == "handover.proof-time"

    @pytest.mark.parametrize("moved", [timedelta(minutes=-10), OFFER_LIFE])
    def test_clocks_that_differ_a_little(self, moved: timedelta) -> None:
        assert check(REQUEST, at=AT + moved).nonce == NONCE


class TestWhole:
    def test_one_key_twice(self) -> None:
        first = proofs_of(REQUEST)[0]
        again = HOLDER.proof(HOLDER.header(), HOLDER.claims())
        assert again != first
        assert refused(with_proofs(REQUEST, first, again)) == "handover.proof-twice"

    def test_another_key_for_the_reply(self) -> None:
        """Whoever carries the request cannot have the card sealed to a key of theirs."""
        thief = to_jwk(Holder("thief").recipient.public_key())
        data = bent(credential_response_encryption={"jwk": thief})
        assert refused(data) == "handover.proof-recipient"

    def test_a_device_key_for_the_reply(self) -> None:
        jwk = to_jwk(HOLDER.device_keys[0].public_key())
        claims = HOLDER.claims() | {"reply_jkt": thumbprint(jwk)}
        data = json.loads(with_proofs(REQUEST, HOLDER.proof(HOLDER.header(), claims)))
        data["credential_response_encryption"] = {"jwk": jwk}
        assert refused(json.dumps(data).encode()) == "handover.proof-recipient"

    def test_another_agency(self) -> None:
        assert refused(REQUEST, issuer="https://other.example") == "handover.other-agency"
        assert refused(bent(credential_issuer="https://other.example")) == "handover.other-agency"

    def test_too_many_copies(self) -> None:
        assert refused(REQUEST, batch_limit=2) == "handover.batch"
        assert refused(with_proofs(REQUEST)) == "handover.batch"
        assert refused(with_proofs(REQUEST, *["a"] * 201)) == "handover.batch"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"type": "counterproof.credential-offer"}, "handover.other-file"),
            ({"version": 2}, "handover.version"),
            ({"version": None}, "json.form"),
            ({"proofs": {"jwt": "x"}}, "json.form"),
            ({"proofs": {"jwt": [1]}}, "json.form"),
            ({"proofs": {"jwt": [], "cwt": []}}, "json.form"),
            ({"proof": "x"}, "json.form"),
            ({"credential_configuration_id": ""}, "handover.form"),
            ({"credential_response_encryption": {"jwk": {}}}, "handover.key"),
            ({"credential_response_encryption": {"jwk": {"kty": "oct", "k": "AAAA"}}}, "handover.key"),
            ({"credential_response_encryption": {}}, "json.form"),
        ],
    )
    def test_bent(self, changes: dict[str, Any], code: str) -> None:
        assert refused(bent(**changes)) == code

    def test_too_large(self) -> None:
        assert refused(REQUEST + b" " * 524_288) == "json.too-large"


def test_thumbprint_is_rfc_7638() -> None:
    """Recomputed from the RFC's words: required members, in order, without spaces, SHA-256."""
    jwk = to_jwk(HOLDER.recipient.public_key())
    text = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    assert thumbprint(jwk) == to_base64url(hashlib.sha256(text.encode()).digest())
