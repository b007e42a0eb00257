"""Who works here: enrolled, let back in, and let in no more, by a supervisor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from counterproof.mdoc.errors import CounterproofError, UsageError
from issuer.agency.clerks import LINK_DAYS
from issuer.agency.desk import days
from issuer.agency.rights import Right
from issuer.register.online_model import Role

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.service.console.door import Door, Visit


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    def enrol(visit: Visit) -> Response:
        role = visit.get("role")
        if role not in set(Role):
            raise UsageError("service.parameters")
        try:
            made = visit.agency.clerks.enrol(visit.get("name"), Role(role), at_console=True)
        except CounterproofError as error:
            return _page(visit, error=error)
        link = f"{door.origin}{door.root}/enrol?code={made.code}"
        until = visit.agency.desk.now() + days(1, LINK_DAYS, LINK_DAYS)
        return _page(visit, link=link, invited=made.clerk, until=until)

    def end(visit: Visit) -> Response:
        visit.agency.clerks.end(visit.get("clerk"), at_console=True)
        return visit.go("/staff")

    @routes.get("/staff")
    async def show(request: Request) -> Response:
        return await door.open(request, Right.STAFF, _page)

    @routes.post("/staff/enrol")
    async def enrolled(request: Request) -> Response:
        return await door.post(request, Right.STAFF, enrol)

    @routes.post("/staff/end")
    async def ended(request: Request) -> Response:
        return await door.post(request, Right.STAFF, end)


def _page(visit: Visit, **values: Any) -> Response:
    given: dict[str, Any] = {"link": "", **values}
    return visit.page("staff.html", every=visit.agency.clerks.every(), **given)
