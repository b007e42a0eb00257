"""Taking trust back: an agency, an authority with everybody on its list, or an imported list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import UsageError
from counterproof.trust.manifest import parse_time
from counterproof.trust.succession import Action, ChangeSummary

if TYPE_CHECKING:
    from counterproof.trust.state import State


def without(state: State, name: str) -> tuple[State, ChangeSummary]:
    """Return the state without whoever has this fingerprint; raises UsageError `trust.not-held`."""
    index = state.index
    agencies = tuple(each for each in index.agencies if each.root != name)
    authorities = tuple(each for each in index.authorities if each.fingerprint != name)
    vicals = tuple(each for each in index.vicals if each.pin != name)
    dates = {each.root: each.issued_at for each in index.agencies}
    dates |= {each.fingerprint: each.issued_at for each in index.authorities}
    dates |= {each.pin: each.issued_at for each in index.vicals}
    if name not in dates:
        raise UsageError("trust.not-held")
    after = replace(
        state,
        index=msgspec.structs.replace(index, agencies=agencies, authorities=authorities, vicals=vicals),
        contents={root: each for root, each in state.contents.items() if root != name},
        packs={root: each for root, each in state.packs.items() if root != name},
        vicals={pin: each for pin, each in state.vicals.items() if pin != name},
    )
    return after, ChangeSummary(Action.REMOVED, _name(state, name), name, parse_time(dates[name]), None)


def _name(state: State, name: str) -> str:
    if name in state.contents:
        return state.contents[name].name
    if name in state.packs:
        return state.packs[name].name
    return state.vicals[name].verified.vical.head.provider if name in state.vicals else ""
