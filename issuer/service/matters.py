"""Cases, proposals, and what would be issued, for programs: the same as the console's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response

from counterproof.mdoc.errors import MalformedError
from issuer.agency import changing
from issuer.agency.cases import case_facts
from issuer.agency.preview import preview
from issuer.agency.rights import Right
from issuer.register.console_model import ProposalState  # noqa: TC001 - as above
from issuer.service.problems import NO_STORE, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from issuer.agency import Agency
    from issuer.register.online_model import ApiToken
    from issuer.service.clerks import Desk

CASE_TYPE = "application/cose; cose-type=cose-sign1"
_PAGE = 1000


class NoteForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note of a case, or what went to the person or came from them."""

    text: str
    kind: Literal["note", "to-person", "from-person"] = "note"


class ProposalForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of batches and copies that a second person must agree to."""

    action: Literal["revoke", "suspend", "reinstate"]
    targets: list[str]
    reason: str


class PreviewForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose card of which type is to be looked at before an offer is made."""

    type: str
    subject: str


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _cases(routes, desk)
    _proposals(routes, desk)
    _preview(routes, desk)


def _cases(routes: APIRouter, desk: Desk) -> None:
    from issuer.service.clerks import described  # noqa: PLC0415 - it gathers these routes

    @routes.get("/cases", summary="List cases, the newest first.")
    async def every(
        request: Request,
        subject: str | None = None,
        type: str | None = None,  # noqa: A002 - its name
    ) -> Response:
        return await desk.run(
            request, Right.LOOK, lambda agency, _: agency.cases.every(subject=subject, doc_type=type)
        )

    @routes.get("/cases/{name}", summary="Show the case of an offer, an application, a batch or a copy.")
    async def one(request: Request, name: str) -> Response:
        def act(agency: Agency, _token: ApiToken) -> Any:
            uris = {each.list_id: each.uri for each in agency.register.status_lists()}
            return case_facts(agency.cases.matter(name), uris)

        return await desk.run(request, Right.LOOK, act)

    @routes.post("/cases/{name}/notes", status_code=201, **described(NoteForm, "Write a note."))
    async def note(request: Request, name: str) -> Response:
        try:
            form = await desk.body(request, NoteForm)
        except MalformedError as error:
            return problem(error)
        return await desk.run(
            request,
            Right.WORK,
            lambda agency, _: agency.cases.note(name, form.text, form.kind),
            status=201,
        )

    @routes.post("/cases/{name}/export", summary="Take a signed copy of a case.")
    async def export(request: Request, name: str) -> Response:
        def act(agency: Agency, _token: ApiToken) -> Any:
            return Response(agency.cases.export(name), headers=NO_STORE, media_type=CASE_TYPE)

        return await desk.run(request, Right.LOOK, act)


def _proposals(routes: APIRouter, desk: Desk) -> None:
    from issuer.service.clerks import described  # noqa: PLC0415 - as above

    @routes.post("/proposals", status_code=201, **described(ProposalForm, "Propose a change of statuses."))
    async def propose(request: Request) -> Response:
        try:
            form = await desk.body(request, ProposalForm)
        except MalformedError as error:
            return problem(error)

        def act(agency: Agency, _token: ApiToken) -> Any:
            return changing.propose(agency.desk, form.action, form.targets, reason=form.reason)

        return await desk.run(request, Right.WORK, act, status=201)

    @routes.get("/proposals", summary="List proposals, the newest first.")
    async def every(request: Request, state: ProposalState | None = None) -> Response:
        return await desk.run(
            request,
            Right.LOOK,
            lambda agency, _: agency.register.changes.proposals(state=state, limit=_PAGE),
        )

    @routes.get("/proposals/{proposal_id}", summary="Show a proposal and everything that it would change.")
    async def one(request: Request, proposal_id: str) -> Response:
        def act(agency: Agency, _token: ApiToken) -> Any:
            changes = agency.register.changes
            return {"proposal": changes.proposal(proposal_id), "targets": changes.targets(proposal_id)}

        return await desk.run(request, Right.LOOK, act)

    def decision(path: str, summary: str, right: Right, work: Callable[[Agency, str], Any]) -> None:
        @routes.post(f"/proposals/{{proposal_id}}/{path}", summary=summary, name=path)
        async def decide(request: Request, proposal_id: str) -> Response:
            return await desk.run(request, right, lambda agency, _: work(agency, proposal_id))

    decision(
        "agree",
        "Be the second person: it is carried out now.",
        Right.AGREE,
        lambda agency, name: changing.agree(agency.desk, name),
    )
    decision(
        "refuse",
        "Decline as the second person.",
        Right.AGREE,
        lambda agency, name: changing.refuse(agency.desk, name),
    )
    decision(
        "withdraw",
        "Take one's own proposal back.",
        Right.WORK,
        lambda agency, name: changing.withdraw(agency.desk, name),
    )


def _preview(routes: APIRouter, desk: Desk) -> None:
    from issuer.service.clerks import described  # noqa: PLC0415 - as above

    @routes.post("/preview", **described(PreviewForm, "Show what a person's card would say."))
    async def show(request: Request) -> Response:
        try:
            form = await desk.body(request, PreviewForm)
        except MalformedError as error:
            return problem(error)

        def act(agency: Agency, _token: ApiToken) -> Any:
            found = preview(agency, desk.service.source, form.type, form.subject)
            return {
                "doc_type": found.entry.type.doc_type,
                "subject": found.subject,
                "copies": found.copies,
                "valid_from": found.valid_from,
                "valid_until": found.valid_until,
                "shortened": found.shortened,
                "fields": [{"name": each.name, "value": each.value} for each in found.fields],
            }

        return await desk.run(request, Right.WORK, act)
