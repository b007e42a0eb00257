"""Everything that a manifest names, parsed and proven together: one bad file, and nothing is used.

The same function reads a published folder and the local copy, so what was once taken in is proven again
each time it is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from counterproof.credential_types import from_toml
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import IACA, READER_CA
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError
from counterproof.mdoc.limits import LIMITS as MDOC_LIMITS
from counterproof.mdoc.lists.signed_set import SignedSet, VerifiedSignedSet, verify_signed_set
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.trust.limits import LIMITS, SKEW
from counterproof.trust.manifest import FileEntry, Manifest, Role, parse_manifest, prove_manifest
from counterproof.trust.names import fingerprint, sha256
from counterproof.trust.purposes.document import parse_purposes
from counterproof.trust.readers import RegisteredReader, parse_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.lists.status_check import VerifiedStatusList
    from counterproof.trust.purposes.model import Purpose

_STEM = r"[a-z0-9][a-z0-9._-]{0,63}"
PATHS: dict[Role, re.Pattern[str]] = {
    "issuer-root": re.compile(rf"{_STEM}\.pem"),
    "reader-root": re.compile(rf"{_STEM}\.pem"),
    "reader-registry": re.compile(rf"{_STEM}\.json"),
    "purposes": re.compile(rf"{_STEM}\.json"),
    "status-list": re.compile(rf"status/{_STEM}\.cwt"),
    "crl": re.compile(rf"crl/{_STEM}\.crl"),
    "signed-set": re.compile(rf"signed/{_STEM}\.cose"),
    "document-signer": re.compile(rf"signers/{_STEM}\.pem"),
    "credential-type": re.compile(rf"types/{_STEM}\.toml"),
}
"""Where a file of each role may stand: no way leads out of the folder."""

SIZES: dict[Role, int] = {
    "issuer-root": 16_384,
    "reader-root": 16_384,
    "reader-registry": LIMITS.registry,
    "purposes": LIMITS.purposes,
    "status-list": MDOC_LIMITS.status_token.size,
    "crl": MDOC_LIMITS.vical.size,
    "signed-set": MDOC_LIMITS.signed_set.size,
    "document-signer": 16_384,
    "credential-type": 262_144,
}
"""The most that a file of each role may have, bytes."""


@dataclass(frozen=True)
class AgencyContents:
    """What one agency published, proven: `files` maps path to bytes, as received."""

    manifest_bytes: bytes
    signature: bytes
    manifest: Manifest
    files: Mapping[str, bytes]
    root: Certificate
    reader_root: Certificate | None
    readers: tuple[RegisteredReader, ...]
    crls: tuple[CertificateList, ...]
    statuses: StatusLists
    types: Mapping[str, CredentialType] = field(default_factory=dict)
    signed_sets: tuple[VerifiedSignedSet, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    document_signers: tuple[Certificate, ...] = ()

    @property
    def name(self) -> str:
        """The agency's own name for itself, vouched for by whoever confirmed its fingerprint."""
        return self.manifest.name

    @property
    def issued_at(self) -> datetime:
        """When the agency signed this."""
        return self.manifest.issued

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the issuer root, hexadecimal."""
        return fingerprint(self.root)

    @property
    def reader_fingerprint(self) -> str | None:
        """SHA-256 of the reader root, hexadecimal; None without one."""
        return fingerprint(self.reader_root) if self.reader_root is not None else None

    @property
    def status_lists(self) -> tuple[VerifiedStatusList, ...]:
        """The agency's status lists."""
        return tuple(self.statuses)

    @property
    def newest_signed(self) -> datetime:
        """The latest moment that this agency has signed anything in here: time has come so far at least."""
        roots = [self.root] if self.reader_root is None else [self.root, self.reader_root]
        return max(
            self.issued_at,
            *(each.issued_at for each in self.status_lists),
            *(crl.this_update for crl in self.crls),
            *(each.signed.date for each in self.signed_sets),
            *(root.not_before for root in roots),
        )


def assemble(manifest_bytes: bytes, signature: bytes, fetch: Callable[[FileEntry], bytes]) -> AgencyContents:
    """Parse and prove everything as of the moment at which the agency signed it.

    `fetch` gives the bytes of one file. No clock has a say: the same files give the same result for ever;
    whether they are good for today is `check_acceptable`'s and the verifier's business. Raises
    MalformedError and LimitError `trust.*` that name the `file`, CryptoError `trust.signer-*` and
    `trust.signature`, `status.*` for a list; and what `fetch` raises.
    """
    manifest = parse_manifest(manifest_bytes)
    at = manifest.issued
    files = {entry.path: _fetched(entry, fetch) for entry in manifest.files}
    root = _root(manifest, files, "issuer-root", at)
    assert root is not None  # the manifest names exactly one
    reader_root = _root(manifest, files, "reader-root", at)
    crls = _crls(manifest, files, root, reader_root, at)
    prove_manifest(manifest_bytes, signature, root=root, at=at, crls=crls)
    return AgencyContents(
        manifest_bytes=manifest_bytes,
        signature=signature,
        manifest=manifest,
        files=files,
        root=root,
        reader_root=reader_root,
        readers=_readers(manifest, files),
        crls=crls,
        statuses=_statuses(manifest, files, root, crls, at),
        types=_types(manifest, files),
        signed_sets=_signed_sets(manifest, files, root, crls, at),
        purposes=_purposes(manifest, files),
        document_signers=_document_signers(manifest, files, root),
    )


def check_acceptable(contents: AgencyContents, at: datetime) -> None:
    """Check that nothing is from the future, and that the roots have not run out.

    Raises MalformedError `trust.from-future`, which may as well mean that the clock is behind, and
    `trust.root-validity`.
    """
    if contents.issued_at > at + SKEW:
        raise MalformedError("trust.from-future", signed=contents.manifest.issued_at)
    for role in ("issuer-root", "reader-root"):
        root = contents.root if role == "issuer-root" else contents.reader_root
        if root is not None and at > root.not_after:
            raise MalformedError("trust.root-validity", file=role)


def _fetched(entry: FileEntry, fetch: Callable[[FileEntry], bytes]) -> bytes:
    if PATHS[entry.role].fullmatch(entry.path) is None:
        raise MalformedError("trust.path", role=entry.role)
    if entry.size > SIZES[entry.role]:
        raise LimitError("trust.file-too-large", file=entry.path, limit=SIZES[entry.role])
    content = fetch(entry)
    if len(content) != entry.size or sha256(content) != entry.sha256:
        raise MalformedError("trust.hash", file=entry.path)
    return content


def _root(manifest: Manifest, files: Mapping[str, bytes], role: Role, at: datetime) -> Certificate | None:
    """Read a root: a CA that signed itself, in force, and of the agency's country where it names one."""
    for entry in manifest.entries(role):
        try:
            root = Certificate.from_pem(files[entry.path])
        except MalformedError as error:
            raise MalformedError("trust.file-unreadable", file=entry.path, reason=error.code) from None
        profile = IACA if role == "issuer-root" else READER_CA
        sound = root.is_ca and root.subject == root.issuer and root.is_signed_by(root)
        if not sound or root.key_usage != profile.key_usage or files[entry.path] != root.pem:
            raise MalformedError("trust.root", file=entry.path)
        if role == "issuer-root" and root.country != manifest.country:
            raise MalformedError("trust.root-country", file=entry.path)
        if not root.covers(at):
            raise MalformedError("trust.root-validity", file=entry.path)
        return root
    return None


def _crls(
    manifest: Manifest,
    files: Mapping[str, bytes],
    root: Certificate,
    reader_root: Certificate | None,
    at: datetime,
) -> tuple[CertificateList, ...]:
    """Read the CRLs: one of each root at most, and signed by it."""
    found: dict[bytes, CertificateList] = {}
    for entry in manifest.entries("crl"):
        try:
            crl = CertificateList.from_der(files[entry.path])
        except MalformedError as error:
            raise MalformedError("trust.file-unreadable", file=entry.path, reason=error.code) from None
        roots = (root,) if reader_root is None else (root, reader_root)
        signer = next((each for each in roots if crl.is_signed_by(each)), None)
        if signer is None:
            raise MalformedError("trust.crl-signer", file=entry.path)
        if crl.this_update > at + SKEW:
            raise MalformedError("trust.from-future", signed=crl.this_update.isoformat())
        if signer.spki in found:
            raise MalformedError("trust.twice", file=entry.path)
        found[signer.spki] = crl
    return tuple(found.values())


def _readers(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[RegisteredReader, ...]:
    for entry in manifest.entries("reader-registry"):
        return parse_registry(files[entry.path])
    return ()


def _purposes(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Purpose, ...]:
    for entry in manifest.entries("purposes"):
        return parse_purposes(files[entry.path])
    return ()


def _statuses(
    manifest: Manifest,
    files: Mapping[str, bytes],
    root: Certificate,
    crls: tuple[CertificateList, ...],
    at: datetime,
) -> StatusLists:
    """Prove the status lists under this very root."""
    lists = StatusLists()
    for count, entry in enumerate(manifest.entries("status-list"), start=1):
        lists.add(files[entry.path], anchors=[root], at=at, crls=crls)
        if len(lists) != count:
            raise MalformedError("trust.twice", file=entry.path)
    return lists


def _signed_sets(
    manifest: Manifest,
    files: Mapping[str, bytes],
    root: Certificate,
    crls: tuple[CertificateList, ...],
    at: datetime,
) -> tuple[VerifiedSignedSet, ...]:
    """Prove the sets of stolen signers under this very root: one of each signer, and none from the future."""
    found: dict[bytes, VerifiedSignedSet] = {}
    for entry in manifest.entries("signed-set"):
        try:
            signed = SignedSet.from_bytes(files[entry.path])
        except MalformedError as error:
            raise MalformedError("trust.file-unreadable", file=entry.path, reason=error.code) from None
        if signed.date > at + SKEW:
            raise MalformedError("trust.from-future", signed=signed.date.isoformat())
        proven = verify_signed_set(signed, anchors=[root], crls=crls)
        if proven.of in found:
            raise MalformedError("trust.twice", file=entry.path)
        found[proven.of] = proven
    return tuple(found.values())


def _document_signers(
    manifest: Manifest, files: Mapping[str, bytes], root: Certificate
) -> tuple[Certificate, ...]:
    """Read the signers' certificates: of this very root, and each once.

    They are told ahead and decide nothing: a document brings its signer along, and is judged by that.
    """
    found: dict[bytes, Certificate] = {}
    for entry in manifest.entries("document-signer"):
        try:
            certificate = Certificate.from_pem(files[entry.path])
        except MalformedError as error:
            raise MalformedError("trust.file-unreadable", file=entry.path, reason=error.code) from None
        if not certificate.is_signed_by(root) or files[entry.path] != certificate.pem:
            raise MalformedError("trust.signer-foreign", file=entry.path)
        if certificate.der in found:
            raise MalformedError("trust.twice", file=entry.path)
        found[certificate.der] = certificate
    return tuple(found.values())


def _types(manifest: Manifest, files: Mapping[str, bytes]) -> Mapping[str, CredentialType]:
    """Read the credential types: only such as the agency may sign, each once."""
    types: dict[str, CredentialType] = {}
    for entry in manifest.entries("credential-type"):
        try:
            credential_type = from_toml(entry.path, files[entry.path])
        except CounterproofError as error:
            raise MalformedError("trust.file-unreadable", file=entry.path, reason=error.code) from None
        if credential_type.doc_type not in manifest.doc_types:
            raise MalformedError("trust.type-foreign", file=entry.path)
        if credential_type.doc_type in types:
            raise MalformedError("trust.twice", file=entry.path)
        types[credential_type.doc_type] = credential_type
    return types
