"""What OpenAPI says of the endpoints for wallets: their forms are the specification's, read by msgspec."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterproof.handover.openid4vci.forms import CredentialRequest, DeferredRequest, NotificationRequest

_TEXT: Final = {"type": "string"}
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": _TEXT, "error_description": _TEXT},
}


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a schema in one piece: the parts that msgspec names are put where they are used."""
    (_,), parts = msgspec.json.schema_components([kind], ref_template="{name}")

    def whole(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return whole(parts[value["$ref"]])
            return {name: whole(each) for name, each in value.items()}
        return [whole(each) for each in value] if isinstance(value, list) else value

    return dict(whole(parts[kind.__name__]))


def _responses(*numbers: int) -> dict[int | str, dict[str, Any]]:
    words = {
        202: "It takes longer: come back with the transaction_id.",
        204: "Noted.",
        400: "Refused, with an error code of the specification.",
        401: "No access token, or one that does not count.",
        403: "An access token for another credential.",
        404: "No such offer.",
        408: "The body came too slowly.",
        413: "The body is too large.",
        415: "The body is compressed.",
        429: "Too often; Retry-After says when to come again.",
        503: "The agency cannot issue just now.",
    }
    content = {"application/json": {"schema": _ERROR}}
    empty = (204,)
    return {
        number: {"description": words[number], **({} if number in empty else {"content": content})}
        for number in numbers
    }


def _endpoint(summary: str, *numbers: int, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": summary,
        "responses": _responses(*numbers, 408, 413, 415, 429, 503),
        **more,
    }
    if body is not None:
        described["openapi_extra"] = {"requestBody": {"required": True, "content": body}}
    return described


_JWE: Final = {"application/jwt": {"schema": _TEXT}}
_TOKEN_FORM: Final = {
    "application/x-www-form-urlencoded": {
        "schema": {
            "type": "object",
            "required": ["grant_type"],
            "properties": {
                "grant_type": _TEXT,
                "pre-authorized_code": _TEXT,
                "tx_code": _TEXT,
                "refresh_token": _TEXT,
                "authorization_details": _TEXT,
            },
        }
    }
}

METADATA: Final = _endpoint("Credential issuer metadata (12.2), signed where Accept asks for it.")
SERVER: Final = _endpoint("Authorization server metadata (RFC 8414).")
OFFER: Final = _endpoint("A credential offer by reference (4.1.3).", 404)
TOKEN: Final = _endpoint("A code or refresh token for an access token (6).", 400, body=_TOKEN_FORM)
NONCE: Final = _endpoint("A fresh nonce for key proofs (7).")
CREDENTIAL: Final = _endpoint(
    "Issue a copy for each key proof (8).",
    202,
    400,
    401,
    403,
    body={"application/json": {"schema": _schema(CredentialRequest)}, **_JWE},
)
DEFERRED: Final = _endpoint(
    "Fetch what a clerk had to decide (9).",
    202,
    400,
    401,
    body={"application/json": {"schema": _schema(DeferredRequest)}, **_JWE},
)
NOTIFICATION: Final = _endpoint(
    "Say what became of credentials (11).",
    204,
    400,
    401,
    body={"application/json": {"schema": _schema(NotificationRequest)}},
)
