"""An agency and a wallet that exchange files: keys from seeds, proofs that a test can bend."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.handover.keys import thumbprint, to_jwk
from counterproof.handover.offer import CredentialOffer
from counterproof.handover.request import make_request
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.strict_json import to_base64url
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

ISSUER = "https://harbour.example"
RESIDENCY = "org.counterproof.residency.1"
NONCE = bytes(range(32))


def offer(**changes: Any) -> CredentialOffer:
    """Return an honest offer with members replaced by name."""
    honest: dict[str, Any] = {
        "credential_issuer": ISSUER,
        "agency": "Harbour Borough",
        "doc_type": RESIDENCY,
        "issuer_root": "5a" * 32,
        "c_nonce": NONCE,
        "expires_at": AT + timedelta(days=7),
        "batch_size": 10,
    }
    return CredentialOffer(**(honest | changes))


@dataclass
class Holder:
    """A wallet's side: device keys and the key for the reply."""

    seed: str = "holder"
    copies: int = 3
    kit: CertificateKit = field(init=False)

    def __post_init__(self) -> None:
        self.kit = CertificateKit(self.seed)

    @property
    def device_keys(self) -> list[ec.EllipticCurvePrivateKey]:
        """One key a copy."""
        return [self.kit.key(f"device {number}") for number in range(self.copies)]

    @property
    def recipient(self) -> ec.EllipticCurvePrivateKey:
        """The key to which the reply is sealed."""
        return self.kit.key("recipient")

    def request(self, given: CredentialOffer | None = None) -> bytes:
        """Answer an offer."""
        return make_request(
            given or offer(),
            device_keys=self.device_keys,
            recipient_key=self.recipient.public_key(),
            at=AT,
        )

    def header(self, number: int = 0) -> dict[str, Any]:
        """Return the honest header of one proof."""
        jwk = to_jwk(self.device_keys[number].public_key())
        return {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jwk}

    def claims(self) -> dict[str, Any]:
        """Return the honest claims of every proof."""
        recipient = thumbprint(to_jwk(self.recipient.public_key()))
        return {
            "aud": ISSUER,
            "nonce": to_base64url(NONCE),
            "iat": int(AT.timestamp()),
            "reply_jkt": recipient,
        }

    def proof(self, header: dict[str, Any], claims: Any, number: int = 0) -> str:
        """Sign any header and any claims with a device key, as a dishonest wallet can."""
        signed = f"{segment(header)}.{segment(claims)}"
        signature = SoftwareSigner(self.device_keys[number]).sign(signed.encode())
        return f"{signed}.{to_base64url(signature)}"


def segment(value: Any) -> str:
    """Encode one part of a compact JWS."""
    return to_base64url(json.dumps(value).encode())


def with_proofs(request: bytes, *proofs: str) -> bytes:
    """Put other proofs into a request."""
    members = json.loads(request)
    members["proofs"] = {"jwt": list(proofs)}
    return json.dumps(members).encode()
