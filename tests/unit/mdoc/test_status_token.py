"""The token: what is built has the draft's bytes, what is received is parsed strictly."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cose import CoseSign1
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import StatusListToken, build_status_token
from tests.kit.certificates import AT
from tests.kit.lists import ABSENT, DAY, ISSUED, URI, WEEK, StatusKit

KIT = StatusKit()


def test_a_built_token_has_the_bytes_of_the_draft() -> None:
    data = KIT.token({412: 1})
    assert data[0] == 0xD2  # tag 18, and no CWT tag 61
    protected, unprotected, payload, signature = decode_exact(data[1:])
    headers = {1: -7, 16: "application/statuslist+cwt", 33: KIT.certificate.der}
    assert protected == encode(headers)
    assert unprotected == {}
    assert len(signature) == 64
    claims = decode_exact(payload)
    assert list(claims) == [2, 4, 6, 65533, 65534]
    assert claims[2] == URI
    assert claims[4] - claims[6] == WEEK.total_seconds()
    assert claims[65534] == 86_400
    assert claims[65533]["bits"] == 1
    assert zlib.decompress(claims[65533]["lst"])[51] == 0x10


def test_a_built_token_is_read_back() -> None:
    token = StatusListToken.from_bytes(KIT.token({412: 2}, bits=2, ttl=None))
    assert (token.uri, token.issued_at, token.expires_at) == (URI, ISSUED, ISSUED + WEEK)
    assert token.ttl is None
    assert token.notices == ()
    assert [token.lookup(index) for index in (411, 412, 413)] == [0, 2, 0]
    assert token.message.verify(KIT.signer.public_key)
    assert token.message.x5chain == [KIT.certificate.der]


def test_a_chain_of_two_travels_as_an_array_and_the_aggregation_uri_is_kept() -> None:
    data = build_status_token(
        KIT.signer,
        [KIT.certificate, KIT.anchor],
        uri=URI,
        issued_at=ISSUED,
        expires_at=ISSUED + DAY,
        ttl=None,
        status_list=StatusList.empty(8),
        aggregation_uri="https://status.utopia.example/all",
    )
    token = StatusListToken.from_bytes(data)
    assert token.message.headers[33] == [KIT.certificate.der, KIT.anchor.der]
    assert token.aggregation_uri == "https://status.utopia.example/all"


def test_two_builds_of_the_same_list_are_equal() -> None:
    assert KIT.token({1: 1}) == StatusKit().token({1: 1})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"uri": ""}, "status.uri-unusable"),
        ({"uri": "x" * (LIMITS.status_uri + 1)}, "status.uri-unusable"),
        ({"chain": []}, "status.signer-unusable"),
        ({"chain": [KIT.anchor]}, "status.signer-unusable"),
        ({"chain": [KIT.certificate] * 4}, "status.signer-unusable"),
        ({"expires_at": ISSUED}, "status.times-unusable"),
        ({"expires_at": KIT.certificate.not_after + timedelta(seconds=1)}, "status.times-unusable"),
        ({"issued_at": KIT.certificate.not_before - timedelta(seconds=1)}, "status.times-unusable"),
        ({"ttl": timedelta()}, "status.times-unusable"),
    ],
)
def test_a_token_that_nobody_could_use_is_not_built(changes: dict[str, Any], code: str) -> None:
    honest: dict[str, Any] = {
        "chain": [KIT.certificate],
        "uri": URI,
        "issued_at": ISSUED,
        "expires_at": ISSUED + DAY,
        "ttl": DAY,
        "status_list": StatusList.empty(8),
    }
    parts = {**honest, **changes}
    with pytest.raises(UsageError) as caught:
        build_status_token(KIT.signer, parts.pop("chain"), **parts)
    assert caught.value.code == code


def test_the_short_type_is_borne_with_a_notice() -> None:
    token = StatusListToken.from_bytes(KIT.bent(headers={16: "statuslist+cwt"}))
    assert token.notices == ("status.short-type",)


def test_a_chain_in_the_unprotected_header_is_borne_with_a_notice() -> None:
    data = KIT.bent(headers={33: ABSENT}, unprotected={33: KIT.certificate.der})
    assert StatusListToken.from_bytes(data).notices == ("status.chain-unprotected",)


def test_claims_that_are_not_ours_are_let_pass() -> None:
    token = StatusListToken.from_bytes(KIT.bent(claims={1: "https://issuer.example", "note": [1]}))
    assert token.lookup(412) == 1


BENT: list[tuple[str, dict[str, Any], str]] = [
    ("tag missing", {"tag": b""}, "status.tag"),
    ("CWT tag", {"tag": b"\xd8\x3d\xd2"}, "status.tag"),
    ("tag 17", {"tag": b"\xd1"}, "status.tag"),
    ("tag 18 twice", {"tag": b"\xd2\xd2"}, "cbor.tag"),
    ("long tag 18", {"tag": b"\xd8\x12"}, "status.tag"),
    ("no type", {"headers": {16: ABSENT}}, "status.type"),
    ("type unprotected", {"headers": {16: ABSENT}, "unprotected": {16: "statuslist+cwt"}}, "status.type"),
    ("type twice", {"unprotected": {16: "application/statuslist+cwt"}}, "cose.header-twice"),
    ("identifier list", {"headers": {16: "application/identifierlist+cwt"}}, "status.type"),
    ("JWT type", {"headers": {16: "statuslist+jwt"}}, "status.type"),
    ("upper-case type", {"headers": {16: "application/StatusList+cwt"}}, "status.type"),
    ("type number", {"headers": {16: 61}}, "status.type"),
    ("critical header", {"headers": {2: [16]}}, "cose.critical"),
    ("sub missing", {"claims": {2: ABSENT}}, "status.claim"),
    ("sub empty", {"claims": {2: ""}}, "status.claim"),
    ("sub bytes", {"claims": {2: URI.encode()}}, "status.claim"),
    ("sub long", {"claims": {2: "x" * (LIMITS.status_uri + 1)}}, "status.claim"),
    ("iat missing", {"claims": {6: ABSENT}}, "status.claim"),
    ("iat negative", {"claims": {6: -1}}, "status.claim"),
    ("iat true", {"claims": {6: True}}, "status.claim"),
    ("iat text", {"claims": {6: "0"}}, "status.claim"),
    ("iat beyond the year 9999", {"claims": {6: 253_402_300_800}}, "status.claim"),
    ("exp text", {"claims": {4: "2030"}}, "status.claim"),
    ("exp 2^63", {"claims": {4: 2**63}}, "status.claim"),
    ("exp null", {"claims": {4: None}}, "status.claim"),
    ("ttl zero", {"claims": {65534: 0}}, "status.claim"),
    ("ttl negative", {"claims": {65534: -5}}, "status.claim"),
    ("ttl huge", {"claims": {65534: 2**62}}, "status.claim"),
    ("list missing", {"claims": {65533: ABSENT}}, "status.claim"),
    ("list array", {"claims": {65533: [1, b""]}}, "status.claim"),
    ("boolean claim key", {"claims": {True: 1}}, "status.claims"),
    ("bits 3", {"values": {"bits": 3}}, "status.bits"),
    ("bits 0", {"values": {"bits": 0}}, "status.bits"),
    ("bits 16", {"values": {"bits": 16}}, "status.bits"),
    ("bits true", {"values": {"bits": True}}, "status.bits"),
    ("bits missing", {"values": {"bits": ABSENT}}, "status.bits"),
    ("lst text", {"values": {"lst": "eNpj"}}, "status.claim"),
    ("lst missing", {"values": {"lst": ABSENT}}, "status.claim"),
    ("aggregation number", {"values": {"aggregation_uri": 1}}, "status.claim"),
    ("claims array", {"payload": encode([])}, "status.claims"),
    ("claims in tag 24", {"payload": b"\xd8\x18\x41\xa0"}, "status.claims"),
    ("claims with trailing byte", {"payload": b"\xa0\x00"}, "cbor.trailing-bytes"),
    ("claim twice", {"payload": b"\xa2\x02\x61a\x02\x61b"}, "cbor.duplicate-key"),
    ("float key equal to sub", {"payload": b"\xa1\xf9\x40\x00\x61a"}, "status.claims"),
    ("indefinite claims", {"payload": b"\xbf\x02\x61a\xff"}, "cbor.indefinite"),
]


@pytest.mark.parametrize(("bend", "code"), [case[1:] for case in BENT], ids=[case[0] for case in BENT])
def test_a_bent_token_is_refused_with_its_code(bend: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        StatusListToken.from_bytes(KIT.bent(**bend))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "status.tag"),
        (b"\xd2", "cbor.truncated"),
        (b"\xd2\x80", "cose.form"),
        (KIT.token() + b"\x00", "cbor.trailing-bytes"),
        (KIT.token()[:-1], "cbor.truncated"),
    ],
)
def test_what_is_no_token_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        StatusListToken.from_bytes(data)
    assert caught.value.code == code


def test_a_token_without_payload_is_refused() -> None:
    message = CoseSign1.sign(KIT.signer, b"", detached=True, headers={16: "application/statuslist+cwt"})
    with pytest.raises(MalformedError) as caught:
        StatusListToken.from_bytes(b"\xd2" + encode(message.to_list()))
    assert caught.value.code == "status.claims"


def test_the_largest_time_is_read() -> None:
    token = StatusListToken.from_bytes(KIT.bent(claims={4: 253_402_300_799}))
    assert token.expires_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_token_over_the_size_limit_is_refused_unread() -> None:
    with pytest.raises(MalformedError) as caught:
        StatusListToken.from_bytes(b"\xd2" + bytes(LIMITS.status_token.size + 1))
    assert caught.value.code == "cbor.size"


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_our_errors(data: bytes) -> None:
    with pytest.raises(MalformedError):
        StatusListToken.from_bytes(b"\xd2" + data)


HONEST = KIT.token({412: 1})


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(HONEST) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_is_parsed_or_refused_with_our_errors(at: int, noise: bytes) -> None:
    damaged = HONEST[:at] + noise + HONEST[at + len(noise) :]
    try:
        token = StatusListToken.from_bytes(damaged)
        value = token.lookup(412)
    except (MalformedError, UsageError):
        return
    assert value in range(256)
    assert damaged == HONEST or not token.message.verify(KIT.signer.public_key)


def test_the_clock_of_the_kit_lies_inside_the_token() -> None:
    assert ISSUED < AT < ISSUED + WEEK
