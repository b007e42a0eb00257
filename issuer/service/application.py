"""The application: the endpoints for wallets, the interface for clerks, the guards around both."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from counterproof.handover.openid4vci.encryption import MEDIA_TYPE
from counterproof.handover.openid4vci.signed import sign_metadata
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError, UsageError
from issuer.register import SignerRole
from issuer.service import clerks, credentials, descriptions, oauth
from issuer.service.console import site
from issuer.service.guards import BodyGuard, Witness
from issuer.service.metadata import issuer_metadata, server_metadata
from issuer.service.problems import NO_STORE, RefusalError, problem

if TYPE_CHECKING:
    from issuer.service.service import Service

_TITLE: Final = "Counterproof agency"


def build(service: Service) -> FastAPI:
    """Return the application for one agency."""
    path = service.settings.path
    app = FastAPI(
        title=_TITLE,
        version="1",
        openapi_url=f"{path}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(_well_known(service), tags=["OpenID4VCI"])
    app.include_router(_wallets(service), prefix=path, tags=["OpenID4VCI"])
    app.include_router(clerks.router(service), prefix=path)
    app.include_router(site.router(service), prefix=path)
    app.include_router(_health(service), prefix=path, tags=["health"])
    _catch(app)
    app.add_middleware(BodyGuard, limits=service.settings.limits)
    app.add_middleware(
        Witness, metrics=service.metrics, clock=service.clock, tls=service.settings.url.startswith("https")
    )
    return app


def _well_known(service: Service) -> APIRouter:
    routes = APIRouter()
    path = service.settings.path

    @routes.get(f"/.well-known/openid-credential-issuer{path}", **descriptions.METADATA)
    async def issuer(request: Request) -> Response:
        service.admit(request)
        signed = _prefers_signed(request.headers.get("accept", ""))
        try:
            return await service.work(functools.partial(_metadata, service, signed=signed))
        except CounterproofError as error:
            return problem(error)

    @routes.get(f"/.well-known/oauth-authorization-server{path}", **descriptions.SERVER)
    async def server(request: Request) -> Response:
        service.admit(request)
        return JSONResponse(server_metadata(service.agency.facts), headers=_MINUTES)

    return routes


_MINUTES: Final = {"Cache-Control": "public, max-age=300", "Vary": "Accept"}


def _metadata(service: Service, *, signed: bool) -> Response:
    agency = service.agency
    metadata = issuer_metadata(agency.facts, agency.catalogue(), agency.online.encryption_key.public_key())
    if not signed:
        return JSONResponse(metadata, headers=_MINUTES)
    desk = agency.desk
    at = desk.now()
    certificate = Certificate.from_der(desk.signer(SignerRole.STATUS, at).certificate)
    signer = desk.keys.signer(SignerRole.STATUS, certificate)
    text = sign_metadata(metadata, signer, [certificate], at=at)
    return Response(text, headers=_MINUTES, media_type=MEDIA_TYPE)


def _prefers_signed(accept: str) -> bool:
    """Tell whether a wallet would rather have signed metadata (12.2.2); JSON is what all others get."""
    weights = {MEDIA_TYPE: 0.0, "application/json": 0.0}
    for each in accept.split(",")[:32]:
        name, _, rest = each.partition(";")
        weight = 1.0
        for parameter in rest.split(";"):
            key, _, value = parameter.strip().partition("=")
            if key == "q":
                weight = float(value) if value.replace(".", "", 1).isdecimal() and value.isascii() else 0.0
        if name.strip().lower() in weights:
            weights[name.strip().lower()] = weight
    return weights[MEDIA_TYPE] > weights["application/json"]


def _wallets(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.get("/offers/{link}", **descriptions.OFFER)
    async def offer(request: Request, link: str) -> Response:
        service.admit(request)
        try:
            found = await service.work(functools.partial(service.agency.online.find_offer, link))
        except UsageError as error:
            service.count_refusal(request)
            return problem(error)
        return JSONResponse(found.to_json(), headers=NO_STORE)

    @routes.post("/token", **descriptions.TOKEN)
    async def token(request: Request) -> Response:
        return JSONResponse(await oauth.token(service, request), headers=NO_STORE)

    @routes.post("/nonce", **descriptions.NONCE)
    async def nonce(request: Request) -> Response:
        return await credentials.nonce(service, request)

    @routes.post("/credential", **descriptions.CREDENTIAL)
    async def credential(request: Request) -> Response:
        return await credentials.credential(service, request)

    @routes.post("/deferred_credential", **descriptions.DEFERRED)
    async def deferred(request: Request) -> Response:
        return await credentials.deferred(service, request)

    @routes.post("/notification", status_code=204, **descriptions.NOTIFICATION)
    async def notification(request: Request) -> Response:
        return await credentials.notification(service, request)

    return routes


def _health(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.get("/health/live", summary="Whether the process answers.")
    async def live() -> Response:
        return JSONResponse({"live": True}, headers=NO_STORE)

    @routes.get("/health/ready", summary="Whether credentials can be issued now.")
    async def ready() -> Response:
        code = await service.work(functools.partial(_not_ready, service))
        body: dict[str, Any] = {"ready": not code}
        if code:
            body["code"] = code
        return JSONResponse(body, 503 if code else 200, headers=NO_STORE)

    return routes


def _not_ready(service: Service) -> str:
    """Return the code of what is in the way of issuing, or nothing."""
    if service.stopping:
        return "service.stopping"
    desk = service.agency.desk
    try:
        desk.signer(SignerRole.DOCUMENT, desk.now())
    except CounterproofError as error:
        return error.code
    return ""


def _catch(app: FastAPI) -> None:
    @app.exception_handler(RefusalError)
    async def refused(request: Request, error: RefusalError) -> Response:
        if error.code:
            request.state.code = error.code
        return error.response()

    @app.exception_handler(CounterproofError)
    async def ours(_request: Request, error: CounterproofError) -> Response:
        return problem(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, _error: RequestValidationError) -> Response:
        return problem(UsageError("service.parameters"))

    @app.exception_handler(HTTPException)
    async def other(_request: Request, error: HTTPException) -> Response:
        return JSONResponse(
            {"error": "not_found" if error.status_code == 404 else "not_allowed"},  # noqa: PLR2004
            error.status_code,
            headers={**NO_STORE, **(error.headers or {})},
        )
