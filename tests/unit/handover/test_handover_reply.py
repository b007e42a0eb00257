"""The reply: sealed to one wallet and one request."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.reply import CredentialReply, open_reply, replies_to, seal_reply
from counterproof.handover.request import check_request
from counterproof.mdoc import hpke
from counterproof.mdoc.cbor import TDate, encode
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.strict_json import from_base64url, to_base64url
from tests.kit.certificates import AT
from tests.kit.handover import ISSUER, NONCE, RESIDENCY, Holder, offer
from tests.simulators.agency import Agency

TOML = (resources.files("counterproof.credential_types") / "residency.toml").read_bytes()
HOLDER = Holder()
REQUEST = check_request(HOLDER.request(), issuer=ISSUER, nonce_ok=lambda nonce: nonce == NONCE, at=AT)
AGENCY = Agency()


def issued() -> CredentialReply:
    return CredentialReply(
        doc_type=RESIDENCY,
        credentials=tuple(
            AGENCY.issue(RESIDENCY, {RESIDENCY: {"family_name": "Featherstonehaugh"}}, key)
            for key in REQUEST.device_keys
        ),
        type_toml=TOML,
        issuer_root=AGENCY.anchor,
        agency="Harbour Borough",
        issued_at=AT,
        note="Please renew in ninety days.",
    )


REPLY = issued()


def seal(reply: CredentialReply = REPLY) -> bytes:
    return seal_reply(reply, recipient_key=REQUEST.recipient_key, request_hash=REQUEST.request_hash)


SEALED = seal()


def opened(data: bytes, **changes: Any) -> CredentialReply:
    honest: dict[str, Any] = {"recipient_key": HOLDER.recipient, "request_hash": REQUEST.request_hash}
    return open_reply(data, **(honest | changes))


def refused(data: bytes, **changes: Any) -> str:
    with pytest.raises(CounterproofError) as caught:
        opened(data, **changes)
    return caught.value.code


def bent(**changes: Any) -> bytes:
    return json.dumps(json.loads(SEALED) | changes).encode()


def sealed_map(value: Any) -> bytes:
    """Seal any plaintext as a dishonest sender can, who knows the request."""
    info = encode(["counterproof.credential-reply.v1", REQUEST.request_hash])
    plaintext = value if isinstance(value, bytes) else encode(value)
    enc, ciphertext = hpke.seal(REQUEST.recipient_key, info, plaintext)
    return bent(enc=to_base64url(enc), ciphertext=to_base64url(ciphertext))


def plain(**changes: Any) -> dict[str, Any]:
    honest = {
        "docType": RESIDENCY,
        "credentials": list(REPLY.credentials),
        "credentialType": TOML,
        "issuerRoot": AGENCY.anchor.der,
        "agency": "Harbour Borough",
        "issuedAt": TDate.of(AT),
        "note": "",
    }
    return honest | changes


def test_from_offer_to_verified_credentials() -> None:
    reply = opened(SEALED)
    assert reply == REPLY
    assert reply.root_fingerprint != offer().issuer_root
    assert replies_to(SEALED) == REQUEST.request_hash
    for credential in reply.credentials:
        report = verify_issuer_signed(
            credential, trust=TrustedIssuers.of([reply.issuer_root]), at=AT, doc_type=RESIDENCY
        )
        assert report.verdict is Verdict.ACCEPTED


def test_the_kits_own_plaintext_is_honest() -> None:
    assert opened(sealed_map(plain())) == replace(REPLY, note="")


def test_nothing_of_a_card_is_readable() -> None:
    inner = from_base64url(json.loads(SEALED)["ciphertext"])
    for secret in (b"Featherstonehaugh", b"family_name", b"Harbour", b"residency", AGENCY.anchor.der[:64]):
        assert secret not in SEALED
        assert secret not in inner


def test_two_seals_of_one_reply_share_nothing() -> None:
    one, other = json.loads(SEALED), json.loads(seal())
    assert one["enc"] != other["enc"]
    assert one["ciphertext"][:200] != other["ciphertext"][:200]


class TestWhoOpens:
    def test_another_wallet(self) -> None:
        assert refused(SEALED, recipient_key=Holder("other").recipient) == "handover.reply-sealed"

    def test_a_device_key(self) -> None:
        assert refused(SEALED, recipient_key=HOLDER.device_keys[0]) == "handover.reply-sealed"

    def test_another_request_of_the_same_wallet(self) -> None:
        assert refused(SEALED, request_hash=bytes(32)) == "handover.other-request"

    def test_a_reply_that_claims_to_answer_another_request(self) -> None:
        relabelled = bent(request_sha256="00" * 32)
        assert refused(relabelled, request_hash=bytes(32)) == "handover.reply-sealed"

    @pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()])
    def test_a_key_of_another_curve_is_sealed_to_by_nobody(self, curve: ec.EllipticCurve) -> None:
        key = ec.derive_private_key(5, curve).public_key()
        with pytest.raises(CounterproofError) as caught:
            seal_reply(REPLY, recipient_key=key, request_hash=REQUEST.request_hash)
        assert caught.value.code == "hpke.curve"

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_a_hash_of_no_length(self, size: int) -> None:
        with pytest.raises(CounterproofError) as caught:
            seal_reply(REPLY, recipient_key=REQUEST.recipient_key, request_hash=bytes(size))
        assert caught.value.code == "handover.hash-length"


class TestFile:
    def test_every_changed_byte_is_seen(self) -> None:
        members = json.loads(SEALED)
        for name in ("enc", "ciphertext"):
            content = from_base64url(members[name])
            for position in {*range(0, len(content), 97), len(content) - 1}:
                changed = bytearray(content)
                changed[position] ^= 1
                assert refused(bent(**{name: to_base64url(bytes(changed))})) == "handover.reply-sealed"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"type": "counterproof.credential-request"}, "handover.other-file"),
            ({"version": 2}, "handover.version"),
            ({"version": 0}, "json.form"),
            ({"request_sha256": "x"}, "handover.form"),
            ({"enc": ""}, "handover.reply-sealed"),
            ({"enc": to_base64url(bytes(65))}, "handover.reply-sealed"),
            ({"enc": "="}, "json.base64url"),
            ({"ciphertext": ""}, "handover.reply-sealed"),
            ({"ciphertext": to_base64url(bytes(15))}, "handover.reply-sealed"),
            ({"ciphertext": None}, "json.form"),
            ({"aad": "x"}, "json.form"),
        ],
    )
    def test_bent(self, changes: dict[str, Any], code: str) -> None:
        assert refused(bent(**changes)) == code

    @pytest.mark.parametrize("data", [b"", b"{}", b"null", SEALED[:-3], SEALED + b"x"])
    def test_no_reply(self, data: bytes) -> None:
        assert refused(data) in {"json.malformed", "handover.other-file"}
        with pytest.raises(CounterproofError):
            replies_to(data)


class TestInside:
    """Whoever saw the request can seal something to it: what comes out is read strictly too."""

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"docType": "org.counterproof.library-card.1"}, "handover.form"),
            ({"docType": ""}, "handover.form"),
            ({"docType": 1}, "handover.form"),
            ({"credentials": []}, "handover.batch"),
            ({"credentials": [b"x"] * 201}, "handover.batch"),
            ({"credentials": ["x"]}, "handover.form"),
            ({"credentials": [b""]}, "handover.form"),
            ({"credentials": [bytes(1_048_577)]}, "handover.form"),
            ({"credentialType": b"="}, "catalogue.not-toml"),
            ({"credentialType": b""}, "catalogue.invalid"),
            ({"issuerRoot": b"x"}, "certificate.unreadable"),
            ({"agency": ""}, "handover.form"),
            ({"agency": "Harbour\n"}, "handover.form"),
            ({"agency": "Harbour\u3164"}, "handover.form"),
            ({"agency": "Harbour\ufe0f"}, "handover.form"),
            ({"note": "x" * 501}, "handover.form"),
            ({"note": "\x1b[2J"}, "handover.form"),
            ({"issuedAt": "2026-06-01T12:00:00Z"}, "handover.form"),
            ({"more": 1}, "handover.form"),
        ],
    )
    def test_bent(self, changes: dict[str, Any], code: str) -> None:
        assert refused(sealed_map(plain(**changes))) == code

    @pytest.mark.parametrize("name", sorted(plain()))
    def test_a_member_is_missing(self, name: str) -> None:
        members = plain()
        del members[name]
        assert refused(sealed_map(members)) == "handover.form"

    @pytest.mark.parametrize(
        "plaintext", [b"", b"\xff", encode([]), encode({}), encode(plain()) + b"\x00", b"\x81" * 40]
    )
    def test_no_map(self, plaintext: bytes) -> None:
        assert refused(sealed_map(plaintext)).partition(".")[0] in {"cbor", "handover"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credentials": ()}, "handover.batch"),
        ({"agency": "\t"}, "handover.form"),
        ({"doc_type": "a b"}, "handover.form"),
        ({"type_toml": b"x"}, "catalogue.not-toml"),
        ({"credentials": (bytes(1_048_576),) * 60}, "handover.reply-size"),
    ],
)
def test_no_bent_reply_is_sealed(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        seal(replace(REPLY, **changes))
    assert caught.value.code == code
