"""The holder: an open vault, what is trusted, and the time; the one object that flows and commands ask.

Every change of the vault that belongs together is one transaction. Nothing here asks a person anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import msgspec

from counterproof.credential_types import from_toml, shipped
from counterproof.mdoc.catalogue import CredentialType
from counterproof.mdoc.catalogue.model import Display
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import fingerprint
from wallet.cards import Card, HeldCopy
from wallet.records import (
    CardRecord,
    CopyRecord,
    CopyUse,
    HistoryRecord,
    OnlineRecord,
    PendingRecord,
    read,
    short_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterproof.clock import Clock
    from counterproof.sealing.envelope import Random
    from counterproof.trust import store
    from counterproof.trust.kept import Trust
    from wallet.vault import Record, RecordId, Transaction, Vault


class Holder:
    """Whose wallet is open; close it, or use it in a `with` block.

    `notices` are codes of what was found and put right when the wallet was opened. `damaged` are records that
    cannot be read any more: they are left out everywhere, and the others stay usable.
    """

    def __init__(self, vault: Vault, trust: store.TrustStore, clock: Clock, random: Random) -> None:
        self.vault = vault
        self.trust_store = trust
        self.clock = clock
        self.random = random
        self.damaged = frozenset(vault.damaged())
        self._history: dict[RecordId, tuple[int, HistoryRecord]] = {}
        self.notices = (*(["wallet.damaged"] if self.damaged else []), *self._settle())

    @property
    def trust(self) -> Trust:
        """What is believed now."""
        return self.trust_store.read()

    def unix(self) -> int:
        """Return the time in Unix seconds."""
        return int(self.clock.now().timestamp())

    def records(self, kind: str) -> Iterator[Record]:
        """Give the records of a kind that can be read, in the order in which they were added."""
        for record_id in self.vault.ids(kind):
            if record_id not in self.damaged and record_id in self.vault:
                yield self.vault.get(record_id)

    def history(self) -> list[tuple[RecordId, HistoryRecord]]:
        """Return the history in the order in which it was written.

        Each entry is opened once and kept as long as it stays as it is: thousands are looked through at every
        answer. Raises StoreError `wallet.record-form`.
        """
        known: dict[RecordId, tuple[int, HistoryRecord]] = {}
        for record_id in self.vault.ids(HistoryRecord.kind):
            if record_id in self.damaged or (version := self.vault.version(record_id)) is None:
                continue
            seen = self._history.get(record_id)
            if seen is None or seen[0] != version:
                seen = version, read(self.vault.get(record_id), HistoryRecord)
            known[record_id] = seen
        self._history = known
        return [(record_id, record) for record_id, (_, record) in known.items()]

    def remove_damaged(self) -> int:
        """Remove the records that cannot be read, so that a backup can be made again; return how many."""
        with self.vault.write() as tx:
            for record_id in self.damaged:
                tx.delete(record_id)
        count, self.damaged = len(self.damaged), frozenset()
        return count

    def cards(self, *, deleted: bool = False) -> list[Card]:
        """Return the cards in the order in which they came, or those in the trash.

        Raises StoreError `wallet.record-form`.
        """
        copies: dict[bytes, list[HeldCopy]] = {}
        for record in self.records(CopyRecord.kind):
            copy = HeldCopy(record.id, read(record, CopyRecord))
            copies.setdefault(copy.record.card, []).append(copy)
        trust = self.trust
        found = []
        for record in self.records(CardRecord.kind):
            card = read(record, CardRecord)
            if (card.deleted_at is not None) == deleted and record.id in copies:
                found.append(_card(record.id, card, copies[record.id], trust))
        return found

    def find(self, name: str, *, deleted: bool = False, language: str = "en") -> Card:
        """Return the card that a person means: its number in the list, its id, its docType or its name.

        Raises UsageError `wallet.no-such-card`, and `wallet.which-card` where several fit.
        """
        cards = self.cards(deleted=deleted)
        if name.isdecimal() and len(name) < 4 and 1 <= int(name) <= len(cards):  # noqa: PLR2004 - ids have 8
            return cards[int(name) - 1]
        wanted = name.casefold()
        for fits in (
            lambda card: wanted == short_id(card.id),
            lambda card: wanted == card.doc_type.casefold(),
            lambda card: wanted == card.name(language).casefold() or wanted == card.name("en").casefold(),
        ):
            matching = [card for card in cards if fits(card)]
            if len(matching) == 1:
                return matching[0]
            if matching:
                raise UsageError("wallet.which-card", count=len(matching))
        raise UsageError("wallet.no-such-card")

    def delete(self, card: Card) -> None:
        """Put a card into the trash; its copies are kept until the trash is emptied."""
        self._put_card(card, deleted_at=self.unix())

    def undelete(self, card: Card) -> None:
        """Take a card out of the trash again."""
        self._put_card(card, deleted_at=None)

    def empty_trash(self) -> int:
        """Remove the cards in the trash with their keys, for good, and return how many there were."""
        cards = self.cards(deleted=True)
        with self.vault.write() as tx:
            for card in cards:
                tx.delete(card.id)
                for copy in card.copies:
                    tx.delete(copy.id)
        return len(cards)

    def close(self) -> None:
        """Close the vault."""
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put_card(self, card: Card, *, deleted_at: int | None) -> None:
        with self.vault.write() as tx:
            record = msgspec.structs.replace(card.record, deleted_at=deleted_at)
            tx.put(record.kind, card.id, record.to_bytes())

    def _settle(self) -> tuple[str, ...]:
        """Where an older state of the vault was put back, take every copy for used: it may have been shown.

        Open requests go as well: a reply could be received twice, and its copies would be fresh twice.
        """
        if self.vault.rolled_back is None:
            return ()
        with self.vault.write() as tx:
            for record in list(self.records(CopyRecord.kind)):
                copy = read(record, CopyRecord)
                tx.put(copy.kind, record.id, as_used_elsewhere(copy, self.unix()).to_bytes())
            for pending in self.vault.ids(PendingRecord.kind):
                tx.delete(pending)
            for record in list(self.records(OnlineRecord.kind)):
                if read(record, OnlineRecord).device_keys:
                    tx.delete(record.id)
            tx.settle_rollback()
        return ("wallet.rolled-back",)


def as_used_elsewhere(copy: CopyRecord, at: int) -> CopyRecord:
    """Return a copy marked as one that another state of this wallet may have shown."""
    return copy.used(CopyUse(at=at))


def mark_used(tx: Transaction, copies: Iterable[HeldCopy], use: CopyUse) -> None:
    """Write down that copies are used, before anything of them leaves."""
    for copy in copies:
        if use.session is not None and any(each.session == use.session for each in copy.record.uses):
            continue
        tx.put(copy.record.kind, copy.id, copy.record.used(use).to_bytes())


def unmark(tx: Transaction, copies: Iterable[HeldCopy]) -> None:
    """Give copies back to the state in which they were found: nothing of them has left."""
    for copy in copies:
        tx.put(copy.record.kind, copy.id, copy.record.to_bytes())


def _card(card_id: RecordId, record: CardRecord, copies: list[HeldCopy], trust: Trust) -> Card:
    root = Certificate.from_der(record.issuer_root)
    agency = trust.names.get(fingerprint(root), record.agency)
    return Card(card_id, record, tuple(copies), agency, _credential_type(record, root, trust))


def _credential_type(record: CardRecord, root: Certificate, trust: Trust) -> CredentialType:
    """Prefer the labels that the agency signed to those that came with the reply, which nobody signed."""
    for types in (trust.types_of(root), shipped()):
        if record.doc_type in types:
            return types[record.doc_type]
    if not record.type_toml:  # it came over a network, from an agency that is not trusted any more
        return bare_type(record.doc_type)
    return from_toml("credential-type.toml", record.type_toml)


def bare_type(doc_type: str) -> CredentialType:
    """Return a type of which nothing is known: the card is called by its docType, its fields by theirs."""
    return CredentialType(
        doc_type=doc_type,
        version=1,
        names={"en": doc_type},
        namespaces={},
        inputs=(),
        display=Display(background="#505b6b", foreground="#ffffff", icon="card"),
        decoys=0,
        validity_days=1,
        batch_size=1,
        status_bits=1,
        age_templates={},
    )
