"""The first page: what waits for somebody, and what is about to run low or to end, signers included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from issuer.agency.rights import Right
from issuer.agency.state import Level
from issuer.register.online_model import ApplicationState

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.service.console.door import Door, Visit

_SHOWN = 20


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    @routes.get("/")
    async def show(request: Request) -> Response:
        return await door.open(request, Right.LOOK, _show)


def _show(visit: Visit) -> Response:
    agency = visit.agency
    state = agency.state()
    waiting = agency.register.online.applications(state=ApplicationState.WAITING, limit=_SHOWN)
    return visit.page(
        "overview.html",
        state=state,
        waiting=waiting,
        pressing=[each for each in state.findings if each.level is not Level.FINE],
        calm=[each for each in state.findings if each.level is Level.FINE],
        now=Level.NOW,
    )
