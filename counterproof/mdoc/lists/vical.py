"""VICAL: the signed list of issuing authorities and the document types of each (ISO/IEC 18013-5, C.1.7).

`Vical` is parsed; `VerifiedVical` is what may be trusted. Read leniently where lists in the field differ
from the text (their `ski` wrapped in DER, `Extensions` with a capital, small serial numbers without a tag,
the root inside the chain); an authority is its certificate, byte for byte, and nothing beside it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.certificates.profile import VICAL_SIGNER
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.limits import LIMITS
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

IACA_PROFILE = "urn:oid:1.0.18013.5.1.7"
"""The certificateProfile of an issuing authority's root."""

ENTRY_SKIPPED_NOTICE = "vical.entry-skipped"
_SPELLING = {"provider": "vicalProvider", "issue_id": "vicalIssueID", "url": "vicalURL"}


@dataclass(frozen=True, slots=True)
class VicalEntry:
    """An issuing authority's root and the docTypes that it may sign; its texts are plain text."""

    certificate: Certificate
    doc_types: tuple[str, ...]
    profiles: tuple[str, ...] = ()
    issuing_authority: str | None = None
    issuing_country: str | None = None
    state: str | None = None

    @property
    def is_issuer(self) -> bool:
        """Whether the entry is an IACA; without a certificateProfile it is (C.1.7.1)."""
        return not self.profiles or IACA_PROFILE in self.profiles

    def to_map(self) -> dict[str, Any]:
        """Return the CertificateInfo to be signed; raise UsageError `vical.doc-types-unusable`."""
        if not self.doc_types:
            raise UsageError("vical.doc-types-unusable")
        optional = {
            "certificateProfile": list(self.profiles) or None,
            "issuingAuthority": self.issuing_authority,
            "issuingCountry": self.issuing_country,
            "stateOrProvinceName": self.state,
        }
        members = certificate_members(self.certificate, "vical") | {"docType": list(self.doc_types)}
        return members | {key: value for key, value in optional.items() if value is not None}


class Vical(ParsedList[VicalEntry]):
    """A parsed VICAL, proven by nobody yet; `skipped` are entries whose certificates cannot be read."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, data: bytes) -> Vical:
        """Parse a signed VICAL; raise MalformedError or LimitError `cbor.*`, `cose.*`, `mdoc.*`."""
        return cls.from_message(open_message(data, "vical"))

    @classmethod
    def from_message(cls, message: CoseSign1) -> Vical:
        """Parse the payload; raises as `from_bytes`."""
        members = open_members(message, "vical")
        entries, skipped = read_entries(members, "vical", _entry)
        return cls(message, _head(members), entries, skipped)


def _head(members: dict[str, Any]) -> ListHead:
    """Read the head; the draft spells the address vicalURL in one place and vicalURI in another."""
    spelling = _SPELLING | ({"url": "vicalURI"} if "vicalURL" not in members else {})
    return read_head(members, "vical", **spelling)


def _entry(certificate: Certificate, entry: dict[str, Any], path: str) -> VicalEntry:
    doc_types = f.array(entry.get("docType"), path, LIMITS.elements)
    profiles = f.array(entry["certificateProfile"], path, 16) if "certificateProfile" in entry else []
    for name in (*doc_types, *profiles):
        f.check_name(name, path)
    return VicalEntry(
        certificate,
        tuple(doc_types),
        tuple(profiles),
        optional_text(entry, "issuingAuthority", path),
        optional_text(entry, "issuingCountry", path),
        optional_text(entry, "stateOrProvinceName", path),
    )


@dataclass(frozen=True, slots=True)
class VerifiedVical:
    """A list whose signer, signature and dates were proven; made by `examine_vical` alone."""

    vical: Vical
    signer: ListSigner

    @property
    def issuers(self) -> tuple[VicalEntry, ...]:
        """Every issuing authority of the list."""
        return tuple(entry for entry in self.vical.entries if entry.is_issuer)

    def anchors_for(self, doc_type: str) -> tuple[Certificate, ...]:
        """Return the roots that may vouch for documents of this type: the names are compared exactly."""
        return tuple(entry.certificate for entry in self.issuers if doc_type in entry.doc_types)


@dataclass(frozen=True, slots=True)
class VicalFinding:
    """How a VICAL stands; `verified` is there exactly when the standing is ACCEPTED.

    `code` is `ok` or `vical.*` (`cbor.*`, `cose.*`, `mdoc.*` where it is unreadable), `detail` the
    certificate's code behind it. `notices`: `vical.update-due`, `vical.entry-skipped`.
    """

    standing: Standing
    code: str
    detail: str = ""
    notices: tuple[str, ...] = ()
    verified: VerifiedVical | None = None


def examine_vical(
    data: bytes,
    *,
    at: datetime,
    anchors: Sequence[Certificate],
    installed: Vical | None = None,
    crls: Sequence[CertificateList] = (),
    skew: timedelta = SKEW,
) -> VicalFinding:
    """Prove a VICAL under a pinned signer or root, parse it, settle its dates, and refuse a rollback.

    `anchors` are the provider's roots or the signer's own certificate, pinned at install time; `installed`
    is the issue now in use. Never raises for bad bytes.
    """
    vical, judged = examine_list(
        "vical",
        data,
        Vical.from_message,
        anchors=anchors,
        at=at,
        profile=VICAL_SIGNER,
        crls=crls,
        installed=installed,
        skew=skew,
    )
    notices = judged.notices + ((ENTRY_SKIPPED_NOTICE,) if vical is not None and vical.skipped else ())
    verified = (
        VerifiedVical(vical, judged.signer) if vical is not None and judged.signer is not None else None
    )
    return VicalFinding(judged.standing, judged.code, judged.detail, notices, verified)


def build_vical(
    signer: Signer, chain: Sequence[Certificate], *, head: ListHead, entries: Sequence[VicalEntry]
) -> bytes:
    """Sign a VICAL; `chain` is the signer's certificate first.

    Raises UsageError `vical.signer-unusable`, `vical.times-unusable`, `vical.doc-types-unusable`,
    `vical.entry-twice` for a certificate that stands in it twice, and `mdoc.no-key-identifier`.
    """
    if len({entry.certificate.der for entry in entries}) != len(entries):
        raise UsageError("vical.entry-twice")
    members = head_members("vical", head, **_SPELLING)
    members["certificateInfos"] = [entry.to_map() for entry in entries]
    return sign_list("vical", signer, chain, members)
