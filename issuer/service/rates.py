"""How often somebody may ask: a bucket of tokens for each address, filled evenly, in memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterproof.clock import Clock


class Rate:
    """At most `per_minute` of each key, in bursts of as many; the least recent keys are forgotten first."""

    def __init__(self, per_minute: int, clock: Clock, *, keys: int) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._keys = keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, cost: float = 1.0) -> float:
        """Take from the bucket of `key`; return 0, or the seconds until there would be enough."""
        left = self._left(key) - cost
        if left < 0:
            return -left * 60 / self._most
        self._put(key, left)
        return 0.0

    def empty(self, key: str) -> float:
        """Return the seconds until the bucket has one again, 0 if it has; nothing is taken."""
        return max(0.0, (1 - self._left(key)) * 60 / self._most)

    def _left(self, key: str) -> float:
        left, at = self._buckets.get(key, (self._most, 0.0))
        passed = max(0.0, self._clock.monotonic() - at)
        return min(self._most, left + passed * self._most / 60)

    def _put(self, key: str, left: float) -> None:
        self._buckets[key] = (left, self._clock.monotonic())
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
