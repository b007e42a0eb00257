"""Issuing at the desk: find a person, see what the card would say, show the code, print the number on a slip.

The code is on the screen and the number on paper, so that who sees the one need not have the other. Nothing
of either is kept: the page of the slip is made again out of the form's own secret.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - the framework reads it from here
from starlette.responses import Response  # noqa: TC002 - as above

from counterproof.mdoc.errors import CounterproofError
from counterproof.optics import draw
from counterproof.words.language import current
from issuer.agency.preview import preview
from issuer.agency.rights import Right

if TYPE_CHECKING:
    from fastapi import APIRouter

    from issuer.agency.online import MadeOffer
    from issuer.service.console.door import Door, Visit

_ONCE_BYTES = 16


def add(routes: APIRouter, door: Door) -> None:
    """Add the routes."""

    @routes.get("/issue")
    async def ask(request: Request) -> Response:
        return await door.open(request, Right.WORK, _ask)

    @routes.post("/issue/look")
    async def look(request: Request) -> Response:
        return await door.post(request, Right.WORK, _look)

    @routes.post("/issue/offer")
    async def offer(request: Request) -> Response:
        return await door.post(request, Right.WORK, _offer)

    @routes.post("/issue/slip")
    async def slip(request: Request) -> Response:
        return await door.post(request, Right.WORK, _slip)


def _ask(visit: Visit, error: CounterproofError | None = None) -> Response:
    entries = visit.agency.catalogue().entries
    types = [(entry.short, entry.type.name(current())) for entry in entries]
    return visit.page(
        "issue.html", types=types, person=visit.get("person"), kind=visit.get("type"), error=error
    )


def _look(visit: Visit, error: CounterproofError | None = None) -> Response:
    """Show what the card would say; with an error, the same form again, to be sent once somebody helped."""
    try:
        found = preview(visit.agency, visit.service.source, visit.get("type"), visit.get("person"))
    except CounterproofError as unfound:
        return _ask(visit, error or unfound)
    earlier = visit.agency.register.list(subject=found.subject, doc_type=found.entry.type.doc_type, limit=100)
    at = visit.agency.desk.now()
    standing = [each for each in earlier if each.revoked < each.copies and each.valid_until > at]
    once = visit.get("once") if error else visit.agency.desk.random(_ONCE_BYTES).hex()
    decide = bool(visit.get("decide"))
    return visit.page("look.html", found=found, standing=standing, once=once, decide=decide, error=error)


def _made(visit: Visit) -> MadeOffer:
    return visit.agency.online.offer(
        visit.get("type"), visit.get("person"), needs_decision=bool(visit.get("decide")), once=visit.once
    )


def _offer(visit: Visit) -> Response:
    try:
        made = _made(visit)
    except CounterproofError as error:
        return _look(visit, error)
    picture = base64.b64encode(draw.link_png(made.short_link)).decode()
    fields = {name: visit.get(name) for name in ("type", "person", "decide", "once")}
    return visit.page(
        "offer.html",
        offer=made.offer,
        link=made.short_link,
        picture=f"data:image/png;base64,{picture}",
        fields=fields,
    )


def _slip(visit: Visit) -> Response:
    made = _made(visit)
    return visit.page("slip.html", offer=made.offer, number=made.tx_code or "")
