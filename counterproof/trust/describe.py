"""What is believed, how old it is, what is missing, and when it stops being enough: for `trust show`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from counterproof.trust.names import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.mdoc.lists.status_check import VerifiedStatusList
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.grants import Grant, TrustedAuthority
    from counterproof.trust.kept import Trust
    from counterproof.trust.state import ImportedVical

SOON = timedelta(days=3)
"""How long before a list runs out it is spoken of."""

_SECOND = timedelta(seconds=1)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signed thing that runs out: `age` in seconds; `state` is fresh, soon or expired."""

    kind: str
    name: str
    issued_at: datetime
    age: int
    expires_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class AgencyDescription:
    """One agency; `enough_until` is when the first of its evidence runs out, `notices` are codes.

    `sources` says whose word it is: empty text for a person's own, else an authority's name.
    """

    name: str
    country: str
    fingerprint: str
    reader_fingerprint: str | None
    issued_at: datetime
    age: int
    doc_types: tuple[str, ...]
    credential_types: tuple[str, ...]
    readers: int
    evidence: tuple[Evidence, ...]
    enough_until: datetime
    notices: tuple[str, ...]
    sources: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An agency whose newer part an authority's pack could not bring, and why."""

    agency: str
    code: str


@dataclass(frozen=True, slots=True)
class AuthorityDescription:
    """One authority; from `good_until` on nothing on its word is accepted. `notices` are codes."""

    name: str
    country: str
    fingerprint: str
    recognised_by: str | None
    scope: tuple[str, ...] | None
    version: int
    root_version: int
    issued_at: datetime
    age: int
    issuers: int
    agencies: int
    reader_roots: int
    recognises: tuple[str, ...]
    held_back: tuple[HeldBack, ...]
    evidence: tuple[Evidence, ...]
    good_until: datetime
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportedDescription:
    """One imported list of issuers."""

    provider: str
    fingerprint: str
    issued_at: datetime
    age: int
    issuers: tuple[str, ...]
    next_update: datetime | None
    good_until: datetime | None
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PurposeDescription:
    """One purpose: how fresh its evidence must be, and until when what is held is fresh enough for it.

    `enough_until` is None where nobody who issues for it has published a status list.
    """

    id: str
    publisher: str
    evidence_hours: int | None
    enough_until: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class WaitingDescription:
    """One purpose that lets counters do more than a person confirmed; it does not count before somebody does.

    `titles` is by language, `ways` are the names of `Wider`; `elements` may be asked for anew, `keep` stored
    anew, each `docType/namespace/element`.
    """

    id: str
    version: int
    titles: dict[str, str]
    publisher: str
    key: str
    ways: tuple[str, ...]
    elements: tuple[str, ...]
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustDescription:
    """The whole local copy at `at`; `damaged` are root fingerprints; `notices` are `trust.*`, `clock.*`."""

    at: datetime
    floor: datetime
    agencies: tuple[AgencyDescription, ...]
    damaged: tuple[str, ...]
    notices: tuple[str, ...]
    authorities: tuple[AuthorityDescription, ...] = ()
    imported: tuple[ImportedDescription, ...] = ()
    purposes: tuple[PurposeDescription, ...] = ()
    waiting: tuple[WaitingDescription, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values; times in RFC 3339."""
        plain = _plain(asdict(self))
        assert isinstance(plain, dict)  # so is every dataclass
        return plain


def describe(trust: Trust, at: datetime) -> TrustDescription:
    """Describe everything that is believed, under the names to show."""
    clock = trust.check_clock(at)
    nobody = not (trust.agencies or trust.authorities or trust.vicals)
    notices = [] if clock.ok else [clock.code]
    notices += ["trust.damaged"] if trust.damaged else []
    notices += ["trust.nobody"] if nobody else []
    return TrustDescription(
        at,
        clock.floor,
        tuple(_agency(each, trust, at) for each in trust.agencies),
        trust.damaged,
        tuple(notices),
        tuple(_authority(each, at) for each in trust.authorities),
        tuple(_imported(each, trust, at) for each in trust.vicals),
        tuple(_purposes(trust, at)),
        tuple(_waiting(trust)),
    )


def _waiting(trust: Trust) -> Iterator[WaitingDescription]:
    for waiting in trust.waiting:
        for each in waiting.widenings:
            yield WaitingDescription(
                id=each.purpose.id,
                version=each.purpose.version,
                titles=each.purpose.title,
                publisher=waiting.name,
                key=waiting.publisher,
                ways=tuple(way.value for way in each.ways),
                elements=tuple("/".join(ref) for ref in each.elements),
                keep=tuple("/".join(ref) for ref in each.keep),
            )


def _purposes(trust: Trust, at: datetime) -> Iterator[PurposeDescription]:
    """Say for each purpose when the first of the lists that it needs is too old or has run out."""
    for register in trust.purposes.registers:
        for purpose in register.purposes:
            asked = {document.doc_type for document in purpose.documents}
            ends = [
                end
                for agency in trust.agencies
                if asked & set(agency.manifest.doc_types) and agency.status_lists
                for end in _ends(agency, trust, purpose.evidence_age)
            ]
            end = min(ends, default=None)
            state = "missing" if end is None else "expired" if at >= end else "fresh"
            yield PurposeDescription(purpose.id, register.publisher, purpose.evidence_hours, end, state)


def _ends(agency: AgencyContents, trust: Trust, age: timedelta | None) -> Iterator[datetime]:
    """Yield when each thing that a yes about this agency's documents rests on is too old or has run out."""
    yield from (_fresh_until(status, age) for status in agency.status_lists)
    own = (crl for crl in agency.crls if crl.is_signed_by(agency.root))
    yield from (crl.next_update for crl in own if crl.next_update is not None)
    granted = [each for each in trust.grants if each.root == agency.root]
    if not any(each.until is None for each in granted):
        yield max((each.until for each in granted if each.until is not None), default=_END_OF_TIME)
    if age is not None:
        yield agency.issued_at + age
        if not any(each.said is None for each in granted):
            yield max((each.said + age for each in granted if each.said is not None), default=_END_OF_TIME)


def _fresh_until(status: VerifiedStatusList, age: timedelta | None) -> datetime:
    end = status.token.expires_at or _END_OF_TIME
    return end if age is None else min(end, status.issued_at + age)


def _agency(contents: AgencyContents, trust: Trust, at: datetime) -> AgencyDescription:
    evidence = tuple(_evidence(contents, at))
    ends = [each.expires_at for each in evidence if each.expires_at is not None]
    granted = [each for each in trust.grants if each.root == contents.root]
    ends += (
        [] if any(each.until is None for each in granted) else [each.until for each in granted if each.until]
    )
    return AgencyDescription(
        name=trust.names.get(contents.fingerprint, contents.name),
        country=contents.manifest.country,
        fingerprint=contents.fingerprint,
        reader_fingerprint=contents.reader_fingerprint,
        issued_at=contents.issued_at,
        age=_age(contents.issued_at, at),
        doc_types=_granted(contents, granted),
        credential_types=tuple(contents.types),
        readers=len(contents.readers),
        evidence=evidence,
        enough_until=min(ends, default=contents.root.not_after),
        notices=tuple(_notices(contents, evidence)),
        sources=_sources(contents, trust),
    )


def _granted(contents: AgencyContents, granted: list[Grant]) -> tuple[str, ...]:
    """Return what it may sign, in the order in which it says so itself."""
    allowed = frozenset(name for each in granted for name in each.doc_types)
    return tuple(name for name in contents.manifest.doc_types if name in allowed)


def _sources(contents: AgencyContents, trust: Trust) -> tuple[str, ...]:
    """Return whose word it is: empty text for a person's own, else the authority's name."""
    own = ("",) if trust.is_confirmed(contents) else ()
    listed = [each.pack for each in trust.authorities if each.pack.entry_of(contents.root) is not None]
    return (*own, *(each.name for each in listed))


def _authority(authority: TrustedAuthority, at: datetime) -> AuthorityDescription:
    pack = authority.pack
    evidence = tuple(_one(name, pack.name, pack.issued_at, end, at) for name, end in pack.ends.items())
    evidence += tuple(_one("crl", pack.name, crl.this_update, crl.next_update, at) for crl in pack.crls)
    other = authority.recogniser
    if other is not None:
        evidence += (_one("recognition", other.name, other.issued_at, other.good_until, at),)
    held_back = tuple(HeldBack(part.agency, part.code) for part in pack.parts if part.code)
    return AuthorityDescription(
        name=pack.name,
        country=pack.statement.country,
        fingerprint=pack.fingerprint,
        recognised_by=authority.recognised_by,
        scope=tuple(sorted(authority.scope)) if authority.scope is not None else None,
        version=pack.version,
        root_version=pack.metadata.root.version,
        issued_at=pack.issued_at,
        age=_age(pack.issued_at, at),
        issuers=len(pack.issuers),
        agencies=len(pack.agencies),
        reader_roots=len(pack.reader_list.readers.entries),
        recognises=tuple(each.name for each in pack.statement.recognises),
        held_back=held_back,
        evidence=evidence,
        good_until=authority.good_until,
        notices=(*_states(evidence, "trust.list-out-of-date"), *(["trust.held-back"] if held_back else [])),
    )


def _imported(vical: ImportedVical, trust: Trust, at: datetime) -> ImportedDescription:
    head = vical.verified.vical.head
    evidence = (_one("issuers", head.provider, head.date, head.not_after, at),)
    due = head.next_update is not None and at > head.next_update
    return ImportedDescription(
        provider=head.provider,
        fingerprint=fingerprint(vical.pin),
        issued_at=head.date,
        age=_age(head.date, at),
        issuers=tuple(trust.names[fingerprint(each.certificate)] for each in vical.verified.issuers),
        next_update=head.next_update,
        good_until=head.not_after,
        notices=(*_states(evidence, "trust.list-out-of-date"), *(["vical.update-due"] if due else [])),
    )


def _states(evidence: tuple[Evidence, ...], expired: str) -> Iterator[str]:
    if any(each.state == "expired" for each in evidence):
        yield expired
    elif any(each.state == "soon" for each in evidence):
        yield "trust.soon-out-of-date"


def _evidence(contents: AgencyContents, at: datetime) -> Iterator[Evidence]:
    for status in contents.status_lists:
        yield _one("status-list", status.uri, status.issued_at, status.token.expires_at, at)
    for crl in contents.crls:
        name = "issuer-root" if crl.is_signed_by(contents.root) else "reader-root"
        yield _one("crl", name, crl.this_update, crl.next_update, at)
    yield _one("issuer-root", contents.fingerprint, contents.root.not_before, contents.root.not_after, at)
    if contents.reader_root is not None:
        root = contents.reader_root
        yield _one("reader-root", contents.reader_fingerprint or "", root.not_before, root.not_after, at)


def _one(kind: str, name: str, issued_at: datetime, expires_at: datetime | None, at: datetime) -> Evidence:
    end = expires_at or _END_OF_TIME
    state = "expired" if at >= end else "soon" if end - at <= SOON else "fresh"
    return Evidence(kind, name, issued_at, _age(issued_at, at), expires_at, state)


def _age(issued_at: datetime, at: datetime) -> int:
    return max(at - issued_at, timedelta()) // _SECOND


def _notices(contents: AgencyContents, evidence: tuple[Evidence, ...]) -> Iterator[str]:
    if not contents.status_lists:
        yield "trust.no-status-list"
    yield from _states(evidence, "trust.out-of-date")
    if contents.signed_sets:
        yield "trust.signer-stolen"
    if contents.readers and contents.reader_root is None:
        yield "trust.no-reader-root"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
