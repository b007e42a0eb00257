"""The token endpoint (section 6): a pre-authorized code or a refresh token for an access token."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import msgspec

from counterproof.handover.openid4vci.limits import LIMITS
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.mdoc import typed
from counterproof.mdoc.errors import CounterproofError
from issuer.service.problems import NO_STORE, RefusalError, at_token

if TYPE_CHECKING:
    from starlette.requests import Request

    from issuer.agency.online import Tokens
    from issuer.service.service import Service

FORM: Final = "application/x-www-form-urlencoded"
_DETAILS: Final = "openid_credential"
_MOST_FIELDS: Final = 32
_GUESSES: Final = frozenset({"register.code-refused", "register.tx-code-wrong", "register.refresh-refused"})


class _Detail(msgspec.Struct, frozen=True):
    type: str
    credential_configuration_id: str


async def token(service: Service, request: Request) -> dict[str, Any]:
    """Answer a token request; raise RefusalError with the error codes of RFC 6749, 5.2 and of 6.3."""
    service.admit(request)
    form = _form(request.headers.get("content-type", ""), await request.body(), service.settings.limits.form)
    try:
        tokens = await service.work(functools.partial(_exchange, service, form))
    except CounterproofError as error:
        request.state.code = error.code
        service.metrics.refused(error.code)
        if error.code in _GUESSES:
            service.count_refusal(request)
        raise at_token(error) from None
    return _answer(tokens)


def _exchange(service: Service, form: dict[str, str]) -> Tokens:
    online = service.agency.online
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise RefusalError("invalid_request", code="service.parameter-missing")
    if grant_type == PRE_AUTHORIZED:
        code = form.get("pre-authorized_code")
        if code is None:
            raise RefusalError("invalid_request", code="service.parameter-missing")
        tx_code = form.get("tx_code")
        if tx_code is not None and len(tx_code) > LIMITS.code:
            raise RefusalError("invalid_grant", code="register.tx-code-wrong")
        return online.redeem(code, tx_code, wanted=_wanted(form.get("authorization_details")))
    if grant_type == "refresh_token":
        if "refresh_token" not in form:
            raise RefusalError("invalid_request", code="service.parameter-missing")
        return online.refresh(form["refresh_token"])
    raise RefusalError("unsupported_grant_type", code="service.grant-type")


def _form(media_type: str, body: bytes, limit: int) -> dict[str, str]:
    """Read a form strictly: each parameter once (RFC 6749, 3.2), an empty one is left out."""
    if media_type.partition(";")[0].strip().lower() != FORM:
        raise RefusalError("invalid_request", code="service.media-type")
    if len(body) > limit:
        raise RefusalError("invalid_request", status=413, code="service.body")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise RefusalError("invalid_request", code="service.form") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise RefusalError("invalid_request", code="service.parameter-twice")
    return {name: value for name, value in form.items() if value}


def _wanted(details: str | None) -> frozenset[str] | None:
    """Return the types that authorization details name, None where there are none (5.1.1)."""
    if details is None:
        return None
    try:
        found = typed.from_json(details, list[_Detail])
    except (msgspec.MsgspecError, UnicodeError):
        found = []
    if not found or any(each.type != _DETAILS for each in found):
        raise RefusalError("invalid_authorization_details", code="service.details")
    return frozenset(each.credential_configuration_id for each in found)


def _answer(tokens: Tokens) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh,
    }
    grant = tokens.grant
    if grant.identified:
        detail = {
            "type": _DETAILS,
            "credential_configuration_id": grant.doc_type,
            "credential_identifiers": [grant.offer_id],
        }
        answer["authorization_details"] = [detail]
    return answer


HEADERS = NO_STORE
