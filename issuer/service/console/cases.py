"""Case files: one line of time for a matter, what can be done with it, and a signed copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.words.language import current
from issuer.agency import changing, story
from issuer.agency.cases import SUFFIX
from issuer.agency.rights import Right
from issuer.register.online_model import ApplicationState
from issuer.service.console.pages import HEADERS
from issuer.service.matters import CASE_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from issuer.service.console.door import Door, Visit


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    @routes.get("/cases")
    async def every(request: Request) -> Response:
        return await door.open(request, Right.LOOK, _every)

    @routes.post("/cases")
    async def found(request: Request) -> Response:
        return await door.post(request, Right.LOOK, _every)  # a reference has no place in an address

    @routes.get("/cases/{name}")
    async def one(request: Request, name: str) -> Response:  # noqa: ARG001 - the door reads it from the path
        return await door.open(request, Right.LOOK, _one)

    @routes.post("/cases/{name}/export")
    async def export(request: Request, name: str) -> Response:  # noqa: ARG001 - as above
        return await door.post(request, Right.LOOK, _export)

    @routes.post("/cases/{name}/{what}")
    async def act(request: Request, name: str, what: str) -> Response:  # noqa: ARG001 - as above
        return await door.post(request, Right.WORK, _act)


def _every(visit: Visit) -> Response:
    subject = visit.get("person") or None
    found = visit.agency.cases.every(subject=subject)
    if not found and subject is not None:
        try:
            return visit.go(f"/cases/{visit.agency.register.cases.find(subject)}")
        except UsageError:
            pass  # neither a person nor the name of anything
    names = {entry.type.doc_type: entry.type.name(current()) for entry in visit.agency.catalogue().entries}
    return visit.page("cases.html", cases=found, person=subject or "", names=names)


def _one(visit: Visit, error: CounterproofError | None = None) -> Response:
    matter = visit.agency.cases.matter(visit.path["name"])
    names = {entry.type.doc_type: entry.type.name(current()) for entry in visit.agency.catalogue().entries}
    waiting = [each for each in matter.applications if each.state is ApplicationState.WAITING]
    return visit.page(
        "matter.html",
        matter=matter,
        kind=names.get(matter.doc_type, matter.doc_type),
        events=story.told(matter),
        waiting=waiting,
        text=visit.get("text"),
        error=error,
    )


def _export(visit: Visit) -> Response:
    content = visit.agency.cases.export(visit.path["name"])
    name = visit.agency.register.cases.find(visit.path["name"])
    disposition = {"Content-Disposition": f'attachment; filename="{name}{SUFFIX}"'}
    return Response(content, headers={**HEADERS, **disposition}, media_type=CASE_TYPE)


def _act(visit: Visit) -> Response:
    """Do one thing with a case, and show it again; what was typed is still there where that was refused."""
    agency, name = visit.agency, visit.path["name"]
    acts: dict[str, Callable[[], object]] = {
        "note": lambda: agency.cases.note(name, visit.get("text"), visit.get("kind")),
        "approve": lambda: agency.online.decide(
            visit.get("application"), approve=True, reason=visit.get("reason")
        ),
        "refuse": lambda: agency.online.decide(
            visit.get("application"), approve=False, reason=visit.get("reason")
        ),
        "withdraw": lambda: agency.online.withdraw(
            agency.register.cases.find(name), reason=visit.get("reason")
        ),
        "status": lambda: _status(visit),
    }
    if visit.path["what"] not in acts:
        raise UsageError("service.parameters")
    try:
        acts[visit.path["what"]]()
    except CounterproofError as error:
        return _one(visit, error)
    return visit.go(f"/cases/{agency.register.cases.find(name)}")


def _status(visit: Visit) -> int:
    action, targets = visit.get("action"), visit.every("target")
    if action not in changing.STATUSES or not targets:
        raise UsageError("service.parameters")
    return changing.change(visit.agency.desk, action, targets, reason=visit.get("reason"))
