"""TUF metadata, read strictly before python-tuf reads it, and proven again whenever it is loaded.

python-tuf takes `true` and `8.0` for versions and counts the same key twice under two names; a pack is
refused for both. What is proven here is proven without a clock: whether it is out of date is asked later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from counterproof import strict_json
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError
from counterproof.trust.manifest import parse_time
from counterproof.trust.names import SHA256_HEX
from counterproof.trust.pack import layout
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tuf.api.metadata import DelegatedRole, MetaFile, TargetFile

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

_SIZES = {
    "root": LIMITS.root,
    "timestamp": LIMITS.timestamp,
    "snapshot": LIMITS.snapshot,
    "targets": LIMITS.targets,
}
_SCHEMES = {("ecdsa", "ecdsa-sha2-nistp256"), ("ed25519", "ed25519")}
_ISSUED_AT, _ROOT_VERSION = "issued_at", "root_version"


def check_metadata(data: bytes) -> None:
    """Refuse what python-tuf would let pass: odd versions, unknown keys, one key under two names.

    Raises MalformedError `json.*`, `pack.metadata` with the `field`, `pack.threshold`; LimitError
    `json.too-large`.
    """
    members = strict_json.loads(data, limit=LIMITS.targets)
    signed = members.get("signed")
    if type(signed) is not dict or set(members) != {"signed", "signatures"}:
        raise MalformedError("pack.metadata", field="signed")
    kind = signed.get("_type")
    if type(kind) is not str or kind not in _SIZES:
        raise MalformedError("pack.metadata", field="_type")
    if len(data) > _SIZES[kind]:
        raise LimitError("pack.too-large", file=kind, limit=_SIZES[kind])
    _check_version(signed)
    if kind in ("timestamp", "snapshot"):
        for entry in _map(signed, "meta").values():
            _check_version(entry)
    if kind == "root":
        _check_roles(_map(signed, "keys"), list(_map(signed, "roles").values()))
    if "delegations" in signed:
        delegations = _map(signed, "delegations")
        roles = delegations.get("roles")
        if type(roles) is not list:
            raise MalformedError("pack.metadata", field="roles")
        _check_roles(_map(delegations, "keys"), roles)


def _map(members: dict[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    if type(value) is not dict:
        raise MalformedError("pack.metadata", field=name)
    return value


def _check_version(entry: Any) -> None:
    version = entry.get("version") if type(entry) is dict else None
    if type(version) is not int or not 0 < version <= LIMITS.version:
        raise MalformedError("pack.metadata", field="version")


def _check_roles(keys: dict[str, Any], roles: list[Any]) -> None:
    """Check that each role can be signed, by keys that are all different and of kinds that are known."""
    known = {name: _public(key) for name, key in keys.items()}
    for role in roles:
        named = role.get("keyids") if type(role) is dict else None
        if type(named) is not list or not all(type(each) is str and each in known for each in named):
            raise MalformedError("pack.metadata", field="keyids")
        threshold = role.get("threshold")
        different = len({known[each] for each in named})
        if type(threshold) is not int or not 0 < threshold <= different or different != len(named):
            raise MalformedError("pack.threshold")


def _public(key: Any) -> bytes:
    """Return a public key in its one form, however it was written down."""
    value = key.get("keyval", {}) if type(key) is dict else None
    public = value.get("public") if type(value) is dict else None
    if type(public) is not str or (key.get("keytype"), key.get("scheme")) not in _SCHEMES:
        raise MalformedError("pack.metadata", field="keys")
    try:
        if key["keytype"] == "ed25519":
            return bytes.fromhex(public)
        loaded = load_pem_public_key(public.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        raise MalformedError("pack.metadata", field="keys") from None
    return loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def parse(kind: type[S], data: bytes) -> Metadata[S]:
    """Read metadata of one kind; raises as `check_metadata`."""
    check_metadata(data)
    try:
        found = Metadata[S].from_bytes(data)
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError):
        raise MalformedError("pack.metadata", field=kind.type) from None
    if found.signed.type != kind.type:
        raise MalformedError("pack.metadata", field="_type")
    return found


def prove(delegator: Root | Targets, role: str, offered: Metadata[S]) -> S:
    """Return what is signed, if enough keys of the role signed it; raise CryptoError `pack.signature`."""
    try:
        delegator.verify_delegate(role, offered.signed_bytes, offered.signatures)
    except (RepositoryError, ValueError):
        raise CryptoError("pack.signature", role=role) from None
    return offered.signed


def parse_root(data: bytes) -> Root:
    """Read a root that enough of its own keys signed; raises as `parse` and `prove`."""
    found = parse(Root, data)
    root = prove(found.signed, Root.type, found)
    if not root.consistent_snapshot:
        raise MalformedError("pack.metadata", field="consistent_snapshot")
    return root


def root_fingerprint(data: bytes) -> str:
    """Return the SHA-256, hexadecimal, of the signed part of a root in canonical JSON.

    Signatures that are added later do not change it. Raises as `parse_root`.
    """
    parse_root(data)
    return signed_digest(parse(Root, data))


def signed_digest(found: Metadata[S]) -> str:
    """Return the SHA-256, hexadecimal, of the signed part alone."""
    return hashlib.sha256(found.signed_bytes).hexdigest()


@dataclass(frozen=True, slots=True)
class PackFiles:
    """A pack as it was received: the metadata in force, each agency's part, and files by their SHA-256.

    `former` are the roots before, from the first on, for whoever takes the pack from here; empty where they
    are not known.
    """

    root: bytes
    timestamp: bytes
    snapshot: bytes
    targets: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)
    former: tuple[bytes, ...] = ()

    def everything(self) -> Iterator[bytes]:
        """Yield every file that must be kept."""
        yield from (self.root, self.timestamp, self.snapshot, self.targets)
        yield from self.parts.values()
        yield from self.objects.values()
        yield from self.former


@dataclass(frozen=True, slots=True)
class PackMetadata:
    """The metadata of one pack, proven from its root on; `parts` are the agencies' lists, by id.

    `fingerprint_of_timestamp` tells two timestamps of one version apart.
    """

    root: Root
    timestamp: Timestamp
    snapshot: Snapshot
    targets: Targets
    parts: Mapping[str, Targets]

    @property
    def issued_at(self) -> datetime:
        """When the operator signed the timestamp."""
        return issued_at(self.timestamp)

    @property
    def delegations(self) -> Mapping[str, DelegatedRole]:
        """The agencies that have a part, by id."""
        return delegations(self.targets)


def issued_at(timestamp: Timestamp) -> datetime:
    """Return when a timestamp was signed; raises MalformedError `pack.metadata`."""
    text = timestamp.unrecognized_fields.get(_ISSUED_AT)
    if type(text) is not str:
        raise MalformedError("pack.metadata", field=_ISSUED_AT)
    return parse_time(text)


def named_root_version(timestamp: Timestamp) -> int:
    """Return the version of the root under which a timestamp was signed."""
    version = timestamp.unrecognized_fields.get(_ROOT_VERSION)
    if type(version) is not int:
        raise MalformedError("pack.metadata", field=_ROOT_VERSION)
    return version


def timestamp_fields(at: str, root_version: int) -> dict[str, Any]:
    """Return what a timestamp says beside what TUF asks for."""
    return {_ISSUED_AT: at, _ROOT_VERSION: root_version}


def delegations(targets: Targets) -> Mapping[str, DelegatedRole]:
    """Return who signs which agency's part, by the agency's id.

    Raises MalformedError `pack.delegation` for a role that is not an agency's, that reaches beyond its own
    folder, or that others could take over from; LimitError `pack.too-many`.
    """
    if targets.delegations is None or targets.delegations.roles is None:
        if targets.delegations is not None:
            raise MalformedError("pack.delegation")
        return {}
    found: dict[str, DelegatedRole] = {}
    for name, role in targets.delegations.roles.items():
        agency = layout.agency_of(name)
        if agency is None or not role.terminating or role.paths != layout.part_patterns(agency):
            raise MalformedError("pack.delegation")
        found[agency] = role
    if len(found) > LIMITS.agencies:
        raise LimitError("pack.too-many", limit=LIMITS.agencies)
    return found


def read_metadata(pack: PackFiles) -> PackMetadata:
    """Prove a pack's metadata from its root on, without a clock: every list is the one that is named.

    An agency's part may be older than the one that the snapshot names: it was held back then. Raises
    MalformedError `pack.*`, `json.*`, CryptoError `pack.signature`.
    """
    root = parse_root(pack.root)
    timestamp = prove(root, Timestamp.type, parse(Timestamp, pack.timestamp))
    snapshot = prove(root, Snapshot.type, parse(Snapshot, pack.snapshot))
    check_named(timestamp.snapshot_meta, snapshot.version, pack.snapshot)
    targets = prove(root, Targets.type, parse(Targets, pack.targets))
    meta = snapshot.meta.get("targets.json")
    if meta is None:
        raise MalformedError("pack.metadata", field="meta")
    check_named(meta, targets.version, pack.targets)
    check_files(targets)
    roles = delegations(targets)
    parts = {}
    for agency, data in pack.parts.items():
        if agency in roles:
            parts[agency] = read_part(targets, agency, data)
    return PackMetadata(root, timestamp, snapshot, targets, parts)


def read_part(targets: Targets, agency: str, data: bytes) -> Targets:
    """Prove one agency's part; raises as `read_metadata`, MalformedError `pack.part`."""
    part = prove(targets, layout.role_of(agency), parse(Targets, data))
    outside = any(layout.inside_part(agency, path) is None for path in part.targets)
    if part.delegations is not None or outside:
        raise MalformedError("pack.part", agency=agency)
    for file in part.targets.values():
        check_hash(file)
    return part


def check_files(targets: Targets) -> None:
    """Check that the operator's own list names what it must, and nothing that is an agency's."""
    if len(targets.targets) > LIMITS.files:
        raise LimitError("pack.too-many", limit=LIMITS.files)
    if not all(layout.is_own_path(path) for path in targets.targets):
        raise MalformedError("pack.path")
    for path in layout.REQUIRED:
        if path not in targets.targets:
            raise MalformedError("pack.file-missing", file=path)
    for file in targets.targets.values():
        check_hash(file)


def check_hash(file: TargetFile) -> str:
    """Return a file's SHA-256, the only hash that counts; raise MalformedError `pack.metadata`."""
    sha256 = file.hashes.get("sha256", "")
    if set(file.hashes) != {"sha256"} or SHA256_HEX.fullmatch(sha256) is None:
        raise MalformedError("pack.metadata", field="hashes")
    return sha256


def check_named(meta: MetaFile, version: int, data: bytes) -> None:
    """Check that these bytes are the very ones that the list above names; raise MalformedError."""
    hashes = meta.hashes or {}
    if set(hashes) != {"sha256"} or meta.length is None:
        raise MalformedError("pack.metadata", field="hashes")
    same = hashes["sha256"] == hashlib.sha256(data).hexdigest() and meta.length == len(data)
    if meta.version != version or not same:
        raise MalformedError("pack.hash")
