"""Preset dictionary 1, part of the profile: a new dictionary is a new coding number.

`scripts/make_dictionary.py` makes the file; it holds names of structures, element identifiers and the fixed
parts of certificates, and nothing of any person or agency.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import zlib
from typing import Final

from counterproof.mdoc.errors import StoreError

FILE: Final = "dictionary-1.bin"
SHA256: Final = "03a3ae9e048f1d0563a69dccb6619d7ea496f454547e921a6f581a54d6ba3bdb"


@functools.cache
def dictionary() -> bytes:
    """Return dictionary 1; raise StoreError `exchange.dictionary-file` if the installed file is damaged."""
    data = importlib.resources.files(__package__).joinpath(FILE).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise StoreError("exchange.dictionary-file")
    return data


@functools.cache
def dictionary_id() -> bytes:
    """Return DICTID, the Adler-32 of the dictionary, 4 bytes big endian (RFC 1950, 2.2)."""
    return zlib.adler32(dictionary()).to_bytes(4, "big")
