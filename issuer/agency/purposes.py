"""The purposes of an agency's own counters: a file in its folder, published with the lists."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from counterproof.credential_types import shipped
from counterproof.mdoc.errors import MalformedError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.limits import LIMITS
from counterproof.trust.purposes import build_purposes, parse_purposes, purposes_from_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.trust.purposes import Purpose
    from issuer.agency.desk import Desk

FILE: Final = "purposes.json"


@dataclass(frozen=True, slots=True)
class Registering:
    """What adding a file did: ids that are new, that changed, and that stayed as they were."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def examples() -> bytes:
    """Return the file of examples that ships with Counterproof."""
    return (resources.files("counterproof.trust.purposes") / "examples.toml").read_bytes()


def registered(desk: Desk) -> tuple[Purpose, ...]:
    """Return what is registered; raises StoreError `agency.purposes-unreadable`."""
    path = desk.folder / FILE
    if not path.exists():
        return ()
    try:
        return parse_purposes(files.read_regular(path, limit=LIMITS.purposes))
    except (StoreError, MalformedError):
        raise StoreError("agency.purposes-unreadable") from None


def add(desk: Desk, content: bytes, *, dry_run: bool = False) -> Registering:
    """Register the purposes of a file of TOML; those that it does not name stay.

    A purpose that changes needs a higher version, so that nobody sees two of one number. Raises
    MalformedError `purpose.*`, `json.form`; UsageError `agency.purpose-version`,
    `agency.purpose-reader-unknown`, `agency.purpose-field`; StoreError.
    """
    held = {each.id: each for each in registered(desk)}
    given = purposes_from_toml(content)
    for each in given:
        before = held.get(each.id)
        if before is not None and before != each and each.version <= before.version:
            raise UsageError("agency.purpose-version", purpose=each.id, version=before.version)
        _check(desk, each)
    done = Registering(
        new=tuple(each.id for each in given if each.id not in held),
        changed=tuple(each.id for each in given if each.id in held and held[each.id] != each),
        same=tuple(each.id for each in given if held.get(each.id) == each),
    )
    if not dry_run and (done.new or done.changed):
        _save(desk, (held | {each.id: each for each in given}).values())
        _log(desk, "register-purpose", (*done.new, *done.changed), why="registered")
    return done


def remove(desk: Desk, purpose: str) -> None:
    """Take a purpose out; raises UsageError `agency.no-such-purpose`."""
    held = registered(desk)
    left = [each for each in held if each.id != purpose]
    if len(left) == len(held):
        known = ", ".join(each.id for each in held) or "none"
        raise UsageError("agency.no-such-purpose", known=known)
    _save(desk, left)
    _log(desk, "remove-purpose", (purpose,), why="removed")


def _check(desk: Desk, purpose: Purpose) -> None:
    """Check what the register of purposes itself cannot know: our counters, and fields that exist."""
    readers = desk.register.readers()
    ids, offices = {each.reader_id for each in readers}, {each.office for each in readers}
    for group in purpose.readers:
        unknown = sorted({*group.ids} - ids) + sorted({*group.offices} - offices)
        if unknown:
            raise UsageError("agency.purpose-reader-unknown", purpose=purpose.id, reader=unknown[0])
    known = {**shipped(), **{entry.type.doc_type: entry.type for entry in desk.catalogue().entries}}
    for document in purpose.documents:
        if (own := known.get(document.doc_type)) is not None:
            _check_fields(purpose, own, [each.ref for each in document.elements])
            _check_fields(
                purpose, own, [ref for each in document.elements for one in each.instead for ref in one]
            )


def _check_fields(purpose: Purpose, known: CredentialType, refs: Iterable[tuple[str, str]]) -> None:
    for space, name in refs:
        if known.element(space, name) is None:
            raise UsageError("agency.purpose-field", purpose=purpose.id, field=name, type=known.doc_type)


def _save(desk: Desk, purposes: Iterable[Purpose]) -> None:
    files.write_atomic(desk.folder / FILE, build_purposes(purposes))


def _log(desk: Desk, action: str, ids: Iterable[str], *, why: str) -> None:
    for each in ids:
        desk.register.log_act(action, each, why=why, who=desk.who, at=desk.now(), facts={})
