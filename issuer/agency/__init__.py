"""What an agency does, one idea a module: founding, offering, issuing, publishing, counters, signers."""

from issuer.agency.agency import Agency
from issuer.agency.desk import AgencyFacts
from issuer.agency.issuing import Issued, Plan
from issuer.agency.publishing import Published
from issuer.agency.readers import CertifiedReader
from issuer.agency.state import Finding, Level, State

__all__ = [
    "Agency",
    "AgencyFacts",
    "CertifiedReader",
    "Finding",
    "Issued",
    "Level",
    "Plan",
    "Published",
    "State",
]
