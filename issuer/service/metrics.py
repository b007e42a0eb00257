"""What is counted, for Prometheus: numbers of things, never of people."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "counterproof_requests", "HTTP requests.", ["route", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "counterproof_request_seconds",
            "Time until a request was answered.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._issued = Counter(
            "counterproof_issued", "Copies issued.", ["doc_type", "again"], registry=self.registry
        )
        self._refused = Counter(
            "counterproof_refused", "Requests refused, by code.", ["code"], registry=self.registry
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def issued(self, doc_type: str, copies: int, *, again: bool) -> None:
        """Count copies that went out; `again` for an answer that was given before."""
        self._issued.labels(doc_type, "yes" if again else "no").inc(copies)

    def refused(self, code: str) -> None:
        """Count a refusal by our own code."""
        self._refused.labels(code).inc()

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
