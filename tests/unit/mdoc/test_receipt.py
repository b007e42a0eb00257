"""What is said of a document that an issuer handed over, before a wallet keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import WALLET_IMPORT, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from tests.kit import killers
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

DATA = encode(killers.forge().issuer_signed())
ANCHOR: Certificate = killers.forge().agency.anchor
TRUST = TrustedIssuers((TrustAnchor(ANCHOR, name="Harbour Borough"),))


def test_what_is_handed_over_is_reported_whole() -> None:
    report = verify_issuer_signed(DATA, trust=TRUST, at=AT, doc_type=DOC_TYPE)
    assert (report.verdict, report.code, report.mode) == (Verdict.ACCEPTED, "ok", Mode.RECEIPT)
    assert (report.policy, report.at) == (WALLET_IMPORT.name, AT)
    assert report.required == WALLET_IMPORT.required_in(Mode.RECEIPT)
    assert [check.id for check in report.checks] == [CheckId.EXCHANGE_MODE]
    (document,) = report.documents
    (verified,) = report.verified
    issued = IssuerSigned.from_bytes(DATA)
    assert verified.doc_type == document.doc_type == DOC_TYPE
    assert verified.validity == issued.mso.validity
    assert (verified.issuer, verified.anchor) == ("Harbour Borough", ANCHOR)
    assert {(space, name) for space, values in verified.elements.items() for name in values} == {
        (space, item.identifier) for space, items in issued.namespaces.items() for item in items
    }


@pytest.mark.parametrize("trust", [TrustedIssuers.of([]), TRUST], ids=["of nobody", "bytes changed"])
def test_no_values_without_every_proof_of_the_issuer(trust: TrustedIssuers) -> None:
    data = DATA if trust is not TRUST else _changed(DATA)
    report = verify_issuer_signed(data, trust=trust, at=AT)
    assert report.verdict is not Verdict.ACCEPTED
    assert report.verified == ()
    assert len(report.documents) == 1


def test_a_type_that_was_not_ordered_is_refused() -> None:
    report = verify_issuer_signed(DATA, trust=TRUST, at=AT, doc_type="org.example.other")
    assert report.verdict is Verdict.REFUSED


def _changed(data: bytes) -> bytes:
    """Change the last byte, which is of the issuer's signature."""
    return data[:-1] + bytes([data[-1] ^ 1])
