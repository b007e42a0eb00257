"""What a VICAL and a reader list have in common: the envelope, the head, and the rules for a newer one.

Both are untagged COSE_Sign1 with an x5chain and the list itself as payload, not tag 24 (ISO/IEC 18013-5,
C.1.7 and its second-edition draft).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import Spliced, TDate, decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UnsupportedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.signer import ListSigner, prove_signer
from counterproof.mdoc.lists.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.profile import CertificateProfile
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import Signer

VERSION = "1.0"

SKEW = timedelta(seconds=60)
"""How far the clock may be behind the provider's."""

Entry = TypeVar("Entry")
Parsed = TypeVar("Parsed", bound="ParsedList[Any]")


class Skipped(NamedTuple):
    """An entry that cannot be used: its place in the list, from 0, and the code of the reason."""

    place: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """Who publishes a list and for when; `issue_id` grows with each issue, times are UTC.

    After `next_update` a newer one should be there; after `not_after` this one must not be used.
    """

    provider: str
    date: datetime
    issue_id: int | None = None
    next_update: datetime | None = None
    not_after: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a list stands; `code` is `ok` or says why not, `detail` is the code behind it."""

    standing: Standing
    code: str
    detail: str = ""
    notices: tuple[str, ...] = ()
    signer: ListSigner | None = None


class Issue(NamedTuple):
    """One issue of a list, for comparison with another."""

    head: ListHead
    payload: bytes


@dataclass(frozen=True, slots=True)
class ParsedList(Generic[Entry]):
    """A parsed list of either kind, proven by nobody yet; `skipped` are entries that cannot be used."""

    message: CoseSign1
    head: ListHead
    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]

    @property
    def issue(self) -> Issue:
        """This issue, for comparison with another."""
        return Issue(self.head, self.message.payload or b"")


def open_message(data: bytes, path: str) -> CoseSign1:
    """Parse the COSE_Sign1, not its payload; raise MalformedError `cose.*`, `cbor.*`, `mdoc.form`."""
    message = CoseSign1.from_item(decode_exact(data, LIMITS.vical, bignum=True))
    if message.payload is None:
        raise MalformedError("mdoc.form", path=path)
    return message


def open_members(message: CoseSign1, path: str) -> dict[str, Any]:
    """Parse the payload; raise MalformedError `cbor.*`, `mdoc.*`, UnsupportedError `mdoc.version`."""
    members = f.text_map(decode_exact(message.payload or b"", LIMITS.vical, bignum=True), path)
    f.check_version(members.get("version"), f"{path}.version")
    return members


def read_head(members: dict[str, Any], path: str, *, provider: str, issue_id: str, url: str) -> ListHead:
    """Read the head; the last three say how this kind of list spells them. Raises MalformedError `mdoc.*`."""
    return ListHead(
        provider=f.text(members, provider, path),
        date=f.tdate(members, "date", path),
        issue_id=f.uint(members, issue_id, path, 2**63 - 1) if issue_id in members else None,
        next_update=f.tdate(members, "nextUpdate", path) if "nextUpdate" in members else None,
        not_after=f.tdate(members, "notAfter", path) if "notAfter" in members else None,
        url=f.text(members, url, path) if url in members else None,
    )


def read_entries(
    members: dict[str, Any], path: str, read: Callable[[Certificate, dict[str, Any], str], Entry]
) -> tuple[tuple[Entry, ...], tuple[Skipped, ...]]:
    """Read `certificateInfos`; an entry that cannot be used is skipped, and does not take the rest along.

    That is so for a certificate that cannot be read, and where `read` raises UnsupportedError. What an entry
    says of serial number, key identifier, names and dates is not looked at: the certificate says it. Raises
    MalformedError `mdoc.*` and LimitError `mdoc.count`.
    """
    where = f"{path}.certificateInfos"
    infos = members.get("certificateInfos")
    if type(infos) is not list:
        raise MalformedError("mdoc.member", path=path, member="certificateInfos")
    if len(infos) > LIMITS.list_entries:
        raise LimitError("mdoc.count", path=where, limit=LIMITS.list_entries)
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    for place, info in enumerate(infos):
        entry = f.text_map(info, where)
        der = entry.get("certificate")
        if type(der) is not bytes:
            raise MalformedError("mdoc.member", path=where, member="certificate")
        try:
            certificate = Certificate.from_der(der)
        except MalformedError as error:
            skipped.append(Skipped(place, error.code))
            continue
        try:
            entries.append(read(certificate, entry, where))
        except UnsupportedError as error:
            skipped.append(Skipped(place, error.code))
    return tuple(entries), tuple(skipped)


def optional_text(entry: dict[str, Any], key: str, path: str) -> str | None:
    """Return a text member that may be absent."""
    return f.text(entry, key, path) if key in entry else None


def examine_list(
    room: str,
    data: bytes,
    parse: Callable[[CoseSign1], Parsed],
    *,
    anchors: Sequence[Certificate],
    at: datetime,
    profile: CertificateProfile,
    crls: Sequence[CertificateList],
    installed: Parsed | None,
    skew: timedelta,
) -> tuple[Parsed | None, Judgement]:
    """Prove the signer, and only then parse the entries and settle dates and succession.

    A list has thousands of certificates, and whoever cannot sign it is not to make us read them. Never raises
    for bad bytes; the first is None for what was not parsed.
    """
    try:
        message = open_message(data, room)
        signer = prove_signer(room, message, anchors=anchors, at=at, profile=profile, crls=crls)
        parsed = parse(message)
    except MalformedError as error:
        return None, Judgement(Standing.UNREADABLE, error.code)
    except CryptoError as error:
        return None, Judgement(Standing.REFUSED, error.code, str(error.facts.get("reason", "")))
    before = installed.issue if installed is not None else None
    return parsed, _judge_issue(room, signer, parsed.issue, before, at=at, skew=skew)


def _judge_issue(
    room: str, signer: ListSigner, issue: Issue, installed: Issue | None, *, at: datetime, skew: timedelta
) -> Judgement:
    """Settle the dates and the succession of a list whose signer is proven."""
    if issue.head.date > at + skew:
        return Judgement(Standing.REFUSED, f"{room}.issued-in-future")
    fault = succession_fault(installed, issue) if installed is not None else ""
    if fault:
        return Judgement(Standing.REFUSED, f"{room}.{fault}")
    if issue.head.not_after is not None and at > issue.head.not_after:
        return Judgement(Standing.UNDECIDED, f"{room}.lapsed")
    due = issue.head.next_update is not None and at > issue.head.next_update
    return Judgement(Standing.ACCEPTED, "ok", "", (f"{room}.update-due",) if due else (), signer)


def succession_fault(installed: Issue, offered: Issue) -> str:
    """Say why `offered` may not take the place of `installed`, empty if it may; itself again is no fault."""
    if offered.payload == installed.payload:
        return ""
    old, new = installed.head, offered.head
    if new.provider != old.provider:
        return "other-provider"
    if old.issue_id is not None and new.issue_id is not None:
        if new.issue_id < old.issue_id or new.date < old.date:
            return "older"
        return "same-issue" if new.issue_id == old.issue_id else ""
    if new.date < old.date:
        return "older"
    return "same-issue" if new.date == old.date else ""


def certificate_members(certificate: Certificate, path: str) -> dict[str, Any]:
    """Return the members of an entry that come out of its certificate; the serial is tag 2 always.

    Raises UsageError `mdoc.no-key-identifier` for a certificate without one.
    """
    if certificate.ski is None:
        raise UsageError("mdoc.no-key-identifier", path=path)
    serial = certificate.serial.to_bytes((certificate.serial.bit_length() + 7) // 8, "big")
    return {
        "certificate": certificate.der,
        "serialNumber": Spliced(b"\xc2" + encode(serial)),
        "ski": certificate.ski,
        "issuer": certificate.issuer,
        "subject": certificate.subject,
        "notBefore": TDate.of(certificate.not_before),
        "notAfter": TDate.of(certificate.not_after),
    }


def sign_list(room: str, signer: Signer, chain: Sequence[Certificate], payload: dict[str, Any]) -> bytes:
    """Sign the members of a list; `chain` is the signer's certificate first.

    Raises UsageError `<room>.signer-unusable` where key and certificate do not belong together.
    """
    if not chain or len(chain) > LIMITS.chain_certificates or chain[0].public_key != signer.public_key:
        raise UsageError(f"{room}.signer-unusable")
    ders = [certificate.der for certificate in chain]
    unprotected = {HEADER_X5CHAIN: ders[0] if len(ders) == 1 else ders}
    return encode(CoseSign1.sign(signer, encode(payload), unprotected=unprotected).to_list())


def head_members(room: str, head: ListHead, *, provider: str, issue_id: str, url: str) -> dict[str, Any]:
    """Return the head as members to be signed; raise UsageError `<room>.times-unusable`.

    The dates must be in the order date, nextUpdate, notAfter.
    """
    ends = [end for end in (head.next_update, head.not_after) if end is not None]
    if not head.provider or any(end <= head.date for end in ends) or ends != sorted(ends):
        raise UsageError(f"{room}.times-unusable")
    members: dict[str, Any] = {"version": VERSION, provider: head.provider, "date": TDate.of(head.date)}
    optional = {
        issue_id: head.issue_id,
        "nextUpdate": TDate.of(head.next_update) if head.next_update is not None else None,
        "notAfter": TDate.of(head.not_after) if head.not_after is not None else None,
        url: head.url,
    }
    return members | {key: value for key, value in optional.items() if value is not None}
