from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.engagement import DeviceEngagement, SessionData, SessionEstablishment
from counterproof.mdoc.errors import CounterproofError

KEY = CoseKey.from_public_key(ec.derive_private_key(5, ec.SECP256R1()).public_key())
KEY_ITEM = EncodedCbor.of(KEY.to_map())
OFF_CURVE = EncodedCbor.of({1: 2, -1: 1, -2: bytes(32), -3: bytes(31) + b"\x01"})


def engagement(**changes: Any) -> bytes:
    names = {"version": 0, "security": 1, "methods": 2}
    members = {"version": "1.0", "security": [1, KEY_ITEM]} | changes
    return encode({names[name]: value for name, value in members.items()})


def test_a_compressed_point_is_taken() -> None:
    compressed = EncodedCbor.of({1: 2, -1: 1, -2: KEY.x, -3: bool(KEY.y[-1] & 1)})
    read = DeviceEngagement.from_bytes(engagement(security=[1, compressed]))
    assert read.public_key() == KEY
    assert read.to_bytes() == engagement(security=[1, compressed])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x80", "mdoc.form"),
        (encode({"0": "1.0"}), "mdoc.form"),
        (b"\xa1\xf4\x631.0", "mdoc.form"),
        (engagement(version="2.0"), "mdoc.version"),
        (engagement(version=1), "mdoc.version-form"),
        (engagement(version=[]), "mdoc.version-form"),
        (engagement(security=None), "engagement.security"),
        (engagement(security=[1]), "engagement.security"),
        (engagement(security=[2, KEY_ITEM]), "engagement.cipher-suite"),
        (engagement(security=[True, KEY_ITEM]), "engagement.cipher-suite"),
        (engagement(security=[1, KEY.to_map()]), "mdoc.tag-24"),
        (engagement(security=[1, OFF_CURVE]), "cose.key-off-curve"),
        (engagement(methods=[]), "mdoc.form"),
        (engagement(methods=[[2, 1]]), "engagement.method"),
        (engagement(methods=[[True, 1, {}]]), "engagement.method"),
        (engagement(methods=[[-1, 1, {}]]), "engagement.method"),
        (engagement(methods=[[2, 1, {}]] * 17), "mdoc.count"),
    ],
)
def test_what_is_no_engagement_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        DeviceEngagement.from_bytes(data)
    assert caught.value.code == code


@pytest.mark.parametrize("uri", ["", "mdoc:", "mdoc:a", "http:aaaa", "mdoc:a+b/", "mdoc:oGE=", "mdoc:\u00e9"])
def test_what_is_no_engagement_code_is_refused(uri: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        DeviceEngagement.from_uri(uri)
    assert caught.value.code == "engagement.uri"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "mdoc.form"),
        ({"status": 0}, "engagement.session-status"),
        ({"status": True}, "engagement.session-status"),
        ({"status": "20"}, "engagement.session-status"),
        ({"data": "text"}, "mdoc.member"),
        ([], "mdoc.form"),
    ],
)
def test_what_is_no_session_data_is_refused(value: Any, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        SessionData.from_bytes(encode(value))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"data": b""}, "mdoc.tag-24"),
        ({"eReaderKey": KEY_ITEM}, "mdoc.member"),
        ({"eReaderKey": OFF_CURVE, "data": b""}, "cose.key-off-curve"),
        ({"eReaderKey": EncodedCbor.of(1), "data": b""}, "cose.key-form"),
    ],
)
def test_what_is_no_session_establishment_is_refused(value: Any, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        SessionEstablishment.from_bytes(encode(value))
    assert caught.value.code == code


@given(st.binary(max_size=120))
def test_no_bytes_do_anything_but_parse_or_be_refused(data: bytes) -> None:
    for read in (DeviceEngagement.from_bytes, SessionData.from_bytes, SessionEstablishment.from_bytes):
        with suppress(CounterproofError):
            read(data)
