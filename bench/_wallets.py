"""Wallets of another maker that ask a service for credentials, as many at once as a bench wants.

They speak plain HTTP/1.1 over a connection each, from many addresses in 127.0.0.0/8, since the service bounds
how often one address may ask. What they received and how long each answer took goes back to the caller.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof import strict_json
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.mdoc.issuer_signed import IssuerSigned

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

BROKEN = (OSError, http.client.HTTPException)
PATIENCE = 60.0
"""Seconds for which a wallet tries again where the service is gone."""


@dataclass
class Seen:
    """What wallets saw: seconds of each answer, digests of what was issued, refusals."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By endpoint."""
    ended: list[float] = field(default_factory=list)
    """When each request for credentials was answered, seconds since 1970."""
    issued: list[bytes] = field(default_factory=list)
    """SHA-256 of each MSO."""
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    broken: int = 0
    """Requests whose answer never came, and that were sent again."""

    def add(self, other: Seen) -> None:
        """Put what others saw beside it."""
        for name, found in other.seconds.items():
            self.seconds[name] += found
        for name, count in other.refused.items():
            self.refused[name] += count
        self.ended += other.ended
        self.issued += other.issued
        self.broken += other.broken


@dataclass(frozen=True)
class Errand:
    """What every wallet is told: where the service is, whose it is, what it offers, for how long to go on."""

    host: str
    port: int
    issuer: str
    doc_type: str
    copies: int
    seconds: float


class Wallet:
    """One wallet after the other, over one connection."""

    def __init__(self, errand: Errand, number: int, seen: Seen) -> None:
        self._errand = errand
        self._source = f"127.{1 + number // 62500}.{1 + number // 250 % 250}.{1 + number % 250}"
        self._seen = seen
        self._connection: http.client.HTTPConnection | None = None

    def fetch(self, code: str) -> None:
        """Exchange the code of one offer, and fetch its credentials."""
        form = urlencode({"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code})
        token = self._post("/token", form.encode(), "application/x-www-form-urlencoded")
        nonce = self._post("/nonce", b"", "application/json") if token else None
        if not token or not nonce:
            return
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(self._errand.copies)]
        at, named = datetime.now(UTC), self._errand.issuer
        proofs = [make_proof(key, audience=named, nonce=nonce["c_nonce"], at=at) for key in keys]
        asked = {"credential_configuration_id": self._errand.doc_type, "proofs": {"jwt": proofs}}
        body = json.dumps(asked).encode()
        answer = self._post("/credential", body, "application/json", bearer=token["access_token"])
        if answer:
            self._seen.ended.append(time.time())
            for each in answer["credentials"]:
                document = IssuerSigned.from_bytes(strict_json.from_base64url(each["credential"]))
                payload = document.issuer_auth.payload or b""
                self._seen.issued.append(hashlib.sha256(payload).digest())

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, path: str, body: bytes, kind: str, *, bearer: str = "") -> dict[str, Any] | None:
        """Send a request until an answer comes; None where it is refused, which is counted."""
        headers = {"Content-Type": kind, **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        give_up = time.monotonic() + PATIENCE
        while True:
            began = time.perf_counter()
            try:
                status, content = self._exchange(path, body, headers)
            except BROKEN:
                self.close()
                self._seen.broken += 1
                if time.monotonic() > give_up:
                    self._seen.refused[f"{path} unanswered"] += 1
                    return None
                time.sleep(0.1)
                continue
            self._seen.seconds[path].append(time.perf_counter() - began)
            if status == 200:
                found: dict[str, Any] = json.loads(content)
                return found
            self._seen.refused[f"{path} {status} {json.loads(content).get('error')}"] += 1
            return None

    def _exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._connection is None:
            here = self._errand
            self._connection = http.client.HTTPConnection(
                here.host, here.port, timeout=30, source_address=(self._source, 0)
            )
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def crowd(errand: Errand, codes: list[str], first: int, threads: int, back: Connection) -> None:
    """Be a crowd of wallets in this process: so many at once, each offer once, until time or offers end."""
    back.send("begun")
    supply, lock, total = iter(codes), threading.Lock(), Seen()
    addresses = itertools.count(first)
    until = time.time() + errand.seconds

    def one() -> None:
        seen = Seen()
        while time.time() < until:
            with lock:
                together = list(itertools.islice(supply, _TOGETHER))
                wallet = Wallet(errand, next(addresses), seen)
            for code in together:
                if time.time() < until:
                    wallet.fetch(code)
            wallet.close()
            if not together:
                break
        with lock:
            total.add(seen)

    running = [threading.Thread(target=one) for _ in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    back.send((dict(total.seconds), total.ended, total.issued, dict(total.refused), total.broken))


_TOGETHER = 50
"""Residents who share an address and a connection, as behind a provider's gateway."""
