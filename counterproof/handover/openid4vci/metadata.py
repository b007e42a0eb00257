"""What a credential issuer and its authorization server say of themselves (section 12), as a wallet reads it.

What the specification does not name, and what this wallet does not use, is passed over.
"""

from __future__ import annotations

from typing import Any

import msgspec

from counterproof import strict_json
from counterproof.handover.openid4vci.encryption import ALG, ENC
from counterproof.handover.openid4vci.limits import LIMITS, check_address
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.letters import is_plain
from counterproof.mdoc.errors import CryptoError, MalformedError, UnsupportedError

_MOST_NAME = 120


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A name in one language."""

    name: str | None = None
    locale: str | None = None


class _ProofType(msgspec.Struct, frozen=True, kw_only=True):
    algorithms: tuple[Any, ...] = msgspec.field(name="proof_signing_alg_values_supported")
    attestation: dict[str, Any] | None = msgspec.field(name="key_attestations_required", default=None)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    display: tuple[Named, ...] = ()


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of credential that an issuer has."""

    format: str
    doctype: str | None = None
    proof_types: dict[str, Any] = msgspec.field(name="proof_types_supported", default_factory=dict)
    credential_metadata: _Shown = _Shown()


class _Batch(msgspec.Struct, frozen=True, kw_only=True):
    batch_size: int


class RequestEncryption(msgspec.Struct, frozen=True, kw_only=True):
    """How requests can be sealed to the issuer."""

    jwks: dict[str, Any]
    enc_values_supported: tuple[str, ...]
    encryption_required: bool

    def key(self) -> dict[str, Any] | None:
        """Return a key of theirs that can be used, or None."""
        keys = self.jwks.get("keys")
        for each in keys if isinstance(keys, list) else []:
            if isinstance(each, dict) and each.get("crv") == "P-256" and each.get("alg") == ALG:
                return each
        return None


class _ResponseEncryption(msgspec.Struct, frozen=True, kw_only=True):
    alg_values_supported: tuple[str, ...]
    enc_values_supported: tuple[str, ...]
    encryption_required: bool


class IssuerMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of a credential issuer (12.2.4)."""

    credential_issuer: str
    credential_endpoint: str
    credential_configurations_supported: dict[str, Configuration]
    nonce_endpoint: str | None = None
    deferred_credential_endpoint: str | None = None
    notification_endpoint: str | None = None
    authorization_servers: tuple[str, ...] = ()
    credential_request_encryption: RequestEncryption | None = None
    credential_response_encryption: _ResponseEncryption | None = None
    batch_credential_issuance: _Batch | None = None
    display: tuple[Named, ...] = ()

    @property
    def batch_size(self) -> int:
        """How many copies one request may ask for."""
        return 1 if self.batch_credential_issuance is None else self.batch_credential_issuance.batch_size

    @property
    def encryption(self) -> str | None:
        """The content encryption to use for requests and responses, or None where they are not sealed.

        Both are sealed or neither (8.2): a response's key in an open request could be exchanged on the way.
        """
        mine, theirs = self.credential_request_encryption, self.credential_response_encryption
        if mine is None or theirs is None or mine.key() is None or ALG not in theirs.alg_values_supported:
            return None
        both = set(mine.enc_values_supported) & set(theirs.enc_values_supported)
        return next((enc for enc in ENC if enc in both), None)

    @property
    def encryption_required(self) -> bool:
        """Whether the issuer takes nothing that is not sealed."""
        every = (self.credential_request_encryption, self.credential_response_encryption)
        return any(each is not None and each.encryption_required for each in every)

    def claimed_name(self, language: str) -> str:
        """Return the name that the issuer gives itself; empty if it is not plain."""
        return choose_name(self.display, language)


class ServerMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of an authorization server (RFC 8414)."""

    issuer: str
    token_endpoint: str
    grant_types_supported: tuple[str, ...] = ()
    anonymous: bool = msgspec.field(name="pre-authorized_grant_anonymous_access_supported", default=False)


def choose_name(display: tuple[Named, ...], language: str) -> str:
    """Return the name in a language, else in a shorter form of its tag, else the first that can be shown."""
    plain = {
        (each.locale or "").casefold(): each.name
        for each in reversed(display)
        if each.name and len(each.name) <= _MOST_NAME and is_plain(each.name)
    }
    tag = language.replace("_", "-").casefold()
    while tag:
        for locale, name in plain.items():
            if locale == tag or locale.startswith(f"{tag}-"):
                return name
        tag = tag.rpartition("-")[0]
    english = [name for locale, name in plain.items() if locale.partition("-")[0] in ("en", "")]
    return (english or list(plain.values()) or [""])[-1]


def read_issuer(data: bytes, *, issuer: str) -> IssuerMetadata:
    """Read the metadata of `issuer`, which must be the very identifier that was asked for (12.2.4).

    Raises MalformedError `json.*`, `online.form`; CryptoError `online.other-issuer`.
    """
    return convert_issuer(strict_json_lenient(data), issuer=issuer)


def convert_issuer(members: Any, *, issuer: str) -> IssuerMetadata:
    """Return decoded metadata as `IssuerMetadata`; raises as `read_issuer`."""
    metadata = strict_json.convert(members, IssuerMetadata)
    if metadata.credential_issuer != issuer:
        raise CryptoError("online.other-issuer")
    endpoints = {
        "credential_endpoint": metadata.credential_endpoint,
        "nonce_endpoint": metadata.nonce_endpoint,
        "deferred_credential_endpoint": metadata.deferred_credential_endpoint,
        "notification_endpoint": metadata.notification_endpoint,
    }
    for field, address in endpoints.items():
        if address is not None:
            check_address(address, field=field)
    for server in metadata.authorization_servers:
        check_address(server, field="authorization_servers", query=False)
    if metadata.batch_size < 1:
        raise MalformedError("online.form", field="batch_size")
    return metadata


def read_server(data: bytes, *, issuer: str) -> ServerMetadata:
    """Read the metadata of an authorization server that serves pre-authorized codes without a client.

    Raises as `read_issuer`, and UnsupportedError `online.no-code-grant`.
    """
    metadata = strict_json.convert(strict_json_lenient(data), ServerMetadata)
    if metadata.issuer != issuer:
        raise CryptoError("online.other-issuer")
    check_address(metadata.token_endpoint, field="token_endpoint")
    if metadata.grant_types_supported and PRE_AUTHORIZED not in metadata.grant_types_supported:
        raise UnsupportedError("online.no-code-grant")
    return metadata


def proof_type(configuration: Configuration) -> bool:
    """Return whether a proof is to be made; raise UnsupportedError `online.no-proof-type` if we cannot.

    The one type that this wallet makes is `jwt` with ES256, without an attestation of the key's store.
    """
    if not configuration.proof_types:
        return False
    form = configuration.proof_types.get("jwt")
    if form is None:
        raise UnsupportedError("online.no-proof-type")
    kind = strict_json.convert(form, _ProofType)
    if "ES256" not in kind.algorithms or kind.attestation is not None:
        raise UnsupportedError("online.no-proof-type")
    return True


def strict_json_lenient(data: bytes, *, limit: int = LIMITS.metadata) -> dict[str, Any]:
    """Read a JSON object of another maker: keys once, no NaN; numbers with a fraction are theirs to use."""
    return strict_json.loads(data, limit=limit, fractions=True)
