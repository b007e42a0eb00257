"""Every bound of this room in one place, with its unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TrustLimits:
    """Bounds of what an agency publishes and of what is kept of it."""

    manifest: int = 262_144
    """agency.json, bytes."""

    signature: int = 32_768
    """The signature over it with its certificates, bytes."""

    files: int = 512
    """Files that one manifest names."""

    total: int = 134_217_728
    """All files of one agency together, bytes."""

    registry: int = 4_194_304
    """The register of readers, bytes."""

    readers: int = 16_384
    """Readers in one register."""

    name: int = 120
    """A name to be shown, characters."""

    agencies: int = 1_024
    """Agencies in one store."""

    index: int = 4_194_304
    """The index of a store, bytes."""

    purposes: int = 1_048_576
    """A register of purposes, bytes."""

    purposes_kept: int = 4_194_304
    """A register that a store keeps in force in place of a newer one, every member written out, bytes."""

    purposes_count: int = 1_024
    """Purposes in one register."""

    purpose_readers: int = 256
    """Groups of readers of one purpose."""

    purpose_elements: int = 256
    """Elements of one purpose, and sets that stand in for those of one docType."""

    doc_types: int = 256
    """Document types that one agency may sign."""


LIMITS = TrustLimits()

SKEW = timedelta(seconds=60)
"""How far a clock may be behind the one that signed."""
