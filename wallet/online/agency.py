"""What an agency's service is asked: metadata, tokens, nonces, credentials; each answer read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.openid4vci import encryption
from counterproof.handover.openid4vci.forms import (
    CredentialResponse,
    TokenResponse,
    read_credentials,
    read_error,
    read_nonce,
    read_token,
)
from counterproof.handover.openid4vci.limits import LIMITS, well_known
from counterproof.handover.openid4vci.metadata import (
    IssuerMetadata,
    ServerMetadata,
    convert_issuer,
    read_issuer,
    read_server,
)
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED, OnlineOffer
from counterproof.handover.openid4vci.signed import prove_metadata
from counterproof.mdoc.errors import CounterproofError, CryptoError, MalformedError, UsageError
from counterproof.trust.names import fingerprint
from wallet.online.addresses import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterproof.trust.kept import Trust
    from wallet.online.network import Answer, Network

_OK, _ACCEPTED = 200, 202
_UNAUTHORIZED, _TOO_MANY = 401, 429
_SERVER = 500
_JSON = "application/json"

_REFUSALS = {
    "invalid_grant": "online.code-refused",
    "invalid_nonce": "online.nonce-refused",
    "invalid_proof": "online.nonce-refused",
    "invalid_transaction_id": "online.transaction-over",
    "credential_request_denied": "online.denied",
    "temporarily_unavailable": "online.busy",
}


@dataclass(frozen=True, slots=True)
class Presented:
    """An agency's service as it presents itself; `root` is that of a trusted agency that vouches for it."""

    issuer: IssuerMetadata
    server: ServerMetadata
    root: str = ""


class AgencyService:
    """One agency's service, reached over one network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def offer(self, address: str) -> OnlineOffer:
        """Fetch an offer by reference; it must come from the issuer's own host (`online.other-host`)."""
        answer = self._network.get(address, limit=LIMITS.offer)
        if answer.status != _OK:
            raise UsageError("online.offer-over")
        offer = OnlineOffer.from_bytes(answer.body)
        if Origin.of(offer.issuer).host != Origin.of(address).host:
            raise CryptoError("online.other-host", host=Origin.of(offer.issuer).host)
        return offer

    def present(self, issuer: str, trust: Trust, at: datetime) -> Presented:
        """Fetch what a service says of itself, signed if it can be; raises `online.*`, `json.*`.

        Every address in it must lie on the issuer's own host: that is the one the holder agreed to.
        """
        accept = f"{encryption.MEDIA_TYPE}, {_JSON};q=0.5"
        address = well_known(issuer, "openid-credential-issuer")
        answer = _good(self._network.get(address, limit=LIMITS.metadata, accept=accept))
        metadata, root = self._issuer(answer, issuer, trust, at)
        host = Origin.of(issuer).host
        server_id = metadata.authorization_servers[0] if metadata.authorization_servers else issuer
        _check_host(host, server_id)
        found = self._network.get(well_known(server_id, "oauth-authorization-server"), limit=LIMITS.metadata)
        server = read_server(_good(found).body, issuer=server_id)
        for each in (server.token_endpoint, metadata.credential_endpoint, metadata.nonce_endpoint):
            _check_host(host, each)
        for each in (metadata.deferred_credential_endpoint, metadata.notification_endpoint):
            _check_host(host, each)
        return Presented(metadata, server, root)

    def redeem(self, endpoint: str, code: str, tx_code: str | None) -> TokenResponse:
        """Exchange a pre-authorized code; raises UsageError `online.code-refused`."""
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
        if tx_code is not None:
            form["tx_code"] = tx_code
        return read_token(_good(self._network.post_form(endpoint, form, limit=LIMITS.token)).body)

    def refresh(self, endpoint: str, token: str) -> TokenResponse:
        """Exchange a refresh token; raises UsageError `online.code-refused`."""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return read_token(_good(self._network.post_form(endpoint, form, limit=LIMITS.token)).body)

    def nonce(self, endpoint: str) -> str:
        """Fetch a fresh nonce."""
        return read_nonce(_good(self._network.post(endpoint, b"", _JSON, limit=LIMITS.token)).body)

    def credentials(
        self, endpoint: str, request: Mapping[str, Any], *, token: str, sealing: Mapping[str, Any]
    ) -> CredentialResponse:
        """Ask for credentials, or again for what took longer.

        `sealing` is the issuer's key and the content encryption, empty where nothing is sealed. Raises
        UsageError `online.nonce-refused`, `online.denied`, `online.token-refused`, `online.busy` and others.
        """
        if not sealing:
            body = msgspec.json.encode(request)
            answer = self._network.post(endpoint, body, _JSON, limit=LIMITS.response, bearer=token)
            return read_credentials(_good(answer).body)
        own = ec.generate_private_key(ec.SECP256R1())
        wanted = {"jwk": encryption.public_jwk(own.public_key()), "enc": sealing["enc"]}
        plain = msgspec.json.encode({**request, "credential_response_encryption": wanted})
        sealed = encryption.seal(plain, sealing["jwk"], sealing["enc"]).encode("ascii")
        answer = self._network.post(
            endpoint, sealed, encryption.MEDIA_TYPE, limit=LIMITS.response, bearer=token
        )
        if _good(answer).media_type != encryption.MEDIA_TYPE:
            raise CryptoError("online.not-sealed")
        text = answer.body.decode("ascii", "replace").strip()
        return read_credentials(encryption.unseal(text, own, limit=LIMITS.response))

    def notify(self, endpoint: str, notification_id: str, event: str, *, token: str) -> None:
        """Tell the agency what became of a card; it need not hear it, so nothing is raised."""
        body = msgspec.json.encode({"notification_id": notification_id, "event": event})
        try:
            self._network.post(endpoint, body, _JSON, limit=LIMITS.token, bearer=token)
        except CounterproofError:
            return

    def _issuer(self, answer: Answer, issuer: str, trust: Trust, at: datetime) -> tuple[IssuerMetadata, str]:
        """Read metadata; what is signed by nobody who is trusted is read in its open form (12.2.3)."""
        if answer.media_type != encryption.MEDIA_TYPE:
            return read_issuer(answer.body, issuer=issuer), ""
        issuers = trust.issuers()
        roots = [each.certificate for each in issuers.anchors]
        try:
            text = answer.body.decode("ascii", "replace").strip()
            members, root = prove_metadata(text, issuer=issuer, roots=roots, at=at, crls=issuers.crls)
        except CryptoError as error:
            if error.code not in ("online.signer-untrusted", "online.signer-missing"):
                raise
            address = well_known(issuer, "openid-credential-issuer")
            open_answer = _good(self._network.get(address, limit=LIMITS.metadata))
            return read_issuer(open_answer.body, issuer=issuer), ""
        return convert_issuer(members, issuer=issuer), fingerprint(root)


def _check_host(host: str, address: str | None) -> None:
    if address is not None and Origin.of(address).host != host:
        raise CryptoError("online.other-host", host=Origin.of(address).host)


def _good(answer: Answer) -> Answer:
    """Return an answer that is no refusal; its own words are not repeated, only what they mean to us."""
    if answer.status in (_OK, _ACCEPTED):
        return answer
    error = read_error(answer.body)
    if answer.status == _UNAUTHORIZED:
        raise UsageError("online.token-refused")
    if answer.status == _TOO_MANY or answer.status >= _SERVER:
        raise UsageError("online.busy", status=answer.status)
    if error in _REFUSALS:
        raise UsageError(_REFUSALS[error])
    raise MalformedError("online.refused", status=answer.status, error=error)
