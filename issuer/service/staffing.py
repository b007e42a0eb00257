"""Who works at the console, for programs: the same as its page `Staff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from counterproof.mdoc.errors import MalformedError
from issuer.agency.rights import Right
from issuer.register.online_model import Role
from issuer.service.problems import problem

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.agency import Agency
    from issuer.register.online_model import ApiToken
    from issuer.service.clerks import Desk


class ClerkForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody to be enrolled, or to be let back in under the same name."""

    name: str
    role: Literal["auditor", "clerk", "supervisor"]


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    from issuer.service.clerks import described  # noqa: PLC0415 - it gathers these routes

    origin, path = desk.service.settings.origin, desk.service.settings.path

    @routes.get("/clerks", summary="List who works at the console.")
    async def every(request: Request) -> Response:
        return await desk.run(request, Right.STAFF, lambda agency, _: agency.clerks.every())

    @routes.post("/clerks", status_code=201, **described(ClerkForm, "Enrol somebody, or let them back in."))
    async def enrol(request: Request) -> Response:
        try:
            form = await desk.body(request, ClerkForm)
        except MalformedError as error:
            return problem(error)

        def act(agency: Agency, _token: ApiToken) -> Any:
            made = agency.clerks.enrol(form.name, Role(form.role), at_console=True)
            link = f"{origin}{path}/console/enrol?code={made.code}"
            return {"clerk": made.clerk, "link": link}

        return await desk.run(request, Right.STAFF, act, status=201)

    @routes.post("/clerks/{clerk_id}/end", status_code=204, summary="Let somebody in no more.")
    async def end(request: Request, clerk_id: str) -> Response:
        return await desk.run(
            request,
            Right.STAFF,
            lambda agency, _: agency.clerks.end(clerk_id, at_console=True),
            status=204,
        )
