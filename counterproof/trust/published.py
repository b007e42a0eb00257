"""The two ends of a published folder: `issuer publish OUT` and `trust add FOLDER`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof import strict_json
from counterproof.credential_types import from_toml
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.lists.signed_set import SignedSet
from counterproof.mdoc.lists.status_token import StatusListToken
from counterproof.sealing import files
from counterproof.trust import folder as folders
from counterproof.trust.contents import AgencyContents, assemble
from counterproof.trust.limits import LIMITS
from counterproof.trust.manifest import (
    FILE_NAME,
    VERSION,
    FileEntry,
    Manifest,
    Role,
    format_time,
    parse_manifest,
    sign_manifest,
)
from counterproof.trust.names import fingerprint, sha256
from counterproof.trust.purposes.document import build_purposes
from counterproof.trust.readers import build_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.cose import Signer
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.purposes.model import Purpose
    from counterproof.trust.readers import RegisteredReader


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPublication:
    """What an agency gives out: bytes as they are signed, and what the manifest says of it.

    `status_lists` are tokens, `crls` DER, `signed_sets` are of signers whose keys were stolen, `types` the
    TOML of credential types; `purposes` are those of the agency's own readers. `document_signers` are those
    in force, and those whose turn is still to come.
    """

    name: str
    country: str
    doc_types: Sequence[str]
    issuer_root: Certificate
    reader_root: Certificate | None = None
    readers: Sequence[RegisteredReader] = ()
    status_lists: Sequence[bytes] = ()
    crls: Sequence[bytes] = ()
    signed_sets: Sequence[bytes] = ()
    types: Sequence[bytes] = ()
    purposes: Sequence[Purpose] = ()
    document_signers: Sequence[Certificate] = ()


def read_published(published: Path | Source) -> AgencyContents:
    """Read a published folder, or a zip file of it, strictly: all of it holds together, or none is used.

    Files that the manifest does not name are never opened. Raises StoreError `trust.file-missing`,
    `trust.file-unusable`, and as `assemble`.
    """

    def read(path: str, limit: int) -> bytes:
        if isinstance(published, Path):
            return folders.read_file(published, path, limit=limit)
        content = published.read(path, limit)
        if content is None:
            raise StoreError("trust.file-missing", file=path)
        return content

    return read_published_through(read)


def read_published_through(read: Callable[[str, int], bytes]) -> AgencyContents:
    """Read what an agency published, wherever it stands: `read` gives a file of at most so many bytes.

    Raises as `read_published`, and what `read` raises.
    """
    manifest = read(FILE_NAME, LIMITS.manifest)
    parse_manifest(manifest)
    signature = read(folders.signature_name(manifest), LIMITS.signature)
    return assemble(manifest, signature, lambda entry: read(entry.path, entry.size))


def write_published(
    out: Path,
    publication: AgencyPublication,
    *,
    signer: Signer,
    chain: Sequence[Certificate],
    issued_at: datetime,
) -> AgencyContents:
    """Publish into the folder `out`, made if need be: readers see the old set or the new one, never a mix.

    `signer` is the status signer, `chain` its certificate first; `issued_at` (aware) is later than that of
    the set that stands there. Nothing is published that `read_published` would refuse. Raises UsageError
    `trust.not-newer`, whatever `assemble` raises, and StoreError `sealing.*`, `trust.in-use`.
    """
    contents, entries = {}, []
    for role, path, content in _files(publication):
        contents[path] = content
        entries.append(FileEntry(role=role, path=path, size=len(content), sha256=sha256(content)))
    manifest = strict_json.dumps(
        Manifest(
            type="counterproof.agency",
            version=VERSION,
            name=publication.name,
            country=publication.country,
            issued_at=format_time(issued_at),
            doc_types=tuple(publication.doc_types),
            files=tuple(entries),
        )
    )
    signature = sign_manifest(manifest, signer, chain)
    proven = assemble(manifest, signature, lambda entry: contents[entry.path])
    with files.plain_errors():
        out.mkdir(mode=0o755, parents=True, exist_ok=True)
    with folders.locked(out):
        _check_newer(out, proven)
        folders.publish(out, {**contents, folders.signature_name(manifest): signature}, manifest)
    return proven


def _files(publication: AgencyPublication) -> Iterator[tuple[Role, str, bytes]]:
    """Name each file by its kind and content."""
    yield _named("issuer-root", "issuer-root", publication.issuer_root.pem, ".pem")
    if publication.reader_root is not None:
        yield _named("reader-root", "reader-root", publication.reader_root.pem, ".pem")
    if publication.readers:
        yield _named("reader-registry", "reader-registry", build_registry(publication.readers), ".json")
    if publication.purposes:
        yield _named("purposes", "purposes", build_purposes(publication.purposes), ".json")
    for number, token in enumerate(sorted(publication.status_lists, key=_list_name), start=1):
        yield _named("status-list", f"status/list-{number}", token, ".cwt")
    for crl in publication.crls:
        is_issuers = CertificateList.from_der(crl).issuer == publication.issuer_root.subject
        yield _named("crl", "crl/issuer" if is_issuers else "crl/reader", crl, ".crl")
    for signed_set in publication.signed_sets:
        of = fingerprint(SignedSet.from_bytes(signed_set).signer_certificate)
        yield _named("signed-set", f"signed/{of[:16]}", signed_set, ".cose")
    for certificate in publication.document_signers:
        stem = f"signers/{fingerprint(certificate)[:16]}"
        yield _named("document-signer", stem, certificate.pem, ".pem")
    for toml in publication.types:
        doc_type = from_toml("a credential type", toml).doc_type.lower()
        yield _named("credential-type", f"types/{re.sub(r'[^a-z0-9.-]', '-', doc_type)[:40]}", toml, ".toml")


def _named(role: Role, stem: str, content: bytes, suffix: str) -> tuple[Role, str, bytes]:
    return role, folders.hashed_name(stem, content, suffix), content


def _list_name(token: bytes) -> str:
    return StatusListToken.from_bytes(token).uri


def _check_newer(out: Path, new: AgencyContents) -> None:
    """Refuse to publish what every reader would take for old; an unreadable set may be replaced."""
    try:
        standing = parse_manifest(folders.read_file(out, FILE_NAME, limit=LIMITS.manifest))
    except StoreError as error:
        if error.code != "trust.file-missing":
            raise
        return
    except CounterproofError:
        return
    if standing.issued >= new.issued_at:
        raise UsageError("trust.not-newer", standing=standing.issued_at)
