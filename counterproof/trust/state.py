"""One state of a store: its index, and everything that the index refers to, proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CryptoError, MalformedError, StoreError
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.vical import VerifiedVical, examine_vical
from counterproof.trust.limits import LIMITS
from counterproof.trust.manifest import parse_time
from counterproof.trust.names import sha256
from counterproof.trust.purposes.document import build_purposes
from counterproof.trust.succession import check_against, check_succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.index import HeldAgency, HeldAuthority, HeldVical, Index
    from counterproof.trust.pack.contents import PackContents
    from counterproof.trust.purposes.model import Purpose


def kept_register(purposes: Iterable[Purpose]) -> bytes:
    """Return a register as a store keeps it; raises LimitError `json.too-large`."""
    return build_purposes(purposes, limit=LIMITS.purposes_kept)


@dataclass(frozen=True, slots=True)
class ImportedVical:
    """A list of issuers of another maker, under the certificate that a person pinned for it."""

    pin: Certificate
    data: bytes
    verified: VerifiedVical

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        return self.verified.vical.head.date


def proven_vical(data: bytes, pin: Certificate, at: datetime) -> ImportedVical:
    """Prove a list of issuers under a pinned certificate at `at`.

    Raises MalformedError and CryptoError with the list's own code.
    """
    found = examine_vical(data, at=at, anchors=[pin])
    if found.standing is Standing.UNREADABLE:
        raise MalformedError(found.code)
    if found.verified is None:
        raise CryptoError(found.code, reason=found.detail)
    return ImportedVical(pin, data, found.verified)


@dataclass(frozen=True, slots=True)
class State:
    """An index with what it refers to; what is missing there cannot be used any more.

    `contents` is by root, `packs` by the authority's fingerprint, `vicals` by the pin's. `registers` are
    those that count in place of newer, wider ones, by their publisher's key.
    """

    raw: bytes
    index: Index
    contents: dict[str, AgencyContents] = field(default_factory=dict)
    packs: dict[str, PackContents] = field(default_factory=dict)
    vicals: dict[str, ImportedVical] = field(default_factory=dict)
    registers: dict[str, tuple[Purpose, ...]] = field(default_factory=dict)

    def agencies(self) -> tuple[AgencyContents, ...]:
        """Return the agencies that a person added, in order."""
        return tuple(self.contents[each.root] for each in self.index.agencies if each.root in self.contents)

    def damaged(self) -> tuple[str, ...]:
        """Return the fingerprints of those whose files cannot be used."""
        return (
            *(each.root for each in self.index.agencies if each.root not in self.contents),
            *(each.fingerprint for each in self.index.authorities if each.fingerprint not in self.packs),
            *(each.pin for each in self.index.vicals if each.pin not in self.vicals),
        )

    def held(self, new: AgencyContents) -> tuple[HeldAgency | None, AgencyContents | None]:
        """Return the entry of this agency and what is held of it; None for what there is not."""
        entry = next((each for each in self.index.agencies if self._is_same(each, new)), None)
        return entry, self.contents.get(entry.root) if entry is not None else None

    def _is_same(self, entry: HeldAgency, new: AgencyContents) -> bool:
        """Tell whether `entry` is this agency: the same root, or one of the same name and key."""
        if entry.root == new.fingerprint:
            return True
        old = self.contents.get(entry.root)
        return old is not None and (old.root.subject, old.root.spki) == (new.root.subject, new.root.spki)

    def follows(self, new: AgencyContents) -> bool:
        """Check that `new` may come after what is held; return False if it is held already."""
        entry, old = self.held(new)
        if old is not None and not check_succession(old, new):
            return False
        check_against(self.everywhere(), new)
        if old is not None:
            return True
        if entry is not None and new.issued_at < parse_time(entry.issued_at):
            raise StoreError("trust.older", held=entry.issued_at, offered=new.manifest.issued_at)
        return True

    def everywhere(self) -> Iterator[AgencyContents]:
        """Yield everything that is held of agencies, whichever way it came."""
        yield from self.agencies()
        for pack in self.packs.values():
            yield from pack.agencies

    def authority(self, fingerprint: str) -> HeldAuthority | None:
        """Return the entry of an authority."""
        return next((each for each in self.index.authorities if each.fingerprint == fingerprint), None)

    def vical(self, pin: str) -> HeldVical | None:
        """Return the entry of an imported list."""
        return next((each for each in self.index.vicals if each.pin == pin), None)

    def objects(self) -> dict[str, bytes]:
        """Return every file that this state needs, by its hash."""
        return {sha256(content): content for content in self._everything()} | {
            sha256(content): content
            for content in (kept_register(force) for force in self.registers.values() if force)
        }

    def _everything(self) -> Iterator[bytes]:
        for each in self.contents.values():
            yield from (each.manifest_bytes, each.signature, *each.files.values())
        for pack in self.packs.values():
            yield from pack.files.everything()
        for vical in self.vicals.values():
            yield from (vical.pin.der, vical.data)

    def newest_signed(self) -> Iterator[datetime]:
        """Yield the latest moment at which each of those held signed anything."""
        yield from (each.newest_signed for each in self.contents.values())
        yield from (each.newest_signed for each in self.packs.values())
        yield from (each.issued_at for each in self.vicals.values())
