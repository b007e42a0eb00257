"""How an agency stands: what it holds, and what runs low or runs out, worst first."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from issuer.agency.desk import WARN_BEFORE
from issuer.agency.readers import registry
from issuer.agency.rotating import old_keys
from issuer.keys import ROOTS
from issuer.register import CLOCK_TOLERANCE, Counts, SignerRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterproof.mdoc.errors import Fact
    from issuer.agency.desk import AgencyFacts, Desk
    from issuer.register import Signer

_ROOT_WARNING = timedelta(days=365)
"""A new root must be known to every counter before the old one ends, so it is spoken of early."""

_ROOT_WORDS = {SignerRole.IACA: "issuer", SignerRole.READER_CA: "reader"}
_LIST_LOW = 0.75
_PUBLISH_WARNING = timedelta(days=2)


class Level(enum.IntEnum):
    """How pressing something is."""

    FINE = 0
    SOON = 1
    NOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about the agency; `code` has a sentence in `counterproof.words`."""

    level: Level
    code: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an agency stands at `at`.

    `signers` are the fingerprints of those in force by role, `prepared` of those made ahead;
    `root_keys_here` names the roots whose keys lie within reach.
    """

    facts: AgencyFacts
    fingerprint: str
    reader_fingerprint: str
    signers: Mapping[str, str]
    prepared: Mapping[str, str]
    types: tuple[str, ...]
    counts: Counts
    readers: int
    root_keys_here: tuple[str, ...]
    published_until: datetime | None
    findings: tuple[Finding, ...]
    at: datetime

    @property
    def level(self) -> Level:
        """How pressing the worst of it is."""
        return max((finding.level for finding in self.findings), default=Level.FINE)


def look(desk: Desk) -> State:
    """Return how the agency stands now; reads everything, changes nothing, and needs no passphrase."""
    at = desk.clock.now()
    published = _published_until(desk)
    findings = [*_clock(desk, at), *_signers(desk, at), *_roots(desk, at), *_lists(desk, at, published)]
    findings.sort(key=lambda finding: -finding.level)
    fingerprints = {role: desk.register.signers(role)[0].fingerprint.hex() for role in ROOTS}
    return State(
        facts=desk.facts,
        fingerprint=fingerprints[SignerRole.IACA],
        reader_fingerprint=fingerprints[SignerRole.READER_CA],
        signers=_fingerprints(desk.newest_signer),
        prepared=_fingerprints(desk.prepared_signer),
        types=desk.catalogue().doc_types,
        counts=desk.register.counts(),
        readers=len(registry(desk)),
        root_keys_here=tuple(role.value for role in ROOTS if desk.keys.has(role, desk.root(role))),
        published_until=published,
        findings=tuple(findings),
        at=at,
    )


def _fingerprints(of: Callable[[SignerRole], Signer | None]) -> dict[str, str]:
    return {
        role.value: signer.fingerprint.hex()
        for role in (SignerRole.DOCUMENT, SignerRole.STATUS)
        if (signer := of(role)) is not None
    }


def signer_warning(desk: Desk, at: datetime) -> Finding | None:
    """Return what is to be said of the document signer when something was issued."""
    return next((each for each in _document_signer(desk, at) if each.level is not Level.FINE), None)


def _clock(desk: Desk, at: datetime) -> Iterator[Finding]:
    head = desk.register.log_head()
    last = desk.register.acts(after=head.seq - 1, limit=1)[0].act.at
    if at < last - CLOCK_TOLERANCE:
        facts: dict[str, Fact] = {"at": at.isoformat(timespec="seconds"), "last": last.isoformat()}
        yield Finding(level=Level.NOW, code="register.clock-back", facts=facts)


def _signers(desk: Desk, at: datetime) -> Iterator[Finding]:
    yield from _document_signer(desk, at)
    yield from _next(desk, SignerRole.DOCUMENT)
    signer = desk.newest_signer(SignerRole.STATUS)
    if signer is None:
        yield Finding(level=Level.NOW, code="agency.no-signer", facts={"role": "status"})
    else:
        ends, warning = _turn(desk, signer, WARN_BEFORE * 2)
        yield _ending("agency.state-status-signer", ends, at, warning)
    yield from _next(desk, SignerRole.STATUS)
    for each in old_keys(desk):
        if each.signer == desk.newest_signer(each.signer.role):
            continue  # its turn is still to end
        facts: dict[str, Fact] = {
            "role": each.signer.role.value,
            "signer": each.signer.fingerprint.hex()[:16],
            "until": f"{each.until:%Y-%m-%d %H:%M} UTC",
        }
        due = each.until <= at
        code = "agency.state-old-key-due" if due else "agency.state-old-key"
        yield Finding(level=Level.SOON if due else Level.FINE, code=code, facts=facts)


def _document_signer(desk: Desk, at: datetime) -> Iterator[Finding]:
    signer = desk.newest_signer(SignerRole.DOCUMENT)
    if signer is None:
        yield Finding(level=Level.NOW, code="agency.no-signer", facts={"role": "document"})
        return
    until = signer.last
    if until < at:
        facts: dict[str, Fact] = {"role": "document", "until": until.date().isoformat()}
        yield Finding(level=Level.NOW, code="agency.signer-retired", facts=facts)
        return
    ends, warning = _turn(desk, signer, WARN_BEFORE)
    yield _ending("agency.state-document-signer", ends, at, warning)


def _turn(desk: Desk, signer: Signer, warning: timedelta) -> tuple[datetime, timedelta]:
    """Return when a signer's turn ends, and how long before that is pressing: not at all with a next one."""
    coming = desk.prepared_signer(signer.role)
    if coming is not None and coming.begins <= signer.last:
        return coming.begins, timedelta()
    return signer.last, warning


def _next(desk: Desk, role: SignerRole) -> Iterator[Finding]:
    coming = desk.prepared_signer(role)
    if coming is not None:
        facts: dict[str, Fact] = {
            "role": role.value,
            "signer": coming.fingerprint.hex()[:16],
            "begins": f"{coming.begins:%Y-%m-%d %H:%M} UTC",
        }
        yield Finding(level=Level.FINE, code="agency.state-signer-prepared", facts=facts)


def _roots(desk: Desk, at: datetime) -> Iterator[Finding]:
    for role, word in _ROOT_WORDS.items():
        ends = desk.register.signers(role)[0].not_after
        yield _ending("agency.state-root", ends, at, _ROOT_WARNING, role=word)
        if desk.keys.has(role, desk.root(role)):
            yield Finding(level=Level.SOON, code="agency.state-root-key-here", facts={"role": word})
        issuer = desk.register.signers(role)[0].fingerprint
        for crl in desk.register.crls():
            if crl.issuer == issuer:
                yield _ending("agency.state-crl", crl.next_update, at, WARN_BEFORE, role=word)


def _lists(desk: Desk, at: datetime, published: datetime | None) -> Iterator[Finding]:
    for facts in desk.register.status_lists():
        level = Level.SOON if facts.used > facts.size * _LIST_LOW else Level.FINE
        numbers: dict[str, Fact] = {"list": facts.list_id, "used": facts.used, "size": facts.size}
        yield Finding(level=level, code="agency.state-list", facts=numbers)
    if published is None:
        yield Finding(level=Level.SOON, code="agency.state-not-published", facts={})
    else:
        yield _ending("agency.state-published", published, at, _PUBLISH_WARNING)


def _ending(code: str, ends: datetime, at: datetime, warning: timedelta, **facts: Fact) -> Finding:
    """Return a finding about an end: pressing once it is over, to be said when it is near."""
    level = Level.NOW if ends <= at else Level.SOON if ends - at <= warning else Level.FINE
    dated = {**facts, "ends": f"{ends:%Y-%m-%d %H:%M} UTC", "days": max(0, (ends - at).days)}
    return Finding(level=level, code=code if level is not Level.NOW else f"{code}-over", facts=dated)


def _published_until(desk: Desk) -> datetime | None:
    last = desk.register.newest_act("publish")
    return None if last is None else datetime.fromisoformat(str(last.act.facts["until"]))
