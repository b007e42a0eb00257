"""The nonce, credential, deferred credential and notification endpoints (sections 7, 8, 9 and 11)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from starlette.responses import JSONResponse, Response

from counterproof import strict_json
from counterproof.handover.openid4vci import encryption
from counterproof.handover.openid4vci.forms import CredentialRequest, DeferredRequest, NotificationRequest
from counterproof.handover.openid4vci.limits import LIMITS, check_text
from counterproof.handover.openid4vci.metadata import strict_json_lenient
from counterproof.mdoc.errors import CounterproofError, MalformedError
from issuer.agency.online_issuing import Delivered
from issuer.service.problems import NO_STORE, RefusalError, at_credential, at_notification, unauthorized

if TYPE_CHECKING:
    from starlette.requests import Request

    from counterproof.handover.openid4vci.encryption import ResponseEncryption
    from issuer.agency.online_issuing import Deferred
    from issuer.register.online_model import Grant
    from issuer.service.service import Service

    Form = TypeVar("Form", bound=msgspec.Struct)

_JSON: Final = "application/json"
_BEARER: Final = "bearer"


async def nonce(service: Service, request: Request) -> Response:
    """Give a nonce to whoever asks (7.2)."""
    service.admit(request)
    made = await service.work(service.agency.online.nonce)
    return JSONResponse({"c_nonce": made}, headers=NO_STORE)


async def credential(service: Service, request: Request) -> Response:
    """Issue, or say that it takes longer (8.2, 8.3)."""
    grant = await _grant(service, request)
    try:
        form = await _read(service, request, CredentialRequest)
        _check_target(form, grant, service)
        proofs = _proofs(form)
        work = functools.partial(service.agency.online.credential, grant, proofs, service.source)
        found = await service.work(work)
    except CounterproofError as error:
        raise _refused(service, request, error) from None
    return _answer(service, grant, found, form.credential_response_encryption)


async def deferred(service: Service, request: Request) -> Response:
    """Issue what took longer, or say that it still does (9.1, 9.2)."""
    grant = await _grant(service, request)
    try:
        form = await _read(service, request, DeferredRequest)
        work = functools.partial(service.agency.online.deferred, grant, form.transaction_id, service.source)
        found = await service.work(work)
    except CounterproofError as error:
        raise _refused(service, request, error) from None
    return _answer(service, grant, found, form.credential_response_encryption)


async def notification(service: Service, request: Request) -> Response:
    """Hear what became of credentials (11.1)."""
    grant = await _grant(service, request)
    try:
        _check_media(request, _JSON)
        members = strict_json_lenient(await request.body(), limit=LIMITS.token)
        form = strict_json.convert(members, NotificationRequest)
        if form.event_description:
            check_text(form.event_description, field="event_description", most=LIMITS.secret)
        work = functools.partial(service.agency.online.notify, grant, form.notification_id, form.event)
        await service.work(work)
    except CounterproofError as error:
        request.state.code = error.code
        service.metrics.refused(error.code)
        raise at_notification(error) from None
    return Response(status_code=204, headers=NO_STORE)


async def _grant(service: Service, request: Request) -> Grant:
    """Return what the access token stands for (RFC 6750, 2.1); raise RefusalError 401."""
    service.admit(request)
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if not text:
        raise unauthorized()
    if scheme.lower() != _BEARER:
        raise unauthorized("service.scheme")
    try:
        return await service.work(functools.partial(service.agency.online.grant, text.strip()))
    except CounterproofError as error:
        request.state.code = error.code
        service.metrics.refused(error.code)
        if error.code != "register.token-refused":
            raise at_credential(error) from None
        service.count_refusal(request)
        raise unauthorized(error.code) from None


async def _read(service: Service, request: Request, kind: type[Form]) -> Form:
    """Read a request in the open or sealed (section 10); unknown members are passed over."""
    body = await request.body()
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sealed = media == encryption.MEDIA_TYPE
    if sealed:
        key = await service.work(lambda: service.agency.online.encryption_key)
        text = body.decode("ascii", "replace").strip()
        body = encryption.unseal(text, key, limit=service.settings.limits.body)
    elif media != _JSON:
        raise MalformedError("online.media-type")
    form = strict_json.convert(strict_json_lenient(body, limit=LIMITS.request), kind)
    wanted: ResponseEncryption | None = getattr(form, "credential_response_encryption", None)
    if wanted is not None:
        if not sealed:
            # 8.2: in an open request somebody on the way could put a key of theirs.
            raise MalformedError("online.encryption-open")
        encryption.check_encryption(wanted)
    return form


def _check_media(request: Request, media_type: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise MalformedError("online.media-type")


def _check_target(form: CredentialRequest, grant: Grant, service: Service) -> None:
    """Check what is asked for against what was granted (8.2: one of two ways to name it, not both)."""
    name, identifier = form.credential_configuration_id, form.credential_identifier
    if (name is None) == (identifier is None) or (identifier is not None) != grant.identified:
        raise RefusalError("invalid_credential_request", code="online.target")
    if identifier is not None:
        if identifier != grant.offer_id:
            raise RefusalError("unknown_credential_identifier", code="online.target")
        return
    if name not in service.agency.catalogue().doc_types:
        raise RefusalError("unknown_credential_configuration", code="online.target")
    if name != grant.doc_type:
        challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        raise RefusalError("insufficient_scope", status=403, code="online.target", headers=challenge)


def _proofs(form: CredentialRequest) -> tuple[str, ...]:
    if form.proofs is None or list(form.proofs) != ["jwt"]:
        raise RefusalError("invalid_proof", code="online.proofs")
    proofs = form.proofs["jwt"]
    if not proofs or not all(isinstance(each, str) for each in proofs):
        raise RefusalError("invalid_proof", code="online.proofs")
    return proofs


def _refused(service: Service, request: Request, error: CounterproofError) -> RefusalError:
    request.state.code = error.code
    service.metrics.refused(error.code)
    return at_credential(error)


def _answer(
    service: Service, grant: Grant, found: Delivered | Deferred, wanted: ResponseEncryption | None
) -> Response:
    status = 200
    if isinstance(found, Delivered):
        service.metrics.issued(grant.doc_type, len(found.documents), again=not found.new)
        body: dict[str, Any] = {
            "credentials": [{"credential": strict_json.to_base64url(each)} for each in found.documents],
            "notification_id": found.notification_id,
        }
    else:
        status = 202
        body = {"transaction_id": found.transaction_id, "interval": found.interval}
    content = msgspec.json.encode(body)
    if wanted is None:
        return Response(content, status, headers=NO_STORE, media_type=_JSON)
    sealed = encryption.seal(content, wanted.jwk, wanted.enc)
    return Response(sealed, status, headers=NO_STORE, media_type=encryption.MEDIA_TYPE)
