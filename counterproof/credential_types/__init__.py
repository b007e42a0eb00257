"""The credential types that ship with Counterproof, and those that an agency puts into a folder.

One TOML file a type. Wallets and counters read the labels here, so the files stand in the shared library.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterproof.mdoc.catalogue import CredentialType, parse
from counterproof.mdoc.errors import MalformedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_MAX_FILE = 262_144
_MAX_FILES = 256

# The reader's time grows with the square of the parts of one key: 40 kB of `a.a.a` take six seconds.
_MAX_DOTS = 40


@cache
def shipped() -> Mapping[str, CredentialType]:
    """Return docType -> credential type for every shipped type, in order of file name."""
    folder = resources.files(__name__)
    return _by_doc_type((f"{name}.toml", (folder / f"{name}.toml").read_bytes()) for name in file_names())


def file_names() -> tuple[str, ...]:
    """Return the names of the shipped files without their ends, sorted."""
    entries = resources.files(__name__).iterdir()
    return tuple(sorted(each.name.removesuffix(".toml") for each in entries if each.name.endswith(".toml")))


def load_folder(path: Path) -> Mapping[str, CredentialType]:
    """Return docType -> credential type for every `*.toml` file in a folder; empty where there is no folder.

    Raises MalformedError `catalogue.not-toml`, `catalogue.invalid`, `catalogue.twice`,
    `catalogue.file-too-large` or `catalogue.too-many-files`, StoreError `catalogue.unreadable`;
    each names the `file`.
    """
    if not path.is_dir():
        return MappingProxyType({})
    files = sorted(file for file in path.glob("*.toml") if not file.name.startswith("."))
    if len(files) > _MAX_FILES:
        raise MalformedError("catalogue.too-many-files", most=_MAX_FILES)
    return _by_doc_type((file.name, _read(file)) for file in files)


def known(folder: Path | None = None) -> Mapping[str, CredentialType]:
    """Return the shipped types and those of a folder together; a file for a shipped docType replaces it."""
    own = load_folder(folder) if folder is not None else {}
    return MappingProxyType({**shipped(), **own})


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_FILE + 1)
    except OSError:
        raise StoreError("catalogue.unreadable", file=file.name) from None
    if len(content) > _MAX_FILE:
        raise MalformedError("catalogue.file-too-large", file=file.name, most=_MAX_FILE)
    return content


def _by_doc_type(files: Iterable[tuple[str, bytes]]) -> Mapping[str, CredentialType]:
    types: dict[str, CredentialType] = {}
    for name, content in files:
        credential_type = from_toml(name, content)
        if credential_type.doc_type in types:
            raise MalformedError("catalogue.twice", file=name, doc_type=credential_type.doc_type)
        types[credential_type.doc_type] = credential_type
    return MappingProxyType(types)


@lru_cache(maxsize=128)
def from_toml(name: str, content: bytes) -> CredentialType:
    """Return the credential type of one file called `name`.

    The same bytes are parsed once: reading TOML costs more than signing a batch does.

    Raises MalformedError `catalogue.not-toml`, `catalogue.invalid` or `catalogue.file-too-large`, with `name`
    as `file`.
    """
    if len(content) > _MAX_FILE:
        raise MalformedError("catalogue.file-too-large", file=name, most=_MAX_FILE)
    if any(line.count(b".") > _MAX_DOTS for line in content.split(b"\n")):
        raise MalformedError("catalogue.not-toml", file=name, reason="a key of too many parts")
    try:
        mapping = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError(
            "catalogue.not-toml", file=name, reason=f"byte {error.start} is not UTF-8"
        ) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedError("catalogue.not-toml", file=name, reason=str(error)) from None
    except ValueError:  # Python's own limit of 4,300 digits, which the reader lets through
        raise MalformedError("catalogue.not-toml", file=name, reason="a number is too long") from None
    try:
        return parse(mapping)
    except MalformedError as error:
        raise MalformedError(error.code, file=name, **error.facts) from None
