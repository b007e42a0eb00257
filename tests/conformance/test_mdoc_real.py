"""Documents of other makers: sixteen presentations and an issued document verify, a damaged one does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.issuer_signed import IssuerSigned
from tests.kit.door import ask_line, said_of
from tests.kit.public_cases import animo, auth0, bdr, longfellow

OK: tuple[str, str, list[str]] = ("accepted", "ok", [])


def ask(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return ask_line(json.dumps({**line, **changes}).encode())


def test_thirteen_wallets_of_other_makers_verify() -> None:
    cases = list(longfellow())
    assert len(cases) == 13
    for line, case in cases:
        said = ask(line)
        assert said_of(said) == OK, line["id"]
        (document,) = said["documents"]
        assert document["doc_type"] == case["doctype"]
        for space, names in case["elements"].items():
            assert set(names) <= set(document["elements"][space])


def test_none_of_them_verifies_in_another_session() -> None:
    for line, _ in longfellow():
        assert said_of(ask(line, transcript="83f6f6f6")) == ("refused", "device.auth", ["device.auth"])


def test_none_of_them_verifies_under_another_issuer() -> None:
    stranger = next(iter(auth0()))["issuer_key"]
    for line, _ in longfellow():
        said = ask(line, issuer_key=stranger)
        assert said_of(said) == ("refused", "issuer.signature", ["issuer.signature"])


def test_none_of_them_verifies_a_century_later() -> None:
    for line, _ in longfellow():
        said = ask(line, at="2126-01-01T00:00:00Z")
        assert said["verdict"] == "refused"
        assert "validity.until" in said["failed"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auth0-example1", OK),
        ("auth0-example2", OK),
        ("auth0-example3", ("refused", "digest.match", ["digest.match"])),
        # The device adds elements that its keyAuthorizations do not cover: 18013-5, 9.1.2.4 refuses them.
        ("auth0-example4", ("refused", "device.authorized", ["device.authorized"])),
    ],
)
def test_auth0(name: str, expected: tuple[str, str, list[str]]) -> None:
    (line,) = (each for each in auth0() if each["id"] == name)
    assert said_of(ask(line)) == expected


def test_every_issuer_half_of_auth0_but_the_damaged_one_verifies() -> None:
    verdicts = []
    for line in auth0():
        document = DeviceResponse.from_bytes(bytes.fromhex(line["bytes"])).documents[0]
        issued = {key: line[key] for key in ("id", "at", "issuer_key")}
        said = ask(issued, kind="issuer-signed", bytes=document.issuer_signed.to_bytes().hex())
        verdicts.append(said["verdict"])
    assert verdicts == ["accepted", "accepted", "refused", "accepted"]


def test_an_answer_over_openid4vp_verifies_to_its_root() -> None:
    said = ask(animo())
    assert said_of(said) == OK
    (document,) = said["documents"]
    assert document["elements"] == {"eu.europa.ec.eudi.pid.1": ["given_name", "family_name"]}


def test_a_state_printers_document_verifies_with_its_large_digest_ids() -> None:
    line = bdr()
    assert said_of(ask(line)) == OK
    issued = IssuerSigned.from_bytes(bytes.fromhex(line["bytes"]))
    numbers = [item.digest_id for items in issued.namespaces.values() for item in items]
    assert len(numbers) == 18
    assert max(numbers) >= 2**31
