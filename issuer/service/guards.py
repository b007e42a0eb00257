"""What every request must keep to before an endpoint sees it: size, form and time of its body.

The whole body is read here, up to its bound, so no endpoint waits for a slow sender. Heads are bounded by
`issuer.service.protocol` and by uvicorn.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import JSONResponse, Response

from counterproof.mdoc.errors import CounterproofError
from issuer.service.problems import NO_STORE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from counterproof.clock import Clock
    from issuer.service.metrics import Metrics
    from issuer.service.settings import ServiceLimits

SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


class BodyGuard:
    """Reads a request's body whole, within its size and its time, or answers instead."""

    def __init__(self, app: ASGIApp, limits: ServiceLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body at hand."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope["headers"]
        refusal = self._by_head(headers)
        if refusal is None:
            body = await self._read(receive)
            if isinstance(body, bytes):
                await self._app(scope, _replay(body, receive), send)
                return
            refusal = body
        if refusal is not None:
            await refusal(scope, receive, send)

    def _by_head(self, headers: list[tuple[bytes, bytes]]) -> Response | None:
        given = dict(headers)
        if given.get(b"content-encoding", b"identity").lower() != b"identity":
            return _answer(415, "unsupported_encoding")  # nothing is unpacked, so nothing can swell
        length = given.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._limits.body:
            return _answer(413, "too_large")
        return None

    async def _read(self, receive: Receive) -> bytes | Response | None:
        """Return the body, what to answer instead, or None where the sender went away."""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > self._limits.body:
                        return _answer(413, "too_large")
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            return _answer(408, "too_slow")


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _answer(status: int, error: str) -> Response:
    return JSONResponse({"error": error}, status, headers={**NO_STORE, "Connection": "close"})


class Witness:
    """Counts and times every request, logs it without a value, and ends what nobody caught."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, clock: Clock, tls: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock
        self._headers = (*SECURITY_HEADERS, *((_HSTS,) if tls else ()))
        self._log = structlog.get_logger("counterproof.service")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see what becomes of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = self._clock.monotonic(), 0
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name for name, _ in message["headers"]}
                own = [pair for pair in self._headers if pair[0] not in given]
                message["headers"] = [*message["headers"], *own, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        except Exception as error:  # noqa: BLE001 - the one boundary: a traceback could hold a value
            self._log.error("fault", request=request_id, kind=type(error).__name__, place=_place(error))
            if not status:
                await _answer(500, "server_error")(scope, receive, seen)
        finally:
            self._tell(scope, status, self._clock.monotonic() - began, request_id)

    def _tell(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.request(route, method, status, seconds)
        state = scope.get("state", {})
        self._log.info(
            "request",
            request=request_id,
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            code=state.get("code"),
            token=state.get("token"),
        )


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _place(error: BaseException) -> str:
    """Name the place of a fault and our own code, never the words of an exception."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "?" if last is None else f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}"
    return f"{where} {error.code}" if isinstance(error, CounterproofError) else where
