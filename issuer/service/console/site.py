"""The console's routes, gathered; they are pages for people, so the API's description leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import JSONResponse, Response

from issuer.service.console import cases, documents, offers, overview, signing_in, staff
from issuer.service.console.door import Door
from issuer.service.console.pages import static
from issuer.service.problems import NO_STORE

if TYPE_CHECKING:
    from issuer.service.service import Service


def router(service: Service) -> APIRouter:
    """Return the routes of the console, which says 404 to everything until a clerk is enrolled."""
    door = Door(service)
    routes = APIRouter(prefix="/console", include_in_schema=False)
    for family in (signing_in, overview, offers, cases, documents, staff):
        family.add(routes, door)

    @routes.get("/static/{name}")
    async def files(name: str) -> Response:
        return static(name) or JSONResponse({"error": "not_found"}, 404, headers=NO_STORE)

    @routes.get("")
    async def start(request: Request) -> Response:
        return await door.public(request, lambda _: door.start())

    return routes
