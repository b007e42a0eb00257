"""What all endpoints work with: the agency, where data comes from, rates, and threads for blocking work."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from issuer.service.metrics import Metrics
from issuer.service.problems import RefusalError
from issuer.service.rates import Rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from counterproof.clock import Clock
    from issuer.agency import Agency
    from issuer.agency.attributes import AttributeSource
    from issuer.service.settings import ServiceSettings

    Result = TypeVar("Result")


class Service:
    """One agency's service at work."""

    def __init__(
        self, agency: Agency, source: AttributeSource, settings: ServiceSettings, clock: Clock
    ) -> None:
        self.agency = agency
        self.source = source
        self.settings = settings
        self.clock = clock
        self.metrics = Metrics()
        limits = settings.limits
        self._wallets = Rate(limits.wallet_per_minute, clock, keys=limits.addresses)
        self._refusals = Rate(limits.refusals_per_minute, clock, keys=limits.addresses)
        self.clerks = Rate(limits.clerk_per_minute, clock, keys=limits.addresses)
        self.stopping = False

    @cached_property
    def _threads(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(self.settings.limits.workers)

    async def work(self, function: Callable[[], Result]) -> Result:
        """Run what waits for the register in a thread; a client that goes away does not break it off."""
        return await anyio.to_thread.run_sync(function, limiter=self._threads)

    def admit(self, request: Request) -> None:
        """Let a wallet's request in, or refuse it with 429 and a time to come again."""
        address = address_of(request)
        wait = self._wallets.wait(address) or self._refusals.empty(address)
        if wait:
            raise too_many(wait)

    def count_refusal(self, request: Request) -> None:
        """Remember a wrong code or token of an address."""
        self._refusals.wait(address_of(request))

    def admit_caller(self, request: Request) -> None:
        """Let a request to the interface for clerks in, unless its address guessed too often."""
        wait = self._refusals.empty(address_of(request))
        if wait:
            raise too_many(wait)


def too_many(wait: float) -> RefusalError:
    """Return what to say to somebody who asks too often."""
    headers = {"Retry-After": str(max(1, round(wait)))}
    return RefusalError("slow_down", status=429, code="service.too-many", headers=headers)


def address_of(request: Request) -> str:
    """Return the sender's address; behind a trusted proxy that is the one that the proxy names."""
    return request.client.host if request.client is not None else "unknown"
