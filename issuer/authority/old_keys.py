"""Keys that no root names any more: each is remembered until it is destroyed, wherever its stick is.

Nothing is destroyed by the way: a rotation that is tried on a copy of the operator's folder, with the real
sticks, makes keys old in the copy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.authority.keys import DAILY, REGISTRAR, file_name, officer_role
from issuer.authority.records import OldKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import Records, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """An old key: its role, what its file is called, and where it lies: nowhere if its stick is not here."""

    role: str
    file: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """Which old keys were destroyed, or said to be gone, and which are left because they are not here."""

    gone: tuple[HeldKey, ...]
    left: tuple[HeldKey, ...]


def added(records: Records, after: Records) -> tuple[OldKey, ...]:
    """Return the old keys behind a change of keys: those there were, and what `after` has replaced."""
    pairs = [(DAILY, records.daily, after.daily), (REGISTRAR, records.registrar, after.registrar)]
    roles = [OldKey(role=role, key=old) for role, old, new in pairs if old != new]
    officers = [OldKey(role=officer_role(each.number), key=each.key) for each in after.retired]
    return (*records.old_keys, *roles, *officers)


def look(records: Records, keys: KeyFolders, lost: Collection[str] = ()) -> tuple[HeldKey, ...]:
    """Return every old key that was not destroyed, the oldest first.

    Raises UsageError `authority.no-such-old-key` where one of `lost` is no such key's file.
    """
    struck = {each.removesuffix(".key") for each in lost}
    if unknown := struck - {_stem(each) for each in records.old_keys}:
        raise UsageError("authority.no-such-old-key", file=min(unknown))
    return tuple(_held(each, keys) for each in records.old_keys)


def destroy(
    records: Records, shelf: Shelf, keys: KeyFolders, lost: Collection[str]
) -> tuple[Records, Destroyed]:
    """Destroy the old keys that are here, and strike off those that are `lost`, named by their files.

    Raises StoreError `authority.root-waits`, `sealing.*`; UsageError `authority.no-such-old-key`.
    """
    if records.pending_root is not None:
        raise StoreError("authority.root-waits")
    held = look(records, keys, lost)
    struck = {each.removesuffix(".key") for each in lost}
    begun = [
        msgspec.structs.replace(each, begun=str(found.paths[0].parent.absolute())) if found.paths else each
        for each, found in zip(records.old_keys, held, strict=True)
    ]
    records = _remember(records, shelf, begun)
    for path in (path for found in held for path in found.paths):
        keys.destroy(path)
    over = [_stem(each) in struck or _is_gone(each, keys) for each in begun]
    kept = [each for each, done in zip(begun, over, strict=True) if not done]
    gone = tuple(found for found, done in zip(held, over, strict=True) if done)
    left = tuple(found for found, done in zip(held, over, strict=True) if not done)
    records = _remember(records, shelf, kept)
    for each, done in zip(begun, over, strict=True):
        if done:
            keys.unmark(each.role, each.key)
    return records, Destroyed(gone=gone, left=left)


def _is_gone(key: OldKey, keys: KeyFolders) -> bool:
    """Tell whether its destruction was begun, now or by a command that was cut off, and it lies nowhere.

    The mark says so on the stick itself: where another stick is mounted now, or none, nothing is known.
    """
    here = keys.find(key.role, key.key)
    return key.begun is not None and keys.is_marked(key.role, key.key) and not here


def _remember(records: Records, shelf: Shelf, old: Iterable[OldKey]) -> Records:
    changed: Records = msgspec.structs.replace(records, old_keys=tuple(old))
    if changed != records:
        shelf.save(changed)
    return changed


def _held(key: OldKey, keys: KeyFolders) -> HeldKey:
    return HeldKey(role=key.role, file=file_name(key.role, key.key), paths=keys.find(key.role, key.key))


def _stem(key: OldKey) -> str:
    return file_name(key.role, key.key).removesuffix(".key")
