"""One update: python-tuf's client, run in a folder of its own over a copy of what is held.

python-tuf writes each list as soon as it has proven it, and files later. So it never sees the store: it works
on a copy that is thrown away, and what it found is taken over in one step by the store, or not at all.

Its clock is the machine's. An update is told a time instead, fixed at its start: the later of the caller's
clock and the floor below which no clock can be right, so that a clock that was set back brings no old list.

What was damaged on the way (a hash that does not fit, a file that is missing) refuses the pack. What an
agency itself got wrong inside its own part holds back that part alone, or one agency could stop a country.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import Root, Targets, Timestamp

from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, MalformedError, StoreError
from counterproof.mdoc.lists.status_delta import apply_status_delta
from counterproof.sealing import files
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.pack import layout
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.metadata import (
    PackFiles,
    check_files,
    check_hash,
    check_metadata,
    delegations,
    named_root_version,
    parse,
    prove,
    read_part,
    signed_digest,
)
from counterproof.trust.pack.tuf_client import FetcherInterface, Updater, UpdaterConfig
from counterproof.trust.pack.work import working_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from tuf.api.metadata import TargetFile

    from counterproof.trust.pack.sources import Source

_BASE = "pack:/"
_CONFIG = UpdaterConfig(
    max_root_rotations=LIMITS.root_rotations,
    root_max_length=LIMITS.root,
    timestamp_max_length=LIMITS.timestamp,
    snapshot_max_length=LIMITS.snapshot,
    targets_max_length=LIMITS.targets,
)


@dataclass(frozen=True)
class Fetched:
    """What an update brought: the pack, and the codes of agencies whose part was held back, by id."""

    pack: PackFiles
    held_back: Mapping[str, str] = field(default_factory=dict)


class _Fetcher(FetcherInterface):
    """Gives python-tuf what a source has, and looks at every list before python-tuf does."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: dict[str, CounterproofError] = {}
        self.timestamp = b""

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.download_bytes(url, LIMITS.targets)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        path = unquote(url.removeprefix(f"{_BASE}/"))
        content = self.source.read(path, max_length)
        if content is None:
            raise tuf_errors.DownloadHTTPError(path, 404)
        try:
            check_metadata(content)
        except CounterproofError as error:
            # An agency's own list is first compared with the hash that the operator signed for it.
            if "agency-" not in path:
                raise
            self.faults[path.rpartition("/")[2].split(".")[1]] = error
        if path == layout.TIMESTAMP:
            self.timestamp = content
        return content


def fetch(
    source: Source, held: PackFiles | None, first_root: bytes, *, at: datetime, folder: Path
) -> Fetched:
    """Bring everything that is new in a pack, and prove that it follows on what is `held`.

    `first_root` is the root to begin with where nothing is held, `at` the moment of the update, `folder` a
    place on the disk for the working copy, which is gone afterwards. Nothing else is written. Raises
    StoreError `pack.*`, `sealing.*`, CryptoError `pack.signature`, MalformedError and LimitError `pack.*`.
    """
    with working_copy(folder) as work:
        return _Update(source, held, first_root, at, work).run()


class _Update:
    def __init__(
        self, source: Source, held: PackFiles | None, first: bytes, at: datetime, work: Path
    ) -> None:
        self._source, self._held, self._first = source, held, first
        self._root = held.root if held is not None else first
        self._at, self._work = at, work
        self._fetcher = _Fetcher(source)
        self._objects: dict[str, bytes] = {}
        self._left = LIMITS.total
        self._lists = _status_lists(held) if held is not None else {}
        self._updater: Updater

    def run(self) -> Fetched:
        self._put_held()
        self._check_same_root()
        with _plain_errors():
            self._updater = Updater(
                str(self._work),
                f"{_BASE}/{layout.METADATA}/",
                fetcher=self._fetcher,
                config=_CONFIG,
                bootstrap=self._root,
            )
            # The one way to give python-tuf a time; a test fails when it goes (ADR 61).
            self._updater._trusted_set.reference_time = self._at  # noqa: SLF001
            self._updater.refresh()
        root = self._read("root_history/" + str(self._root_version()) + ".root.json")
        self._check_timestamp(root)
        targets_bytes = self._read("targets.json")
        targets = parse(Targets, targets_bytes).signed
        check_files(targets)
        for path, file in targets.targets.items():
            self._take(path, file, TRUST_LIMITS.total)
        parts, held_back = self._parts(targets)
        pack = PackFiles(
            root,
            self._read("timestamp.json"),
            self._read("snapshot.json"),
            targets_bytes,
            parts,
            self._objects,
            self._former(),
        )
        return Fetched(pack, held_back)

    def _put_held(self) -> None:
        held = self._held
        if held is None:
            return
        named = {"timestamp": held.timestamp, "snapshot": held.snapshot, "targets": held.targets}
        named |= {layout.role_of(agency): data for agency, data in held.parts.items()}
        for name, data in named.items():
            files.write_atomic(self._work / f"{name}.json", data)

    def _root_version(self) -> int:
        history = (self._work / "root_history").glob("*.root.json")
        return max(int(each.name.partition(".")[0]) for each in history)

    def _former(self) -> tuple[bytes, ...]:
        """Return every root before the one in force, from the first on."""
        known = parse(Root, self._root).signed.version
        walked = [self._read(f"root_history/{each}.root.json") for each in range(known, self._root_version())]
        before = self._held.former if self._held is not None else ()
        if len(before) != known - 1:
            before = self._before(known)
        return (*before, *walked) if len(before) == known - 1 else ()

    def _before(self, known: int) -> tuple[bytes, ...]:
        """Return the roots before the one that is held, where its source has all of them in a chain."""
        found = [self._first]
        try:
            for version in range(2, known + 1):
                path = f"{layout.METADATA}/{version}.root.json"
                data = self._root if version == known else self._source.read(path, LIMITS.root)
                offered = parse(Root, data or b"")
                prove(parse(Root, found[-1]).signed, Root.type, offered)
                if offered.signed.version != version:
                    return ()
                found.append(data or b"")
        except CounterproofError:
            return ()
        return tuple(found[:-1])

    def _read(self, name: str) -> bytes:
        return files.read_regular(self._work / name, limit=LIMITS.targets)

    def _check_same_root(self) -> None:
        """Refuse a pack that has other bytes for the root that is held: one of the two is a lie."""
        held = parse(Root, self._root)
        path = f"{layout.METADATA}/{held.signed.version}.root.json"
        content = self._source.read(path, LIMITS.root)
        if content is None or content == self._root:
            return
        offered = parse(Root, content)
        if signed_digest(offered) != signed_digest(held):
            prove(held.signed, Root.type, offered)
            raise StoreError("pack.two-truths", role="root", version=held.signed.version)

    def _check_timestamp(self, root: bytes) -> None:
        """Refuse a second truth of one version, which python-tuf passes over, and roots left out."""
        offered = parse(Timestamp, self._fetcher.timestamp)
        trusted = parse(Root, root).signed
        if named_root_version(prove(trusted, Timestamp.type, offered)) > trusted.version:
            raise StoreError("pack.root-missing", version=trusted.version)
        if self._held is not None:
            held = parse(Timestamp, self._held.timestamp)
            same = held.signed.version == offered.signed.version
            if same and signed_digest(held) != signed_digest(offered):
                raise StoreError("pack.two-truths", role="timestamp", version=held.signed.version)

    def _parts(self, targets: Targets) -> tuple[dict[str, bytes], dict[str, str]]:
        parts: dict[str, bytes] = {}
        held_back: dict[str, str] = {}
        for agency in delegations(targets):
            try:
                parts[agency] = self._part(targets, agency)
            except _AgencyFault as fault:
                held_back[agency] = fault.code
        return parts, held_back

    def _part(self, targets: Targets, agency: str) -> bytes:
        """Bring one agency's list and its files; raises _AgencyFault for what the agency got wrong."""
        role = layout.role_of(agency)
        try:
            with _transport_errors():
                self._updater.get_targetinfo(f"{layout.part_prefix(agency)}{FILE_NAME}")
        except tuf_errors.RepositoryError as error:
            raise _AgencyFault(_agency_fault(error)) from None
        if role in self._fetcher.faults:
            raise _AgencyFault(self._fetcher.faults[role].code)
        data = self._read(f"{role}.json")
        try:
            part = read_part(targets, agency, data)
        except CounterproofError as error:
            raise _AgencyFault(error.code) from None
        if len(part.targets) > TRUST_LIMITS.files + 2:
            raise _AgencyFault("pack.too-many")
        for path, file in part.targets.items():
            self._take(path, file, TRUST_LIMITS.total)
        return data

    def _take(self, path: str, file: TargetFile, limit: int) -> None:
        """Bring a file, unless it is held under its hash already."""
        name = check_hash(file)
        if name in self._objects:
            return
        known = self._held.objects.get(name) if self._held is not None else None
        if known is None:
            self._left -= file.length
            if file.length > limit or self._left < 0:
                raise LimitError("pack.too-large", file=path, limit=limit)
            known = self._fetched(path, name, file.length)
        self._objects[name] = known

    def _fetched(self, path: str, name: str, length: int) -> bytes:
        """Bring a file, or make it of an older one: first where bytes are dear, and where it is not there."""
        found = self._rebuilt(path, name, length) if self._source.is_far else None
        if found is None:
            found = self._source.read(layout.stored_name(path, name), length)
        if found is None and not self._source.is_far:
            found = self._rebuilt(path, name, length)
        if found is None:
            raise StoreError("pack.file-missing", file=path)
        if len(found) != length or hashlib.sha256(found).hexdigest() != name:
            raise MalformedError("pack.hash", file=path)
        return found

    def _rebuilt(self, path: str, name: str, length: int) -> bytes | None:
        """Make a status list of the one that is held in its place; None where that does not give this one.

        Nobody signs how: what comes out has the signed hash, or is not used.
        """
        old = self._lists.get(layout.status_stem(path) or "")
        base = self._held.objects.get(old) if self._held is not None and old is not None else None
        if old is None or base is None:
            return None
        try:
            delta = self._source.read(layout.delta_name(old, name), min(length // 2, LIMITS.delta))
            found = apply_status_delta(base, delta) if delta is not None else b""
        except CounterproofError:
            return None
        return found if hashlib.sha256(found).hexdigest() == name else None


def _status_lists(held: PackFiles) -> dict[str, str]:
    """Return the SHA-256 of every status list that is held, by what stays the same of its path."""
    return {
        stem: check_hash(file)
        for data in held.parts.values()
        for path, file in parse(Targets, data).signed.targets.items()
        if (stem := layout.status_stem(path)) is not None
    }


class _AgencyFault(Exception):  # noqa: N818 - it ends inside this module
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _agency_fault(error: tuf_errors.RepositoryError) -> str:
    if isinstance(error, tuf_errors.ExpiredMetadataError):
        return "pack.part-expired"
    return "pack.signature" if isinstance(error, tuf_errors.UnsignedMetadataError) else "pack.part"


@contextlib.contextmanager
def _transport_errors() -> Iterator[None]:
    """Turn what was lost or damaged on the way into our codes; the rest passes for the caller to judge."""
    try:
        yield
    except tuf_errors.DownloadHTTPError as error:
        raise StoreError("pack.file-missing", file=str(error)) from None
    except tuf_errors.DownloadError:
        raise StoreError("pack.unreachable", file="") from None
    except tuf_errors.LengthOrHashMismatchError:
        raise MalformedError("pack.hash") from None


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn everything that python-tuf raises into our codes."""
    try:
        with _transport_errors():
            yield
    except tuf_errors.ExpiredMetadataError:
        raise StoreError("pack.expired") from None
    except tuf_errors.UnsignedMetadataError:
        raise CryptoError("pack.signature") from None
    except tuf_errors.BadVersionNumberError:
        raise StoreError("pack.older") from None
    except tuf_errors.RepositoryError:
        raise MalformedError("pack.metadata", field="metadata") from None
