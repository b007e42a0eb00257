"""agency.json: who an agency is, what it may sign and which files belong together, signed by the agency.

Without a signature anybody could put a newer date on an old folder, leave a revocation out, or give a
counter of their own a trusted name. The status signer makes it, because that key is at hand on every day
that lists are published; the IACA's stays in its safe.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.profile import STATUS_SIGNER
from counterproof.mdoc.cose import HEADER_TYPE, HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.mdoc.limits import CborLimits
from counterproof.mdoc.lists.signer import prove_signer
from counterproof.trust.limits import LIMITS
from counterproof.trust.names import COUNTRY, DOC_TYPE, SHA256_HEX, check_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import Signer

STEM = "agency"
FILE_NAME = f"{STEM}.json"
KIND = "counterproof.agency"
VERSION = 1
CONTENT_TYPE = "application/counterproof-agency+json"

# A document signer's key is at hand where cards are made and no word of the agency about itself: whoever
# stole it could rename the agency, or let it sign other types.
_MANIFEST_SIGNER = replace(
    STATUS_SIGNER,
    name="manifest-signer",
    eku_refused=STATUS_SIGNER.eku_refused | {oids.EKU_DOCUMENT_SIGNER, oids.EKU_DOCUMENT_SIGNER_23220},
)

_COSE = CborLimits(size=LIMITS.signature, depth=4, items=64)
_TIME = "%Y-%m-%dT%H:%M:%SZ"

Role = Literal[
    "issuer-root",
    "reader-root",
    "reader-registry",
    "purposes",
    "status-list",
    "crl",
    "signed-set",
    "document-signer",
    "credential-type",
]


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the folder: what it is for, where it stands, its size in bytes and its SHA-256."""

    role: Role
    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of agency.json; `issued_at` is RFC 3339, whole seconds, `Z`."""

    type: Literal["counterproof.agency"]
    version: int
    name: str
    country: str
    issued_at: str
    doc_types: tuple[str, ...]
    files: tuple[FileEntry, ...]

    @property
    def issued(self) -> datetime:
        """When the agency signed this."""
        return parse_time(self.issued_at)

    def entries(self, role: Role) -> tuple[FileEntry, ...]:
        """Return the files of one role, in order."""
        return tuple(entry for entry in self.files if entry.role == role)


def parse_manifest(data: bytes) -> Manifest:
    """Read agency.json strictly.

    Raises MalformedError `json.*`, `trust.manifest` with the `field`, `trust.name`; LimitError
    `json.too-large`, `trust.too-much`; UnsupportedError `trust.version` for a newer form.
    """
    members = strict_json.loads(data, limit=LIMITS.manifest)
    if members.get("type") != KIND:
        raise MalformedError("trust.manifest", field="type")
    if type(members.get("version")) is int and members["version"] > VERSION:
        raise UnsupportedError("trust.version", known=VERSION)
    manifest = strict_json.convert(members, Manifest)
    _check_head(manifest)
    _check_files(manifest)
    return manifest


def _check_head(manifest: Manifest) -> None:
    if manifest.version != VERSION:
        raise MalformedError("trust.manifest", field="version")
    check_shown(manifest.name, field="name")
    if COUNTRY.fullmatch(manifest.country) is None:
        raise MalformedError("trust.manifest", field="country")
    parse_time(manifest.issued_at)
    types = manifest.doc_types
    if not 0 < len(types) <= LIMITS.doc_types or len(set(types)) != len(types):
        raise MalformedError("trust.manifest", field="doc_types")
    if not all(DOC_TYPE.fullmatch(each) for each in types):
        raise MalformedError("trust.manifest", field="doc_types")


def _check_files(manifest: Manifest) -> None:
    entries = manifest.files
    if len(entries) > LIMITS.files:
        raise LimitError("trust.too-much", limit=LIMITS.files)
    if len({entry.path for entry in entries}) != len(entries):
        raise MalformedError("trust.manifest", field="files")
    if any(entry.size < 0 or SHA256_HEX.fullmatch(entry.sha256) is None for entry in entries):
        raise MalformedError("trust.manifest", field="files")
    if sum(entry.size for entry in entries) > LIMITS.total:
        raise LimitError("trust.too-much", limit=LIMITS.total)
    once = {"issuer-root": (1, 1), "reader-root": (0, 1), "reader-registry": (0, 1), "purposes": (0, 1)}
    for role, (least, most) in once.items():
        if not least <= sum(entry.role == role for entry in entries) <= most:
            raise MalformedError("trust.manifest", field=role)


def parse_time(text: str) -> datetime:
    """Return the time that `text` (`YYYY-MM-DDThh:mm:ssZ`) says; raise MalformedError `trust.manifest`."""
    try:
        at = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise MalformedError("trust.manifest", field="issued_at") from None
    if format_time(at) != text:
        raise MalformedError("trust.manifest", field="issued_at")
    return at


def format_time(at: datetime) -> str:
    """Return an aware time as `YYYY-MM-DDThh:mm:ssZ`, cut to whole seconds."""
    return at.astimezone(UTC).strftime(_TIME)


def sign_manifest(manifest: bytes, signer: Signer, chain: Sequence[Certificate]) -> bytes:
    """Sign agency.json as it stands: COSE_Sign1, detached; `chain` begins with the status signer."""
    ders = [certificate.der for certificate in chain]
    headers = {HEADER_TYPE: CONTENT_TYPE, HEADER_X5CHAIN: ders[0] if len(ders) == 1 else ders}
    message = CoseSign1.sign(signer, manifest, detached=True, headers=headers)
    return encode(message.to_list())


def prove_manifest(
    manifest: bytes,
    signature: bytes,
    *,
    root: Certificate,
    at: datetime,
    crls: Sequence[CertificateList] = (),
) -> None:
    """Prove that a status signer under `root` signed these bytes.

    Raises CryptoError `trust.signer-missing`, `trust.signer-untrusted` with a `reason`, `trust.signature`;
    MalformedError `trust.signature-form`, `cbor.*`, `cose.*`, `certificate.*`.
    """
    message = CoseSign1.from_item(decode_exact(signature, _COSE))
    if message.payload is not None or message.headers.get(HEADER_TYPE) != CONTENT_TYPE:
        raise MalformedError("trust.signature-form")
    signed = CoseSign1(message.protected, message.unprotected, manifest, message.proof, message.headers)
    prove_signer("trust", signed, anchors=[root], at=at, profile=_MANIFEST_SIGNER, crls=crls)
