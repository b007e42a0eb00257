"""By whose word an issuer is believed, for what, and until when.

1. An agency that a person added is believed for what that person confirmed.
2. An authority's issuers are believed for the docTypes that its list names, and of these only for those that
   the agency itself claims: the authority's scope cuts, it never widens.
3. An authority that nobody added counts while one that a person added recognises it, for those docTypes.
4. Where several vouch for one issuer, it is enough that one does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from counterproof.letters import skeleton
from counterproof.mdoc.verification.trust import TrustAnchor
from counterproof.trust.names import fingerprint, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.lists.vical import VicalEntry
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.pack.contents import PackContents
    from counterproof.trust.state import ImportedVical

_SHOWN_DIGITS = 8


class Grant(NamedTuple):
    """One word for one issuer: docTypes, the name to show, and until when the word counts (None: no end).

    `said` is when a list was last said to be the newest, None for a person's word, which does not age.
    """

    root: Certificate
    doc_types: frozenset[str]
    name: str
    until: datetime | None
    said: datetime | None = None


class Confirmed(NamedTuple):
    """What a person confirmed of an agency: `reader_root` is a fingerprint, None where there was none."""

    doc_types: frozenset[str]
    name: str
    reader_root: str | None

    @classmethod
    def of(cls, agency: AgencyContents) -> Confirmed:
        """Return what was confirmed with this set, which came from the agency itself and was asked about."""
        return cls(frozenset(agency.manifest.doc_types), agency.name, agency.reader_fingerprint)


@dataclass(frozen=True, slots=True)
class TrustedAuthority:
    """An authority whose pack counts; `scope` and `recogniser` where it counts by another's word.

    Such a word counts no longer than the pack that holds it, and is no fresher.
    """

    pack: PackContents
    scope: frozenset[str] | None = None
    readers: bool = True
    recogniser: PackContents | None = None

    @property
    def recognised_by(self) -> str | None:
        """The name of whoever recognises it; None for one that a person confirmed."""
        return self.recogniser.name if self.recogniser is not None else None

    @property
    def good_until(self) -> datetime:
        """The moment from which nothing on its word is enough for a yes."""
        return min(each.good_until for each in self._packs)

    @property
    def said(self) -> datetime:
        """When it was last said that this is so."""
        return min(each.issued_at for each in self._packs)

    def names_readers_at(self, at: datetime) -> bool:
        """Whether what is said of counters still counts at `at`."""
        own = self.pack.names_readers_at(at)
        return own and (self.recogniser is None or at < self.recogniser.good_until)

    @property
    def _packs(self) -> tuple[PackContents, ...]:
        return (self.pack,) if self.recogniser is None else (self.pack, self.recogniser)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the signed part of its first root."""
        return self.pack.fingerprint


def added(agencies: Iterable[AgencyContents], confirmed: Mapping[str, Confirmed] | None) -> list[Grant]:
    """Return what a person granted: `confirmed` is by root, None where a person added all.

    The name is the one that was confirmed: a newer set may have come another way, and nobody was asked then.
    """
    found = []
    for each in agencies:
        claims = frozenset(each.manifest.doc_types)
        own = Confirmed.of(each) if confirmed is None else confirmed.get(each.fingerprint)
        if own is not None:
            found.append(Grant(each.root, own.doc_types & claims, own.name, None))
    return found


def listed(authority: TrustedAuthority, newest: Mapping[Certificate, AgencyContents]) -> list[Grant]:
    """Return what an authority grants; `newest` is what is known of an agency by its root."""
    found = []
    for entry in authority.pack.issuers:
        doc_types = frozenset(entry.doc_types)
        if authority.scope is not None:
            doc_types &= authority.scope
        agency = newest.get(entry.certificate)
        if agency is not None:
            doc_types &= frozenset(agency.manifest.doc_types)
        # An issuer without a type left stays known, so that its documents are refused for the right reason.
        name = entry.issuing_authority or (agency.name if agency is not None else _own_name(entry))
        found.append(Grant(entry.certificate, doc_types, name, authority.good_until, authority.said))
    return found


def imported(vical: ImportedVical) -> list[Grant]:
    """Return what an imported list grants."""
    until = vical.verified.vical.head.not_after
    return [
        Grant(entry.certificate, frozenset(entry.doc_types), _own_name(entry), until, vical.issued_at)
        for entry in vical.verified.issuers
        if entry.doc_types
    ]


def _own_name(entry: VicalEntry) -> str:
    certificate = entry.certificate
    own = entry.issuing_authority or certificate.common_name or certificate.organization
    return own or grouped(fingerprint(certificate)[:_SHOWN_DIGITS])


def anchors(
    grants: Iterable[Grant], names: Mapping[str, str], heard: Mapping[Certificate, datetime]
) -> tuple[TrustAnchor, ...]:
    """Join the grants of each issuer: the longest and the freshest word for each docType counts.

    `heard` is when each issuer itself last published.
    """
    joined: dict[Certificate, dict[str, datetime | None]] = {}
    said: dict[Certificate, dict[str, datetime | None]] = {}
    for grant in grants:
        own, dates = joined.setdefault(grant.root, {}), said.setdefault(grant.root, {})
        for name in grant.doc_types:
            own[name] = _later(own[name], grant.until) if name in own else grant.until
            dates[name] = _later(dates[name], grant.said) if name in dates else grant.said
    return tuple(
        TrustAnchor(
            root,
            frozenset(own),
            names[fingerprint(root)],
            tuple(sorted((name, end) for name, end in own.items() if end is not None)),
            tuple(sorted((name, date) for name, date in said[root].items() if date is not None)),
            heard.get(root),
        )
        for root, own in joined.items()
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def shown_names(grants: Iterable[Grant], countries: Mapping[str, str]) -> Mapping[str, str]:
    """Return root fingerprint to the name to show; those that look alike are told apart by country and root.

    The first word for an issuer names it.
    """
    first: dict[str, Grant] = {}
    for grant in grants:
        first.setdefault(fingerprint(grant.root), grant)
    counts = Counter(skeleton(each.name) for each in first.values())
    return {
        root: each.name
        if counts[skeleton(each.name)] == 1
        else f"{each.name} ({countries.get(root) or each.root.country}, {grouped(root[:_SHOWN_DIGITS])})"
        for root, each in first.items()
    }
