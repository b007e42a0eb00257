"""The service as a wallet of another maker meets it; clauses are those of OpenID4VCI 1.0."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.openid4vci import encryption
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.handover.openid4vci.signed import prove_metadata
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.policy import WALLET_IMPORT
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.strict_json import from_base64url, to_base64url
from tests.kit.agency import RESIDENT
from tests.kit.service import RESIDENCY, OtherWallet, Running, documents, error, running, shopper

# --- metadata


def test_issuer_metadata_is_that_of_the_specification(service: Running) -> None:
    answer = service.get("/.well-known/openid-credential-issuer")
    assert answer.headers["content-type"] == "application/json"
    metadata = answer.json()
    assert metadata["credential_issuer"] == service.url
    assert metadata["batch_credential_issuance"]["batch_size"] >= 2
    kind = metadata["credential_configurations_supported"][RESIDENCY]
    assert (kind["format"], kind["doctype"]) == ("mso_mdoc", RESIDENCY)
    assert kind["cryptographic_binding_methods_supported"] == ["cose_key"]
    assert kind["credential_signing_alg_values_supported"] == [-7, -9]
    assert kind["proof_types_supported"]["jwt"]["proof_signing_alg_values_supported"] == ["ES256"]
    claims = {tuple(claim["path"]) for claim in kind["credential_metadata"]["claims"]}
    assert (RESIDENCY, "family_name") in claims
    assert (RESIDENCY, "age_over_18") in claims


def test_signed_metadata_is_proven_by_the_agencys_root(service: Running) -> None:
    answer = service.get("/.well-known/openid-credential-issuer", headers={"Accept": "application/jwt"})
    assert answer.headers["content-type"] == "application/jwt"
    at = service.clock.now()
    claims, root = prove_metadata(answer.text, issuer=service.url, roots=[service.agency.root], at=at)
    assert root == service.agency.root
    plain = service.get("/.well-known/openid-credential-issuer").json()
    assert {name: claims[name] for name in plain} == plain
    assert claims["sub"] == service.url


def test_server_metadata_allows_wallets_without_a_name(service: Running) -> None:
    metadata = service.get("/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == service.url
    assert metadata["pre-authorized_grant_anonymous_access_supported"] is True


def test_an_identifier_with_a_path_has_its_metadata_between_host_and_path(tmp_path: Any) -> None:
    with running(tmp_path, path="/tenant") as tenant:
        host = tenant.url.removesuffix("/tenant")
        metadata = tenant.client.get(f"{host}/.well-known/openid-credential-issuer/tenant").json()
        assert metadata["credential_issuer"] == tenant.url
        assert documents(shopper(tenant).credential(copies=1))


# --- offers


def test_an_offer_by_value_and_by_reference_are_the_same(service: Running) -> None:
    made = service.offer()
    by_value = json.loads(parse_qs(urlsplit(made.link).query)["credential_offer"][0])
    address = parse_qs(urlsplit(made.short_link).query)["credential_offer_uri"][0]
    assert service.client.get(address).json() == by_value
    assert by_value["credential_configuration_ids"] == [RESIDENCY]
    code = by_value["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"]
    assert code["tx_code"] == {"input_mode": "numeric", "length": 6}
    assert str(made.tx_code) not in json.dumps(by_value)


def test_an_offer_that_is_over_is_not_found(service: Running) -> None:
    made = service.offer()
    service.agency.online.withdraw(made.offer.offer_id, reason="wrong-person")
    address = parse_qs(urlsplit(made.short_link).query)["credential_offer_uri"][0]
    assert service.client.get(address).status_code == 404
    assert error(OtherWallet(service, made).token()) == "invalid_grant"


# --- tokens


def test_a_code_is_good_once(service: Running) -> None:
    wallet = OtherWallet(service, service.offer())
    assert (
        error(wallet.token(tx_code="000000" if wallet.made.tx_code != "000000" else "1")) == "invalid_grant"
    )
    answer = wallet.token()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["token_type"] == "Bearer"
    assert error(wallet.token()) == "invalid_grant"
    # RFC 6749, 4.1.2: what the first got, unused, ends when the code comes twice.
    assert error(wallet.credential(), 401) == "invalid_token"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tx_code": None}, "invalid_request"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"pre-authorized_code": None}, "invalid_request"),
        ({"pre-authorized_code": "AAAA"}, "invalid_grant"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": "nonsense"}, "invalid_authorization_details"),
        (
            {
                "authorization_details": json.dumps(
                    [{"type": "openid_credential", "credential_configuration_id": "other"}]
                )
            },
            "invalid_authorization_details",
        ),
    ],
)
def test_token_errors_have_the_codes_of_the_specification(
    service: Running, changes: dict[str, Any], code: str
) -> None:
    wallet = OtherWallet(service, service.offer())
    assert error(wallet.token(**changes)) == code
    assert wallet.token().status_code == 200  # and nothing was used up


def test_a_code_that_nobody_asked_for_is_an_error(service: Running) -> None:
    wallet = OtherWallet(service, service.offer(tx_code=False))
    assert error(wallet.token(tx_code="123456")) == "invalid_request"
    assert wallet.token().status_code == 200


def test_wrong_transaction_codes_lock_the_offer(service: Running) -> None:
    wallet = OtherWallet(service, service.offer())
    wrong = "111111" if wallet.made.tx_code != "111111" else "222222"
    for _ in range(5):
        assert error(wallet.token(tx_code=wrong)) == "invalid_grant"
    assert error(wallet.token()) == "invalid_grant"
    assert service.agency.register.online.offer(wallet.made.offer.offer_id).state == "locked"


def test_authorization_details_lead_to_a_credential_identifier(service: Running) -> None:
    wallet = OtherWallet(service, service.offer())
    details = [{"type": "openid_credential", "credential_configuration_id": RESIDENCY}]
    answer = wallet.token(authorization_details=json.dumps(details)).json()
    (identifier,) = answer["authorization_details"][0]["credential_identifiers"]
    request = wallet.request(1)
    assert error(wallet.credential(request)) == "invalid_credential_request"
    del request["credential_configuration_id"]
    assert error(wallet.credential(request | {"credential_identifier": "x"})) == (
        "unknown_credential_identifier"
    )
    assert len(documents(wallet.credential(request | {"credential_identifier": identifier}))) == 1


# --- credentials


def test_a_batch_is_issued_to_the_keys_of_the_proofs(service: Running) -> None:
    wallet = shopper(service)
    answer = wallet.credential(copies=2)
    assert answer.headers["cache-control"] == "no-store"
    issued = [IssuerSigned.from_bytes(each) for each in documents(answer)]
    keys = [each.mso.device_key.public_key() for each in issued]
    assert keys == [key.public_key() for key in wallet.keys]
    anchors = (TrustAnchor(service.agency.root, frozenset({RESIDENCY}), "Harbour Borough"),)
    trust = TrustedIssuers(anchors)
    for each in documents(answer):
        report = verify_issuer_signed(
            each, trust=trust, at=service.clock.now(), policy=WALLET_IMPORT, doc_type=RESIDENCY
        )
        assert report.verdict is Verdict.ACCEPTED
        (document,) = report.verified
        assert document.elements[RESIDENCY]["family_name"] == RESIDENT["family_name"]
    (batch,) = service.agency.register.list(after=service.agency.register.counts().acts - 1)
    assert (batch.copies, batch.subject) == (2, "A-17")


def test_the_same_request_gets_the_same_answer(service: Running) -> None:
    wallet = shopper(service)
    request = wallet.request(2)
    before = service.agency.register.counts().credentials
    first, again = wallet.credential(request), wallet.credential(request)
    assert first.content == again.content
    assert service.agency.register.counts().credentials == before + 2


def test_who_asks_for_more_than_was_offered_gets_fewer(service: Running) -> None:
    wallet = shopper(service, copies=3)
    assert len(documents(wallet.credential(copies=2))) == 2
    assert len(documents(wallet.credential(copies=5))) == 1
    assert error(wallet.credential(copies=1)) == "credential_request_denied"


def test_a_nonce_is_good_once_and_not_for_long(service: Running) -> None:
    wallet = shopper(service, copies=4)
    nonce = wallet.nonce()
    assert documents(wallet.credential(copies=1, nonce=nonce))
    assert error(wallet.credential(copies=1, nonce=nonce)) == "invalid_nonce"
    assert error(wallet.credential(copies=1, nonce=to_base64url(bytes(40)))) == "invalid_nonce"
    late = wallet.nonce()
    service.clock.advance(301)
    assert error(wallet.credential(copies=1, nonce=late)) == "invalid_nonce"


def bent(service: Running, wallet: OtherWallet, bend: Any) -> list[str]:
    """Return one proof that `bend` has changed."""
    key = ec.generate_private_key(ec.SECP256R1())
    honest = {"audience": service.url, "nonce": wallet.nonce(), "at": service.clock.now()}
    return [make_proof(key, **(honest | bend))]


@pytest.mark.parametrize(
    "bend",
    [{"audience": "https://elsewhere.example"}, {"nonce": None}, {"at": None}],
    ids=["audience", "nonce", "time"],
)
def test_proofs_that_do_not_hold_are_invalid(service: Running, bend: dict[str, Any]) -> None:
    wallet = shopper(service)
    if "at" in bend:
        bend = {"at": service.clock.now() - timedelta(hours=1)}
    proofs = {"jwt": bent(service, wallet, bend)}
    assert error(wallet.credential(wallet.request(1) | {"proofs": proofs})) == "invalid_proof"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credential_configuration_id": "nobody.knows"}, "unknown_credential_configuration"),
        ({"credential_identifier": "x"}, "invalid_credential_request"),
        ({"proofs": None}, "invalid_proof"),
        ({"proofs": {}}, "invalid_proof"),
        ({"proofs": {"jwt": []}}, "invalid_proof"),
        ({"proofs": {"jwt": [5]}}, "invalid_proof"),
        ({"proofs": {"jwt": ["a.b.c"]}}, "invalid_proof"),
        ({"proofs": {"jwt": ["x"] * 201}}, "invalid_credential_request"),
        ({"proofs": {"ldp_vp": ["x"]}}, "invalid_proof"),
        ({"proofs": 7}, "invalid_credential_request"),
        ({"credential_response_encryption": {"jwk": {}, "enc": "A256GCM"}}, "invalid_encryption_parameters"),
    ],
)
def test_credential_errors_have_the_codes_of_the_specification(
    service: Running, changes: dict[str, Any], code: str
) -> None:
    wallet = shopper(service)
    assert error(wallet.credential(wallet.request(1) | changes)) == code


def test_another_type_than_was_granted_is_out_of_scope(service: Running) -> None:
    wallet = shopper(service)
    request = wallet.request(1) | {"credential_configuration_id": "eu.europa.ec.av.1"}
    answer = wallet.credential(request)
    assert error(answer, 403) == "insufficient_scope"
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_no_token_and_a_wrong_one_are_told_apart(service: Running) -> None:
    """RFC 6750, 3: who sent none is told to send one; who sent a wrong one, that it is wrong."""
    bare = service.post("/credential", json={})
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, "Bearer")
    wrong = service.post("/credential", json={}, headers={"Authorization": "Bearer AAAA"})
    assert wrong.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_an_access_token_ends(service: Running) -> None:
    wallet = shopper(service)
    service.clock.advance(16 * 60)
    assert error(wallet.credential(), 401) == "invalid_token"
    assert wallet.renew().status_code == 200
    assert documents(wallet.credential())


def test_unknown_members_are_passed_over(service: Running) -> None:
    wallet = shopper(service)
    assert documents(wallet.credential(wallet.request(1) | {"vendor": {"a": [1.5]}}))


# --- encryption


def test_a_sealed_request_gets_a_sealed_response(service: Running) -> None:
    wallet = shopper(service)
    metadata = service.get("/.well-known/openid-credential-issuer").json()
    (jwk,) = metadata["credential_request_encryption"]["jwks"]["keys"]
    mine = ec.generate_private_key(ec.SECP256R1())
    wanted = {"jwk": encryption.public_jwk(mine.public_key()), "enc": "A128GCM"}
    request = wallet.request(1) | {"credential_response_encryption": wanted}
    sealed = encryption.seal(json.dumps(request).encode(), jwk, "A256GCM")
    headers = {**wallet.bearer, "Content-Type": "application/jwt"}
    answer = service.post("/credential", content=sealed, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jwt")
    opened = json.loads(encryption.unseal(answer.text, mine, limit=10**6))
    assert from_base64url(opened["credentials"][0]["credential"])
    wrong = service.post("/credential", content=sealed[:-9] + "AAAAAAAAA", headers=headers)
    assert error(wrong) == "invalid_encryption_parameters"
