"""The index of a store: who is trusted, by whose word, and where the files stand.

Everything else lies beside it under the name of its own hash, so replacing this one file, which is atomic,
replaces everything at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError
from counterproof.trust.limits import LIMITS
from counterproof.trust.manifest import parse_time
from counterproof.trust.names import SHA256_HEX

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "counterproof.trust-store"


class _Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class HeldAgency(_Held, frozen=True, kw_only=True):
    """One agency: what a person confirmed (`root`, `reader_root`) and the newest set that was accepted.

    `manifest` and `signature` are SHA-256 names of files. The roots and `issued_at` stand here too, so that
    they are still known when those files cannot be read.
    """

    root: str
    reader_root: str | None
    issued_at: str
    manifest: str
    signature: str


class HeldPart(_Held, frozen=True, kw_only=True):
    """One agency's part of a pack: its id, the SHA-256 of its list, and why a newer one was not taken."""

    agency: str
    metadata: str
    held_back: str = ""


class HeldAuthority(_Held, frozen=True, kw_only=True):
    """One authority: its first root's fingerprint, whether a person confirmed it, and the newest pack.

    One that nobody confirmed counts only while a confirmed one recognises it. `root`, `timestamp`, `snapshot`
    and `targets` are SHA-256 names of files, `former` those of the roots before, from the first on. `version`
    is the timestamp's.
    """

    fingerprint: str
    pinned: bool
    version: int
    issued_at: str
    root: str
    timestamp: str
    snapshot: str
    targets: str
    parts: tuple[HeldPart, ...] = ()
    former: tuple[str, ...] = ()


class HeldVical(_Held, frozen=True, kw_only=True):
    """One imported list of issuers: the SHA-256 of the certificate that a person pinned, and of the list."""

    pin: str
    list: str
    issued_at: str


class HeldRegister(_Held, frozen=True, kw_only=True):
    """A register of purposes that counts in place of a newer, wider one, until a person confirms that.

    `publisher` is an authority's fingerprint, or the SHA-256 of an agency's name and key; `purposes` the
    SHA-256 name of the file, None where nothing is in force.
    """

    publisher: str
    purposes: str | None


class Index(_Held, frozen=True, kw_only=True):
    """The content of current.json."""

    type: Literal["counterproof.trust-store"] = "counterproof.trust-store"
    version: Literal[1, 2, 3, 4] = 4
    agencies: tuple[HeldAgency, ...] = ()
    authorities: tuple[HeldAuthority, ...] = ()
    vicals: tuple[HeldVical, ...] = ()
    registers: tuple[HeldRegister, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the index as JSON."""
        return strict_json.dumps(
            {
                "type": self.type,
                "version": 4,
                "agencies": msgspec.to_builtins(self.agencies),
                "authorities": msgspec.to_builtins(self.authorities),
                "vicals": msgspec.to_builtins(self.vicals),
                "registers": msgspec.to_builtins(self.registers),
            }
        )


def parse_index(data: bytes) -> Index:
    """Read an index strictly; raises MalformedError and LimitError `json.*`, `trust.*`."""
    members = strict_json.loads(data, limit=LIMITS.index)
    if members.get("type") != KIND or type(members.get("version")) is not int:
        raise MalformedError("trust.damaged")
    index = strict_json.convert(members, Index)
    if not all(SHA256_HEX.fullmatch(each) for each in _hashes(index)):
        raise MalformedError("trust.damaged")
    times = [each.issued_at for each in index.agencies] + [each.issued_at for each in index.authorities]
    for time in (*times, *(each.issued_at for each in index.vicals)):
        parse_time(time)
    for names in (
        [each.root for each in index.agencies],
        [each.fingerprint for each in index.authorities],
        [each.pin for each in index.vicals],
        [each.publisher for each in index.registers],
    ):
        if len(set(names)) != len(names):
            raise MalformedError("trust.damaged")
    return index


def _hashes(index: Index) -> Iterator[str]:
    for agency in index.agencies:
        yield from (agency.root, agency.manifest, agency.signature, agency.reader_root or agency.root)
    for each in index.authorities:
        yield from (each.fingerprint, each.root, each.timestamp, each.snapshot, each.targets)
        yield from (part.metadata for part in each.parts)
        yield from each.former
    for vical in index.vicals:
        yield from (vical.pin, vical.list)
    for register in index.registers:
        yield from (register.publisher, register.purposes or register.publisher)
