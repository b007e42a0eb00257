"""The flow, from a link to a card that is kept: a state for each page, and every step written down first.

`read` opens no connection: a person sees the host, and says yes to it. `look` shows who offers what. `begin`
exchanges the code; from then on everything is in the vault, and `go_on` continues after any break. What an
agency needs time for is asked for again with `go_on`. `renew` fetches new copies of a card.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.credential_types import shipped
from counterproof.handover.limits import LIMITS as HANDOVER_LIMITS
from counterproof.handover.openid4vci.metadata import proof_type
from counterproof.handover.openid4vci.offers import read_link
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.mdoc.errors import CounterproofError, UnsupportedError, UsageError
from wallet.cards import SOON, private_key, scalar_of
from wallet.online.addresses import Origin
from wallet.online.agency import AgencyService, Presented
from wallet.online.keeping import Kept, keep
from wallet.records import OnlineRecord, read
from wallet.verifying import trusted_agency

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.handover.openid4vci.forms import CredentialResponse, TokenResponse
    from counterproof.handover.openid4vci.offers import Link, OnlineOffer, TxCode
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.online.network import Network
    from wallet.vault import RecordId

    Progress = Callable[[str], None]

DEFAULT_COPIES: Final = 20
MARGIN: Final = 30
"""Seconds before its end at which an access token is exchanged for a new one."""

RENEW_SECONDS: Final = 6 * 3600
"""How long after copies were asked for no more of them are: agencies give none so soon."""

_LONG: Final = 3600


@dataclass(frozen=True, slots=True)
class Opening:
    """A link was read and nothing was asked of anybody yet: `host` is where the wallet would connect."""

    link: Link = field(repr=False)
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Who offers what. `agency` is a trusted agency's name where its root vouches for the service.

    `claimed` is what the service calls itself, which nobody vouches for. `code` is what is known of the code
    to type, None where none is needed. `copies` is how many would be asked for.
    """

    offer: OnlineOffer = field(repr=False)
    presented: Presented = field(repr=False)
    configuration: str
    host: str
    agency: str
    claimed: str
    doc_type: str
    name: str
    copies: int
    code: TxCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The agency needs time; `next_at` (Unix seconds) is when to ask again with `go_on`."""

    record_id: RecordId
    doc_type: str
    host: str
    next_at: int


class OnlineReceiving:
    """Getting cards over a network for one holder; `progress` hears the step that begins."""

    def __init__(self, holder: Holder, network: Network, *, progress: Progress = lambda _step: None) -> None:
        self._holder = holder
        self._network = network
        self._service = AgencyService(network)
        self._progress = progress

    @staticmethod
    def read(link: str) -> Opening:
        """Read a link and open no connection; raises `online.link`, `online.form` and others."""
        found = read_link(link)
        address = found.address or (found.offer.issuer if found.offer is not None else "")
        return Opening(found, str(Origin.of(address)))

    def agree_to_private(self, host: str) -> None:
        """Take the holder's word that this host in a private network is meant."""
        self._network.guide.private.add(host)

    def look(self, opening: Opening, *, language: str = "en") -> Offered:
        """Fetch the offer and what the agency says of itself; nothing of the holder leaves.

        Raises UsageError `online.private-address`, `online.no-trusted-agency`, and as `AgencyService`.
        """
        self._progress("looking")
        link, holder = opening.link, self._holder
        offer = link.offer or self._service.offer(str(link.address))
        at = holder.clock.now()
        presented = self._service.present(offer.issuer, holder.trust, at)
        configuration, doc_type = _choose(offer, presented)
        agency = _vouched(holder, presented.root, doc_type)
        kind = holder.trust.types().get(doc_type) or shipped().get(doc_type)
        if kind is None:
            raise UnsupportedError("online.type-unknown", doc_type=doc_type)
        wanted = kind.batch_size or DEFAULT_COPIES
        return Offered(
            offer=offer,
            presented=presented,
            configuration=configuration,
            host=opening.host,
            agency=agency,
            claimed=presented.issuer.claimed_name(language),
            doc_type=doc_type,
            name=kind.name(language),
            copies=min(wanted, presented.issuer.batch_size, HANDOVER_LIMITS.batch),
            code=offer.tx_code,
        )

    def begin(
        self,
        offered: Offered,
        *,
        code: str | None = None,
        copies: int | None = None,
        by_itself: bool = False,
    ) -> Kept | Waiting:
        """Accept an offer: exchange its code, write down what came of it, and fetch the card.

        Raises UsageError `online.code-missing`, `online.code-not-asked`, `online.code-refused`,
        `wallet.copies-offered`, and as `go_on`.
        """
        if (offered.code is None) != (code is None):
            raise UsageError("online.code-missing" if code is None else "online.code-not-asked")
        most = min(offered.presented.issuer.batch_size, HANDOVER_LIMITS.batch)
        count = offered.copies if copies is None else copies
        if not 1 <= count <= most:
            raise UsageError("wallet.copies-offered", count=count, limit=most)
        self._progress("exchanging")
        presented = offered.presented
        token = self._service.redeem(presented.server.token_endpoint, offered.offer.code, code)
        record = self._new_record(offered, token, count, by_itself=by_itself)
        with self._holder.vault.write() as tx:
            record_id = tx.add(record.kind, record.to_bytes())
        return self.go_on(record_id)

    def go_on(self, record_id: RecordId) -> Kept | Waiting:
        """Continue where it broke off, or ask again for what took longer.

        The same request is sent again, so an answer that was lost on the way comes again. Raises UsageError
        `online.denied`, `online.transaction-over`, `online.busy` and what verifying raises; the record stays
        unless the agency said no for good.
        """
        record = self._read(record_id)
        if record.transaction and record.next_at > self._holder.unix():
            return self._waiting(record_id, record)
        try:
            record = self._with_token(record_id, record)
            response = self._ask(record_id, record)
        except UsageError as error:
            if error.code in ("online.denied", "online.transaction-over") and not record.card:
                self._forget(record_id)
            raise
        record = self._read(record_id)
        if response.transaction_id is not None:
            return self._defer(record_id, record, response)
        return self._keep(record_id, record, response)

    def renew(self, card: Card) -> Kept | Waiting:
        """Fetch new copies of a card; raises UsageError `online.no-renewal` and as `go_on`."""
        found = self.renewal_of(card)
        if found is None:
            raise UsageError("online.no-renewal")
        record_id, record = found
        if not record.proofs and not record.transaction:
            record = self._refreshed(record_id, record)
        return self.go_on(record_id)

    def is_due(self, card: Card) -> bool:
        """Tell whether a card's copies or its time run low, and were not asked for just now."""
        found = self.renewal_of(card)
        now = self._holder.clock.now()
        low = card.runs_low or card.validity.valid_until - now <= SOON
        return low and found is not None and now.timestamp() - found[1].asked_at >= RENEW_SECONDS

    def allow_by_itself(self, card: Card, *, allowed: bool) -> None:
        """Write down whether new copies may be fetched without asking; raises `online.no-renewal`."""
        found = self.renewal_of(card)
        if found is None:
            raise UsageError("online.no-renewal")
        self._put(*found, by_itself=allowed)

    def renewal_of(self, card: Card) -> tuple[RecordId, OnlineRecord] | None:
        """Return what a card can be renewed with, or None."""
        for each in self._holder.records(OnlineRecord.kind):
            record = read(each, OnlineRecord)
            if record.card == card.id and record.refresh_token:
                return each.id, record
        return None

    def open_ones(self) -> list[tuple[RecordId, OnlineRecord]]:
        """Return what is under way: begun and not kept, or waiting for the agency."""
        found = [(each.id, read(each, OnlineRecord)) for each in self._holder.records(OnlineRecord.kind)]
        return [(key, record) for key, record in found if not record.card or record.transaction]

    def _new_record(
        self, offered: Offered, token: TokenResponse, copies: int, *, by_itself: bool
    ) -> OnlineRecord:
        issuer, now = offered.presented.issuer, self._holder.unix()
        target = {"credential_configuration_id": offered.configuration}
        for detail in token.authorization_details:
            if detail.credential_identifiers:
                target = {"credential_identifier": detail.credential_identifiers[0]}
        encryption, sealing = issuer.encryption, issuer.credential_request_encryption
        return OnlineRecord(
            issuer=issuer.credential_issuer,
            host=offered.host,
            endpoints={
                "token": offered.presented.server.token_endpoint,
                "nonce": issuer.nonce_endpoint or "",
                "credential": issuer.credential_endpoint,
                "deferred": issuer.deferred_credential_endpoint or "",
                "notification": issuer.notification_endpoint or "",
            },
            doc_type=offered.doc_type,
            target=target,
            root=offered.presented.root,
            copies=copies,
            access_token=token.access_token,
            access_until=now + (token.expires_in or _LONG),
            refresh_token=token.refresh_token or "",
            made_at=now,
            asked_at=now,
            needs_proof=proof_type(issuer.credential_configurations_supported[offered.configuration]),
            encryption={"jwk": sealing.key(), "enc": encryption} if encryption and sealing else {},
            device_keys=_fresh_keys(copies),
            by_itself=by_itself,
        )

    def _with_token(self, record_id: RecordId, record: OnlineRecord) -> OnlineRecord:
        """Return the record with an access token that still counts."""
        if record.access_until - MARGIN > self._holder.unix():
            return record
        return self._refreshed(record_id, record)

    def _refreshed(self, record_id: RecordId, record: OnlineRecord) -> OnlineRecord:
        if not record.refresh_token:
            raise UsageError("online.token-refused")
        self._progress("exchanging")
        token = self._service.refresh(record.endpoints["token"], record.refresh_token)
        return self._put(
            record_id,
            record,
            access_token=token.access_token,
            access_until=self._holder.unix() + (token.expires_in or _LONG),
            refresh_token=token.refresh_token or record.refresh_token,
        )

    def _ask(self, record_id: RecordId, record: OnlineRecord) -> CredentialResponse:
        self._progress("fetching")
        if record.transaction:
            request = {"transaction_id": record.transaction}
            return self._service.credentials(
                record.endpoints["deferred"], request, token=record.access_token, sealing=record.encryption
            )
        if record.proofs:
            try:
                return self._request(record)
            except UsageError as error:
                if error.code != "online.nonce-refused":
                    raise
        return self._request(self._prove(record_id, record))

    def _prove(self, record_id: RecordId, record: OnlineRecord) -> OnlineRecord:
        """Make proofs over a fresh nonce and write them down before they leave."""
        keys = record.device_keys or _fresh_keys(record.copies)
        nonce = self._service.nonce(record.endpoints["nonce"]) if record.endpoints["nonce"] else None
        at = self._holder.clock.now()
        proofs = tuple(
            make_proof(private_key(key), audience=record.issuer, nonce=nonce, at=at) for key in keys
        )
        return self._put(record_id, record, device_keys=keys, proofs=proofs, asked_at=self._holder.unix())

    def _request(self, record: OnlineRecord) -> CredentialResponse:
        request = {**record.target, "proofs": {"jwt": list(record.proofs)}}
        return self._service.credentials(
            record.endpoints["credential"], request, token=record.access_token, sealing=record.encryption
        )

    def _defer(self, record_id: RecordId, record: OnlineRecord, response: CredentialResponse) -> Waiting:
        assert response.transaction_id is not None  # looked at by the caller
        assert response.interval is not None  # read_credentials saw to it
        if not record.endpoints["deferred"]:
            raise UnsupportedError("online.no-deferred")
        next_at = self._holder.unix() + max(1, int(response.interval))
        record = self._put(record_id, record, transaction=response.transaction_id, next_at=next_at)
        return self._waiting(record_id, record)

    def _waiting(self, record_id: RecordId, record: OnlineRecord) -> Waiting:
        return Waiting(
            record_id=record_id, doc_type=record.doc_type, host=record.host, next_at=record.next_at
        )

    def _keep(self, record_id: RecordId, record: OnlineRecord, response: CredentialResponse) -> Kept:
        self._progress("checking")
        endpoint, event = record.endpoints["notification"], "credential_accepted"
        try:
            return keep(self._holder, record_id, record, response.documents)
        except CounterproofError:
            event = "credential_failure"
            raise
        finally:
            if endpoint and response.notification_id is not None:
                self._service.notify(endpoint, response.notification_id, event, token=record.access_token)

    def _read(self, record_id: RecordId) -> OnlineRecord:
        return read(self._holder.vault.get(record_id), OnlineRecord)

    def _put(self, record_id: RecordId, record: OnlineRecord, **changes: object) -> OnlineRecord:
        changed = msgspec.structs.replace(record, **changes)
        with self._holder.vault.write() as tx:
            tx.put(changed.kind, record_id, changed.to_bytes())
        return changed

    def _forget(self, record_id: RecordId) -> None:
        with self._holder.vault.write() as tx:
            tx.delete(record_id)


def _fresh_keys(count: int) -> tuple[bytes, ...]:
    return tuple(scalar_of(ec.generate_private_key(ec.SECP256R1())) for _ in range(count))


def _choose(offer: OnlineOffer, presented: Presented) -> tuple[str, str]:
    """Return the first offered configuration that this wallet can hold, and its docType."""
    known = presented.issuer.credential_configurations_supported
    for name in offer.configurations:
        configuration = known.get(name)
        if configuration is not None and configuration.format == "mso_mdoc" and configuration.doctype:
            if not proof_type(configuration):
                raise UnsupportedError("online.no-proof-type")
            return name, configuration.doctype
    raise UnsupportedError("online.no-format")


def _vouched(holder: Holder, root: str, doc_type: str) -> str:
    """Return the name of the agency that vouches for a service, empty where none does.

    Raises UsageError `online.no-trusted-agency` where no agency that this wallet trusts may issue the type:
    nothing that came could be verified.
    """
    if root:
        return trusted_agency(holder, root, doc_type)
    if not any(each.may_sign(doc_type) for each in holder.trust.issuers().anchors):
        raise UsageError("online.no-trusted-agency", doc_type=doc_type)
    return ""
