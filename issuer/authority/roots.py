"""The chain of roots: founded by all officers, and from then on each signed by enough of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.trust.pack.build import RootKeys, from_pem, make_root, signer_of, to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import Officer, Records, Shelf

ROOT_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootState:
    """How far a root is: how many signatures are missing of the root before and of its own."""

    version: int
    missing: int

    @property
    def is_done(self) -> bool:
        """Whether enough officers have signed."""
        return self.missing == 0


def newest_root(records: Records, shelf: Shelf) -> Metadata[Root] | None:
    """Return the root in force; None before there is one."""
    if not records.roots:
        return None
    return Metadata[Root].from_bytes(shelf.get(records.roots[str(max(map(int, records.roots)))]))


def next_root(records: Records, at: datetime) -> Metadata[Root]:
    """Make the next root for whoever is in office, signed by nobody yet."""
    keys = RootKeys(
        officers=[from_pem(each.key) for each in records.officers],
        threshold=records.threshold,
        registrar=from_pem(records.registrar),
        daily=from_pem(records.daily),
    )
    version = max((int(each) for each in records.roots), default=0) + 1
    return make_root(keys, version=version, expires=at.replace(microsecond=0) + ROOT_LIFE)


def sign_pending(
    records: Records, shelf: Shelf, keys: KeyFolders, former: Iterable[Officer]
) -> tuple[Records, RootState]:
    """Let every officer who is here sign the pending root; take it in force once enough have.

    `former` are officers of the root before. Raises UsageError `authority.no-pending-root`.
    """
    if records.pending_root is None:
        raise UsageError("authority.no-pending-root")
    pending = Metadata[Root].from_bytes(shelf.get(records.pending_root))
    for officer in {each.number: each for each in (*former, *records.officers)}.values():
        key_id = from_pem(officer.key).keyid
        if key_id in pending.signatures:
            continue
        key = keys.load_officer(officer.number, officer.key)
        if key is not None:
            pending.sign(signer_of(key), append=True)
    state = _state(records, shelf, pending)
    data = shelf.put(to_bytes(pending))
    if not state.is_done:
        waiting: Records = msgspec.structs.replace(records, pending_root=data)
        return waiting, state
    roots = {**records.roots, str(state.version): data}
    done: Records = msgspec.structs.replace(records, roots=roots, pending_root=None)
    return done, state


def former_officers(records: Records) -> tuple[Officer, ...]:
    """Return the officers of the root in force, who must sign the one that waits."""
    return (*records.retired, *records.officers)


def _state(records: Records, shelf: Shelf, pending: Metadata[Root]) -> RootState:
    """Count what is missing; the first root needs its own officers alone."""
    former = newest_root(records, shelf)
    missing = _missing(pending.signed, pending)
    if former is not None:
        missing = max(missing, _missing(former.signed, pending))
    return RootState(version=pending.signed.version, missing=missing)


def _missing(root: Root, offered: Metadata[Root]) -> int:
    try:
        result = root.get_verification_result(Root.type, offered.signed_bytes, offered.signatures)
    except (RepositoryError, ValueError):
        raise StoreError("authority.damaged") from None
    return result.missing
