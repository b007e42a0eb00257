"""The Token Status List draft's own vectors, and tokens under the Annex D root, one fault each."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_check import examine_status_token
from counterproof.mdoc.lists.status_finding import StatusAnswer, StatusFinding
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import StatusListToken
from tests.kit.certificates import CertificateKit
from tests.kit.vectors import vector_json

DRAFT = "token-status-list/tsl_vectors.json"
DERIVED = "token-status-list/derived_tsl_cases.json"

U, R = Standing.UNREADABLE, Standing.REFUSED
EXPECTED: dict[str, tuple[str, Standing]] = {
    "valid-entry": ("ok", Standing.ACCEPTED),
    "revoked-entry": ("status.revoked", Standing.ACCEPTED),
    "first-entry": ("ok", Standing.ACCEPTED),
    "lsb-first": ("status.revoked", Standing.ACCEPTED),
    "last-entry": ("status.revoked", Standing.ACCEPTED),
    "index-out-of-range": ("status.index-range", R),
    "index-negative": ("status.index-range", R),
    "expired": ("status.expired", Standing.UNDECIDED),
    "issued-in-future": ("status.issued-in-future", R),
    "ttl-passed": ("status.revoked", Standing.ACCEPTED),
    "sub-mismatch": ("status.wrong-list", R),
    "no-sub": ("status.claim", U),
    "no-exp": ("status.no-expiry", R),
    "wrong-typ": ("status.type", U),
    "short-typ": ("status.revoked", Standing.ACCEPTED),
    "no-typ": ("status.type", U),
    "tag61": ("status.tag", U),
    "untagged": ("status.tag", U),
    "x5chain-unprotected": ("status.revoked", Standing.ACCEPTED),
    "bad-signature": ("status.signature", R),
    "rogue-signer": ("status.signer-untrusted", R),
    "bits-3": ("status.bits", U),
    "bits-2-suspended": ("status.suspended", Standing.ACCEPTED),
    "bits-2-reserved": ("status.application-specific", Standing.ACCEPTED),
    "not-zlib": ("status.compression", U),
    "raw-deflate": ("status.compression", U),
    "zlib-trailing": ("status.compression-trailing", U),
    "zlib-bomb": ("status.inflated-size", U),
}
"""Code and standing of every derived case; the four that are a matter of policy are decided in ADR 50."""

ANSWERS = {
    "VALID": {StatusAnswer.VALID},
    "INVALID": {StatusAnswer.INVALID},
    "SUSPENDED": {StatusAnswer.SUSPENDED},
    "not-valid": {StatusAnswer.OTHER},
    "stale": {StatusAnswer.INVALID},
    "unknown": {StatusAnswer.UNKNOWN},
    "reject": {StatusAnswer.UNKNOWN},
    "reject-iso": {StatusAnswer.UNKNOWN},
    "policy": {StatusAnswer.INVALID, StatusAnswer.UNKNOWN},
}


@pytest.fixture(scope="module")
def draft() -> dict[str, Any]:
    found: dict[str, Any] = vector_json(DRAFT)
    return found


@pytest.fixture(scope="module")
def derived() -> dict[str, Any]:
    found: dict[str, Any] = vector_json(DERIVED)
    return found


def received(case: dict[str, Any]) -> StatusList:
    """Read a bare StatusList map of the draft."""
    members = decode_exact(bytes.fromhex(case["cbor_hex"]))
    return StatusList.inflate(members["bits"], members["lst"])


def test_the_drafts_short_lists(draft: dict[str, Any]) -> None:
    assert len(draft["small"]) == 2
    for case in draft["small"]:
        entries = received(case)
        assert bytes(entries.packed).hex() == case["byte_array"]
        assert [entries.get(index) for index in range(len(case["statuses"]))] == case["statuses"]


def test_the_drafts_lists_of_a_million_entries(draft: dict[str, Any]) -> None:
    assert [case["bits"] for case in draft["long_2pow20_entries"]] == [1, 2, 4, 8]
    for case in draft["long_2pow20_entries"]:
        entries, rebuilt = received(case), StatusList.empty(2**20, case["bits"])
        assert entries.size == 2**20
        for index, value in case["non_default_statuses"].items():
            assert entries.get(int(index)) == value
            rebuilt.set(int(index), value)
        assert entries.packed == rebuilt.packed
        listed = list(case["non_default_statuses"].values())  # the list of eight bits names a zero too
        assert entries.count(0) == 2**20 - len(listed) + listed.count(0)


def draft_key(draft: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    x, y = (base64.urlsafe_b64decode(draft["key"][name] + "=") for name in "xy")
    key = CoseKey(1, x, y).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def test_the_drafts_signed_token_under_its_key(draft: dict[str, Any]) -> None:
    token = StatusListToken.from_bytes(bytes.fromhex(draft["status_list_cwt_hex"]))
    assert token.message.verify(draft_key(draft))
    assert token.issued_at == datetime.fromtimestamp(draft["iat"], UTC)
    assert token.expires_at == datetime.fromtimestamp(draft["exp"], UTC)
    assert token.ttl == timedelta(seconds=draft["ttl"])
    statuses = draft["small"][0]["statuses"]
    assert [token.lookup(index) for index in range(len(statuses))] == statuses
    reference = decode_exact(decode_exact(bytes.fromhex(draft["referenced_token_cwt_hex"])[1:])[2])
    assert reference[65535]["status_list"]["uri"] == token.uri


def test_the_drafts_token_names_no_certificate_and_proves_nothing_by_itself(draft: dict[str, Any]) -> None:
    data = bytes.fromhex(draft["status_list_cwt_hex"])
    token = StatusListToken.from_bytes(data)
    anchors = [CertificateKit().iaca.certificate]
    found = examine_status_token(data, uri=token.uri, index=1, at=token.issued_at, anchors=anchors)
    assert (found.answer, found.code) == (StatusAnswer.UNKNOWN, "status.signer-missing")


def examine(derived: dict[str, Any], case: dict[str, Any], **changes: Any) -> StatusFinding:
    honest: dict[str, Any] = {
        "uri": case["uri"],
        "index": case["idx"],
        "at": datetime.fromisoformat(case["now"]),
        "anchors": [Certificate.from_der(bytes.fromhex(derived["trustAnchor"]))],
    }
    return examine_status_token(bytes.fromhex(case["token"]), **{**honest, **changes})


def test_the_derived_cases_are_the_ones_decided_on(derived: dict[str, Any]) -> None:
    assert {case["id"] for case in derived["cases"]} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_derived_case_ends_as_stated(derived: dict[str, Any], name: str) -> None:
    case = next(case for case in derived["cases"] if case["id"] == name)
    started = time.process_time()
    found = examine(derived, case)
    assert time.process_time() - started < 1
    assert (found.code, found.standing) == EXPECTED[name]
    assert found.answer in ANSWERS[case["expect"]]
    assert (found.answer is StatusAnswer.VALID) == (case["expect"] == "VALID")
    assert (found.standing is Standing.ACCEPTED) == (found.value is not None)


def test_a_passed_ttl_is_an_age_warning(derived: dict[str, Any]) -> None:
    case = next(case for case in derived["cases"] if case["id"] == "ttl-passed")
    found = examine(derived, case)
    assert found.is_aged
    assert found.age is not None
    assert found.age > timedelta(days=1).total_seconds()


def test_what_is_borne_is_told(derived: dict[str, Any]) -> None:
    told = {case["id"]: examine(derived, case).notices for case in derived["cases"]}
    assert told["short-typ"] == ("status.short-type",)
    assert told["x5chain-unprotected"] == ("status.chain-unprotected",)
    assert told["valid-entry"] == ()


def test_no_derived_case_is_believed_without_its_root(derived: dict[str, Any]) -> None:
    for case in derived["cases"]:
        assert examine(derived, case, anchors=[]).answer is StatusAnswer.UNKNOWN
