"""Checking a misuse report: what the reader's own signature proves, held against what is registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.handover.report import MisuseReport
from counterproof.optics.exchange.evidence import prove_request
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.asking import over_asking
from counterproof.trust.purposes.registers import PurposeFinding, PurposeReader

if TYPE_CHECKING:
    from counterproof.optics.exchange.evidence import SignedRequest
    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes.asking import Beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFinding:
    """What is proven: this reader signed this request.

    `name` and `agency` are the register's, empty for a reader that no register names. `finding` and
    `beyond` are by the registers of today; `report` also says what they were for the wallet. When the request
    was made is the reader's word, when it was read the resident's.
    """

    report: MisuseReport
    signed: SignedRequest
    fingerprint: str
    name: str
    agency: str
    finding: PurposeFinding
    beyond: tuple[Beyond, ...]

    @property
    def over_asked(self) -> bool:
        """Whether the request goes beyond what is registered today."""
        return bool(self.beyond)


def check_report(data: bytes, trust: Trust) -> ReportFinding:
    """Prove a report by the lists that are believed.

    Raises as `MisuseReport.from_bytes` and `prove_request`: then it proves nothing.
    """
    report = MisuseReport.from_bytes(data)
    readers = trust.readers()
    signed = prove_request(report.request_bytes, ReaderTrust(readers.anchors, readers.crls))
    leaf, anchor = signed.reader.certificate, signed.reader.anchor
    entry = None if anchor is None else readers.registered(leaf, anchor)
    purpose = signed.request.terms.purpose
    if entry is None or anchor is None:
        code = "purpose.reader-unknown" if trust.purposes.registers else "purpose.nobody-speaks"
        finding = PurposeFinding(code)
    else:
        who = PurposeReader(
            root=fingerprint(anchor), certificate=fingerprint(leaf), id=entry[1].id, office=entry[1].office
        )
        finding = trust.purposes.find(purpose, who)
    return ReportFinding(
        report=report,
        signed=signed,
        fingerprint=fingerprint(leaf),
        name=entry[1].name if entry is not None else "",
        agency=entry[0] if entry is not None else "",
        finding=finding,
        beyond=over_asking(finding, signed.asked),
    )
