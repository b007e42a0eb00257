"""The counters that an agency vouches for: their names, their ids and the root of their certificates.

A name on a consent page comes from here and never from a request or a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.trust.limits import LIMITS
from counterproof.trust.names import READER_ID, SHA256_HEX, check_shown, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.certificates.revocation import CertificateList

KIND = "counterproof.reader-registry"
VERSION = 1


class RegisteredReader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A counter: its own id and its office's (audiences of the QR exchange), and the name to show.

    `certificates` are SHA-256 fingerprints of its reader certificates; none where a counter has no key and
    is known by its ids alone (shown first, slips).
    """

    id: str
    office: str
    name: str
    certificates: tuple[str, ...] = ()


class _Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.reader-registry"]
    version: int
    readers: tuple[RegisteredReader, ...]


def parse_registry(data: bytes) -> tuple[RegisteredReader, ...]:
    """Read a register of readers strictly.

    Raises MalformedError `json.*`, `trust.reader` with the `position` of the entry, `trust.name`; LimitError
    `trust.too-much`; UnsupportedError `trust.version`.
    """
    members = strict_json.loads(data, limit=LIMITS.registry)
    if type(members.get("version")) is int and members["version"] > VERSION:
        raise UnsupportedError("trust.version", known=VERSION)
    registry = strict_json.convert(members, _Registry)
    if registry.version != VERSION:
        raise MalformedError("trust.manifest", field="version")
    check_readers(registry.readers)
    return registry.readers


def build_registry(readers: Iterable[RegisteredReader]) -> bytes:
    """Write a register of readers; raises as `parse_registry`."""
    entries = tuple(readers)
    check_readers(entries)
    return strict_json.dumps(_Registry(type="counterproof.reader-registry", version=VERSION, readers=entries))


def check_readers(readers: Sequence[RegisteredReader]) -> None:
    """Check ids, names and fingerprints: an id names one counter, and so does a certificate."""
    if len(readers) > LIMITS.readers:
        raise LimitError("trust.too-much", limit=LIMITS.readers)
    ids: set[str] = set()
    certificates: set[str] = set()
    for position, reader in enumerate(readers):
        check_shown(reader.name, field="readers")
        fits = READER_ID.fullmatch(reader.id) and READER_ID.fullmatch(reader.office)
        known = reader.id in ids or not certificates.isdisjoint(reader.certificates)
        sound = all(SHA256_HEX.fullmatch(each) for each in reader.certificates)
        if not fits or known or not sound:
            raise MalformedError("trust.reader", position=position)
        ids.add(reader.id)
        certificates.update(reader.certificates)


@dataclass(frozen=True, slots=True)
class ReaderAuthority:
    """The readers of one agency: their root (None: no counter of it has a key), and their register."""

    agency: str
    root: Certificate | None
    readers: tuple[RegisteredReader, ...]


@dataclass(frozen=True, slots=True)
class TrustedReaders:
    """The readers of every agency that is trusted.

    `anchors` and `crls` are what `examine_chain` asks for with the profile READER.
    """

    authorities: tuple[ReaderAuthority, ...]
    crls: tuple[CertificateList, ...] = ()

    @property
    def anchors(self) -> tuple[Certificate, ...]:
        """The roots of reader certificates, each once."""
        roots = [each.root for each in self.authorities if each.root is not None]
        return tuple(dict.fromkeys(roots))

    def registered(self, leaf: Certificate, anchor: Certificate) -> tuple[str, RegisteredReader] | None:
        """Return the agency's name and the entry of a reader whose chain ends at `anchor`; None if unlisted.

        Only the register of the agency whose root it is counts: no agency names the counters of another.
        """
        wanted = fingerprint(leaf)
        for authority in self.authorities:
            if authority.root == anchor:
                for reader in authority.readers:
                    if wanted in reader.certificates:
                        return authority.agency, reader
        return None

    def named(self, audience: str) -> tuple[tuple[str, RegisteredReader], ...]:
        """Return every entry whose own id or office is `audience`, with the name of its agency."""
        return tuple(
            (authority.agency, reader)
            for authority in self.authorities
            for reader in authority.readers
            if audience in (reader.id, reader.office)
        )
