"""The one way in for all that is published: a folder, a zip file or an address, of agency or authority.

`update` takes what is newer of those who are trusted; `add` asks a person first. What kind it is shows in the
place itself: a pack has a timestamp, an agency's folder has its agency.json.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.pack.layout import TIMESTAMP
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.sources import FolderSource, open_zip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from counterproof.clock import Clock
    from counterproof.trust.confirming import Confirm
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.store import TrustStore
    from counterproof.trust.succession import ChangeSummary


def update(store: TrustStore, source: str | Source, at: datetime, *, clock: Clock) -> ChangeSummary:
    """Take what is newer at `source` (a path, an https address, or what was opened), whole or not at all.

    `at` is when the update begins, and stays the time of all of it; `clock` counts the seconds that a network
    may take. Raises StoreError `pack.not-a-pack`, and as `TrustStore.update` and `TrustStore.take_pack`.
    """
    return _take(store, source, at, clock, None)


def add(
    store: TrustStore, source: str | Source, at: datetime, *, clock: Clock, confirm: Confirm
) -> ChangeSummary:
    """Take what stands at `source`, and trust whoever published it if a person confirms it.

    Raises as `update`, UsageError `trust.not-confirmed`.
    """
    return _take(store, source, at, clock, confirm)


def _take(
    store: TrustStore, source: str | Source, at: datetime, clock: Clock, confirm: Confirm | None
) -> ChangeSummary:
    if isinstance(source, str) and not _is_address(source):
        path = Path(source)
        if files.is_folder(path) and not (path / TIMESTAMP).exists():
            if not (path / FILE_NAME).exists() and (path / "metadata").is_dir():
                raise StoreError("pack.file-missing", file=TIMESTAMP)
            return store.update(path, at=at) if confirm is None else store.add(path, confirm=confirm, at=at)
    with open_source(source, clock) as opened:
        if opened.read(TIMESTAMP, LIMITS.timestamp) is not None:
            return store.take_pack(opened, at=at, confirm=confirm)
        if opened.is_far or opened.read(FILE_NAME, TRUST_LIMITS.manifest) is None:
            raise StoreError("pack.not-a-pack")
        return store.update(opened, at=at) if confirm is None else store.add(opened, confirm=confirm, at=at)


def _is_address(source: str) -> bool:
    return source.lower().startswith(("https://", "http://"))


@contextlib.contextmanager
def open_source(source: str | Source, clock: Clock) -> Iterator[Source]:
    """Open a folder, a zip file or an address; raises StoreError, UsageError and MalformedError `pack.*`."""
    if not isinstance(source, str):
        yield source
    elif _is_address(source):
        from counterproof.trust.pack.https import open_address  # noqa: PLC0415 - no network, no httpx

        with open_address(source, clock.monotonic) as opened:
            yield opened
    elif files.is_folder(Path(source)):
        yield FolderSource(Path(source))
    else:
        with open_zip(Path(source)) as archive:
            yield archive
