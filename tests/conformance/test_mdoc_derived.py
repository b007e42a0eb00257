"""69 mutations of the Annex D response: each ends as stated, by the check that it is about."""

from __future__ import annotations

import json

import pytest

from tests.kit.door import ask_line, said_of
from tests.kit.public_cases import derived_mdocs

OK: tuple[str, str, list[str]] = ("accepted", "ok", [])


def refused(*failed: str, code: str | None = None) -> tuple[str, str, list[str]]:
    return "refused", code or failed[0], list(failed)


def unreadable(code: str) -> tuple[str, str, list[str]]:
    return "unreadable", code, []


EXPECTED: dict[str, tuple[str, str, list[str]]] = {
    "pos-base": OK,
    "pos-device-signature": OK,
    "pos-x5chain-array": OK,
    "pos-unknown-minor-version": OK,
    "pos-rfu-keys": OK,
    "pos-resigned-new-ds": OK,
    "pos-status-list-element": ("undecided", "status.missing", ["status"]),
    "pos-device-signed-authorised": OK,
    "pos-single-element": OK,
    "pos-no-issuer-namespaces": OK,
    "neg-element-value": refused("digest.match"),
    "neg-element-random": refused("digest.match"),
    "neg-element-identifier": refused("digest.match"),
    "neg-digest-id-swapped": refused("digest.match", "element.unique"),
    "neg-digest-id-unknown": refused("digest.known"),
    "neg-item-reordered": refused("digest.match"),
    "neg-duplicate-element": refused("element.unique"),
    "neg-namespace-renamed": refused("digest.known"),
    "neg-item-no-tag24": unreadable("mdoc.tag-24"),
    "neg-doctype-mismatch": refused("doc-type.signed", "device.auth"),
    "neg-doctype-mismatch-mac-ok": refused("doc-type.signed"),
    "neg-issuer-signature": refused("issuer.signature"),
    "neg-issuer-signature-der": refused("issuer.signature"),
    "neg-issuer-signature-zero": refused("issuer.signature"),
    "neg-alg-unprotected": refused("issuer.algorithm"),
    "neg-issuer-alg-hmac": refused("issuer.algorithm"),
    "neg-crit-unknown": unreadable("cose.critical"),
    "neg-no-x5chain": unreadable("issuer.no-chain"),
    "neg-other-ds-cert": refused("issuer.signature"),
    "neg-mso-major-version": unreadable("mdoc.version"),
    "neg-digest-alg": unreadable("mso.digest-algorithm"),
    "neg-not-yet-valid": refused("validity.from"),
    "neg-expired": refused("chain.validity", "validity.until", code="certificate.expired"),
    "neg-before-valid-from": refused("validity.from"),
    "neg-signed-before-ds": refused("validity.signer"),
    "policy-valid-until-beyond-ds": OK,
    "neg-mso-expired": refused("validity.until"),
    "neg-device-key-off-curve": unreadable("cose.key-off-curve"),
    "neg-ds-no-eku": refused("chain.purpose", code="certificate.eku"),
    "neg-ds-reader-eku": refused("chain.purpose", code="certificate.eku"),
    "neg-ds-tls-eku": refused("chain.purpose", code="certificate.eku"),
    "neg-ds-key-usage": refused("chain.key-usage", code="certificate.key-usage"),
    "neg-ds-country": refused("chain.country", code="certificate.country-differs"),
    "neg-ds-wrong-issuer-key": refused("chain.path", code="certificate.bad-signature"),
    "neg-ds-unknown-critical": refused("chain.extensions", code="certificate.unknown-critical"),
    "neg-ds-expired": refused("chain.validity", code="certificate.expired"),
    "neg-untrusted-root": refused("chain.path", code="certificate.untrusted"),
    "neg-device-mac": refused("device.auth"),
    "neg-device-mac-truncated": refused("device.auth"),
    "neg-device-mac-alg4": refused("device.auth"),
    "neg-wrong-transcript": refused("device.auth"),
    "neg-device-signature-other-session": refused("device.auth"),
    "neg-both-auths": unreadable("device.one-auth"),
    "neg-no-device-auth": unreadable("device.one-auth"),
    "neg-no-device-signed": unreadable("mdoc.form"),
    "neg-device-signature-other-key": refused("device.auth"),
    "neg-device-signed-unauthorised": refused("device.authorized"),
    "neg-device-signed-element-unauthorised": refused("device.authorized"),
    "neg-device-namespaces-no-tag24": unreadable("mdoc.tag-24"),
    "neg-major-version": unreadable("mdoc.version"),
    "neg-status-nonzero-with-documents": unreadable("response.documents-with-status"),
    "neg-no-status": unreadable("mdoc.member"),
    "neg-empty-documents": unreadable("mdoc.form"),
    "neg-truncated": unreadable("cbor.truncated"),
    "neg-trailing": unreadable("cbor.trailing-bytes"),
    "neg-duplicate-key": unreadable("cbor.duplicate-key"),
    "policy-indefinite-map": unreadable("cbor.indefinite"),
    "neg-nesting-bomb": unreadable("cbor.depth"),
    "neg-huge-length": unreadable("cbor.truncated"),
}
"""What is said about each; the two policy cases are decided in docs/adr/0010-what-is-borne.md."""

VERDICTS = {
    "accept": {"accepted"},
    "accept-status-unknown": {"undecided"},
    "reject": {"refused", "unreadable"},
}


def test_every_case_is_expected_by_name() -> None:
    names = [line["id"].removeprefix("derived/") for line, _ in derived_mdocs()]
    assert sorted(names) == sorted(EXPECTED)
    assert len(names) == 69


def test_each_case_ends_as_stated() -> None:
    for line, expect in derived_mdocs():
        said = ask_line(json.dumps(line).encode())
        assert said_of(said) == EXPECTED[line["id"].removeprefix("derived/")], line["id"]
        if expect != "policy":
            assert said["verdict"] in VERDICTS[expect], line["id"]


def test_nothing_is_accepted_that_must_be_rejected() -> None:
    negative = {name for name in EXPECTED if name.startswith("neg-")}
    assert len(negative) == 57
    assert not [name for name in negative if EXPECTED[name] == OK]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("policy-valid-until-beyond-ds", OK),
        ("policy-indefinite-map", unreadable("cbor.indefinite")),
    ],
)
def test_the_policy_cases_are_decided(name: str, expected: tuple[str, str, list[str]]) -> None:
    assert EXPECTED[name] == expected
