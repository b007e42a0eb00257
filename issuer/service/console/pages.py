"""Pages: templates that escape everything, and the headers that keep a page to itself."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from counterproof.words.explain import explain, explain_error
from counterproof.words.language import current, is_right_to_left, tr
from issuer.agency.rights import Right, may
from issuer.terms import number, offer_state, proposed, said

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.mdoc.errors import CounterproofError

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
        "state": offer_state,
        "said": said,
        "fill": _fill,
        "proposed": proposed,
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
    sentence = None if error is None else explain_error(error)
    values |= {"said": sentence, "code": "" if error is None else error.code}
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


def _fill(message: str, **values: object) -> str:
    """Put values into a message; what comes out is escaped as all text is."""
    return message.format_map(values)
