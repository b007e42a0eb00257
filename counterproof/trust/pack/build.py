"""The publishing half: TUF metadata is made and signed here, and a pack is put into a folder.

Versions of everything but roots grow with the time, so that an operator whose disk was restored from a backup
does not say two things under one number.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files as safe_files
from counterproof.trust import folder as folders
from counterproof.trust.manifest import format_time
from counterproof.trust.pack import layout
from counterproof.trust.pack.metadata import timestamp_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
_OURS = re.compile(r"[0-9]+\.[a-z0-9.-]+\.json|[0-9a-f]{64}\.[a-z0-9._-]+")


def public_key(key: ec.EllipticCurvePublicKey) -> SSlibKey:
    """Return a public key as TUF names it: its id is a hash of it."""
    return SSlibKey.from_crypto(key)


def public_pem(key: SSlibKey) -> str:
    """Return a public key as PEM."""
    return str(key.keyval["public"])


def from_pem(pem: str) -> SSlibKey:
    """Return the key of a PEM; raises UsageError `pack.key` for what is no key of a known kind."""
    try:
        loaded = load_pem_public_key(pem.encode("ascii"))
        key = SSlibKey.from_crypto(loaded)
    except (ValueError, TypeError, UnicodeEncodeError):
        raise UsageError("pack.key") from None
    if key.scheme != "ecdsa-sha2-nistp256":
        raise UsageError("pack.key")
    return key


def spki(key: SSlibKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    loaded = load_pem_public_key(public_pem(key).encode("ascii"))
    return loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signer_of(key: ec.EllipticCurvePrivateKey) -> CryptoSigner:
    """Return what signs with this key."""
    return CryptoSigner(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootKeys:
    """Whose keys sign what: officers the root, the registrar the list of files, the daily key the rest."""

    officers: Sequence[SSlibKey]
    threshold: int
    registrar: SSlibKey
    daily: SSlibKey


def make_root(keys: RootKeys, *, version: int, expires: datetime) -> Metadata[Root]:
    """Make a root that nobody has signed yet."""
    known = [*keys.officers, keys.registrar, keys.daily]
    roles = {
        "root": Role([each.keyid for each in keys.officers], keys.threshold),
        "targets": Role([keys.registrar.keyid], 1),
        "snapshot": Role([keys.daily.keyid], 1),
        "timestamp": Role([keys.daily.keyid], 1),
    }
    root = Root(
        version=version,
        expires=expires,
        keys={each.keyid: each for each in known},
        roles=roles,
        consistent_snapshot=True,
    )
    return Metadata(root)


def make_targets(
    files: Mapping[str, bytes], agencies: Mapping[str, SSlibKey], *, version: int, expires: datetime
) -> Metadata[Targets]:
    """Make the operator's list of files, and say which key signs which agency's part."""
    roles = {
        layout.role_of(agency): DelegatedRole(
            name=layout.role_of(agency),
            keyids=[key.keyid],
            threshold=1,
            terminating=True,
            paths=layout.part_patterns(agency),
        )
        for agency, key in sorted(agencies.items())
    }
    delegations = Delegations(keys={key.keyid: key for key in agencies.values()}, roles=roles)
    targets = Targets(
        version=version,
        expires=expires,
        targets=_target_files(files),
        delegations=delegations if roles else None,
    )
    return Metadata(targets)


def make_part(
    agency: str, files: Mapping[str, bytes], *, version: int, expires: datetime
) -> Metadata[Targets]:
    """Make an agency's own list; `files` is path inside its published folder to bytes."""
    prefix = layout.part_prefix(agency)
    named = {f"{prefix}{path}": content for path, content in files.items()}
    return Metadata(Targets(version=version, expires=expires, targets=_target_files(named)))


def _target_files(files: Mapping[str, bytes]) -> dict[str, TargetFile]:
    return {
        path: TargetFile(len(content), {"sha256": hashlib.sha256(content).hexdigest()}, path)
        for path, content in sorted(files.items())
    }


def make_snapshot(
    targets: bytes,
    parts: Mapping[str, bytes],
    former: Mapping[str, MetaFile],
    *,
    version: int,
    expires: datetime,
) -> Metadata[Snapshot]:
    """Name the version of every list; `former` are those of the snapshot before.

    An agency that is gone stays named: TUF takes a missing name for a roll-back.
    """
    meta = dict(former)
    meta["targets.json"] = _meta_file(targets)
    for agency, data in parts.items():
        meta[f"{layout.role_of(agency)}.json"] = _meta_file(data)
    return Metadata(Snapshot(version=version, expires=expires, meta=meta))


def make_timestamp(
    snapshot: bytes, *, version: int, expires: datetime, at: datetime, root_version: int
) -> Metadata[Timestamp]:
    """Name the snapshot, and say when this was signed and under which root."""
    fields = timestamp_fields(format_time(at), root_version)
    timestamp = Timestamp(
        version=version,
        expires=expires,
        snapshot_meta=_meta_file(snapshot),
        unrecognized_fields=fields,
    )
    return Metadata(timestamp)


def _meta_file(data: bytes) -> MetaFile:
    version = Metadata.from_bytes(data).signed.version
    return MetaFile(version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})


def signed(metadata: Metadata[S], signers: Iterable[CryptoSigner]) -> bytes:
    """Sign metadata, beside the signatures that it has, and return it as JSON that people can read."""
    for signer in signers:
        metadata.sign(signer, append=True)
    return to_bytes(metadata)


def to_bytes(metadata: Metadata[S]) -> bytes:
    """Return metadata as JSON."""
    return metadata.to_bytes(JSONSerializer(compact=False))


def next_version(former: int, at: datetime) -> int:
    """Return the version after `former` of what is signed at `at`."""
    return max(former + 1, int(at.timestamp()))


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOutput:
    """A pack as it is to be put down: every root since the first, the lists, and the files by their path.

    `files` has the operator's files by their path, and an agency's by `agencies/<id>/<path>`. `deltas` are
    named by the SHA-256 of the older and the newer status list.
    """

    roots: Mapping[int, bytes]
    timestamp: bytes
    snapshot: bytes
    targets: bytes
    parts: Mapping[str, bytes]
    files: Mapping[str, bytes]
    deltas: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    def contents(self) -> dict[str, bytes]:
        """Return every file but the timestamp by where it stands."""
        found = {f"{layout.METADATA}/{version}.root.json": data for version, data in self.roots.items()}
        found[_versioned("snapshot", self.snapshot)] = self.snapshot
        found[_versioned("targets", self.targets)] = self.targets
        for agency, data in self.parts.items():
            found[_versioned(layout.role_of(agency), data)] = data
        for path, content in self.files.items():
            found[layout.stored_name(path, hashlib.sha256(content).hexdigest())] = content
        return found | {layout.delta_name(*names): delta for names, delta in self.deltas.items()}


def _versioned(role: str, data: bytes) -> str:
    return f"{layout.METADATA}/{Metadata.from_bytes(data).signed.version}.{role}.json"


def write_pack(out: Path, pack: PackOutput, *, keep: Collection[str] = ()) -> list[str]:
    """Put a pack into a folder, made if need be: whoever reads sees the old one or the new one.

    Files that neither this pack nor `keep` names go, if they are ours; others are left alone. Returns what
    stands there now. Raises StoreError `sealing.*`, `trust.in-use`.
    """
    contents = pack.contents()
    with safe_files.plain_errors():
        out.mkdir(mode=0o755, parents=True, exist_ok=True)
    with folders.locked(out):
        folders.put_all(out, contents, (layout.TIMESTAMP, pack.timestamp))
        _sweep(out, {*contents, layout.TIMESTAMP, *keep})
    return sorted(contents)


def _sweep(out: Path, keep: Collection[str]) -> None:
    for top in (layout.METADATA, layout.TARGETS, layout.DELTAS):
        for path in sorted((out / top).rglob("*")):
            relative = path.relative_to(out).as_posix()
            if relative not in keep and _OURS.fullmatch(path.name) and path.is_file():
                path.unlink(missing_ok=True)
