"""The agency's register: signers, status lists, what was issued, and the chained log of acts."""

from issuer.register.acts import CLOCK_TOLERANCE, About, Act, LoggedAct, LogHead
from issuer.register.model import (
    Actor,
    BatchFacts,
    BatchRecord,
    BatchSummary,
    Counts,
    CredentialFacts,
    CredentialRecord,
    CrlRecord,
    ReaderRecord,
    Recorded,
    Signer,
    SignerRole,
    Status,
    StatusListFacts,
    Withdrawal,
)
from issuer.register.register import Register

__all__ = [
    "CLOCK_TOLERANCE",
    "About",
    "Act",
    "Actor",
    "BatchFacts",
    "BatchRecord",
    "BatchSummary",
    "Counts",
    "CredentialFacts",
    "CredentialRecord",
    "CrlRecord",
    "LogHead",
    "LoggedAct",
    "ReaderRecord",
    "Recorded",
    "Register",
    "Signer",
    "SignerRole",
    "Status",
    "StatusListFacts",
    "Withdrawal",
]
