"""Issuing over a network, as the register keeps it: each method is one transaction.

What people do is in the log. Secrets come in as digests. A method that returns has its change on the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select, update

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts, allowance, batches
from issuer.register import online_rows as rows
from issuer.register.applications import ApplicationRegister
from issuer.register.model import check_digest, check_name, check_reason
from issuer.register.online_model import (
    Grant,
    NewOffer,
    NewTokens,
    Offer,
    OfferState,
    OnlineIssue,
)
from issuer.register.online_tables import deliveries, grants, offers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from issuer.register.model import Recorded

_ID_BYTES = 10
_MAX_PAGE = 1000


class OnlineRegister(ApplicationRegister):
    """Offers, grants, applications and deliveries of one register."""

    def add_offer(
        self, offer: NewOffer, *, rule: allowance.Rule, who: str, at: datetime
    ) -> tuple[Offer, bytes | None]:
        """Record an offer; under a key that was used, return that offer and its sealed answer instead.

        It counts as a card that `who` gives alone: UsageError `agency.one-by-one` where `rule` says so.
        Raises StoreError `register.idempotency-mismatch`, `register.clock-back`, UsageError `register.bad-*`.
        """
        check_name("subject", offer.subject)
        with self._store.write() as connection:
            acts.lock(connection)
            earlier = rows.offer_by_key(connection, offer)
            if earlier is not None:
                return rows.to_offer(earlier), earlier.sealed
            offer_id = self._new_id()
            facts: dict[str, Fact] = {
                "doc_type": offer.doc_type,
                "copies": offer.copies,
                "until": offer.expires_at.isoformat(timespec="seconds"),
            }
            about = acts.About(offer.subject, offer.doc_type)
            act = acts.Act(
                at=at,
                who=who,
                action="offer",
                target=offer_id,
                why="offered",
                facts=facts,
                about=about,
            )
            acts.append(connection, act)
            allowance.count_one(connection, rule=rule, who=who, at=at)
            row = {
                "id": offer_id,
                "tries": 0,
                "state": OfferState.OPEN.value,
                "who": who,
                "created_at": at,
                "link": offer.link,
                "code": offer.code,
                "tx_code": offer.tx_code,
                "doc_type": offer.doc_type,
                "subject": offer.subject,
                "copies": offer.copies,
                "needs_decision": int(offer.needs_decision),
                "expires_at": offer.expires_at,
                "key": offer.key,
                "asked": offer.asked,
                "sealed": offer.sealed,
            }
            connection.execute(insert(offers), [row])
            made = connection.execute(select(offers).where(offers.c.id == offer_id)).one()
            return rows.to_offer(made), None

    def offer_by_key(self, key: bytes, asked: bytes) -> tuple[Offer, bytes] | None:
        """Return the offer made under an idempotency key and its sealed answer, or None."""
        with self._store.read() as connection:
            row = connection.execute(select(offers).where(offers.c.key == key)).first()
        if row is None:
            return None
        if row.asked != asked:
            raise StoreError("register.idempotency-mismatch")
        return rows.to_offer(row), row.sealed

    def offer_by_link(self, link: bytes, *, at: datetime) -> Offer:
        """Return the open offer behind a link's digest; raise UsageError `register.no-such-offer`."""
        with self._store.read() as connection:
            row = connection.execute(select(offers).where(offers.c.link == link)).first()
        if row is None or row.state != OfferState.OPEN or row.expires_at <= at:
            raise UsageError("register.no-such-offer")
        return rows.to_offer(row)

    def offer(self, offer_id: str) -> Offer:
        """Return an offer; raise UsageError `register.no-such-offer`."""
        with self._store.read() as connection:
            return rows.to_offer(rows.one_offer(connection, offer_id))

    def offers(self, *, subject: str | None = None, limit: int = 100) -> tuple[Offer, ...]:
        """Return offers, newest first."""
        query = select(offers).order_by(offers.c.created_at.desc(), offers.c.id)
        if subject is not None:
            query = query.where(offers.c.subject == subject)
        with self._store.read() as connection:
            found = connection.execute(query.limit(max(1, min(limit, _MAX_PAGE)))).all()
        return tuple(rows.to_offer(row) for row in found)

    def withdraw_offer(self, offer_id: str, *, reason: str, who: str, at: datetime) -> None:
        """Take back an offer that nobody used.

        Raises UsageError `register.no-such-offer`, `register.bad-reason`, StoreError `register.offer-over`.
        """
        check_reason(reason)
        with self._store.write() as connection:
            acts.lock(connection)
            row = rows.one_offer(connection, offer_id)
            if row.state != OfferState.OPEN:
                raise StoreError("register.offer-over")
            about = acts.About(row.subject, row.doc_type)
            act = acts.Act(
                at=at,
                who=who,
                action="withdraw-offer",
                target=offer_id,
                why=reason,
                facts={},
                about=about,
            )
            acts.append(connection, act)
            rows.set_offer(connection, offer_id, state=OfferState.WITHDRAWN.value)

    def redeem(
        self,
        code: bytes,
        tx_code: bytes | None,
        tokens: NewTokens,
        *,
        wanted: frozenset[str] | None,
        most_tries: int,
        who: str,
        at: datetime,
    ) -> Grant:
        """Exchange a code for a grant, once; `wanted` are the types that the wallet asked for by name.

        A wrong transaction code is counted before anything is said, and locks the offer at `most_tries`.
        Raises UsageError `register.code-refused` (unknown, used, ended: told apart to nobody),
        `register.tx-code-missing`, `register.tx-code-unexpected`, `register.tx-code-wrong`,
        `register.type-not-offered`.
        """
        with self._store.write() as connection:
            row = connection.execute(select(offers).where(offers.c.code == code).with_for_update()).first()
            refusal = rows.refusal(row, tx_code, wanted, at)
            if refusal is None:
                assert row is not None  # no refusal without an offer
                return self._grant(connection, row, tokens, identified=wanted is not None, at=at)
            if refusal == "register.tx-code-wrong":
                assert row is not None
                rows.count_try(connection, row, most_tries=most_tries, who=who, at=at)
            elif row is not None and row.state == OfferState.REDEEMED:
                # RFC 6749, 4.1.2: a code that comes twice was seen by two; what the first got ends unused.
                unused = and_(grants.c.offer == row.id, grants.c.rounds == 0, grants.c.ended_at.is_(None))
                fresh = unused & (grants.c.copies_left == row.copies)
                connection.execute(update(grants).where(fresh).values(ended_at=at))
        raise UsageError(refusal)

    def refresh(
        self,
        token: bytes,
        tokens: NewTokens,
        *,
        at: datetime,
        may_renew: Callable[[Grant, int], bool],
        usable: Callable[[], bool] = lambda: True,
    ) -> Grant:
        """Exchange a refresh token, or the one before it, for new tokens.

        The one before counts until its successor was used: an answer that was lost on the way ends nothing.
        `may_renew` says of a grant and the batches so far whether a new round of copies begins. Raises
        UsageError `register.refresh-refused`.
        """
        with self._store.write() as connection:
            here = or_(grants.c.refresh == token, grants.c.former == token)
            row = connection.execute(select(grants).where(here).with_for_update()).first()
            if row is None or row.ended_at is not None or row.refresh_until <= at or not usable():
                raise UsageError("register.refresh-refused")
            offer = rows.one_offer(connection, row.offer)
            if rows.all_withdrawn(connection, row.id):
                raise UsageError("register.refresh-refused")
            values: dict[str, Any] = {
                "access": tokens.access,
                "access_until": tokens.access_until,
                "refresh": tokens.refresh,
                "former": token,
            }
            issued = connection.execute(
                select(deliveries.c.batch_id).where(deliveries.c.grant_id == row.id)
            ).all()
            if may_renew(rows.to_grant(row, offer), len(issued)):
                values |= {"copies_left": offer.copies, "rounds": row.rounds + 1, "round_at": at}
            connection.execute(update(grants).where(grants.c.id == row.id).values(**values))
            renewed = connection.execute(select(grants).where(grants.c.id == row.id)).one()
            return rows.to_grant(renewed, offer)

    def grant(self, access: bytes, *, at: datetime) -> Grant:
        """Return what an access token stands for; raise UsageError `register.token-refused`."""
        query = select(grants).where(grants.c.access == access)
        with self._store.read() as connection:
            row = connection.execute(query).first()
            if row is None or row.ended_at is not None or row.access_until <= at:
                raise UsageError("register.token-refused")
            return rows.to_grant(row, rows.one_offer(connection, row.offer))

    def record(self, issue: OnlineIssue, *, at: datetime) -> Recorded:
        """Record a batch for a grant: nonce, copies left, batch, act and delivery in one transaction.

        Raises as `batches.record`, StoreError `register.nonce-used`, `register.grant-used`.
        """
        check_digest("notification", issue.notification)
        with self._store.write() as connection:
            acts.lock(connection)
            key, digest = issue.batch.idempotency_key, issue.batch.request_digest
            assert key is not None
            assert digest is not None
            earlier = batches.find(connection, key, digest)
            if earlier is not None:
                return earlier
            if issue.nonce is not None:
                rows.spend(connection, *issue.nonce, at)
            if issue.application_id is None:
                rows.take_copies(connection, issue.grant_id, len(issue.batch.credentials))
            recorded = batches.record(connection, issue.batch, at, self._random)
            if issue.application_id is not None:
                rows.issued(connection, issue.application_id, recorded.batch_id, at)
            row = {
                "notification": issue.notification,
                "grant_id": issue.grant_id,
                "batch_id": recorded.batch_id,
                "issued_at": at,
            }
            connection.execute(insert(deliveries), [row])
            return recorded

    def notified(self, notification: bytes) -> str | None:
        """Return what a wallet said of a delivery, or None."""
        with self._store.read() as connection:
            here = deliveries.c.notification == notification
            found = connection.execute(select(deliveries.c.event).where(here)).first()
        return None if found is None else found.event

    def notify(self, notification: bytes, grant_id: str, event: str, *, at: datetime) -> None:
        """Write down what a wallet says became of a delivery; the last word counts.

        Raises UsageError `register.no-such-delivery`.
        """
        here = and_(deliveries.c.notification == notification, deliveries.c.grant_id == grant_id)
        with self._store.write() as connection:
            done = connection.execute(update(deliveries).where(here).values(event=event, event_at=at))
            if not done.rowcount:
                raise UsageError("register.no-such-delivery")

    def _grant(
        self, connection: Connection, row: Row[Any], tokens: NewTokens, *, identified: bool, at: datetime
    ) -> Grant:
        rows.set_offer(connection, row.id, state=OfferState.REDEEMED.value)
        made = {
            "id": self._new_id(),
            "offer": row.id,
            "access": tokens.access,
            "access_until": tokens.access_until,
            "refresh": tokens.refresh,
            "refresh_until": tokens.refresh_until,
            "copies_left": row.copies,
            "rounds": 0,
            "round_at": at,
            "identified": int(identified),
        }
        connection.execute(insert(grants), [made])
        return rows.to_grant(connection.execute(select(grants).where(grants.c.offer == row.id)).one(), row)
