"""From the status lists of the last packs to those of this one, in a few kilobytes each.

Nobody signs them: what comes out of one is the list that its agency signed, or is thrown away. The operator
makes them, because what counters hold is what was in packs, not whatever an agency published in between.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists.status_delta import build_status_deltas
from counterproof.trust.pack.layout import status_stem
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.authority.records import ListedAgency, Records, Shelf


def former_lists(entry: ListedAgency, files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the status lists of the packs before, when `files` (path to SHA-256) take the place of these."""
    held = _lists(entry.files)
    return {
        stem: tuple(dict.fromkeys((*entry.former.get(stem, ()), held[stem])))[-LIMITS.deltas_back :]
        for stem in _lists(files)
        if stem in held
    }


def deltas(records: Records, shelf: Shelf) -> dict[tuple[str, str], bytes]:
    """Return how each status list is made of those before it, where that takes less than half of it.

    What cannot be made is left out, and counters take the whole list.
    """
    found: dict[tuple[str, str], bytes] = {}
    for entry in records.agencies:
        for stem, name in _lists(entry.files).items():
            former = [each for each in entry.former.get(stem, ()) if each != name]
            if former:
                with contextlib.suppress(CounterproofError):
                    found |= _made(shelf, former, name)
    return found


def _made(shelf: Shelf, former: list[str], name: str) -> dict[tuple[str, str], bytes]:
    new = shelf.get(name)
    made = build_status_deltas(map(shelf.get, former), new)
    most = min(len(new) // 2, LIMITS.delta)
    return {(old, name): delta for old, delta in made.items() if len(delta) <= most}


def _lists(files: Mapping[str, str]) -> dict[str, str]:
    stems = ((status_stem(path), name) for path, name in files.items())
    return {stem: name for stem, name in stems if stem is not None}
