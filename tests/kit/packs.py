"""An operator of a trust list: packs that are honest by default, each part to be bent by a test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists.readers import ReaderEntry, build_readers
from counterproof.mdoc.lists.signed_list import ListHead
from counterproof.mdoc.lists.vical import VicalEntry, build_vical
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.build import (
    PackOutput,
    RootKeys,
    make_part,
    make_root,
    make_snapshot,
    make_targets,
    make_timestamp,
    next_version,
    public_key,
    signed,
    signer_of,
    write_pack,
)
from counterproof.trust.pack.metadata import root_fingerprint
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.pack.statement import Recognised, Statement
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT, CertificateKit
from tests.kit.published import RESIDENCY, Publisher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner, SSlibKey

    from counterproof.trust.kept import Trust
    from counterproof.trust.succession import ChangeSummary

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YEAR = timedelta(days=365)


@dataclass
class Operator:
    """A city network: three officers of whom two sign a root, a registrar, a daily key, and one agency."""

    seed: str = "city"
    name: str = "City Network"
    country: str = "UT"
    officers: tuple[str, ...] = ("officer-1", "officer-2", "officer-3")
    threshold: int = 2
    registrar: str = "registrar"
    daily: str = "daily"
    agencies: dict[str, Publisher] = field(default_factory=lambda: {"harbour": Publisher()})
    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recognises: tuple[Recognised, ...] = ()
    roots: dict[int, bytes] = field(default_factory=dict)
    kit: CertificateKit = field(init=False)
    published: dict[str, bytes] = field(default_factory=dict)
    former: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kit = CertificateKit(self.seed, self.country)
        self._list_signer = self.kit.vical_signer()
        if not self.roots:
            self.add_root()

    def key(self, label: str) -> SSlibKey:
        return public_key(self.kit.key(label).public_key())

    def signer(self, label: str) -> CryptoSigner:
        return signer_of(self.kit.key(label))

    @property
    def fingerprint(self) -> str:
        return root_fingerprint(self.roots[1])

    def root(self, *, version: int | None = None, expires: datetime = AT + YEAR) -> Metadata[Root]:
        keys = RootKeys(
            officers=[self.key(each) for each in self.officers],
            threshold=self.threshold,
            registrar=self.key(self.registrar),
            daily=self.key(self.daily),
        )
        return make_root(keys, version=version or len(self.roots) + 1, expires=expires)

    def add_root(self, signers: Iterable[str] | None = None, **changes: Any) -> bytes:
        """Make the next root, signed by two of the officers now in office unless others are named."""
        root = self.root(**changes)
        data = signed(root, [self.signer(each) for each in (signers or self.officers[: self.threshold])])
        self.roots[root.signed.version] = data
        return data

    def statement(self) -> Statement:
        return Statement(
            name=self.name,
            country=self.country,
            list_root=self.kit.vical_ca.certificate,
            reader_root=self.kit.reader_ca.certificate,
            recognises=self.recognises,
        )

    def head(self, at: datetime) -> ListHead:
        return ListHead(provider=self.name, date=at, issue_id=int(at.timestamp()), not_after=at + 90 * DAY)

    def vical(self, at: datetime, entries: Iterable[VicalEntry] | None = None) -> bytes:
        own = [
            VicalEntry(each.root, self.scopes.get(name, (RESIDENCY,)), issuing_authority=each.name)
            for name, each in self.agencies.items()
        ]
        signer = SoftwareSigner(self.kit.key("vical"), deterministic=True)
        chosen = list(entries) if entries is not None else own
        return build_vical(signer, [self._list_signer], head=self.head(at), entries=chosen)

    def readers(self, at: datetime) -> bytes:
        entries = [ReaderEntry(self.kit.reader_ca.certificate, self.name)]
        entries += [ReaderEntry(each.kit.reader_ca.certificate, each.name) for each in self.agencies.values()]
        signer = SoftwareSigner(self.kit.key("vical"), deterministic=True)
        return build_readers(signer, [self._list_signer], head=self.head(at), entries=entries)

    def files(self, at: datetime = AT) -> dict[str, bytes]:
        return {
            layout.STATEMENT: self.statement().to_bytes(),
            layout.ISSUERS: self.vical(at),
            layout.READERS: self.readers(at),
        }

    def publish(self, out: Path, at: datetime = AT, **bends: Any) -> Path:
        """Publish into a folder, and return it; `bends` are the names of `Bends`."""
        write_pack(out, self.output(out.parent / f".{out.name}-agencies", at, Bends(**bends)))
        return out

    def output(self, work: Path, at: datetime, bends: Bends) -> PackOutput:
        files = bends.files if bends.files is not None else self.files(at)
        targets = signed(
            make_targets(
                files,
                {name: self.key(f"part-{name}") for name in self.agencies},
                version=bends.targets_version or self._next("targets", at),
                expires=at + 30 * DAY,
            ),
            [self.signer(self.registrar)],
        )
        parts, part_files = self.parts(work, at, bends)
        former = (
            Metadata[Snapshot].from_bytes(self.published["snapshot"]).signed.meta if self.published else {}
        )
        if bends.forget:
            former = {}
        snapshot = signed(
            make_snapshot(
                targets,
                parts,
                former,
                version=bends.snapshot_version or self._next("snapshot", at),
                expires=at + bends.life,
            ),
            [self.signer(self.daily)],
        )
        timestamp = make_timestamp(
            snapshot,
            version=bends.timestamp_version or self._next("timestamp", at),
            expires=at + bends.life,
            at=at,
            root_version=max(self.roots),
        )
        self.published = {"snapshot": snapshot, "targets": targets}
        return PackOutput(
            roots=self.roots,
            timestamp=signed(timestamp, [self.signer(bends.daily or self.daily)]),
            snapshot=snapshot,
            targets=targets,
            parts=parts,
            files={**files, **part_files},
        )

    def parts(self, work: Path, at: datetime, bends: Bends) -> tuple[dict[str, bytes], dict[str, bytes]]:
        parts: dict[str, bytes] = {}
        files: dict[str, bytes] = {}
        for name, publisher in self.agencies.items():
            folder = work / f"{name}-{int(at.timestamp())}-{bends.label}"
            if not folder.exists():
                publisher.publish(folder, at, **bends.agency.get(name, {}))
            own = bends.part_files.get(name) or {
                each.relative_to(folder).as_posix(): each.read_bytes()
                for each in sorted(folder.rglob("*"))
                if each.is_file()
            }
            part = make_part(
                name,
                own,
                version=self._next(f"part-{name}", at),
                expires=at + bends.part_life.get(name, 30 * DAY),
            )
            part.signed.targets |= make_targets(self.foreign, {}, version=1, expires=at).signed.targets
            parts[name] = signed(part, [self.signer(bends.part_keys.get(name, f"part-{name}"))])
            files |= {f"{layout.part_prefix(name)}{path}": content for path, content in own.items()}
        return parts, files

    def _next(self, role: str, at: datetime) -> int:
        self.former[role] = next_version(self.former.get(role, 0), at)
        return self.former[role]


@dataclass(frozen=True)
class Bends:
    """What is dishonest, or just unusual, about one pack."""

    label: str = ""
    life: timedelta = WEEK
    timestamp_version: int = 0
    snapshot_version: int = 0
    targets_version: int = 0
    daily: str = ""
    forget: bool = False
    files: Mapping[str, bytes] | None = None
    agency: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    part_files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    part_life: Mapping[str, timedelta] = field(default_factory=dict)
    part_keys: Mapping[str, str] = field(default_factory=dict)


class Counter:
    """A store that holds an operator's first pack, and what comes after it."""

    def __init__(self, folder: Path, operator: Operator | None = None) -> None:
        self.operator = operator or Operator()
        self.folder = folder
        self.store = TrustStore(folder / "store")
        self.pack = self.operator.publish(folder / "pack", AT)
        self.store.take_pack(FolderSource(self.pack), at=AT, confirm=expecting(self.operator.fingerprint))

    def publish(self, days: float = 1, **bends: Any) -> Path:
        return self.operator.publish(self.folder / "pack", AT + days * DAY, **bends)

    def update(self, days: float = 1) -> ChangeSummary:
        return self.store.take_pack(FolderSource(self.pack), at=AT + days * DAY)

    def refuses(self, days: float = 1) -> str:
        """Update, and return the code with which it is refused; what was held must stay."""
        before = TrustStore(self.folder / "store").read()
        with pytest.raises(CounterproofError) as caught:
            self.update(days)
        after = TrustStore(self.folder / "store").read()
        assert [each.pack.files for each in after.authorities] == [
            each.pack.files for each in before.authorities
        ]
        assert after.damaged == ()
        return caught.value.code

    def held(self) -> list[bytes]:
        return list(self.trust.authorities[0].pack.files.everything())

    def named_hashes(self) -> set[str]:
        """Return the hash of every file that the newest lists of the pack name."""
        found = {file.hashes["sha256"] for file in targets_of(self.pack).signed.targets.values()}
        for agency in self.operator.agencies:
            newest = max((self.pack / layout.METADATA).glob(f"*.agency-{agency}.json"), key=_number)
            part = Metadata[Targets].from_bytes(newest.read_bytes()).signed
            found |= {file.hashes["sha256"] for file in part.targets.values()}
        return found

    @property
    def trust(self) -> Trust:
        return TrustStore(self.folder / "store").read()

    @property
    def root_version(self) -> int:
        return TrustStore(self.folder / "store").read().authorities[0].pack.metadata.root.version


def timestamp_of(folder: Path) -> Metadata[Timestamp]:
    """Read a pack's timestamp."""
    return Metadata[Timestamp].from_bytes((folder / layout.TIMESTAMP).read_bytes())


def targets_of(folder: Path) -> Metadata[Targets]:
    """Read a pack's newest list of files."""
    newest = max((folder / layout.METADATA).glob("*.targets.json"), key=_number)
    return Metadata[Targets].from_bytes(newest.read_bytes())


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0])


__all__ = ["DAY", "WEEK", "YEAR", "Bends", "Counter", "Operator", "replace", "targets_of", "timestamp_of"]
