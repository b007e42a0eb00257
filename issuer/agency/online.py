"""Issuing to a wallet over a network: offers, tokens, credentials, what a clerk decides.

The order of issuing is that of the hand-over: asked before? proofs, nonce, the person's data, places in the
list, signatures, one transaction, answer. What is kept of an answer is sealed under the request.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof import strict_json
from counterproof.handover.limits import LIMITS
from counterproof.handover.openid4vci.offers import OnlineOffer, TxCode, link_by_reference, link_by_value
from counterproof.handover.openid4vci.proofs import check_proofs
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.errors import MalformedError, UsageError
from issuer.agency import one_by_one
from issuer.agency.nonces import KEY_BYTES, NonceMint
from issuer.agency.online_issuing import Deferred, Delivered, OnlineIssuing
from issuer.agency.safekeeping import derived, digest_of, open_answer, seal_answer
from issuer.register.indices import below
from issuer.register.online_model import NewOffer, NewTokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from issuer.agency.attributes import AttributeSource
    from issuer.agency.desk import Desk
    from issuer.agency.issuing import Issuing
    from issuer.register.online_model import Application, Grant, Offer

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=365)
RENEW_AFTER = timedelta(hours=6)
"""How long after copies were issued more of them can be had with a refresh token."""

WITH_CODE, WITHOUT_CODE = timedelta(days=1), timedelta(minutes=10)
"""How long an offer stands: one without a transaction code is for whoever sees it first."""

MOST_LIFE = timedelta(days=31)
MOST_TRIES = 5

_SECRET = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_DIGITS = 6
_NONCE_KEY = "nonce-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOffer:
    """An offer as it goes to the person: a link, and the transaction code by another way.

    Nothing of it but digests is kept. `new` is false where the same request made it before.
    """

    offer: Offer
    link: str = field(repr=False)
    short_link: str = field(repr=False)
    tx_code: str | None = field(repr=False)
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a wallet gets for a code or a refresh token."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    grant: Grant


class Online:
    """Issuing over a network for one agency."""

    def __init__(self, desk: Desk, issuing: Issuing) -> None:
        self._desk = desk
        self._issuing = OnlineIssuing(desk, issuing)

    @functools.cached_property
    def mint(self) -> NonceMint:
        """The maker of nonces; its key is made once and shared by every process of this agency."""
        return NonceMint(bytes.fromhex(self._secret()), self._desk.random)

    @functools.cached_property
    def encryption_key(self) -> ec.EllipticCurvePrivateKey:
        """The key to which wallets may seal requests above TLS: the same for every process of this agency."""
        seed = int.from_bytes(derived(bytes.fromhex(self._secret()), "request encryption", 48), "big")
        return ec.derive_private_key(seed % (_P256_ORDER - 1) + 1, ec.SECP256R1())

    def _secret(self) -> str:
        register = self._desk.register
        if _NONCE_KEY not in register.settings():
            made = self._desk.random(KEY_BYTES).hex()
            register.set_settings({_NONCE_KEY: made}, who=self._desk.who, at=self._desk.now())
        return register.settings()[_NONCE_KEY]

    def offer(
        self,
        doc_type: str,
        subject: str,
        *,
        copies: int | None = None,
        life: timedelta | None = None,
        tx_code: bool = True,
        needs_decision: bool = False,
        once: bytes | None = None,
    ) -> MadeOffer:
        """Offer a credential to whoever holds the link, and the code if there is to be one.

        `once` is a secret of who asks: the same again gives the same offer again. Raises UsageError
        `agency.no-such-type`, `agency.copies`, `agency.offer-life`, `agency.one-by-one`, `register.bad-name`;
        StoreError `register.idempotency-mismatch`, `register.*`.
        """
        desk = self._desk
        at = desk.now()
        entry = desk.catalogue().find(doc_type)
        count = entry.type.batch_size if copies is None else copies
        if not 1 <= count <= LIMITS.batch:
            raise UsageError("agency.copies", most=LIMITS.batch)
        stands = (WITH_CODE if tx_code else WITHOUT_CODE) if life is None else life
        if not timedelta(minutes=1) <= stands <= MOST_LIFE:
            raise UsageError("agency.offer-life", most=MOST_LIFE.days)
        asked = encode(
            [entry.type.doc_type, subject, count, int(stands.total_seconds()), tx_code, needs_decision]
        )
        if once is not None:
            earlier = self._earlier(once, asked)
            if earlier is not None:
                return earlier
        one_by_one.check(desk)
        secret = desk.random(_SECRET)
        code = f"{below(10**_DIGITS, desk.random):0{_DIGITS}}" if tx_code else None
        new = NewOffer(
            link=digest_of(secret, "link"),
            code=digest_of(_code(secret), "code"),
            tx_code=None if code is None else _tx_digest(_code(secret), code),
            doc_type=entry.type.doc_type,
            subject=subject,
            copies=count,
            needs_decision=needs_decision,
            expires_at=(at + stands).replace(microsecond=0),
            key=None if once is None else digest_of(once, "once"),
            asked=None if once is None else hashlib.sha256(asked).digest(),
            sealed=None if once is None else seal_answer(once, secret + (code or "").encode(), desk.random),
        )
        offer, sealed = desk.register.online.add_offer(new, rule=one_by_one.rule(desk), who=desk.who, at=at)
        if sealed is not None and once is not None:
            return self._opened(offer, open_answer(once, sealed))
        return self._made(offer, secret, code, new=True)

    def find_offer(self, link: str) -> OnlineOffer:
        """Return the offer behind a short link; raises UsageError `register.no-such-offer`."""
        secret = _bytes(link, "register.no-such-offer")
        offer = self._desk.register.online.offer_by_link(digest_of(secret, "link"), at=self._desk.clock.now())
        return self._document(offer, secret)

    def withdraw(self, offer_id: str, *, reason: str) -> None:
        """Take an offer back; raises `register.*`."""
        desk = self._desk
        desk.register.online.withdraw_offer(offer_id, reason=reason, who=desk.who, at=desk.now())

    def redeem(self, code: str, tx_code: str | None, *, wanted: frozenset[str] | None = None) -> Tokens:
        """Exchange a pre-authorized code for tokens, once.

        `wanted` are docTypes that the wallet named in authorization details. Raises UsageError
        `register.code-refused`, `register.tx-code-*`, `register.type-not-offered`.
        """
        secret = _bytes(code, "register.code-refused")
        at = self._desk.now()
        access, refresh, new = self._new_tokens(at)
        grant = self._desk.register.online.redeem(
            digest_of(secret, "code"),
            None if tx_code is None else _tx_digest(secret, tx_code),
            new,
            wanted=wanted,
            most_tries=MOST_TRIES,
            who=self._desk.who,
            at=at,
        )
        return Tokens(access=access, refresh=refresh, expires_in=_seconds(ACCESS_LIFE), grant=grant)

    def refresh(self, token: str) -> Tokens:
        """Exchange a refresh token; a new round of copies begins where it is time for one.

        Raises UsageError `register.refresh-refused`.
        """
        at = self._desk.now()
        access, refresh, new = self._new_tokens(at)
        grant = self._desk.register.online.refresh(
            digest_of(_bytes(token, "register.refresh-refused"), "refresh"),
            new,
            at=at,
            may_renew=lambda grant, issued: issued > grant.rounds and at - grant.round_at >= RENEW_AFTER,
        )
        return Tokens(access=access, refresh=refresh, expires_in=_seconds(ACCESS_LIFE), grant=grant)

    def grant(self, access: str) -> Grant:
        """Return what an access token stands for; raises UsageError `register.token-refused`."""
        secret = _bytes(access, "register.token-refused")
        return self._desk.register.online.grant(digest_of(secret, "access"), at=self._desk.now())

    def nonce(self) -> str:
        """Return a fresh nonce for key proofs."""
        return self.mint.make(self._desk.now())

    def credential(
        self, grant: Grant, proofs: Sequence[str], source: AttributeSource
    ) -> Delivered | Deferred:
        """Issue a copy for each proof, or note the request where a clerk must decide.

        Raises `online.proof-*` and `online.batch`, StoreError `register.nonce-*`, `register.grant-used`,
        what `source` raises, and as `Issuing.draft`.
        """
        secret = "\n".join(proofs).encode("utf-8", "surrogatepass")
        with self._issuing.one_at_a_time(grant.grant_id):
            earlier = self._issuing.earlier(grant, secret)
            return earlier or self._issue(grant, proofs, secret, source)

    def _issue(
        self, grant: Grant, proofs: Sequence[str], secret: bytes, source: AttributeSource
    ) -> Delivered | Deferred:
        at = self._desk.now()
        checked = check_proofs(proofs, audience=self._desk.facts.url, at=at, batch_limit=LIMITS.batch)
        nonce = self.mint.check(checked.nonce, at)
        if grant.needs_decision and not grant.rounds:
            return self._issuing.apply(grant, checked.cose_keys, secret, nonce, at=at)
        return self._issuing.issue(grant, checked.cose_keys, secret, source, nonce=nonce, at=at)

    def deferred(self, grant: Grant, transaction_id: str, source: AttributeSource) -> Delivered | Deferred:
        """Issue what was applied for, once it was approved.

        Raises UsageError `register.no-such-application`, `agency.application-refused`, and as `credential`.
        """
        secret = _bytes(transaction_id, "register.no-such-application")
        with self._issuing.one_at_a_time(grant.grant_id):
            return self._issuing.deferred(grant, secret, source, at=self._desk.now())

    def decide(self, application_id: str, *, approve: bool, reason: str) -> Application:
        """Approve or refuse an application; raises `register.*`."""
        desk = self._desk
        return desk.register.online.decide(
            application_id, approve=approve, reason=reason, who=desk.who, at=desk.now()
        )

    def notify(self, grant: Grant, notification_id: str, event: str) -> None:
        """Write down what became of a delivery; raises UsageError `register.no-such-delivery`."""
        secret = _bytes(notification_id, "register.no-such-delivery")
        self._desk.register.online.notify(
            digest_of(secret, "notification"), grant.grant_id, event, at=self._desk.now()
        )

    def _new_tokens(self, at: datetime) -> tuple[str, str, NewTokens]:
        access, refresh = self._desk.random(_SECRET), self._desk.random(_SECRET)
        new = NewTokens(
            access=digest_of(access, "access"),
            access_until=at + ACCESS_LIFE,
            refresh=digest_of(refresh, "refresh"),
            refresh_until=at + REFRESH_LIFE,
        )
        return strict_json.to_base64url(access), strict_json.to_base64url(refresh), new

    def _earlier(self, once: bytes, asked: bytes) -> MadeOffer | None:
        found = self._desk.register.online.offer_by_key(
            digest_of(once, "once"), hashlib.sha256(asked).digest()
        )
        return None if found is None else self._opened(found[0], open_answer(once, found[1]))

    def _opened(self, offer: Offer, kept: bytes) -> MadeOffer:
        return self._made(offer, kept[:_SECRET], kept[_SECRET:].decode() or None, new=False)

    def _made(self, offer: Offer, secret: bytes, code: str | None, *, new: bool) -> MadeOffer:
        address = f"{self._desk.facts.url}/offers/{strict_json.to_base64url(secret)}"
        return MadeOffer(
            offer=offer,
            link=link_by_value(self._document(offer, secret)),
            short_link=link_by_reference(address),
            tx_code=code,
            new=new,
        )

    def _document(self, offer: Offer, secret: bytes) -> OnlineOffer:
        return OnlineOffer(
            issuer=self._desk.facts.url,
            configurations=(offer.doc_type,),
            code=strict_json.to_base64url(_code(secret)),
            tx_code=TxCode(input_mode="numeric", length=_DIGITS) if offer.needs_code else None,
        )


def _code(secret: bytes) -> bytes:
    """Return the pre-authorized code of an offer: whoever has the link can have it, and nobody else."""
    return derived(secret, "pre-authorized code")


def _tx_digest(code: bytes, tx_code: str) -> bytes:
    """Return the mark of a transaction code; without the long code nobody can guess it."""
    return hmac.digest(code, b"tx_code " + tx_code.encode("utf-8", "surrogatepass"), "sha256")


def _bytes(text: str, refusal: str) -> bytes:
    """Return the bytes of a secret that we gave; anything else was never ours."""
    try:
        secret = strict_json.from_base64url(text)
    except MalformedError:
        secret = b""
    if len(secret) != _SECRET:
        raise UsageError(refusal)
    return secret


def _seconds(life: timedelta) -> int:
    return int(life.total_seconds())
