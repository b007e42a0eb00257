"""Where parts are made: in worker processes of Dask, here or on a cluster, or in this very process.

Local workers are found over TLS with a certificate that lives as long as the run: whoever else is on the
machine cannot hand them work. A cluster given by `tls://` takes its certificates from Dask's own settings;
`tcp://` is for a network that nobody else is on, since whoever reaches its scheduler can run programs there.
"""

from __future__ import annotations

import os
import signal
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CONNECT_SECONDS = "15s"
_RETRIES = 2


class Pool(Protocol):
    """Something that runs functions; `width` is how many of them at a time make sense."""

    width: int

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Begin with one."""

    def take(self) -> Any:
        """Wait for the next one that is done, and return what it gave; raises what it raised."""


class Here:
    """Runs everything in this process, when it is asked for."""

    width = 1

    def __init__(self) -> None:
        self._waiting: list[Callable[[], Any]] = []

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Keep it for `take`."""
        self._waiting.append(lambda: function(*arguments))

    def take(self) -> Any:
        """Run the oldest."""
        return self._waiting.pop(0)()


class Workers:
    """Runs functions on a Dask cluster."""

    def __init__(self, client: Any) -> None:
        from distributed import as_completed  # noqa: PLC0415 - a second of imports

        self._client = client
        self._done = as_completed(loop=client.loop, with_results=True, raise_errors=False)
        count = sum(client.nthreads().values())
        if not count:
            raise StoreError("bulk.no-workers")
        self.width = 2 * count + 1  # one more than is being worked on, so that nobody waits for us

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Send it to whichever worker is free; one that dies is replaced by another."""
        self._done.add(self._client.submit(function, *arguments, pure=False, retries=_RETRIES))

    def take(self) -> Any:
        """Return the next result."""
        future, result = self._done.next()
        if future.status == "error":
            error = result[1] if isinstance(result, tuple) else result
            if isinstance(error, CounterproofError):
                raise error
            raise StoreError("bulk.worker-failed", kind=type(error).__name__) from None
        return result


@contextmanager
def local(count: int, environment: dict[str, str]) -> Iterator[Pool]:
    """Give a pool of `count` worker processes on this machine, with `environment` in theirs; 0 for none."""
    if count == 0:
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        try:
            yield Here()
        finally:
            _put_back(before)
        return
    from distributed import Client, LocalCluster  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    with _quiet(), _inherited(environment):
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            security=Security.temporary(),
            silence_logs=50,
        )
    with _quiet(), cluster, Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
        yield Workers(client)


@contextmanager
def remote(address: str) -> Iterator[Pool]:
    """Give the workers of a scheduler at `tls://` or `tcp://`; raises StoreError `bulk.no-scheduler`."""
    from distributed import Client  # noqa: PLC0415

    if not address.startswith(("tls://", "tcp://")):
        raise UsageError("bulk.scheduler")
    with _quiet():
        try:
            client = Client(address, set_as_default=False, timeout=_CONNECT_SECONDS)
        except (OSError, ValueError, TimeoutError):
            raise StoreError("bulk.no-scheduler") from None
        with client:
            yield Workers(client)


@contextmanager
def _inherited(environment: dict[str, str]) -> Iterator[None]:
    """Let processes that are started have these variables, and leave an interrupt to us."""
    before = {name: os.environ.get(name) for name in environment}
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(environment)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        _put_back(before)


def _put_back(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
