"""The messages between wallet and endpoints, as msgspec structures; unknown members are passed over."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from counterproof import strict_json
from counterproof.handover.openid4vci.encryption import ResponseEncryption  # noqa: TC001 - msgspec reads it
from counterproof.handover.openid4vci.limits import LIMITS, check_text
from counterproof.handover.openid4vci.metadata import strict_json_lenient
from counterproof.mdoc.errors import LimitError, MalformedError

_MOST_CREDENTIALS = 200
_MOST_INTERVAL = 31 * 86_400
_MOST_LIFE = 10 * 366 * 86_400


class CredentialRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A credential request (8.2)."""

    credential_configuration_id: str | None = None
    credential_identifier: str | None = None
    proofs: dict[str, tuple[Any, ...]] | None = None
    credential_response_encryption: ResponseEncryption | None = None


class DeferredRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deferred credential request (9.1)."""

    transaction_id: str
    credential_response_encryption: ResponseEncryption | None = None


class NotificationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet says became of credentials (11.1)."""

    notification_id: str
    event: Literal["credential_accepted", "credential_failure", "credential_deleted"]
    event_description: str | None = None


class AuthorizationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a token response's `authorization_details` (6.2)."""

    type: str
    credential_configuration_id: str | None = None
    credential_identifiers: tuple[str, ...] = ()


class TokenResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A token response (6.2)."""

    access_token: str
    token_type: str
    expires_in: int | None = None
    refresh_token: str | None = None
    authorization_details: tuple[AuthorizationDetail, ...] = ()


class _Credential(msgspec.Struct, frozen=True, kw_only=True):
    credential: str


class CredentialResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A credential response (8.3), immediate or deferred."""

    credentials: tuple[_Credential, ...] | None = None
    transaction_id: str | None = None
    interval: int | float | None = None
    notification_id: str | None = None

    @property
    def documents(self) -> tuple[bytes, ...]:
        """The credentials as bytes."""
        return tuple(strict_json.from_base64url(each.credential) for each in self.credentials or ())


class ErrorResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An error of any endpoint; the description is the other side's and is not shown."""

    error: str
    error_description: str | None = None


class _Nonce(msgspec.Struct, frozen=True, kw_only=True):
    c_nonce: str


def read_token(data: bytes) -> TokenResponse:
    """Read a token response; raises MalformedError `json.*`, `online.form`."""
    token = strict_json.convert(strict_json_lenient(data, limit=LIMITS.token), TokenResponse)
    check_text(token.access_token, field="access_token", most=LIMITS.secret)
    if token.token_type.casefold() != "bearer":
        raise MalformedError("online.form", field="token_type")
    if token.refresh_token is not None:
        check_text(token.refresh_token, field="refresh_token", most=LIMITS.secret)
    if token.expires_in is not None and not 0 < token.expires_in <= _MOST_LIFE:
        raise MalformedError("online.form", field="expires_in")
    return token


def read_nonce(data: bytes) -> str:
    """Read a nonce response (7.2); raises MalformedError `json.*`, `online.form`."""
    nonce = strict_json.convert(strict_json_lenient(data, limit=LIMITS.token), _Nonce).c_nonce
    check_text(nonce, field="c_nonce", most=LIMITS.secret)
    return nonce


def read_credentials(data: bytes) -> CredentialResponse:
    """Read a credential response: credentials, or a transaction to come back with, and not both.

    Raises MalformedError `json.*`, `online.form`, LimitError `online.batch`.
    """
    found = strict_json.convert(strict_json_lenient(data, limit=LIMITS.response), CredentialResponse)
    if (found.credentials is None) == (found.transaction_id is None):
        raise MalformedError("online.form", field="credentials")
    if found.credentials is not None and not 1 <= len(found.credentials) <= _MOST_CREDENTIALS:
        raise LimitError("online.batch", count=len(found.credentials), limit=_MOST_CREDENTIALS)
    if found.transaction_id is not None:
        check_text(found.transaction_id, field="transaction_id", most=LIMITS.secret)
        if found.interval is None or not 0 < found.interval <= _MOST_INTERVAL:
            raise MalformedError("online.form", field="interval")
    if found.notification_id is not None:
        check_text(found.notification_id, field="notification_id", most=LIMITS.secret)
    return found


def read_error(data: bytes) -> str:
    """Return the code of an error response, or `unknown` where there is none that can be read."""
    try:
        code = strict_json.convert(strict_json_lenient(data, limit=LIMITS.token), ErrorResponse).error
    except MalformedError:
        return "unknown"
    known = len(code) <= LIMITS.code and code.replace("_", "").isalnum() and code.isascii()
    return code if known else "unknown"
