"""First trust, and more trust later: a person compares a fingerprint, or gives the one to expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import grouped, plain_fingerprint

if TYPE_CHECKING:
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.manifest import Manifest


Role = Literal["issuer-root", "reader-root", "claims", "authority", "issuer-list"]
"""What is new: a root, what an agency with a known root says of itself, an authority, a list of issuers."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an agency says of itself; it proves nothing until a person confirms it."""

    name: str
    country: str
    doc_types: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Manifest) -> Claims:
        """Return what this manifest claims."""
        return cls(manifest.name, manifest.country, manifest.doc_types)

    def added_to(self, before: Claims) -> tuple[str, ...]:
        """Return the docTypes that were not claimed `before`, in order."""
        return tuple(each for each in self.doc_types if each not in before.doc_types)

    def beyond(self, before: Claims) -> tuple[str, ...]:
        """Return which of `name`, `country` and `documents` claims what was not claimed `before`.

        Fewer docTypes claim nothing new.
        """
        differs = {
            "name": self.name != before.name,
            "country": self.country != before.country,
            "documents": bool(self.added_to(before)),
        }
        return tuple(part for part, new in differs.items() if new)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who asks to be trusted, and with what: `claims` is what the folder says of itself.

    `role` says what is new, `fingerprint` is the SHA-256 of the new root in hexadecimal (for `claims`: of the
    agency's issuer root), `shown` the same for people. `before` is what was confirmed earlier where the role
    is `claims`; it is None where nothing of it is left.
    """

    claims: Claims
    role: Role
    fingerprint: str
    before: Claims | None = None

    @property
    def shown(self) -> str:
        """The fingerprint in groups of four."""
        return grouped(self.fingerprint)


Confirm = Callable[[Introduction], bool]
"""Asks a person whether the fingerprint is the one that the agency gave by another way."""


def expecting(*fingerprints: str) -> Confirm:
    """Return a Confirm for scripts: it takes roots with these fingerprints, and what their agencies claim.

    Raises UsageError `trust.fingerprint-form` for anything but whole SHA-256 fingerprints.
    """
    plain = {plain_fingerprint(each) for each in fingerprints}
    if None in plain:
        raise UsageError("trust.fingerprint-form")
    return lambda introduction: introduction.fingerprint in plain


def introduce(contents: AgencyContents, role: Role, before: Claims | None = None) -> Introduction:
    """Introduce the agency by what is new about it."""
    root = contents.reader_fingerprint or "" if role == "reader-root" else contents.fingerprint
    return Introduction(Claims.of(contents.manifest), role, root, before)
