"""What the local copy says, at one moment and all of a piece: issuers, readers, statuses, types."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.verification.status import StatusOpinion, opinion_on
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.trust import grants
from counterproof.trust.describe import TrustDescription, describe
from counterproof.trust.floor import BUILT_AT, ClockFinding, check_clock
from counterproof.trust.grants import Confirmed, Grant, TrustedAuthority
from counterproof.trust.limits import SKEW
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.registers import PurposeRegister, Purposes
from counterproof.trust.purposes.widening import widenings
from counterproof.trust.readers import ReaderAuthority, TrustedReaders
from counterproof.trust.waiting import Waiting, digest_of, publisher_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.mso import StatusListReference
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.purposes.model import Purpose
    from counterproof.trust.state import ImportedVical, State


@dataclass(frozen=True)
class Trust:
    """Everything that is believed; `damaged` are fingerprints of those whose files cannot be used any more.

    `agencies` is the newest set of each agency, wherever it came from. `confirmed` is root to what
    a person confirmed, None where that is all of them. `authorities` are the packs that count,
    `vicals` imported lists of issuers, `registers` what counts of registers of purposes while the newest
    waits for a person. An immutable picture: an update makes another one, so no verdict mixes
    two states.
    """

    agencies: tuple[AgencyContents, ...] = ()
    damaged: tuple[str, ...] = ()
    floor: datetime = BUILT_AT
    confirmed: Mapping[str, Confirmed] | None = None
    authorities: tuple[TrustedAuthority, ...] = ()
    vicals: tuple[ImportedVical, ...] = ()
    registers: Mapping[str, tuple[Purpose, ...]] = field(default_factory=dict)

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """By whose word each issuer is believed, a person's own first."""
        newest = {each.root: each for each in self.agencies}
        return (
            *grants.added(self.agencies, self.confirmed),
            *(each for authority in self.authorities for each in grants.listed(authority, newest)),
            *(each for vical in self.vicals for each in grants.imported(vical)),
        )

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Root fingerprint to the name to show; those that look alike are told apart by country and root."""
        countries = {each.fingerprint: each.manifest.country for each in self.agencies}
        return grants.shown_names(self.grants, countries)

    def issuers(self) -> TrustedIssuers:
        """Return the anchors of all issuers with what each may sign, and their CRLs."""
        return TrustedIssuers(
            grants.anchors(self.grants, self.names, {each.root: each.issued_at for each in self.agencies}),
            tuple(crl for each in self.agencies for crl in each.crls),
            tuple(signed for each in self.agencies for signed in each.signed_sets),
        )

    def readers(self, at: datetime | None = None) -> TrustedReaders:
        """Return the roots and the registers of all counters that are vouched for, and their CRLs.

        With `at` what an authority says of counters counts only while it has not run out; a clock before the
        floor is taken to show the floor. Without, everything that was ever said and is held.
        """
        now = None if at is None else max(at, self.floor)
        own = [each for each in self.agencies if self._is_reader_root_confirmed(each)]
        authorities = [
            ReaderAuthority(self.names[each.fingerprint], each.reader_root, each.readers) for each in own
        ]
        known = {each.reader_root for each in own if each.reader_root is not None}
        for authority in self.authorities:
            if authority.readers and (now is None or authority.names_readers_at(now)):
                authorities += self._listed_readers(authority, known)
        crls = [crl for each in self.agencies for crl in each.crls]
        crls += [crl for authority in self.authorities for crl in authority.pack.crls]
        return TrustedReaders(tuple(authorities), tuple(crls))

    def _listed_readers(
        self, authority: TrustedAuthority, known: set[Certificate]
    ) -> Iterator[ReaderAuthority]:
        """Yield the counters of one authority's list; a root that is known already is not named again."""
        pack = authority.pack
        registers = {pack.statement.reader_root: (pack.name, pack.registry)}
        for each in filter(pack.speaks_for_readers, pack.agencies):
            name = self.names.get(each.fingerprint, each.name)
            registers[each.reader_root] = name, each.readers
        for entry in pack.reader_list.readers.entries:
            root = entry.certificate
            if root not in known:
                known.add(root)
                name, register = registers.get(root, (entry.name or root.common_name or "", ()))
                yield ReaderAuthority(name, root, register)

    def is_confirmed(self, agency: AgencyContents) -> bool:
        """Whether a person added this agency."""
        return self.confirmed is None or agency.fingerprint in self.confirmed

    def _is_reader_root_confirmed(self, agency: AgencyContents) -> bool:
        """Whether a person added this agency with the reader root that it names now.

        Its newest set may have come with a pack, and the key that signs every day is not enough for a root.
        """
        if self.confirmed is None:
            return True
        own = self.confirmed.get(agency.fingerprint)
        return own is not None and own.reader_root == agency.reader_fingerprint

    def _speaks_for_readers(self, agency: AgencyContents) -> bool:
        """Whether the reader root that an agency names is its own, by a person's word or an authority's."""
        return self._is_reader_root_confirmed(agency) or any(
            each.readers and each.pack.speaks_for_readers(agency) for each in self.authorities
        )

    @cached_property
    def purposes(self) -> Purposes:
        """The registers of purposes: each speaks for the counters under the roots of its publisher.

        An authority speaks for every root on its list of readers. Of a register that lets counters do more
        than a person has confirmed, what counted before does.
        """
        known = frozenset(fingerprint(root) for root in self.readers().anchors)
        force = (
            replace(each, purposes=self.registers.get(each.key, each.purposes)) for each in self._registers()
        )
        return Purposes(tuple(each for each in force if each.purposes), known)

    @cached_property
    def waiting(self) -> tuple[Waiting, ...]:
        """What waits for a person, of registers that count: not an agency's where an authority speaks."""
        counts = self.purposes
        return tuple(
            Waiting(
                each.key,
                each.publisher,
                digest_of(each.purposes),
                widenings(self.registers[each.key], each.purposes),
            )
            for each in self._registers()
            if each.key in self.registers
            and (each.is_authority or not any(counts.has_authority(root) for root in each.roots))
        )

    def _registers(self) -> Iterator[PurposeRegister]:
        """Yield the newest register of everybody who may speak for counters, authorities first."""
        for authority in self.authorities:
            if authority.readers:
                yield PurposeRegister(
                    publisher=authority.pack.name,
                    roots=frozenset(fingerprint(root) for root in authority.pack.reader_list.anchors),
                    purposes=authority.pack.purposes,
                    is_authority=True,
                    key=authority.pack.fingerprint,
                )
        known = frozenset(fingerprint(root) for root in self.readers().anchors)
        for agency in self.agencies:
            root = agency.reader_fingerprint
            if root is not None and root in known and self._speaks_for_readers(agency):
                yield PurposeRegister(
                    publisher=self.names.get(agency.fingerprint, agency.name),
                    roots=frozenset({root}),
                    purposes=agency.purposes,
                    key=publisher_of(agency.root),
                )

    def statuses(self) -> KeptStatuses:
        """Return the status lists of all agencies, as a verifier asks for them."""
        return KeptStatuses({each.root: each.statuses for each in self.agencies})

    def types(self) -> Mapping[str, CredentialType]:
        """Return docType to credential type; where two describe one, the agency added first."""
        merged: dict[str, CredentialType] = {}
        for each in self.agencies:
            merged = {**each.types, **merged}
        for authority in self.authorities:
            merged = {**authority.pack.types, **merged}
        return MappingProxyType(merged)

    def types_of(self, anchor: Certificate) -> Mapping[str, CredentialType]:
        """Return the credential types as the agency with this root describes them, or else its authority."""
        own = next((each.types for each in self.agencies if each.root == anchor), {})
        merged: dict[str, CredentialType] = {}
        for authority in self.authorities:
            if authority.pack.entry_of(anchor) is not None:
                merged = {**authority.pack.types, **merged}
        return MappingProxyType({**merged, **own})

    @property
    def earliest(self) -> datetime:
        """The earliest time that a right clock can show: the floor, less the minute that is borne."""
        return self.floor - SKEW

    def check_clock(self, at: datetime) -> ClockFinding:
        """Judge a clock by everything that was ever accepted."""
        return check_clock(at, self.floor)

    def describe(self, at: datetime) -> TrustDescription:
        """Say what is believed at `at`, how old it is, what is missing and when it stops being enough."""
        return describe(self, at)


def trust_of(state: State, floor: datetime) -> Trust:
    """Return what a state of a store believes.

    Of each agency the newest set counts, wherever it came from: a revocation that one source brought is known
    for all.
    """
    authorities = _authorities(state)
    newest: dict[Certificate, AgencyContents] = {}
    for each in (*state.agencies(), *(one for authority in authorities for one in authority.pack.agencies)):
        held = newest.get(each.root)
        if held is None or each.issued_at > held.issued_at:
            newest[each.root] = each
    return Trust(
        agencies=tuple(newest.values()),
        damaged=state.damaged(),
        floor=max([floor, *state.newest_signed()]),
        confirmed={each.fingerprint: Confirmed.of(each) for each in state.agencies()},
        authorities=authorities,
        vicals=tuple(state.vicals[each.pin] for each in state.index.vicals if each.pin in state.vicals),
        registers=state.registers,
    )


def _authorities(state: State) -> tuple[TrustedAuthority, ...]:
    """Return those that a person added, and those that these recognise; recognition goes one step."""
    held = [
        (each, state.packs[each.fingerprint])
        for each in state.index.authorities
        if each.fingerprint in state.packs
    ]
    pinned = [TrustedAuthority(pack) for each, pack in held if each.pinned]
    found = list(pinned)
    for each, pack in held:
        if each.pinned:
            continue
        # Each word by itself: one may run out before another, and for other types.
        found += [
            TrustedAuthority(pack, frozenset(one.doc_types), one.readers, authority.pack)
            for authority in pinned
            for one in authority.pack.statement.recognises
            if one.fingerprint == each.fingerprint
        ]
    return tuple(found)


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
        return opinion_on(finding)

    def _elsewhere(self, uri: str) -> bool:
        return any(each.uri == uri for lists in self._lists.values() for each in lists)
