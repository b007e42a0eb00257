"""The credential types that an agency issues: the files in its catalogue folder, and no others.

Files that ship are copied there when the agency is founded. A type is added by adding a file, and one that
is taken out is issued no more.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from counterproof.credential_types import from_toml
from counterproof.credential_types.calling import called
from counterproof.mdoc.errors import LimitError, MalformedError, StoreError, UsageError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from counterproof.mdoc.catalogue import CredentialType

_MAX_FILE = 262_144
_MAX_FILES = 256


@dataclass(frozen=True, slots=True)
class TypeFile:
    """A credential type as its file says it; `short` is the name of the file without its end."""

    short: str
    toml: bytes
    type: CredentialType


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The types of one agency, in the order of their files."""

    entries: tuple[TypeFile, ...]

    @property
    def doc_types(self) -> tuple[str, ...]:
        """The docTypes."""
        return tuple(entry.type.doc_type for entry in self.entries)

    def find(self, name: str) -> TypeFile:
        """Return the type of that docType or short name, or the one that is called so.

        See `counterproof.credential_types.calling`. Raises UsageError `agency.no-such-type`.
        """
        for entry in self.entries:
            if name in (entry.type.doc_type, entry.short):
                return entry
        meant = called(name, {entry.type.doc_type: entry.type for entry in self.entries})
        if len(meant) == 1:
            return next(entry for entry in self.entries if entry.type.doc_type == meant[0])
        known = ", ".join(entry.short for entry in self.entries) or "none"
        raise UsageError("agency.no-such-type", known=known)


def shipped() -> Catalogue:
    """Return the types that ship with Counterproof."""
    folder = resources.files("counterproof.credential_types")
    found = [(each.name, each.read_bytes()) for each in folder.iterdir() if each.name.endswith(".toml")]
    return _catalogue(sorted(found))


def load(folder: Path) -> Catalogue:
    """Read every `*.toml` file of a folder.

    Raises MalformedError `catalogue.*` and StoreError `catalogue.unreadable`, each with the `file`.
    """
    paths = sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))
    if len(paths) > _MAX_FILES:
        raise MalformedError("catalogue.too-many-files", most=_MAX_FILES)
    # Every file is read each time, and parsed again only where one has changed: a service asks often.
    return _parsed(tuple((path.name, _read(path)) for path in paths))


def choose(names: Sequence[str]) -> Catalogue:
    """Return the shipped types of these docTypes or short names, all of them for no names."""
    every = shipped()
    chosen = {every.find(name).short for name in names}
    return Catalogue(tuple(each for each in every.entries if not chosen or each.short in chosen))


def _read(path: Path) -> bytes:
    try:
        return files.read_regular(path, limit=_MAX_FILE)
    except LimitError:
        raise MalformedError("catalogue.file-too-large", file=path.name, most=_MAX_FILE) from None
    except StoreError:
        raise StoreError("catalogue.unreadable", file=path.name) from None


@functools.lru_cache(maxsize=8)
def _parsed(contents: tuple[tuple[str, bytes], ...]) -> Catalogue:
    return _catalogue(contents)


def _catalogue(contents: Iterable[tuple[str, bytes]]) -> Catalogue:
    entries: dict[str, TypeFile] = {}
    for name, content in contents:
        credential_type = from_toml(name, content)
        if credential_type.doc_type in entries:
            raise MalformedError("catalogue.twice", file=name, doc_type=credential_type.doc_type)
        short = name.removesuffix(".toml")
        entries[credential_type.doc_type] = TypeFile(short, content, credential_type)
    return Catalogue(tuple(entries.values()))
