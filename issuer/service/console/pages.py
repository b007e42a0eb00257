"""Pages: templates that escape everything, and the headers that keep a page to itself."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from counterproof.words.explain import explain, explain_error
from issuer.agency.rights import Right, may
from issuer.register.bulk import ISSUE
from issuer.register.certificates import WITHDRAW

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.mdoc.errors import CounterproofError
    from issuer.register.console_model import Proposal

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self),"
    " publickey-credentials-create=(self)",
    "Referrer-Policy": "same-origin",
}
_KINDS: Final = {"pages.css": "text/css", "passkeys.js": "text/javascript", "icon.svg": "image/svg+xml"}

_STATES: Final = {
    "open": "open",
    "redeemed": "taken by a wallet",
    "withdrawn": "taken back",
    "locked": "locked after wrong codes",
    "issued": "issued without an offer",
}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("issuer.service.console"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"minute": _minute, "day": _day, "count": _count, "state": lambda state: _STATES[state]}
    made.filters["proposed"] = _proposed
    made.globals |= {"Right": Right, "may": may, "explain": explain}
    return made


def render(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page; what goes into it is text, whatever stands in it."""
    error: CounterproofError | None = values.pop("error", None)
    said = None if error is None else explain_error(error)
    values |= {"said": said, "code": "" if error is None else error.code}
    text = _environment().get_template(template).render(**values)
    return HTMLResponse(text, status, headers=HEADERS)


@cache
def _static(name: str) -> bytes:
    return resources.files("issuer.service.console").joinpath("static", name).read_bytes()


def static(name: str) -> Response | None:
    """Return one of the console's own files, or None."""
    if name not in _KINDS:
        return None
    return Response(_static(name), headers={"Cache-Control": "max-age=300"}, media_type=_KINDS[name])


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _day(at: datetime | None) -> str:
    return "" if at is None else at.date().isoformat()


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _proposed(proposal: Proposal) -> str:
    """Return in words what somebody proposed."""
    if proposal.action == ISSUE:
        return f"Issue to {_count(proposal.documents, 'person', 'people')}"
    documents = _count(proposal.documents, "document", "documents")
    if proposal.action == WITHDRAW:
        return f"Withdraw a signer with {documents}"
    return f"{proposal.action.capitalize()} {documents}"
