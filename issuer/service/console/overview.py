"""The first page: what waits for somebody, and what is about to run low or to end, signers included."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from counterproof.words.language import current
from issuer.agency.rights import Right
from issuer.agency.state import Level
from issuer.register.console_model import ProposalState
from issuer.register.online_model import ApplicationState

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.service.console.door import Door, Visit

_SHOWN = 20
_SOON = timedelta(days=30)


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    @routes.get("/")
    async def show(request: Request) -> Response:
        return await door.open(request, Right.LOOK, _show)


def _show(visit: Visit) -> Response:
    agency = visit.agency
    state = agency.state()
    waiting = agency.register.online.applications(state=ApplicationState.WAITING, limit=_SHOWN)
    ending = agency.register.cases.ending(state.at, state.at + _SOON)
    return visit.page(
        "overview.html",
        state=state,
        waiting=waiting,
        pressing=[each for each in state.findings if each.level is not Level.FINE],
        calm=[each for each in state.findings if each.level is Level.FINE],
        now=Level.NOW,
        ending=ending,
        names={entry.type.doc_type: entry.type.name(current()) for entry in agency.catalogue().entries},
        soon=_SOON.days,
        proposals=agency.register.changes.proposals(state=ProposalState.WAITING, limit=_SHOWN),
    )
