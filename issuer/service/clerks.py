"""The interface for clerks and their programs: offers, applications, statuses, search (`/api/v1`).

Everything here goes through the agency's own methods, in the name of the token that asked.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError, MalformedError, UsageError
from issuer.agency import rights
from issuer.agency.rights import Right
from issuer.register import Status
from issuer.register.online_model import ApplicationState  # noqa: TC001 - the framework reads it
from issuer.service import matters, staffing
from issuer.service.problems import NO_STORE, problem
from issuer.service.service import too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer.agency import Agency
    from issuer.agency.online import MadeOffer
    from issuer.register.online_model import ApiToken
    from issuer.service.service import Service

Form = TypeVar("Form", bound=msgspec.Struct)

_BODY: Final = 65_536
_KEY: Final = 200
Limit = Annotated[int, Query(ge=1, le=1000)]


class OfferForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An offer to be made; `subject` is the agency's reference of a person, `minutes` its life."""

    type: str
    subject: str
    copies: int | None = None
    minutes: int | None = None
    code: bool = True
    decide: bool = False


class DecisionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision about an application; `reason` is a code such as `checked`."""

    approve: bool
    reason: str


class ReasonForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why something is done; a code such as `moved-away`."""

    reason: str


class StatusForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of status of a batch, or of one copy of it."""

    target: str
    action: Literal["revoke", "suspend", "reinstate"]
    reason: str


def router(service: Service) -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["clerks"])
    desk = Desk(service)
    _offers(made, desk)
    _applications(made, desk)
    _records(made, desk)
    staffing.add(made, desk)
    matters.add(made, desk)
    return made


class Desk:
    """Who asks, what they may, and their answer: what all routes share."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def run(
        self,
        request: Request,
        right: Right,
        act: Callable[[Agency, ApiToken], Any],
        *,
        status: int = 200,
    ) -> Response:
        """Do something for whoever's token this is, or say why not."""
        service = self.service
        service.admit_caller(request)
        try:
            token, secret = await self._token(request)
            request.state.token = token.token_id
            rights.check(token.role, right)
            wait = service.clerks.wait(token.token_id)
            if wait:
                raise too_many(wait)
            request.state.secret = secret
            agency = service.agency.acting_for(token.name)
            answer = await service.work(functools.partial(act, agency, token))
        except CounterproofError as error:
            request.state.code = error.code
            service.metrics.refused(error.code)
            return problem(error)
        return answer if isinstance(answer, Response) else _json(answer, status)

    async def body(self, request: Request, kind: type[Form]) -> Form:
        """Read a JSON body strictly; raises MalformedError `json.*`, `online.media-type`."""
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise MalformedError("online.media-type")
        return strict_json.convert(strict_json.loads(await request.body(), limit=_BODY), kind)

    async def _token(self, request: Request) -> tuple[ApiToken, str]:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise UsageError("register.token-refused")
        try:
            token = await self.service.work(functools.partial(self.service.agency.access.find, text.strip()))
        except UsageError:
            self.service.count_refusal(request)
            raise
        return token, text.strip()


def _offers(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/offers", status_code=201, **described(OfferForm, "Make an offer."))
    async def make(request: Request) -> Response:
        try:
            form = await desk.body(request, OfferForm)
            key = _idempotency_key(request)
        except MalformedError as error:
            return problem(error)

        def act(agency: Agency, _token: ApiToken) -> Any:
            once = None if key is None else f"{request.state.secret}\n{key}".encode()
            made = agency.online.offer(
                form.type,
                form.subject,
                copies=form.copies,
                life=None if form.minutes is None else _minutes(form.minutes),
                tx_code=form.code,
                needs_decision=form.decide,
                once=once,
            )
            return _json(_made(made), 201 if made.new else 200)

        return await desk.run(request, Right.WORK, act)

    @routes.get("/offers", summary="List offers, newest first.")
    async def every(request: Request, subject: str | None = None, limit: Limit = 100) -> Response:
        return await desk.run(
            request, Right.LOOK, lambda agency, _: agency.register.online.offers(subject=subject, limit=limit)
        )

    @routes.get("/offers/{offer_id}", summary="Show an offer.")
    async def one(request: Request, offer_id: str) -> Response:
        return await desk.run(request, Right.LOOK, lambda agency, _: agency.register.online.offer(offer_id))

    @routes.post(
        "/offers/{offer_id}/withdraw", status_code=204, **described(ReasonForm, "Take an offer back.")
    )
    async def withdraw(request: Request, offer_id: str) -> Response:
        try:
            form = await desk.body(request, ReasonForm)
        except MalformedError as error:
            return problem(error)
        return await desk.run(
            request,
            Right.WORK,
            lambda agency, _: agency.online.withdraw(offer_id, reason=form.reason),
            status=204,
        )


def _applications(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/applications", summary="List applications, those that waited longest first.")
    async def every(
        request: Request,
        state: ApplicationState | None = None,
        subject: str | None = None,
        limit: Limit = 100,
    ) -> Response:
        return await desk.run(
            request,
            Right.LOOK,
            lambda agency, _: agency.register.online.applications(state=state, subject=subject, limit=limit),
        )

    @routes.post(
        "/applications/{application_id}/decide",
        **described(DecisionForm, "Approve or refuse an application."),
    )
    async def decide(request: Request, application_id: str) -> Response:
        try:
            form = await desk.body(request, DecisionForm)
        except MalformedError as error:
            return problem(error)
        return await desk.run(
            request,
            Right.WORK,
            lambda agency, _: agency.online.decide(application_id, approve=form.approve, reason=form.reason),
        )


def _records(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/batches", summary="List what was issued, in the order of issue.")
    async def every(  # noqa: PLR0917 - the framework passes them by name
        request: Request,
        subject: str | None = None,
        type: str | None = None,  # noqa: A002 - the name of the parameter
        status: Literal["valid", "revoked", "suspended"] | None = None,
        after: Annotated[int, Query(ge=0, le=2**53)] = 0,
        limit: Limit = 100,
    ) -> Response:
        def act(agency: Agency, _token: ApiToken) -> Any:
            return agency.register.list(
                doc_type=None if type is None else agency.catalogue().find(type).type.doc_type,
                subject=subject,
                status=None if status is None else Status[status.upper()],
                after=after,
                limit=limit,
            )

        return await desk.run(request, Right.LOOK, act)

    @routes.get("/batches/{batch_id}", summary="Show a batch with its copies.")
    async def one(request: Request, batch_id: str) -> Response:
        return await desk.run(request, Right.LOOK, lambda agency, _: agency.register.show(batch_id))

    @routes.post("/status", **described(StatusForm, "Revoke, suspend or reinstate a batch or a copy."))
    async def set_status(request: Request) -> Response:
        try:
            form = await desk.body(request, StatusForm)
        except MalformedError as error:
            return problem(error)

        def act(agency: Agency, _token: ApiToken) -> Any:
            return {"copies": agency.set_status(form.action, form.target, reason=form.reason)}

        return await desk.run(request, Right.WORK, act)

    @routes.get("/state", summary="Show how the agency stands, and what runs low or runs out.")
    async def state(request: Request) -> Response:
        return await desk.run(request, Right.LOOK, lambda agency, _: agency.state())

    @routes.get("/metrics", summary="Numbers for Prometheus.", response_class=PlainTextResponse)
    async def metrics(request: Request) -> Response:
        def act(_agency: Agency, _token: ApiToken) -> Any:
            return PlainTextResponse(desk.service.metrics.text(), headers=NO_STORE)

        return await desk.run(request, Right.LOOK, act)


def described(kind: type[msgspec.Struct], summary: str) -> dict[str, Any]:
    """Describe a body for OpenAPI: the form is read by msgspec, which is stricter than the framework."""
    schema = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")[1]
    content = {"application/json": {"schema": schema[kind.__name__]}}
    return {
        "summary": summary,
        "openapi_extra": {"requestBody": {"required": True, "content": content}},
    }


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= _KEY and key.isascii() and key.isprintable()):
        raise MalformedError("online.form", field="Idempotency-Key")
    return key


def _minutes(count: int) -> timedelta:
    try:
        return timedelta(minutes=count)
    except OverflowError:
        return timedelta.max


def _made(made: MadeOffer) -> dict[str, Any]:
    return {
        **dataclasses.asdict(made.offer),
        "link": made.link,
        "short_link": made.short_link,
        "tx_code": made.tx_code,
    }


def _json(value: Any, status: int) -> Response:
    if status == 204:  # noqa: PLR2004 - HTTP's own number
        return Response(status_code=status, headers=NO_STORE)
    return JSONResponse(_plain(value), status, headers=NO_STORE)


_HIDDEN: Final = frozenset({"request", "device_keys", "handle"})


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; what a wallet asked is nobody's business here."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in dataclasses.fields(value) if each.name not in _HIDDEN]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, enum.Enum):
        return value.value if isinstance(value, str) else value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
