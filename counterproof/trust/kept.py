"""What the local copy says, at one moment and all of a piece: issuers, readers, statuses, types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterproof.letters import skeleton
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.verification.status import StatusOpinion
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.trust.describe import TrustDescription, describe
from counterproof.trust.floor import BUILT_AT, ClockFinding, check_clock
from counterproof.trust.limits import SKEW
from counterproof.trust.names import grouped
from counterproof.trust.purposes.registers import PurposeRegister, Purposes
from counterproof.trust.readers import ReaderAuthority, TrustedReaders

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.mso import StatusListReference
    from counterproof.trust.contents import AgencyContents

_SHOWN_DIGITS = 8


@dataclass(frozen=True)
class Trust:
    """Everything that is believed; `damaged` are fingerprints of roots whose files cannot be used any more.

    An immutable picture: an update makes another one, so no verdict mixes two states.
    """

    agencies: tuple[AgencyContents, ...] = ()
    damaged: tuple[str, ...] = ()
    floor: datetime = BUILT_AT

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Root fingerprint to the name to show; those that look alike are told apart by country and root."""
        counts = Counter(skeleton(each.name) for each in self.agencies)
        return {
            each.fingerprint: each.name
            if counts[skeleton(each.name)] == 1
            else f"{each.name} ({each.manifest.country}, {grouped(each.fingerprint[:_SHOWN_DIGITS])})"
            for each in self.agencies
        }

    def issuers(self) -> TrustedIssuers:
        """Return the anchors of all agencies with what each may sign, and their CRLs."""
        return TrustedIssuers(
            tuple(
                TrustAnchor(each.root, frozenset(each.manifest.doc_types), self.names[each.fingerprint])
                for each in self.agencies
            ),
            tuple(crl for each in self.agencies for crl in each.crls),
        )

    def readers(self) -> TrustedReaders:
        """Return the roots and the register of the counters of all agencies, and their CRLs."""
        return TrustedReaders(
            tuple(
                ReaderAuthority(self.names[each.fingerprint], each.reader_root, each.readers)
                for each in self.agencies
            ),
            tuple(crl for each in self.agencies for crl in each.crls),
        )

    @cached_property
    def purposes(self) -> Purposes:
        """The registers of purposes: each agency speaks for the counters under its own reader root."""
        registers = (
            PurposeRegister(
                publisher=self.names[each.fingerprint],
                roots=frozenset({each.reader_fingerprint}),
                purposes=each.purposes,
            )
            for each in self.agencies
            if each.purposes and each.reader_fingerprint is not None
        )
        roots = (each.reader_fingerprint for each in self.agencies)
        return Purposes(tuple(registers), frozenset(each for each in roots if each is not None))

    def statuses(self) -> KeptStatuses:
        """Return the status lists of all agencies, as a verifier asks for them."""
        return KeptStatuses({each.root: each.statuses for each in self.agencies})

    def types(self) -> Mapping[str, CredentialType]:
        """Return docType to credential type; where two agencies describe one, the one added first."""
        merged: dict[str, CredentialType] = {}
        for each in self.agencies:
            merged = {**each.types, **merged}
        return MappingProxyType(merged)

    def types_of(self, anchor: Certificate) -> Mapping[str, CredentialType]:
        """Return the credential types as the agency with this root describes them."""
        return next((each.types for each in self.agencies if each.root == anchor), MappingProxyType({}))

    @property
    def earliest(self) -> datetime:
        """The earliest time that a right clock can show: the floor, less the minute that is borne."""
        return self.floor - SKEW

    def check_clock(self, at: datetime) -> ClockFinding:
        """Judge a clock by everything that was ever accepted."""
        return check_clock(at, self.floor)

    def describe(self, at: datetime) -> TrustDescription:
        """Say what is believed at `at`, how old it is, what is missing and when it stops being enough."""
        return describe(self.agencies, self.names, self.damaged, self.check_clock(at), at)


class KeptStatuses:
    """StatusEvidence: a list answers for a document only under the anchor of that very document."""

    def __init__(self, lists: Mapping[Certificate, StatusLists]) -> None:
        self._lists = dict(lists)
        self._none = StatusLists()

    def judge(
        self,
        reference: StatusListReference,
        anchor: Certificate | None,
        at: datetime,
        max_age: timedelta | None,
    ) -> StatusOpinion:
        """Say what the list that `reference` names says of its entry; never raises."""
        if anchor is None:
            return StatusOpinion(None, "status.missing")
        own = self._lists.get(anchor, self._none)
        finding = own.judge(reference, issuer=anchor, at=at, max_age=max_age)
        if finding.code == "status.missing" and self._elsewhere(reference.uri):
            return StatusOpinion(None, "status.other-issuer")
        good = True if finding.code == "ok" else (False if finding.refuses else None)
        return StatusOpinion(good, finding.code, finding.issued_at)

    def _elsewhere(self, uri: str) -> bool:
        return any(each.uri == uri for lists in self._lists.values() for each in lists)
