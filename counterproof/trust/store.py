"""The local copy of what agencies publish: taken in whole or not at all, and never backwards.

Every file is kept under its own hash in `objects/`; `current.json` says which of them count. An update
writes new objects, then replaces that one file, then removes what nothing refers to; a kill or a full disk
at any moment leaves the old state or the new one. `previous.json` is the state before, should the disk
lose the current one. What is loaded is proven again each time.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import CounterproofError, LimitError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.confirming import Claims, Confirm, Introduction, Role, introduce
from counterproof.trust.contents import AgencyContents, assemble, check_acceptable
from counterproof.trust.floor import BUILT_AT, FILE_NAME, TimeFloor
from counterproof.trust.folder import locked
from counterproof.trust.imports import introduce_vical, load_vical, with_vical
from counterproof.trust.index import HeldAgency, Index, parse_index
from counterproof.trust.kept import Trust, trust_of
from counterproof.trust.limits import LIMITS
from counterproof.trust.manifest import parse_manifest
from counterproof.trust.names import fingerprint as fingerprint_of
from counterproof.trust.names import plain_fingerprint, sha256
from counterproof.trust.pack.work import sweep_working_copies
from counterproof.trust.published import read_published
from counterproof.trust.purposes.document import parse_purposes
from counterproof.trust.removing import without
from counterproof.trust.state import State, proven_vical
from counterproof.trust.succession import Action, ChangeSummary, Detail, summarize, unchanged
from counterproof.trust.waiting import Waiting, settled, telling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.pack.carrying import Handout
    from counterproof.trust.pack.contents import PackContents
    from counterproof.trust.pack.sources import Source

_CURRENT, _PREVIOUS, _OBJECTS = "current.json", "previous.json", "objects"
_ATTEMPTS = 5


class TrustStore:
    """A folder of its own for one wallet or one counter; several programs may use it at once."""

    def __init__(self, folder: Path, *, built_at: datetime = BUILT_AT) -> None:
        self._folder = folder
        self._objects = folder / _OBJECTS
        self._floor = TimeFloor(folder, built_at=built_at)
        self._loaded: State | None = None

    def read(self) -> Trust:
        """Return what is believed now; an empty folder believes nobody. It writes nothing.

        Raises StoreError `trust.damaged` when neither the current nor the previous index can be read, and
        `sealing.*` for a folder that cannot be.
        """
        return trust_of(self._state(), self._floor.value())

    def add(self, published: Path | Source, *, confirm: Confirm, at: datetime) -> ChangeSummary:
        """Take an agency in; `confirm` is asked about everything that is not yet trusted, `at` is aware.

        For an agency that is held already this is an update, and another name, another country or one more
        docType is asked about as a new root is. Raises what `read_published`,
        `check_acceptable` and `check_succession` raise, UsageError `trust.not-confirmed`, LimitError
        `trust.too-much`, StoreError `trust.in-use`, `trust.damaged`, `sealing.*`; what was held then stays.
        """
        new = read_published(published)
        check_acceptable(new, at)
        held = self._state()
        confirmed: set[tuple[Role, str]] = set()
        if held.follows(new):
            for question in self._questions(held, new):
                if not confirm(question):
                    raise UsageError("trust.not-confirmed", role=question.role)
                confirmed.add((question.role, question.fingerprint))
        return self._install(new, confirmed)

    def update(self, published: Path | Source, *, at: datetime) -> ChangeSummary:
        """Take a newer set of an agency whose roots are trusted already.

        Raises as `add`; in place of asking UsageError `trust.root-unknown`, `trust.reader-root-new` or
        `trust.agency-changed` with what `changed`, and StoreError `trust.damaged` where what was confirmed
        cannot be read any more.
        """
        new = read_published(published)
        check_acceptable(new, at)
        return self._install(new, set())

    def take_pack(self, source: Source, *, at: datetime, confirm: Confirm | None = None) -> ChangeSummary:
        """Take an authority's pack in, whole or not at all.

        `confirm` is asked about an authority that nobody confirmed yet; without it such a one is refused,
        unless a confirmed one recognises it. `at` (aware) is when the update began. Raises UsageError
        `pack.not-pinned`, `trust.not-confirmed`, and as `pack.taking.take`; what was held then stays.
        """
        from counterproof.trust.pack import taking  # noqa: PLC0415 - python-tuf loads slowly: when used

        offered = taking.offered_by(source)
        for _ in range(_ATTEMPTS):
            state = self._state()
            entry, old = state.authority(offered.fingerprint), state.packs.get(offered.fingerprint)
            asks = confirm is not None and not (entry is not None and entry.pinned)
            taking.check_wanted(state, offered, asked=asks)
            reference = max(at, trust_of(state, self._floor.value()).floor)
            new = taking.take(offered, state, at=at, reference=reference, folder=self._folder)
            if confirm is not None and asks and not confirm(taking.introduction(new)):
                raise UsageError("trust.not-confirmed", role="authority")
            summary = taking.summarize_pack(old, new)
            if summary.action is Action.UNCHANGED and not asks:
                return telling(summary, trust_of(state, self._floor.value()).waiting)
            with self._locked():
                now = self._state()
                if now.authority(offered.fingerprint) == entry:
                    return self._commit(now, taking.with_pack(now, new, pinned=asks), summary)
        raise StoreError("trust.in-use")

    def hand_out(self, fingerprint: str) -> Handout:
        """Return the lists that are held of the agency or authority with this fingerprint, for somebody else.

        Of an agency the newest set, whichever way it came. Raises UsageError `trust.fingerprint-form`,
        `trust.not-held`, and as `pack.carrying.of_pack`.
        """
        from counterproof.trust.pack import carrying  # noqa: PLC0415 - as in `take_pack`

        name = plain_fingerprint(fingerprint)
        if name is None:
            raise UsageError("trust.fingerprint-form")
        state = self._state()
        if name in state.packs:
            return carrying.of_pack(state.packs[name], self._before().get(name))
        for each in trust_of(state, self._floor.value()).agencies:
            if each.fingerprint == name:
                return carrying.of_agency(each)
        raise UsageError("trust.not-held")

    def _before(self) -> Mapping[str, PackContents]:
        """Return the packs of the state before, as far as they can still be read."""
        try:
            return self._load(self._read_index(_PREVIOUS)).packs
        except CounterproofError:
            return {}

    def import_vical(self, data: bytes, pin: Certificate, *, at: datetime, confirm: Confirm) -> ChangeSummary:
        """Take a list of issuers of another maker in, under a certificate that a person confirms.

        `pin` is the signer's root or its own certificate. A newer issue replaces the one that is held, an
        older one is refused. Raises MalformedError and CryptoError `vical.*`, StoreError `vical.older`,
        UsageError `trust.not-confirmed`.
        """
        new = proven_vical(data, pin, at)
        name = fingerprint_of(pin)
        held = self._state().vical(name)
        if held is None and not confirm(introduce_vical(new)):
            raise UsageError("trust.not-confirmed", role="issuer-list")
        with self._locked():
            state = self._state()
            after, summary = with_vical(state, new)
            return summary if summary.action is Action.UNCHANGED else self._commit(state, after, summary)

    def remove(self, fingerprint: str) -> ChangeSummary:
        """Stop trusting the agency with this root; its documents are refused from now on.

        The fingerprint may as well be that of an authority, or of the certificate behind an imported list.

        Raises UsageError `trust.fingerprint-form`, `trust.not-held`; StoreError as `add`.
        """
        root = plain_fingerprint(fingerprint)
        if root is None:
            raise UsageError("trust.fingerprint-form")
        with self._locked():
            state = self._state()
            return self._commit(state, *without(state, root))

    def confirm_purposes(self, seen: Waiting) -> ChangeSummary:
        """Let a wider register of purposes count that a person has seen, as it was shown.

        Raises UsageError `trust.nothing-waits` where it is another by now or waits no more; StoreError as
        `add`.
        """
        with self._locked():
            state = self._state()
            now = trust_of(state, self._floor.value())
            found = next((each for each in now.waiting if each == seen), None)
            if found is None:
                raise UsageError("trust.nothing-waits")
            names = (Detail("confirmed", "purpose", each.purpose.id) for each in found.widenings)
            summary = ChangeSummary(Action.UPDATED, seen.name, seen.publisher, now.floor, None, tuple(names))
            return self._commit(state, state, summary, confirmed={seen.publisher})

    def _install(self, new: AgencyContents, confirmed: set[tuple[Role, str]]) -> ChangeSummary:
        """Check once more under the lock, for another program may have been quicker, and save."""
        with self._locked():
            state = self._state()
            if not state.follows(new):
                return telling(unchanged(new), trust_of(state, self._floor.value()).waiting)
            for question in self._questions(state, new):
                if (question.role, question.fingerprint) not in confirmed:
                    raise _refusal(question)
            entry, old = state.held(new)
            index = _with(state.index, entry, new)
            contents = {name: each for name, each in state.contents.items() if each is not old}
            after = replace(state, index=index, contents={**contents, new.fingerprint: new})
            return self._commit(state, after, summarize(old, new))

    def _questions(self, state: State, new: AgencyContents) -> Iterator[Introduction]:
        """Yield everything that nobody has confirmed.

        On first trust the reader root and the claims are vouched for by the issuer root, which a person
        confirms with all of it in sight; later they would come with the key that signs every day, so a
        person is asked.
        """
        entry, old = state.held(new)
        if entry is None or entry.root != new.fingerprint:
            yield introduce(new, "issuer-root")
            return
        if new.reader_fingerprint not in (None, entry.reader_root):
            yield introduce(new, "reader-root")
        before = Claims.of(old.manifest) if old is not None else self._claims(entry)
        known = before is not None and not Claims.of(new.manifest).beyond(before)
        if not known and entry.manifest != sha256(new.manifest_bytes):
            yield introduce(new, "claims", before)

    def _claims(self, entry: HeldAgency) -> Claims | None:
        """Return what a damaged agency was confirmed with, if that much can be read."""
        try:
            return Claims.of(parse_manifest(self._object(entry.manifest, LIMITS.manifest)))
        except CounterproofError:
            return None

    def _commit(
        self, before: State, after: State, summary: ChangeSummary, *, confirmed: Collection[str] = ()
    ) -> ChangeSummary:
        """Save a state: objects first, then what it replaces, then the one file that makes it count.

        Returns the summary, with what waits for a person by then.
        """
        after = settled(before, after, confirmed)
        after = replace(after, raw=after.index.to_bytes())
        self._raise_floor(before)
        held, needed = before.objects(), after.objects()
        for name, content in needed.items():
            if name not in held:
                files.write_atomic(self._objects / name, content)
        if before.raw:
            files.write_atomic(self._folder / _PREVIOUS, before.raw)
        files.write_atomic(self._folder / _CURRENT, after.raw)
        self._loaded = None if after.damaged() else after
        self._raise_floor(after)
        if not before.damaged() and not after.damaged():
            # What cannot be read today, for want of a cable perhaps, is not known to be refuse.
            self._sweep(held.keys() | needed.keys())
        return telling(summary, trust_of(after, self._floor.value()).waiting)

    def _raise_floor(self, state: State) -> None:
        for moment in state.newest_signed():
            self._floor.raise_to(moment)

    def _sweep(self, keep: set[str]) -> None:
        """Remove objects of older states and what killed writers left; the state before stays readable."""
        for name in (_CURRENT, _PREVIOUS, FILE_NAME):
            files.sweep_temporaries(self._folder / name)
        for path in sorted(self._objects.iterdir()):
            if path.name not in keep:
                with contextlib.suppress(OSError):
                    path.unlink()
        sweep_working_copies(self._folder)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        files.private_dir(self._folder)
        files.private_dir(self._objects)
        with locked(self._folder):
            yield

    def _state(self) -> State:
        """Load the current state; where an update removes objects under our hands, the newer one."""
        for _ in range(_ATTEMPTS):
            raw = self._read_index(_CURRENT)
            if self._loaded is not None and self._loaded.raw == raw:
                return self._loaded
            state = self._load(raw)
            if not state.damaged() or self._read_index(_CURRENT) == raw:
                break
        if not state.damaged():
            self._loaded = state
        return state

    def _load(self, raw: bytes) -> State:
        try:
            index = parse_index(raw) if raw else Index()
        except CounterproofError:
            raw = self._read_index(_PREVIOUS)
            try:
                index = parse_index(raw)
            except CounterproofError:
                raise StoreError("trust.damaged") from None
        state = State(raw, index)
        for held in index.agencies:
            with contextlib.suppress(CounterproofError):
                state.contents[held.root] = self._proven(held)
        if index.authorities:
            from counterproof.trust.pack.taking import load_pack  # noqa: PLC0415 - as in `take_pack`
        for authority in index.authorities:
            with contextlib.suppress(CounterproofError):
                state.packs[authority.fingerprint] = load_pack(authority, self._object)
        for vical in index.vicals:
            with contextlib.suppress(CounterproofError):
                state.vicals[vical.pin] = load_vical(vical, self._object)
        for register in index.registers:
            # Where what was confirmed cannot be read any more, nothing is until somebody confirms again.
            state.registers[register.publisher] = ()
            with contextlib.suppress(CounterproofError):
                if register.purposes is not None:
                    data = self._object(register.purposes, LIMITS.purposes_kept)
                    state.registers[register.publisher] = parse_purposes(data, limit=LIMITS.purposes_kept)
        return state

    def _proven(self, held: HeldAgency) -> AgencyContents:
        """Load one agency; raises whatever is wrong with it."""
        contents = assemble(
            self._object(held.manifest, LIMITS.manifest),
            self._object(held.signature, LIMITS.signature),
            lambda entry: self._object(entry.sha256, entry.size),
        )
        if (contents.fingerprint, contents.reader_fingerprint) != (held.root, held.reader_root):
            raise StoreError("trust.damaged")
        return contents

    def _object(self, name: str, limit: int) -> bytes:
        content = files.read_regular(self._objects / name, limit=limit)
        if sha256(content) != name:
            raise StoreError("trust.damaged")
        return content

    def _read_index(self, name: str) -> bytes:
        try:
            return files.read_regular(self._folder / name, limit=LIMITS.index)
        except StoreError as error:
            if error.code == "sealing.missing":
                return b""
            raise


def _refusal(question: Introduction) -> CounterproofError:
    """Return what an update says in place of asking."""
    if question.role == "claims":
        if question.before is None:
            return StoreError("trust.damaged")
        changed = question.claims.beyond(question.before)
        return UsageError("trust.agency-changed", changed=", ".join(changed))
    code = "trust.root-unknown" if question.role == "issuer-root" else "trust.reader-root-new"
    return UsageError(code, fingerprint=question.fingerprint)


def _with(index: Index, entry: HeldAgency | None, new: AgencyContents) -> Index:
    """Return the index with `new` in the place of `entry`, or at the end."""
    own = HeldAgency(
        root=new.fingerprint,
        reader_root=new.reader_fingerprint,
        issued_at=new.manifest.issued_at,
        manifest=sha256(new.manifest_bytes),
        signature=sha256(new.signature),
    )
    if entry is not None:
        return msgspec.structs.replace(
            index, agencies=tuple(own if each is entry else each for each in index.agencies)
        )
    if len(index.agencies) >= LIMITS.agencies:
        raise LimitError("trust.too-much", limit=LIMITS.agencies)
    return msgspec.structs.replace(index, agencies=(*index.agencies, own))
