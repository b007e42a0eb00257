"""Running the service: sockets, TLS, signals, and an end that lets requests under way finish."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from typing import TYPE_CHECKING

import structlog
import uvicorn

from counterproof.mdoc.errors import CounterproofError, StoreError
from issuer.service.application import build
from issuer.service.protocol import guarded

if TYPE_CHECKING:
    from types import FrameType

    from issuer.service.service import Service
    from issuer.service.settings import ServiceSettings

_UPKEEP_SECONDS = 600
_LOG = structlog.get_logger("counterproof.service")


def server(service: Service) -> uvicorn.Server:
    """Return a server that is ready to run; raises UsageError and StoreError `service.*`."""
    settings = service.settings
    settings.check()
    limits = settings.limits
    config = uvicorn.Config(
        build(service),
        host=settings.host,
        port=settings.port,
        http=guarded(limits.head_seconds),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=limits.keep_alive_seconds,
        timeout_graceful_shutdown=limits.stop_seconds,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=limits.head,
        backlog=2048,
    )
    config.load()
    if settings.tls:
        config.ssl = _context(settings)
    return _Server(config, service)


class _Server(uvicorn.Server):
    """A server that stops saying that it is ready before it stops."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        # uvicorn would raise it once more behind its orderly end, and the command would end as if broken off.
        self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._upkeep = asyncio.create_task(self._keep_up())

    async def _keep_up(self) -> None:
        """Destroy the keys of old signers when their time comes; whatever is in the way is tried again."""
        while True:
            try:
                await self._service.work(self._service.agency.destroy_old_keys)
            except CounterproofError as error:
                _LOG.warning("upkeep", code=error.code)
            except Exception as error:  # noqa: BLE001 - an end of this task would leave old keys for good
                _LOG.error("upkeep", kind=type(error).__name__)
            await asyncio.sleep(_UPKEEP_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.stopping = True
        self._upkeep.cancel()
        await super().shutdown(sockets)


def listen(settings: ServiceSettings) -> socket.socket:
    """Open the socket to listen at; raises StoreError `service.address-in-use`, `service.address`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((settings.host, settings.port))
    except OSError as error:
        opened.close()
        in_use = error.errno == _IN_USE
        raise StoreError(
            "service.address-in-use" if in_use else "service.address", port=settings.port
        ) from None
    return opened


_IN_USE = errno.EADDRINUSE


def _context(settings: ServiceSettings) -> ssl.SSLContext:
    """Return TLS 1.2 and newer with the service's own certificate; nothing of it can be turned off."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert settings.certificate is not None
    try:
        context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError):
        raise StoreError("service.certificate") from None
    return context
