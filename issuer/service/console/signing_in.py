"""Signing in and out, the link that enrols, recovery codes, and passkeys of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import JSONResponse, Response

from counterproof.mdoc.errors import CounterproofError
from issuer.register.console_model import SessionKind
from issuer.service.console.pages import HEADERS, render
from issuer.service.problems import status_of

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.service.console.door import Door, Visit

    Fields = dict[str, list[str]]


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""
    _sign_in(routes, door)
    _enrol(routes, door)
    _account(routes, door)


def _sign_in(routes: APIRouter, door: Door) -> None:
    clerks = door.service.agency.clerks

    @routes.get("/sign-in")
    async def show(request: Request) -> Response:
        return await door.public(request, lambda fields: _page(door, "sign_in.html", left="left" in fields))

    @routes.post("/sign-in/options")
    async def options(request: Request) -> Response:
        return await door.public(
            request, lambda _: JSONResponse(door.passkeys.ask_known(clerks), headers=HEADERS)
        )

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        def work(fields: Fields) -> Response:
            try:
                made = door.passkeys.sign_in(clerks, _one(fields, "ticket"), _one(fields, "credential"))
            except CounterproofError as error:
                return _refused(door, request, "sign_in.html", error, left=False)
            return door.let_in(made.secret, "/")

        return await door.public(request, work)

    @routes.post("/recover")
    async def recover(request: Request) -> Response:
        def work(fields: Fields) -> Response:
            try:
                made = clerks.recover(_one(fields, "code"))
            except CounterproofError as error:
                return _refused(door, request, "sign_in.html", error, left=False)
            return door.let_in(made.secret, "/account")

        return await door.public(request, work)

    @routes.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        return await door.sign_out(request)


def _enrol(routes: APIRouter, door: Door) -> None:
    clerks = door.service.agency.clerks

    @routes.get("/enrol")
    async def show(request: Request) -> Response:
        def work(fields: Fields) -> Response:
            code = _one(fields, "code")
            try:
                clerk = clerks.invited(code) if code else None
            except CounterproofError as error:
                return _refused(door, request, "enrol.html", error, invited=None, link="")
            return _page(door, "enrol.html", invited=clerk, link=code)

        return await door.public(request, work)

    @routes.post("/enrol/options")
    async def options(request: Request) -> Response:
        def work(fields: Fields) -> Response:
            clerk = clerks.invited(_one(fields, "code"))
            return JSONResponse(door.passkeys.ask_new(clerks, clerk), headers=HEADERS)

        return await door.public(request, work)

    @routes.post("/enrol")
    async def enrol(request: Request) -> Response:
        def work(fields: Fields) -> Response:
            code, ticket, answer = (_one(fields, name) for name in ("code", "ticket", "credential"))
            try:
                made = door.passkeys.enrol(clerks, code, ticket, answer)
            except CounterproofError as error:
                return _refused(door, request, "enrol.html", error, invited=None, link="")
            return _page(door, "codes.html", clerk=None, name=made.clerk.name, codes=made.codes)

        return await door.public(request, work)


def _account(routes: APIRouter, door: Door) -> None:
    def show(visit: Visit) -> Response:
        return visit.page("account.html", recovering=visit.session.kind is SessionKind.RECOVERY)

    def options(visit: Visit) -> Response:
        asked = door.passkeys.ask_new(visit.agency.clerks, visit.session.clerk)
        return JSONResponse(asked, headers=HEADERS)

    def add(visit: Visit) -> Response:
        clerks, ticket, answer = visit.agency.clerks, visit.get("ticket"), visit.get("credential")
        made = door.passkeys.add(clerks, visit.session, ticket, answer)
        if not made.codes:
            return visit.go("/account?added=1")
        return _page(door, "codes.html", clerk=None, name=made.clerk.name, codes=made.codes)

    @routes.get("/account")
    async def account(request: Request) -> Response:
        return await door.recovering(request, show)

    @routes.post("/account/options")
    async def asked(request: Request) -> Response:
        return await door.recovering(request, options)

    @routes.post("/account/passkey")
    async def added(request: Request) -> Response:
        return await door.recovering(request, add)


def _refused(
    door: Door, request: Request, template: str, error: CounterproofError, **values: Any
) -> Response:
    """Say on the same page that it was refused, and remember whose address guessed."""
    door.service.count_refusal(request)
    door.service.metrics.refused(error.code)
    request.state.code = error.code
    return render(
        template,
        status_of(error),
        error=error,
        clerk=None,
        agency=door.service.agency.facts.name,
        root=door.root,
        **values,
    )


def _page(door: Door, template: str, **values: Any) -> Response:
    given: dict[str, Any] = {"clerk": None, **values}
    return render(template, agency=door.service.agency.facts.name, root=door.root, **given)


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0].strip()
