"""Taking a pack into a store: what it may replace, what it takes along, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from tuf.api.metadata import Targets

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.lists.signer import same_authority
from counterproof.trust.confirming import Claims, Introduction
from counterproof.trust.index import HeldAuthority, HeldPart, Index
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.manifest import format_time, parse_time
from counterproof.trust.names import fingerprint, sha256
from counterproof.trust.pack import layout
from counterproof.trust.pack.client import Fetched, fetch
from counterproof.trust.pack.contents import PackContents, assemble_pack, check_acceptable
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.metadata import PackFiles, check_hash, parse, read_part, root_fingerprint
from counterproof.trust.succession import Action, ChangeSummary, Detail, check_against, check_succession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.pack.contents import PackPart
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.state import State


@dataclass(frozen=True, slots=True)
class Offered:
    """A pack that was brought: whose it is, and the root to begin with where nothing is held."""

    source: Source
    first_root: bytes
    fingerprint: str


def offered_by(source: Source) -> Offered:
    """Look whose pack it is; raises StoreError `pack.file-missing`, and as `root_fingerprint`."""
    first = source.read(layout.FIRST_ROOT, LIMITS.root)
    if first is None:
        raise StoreError("pack.file-missing", file=layout.FIRST_ROOT)
    return Offered(source, first, root_fingerprint(first))


def take(offered: Offered, state: State, *, at: datetime, reference: datetime, folder: Path) -> PackContents:
    """Bring a pack and prove that it follows on what is held of its authority.

    `at` is the clock at the beginning, `reference` the moment against which lists may have run out. Raises
    as `fetch`, `assemble_pack` and `check_acceptable`, StoreError `pack.older`.
    """
    old = state.packs.get(offered.fingerprint)
    held = old.files if old is not None else None
    fetched = fetch(offered.source, held, offered.first_root, at=reference, folder=folder)
    contents = _succeeding(fetched, old, offered.fingerprint, tuple(state.everywhere()))
    check_acceptable(contents, at)
    entry = state.authority(offered.fingerprint)
    # Where what was held cannot be read any more, the index still knows how new it was.
    if old is None and entry is not None and contents.issued_at < parse_time(entry.issued_at):
        raise StoreError("pack.older")
    return contents


def introduction(contents: PackContents) -> Introduction:
    """Introduce an authority to a person who is to compare its fingerprint."""
    doc_types = sorted({name for entry in contents.issuers for name in entry.doc_types})
    statement = contents.statement
    claims = Claims(statement.name, statement.country, tuple(doc_types))
    return Introduction(claims, "authority", contents.fingerprint)


def _succeeding(
    fetched: Fetched, old: PackContents | None, fingerprint: str, known: tuple[AgencyContents, ...]
) -> PackContents:
    """Hold back each agency's part that may not follow on what is held of it, and keep the one before.

    `known` is everything that is held of agencies, wherever it came from.
    """
    new = assemble_pack(fetched.pack, fingerprint=fingerprint, held_back=fetched.held_back)
    faults = dict(fetched.held_back)
    before = {part.agency: part for part in old.parts} if old is not None else {}
    for part in new.parts:
        fault = _fault(before.get(part.agency), part, new, known)
        if fault and part.agency not in faults:
            faults[part.agency] = fault
    if not faults:
        return new
    parts = {agency: data for agency, data in fetched.pack.parts.items() if agency not in faults}
    for agency in faults:
        kept = old.files.parts.get(agency) if old is not None else None
        if kept is not None and _is_still_signed(new, agency, kept):
            parts[agency] = kept
    objects = {**(old.files.objects if old is not None else {}), **fetched.pack.objects}
    files = replace(fetched.pack, parts=parts)
    files = replace(files, objects={name: objects[name] for name in _named(files)})
    return assemble_pack(files, fingerprint=fingerprint, held_back=faults)


def _fault(old: PackPart | None, new: PackPart, pack: PackContents, known: Iterable[AgencyContents]) -> str:
    """Say why a part may not take the place of what is held; empty if it may.

    One agency's root does not follow on another's while the list names both: whoever signs a part could else
    put a stranger's folder in it for a day, and begin anew behind it.
    """
    if new.contents is None:
        return new.code
    before = old.contents if old is not None else None
    own = before is not None and same_authority(before.root, new.contents.root)
    if before is not None and not own and pack.entry_of(before.root) is not None:
        return "pack.part-other-root"
    try:
        if own and before is not None:
            check_succession(before, new.contents)
        check_against(known, new.contents)
    except CounterproofError as error:
        return error.code
    return ""


def _is_still_signed(new: PackContents, agency: str, data: bytes) -> bool:
    try:
        read_part(new.metadata.targets, agency, data)
    except CounterproofError:
        return False
    return True


def _named(files: PackFiles) -> dict[str, int]:
    """Return the hash and size of every file that a pack's lists name."""
    found = {}
    for data in (files.targets, *files.parts.values()):
        for file in parse(Targets, data).signed.targets.values():
            found[check_hash(file)] = file.length
    return found


def with_pack(state: State, contents: PackContents, *, pinned: bool) -> State:
    """Return the state with a pack in the place of what was held of its authority."""
    held = state.authority(contents.fingerprint)
    faults = {part.agency: part.code for part in contents.parts if part.held_back}
    own = HeldAuthority(
        fingerprint=contents.fingerprint,
        pinned=pinned or (held is not None and held.pinned),
        version=contents.version,
        issued_at=format_time(contents.issued_at),
        root=sha256(contents.files.root),
        timestamp=sha256(contents.files.timestamp),
        snapshot=sha256(contents.files.snapshot),
        targets=sha256(contents.files.targets),
        parts=tuple(
            HeldPart(agency=agency, metadata=sha256(data), held_back=faults.get(agency, ""))
            for agency, data in contents.files.parts.items()
        ),
        former=tuple(sha256(data) for data in contents.files.former),
    )
    others = state.index.authorities
    if held is not None:
        authorities = tuple(own if each is held else each for each in others)
    else:
        authorities = (*others, own)
    index: Index = msgspec.structs.replace(state.index, authorities=authorities)
    return replace(state, index=index, packs={**state.packs, contents.fingerprint: contents})


def load_pack(held: HeldAuthority, read: Callable[[str, int], bytes]) -> PackContents:
    """Load a pack that is kept; `read` gives a file by its hash. Raises whatever is wrong with it."""
    files = PackFiles(
        root=read(held.root, LIMITS.root),
        timestamp=read(held.timestamp, LIMITS.timestamp),
        snapshot=read(held.snapshot, LIMITS.snapshot),
        targets=read(held.targets, LIMITS.targets),
        parts={each.agency: read(each.metadata, LIMITS.targets) for each in held.parts},
        former=_former(held, read),
    )
    objects = {name: read(name, min(size, TRUST_LIMITS.total)) for name, size in _named(files).items()}
    faults = {each.agency: each.held_back for each in held.parts if each.held_back}
    return assemble_pack(replace(files, objects=objects), fingerprint=held.fingerprint, held_back=faults)


def _former(held: HeldAuthority, read: Callable[[str, int], bytes]) -> tuple[bytes, ...]:
    """Return the roots before; they are for others alone, so one that was lost costs nothing but them."""
    try:
        return tuple(read(each, LIMITS.root) for each in held.former)
    except CounterproofError:
        return ()


def check_wanted(state: State, offered: Offered, *, asked: bool) -> None:
    """Refuse the pack of an authority that nobody confirmed or recognises.

    Raises UsageError `pack.not-pinned` with the `fingerprint`, unless a person is `asked`.
    """
    entry = state.authority(offered.fingerprint)
    known = (entry is not None and entry.pinned) or offered.fingerprint in recognised(state)
    if not known and not asked:
        raise UsageError("pack.not-pinned", fingerprint=offered.fingerprint)


def recognised(state: State) -> frozenset[str]:
    """Return the fingerprints of authorities that a confirmed one recognises."""
    pinned = (each.fingerprint for each in state.index.authorities if each.pinned)
    packs = (state.packs[each] for each in pinned if each in state.packs)
    return frozenset(one.fingerprint for pack in packs for one in pack.statement.recognises)


def summarize_pack(old: PackContents | None, new: PackContents) -> ChangeSummary:
    """Say what is new, newer, gone and held back."""
    before, after = dict(_things(old)) if old is not None else {}, dict(_things(new))
    # A root is followed by the next one, which says enough.
    details = [Detail("gone", *each) for each in before if each not in after and each[0] != "root"]
    details += [Detail("new", *thing) for thing in after if thing not in before]
    details += [Detail("newer", *each) for each in after if each in before and before[each] != after[each]]
    details += [Detail("held-back", part.code, part.agency) for part in new.parts if part.held_back]
    action = Action.ADDED if old is None else Action.UPDATED
    if old is not None and old.files == new.files:
        action = Action.UNCHANGED
    issued = old.issued_at if old is not None else None
    return ChangeSummary(action, new.name, new.fingerprint, new.issued_at, issued, tuple(details))


def _things(pack: PackContents) -> Iterable[tuple[tuple[str, str], object]]:
    """Yield everything that can come, change or go, each with what tells one state from the next."""
    for entry in pack.issuers:
        name = entry.issuing_authority or entry.certificate.common_name or fingerprint(entry.certificate)
        yield ("issuer", name), (entry.certificate.der, entry.doc_types)
    for reader in pack.reader_list.readers.entries:
        yield ("reader-root", reader.name or fingerprint(reader.certificate)), reader.certificate.der
    for listed in pack.registry:
        yield ("reader", listed.id), listed
    for name, kind in pack.types.items():
        yield ("credential-type", name), kind
    for part in pack.parts:
        yield ("agency", part.agency), part.contents.manifest_bytes if part.contents is not None else b""
    for other in pack.statement.recognises:
        yield ("recognised", other.name), other
    yield ("root", str(pack.metadata.root.version)), True
    for purpose in pack.purposes:
        yield ("purpose", purpose.id), purpose
