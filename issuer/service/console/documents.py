"""Documents: found by person, type and status; changed, with a second person where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.words.language import current
from issuer.agency import changing
from issuer.agency.rights import Right
from issuer.register import Status
from issuer.register.console_model import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from issuer.register.console_model import Proposal
    from issuer.service.console.door import Door, Visit

_SHOWN = 100
_TARGETS = 200


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    @routes.get("/documents")
    async def every(request: Request) -> Response:
        return await door.open(request, Right.LOOK, _every)

    @routes.post("/documents")
    async def found(request: Request) -> Response:
        return await door.post(request, Right.LOOK, _every)  # a reference has no place in an address

    @routes.post("/documents/change")
    async def change(request: Request) -> Response:
        return await door.post(request, Right.WORK, _change)

    @routes.get("/proposals")
    async def proposals(request: Request) -> Response:
        return await door.open(request, Right.LOOK, _proposals)

    @routes.get("/proposals/{name}")
    async def proposal(request: Request, name: str) -> Response:  # noqa: ARG001 - the door reads it
        return await door.open(request, Right.LOOK, _proposal)

    def decision(path: str, right: Right, work: Callable[[Visit], Proposal]) -> None:
        @routes.post(f"/proposals/{{name}}/{path}")
        async def decide(request: Request, name: str) -> Response:  # noqa: ARG001 - as above
            return await door.post(request, right, lambda visit: _decide(visit, work))

    decision("agree", Right.AGREE, lambda visit: changing.agree(visit.agency.desk, visit.path["name"]))
    decision("refuse", Right.AGREE, lambda visit: changing.refuse(visit.agency.desk, visit.path["name"]))
    decision("withdraw", Right.WORK, lambda visit: changing.withdraw(visit.agency.desk, visit.path["name"]))


def _every(visit: Visit, error: CounterproofError | None = None) -> Response:
    agency = visit.agency
    kind, status, after = visit.get("type"), visit.get("status"), visit.get("after")
    found = agency.register.list(
        subject=visit.get("person") or None,
        doc_type=agency.catalogue().find(kind).type.doc_type if kind else None,
        status=Status[status.upper()] if status in _STATUSES else None,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < _DIGITS else 0,
        limit=_SHOWN,
    )
    entries = agency.catalogue().entries
    return visit.page(
        "documents.html",
        found=found,
        types=[(entry.short, entry.type.name(current())) for entry in entries],
        names={entry.type.doc_type: entry.type.name(current()) for entry in entries},
        person=visit.get("person"),
        kind=kind,
        wanted=status,
        more=found[-1].act if len(found) == _SHOWN else 0,
        chosen=set(visit.every("target")),
        limit=changing.limit(agency.desk),
        proposable=error is not None and error.code == "agency.two-persons",
        action=visit.get("action"),
        reason=visit.get("reason"),
        error=error,
    )


_STATUSES = ("valid", "revoked", "suspended")
_DIGITS = 16


def _change(visit: Visit) -> Response:
    desk, action, targets = visit.agency.desk, visit.get("action"), visit.every("target")
    if action not in changing.STATUSES or not 1 <= len(targets) <= _TARGETS:
        return _every(visit, UsageError("console.nothing-chosen"))
    try:
        if visit.get("propose"):
            made = changing.propose(desk, action, targets, reason=visit.get("reason"))
            return visit.go(f"/proposals/{made.proposal_id}")
        changing.change(desk, action, targets, reason=visit.get("reason"))
    except CounterproofError as error:
        return _every(visit, error)
    return visit.go("/documents?done=1")


def _proposals(visit: Visit) -> Response:
    changes = visit.agency.register.changes
    return visit.page(
        "proposals.html", found=changes.proposals(limit=_SHOWN), limit=changing.limit(visit.agency.desk)
    )


def _proposal(visit: Visit, error: CounterproofError | None = None) -> Response:
    changes, name = visit.agency.register.changes, visit.path["name"]
    found = changes.proposal(name)
    return visit.page(
        "proposal.html",
        found=found,
        targets=changes.targets(name),
        own=folded(found.who) == folded(visit.session.clerk.name),
        over=found.expires_at <= visit.agency.desk.now(),
        error=error,
    )


def _decide(visit: Visit, work: Callable[[Visit], Proposal]) -> Response:
    try:
        made = work(visit)
    except CounterproofError as error:
        return _proposal(visit, error)
    return visit.go(f"/proposals/{made.proposal_id}")
