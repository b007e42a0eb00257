"""Documents of an agency that is on a list, and what a counter says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.mso import StatusListReference
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import WALLET_IMPORT, VerificationPolicy
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from tests.kit.published import RESIDENCY, URI, Publisher
from tests.simulators.agency import Agency

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.mdoc.verification.report import Verdict
    from counterproof.trust.kept import Trust

POLICY = VerificationPolicy(
    "with-evidence",
    WALLET_IMPORT.required | {CheckId.STATUS, CheckId.CHAIN_REVOCATION},
    WALLET_IMPORT.modes,
)


def harbour() -> Publisher:
    """Return the agency whose documents `document` makes."""
    publisher = Publisher("agency 1")
    publisher.signer_certificate = publisher.kit.status_signer()
    return publisher


def document(doc_type: str = RESIDENCY, index: int = 7) -> bytes:
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    status = StatusListReference(index, URI)
    return Agency(1).issue(doc_type, {doc_type: {"family_name": "Doe"}}, key, status=status)


def verdict(trust: Trust, data: bytes, at: datetime) -> tuple[Verdict, str]:
    report = verify_issuer_signed(
        data, trust=trust.issuers(), at=at, policy=POLICY, statuses=trust.statuses()
    )
    return report.verdict, report.code
