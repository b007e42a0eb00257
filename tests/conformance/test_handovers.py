"""The published handovers of OpenID4VP 1.0 and ISO/IEC TS 18013-7."""

from __future__ import annotations

import hashlib

import pytest

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.session import SessionTranscript
from tests.kit.vectors import vector_json


@pytest.fixture(scope="module")
def given() -> dict[str, str]:
    found: dict[str, str] = vector_json("openid4vp/handover_vectors.json")
    return found


def test_openid4vp_by_redirect(given: dict[str, str]) -> None:
    thumbprint = bytes.fromhex(given["jwk_thumbprint_sha256"])
    made = SessionTranscript.openid4vp(given["client_id"], given["nonce"], thumbprint, given["response_uri"])
    assert made.raw.hex() == given["session_transcript"]


def test_openid4vp_over_the_digital_credentials_api(given: dict[str, str]) -> None:
    thumbprint = bytes.fromhex(given["jwk_thumbprint_sha256"])
    made = SessionTranscript.openid4vp_dc_api(given["origin"], given["nonce"], thumbprint)
    assert made.raw.hex() == given["dcapi_session_transcript"]


def test_openid4vp_without_encryption_has_null_for_the_thumbprint(given: dict[str, str]) -> None:
    made = SessionTranscript.openid4vp(given["client_id"], given["nonce"], None, given["response_uri"])
    info = encode([given["client_id"], given["nonce"], None, given["response_uri"]])
    assert made.raw.endswith(hashlib.sha256(info).digest())
    assert made.raw.hex() != given["session_transcript"]


def test_openid4vp_before_1_0_has_the_published_shape(given: dict[str, str]) -> None:
    published = decode_exact(bytes.fromhex(given["iso18013_7_annexB_handover"]))
    made = SessionTranscript.ts_18013_7_openid4vp("c", "https://r.example", published[2], "m")
    nothing, none, handover = decode_exact(made.raw)
    assert nothing is none is None
    assert handover[2] == published[2]
    assert [len(part) for part in handover] == [len(part) for part in published]
    assert handover[0] == hashlib.sha256(encode(["c", "m"])).digest()
    assert handover[1] == hashlib.sha256(encode(["https://r.example", "m"])).digest()


def test_iso_over_the_digital_credentials_api() -> None:
    made = SessionTranscript.ts_18013_7_dc_api("e30", "https://r.example")
    digest = hashlib.sha256(encode(["e30", "https://r.example"])).digest()
    assert decode_exact(made.raw) == [None, None, ["dcapi", digest]]
