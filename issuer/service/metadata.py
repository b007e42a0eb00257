"""What the agency says of its service: issuer and authorization server metadata (12.2.4, RFC 8414)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.handover.limits import LIMITS
from counterproof.handover.openid4vci.encryption import ALG, ENC, public_jwk
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.catalogue import CredentialType, Element
    from issuer.agency import AgencyFacts
    from issuer.agency.types import Catalogue

_ES256, _ESP256 = -7, -9
"""The same on P-256: what signers write, and its fully specified name (RFC 9864), for wallets that look."""


def issuer_metadata(
    facts: AgencyFacts, catalogue: Catalogue, encryption: ec.EllipticCurvePublicKey
) -> dict[str, Any]:
    """Return the metadata of the credential issuer."""
    url = facts.url
    return {
        "credential_issuer": url,
        "credential_endpoint": f"{url}/credential",
        "nonce_endpoint": f"{url}/nonce",
        "deferred_credential_endpoint": f"{url}/deferred_credential",
        "notification_endpoint": f"{url}/notification",
        "credential_request_encryption": {
            "jwks": {"keys": [public_jwk(encryption)]},
            "enc_values_supported": list(ENC),
            "encryption_required": False,
        },
        "credential_response_encryption": {
            "alg_values_supported": [ALG],
            "enc_values_supported": list(ENC),
            "encryption_required": False,
        },
        "batch_credential_issuance": {"batch_size": LIMITS.batch},
        "display": [{"name": facts.name}],
        "credential_configurations_supported": {
            entry.type.doc_type: _configuration(entry.type) for entry in catalogue.entries
        },
    }


def server_metadata(facts: AgencyFacts) -> dict[str, Any]:
    """Return the metadata of the authorization server, which is the agency itself."""
    return {
        "issuer": facts.url,
        "token_endpoint": f"{facts.url}/token",
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": [PRE_AUTHORIZED, "refresh_token"],
        "pre-authorized_grant_anonymous_access_supported": True,
        "authorization_details_types_supported": ["openid_credential"],
        "response_types_supported": [],
    }


def _configuration(kind: CredentialType) -> dict[str, Any]:
    return {
        "format": "mso_mdoc",
        "doctype": kind.doc_type,
        "cryptographic_binding_methods_supported": ["cose_key"],
        "credential_signing_alg_values_supported": [_ES256, _ESP256],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {
            "display": [
                {
                    "name": name,
                    "locale": language,
                    "background_color": kind.display.background,
                    "text_color": kind.display.foreground,
                }
                for language, name in kind.names.items()
            ],
            "claims": [
                _claim(namespace, element)
                for namespace, elements in kind.namespaces.items()
                for element in elements
            ],
        },
    }


def _claim(namespace: str, element: Element) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "path": [namespace, element.identifier],
        "display": [{"name": text, "locale": language} for language, text in element.labels.items()],
    }
    if element.required:
        claim["mandatory"] = True
    return claim
