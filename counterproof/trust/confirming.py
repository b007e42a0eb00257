"""First trust, and trust in another root: a person compares a fingerprint, or gives the one to expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import grouped, plain_fingerprint

if TYPE_CHECKING:
    from counterproof.trust.contents import AgencyContents


Role = Literal["issuer-root", "reader-root"]


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who asks to be trusted: `name` is what the folder says of itself and proves nothing by itself.

    `role` says which root is new, `fingerprint` is its SHA-256 in hexadecimal, `shown` the same for people.
    """

    name: str
    country: str
    doc_types: tuple[str, ...]
    role: Role
    fingerprint: str

    @property
    def shown(self) -> str:
        """The fingerprint in groups of four."""
        return grouped(self.fingerprint)


Confirm = Callable[[Introduction], bool]
"""Asks a person whether the fingerprint is the one that the agency gave by another way."""


def expecting(*fingerprints: str) -> Confirm:
    """Return a Confirm that takes roots with these fingerprints, for scripts.

    Raises UsageError `trust.fingerprint-form` for anything but whole SHA-256 fingerprints.
    """
    plain = {plain_fingerprint(each) for each in fingerprints}
    if None in plain:
        raise UsageError("trust.fingerprint-form")
    return lambda introduction: introduction.fingerprint in plain


def introduce(contents: AgencyContents, role: Role) -> Introduction:
    """Introduce the agency by one of its roots."""
    digits = contents.fingerprint if role == "issuer-root" else contents.reader_fingerprint or ""
    manifest = contents.manifest
    return Introduction(manifest.name, manifest.country, manifest.doc_types, role, digits)
