"""Our codes as errors of each protocol: OAuth 2.0 and OpenID4VCI for wallets, RFC 9457 for clerks.

What a wallet is told are the codes of the specification and our own beside them; never a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, MalformedError, StoreError
from counterproof.words.explain import explain_error

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_STORE: Final = {"Cache-Control": "no-store"}

_BUSY: Final = frozenset(
    {
        "register.busy",
        "register.damaged",  # what SQLite says of a page that cannot be read as well
        "register.disk-full",
        "register.disk-error",
        "register.read-only",
        "register.cannot-open",
        "register.clock-back",
        "register.conflict",
        "register.failed",
        "register.list-full",
        "agency.signer-retired",
        "agency.no-signer",
        "agency.key-missing",
        "agency.key-mismatch",
        "agency.restored",
        "catalogue.unreadable",
        "token.failed",
        "source.unreachable",
        "source.timeout",
        "source.status",
    }
)
"""What is the agency's trouble and not the asker's: it may be over soon."""

_DISK: Final = "sealing."

_TOKEN: Final = {
    "register.code-refused": "invalid_grant",
    "register.tx-code-wrong": "invalid_grant",
    "register.refresh-refused": "invalid_grant",
    "register.tx-code-missing": "invalid_request",
    "register.tx-code-unexpected": "invalid_request",
    "register.type-not-offered": "invalid_authorization_details",
}

_CREDENTIAL: Final = {
    "register.nonce-unknown": "invalid_nonce",
    "register.nonce-expired": "invalid_nonce",
    "register.nonce-used": "invalid_nonce",
    "register.no-such-application": "invalid_transaction_id",
    "online.batch": "invalid_credential_request",
    "online.encryption": "invalid_encryption_parameters",
    "online.encryption-open": "invalid_encryption_parameters",
    "online.sealed": "invalid_encryption_parameters",
    "online.sealed-form": "invalid_encryption_parameters",
    "register.device-key-used": "invalid_proof",
    "register.idempotency-mismatch": "invalid_proof",
}

_UNSAID = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class RefusalError(Exception):
    """An error response of OAuth 2.0 or OpenID4VCI."""

    def __init__(
        self, error: str, *, status: int = 400, code: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.code = code
        self.description = ""
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the response; it is never sealed, and never kept by anybody on the way."""
        body: dict[str, Any] = {"error": self.error}
        if self.description or self.code:
            body["error_description"] = self.description or self.code
        return JSONResponse(body, self.status, headers={**NO_STORE, **self.headers})


def unauthorized(code: str = "") -> RefusalError:
    """Return what RFC 6750, 3 says to a missing token (no code) or to one that does not count."""
    challenge = 'Bearer error="invalid_token"' if code else "Bearer"
    return RefusalError("invalid_token", status=401, code=code, headers={"WWW-Authenticate": challenge})


def at_token(error: CounterproofError) -> RefusalError:
    """Return an error as the token endpoint says it."""
    return _busy(error) or _said(
        error, RefusalError(_TOKEN.get(error.code, "invalid_request"), code=error.code)
    )


def at_credential(error: CounterproofError) -> RefusalError:
    """Return an error as the credential and the deferred endpoint say it (8.3.1.2, 9.3)."""
    name = _CREDENTIAL.get(error.code)
    if name is None and error.code.startswith("online.proof-"):
        name = "invalid_proof"
    if name is None and error.code.startswith(("json.", "online.")):
        name = "invalid_credential_request"
    return _busy(error) or _said(error, RefusalError(name or "credential_request_denied", code=error.code))


def at_notification(error: CounterproofError) -> RefusalError:
    """Return an error as the notification endpoint says it (11.3)."""
    missing = error.code == "register.no-such-delivery"
    name = "invalid_notification_id" if missing else "invalid_notification_request"
    return _busy(error) or _said(error, RefusalError(name, code=error.code))


def _busy(error: CounterproofError) -> RefusalError | None:
    if not _is_trouble(error):
        return None
    headers = {"Retry-After": "30"}
    return RefusalError("temporarily_unavailable", status=503, code=error.code, headers=headers)


def _is_trouble(error: CounterproofError) -> bool:
    return error.code in _BUSY or (isinstance(error, StoreError) and error.code.startswith(_DISK))


def _said(error: CounterproofError, refusal: RefusalError) -> RefusalError:
    """Add a sentence for whoever builds the wallet, in the characters that 8.3.1.2 allows."""
    refusal.description = _UNSAID.sub("'", f"{explain_error(error).what} [{error.code}]")
    return refusal


_STATUS: Final = {
    "register.no-such-offer": 404,
    "register.no-such-application": 404,
    "register.no-such-credential": 404,
    "register.no-such-token": 404,
    "agency.no-such-type": 404,
    "register.idempotency-mismatch": 422,
    "register.offer-over": 409,
    "register.decided-already": 409,
    "register.already-revoked": 409,
    "register.already-suspended": 409,
    "register.not-suspended": 409,
    "register.no-suspension": 409,
    "register.token-refused": 401,
    "agency.other-agency": 403,
    "service.role": 403,
    "register.no-such-case": 404,
    "register.no-such-proposal": 404,
    "register.proposal-over": 409,
    "agency.two-persons": 409,
    "agency.one-by-one": 409,
    "agency.not-second": 403,
    "agency.not-proposer": 403,
    "console.by-command": 403,
    "console.other-form": 403,
    "console.no-such-clerk": 404,
    "console.link-refused": 404,
    "console.sign-in-refused": 401,
    "console.signed-out": 401,
    "console.passkey-known": 409,
    "service.too-many": 429,
    "service.body": 413,
}


def status_of(error: CounterproofError) -> int:
    """Return the number by which HTTP says an error."""
    if isinstance(error, MalformedError | CryptoError | LimitError) and error.code not in _STATUS:
        return 400
    return _STATUS.get(error.code, 503 if _is_trouble(error) else 400)


def problem(error: CounterproofError, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as a problem (RFC 9457): the sentence, what to do, the code."""
    sentence = explain_error(error)
    status = status_of(error)
    body = {
        "type": "about:blank",
        "title": sentence.what,
        "detail": sentence.do,
        "status": status,
        "code": error.code,
    }
    extra = {"WWW-Authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004 - HTTP's own number
    if status == 503:  # noqa: PLR2004 - HTTP's own number
        extra["Retry-After"] = "30"
    every = {**NO_STORE, **extra, **(headers or {})}
    return JSONResponse(body, status, headers=every, media_type="application/problem+json")
