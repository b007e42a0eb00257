"""The credential endpoint's work: signed, recorded in one transaction with everything around it, then given.

The secret that an answer is sealed under is the request's proofs, or the identifier of a transaction.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof import strict_json
from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.limits import CborLimits
from issuer.agency.safekeeping import derived, digest_of, open_answer, seal_answer
from issuer.register import BatchRecord
from issuer.register.online_model import ApplicationState, NewApplication, OnlineIssue

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.agency.attributes import AttributeSource
    from issuer.agency.desk import Desk
    from issuer.agency.issuing import Draft, Issuing, Signed
    from issuer.register import Recorded
    from issuer.register.online_model import Application, Grant

POLL = timedelta(seconds=30)
"""How long a wallet should wait before it asks again for what a clerk must decide."""

GIVEN_AGAIN = timedelta(minutes=10)
"""How long what was deferred is given again to a wallet that did not say that it has it."""

_LOCKS = 64
_KEPT = CborLimits(size=64 * 1024 * 1024, depth=4, items=1024)
_KEYS = CborLimits(size=65_536, depth=4, items=4096)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Credentials that the register holds, and by which name the wallet speaks of them."""

    documents: tuple[bytes, ...] = field(repr=False)
    notification_id: str = field(repr=False)
    batch_id: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """A request that a clerk must decide; `interval` is in seconds."""

    transaction_id: str = field(repr=False)
    interval: int
    new: bool


class OnlineIssuing:
    """Issues under grants for one agency."""

    def __init__(self, desk: Desk, issuing: Issuing) -> None:
        self._desk = desk
        self._issuing = issuing
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def one_at_a_time(self, grant_id: str) -> threading.Lock:
        """Return what keeps a grant's requests one behind the other, so that no place is taken in vain.

        The register would let one of them win as well, also between processes.
        """
        return self._locks[hash(grant_id) % _LOCKS]

    def earlier(self, grant: Grant, secret: bytes) -> Delivered | Deferred | None:
        """Return the answer that this very request had before, or None."""
        digest = digest_of(secret, "request")
        recorded = self._desk.register.find_recorded(digest.hex(), _purpose(digest, grant.grant_id))
        if recorded is not None:
            return self._again(recorded, secret)
        if self._desk.register.online.application_of(digest) is not None:
            return Deferred(transaction_id=_transaction(secret), interval=_poll(), new=False)
        return None

    def issue(
        self,
        grant: Grant,
        keys: tuple[CoseKey, ...],
        secret: bytes,
        source: AttributeSource,
        *,
        nonce: tuple[bytes, datetime],
        at: datetime,
    ) -> Delivered:
        """Sign a copy for each key and record them; raises as `Online.credential`."""
        keys = _granted(keys, grant)
        draft = self._draft(grant, keys, source, at)
        why = "renewed" if grant.rounds else "issued"
        return self._record(draft, grant, secret, digest_of(secret, "request"), why=why, nonce=nonce, at=at)

    def apply(
        self,
        grant: Grant,
        keys: tuple[CoseKey, ...],
        secret: bytes,
        nonce: tuple[bytes, datetime],
        *,
        at: datetime,
    ) -> Deferred:
        """Note a request that a clerk must decide; raises as `Online.credential`."""
        keys = _granted(keys, grant)
        transaction = _transaction(secret)
        new = NewApplication(
            transaction=_transaction_digest(transaction),
            request=digest_of(secret, "request"),
            device_keys=encode([key.to_map() for key in keys]),
            copies=len(keys),
        )
        self._desk.register.online.apply(
            grant.grant_id,
            new,
            nonce=nonce,
            doc_type=grant.doc_type,
            subject=grant.subject,
            who=self._desk.who,
            at=at,
        )
        return Deferred(transaction_id=transaction, interval=_poll(), new=True)

    def deferred(
        self, grant: Grant, secret: bytes, source: AttributeSource, *, at: datetime
    ) -> Delivered | Deferred:
        """Issue what was approved, under the identifier of its transaction; see `Online.deferred`."""
        transaction = strict_json.to_base64url(secret)
        found = self._desk.register.online.application(_transaction_digest(transaction), grant.grant_id)
        if found.state is ApplicationState.WAITING:
            return Deferred(transaction_id=transaction, interval=_poll(), new=False)
        if found.state is ApplicationState.REFUSED:
            raise UsageError("agency.application-refused")
        digest = digest_of(secret, "application")
        if found.state is ApplicationState.ISSUED:
            return self._given_again(found, grant, secret, digest, at)
        keys = tuple(CoseKey.from_map(each) for each in decode_exact(found.device_keys, _KEYS))
        draft = self._draft(grant, keys, source, at)
        return self._record(
            draft,
            grant,
            secret,
            digest,
            why="approved",
            at=at,
            application_id=found.application_id,
        )

    def _given_again(
        self, found: Application, grant: Grant, secret: bytes, digest: bytes, at: datetime
    ) -> Delivered:
        """Give an answer again that may have been lost; 8.3: not after the wallet said that it has it."""
        notified = self._desk.register.online.notified(digest_of(_notification(secret), "notification"))
        recorded = self._desk.register.find_recorded(digest.hex(), _purpose(digest, grant.grant_id))
        late = found.issued_at is None or at - found.issued_at > GIVEN_AGAIN
        if recorded is None or late or notified is not None:
            raise UsageError("register.no-such-application")
        return self._again(recorded, secret)

    def _draft(self, grant: Grant, keys: tuple[CoseKey, ...], source: AttributeSource, at: datetime) -> Draft:
        entry = self._desk.catalogue().find(grant.doc_type)
        person = source.fetch(entry.type, grant.subject, on=at.date())
        return self._issuing.draft(entry, person, keys, at=at)

    def _record(
        self,
        draft: Draft,
        grant: Grant,
        secret: bytes,
        digest: bytes,
        *,
        why: str,
        at: datetime,
        nonce: tuple[bytes, datetime] | None = None,
        application_id: str | None = None,
    ) -> Delivered:
        signed = self._issuing.sign(draft)
        kept = seal_answer(secret, encode(list(signed.documents)), self._desk.random)
        issue = OnlineIssue(
            batch=self._batch(draft, signed, grant, digest=digest, kept=kept, why=why),
            grant_id=grant.grant_id,
            notification=digest_of(_notification(secret), "notification"),
            nonce=nonce,
            application_id=application_id,
        )
        recorded = self._desk.register.online.record(issue, at=at)
        if not recorded.new:
            return self._again(recorded, secret)
        return Delivered(
            documents=signed.documents,
            notification_id=strict_json.to_base64url(_notification(secret)),
            batch_id=recorded.batch_id,
            new=True,
        )

    def _batch(
        self, draft: Draft, signed: Signed, grant: Grant, *, digest: bytes, kept: bytes, why: str
    ) -> BatchRecord:
        return BatchRecord(
            doc_type=draft.entry.type.doc_type,
            doc_type_version=draft.entry.type.version,
            subject=draft.subject,
            signer=draft.signer.fingerprint,
            list_id=signed.list_id,
            credentials=signed.records,
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            who=self._desk.who,
            why=why,
            idempotency_key=digest.hex(),
            request_digest=_purpose(digest, grant.grant_id),
            reply=kept,
        )

    def _again(self, recorded: Recorded, secret: bytes) -> Delivered:
        assert recorded.reply is not None  # every batch of ours is recorded with its answer
        documents = decode_exact(open_answer(secret, recorded.reply), _KEPT)
        return Delivered(
            documents=tuple(documents),
            notification_id=strict_json.to_base64url(_notification(secret)),
            batch_id=recorded.batch_id,
            new=False,
        )


def _granted(keys: tuple[CoseKey, ...], grant: Grant) -> tuple[CoseKey, ...]:
    """Return the keys that copies are left for: who asks for more than was offered gets fewer (8.3)."""
    if not grant.copies_left:
        raise UsageError("agency.no-copies-left", copies=grant.copies)
    return keys[: grant.copies_left]


def _purpose(digest: bytes, grant_id: str) -> bytes:
    return hashlib.sha256(encode([digest, "online", grant_id])).digest()


def _notification(secret: bytes) -> bytes:
    return derived(secret, "notification")


def _transaction(secret: bytes) -> str:
    return strict_json.to_base64url(derived(secret, "transaction"))


def _transaction_digest(transaction: str) -> bytes:
    return digest_of(strict_json.from_base64url(transaction), "transaction")


def _poll() -> int:
    return int(POLL.total_seconds())
