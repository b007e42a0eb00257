"""What is handed on where nothing but a code gets through: a publisher's lists as a small zip file.

Whoever takes them proves everything as if they had come on a stick, so whoever hands them on can withhold and
cannot change. Where the whole is too much, status lists are left out that a delta makes of an older one
(ADR 53).
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tuf.api.metadata import Root, Snapshot, Targets, Timestamp

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.lists.status_delta import build_status_deltas
from counterproof.trust import folder as folders
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.names import sha256
from counterproof.trust.pack import layout
from counterproof.trust.pack.build import PackOutput
from counterproof.trust.pack.contents import PackContents, assemble_pack
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.metadata import PackFiles, check_hash, delegations, parse, root_fingerprint
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.published import read_published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.pack.sources import Source

_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Handout:
    """Lists of one publisher, path to bytes as they stand in its folder; `deltas` stand in for `lists`."""

    name: str
    fingerprint: str
    issued_at: datetime
    files: Mapping[str, bytes]
    deltas: Mapping[str, bytes] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()

    def archives(self) -> Iterator[bytes]:
        """Yield the whole as a zip file, then without the lists that a delta makes of an older one."""
        yield archive(self.files)
        if self.lists:
            kept = {path: data for path, data in self.files.items() if path not in self.lists}
            yield archive({**kept, **self.deltas})


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these files, stored as they are; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        for path in sorted(files):
            opened.writestr(zipfile.ZipInfo(path, _LONG_AGO), files[path])
    return out.getvalue()


def of_agency(contents: AgencyContents) -> Handout:
    """Return the folder that an agency published, as it is held."""
    signature = folders.signature_name(contents.manifest_bytes)
    own = {FILE_NAME: contents.manifest_bytes, signature: contents.signature}
    return Handout(contents.name, contents.fingerprint, contents.issued_at, {**own, **contents.files})


def of_pack(pack: PackContents, before: PackContents | None = None) -> Handout:
    """Return a pack as it is held, with deltas from the one `before`.

    Raises UsageError `trust.hand-on-part` where a part was held back, without which no pack is whole, and
    `trust.hand-on-roots` where the roots before are not known.
    """
    if any(part.held_back for part in pack.parts):
        raise UsageError("trust.hand-on-part", name=pack.name)
    if len(pack.files.former) != pack.metadata.root.version - 1:
        raise UsageError("trust.hand-on-roots", name=pack.name)
    files, lists = _placed(pack.files)
    old = {stem: data for stem, (_, data) in _placed(before.files)[1].items()} if before is not None else {}
    deltas: dict[str, bytes] = {}
    replaced: set[str] = set()
    for stem, (path, new) in lists.items():
        if stem in old and old[stem] != new:
            made = _delta(old[stem], new)
            deltas |= made
            replaced |= {path} if made else set()
    return Handout(pack.name, pack.fingerprint, pack.issued_at, files, deltas, frozenset(replaced))


def of_folder(published: Path) -> Handout:
    """Return what stands in a published folder or pack, proven as whoever takes it will prove it.

    Raises StoreError `pack.*`, `trust.*`, and as `assemble_pack` and `read_published`.
    """
    source = FolderSource(published)
    if source.read(layout.TIMESTAMP, LIMITS.timestamp) is None:
        if source.read(FILE_NAME, TRUST_LIMITS.manifest) is None:
            raise StoreError("pack.not-a-pack")
        return of_agency(read_published(published))
    found = _gathered(source)
    first = (*found.former, found.root)[0]
    pack = assemble_pack(found, fingerprint=root_fingerprint(first))
    files, lists = _placed(found)
    deltas: dict[str, bytes] = {}
    replaced: set[str] = set()
    for path, data in lists.values():
        made = _deltas_beside(published, sha256(data))
        deltas |= made
        replaced |= {path} if made else set()
    return Handout(pack.name, pack.fingerprint, pack.issued_at, files, deltas, frozenset(replaced))


def _placed(files: PackFiles) -> tuple[dict[str, bytes], dict[str, tuple[str, bytes]]]:
    """Return every file by where it stands, and the status lists among them by what stays of their names."""
    named = {
        path: files.objects[check_hash(file)]
        for data in (files.targets, *files.parts.values())
        for path, file in parse(Targets, data).signed.targets.items()
    }
    roots = dict(enumerate((*files.former, files.root), start=1))
    out = PackOutput(
        roots=roots,
        timestamp=files.timestamp,
        snapshot=files.snapshot,
        targets=files.targets,
        parts=files.parts,
        files=named,
    )
    lists = {
        stem: (layout.stored_name(path, sha256(data)), data)
        for path, data in named.items()
        if (stem := layout.status_stem(path)) is not None
    }
    return out.contents() | {layout.TIMESTAMP: files.timestamp}, lists


def _delta(old: bytes, new: bytes) -> dict[str, bytes]:
    try:
        made = build_status_deltas([old], new)
    except CounterproofError:
        return {}
    most = min(len(new) // 2, LIMITS.delta)
    return {layout.delta_name(name, sha256(new)): data for name, data in made.items() if len(data) <= most}


def _deltas_beside(published: Path, new: str) -> dict[str, bytes]:
    source, found = FolderSource(published), {}
    for path in sorted((published / layout.DELTAS).glob(f"*.{new}.delta")):
        name = f"{layout.DELTAS}/{path.name}"
        data = source.read(name, LIMITS.delta)
        if data is not None:
            found[name] = data
    return found


def _gathered(source: Source) -> PackFiles:
    """Read the newest pack of a folder, and nothing that older ones left there."""
    roots = [_read(source, layout.FIRST_ROOT, LIMITS.root)]
    while len(roots) < LIMITS.root_rotations:
        data = source.read(f"{layout.METADATA}/{len(roots) + 1}.root.json", LIMITS.root)
        if data is None:
            break
        parse(Root, data)
        roots.append(data)
    timestamp = _read(source, layout.TIMESTAMP, LIMITS.timestamp)
    version = parse(Timestamp, timestamp).signed.snapshot_meta.version
    snapshot = _read(source, f"{layout.METADATA}/{version}.snapshot.json", LIMITS.snapshot)
    meta = parse(Snapshot, snapshot).signed.meta

    def listed(role: str) -> bytes:
        if f"{role}.json" not in meta:
            raise StoreError("pack.file-missing", file=f"{role}.json")
        path = f"{layout.METADATA}/{meta[f'{role}.json'].version}.{role}.json"
        return _read(source, path, LIMITS.targets)

    targets = listed("targets")
    agencies = delegations(parse(Targets, targets).signed)
    parts = {agency: listed(layout.role_of(agency)) for agency in agencies}
    objects = {}
    for data in (targets, *parts.values()):
        for path, file in parse(Targets, data).signed.targets.items():
            name = check_hash(file)
            objects[name] = _read(source, layout.stored_name(path, name), file.length)
    return PackFiles(roots[-1], timestamp, snapshot, targets, parts, objects, tuple(roots[:-1]))


def _read(source: Source, path: str, limit: int) -> bytes:
    content = source.read(path, limit)
    if content is None:
        raise StoreError("pack.file-missing", file=path)
    return content
