"""The index of a store: which agencies are held, under which roots, and where their files stand.

Everything else lies beside it under the name of its own hash, so replacing this one file, which is atomic,
replaces everything at once.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError
from counterproof.trust.limits import LIMITS
from counterproof.trust.manifest import parse_time
from counterproof.trust.names import SHA256_HEX


class HeldAgency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One agency: what a person confirmed (`root`, `reader_root`) and the newest set that was accepted.

    `manifest` and `signature` are SHA-256 names of files. The roots and `issued_at` stand here too, so that
    they are still known when those files cannot be read.
    """

    root: str
    reader_root: str | None
    issued_at: str
    manifest: str
    signature: str


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of current.json."""

    type: Literal["counterproof.trust-store"] = "counterproof.trust-store"
    version: Literal[1] = 1
    agencies: tuple[HeldAgency, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the index as JSON."""
        return strict_json.dumps(
            {"type": self.type, "version": self.version, "agencies": msgspec.to_builtins(self.agencies)}
        )


def parse_index(data: bytes) -> Index:
    """Read an index strictly; raises MalformedError and LimitError `json.*`, `trust.*`."""
    members = strict_json.loads(data, limit=LIMITS.index)
    if members.get("type") != "counterproof.trust-store" or type(members.get("version")) is not int:
        raise MalformedError("trust.damaged")
    index = strict_json.convert(members, Index)
    for held in index.agencies:
        names = (held.root, held.manifest, held.signature, held.reader_root or held.root)
        if not all(SHA256_HEX.fullmatch(each) for each in names):
            raise MalformedError("trust.damaged")
        parse_time(held.issued_at)
    if len({held.root for held in index.agencies}) != len(index.agencies):
        raise MalformedError("trust.damaged")
    return index
