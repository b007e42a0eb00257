"""The one way in to every page: which site, which session, which role, and whose form it is.

A handler is a function of a `Visit`. It runs in a thread, in the name of the clerk, when all of that holds.
"""

from __future__ import annotations

import functools
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from counterproof.mdoc.errors import CounterproofError, MalformedError, UsageError
from counterproof.words.language import of_header, speaking
from issuer.agency import rights
from issuer.agency.clerks import form_token
from issuer.register.console_model import SessionKind
from issuer.service.console.pages import HEADERS, render
from issuer.service.console.passkeys import Passkeys
from issuer.service.problems import NO_STORE, status_of
from issuer.service.service import too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from issuer.agency import Agency
    from issuer.agency.rights import Right
    from issuer.register.console_model import Session
    from issuer.service.service import Service

_FIELDS: Final = 1_200
_GUESSED: Final = frozenset({"console.link-refused", "console.sign-in-refused"})
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that was let in: the agency at the hands of a clerk, and the fields of a form or address.

    `once` is known to this session alone, so that a form that is sent twice does its work once.
    """

    agency: Agency
    service: Service
    session: Session
    secret: str = field(repr=False)
    fields: dict[str, list[str]] = field(repr=False)
    path: dict[str, str]
    root: str

    def get(self, name: str) -> str:
        """Return a field without the spaces around it, empty where it is not there."""
        return self.fields.get(name, [""])[0].strip()

    def every(self, name: str) -> list[str]:
        """Return all of a field that may be there more than once."""
        return self.fields.get(name, [])

    @property
    def once(self) -> bytes:
        """The secret under which this form is answered the same way again."""
        return f"{self.secret}\n{self.get('once')}".encode()

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page with what every page has."""
        error = values.get("error")
        return render(
            template,
            status_of(error) if error is not None and status == 200 else status,  # noqa: PLR2004 - HTTP's own
            clerk=self.session.clerk,
            token=form_token(self.secret),
            agency=self.agency.facts.name,
            root=self.root,
            **values,
        )

    def go(self, path: str) -> Response:
        """Return the way to another page, once something was done."""
        return RedirectResponse(f"{self.root}{path}", 303, headers=HEADERS)


class Door:
    """Lets requests in to the console of one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.root = f"{service.settings.path}/console"
        self.origin = service.settings.origin
        self.passkeys = Passkeys(self.origin, service.agency.facts.name)
        self._secure = self.origin.startswith("https:")
        self.cookie = "__Host-console" if self._secure else "console"
        self._open = False

    async def open(self, request: Request, right: Right, handler: Callable[[Visit], Response]) -> Response:
        """Show a page to somebody whose role may see it."""
        return await self._guarded(request, self._signed_in(request, right, handler, posted=False))

    async def post(self, request: Request, right: Right, handler: Callable[[Visit], Response]) -> Response:
        """Do what a form of this session asks for."""
        return await self._guarded(request, self._signed_in(request, right, handler, posted=True))

    async def public(self, request: Request, handler: Callable[[dict[str, list[str]]], Response]) -> Response:
        """Show a page, or take a form, of nobody who is signed in; each address may ask so often."""
        self.service.admit(request)

        async def work() -> Response:
            fields = await self._fields(request)
            return await self.service.work(functools.partial(handler, fields))

        return await self._guarded(request, work)

    def let_in(self, secret: str, to: str) -> Response:
        """Return the way on for somebody who signed in just now."""
        answer = RedirectResponse(f"{self.root}{to}", 303, headers=HEADERS)
        answer.set_cookie(
            self.cookie, secret, path="/", secure=self._secure, httponly=True, samesite="strict"
        )
        return answer

    def start(self) -> Response:
        """Return the way to the first page."""
        return RedirectResponse(f"{self.root}/", 303, headers=HEADERS)

    async def sign_out(self, request: Request) -> Response:
        """End a session, and let the browser forget its pages."""

        def leave(visit: Visit) -> Response:
            visit.agency.clerks.sign_out(visit.secret)
            answer = visit.go("/sign-in?left=1")
            answer.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
            answer.headers["Clear-Site-Data"] = '"cache"'
            return answer

        return await self._guarded(request, self._signed_in(request, None, leave, posted=True))

    async def recovering(self, request: Request, handler: Callable[[Visit], Response]) -> Response:
        """Let in who came by a recovery code as well: to make a passkey, and nothing else."""
        posted = request.method == "POST"
        return await self._guarded(request, self._signed_in(request, None, handler, posted=posted))

    def _signed_in(
        self, request: Request, right: Right | None, handler: Callable[[Visit], Response], *, posted: bool
    ) -> Callable[[], Any]:
        async def work() -> Response:
            secret = request.cookies.get(self.cookie, "")
            clerks = self.service.agency.clerks
            session = await self.service.work(functools.partial(clerks.session, secret))
            request.state.token = session.clerk.clerk_id
            if wait := self.service.clerks.wait(session.clerk.clerk_id):
                raise too_many(wait)
            fields = await self._fields(request)
            given = fields.get("token", [""])[0].encode("utf-8", "replace")
            if posted and not hmac.compare_digest(form_token(secret).encode(), given):
                raise UsageError("console.other-form")
            visit = Visit(
                agency=self.service.agency.acting_for(session.clerk.name),
                service=self.service,
                session=session,
                secret=secret,
                fields=fields,
                path=dict(request.path_params),
                root=self.root,
            )
            return await self.service.work(functools.partial(self._run, visit, right, handler))

        return work

    def _run(self, visit: Visit, right: Right | None, handler: Callable[[Visit], Response]) -> Response:
        try:
            if right is not None and visit.session.kind is SessionKind.RECOVERY:
                return visit.go("/account")
            if right is not None:
                rights.check(visit.session.clerk.role, right)
            return handler(visit)
        except CounterproofError as error:
            self.service.metrics.refused(error.code)
            return visit.page("refused.html", status_of(error), error=error)

    async def _guarded(self, request: Request, work: Callable[[], Any]) -> Response:
        service = self.service
        service.admit_caller(request)
        if not await self._is_open():
            return JSONResponse({"error": "not_found"}, 404, headers=NO_STORE)
        here = f"{self.origin.partition('://')[0]}://{request.headers.get('host', '')}"
        if here != self.origin:
            if request.method == "GET":
                return RedirectResponse(f"{self.origin}{quote(request.url.path)}", 307, headers=NO_STORE)
            return JSONResponse({"error": "not_found"}, 404, headers=NO_STORE)
        with speaking(of_header(request.headers.get("accept-language", ""))):
            return await self._spoken(request, work)

    async def _spoken(self, request: Request, work: Callable[[], Any]) -> Response:
        service = self.service
        try:
            self._check_sender(request)
            answer: Response = await work()
        except CounterproofError as error:
            request.state.code = error.code
            service.metrics.refused(error.code)
            if error.code in _GUESSED:
                service.count_refusal(request)
            if error.code == "console.signed-out":
                return RedirectResponse(f"{self.root}/sign-in", 303, headers=HEADERS)
            return self.refused(error)
        return answer

    def refused(self, error: CounterproofError) -> Response:
        """Say on a page of its own why something is refused to somebody who is not signed in."""
        name = self.service.agency.facts.name
        return render("stopped.html", status_of(error), error=error, agency=name, root=self.root)

    async def _is_open(self) -> bool:
        if not self.service.settings.console:
            return False
        self._open = self._open or await self.service.work(self.service.agency.clerks.any)
        return self._open

    def _check_sender(self, request: Request) -> None:
        """Refuse forms that another site sent: browsers say which one it was."""
        if request.method == "GET":
            return
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
        if origin != self.origin or site != "same-origin":
            raise UsageError("console.other-form")

    async def _fields(self, request: Request) -> dict[str, list[str]]:
        text = request.url.query
        if request.method == "POST":
            if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
                raise MalformedError("service.media-type")
            text = (await request.body()).decode("ascii", "replace")
        found: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
        except ValueError:
            raise MalformedError("service.form") from None
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        return found
