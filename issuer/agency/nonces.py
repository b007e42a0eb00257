"""Nonces for key proofs that prove themselves: who asks for many fills no table.

A nonce is its end, 16 random bytes and a MAC under the agency's nonce key. Where it is used its digest is
written down, in the transaction that issues, so it is good once all the same.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

LIFE = timedelta(minutes=5)
KEY_BYTES = 32

_TIME = 8
_CHANCE = 16
_MAC = 16


class NonceMint:
    """Makes and checks the nonces of one agency."""

    def __init__(self, key: bytes, random: Callable[[int], bytes]) -> None:
        self._key = key
        self._random = random

    def make(self, at: datetime) -> str:
        """Return a nonce that is good for LIFE from `at`."""
        body = int((at + LIFE).timestamp()).to_bytes(_TIME, "big") + self._random(_CHANCE)
        return strict_json.to_base64url(body + self._mac(body))

    def check(self, nonce: str, at: datetime) -> tuple[bytes, datetime]:
        """Return a nonce's digest and its end; whether it was used stands in the register.

        Raises StoreError `register.nonce-unknown` for one that is not ours, `register.nonce-expired`.
        """
        try:
            data = strict_json.from_base64url(nonce)
        except MalformedError:
            raise StoreError("register.nonce-unknown") from None
        body, mac = data[:-_MAC], data[-_MAC:]
        if len(body) != _TIME + _CHANCE or not hmac.compare_digest(self._mac(body), mac):
            raise StoreError("register.nonce-unknown")
        ends = datetime.fromtimestamp(int.from_bytes(body[:_TIME], "big"), UTC)
        if ends <= at:
            raise StoreError("register.nonce-expired", expired=ends.isoformat())
        return hashlib.sha256(data).digest(), ends

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_MAC]
