"""Registers of purposes that let counters do more than a person has confirmed: what counts meanwhile.

Lists and revocations are taken at once, whatever a register says. A register that is wider than the one
before waits: the index keeps what is in force until somebody confirms the newer one. Where nothing waits
nothing is kept, and the newest register counts.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import LimitError
from counterproof.trust.index import HeldRegister
from counterproof.trust.names import sha256
from counterproof.trust.purposes.widening import Widening, in_force
from counterproof.trust.state import kept_register
from counterproof.trust.succession import Detail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.purposes.model import Purpose
    from counterproof.trust.state import State
    from counterproof.trust.succession import ChangeSummary


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one publisher's register: `publisher` is its key in the index, `name` is to be shown.

    `digest` is the SHA-256 of the newer register: what is confirmed is what was shown, and nothing later.
    """

    publisher: str
    name: str
    digest: str
    widenings: tuple[Widening, ...]


def publisher_of(root: Certificate) -> str:
    """Return an agency's key in the index: it stays the same when the root is renewed under its key."""
    return sha256(root.subject + root.spki)


def digest_of(purposes: Iterable[Purpose]) -> str:
    """Return the SHA-256 of a register, hexadecimal."""
    return sha256(msgspec.json.encode(tuple(purposes)))


def newest_registers(state: State) -> dict[str, tuple[Purpose, ...]]:
    """Return the newest register of each publisher that is held, wherever it came from."""
    dates: dict[str, datetime] = {}
    found: dict[str, tuple[Purpose, ...]] = {}
    for each in state.everywhere():
        key = publisher_of(each.root)
        if key not in dates or each.issued_at > dates[key]:
            dates[key], found[key] = each.issued_at, each.purposes
    return found | {fingerprint: pack.purposes for fingerprint, pack in state.packs.items()}


def settled(before: State, after: State, confirmed: Collection[str] = ()) -> State:
    """Return `after` with what its registers are allowed by then; `confirmed` are keys that a person let by.

    Who is new comes with a register that whoever let it in has let in as well. Where something of `before`
    cannot be read, nobody is taken for new: nothing of them counts before it is confirmed again.
    """
    then, lost = newest_registers(before), bool(before.damaged())
    registers: dict[str, tuple[Purpose, ...]] = {}
    for key, newest in newest_registers(after).items():
        known = before.registers.get(key, then.get(key, () if lost else None))
        force = newest if known is None or key in confirmed else _in_force(known, newest)
        if force != newest:
            registers[key] = force
    if after.damaged():
        registers |= {key: force for key, force in before.registers.items() if key not in registers}
    held = tuple(
        HeldRegister(publisher=key, purposes=sha256(kept_register(force)) if force else None)
        for key, force in sorted(registers.items())
    )
    return replace(after, registers=registers, index=msgspec.structs.replace(after.index, registers=held))


def _in_force(known: tuple[Purpose, ...], newest: tuple[Purpose, ...]) -> tuple[Purpose, ...]:
    """Return what counts, within bounds: a register that grew day by day must not keep an update out."""
    force = in_force(known, newest)
    for chosen in (force, tuple(each for each in force if each in newest)):
        with contextlib.suppress(LimitError):
            kept_register(chosen)
            return chosen
    return ()


def telling(summary: ChangeSummary, waiting: Iterable[Waiting]) -> ChangeSummary:
    """Add to what an update did which purposes wait for a person; they are not new before that."""
    ids = {each.purpose.id: one.name for one in waiting for each in one.widenings}
    others = tuple(each for each in summary.details if each.kind != "purpose" or each.name not in ids)
    told = tuple(Detail("waits", "purpose", name) for name in sorted(ids))
    return replace(summary, details=(*others, *told))
