"""Publishing a pack: the agencies' parts are taken over as they signed them; the daily key signs the rest.

No other key is needed for it, and the daily key can change nothing in any list: it says which are the newest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp

from counterproof.mdoc.errors import CounterproofError, MalformedError, StoreError, UsageError
from counterproof.trust import folder as folders
from counterproof.trust.limits import SKEW
from counterproof.trust.pack import layout
from counterproof.trust.pack.build import (
    PackOutput,
    make_snapshot,
    make_timestamp,
    next_version,
    signed,
    signer_of,
    write_pack,
)
from counterproof.trust.pack.contents import assemble_pack, part_contents
from counterproof.trust.pack.metadata import PackFiles, check_hash, read_part, root_fingerprint
from counterproof.trust.purposes import parse_purposes
from counterproof.trust.succession import check_succession
from issuer.authority import agencies
from issuer.authority.deltas import deltas, former_lists
from issuer.authority.findings import Finding, look
from issuer.authority.keys import DAILY

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.purposes import Purpose
    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import ListedAgency, Records, Shelf


_OWN_ENDS = ("authority.lists-end", "authority.root-ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPart:
    """What became of one agency's part: `code` is `new`, `same`, `away`, or says why it was not taken."""

    agency: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published, or would be; `findings` is what runs out soon."""

    issued_at: datetime
    valid_until: datetime
    version: int
    fingerprint: str
    parts: tuple[TakenPart, ...]
    files: int
    deltas: int
    findings: tuple[Finding, ...]


def publish(
    records: Records,
    shelf: Shelf,
    keys: KeyFolders,
    at: datetime,
    out: Path,
    *,
    life_days: int,
    dry_run: bool,
) -> tuple[Published, Records]:
    """Take over what agencies have published, and put the pack into `out`.

    A part that cannot be taken is left as it was, and said. Nothing is published that a counter would
    refuse. Raises UsageError `authority.out-inside`, StoreError `authority.root-waits`, `authority.key-away`,
    `authority.lists-over`, `sealing.*`, `trust.in-use`.
    """
    at = at.replace(microsecond=0)
    _check_apart(shelf.folder, out)
    if records.pending_root is not None:
        raise StoreError("authority.root-waits")
    _check_lists(look(records, shelf, at), at)
    taken: list[TakenPart] = []
    for each in records.agencies:
        entry, code = _taken(records, shelf, each, at)
        taken.append(TakenPart(agency=each.id, code=code))
        others = tuple(entry if one.id == each.id else one for one in records.agencies)
        records = msgspec.structs.replace(records, agencies=others)
    records, output = _signed(records, shelf, keys, at, at + timedelta(days=life_days))
    fingerprint = _check(output)
    if not dry_run:
        # First what was given out, then the pack: a number that a counter has seen is never given again.
        shelf.save(records)
        standing = write_pack(out, output, keep=records.standing)
        records = msgspec.structs.replace(records, standing=tuple(standing))
        shelf.save(records)
        shelf.sweep(records)
    done = Published(
        issued_at=at,
        valid_until=at + timedelta(days=life_days),
        version=Metadata[Timestamp].from_bytes(output.timestamp).signed.version,
        fingerprint=fingerprint,
        parts=tuple(taken),
        files=len(output.contents()) + 1,
        deltas=len(output.deltas),
        findings=look(records, shelf, at),
    )
    return done, records


def purposes(records: Records, shelf: Shelf) -> tuple[Purpose, ...]:
    """Return the purposes that are registered."""
    return parse_purposes(shelf.get(records.purposes)) if records.purposes is not None else ()


def _check_apart(folder: Path, out: Path) -> None:
    """Refuse a place from which a key would be carried to counters along with the pack."""
    inside, target = folder.resolve(), out.resolve()
    if target.is_relative_to(inside) or inside.is_relative_to(target) or any(target.glob("*.key")):
        raise UsageError("authority.out-inside")


def _taken(records: Records, shelf: Shelf, entry: ListedAgency, at: datetime) -> tuple[ListedAgency, str]:
    """Take one agency's part over, if there is a newer one that holds together."""
    folder = Path(entry.folder)
    try:
        data = agencies.part_of(folder, entry.id)
        if data is None:
            return entry, "away"
        if entry.part is not None and shelf.get(entry.part) == data:
            return entry, "same"
        part = _proven(records, shelf, entry, data)
        if entry.part is not None:
            held = Metadata[Targets].from_bytes(shelf.get(entry.part)).signed.version
            if part.version <= held:
                return entry, "pack.older"
        objects = _objects(folder, entry, part)
        contents = part_contents(part, PackFiles(b"", b"", b"", b"", {}, objects), entry.id)
        _check_follows(records, shelf, entry, contents, at)
    except CounterproofError as error:
        return entry, error.code
    if contents.root.der != agencies.certificate_of(entry).der:
        return entry, "authority.other-root"
    files = {path: shelf.put(objects[check_hash(file)]) for path, file in part.targets.items()}
    former = former_lists(entry, files)
    taken: ListedAgency = msgspec.structs.replace(entry, part=shelf.put(data), files=files, former=former)
    return taken, "new"


def _check_follows(
    records: Records, shelf: Shelf, entry: ListedAgency, new: AgencyContents, at: datetime
) -> None:
    """Check that a part takes nothing back that its last one said, and is not from the future.

    A counter that holds the last one would hold it back as well; one that begins today could not.
    """
    if new.newest_signed > at + SKEW:
        raise MalformedError("pack.part-from-future")
    if entry.part is None:
        return
    try:
        part = _proven(records, shelf, entry, shelf.get(entry.part))
        objects = {name: shelf.get(name) for name in entry.files.values()}
        held = part_contents(part, PackFiles(b"", b"", b"", b"", {}, objects), entry.id)
    except CounterproofError:
        return  # what cannot be read any more counters cannot read either, and it is to be replaced
    check_succession(held, new)


def _proven(records: Records, shelf: Shelf, entry: ListedAgency, data: bytes) -> Targets:
    assert records.targets is not None  # every operator has a list from its first day on
    targets = Metadata[Targets].from_bytes(shelf.get(records.targets)).signed
    return read_part(targets, entry.id, data)


def _objects(folder: Path, entry: ListedAgency, part: Targets) -> dict[str, bytes]:
    found = {}
    for path, file in part.targets.items():
        inner = layout.inside_part(entry.id, path) or ""
        content = folders.read_file(folder, inner, limit=file.length)
        name = hashlib.sha256(content).hexdigest()
        if name != check_hash(file):
            raise StoreError("authority.part-torn", file=inner)
        found[name] = content
    return found


def _signed(
    records: Records, shelf: Shelf, keys: KeyFolders, at: datetime, until: datetime
) -> tuple[Records, PackOutput]:
    daily = signer_of(keys.load(DAILY, records.daily))
    assert records.targets is not None  # as above
    parts = {each.id: shelf.get(each.part) for each in records.agencies if each.part is not None}
    targets = shelf.get(records.targets)
    before = Metadata[Snapshot].from_bytes(shelf.get(records.snapshot)).signed if records.snapshot else None
    snapshot = make_snapshot(
        targets,
        parts,
        before.meta if before is not None else {},
        version=next_version(before.version if before is not None else 0, at),
        expires=until,
    )
    snapshot_bytes = signed(snapshot, [daily])
    former = (
        Metadata[Timestamp].from_bytes(shelf.get(records.timestamp)).signed if records.timestamp else None
    )
    timestamp = make_timestamp(
        snapshot_bytes,
        version=next_version(former.version if former is not None else 0, at),
        expires=until,
        at=at,
        root_version=max(map(int, records.roots)),
    )
    timestamp_bytes = signed(timestamp, [daily])
    files = {path: shelf.get(name) for path, name in records.own_files.items()}
    for each in records.agencies:
        files |= {path: shelf.get(name) for path, name in each.files.items()}
    output = PackOutput(
        roots={int(version): shelf.get(name) for version, name in records.roots.items()},
        timestamp=timestamp_bytes,
        snapshot=snapshot_bytes,
        targets=targets,
        parts=parts,
        files=files,
        deltas=deltas(records, shelf),
    )
    changed: Records = msgspec.structs.replace(
        records, snapshot=shelf.put(snapshot_bytes), timestamp=shelf.put(timestamp_bytes)
    )
    return changed, output


def _check(output: PackOutput) -> str:
    """Read what is about to be published as a counter will; return the fingerprint."""
    files = PackFiles(
        root=output.roots[max(output.roots)],
        timestamp=output.timestamp,
        snapshot=output.snapshot,
        targets=output.targets,
        parts=output.parts,
        objects={hashlib.sha256(content).hexdigest(): content for content in output.files.values()},
    )
    fingerprint = root_fingerprint(output.roots[1])
    assemble_pack(files, fingerprint=fingerprint)
    return fingerprint


def _check_lists(found: tuple[Finding, ...], at: datetime) -> None:
    """Refuse to say of lists that have run out that they are the newest."""
    late = [each for each in found if not each.agency and each.until <= at and each.code in _OWN_ENDS]
    if late:
        raise StoreError("authority.lists-over", lists=", ".join(sorted({each.what for each in late})))
