"""The offer: what an agency gives out, read strictly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from counterproof.handover.limits import OFFER_LIFE
from counterproof.handover.offer import CredentialOffer
from counterproof.mdoc.errors import CounterproofError
from tests.kit.certificates import AT
from tests.kit.handover import offer


def refused(data: bytes) -> str:
    with pytest.raises(CounterproofError) as caught:
        CredentialOffer.from_bytes(data)
    return caught.value.code


def test_round_trip() -> None:
    given = offer()
    assert CredentialOffer.from_bytes(given.to_bytes()) == given


def test_is_text_that_people_can_read() -> None:
    members = json.loads(offer().to_bytes().decode())
    assert members["agency"] == "Harbour Borough"
    assert members["credential_configuration_ids"] == ["org.counterproof.residency.1"]


BENT: list[tuple[dict[str, Any], str]] = [
    ({"type": "counterproof.credential-request"}, "handover.other-file"),
    ({"type": None}, "handover.other-file"),
    ({"version": 2}, "handover.version"),
    ({"version": 0}, "json.form"),
    ({"version": True}, "json.form"),
    ({"version": 1.0}, "json.malformed"),
    ({"credential_issuer": "harbour.example"}, "handover.form"),
    ({"credential_issuer": "https://harbour.example/\n"}, "handover.form"),
    ({"credential_issuer": 7}, "json.form"),
    ({"credential_configuration_ids": []}, "json.form"),
    ({"credential_configuration_ids": ["a", "b"]}, "json.form"),
    ({"credential_configuration_ids": ["a b"]}, "handover.form"),
    ({"agency": ""}, "handover.form"),
    ({"agency": "A" * 121}, "handover.form"),
    ({"agency": "Harbour\u202e"}, "handover.form"),
    ({"issuer_root_sha256": "A" * 64}, "handover.form"),
    ({"issuer_root_sha256": "a" * 63}, "handover.form"),
    ({"c_nonce": "AAAA"}, "handover.form"),
    ({"c_nonce": "A" * 100}, "handover.form"),
    ({"c_nonce": "AAAAAAAAAAAAAAAAAAAAAA=="}, "json.base64url"),
    ({"c_nonce": "AAAAAAAAAAAAAAAAAAAAAB"}, "json.base64url"),
    ({"c_nonce": "AAAAAAAAAAAAAAAAAAAA+A"}, "json.base64url"),
    ({"c_nonce_expires_at": "tomorrow"}, "handover.form"),
    ({"c_nonce_expires_at": "2026-06-01T12:00:00+00:00"}, "handover.form"),
    ({"batch_size": 0}, "handover.form"),
    ({"batch_size": 201}, "handover.form"),
    ({"batch_size": "10"}, "json.form"),
    ({"status": "https://harbour.example/fetch-me"}, "json.form"),
]


@pytest.mark.parametrize(("changes", "code"), BENT)
def test_a_bent_offer(changes: dict[str, Any], code: str) -> None:
    members = json.loads(offer().to_bytes()) | changes
    assert refused(json.dumps(members).encode()) == code


@pytest.mark.parametrize("name", sorted(json.loads(offer().to_bytes())))
def test_a_member_is_missing(name: str) -> None:
    members = json.loads(offer().to_bytes())
    del members[name]
    assert refused(json.dumps(members).encode()) in {"json.form", "handover.other-file"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json.malformed"),
        (b"\xff", "json.malformed"),
        (b"[]", "json.malformed"),
        (b"{} {}", "json.malformed"),
        (b"[" * 100_000, "json.too-large"),
        (b"[" * 10_000, "json.malformed"),
        (b'{"type": 1, "type": "counterproof.credential-offer"}', "json.malformed"),
        (b'{"type": NaN}', "json.malformed"),
        (b'{"batch_size": ' + b"9" * 5_000 + b"}", "json.malformed"),
        (b" " * 16_385, "json.too-large"),
    ],
)
def test_what_is_no_offer(data: bytes, code: str) -> None:
    assert refused(data) == code


@pytest.mark.parametrize(
    "bent",
    [
        replace(offer(), agency="\n"),
        replace(offer(), batch_size=0),
        replace(offer(), c_nonce=b"short"),
        replace(offer(), issuer_root="?"),
        replace(offer(), credential_issuer=""),
        replace(offer(), doc_type=""),
    ],
)
def test_no_bent_offer_is_given_out(bent: CredentialOffer) -> None:
    with pytest.raises(CounterproofError) as caught:
        bent.to_bytes()
    assert caught.value.code == "handover.form"


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        (timedelta(days=7, minutes=11), "handover.offer-expired"),
        (timedelta(days=3_650), "handover.offer-expired"),
        (-OFFER_LIFE, "handover.offer-end"),
    ],
)
def test_an_offer_that_does_not_stand(moved: timedelta, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        offer().check_open(AT + moved)
    assert caught.value.code == code


def test_an_offer_stands_to_its_end_and_a_little_longer() -> None:
    offer().check_open(AT)
    offer().check_open(AT + timedelta(days=7, minutes=10))
