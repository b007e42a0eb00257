"""One operator, as commands and tests use it: a method for each thing that it does.

Every method takes the time from the operator's clock. What a method returns is on the disk by then.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import msgspec

from counterproof.clock import SystemClock
from counterproof.credential_types import from_toml
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import kdf
from counterproof.sealing.staging import Staged
from counterproof.trust.names import plain_fingerprint
from counterproof.trust.pack.build import to_bytes
from counterproof.trust.pack.metadata import root_fingerprint
from counterproof.trust.pack.statement import Recognised
from counterproof.trust.purposes import build_purposes, purposes_from_toml
from issuer.authority import agencies, counters, findings, founding, old_keys, publishing, roots
from issuer.authority.keys import (
    DAILY,
    REGISTRAR,
    KeyFolders,
    Secrets,
    pem,
)
from issuer.authority.lists import sign_lists
from issuer.authority.records import Officer, Records, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from counterproof.clock import Clock
    from issuer.authority.agencies import Offered
    from issuer.authority.old_keys import Destroyed, HeldKey
    from issuer.authority.records import ListedAgency, ListedReader

CA_LIFE = timedelta(days=3653)
_MAX_OFFICERS = 16
_CRL_URL = "https://{name}.invalid/crl"


class Authority:
    """An operator that is open for work; `records` is what it remembers."""

    def __init__(
        self, shelf: Shelf, keys: KeyFolders, clock: Clock, random: Callable[[int], bytes], records: Records
    ) -> None:
        self.shelf = shelf
        self.keys = keys
        self.clock = clock
        self.random = random
        self.records = records

    @classmethod
    def init(
        cls,
        folder: Path,
        secrets: Secrets,
        *,
        name: str,
        country: str,
        officers: int = 3,
        threshold: int = 2,
        registrar: Path | None = None,
        root_keys: Sequence[Path] = (),
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Found an operator in a folder that is empty or not there: every key, the first root, empty lists.

        Raises UsageError `authority.exists`, `authority.threshold`, `agency.name`, `agency.country`,
        `sealing.passphrase-*`; StoreError `sealing.*`, `authority.officer-away`.
        """
        clock = clock or SystemClock()
        founding.check(folder, name, country, officers, threshold)
        with Staged(folder) as place:
            keys = KeyFolders(
                place.folder,
                secrets,
                random,
                registrar=None if registrar is None else place.inside(registrar),
                roots=[place.inside(each) for each in root_keys],
                policy=policy,
            )
            place.on_break(keys.unmake)
            made = founding.Founding(name, country, officers, threshold, clock.now(), random)
            founding.found(made, Shelf(place.folder), keys)
            place.take()
        return cls.open(
            folder,
            secrets,
            registrar=registrar,
            root_keys=root_keys,
            clock=clock,
            random=random,
            policy=policy,
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        secrets: Secrets,
        *,
        registrar: Path | None = None,
        root_keys: Sequence[Path] = (),
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Open an operator; no key is opened before it is needed. Raises UsageError `authority.missing`."""
        shelf = Shelf(folder)
        keys = KeyFolders(folder, secrets, random, registrar=registrar, roots=root_keys, policy=policy)
        return cls(shelf, keys, clock or SystemClock(), random, shelf.load())

    @property
    def fingerprint(self) -> str:
        """What people compare before they trust this operator: it stays the same for good."""
        return root_fingerprint(self.shelf.get(self.records.roots["1"]))

    def offered(self, folder: Path) -> Offered:
        """Look at what an agency hands over; see `agencies.look`."""
        return agencies.look(folder)

    def add_agency(
        self,
        offered: Offered,
        *,
        doc_types: Sequence[str] = (),
        name: str | None = None,
        readers: bool = True,
    ) -> ListedAgency:
        """Enter an agency, or what is new about one; see `agencies.listed`."""
        entry = agencies.listed(self.records, offered, doc_types=doc_types, name=name, readers=readers)
        others = tuple(each for each in self.records.agencies if each.id != entry.id)
        self._change(agencies=(*others, entry))
        return entry

    def remove_agency(self, name: str) -> ListedAgency:
        """Strike an agency off: with the next pack its documents are refused."""
        gone = self.records.agency(name)
        self._change(agencies=tuple(each for each in self.records.agencies if each.id != name))
        return gone

    def add_reader(
        self, request: bytes, *, reader_id: str, name: str, office: str | None = None
    ) -> ListedReader:
        """Certify a counter and enter it; see `counters.certified`."""
        entry = counters.certified(self._at_work(), request, reader_id=reader_id, name=name, office=office)
        if entry not in self.records.readers:
            self._change(readers=(*self.records.readers, entry))
        return entry

    def renew_reader(self, reader_id: str, request: bytes | None = None) -> ListedReader:
        """Certify a counter anew, for its key or for the one in a new request; see `counters.renewed`."""
        entry = counters.renewed(self._at_work(), reader_id, request)
        self._change(readers=tuple(entry if each.id == reader_id else each for each in self.records.readers))
        return entry

    def remove_reader(self, reader_id: str) -> int:
        """Strike a counter off and revoke its certificates; return how many."""
        gone = self.records.reader(reader_id)
        revoked = counters.revoked(self.records, gone, self.clock.now())
        self._change(
            readers=tuple(each for each in self.records.readers if each.id != reader_id),
            revoked=(*self.records.revoked, *revoked),
        )
        return len(revoked)

    def add_purposes(self, toml: bytes) -> tuple[str, ...]:
        """Register purposes from a file, in place of those of the same id; raises `purpose.*`."""
        new = purposes_from_toml(toml)
        known = {each.id: each for each in publishing.purposes(self.records, self.shelf)}
        known |= {each.id: each for each in new}
        self._change(purposes=self.shelf.put(build_purposes(tuple(known.values()))))
        return tuple(each.id for each in new)

    def remove_purpose(self, name: str) -> None:
        """Strike a purpose off; raises UsageError `authority.no-such-purpose`."""
        known = publishing.purposes(self.records, self.shelf)
        kept = tuple(each for each in known if each.id != name)
        if len(kept) == len(known):
            raise UsageError("authority.no-such-purpose", id=name)
        self._change(purposes=self.shelf.put(build_purposes(kept)) if kept else None)

    def add_type(self, toml: bytes) -> str:
        """Put a kind of document into the catalogue; raises `catalogue.*`."""
        found = from_toml("the file", toml)
        stem = re.sub(r"[^a-z0-9.-]", "-", found.doc_type.lower())[:60]
        self._change(types={**self.records.types, f"types/{stem}.toml": self.shelf.put(toml)})
        return found.doc_type

    def recognise(
        self, other: str, *, name: str, doc_types: Collection[str], readers: bool = False
    ) -> Recognised:
        """Believe another operator's issuers for these docTypes; raises `trust.fingerprint-form`."""
        plain = plain_fingerprint(other)
        if plain is None:
            raise UsageError("trust.fingerprint-form")
        entry = Recognised(fingerprint=plain, name=name, doc_types=tuple(sorted(doc_types)), readers=readers)
        others = tuple(each for each in self.records.recognises if each.fingerprint != plain)
        self._change(recognises=(*others, entry))
        return entry

    def forget(self, other: str) -> None:
        """Recognise another operator no more; raises UsageError `authority.no-such-authority`."""
        plain = plain_fingerprint(other)
        kept = tuple(each for each in self.records.recognises if each.fingerprint != plain)
        if len(kept) == len(self.records.recognises):
            raise UsageError("authority.no-such-authority")
        self._change(recognises=kept)

    def renew(self) -> None:
        """Sign every list anew, for 90 days."""
        self._change()

    def rotate_root(
        self, *, replace: Iterable[int] = (), daily: bool = False, registrar: bool = False
    ) -> roots.RootState:
        """Make the next root: with new keys for officers and roles, or with the same for another year.

        Enough officers of the root before must sign it, and enough of its own: those who are here sign now,
        the others with `sign_root`. New daily and registrar keys count from then on. Raises UsageError
        `authority.no-such-officer`, `authority.root-pending`.
        """
        with self.shelf.locked():
            records = self.shelf.load()
            if records.pending_root is not None:
                raise UsageError("authority.root-pending")
            former = roots.former_officers(records)
            records = self._with_new_keys(records, tuple(replace), daily=daily, registrar=registrar)
            pending = self.shelf.put(to_bytes(roots.next_root(records, self.clock.now())))
            records = msgspec.structs.replace(records, pending_root=pending)
            return self._sign_root(records, former)

    def sign_root(self) -> roots.RootState:
        """Let the officers who are here sign the root that waits; raises `authority.no-pending-root`."""
        with self.shelf.locked():
            records = self.shelf.load()
            return self._sign_root(records, roots.former_officers(records))

    def _sign_root(self, records: Records, former: Sequence[Officer]) -> roots.RootState:
        records, state = roots.sign_pending(records, self.shelf, self.keys, former)
        if state.is_done:
            records = msgspec.structs.replace(records, retired=())
            records = sign_lists(records, self.shelf, self.keys, self.clock.now())
        self.shelf.save(records)
        self.records = records
        return state

    def _with_new_keys(
        self, records: Records, replace: tuple[int, ...], *, daily: bool, registrar: bool
    ) -> Records:
        known = {each.number for each in records.officers}
        if not known.issuperset(replace):
            raise UsageError("authority.no-such-officer", number=min(set(replace) - known))
        officers, last = list(records.officers), records.last_officer
        for number in replace:
            last += 1
            fresh = Officer(number=last, key=pem(self.keys.make_officer(last).public_key()))
            officers = [fresh if each.number == number else each for each in officers]
        changes: dict[str, object] = {"officers": tuple(officers), "last_officer": last}
        changes["retired"] = tuple(each for each in records.officers if each.number in replace)
        if daily:
            changes["daily"] = pem(self.keys.make(DAILY).public_key())
        if registrar:
            changes["registrar"] = pem(self.keys.make(REGISTRAR).public_key())
        changed: Records = msgspec.structs.replace(records, **changes)
        return msgspec.structs.replace(changed, old_keys=old_keys.added(records, changed))

    def old_keys(self, lost: Collection[str] = ()) -> tuple[HeldKey, ...]:
        """Return the keys that no root names any more and that were not destroyed; see `old_keys.look`."""
        return old_keys.look(self.records, self.keys, lost)

    def destroy_old_keys(self, lost: Collection[str] = ()) -> Destroyed:
        """Destroy the old keys that are here; see `old_keys.destroy`."""
        with self.shelf.locked():
            self.records, done = old_keys.destroy(self.shelf.load(), self.shelf, self.keys, lost)
            return done

    def publish(self, out: Path, *, life_days: int = 7, dry_run: bool = False) -> publishing.Published:
        """Take the agencies' parts over, sign with the daily key and put the pack down; see `publishing`."""
        with self.shelf.locked():
            records = self.shelf.load()
            done, records = publishing.publish(
                records, self.shelf, self.keys, self.clock.now(), out, life_days=life_days, dry_run=dry_run
            )
            self.records = records
            return done

    def findings(self) -> tuple[findings.Finding, ...]:
        """Return what runs out soon, the most urgent first."""
        return findings.look(self.records, self.shelf, self.clock.now())

    def _at_work(self) -> counters.AtWork:
        return counters.AtWork(self.records, self.keys, self.random, self.clock.now())

    def _change(self, **changes: object) -> None:
        """Change the records and sign the lists anew, as one step."""
        with self.shelf.locked():
            records: Records = msgspec.structs.replace(self.shelf.load(), **changes)
            if records.pending_root is not None:
                raise StoreError("authority.root-waits")
            records = sign_lists(records, self.shelf, self.keys, self.clock.now())
            self.shelf.save(records)
            self.records = records
