"""Pages: templates that escape everything, and the headers that keep a page to itself."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from counterproof.words.explain import explain, explain_error
from counterproof.words.language import current, is_right_to_left, ntr, tr
from counterproof.words.model import N_
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
    "open": N_("open"),
    "redeemed": N_("taken by a wallet"),
    "withdrawn": N_("taken back"),
    "locked": N_("locked after wrong codes"),
    "issued": N_("issued without an offer"),
}
_WORDS: Final = {
    "auditor": N_("auditor"),
    "clerk": N_("clerk"),
    "supervisor": N_("supervisor"),
    "valid": N_("valid"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "waiting": N_("waiting"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "done": N_("done"),
    "revoke": N_("revoke"),
    "suspend": N_("suspend"),
    "reinstate": N_("reinstate"),
    ISSUE: N_("issue"),
    WITHDRAW: N_("withdraw-signer"),
}
"""What roles, statuses, states and changes are called, by what the register calls them."""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("issuer.service.console"),
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "minute": _minute,
        "day": _day,
        "state": _state,
        "said": _said,
        "fill": _fill,
        "proposed": _proposed,
    }
    made.filters |= filters
    made.globals |= {
        "Right": Right,
        "may": may,
        "explain": explain,
        "tr": tr,
        "number": number,
        "spoken": current,
        "rightward": lambda: is_right_to_left(current()),
    }
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


def number(count: int, one: str, many: str) -> str:
    """Return how many there are of something, in words; the tools that gather messages look for this name."""
    return ntr(one, many, count).format(n=f"{count:,}")


def _fill(message: str, **values: object) -> str:
    """Put values into a message; what comes out is escaped as all text is."""
    return message.format_map(values)


def _proposed(proposal: Proposal) -> str:
    """Return in words what somebody proposed."""
    count = proposal.documents
    if proposal.action == ISSUE:
        return number(count, "Issue to {n} person", "Issue to {n} people")
    if proposal.action == WITHDRAW:
        return number(count, "Withdraw a signer with {n} document", "Withdraw a signer with {n} documents")
    if proposal.action == "revoke":
        return number(count, "Revoke {n} document", "Revoke {n} documents")
    if proposal.action == "suspend":
        return number(count, "Suspend {n} document", "Suspend {n} documents")
    return number(count, "Reinstate {n} document", "Reinstate {n} documents")


def _said(word: str) -> str:
    """Return what the register calls something, as people do."""
    return tr(_WORDS.get(word, word))


def _state(state: str) -> str:
    """Return the state of an offer or a case in words."""
    return tr(_STATES[state])
