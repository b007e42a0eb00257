"""The highest counter seen, kept outside the vault, so that a whole old file put back is noticed.

A file cannot tell by itself that it is old. The mark lies in the user's state folder under a name
derived from the vault key; it holds no secret and nothing that ties it to a vault for anybody
without the key. Whoever puts back the old vault together with the old mark, or removes the mark, is
not noticed: this is a notice for people who restored a folder, not a defence against a thief.

    magic 8 | counter u64 | saved at, Unix seconds u64 | tag of the manifest 16 | HMAC-SHA-256 32
"""

from __future__ import annotations

import contextlib
import hmac
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError, StoreError
from counterproof.sealing import files

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.vault.keys import VaultKeys

_MAGIC = b"CPMARK1\n"
_BODY = struct.Struct(">8sQQ16s")
_MAC_BYTES = 32
_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Mark:
    """The last save that this machine saw: counter, Unix seconds, and the tag of its manifest."""

    counter: int
    saved_at: int
    manifest_tag: bytes

    def is_ahead_of(self, other: Mark) -> bool:
        """Say whether `other` is an older state than this, or another state of the same count."""
        if self.counter == other.counter:
            return self.manifest_tag != other.manifest_tag
        return self.counter > other.counter


class MarkFile:
    """Where the mark of one vault is kept; `folder=None` keeps none."""

    def __init__(self, folder: Path | None, keys: VaultKeys) -> None:
        self._path = folder / f"{keys.mark_name}.mark" if folder is not None else None
        self._key = keys.mark

    def read(self) -> Mark | None:
        """Return the mark, or None when there is none that this vault's key has made."""
        if self._path is None:
            return None
        try:
            content = files.read_regular(self._path, limit=_LIMIT)
        except CounterproofError:
            return None
        body, mac = content[: _BODY.size], content[_BODY.size :]
        if not hmac.compare_digest(mac, hmac.digest(self._key, body, "sha256")):
            return None
        magic, counter, saved_at, tag = _BODY.unpack(body)
        return Mark(counter, saved_at, tag) if magic == _MAGIC else None

    def write(self, mark: Mark) -> None:
        """Keep the mark if the disk lets us: the vault has been saved, and that is what counts."""
        if self._path is None:
            return
        body = _BODY.pack(_MAGIC, mark.counter, mark.saved_at, mark.manifest_tag)
        with contextlib.suppress(StoreError):
            files.private_dir(self._path.parent)
            files.write_atomic(self._path, body + hmac.digest(self._key, body, "sha256"))
