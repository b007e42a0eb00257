"""What is believed, how old it is, what is missing, and when it stops being enough: for `trust show`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.floor import ClockFinding

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
    """One agency; `enough_until` is when the first of its evidence runs out, `notices` are codes."""

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


@dataclass(frozen=True, slots=True)
class TrustDescription:
    """The whole local copy at `at`; `damaged` are root fingerprints; `notices` are `trust.*`, `clock.*`."""

    at: datetime
    floor: datetime
    agencies: tuple[AgencyDescription, ...]
    damaged: tuple[str, ...]
    notices: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values; times in RFC 3339."""
        plain = _plain(asdict(self))
        assert isinstance(plain, dict)  # so is every dataclass
        return plain


def describe(
    agencies: tuple[AgencyContents, ...],
    names: Mapping[str, str],
    damaged: tuple[str, ...],
    clock: ClockFinding,
    at: datetime,
) -> TrustDescription:
    """Describe all agencies, under the names to show."""
    notices = [] if clock.ok else [clock.code]
    notices += ["trust.damaged"] if damaged else []
    notices += [] if agencies else ["trust.nobody"]
    described = tuple(_agency(each, names[each.fingerprint], at) for each in agencies)
    return TrustDescription(at, clock.floor, described, damaged, tuple(notices))


def _agency(contents: AgencyContents, name: str, at: datetime) -> AgencyDescription:
    evidence = tuple(_evidence(contents, at))
    ends = [each.expires_at for each in evidence if each.expires_at is not None]
    return AgencyDescription(
        name=name,
        country=contents.manifest.country,
        fingerprint=contents.fingerprint,
        reader_fingerprint=contents.reader_fingerprint,
        issued_at=contents.issued_at,
        age=_age(contents.issued_at, at),
        doc_types=contents.manifest.doc_types,
        credential_types=tuple(contents.types),
        readers=len(contents.readers),
        evidence=evidence,
        enough_until=min(ends, default=contents.root.not_after),
        notices=tuple(_notices(contents, evidence)),
    )


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
    if any(each.state == "expired" for each in evidence):
        yield "trust.out-of-date"
    elif any(each.state == "soon" for each in evidence):
        yield "trust.soon-out-of-date"
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
