"""Every bound of a pack in one place, with its unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackLimits:
    """Bounds of a pack and of how it is fetched."""

    root: int = 65_536
    """One root, bytes."""

    timestamp: int = 16_384
    """The timestamp, bytes."""

    snapshot: int = 524_288
    """The snapshot, bytes."""

    targets: int = 2_097_152
    """The list of files, or an agency's part of it, bytes."""

    delta: int = 524_288
    """How a newer status list is made of an older one, bytes."""

    deltas_back: int = 7
    """Packs back from which a newer status list can be made of the older one."""

    root_rotations: int = 256
    """Roots that one update walks through."""

    agencies: int = 256
    """Agencies in one pack."""

    files: int = 512
    """Files that the operator's own list names; an agency's part has a bound of its own."""

    total: int = 536_870_912
    """All files that one update fetches together, bytes."""

    version: int = 2**53 - 1
    """The highest version of anything: every JSON reader still tells it from the next one."""

    zip_file: int = 536_870_912
    """A zip file, bytes."""

    zip_entries: int = 16_384
    """Entries of a zip file."""

    request_seconds: float = 20.0
    """How long a server may stay silent, seconds."""

    update_seconds: float = 600.0
    """How long an update over the network may take altogether, seconds."""

    redirects: int = 3
    """Redirects that are followed, on the same host alone."""

    statement: int = 262_144
    """authority.json, bytes."""

    recognised: int = 64
    """Other authorities that one recognises."""


LIMITS = PackLimits()
