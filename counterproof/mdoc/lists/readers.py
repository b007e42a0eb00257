"""The signed list of reader authorities, after the RICAL of the second-edition draft of ISO/IEC 18013-5.

A wallet believes that a counter is who it says because this list names its root. The draft leaves open
which purpose the signer's certificate states; the one of a VICAL signer is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.certificates.profile import VICAL_SIGNER
from counterproof.mdoc.errors import UnsupportedError, UsageError
from counterproof.mdoc.lists.signed_list import (
    SKEW,
    ListHead,
    ParsedList,
    certificate_members,
    examine_list,
    head_members,
    open_members,
    open_message,
    optional_text,
    read_entries,
    read_head,
    sign_list,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import CoseSign1, Signer
    from counterproof.mdoc.lists.signer import ListSigner
    from counterproof.mdoc.lists.standing import Standing

TYPE = "org.iso.18013.5.1.reader_authentication"
"""The only type of list that this program knows."""

ENTRY_SKIPPED_NOTICE = "readers.entry-skipped"
_SPELLING = {"provider": "provider", "issue_id": "id", "url": "latestRicalUrl"}


@dataclass(frozen=True, slots=True)
class ReaderEntry:
    """A root of readers, and what to call it; the texts are to be shown as plain text."""

    certificate: Certificate
    name: str | None = None
    country: str | None = None
    state: str | None = None

    def to_map(self) -> dict[str, Any]:
        """Return the RICALCertificateInfo to be signed."""
        optional = {"name": self.name, "issuingCountry": self.country, "stateOrProvinceName": self.state}
        members = certificate_members(self.certificate, "readers")
        return members | {key: value for key, value in optional.items() if value is not None}


class ReaderList(ParsedList[ReaderEntry]):
    """A parsed list of readers, proven by nobody yet."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, data: bytes) -> ReaderList:
        """Parse a signed list; raise MalformedError `cbor.*`, `cose.*`, `mdoc.*`, `readers.type`."""
        return cls.from_message(open_message(data, "readers"))

    @classmethod
    def from_message(cls, message: CoseSign1) -> ReaderList:
        """Parse the payload; raises as `from_bytes`."""
        members = open_members(message, "readers")
        if members.get("type") != TYPE:
            raise UnsupportedError("readers.type")
        entries, skipped = read_entries(members, "readers", _entry)
        return cls(message, read_head(members, "readers", **_SPELLING), entries, skipped)


def _entry(certificate: Certificate, entry: dict[str, Any], path: str) -> ReaderEntry:
    if entry.get("trustConstraints"):
        raise UnsupportedError("readers.constrained")  # what is not understood cannot be kept to
    return ReaderEntry(
        certificate,
        optional_text(entry, "name", path),
        optional_text(entry, "issuingCountry", path),
        optional_text(entry, "stateOrProvinceName", path),
    )


@dataclass(frozen=True, slots=True)
class VerifiedReaderList:
    """A list whose signer, signature and dates were proven; made by `examine_readers` alone."""

    readers: ReaderList
    signer: ListSigner

    @property
    def anchors(self) -> tuple[Certificate, ...]:
        """The roots that may vouch for readers."""
        return tuple(entry.certificate for entry in self.readers.entries)

    def name_of(self, certificate: Certificate) -> str | None:
        """Return the list's name for an authority: names come from the list, not from the asker."""
        return next((each.name for each in self.readers.entries if each.certificate == certificate), None)


@dataclass(frozen=True, slots=True)
class ReadersFinding:
    """How a reader list stands; `verified` is there exactly when the standing is ACCEPTED.

    `code`, `detail` and `notices` as in `VicalFinding`, with `readers.` in place of `vical.`.
    """

    standing: Standing
    code: str
    detail: str = ""
    notices: tuple[str, ...] = ()
    verified: VerifiedReaderList | None = None


def examine_readers(
    data: bytes,
    *,
    at: datetime,
    anchors: Sequence[Certificate],
    installed: ReaderList | None = None,
    crls: Sequence[CertificateList] = (),
    skew: timedelta = SKEW,
) -> ReadersFinding:
    """Prove a reader list under a pinned signer or root, parse it, settle its dates, and refuse a rollback.

    Never raises for bad bytes.
    """
    readers, judged = examine_list(
        "readers",
        data,
        ReaderList.from_message,
        anchors=anchors,
        at=at,
        profile=VICAL_SIGNER,
        crls=crls,
        installed=installed,
        skew=skew,
    )
    notices = judged.notices + ((ENTRY_SKIPPED_NOTICE,) if readers is not None and readers.skipped else ())
    verified = (
        VerifiedReaderList(readers, judged.signer)
        if readers is not None and judged.signer is not None
        else None
    )
    return ReadersFinding(judged.standing, judged.code, judged.detail, notices, verified)


def build_readers(
    signer: Signer, chain: Sequence[Certificate], *, head: ListHead, entries: Sequence[ReaderEntry]
) -> bytes:
    """Sign a reader list; `chain` is the signer's certificate first.

    Raises UsageError `readers.signer-unusable`, `readers.times-unusable`, `readers.entry-twice` and
    `mdoc.no-key-identifier`.
    """
    if len({entry.certificate.der for entry in entries}) != len(entries):
        raise UsageError("readers.entry-twice")
    members = head_members("readers", head, **_SPELLING) | {"type": TYPE}
    members["certificateInfos"] = [entry.to_map() for entry in entries]
    return sign_list("readers", signer, chain, members)
