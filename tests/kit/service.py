"""A service that really runs, on loopback, and a wallet of another maker that talks to it by hand."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.strict_json import from_base64url
from issuer.agency.attributes import PeopleFiles
from issuer.register.online_model import Role
from issuer.service.running import server
from issuer.service.service import Service
from issuer.service.settings import ServiceLimits, ServiceSettings
from tests.kit.agency import AT, RESIDENT, found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer.agency import Agency
    from issuer.agency.online import MadeOffer

RESIDENCY = "org.counterproof.residency.1"


def people(folder: Path, count: int = 1) -> PeopleFiles:
    """Write people with references A-17, A-18, ... into a file, and return it as a source."""
    every = [RESIDENT | {"subject": f"A-{17 + number}"} for number in range(count)]
    path = folder / "people.json"
    path.write_text(json.dumps(every), "utf-8")
    return PeopleFiles({RESIDENCY: path})


@dataclass
class Running:
    """A service that runs in a thread of this process."""

    agency: Agency
    service: Service
    clock: FixedClock
    url: str
    client: httpx.Client = field(repr=False)

    def offer(self, **more: Any) -> MadeOffer:
        """Make an offer for A-17."""
        options: dict[str, Any] = {"copies": 2, **more}
        return self.agency.online.offer(RESIDENCY, options.pop("subject", "A-17"), **options)

    def token(self, role: Role = Role.CLERK, name: str = "anna") -> dict[str, str]:
        """Return the headers of a clerk."""
        return {"Authorization": f"Bearer {self.agency.access.add(name, role).secret}"}

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send something to a path of the service."""
        return self.client.post(f"{self.url}{path}", **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Fetch something from a path of the service."""
        return self.client.get(f"{self.url}{path}", **more)


@contextlib.contextmanager
def running(folder: Path, *, limits: ServiceLimits | None = None, **more: Any) -> Iterator[Running]:
    """Found an agency at the address of a free port, and serve it until the block ends."""
    clock: FixedClock = more.pop("clock", None) or FixedClock(AT)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}{more.pop('path', '')}"
        kinds = ["residency", "eu-age-proof"]
        register = more.pop("register", None)
        agency = found(folder / "agency", clock, url=url, types=kinds, register=register)
        source = more.pop("source", None) or people(folder, more.pop("count", 1))
        # Tests ask as often as they like; those of the rates say otherwise.
        bounds = limits or ServiceLimits(wallet_per_minute=10**6, clerk_per_minute=10**6)
        settings = replace(ServiceSettings(url=url, limits=bounds), **more)
        service = Service(agency.acting_for("service"), source, settings, clock)
        web = server(service)
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with httpx.Client(trust_env=False, timeout=30) as client:
                yield Running(agency, service, clock, url, client)
        finally:
            web.should_exit = True
            thread.join(30)
            agency.close()


@dataclass
class OtherWallet:
    """A wallet of another maker: it follows the specification's steps and keeps what came back."""

    running: Running
    made: MadeOffer
    keys: list[ec.EllipticCurvePrivateKey] = field(default_factory=list)
    access: str = ""
    refresh: str = ""

    @property
    def offer(self) -> dict[str, Any]:
        """The credential offer, from the link that carries it."""
        query = parse_qs(urlsplit(self.made.link).query)
        return dict(json.loads(query["credential_offer"][0]))

    @property
    def bearer(self) -> dict[str, str]:
        """The header with the access token."""
        return {"Authorization": f"Bearer {self.access}"}

    def token(self, **changes: Any) -> httpx.Response:
        """Exchange the code; members of the form are replaced by name, None leaves one out."""
        grant = self.offer["grants"][PRE_AUTHORIZED]
        honest = {
            "grant_type": PRE_AUTHORIZED,
            "pre-authorized_code": grant["pre-authorized_code"],
            "tx_code": self.made.tx_code,
        }
        form = {name: value for name, value in (honest | changes).items() if value is not None}
        answer = self.running.post("/token", data=form)
        if answer.status_code == 200:
            self.access, self.refresh = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer

    def renew(self) -> httpx.Response:
        """Exchange the refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh}
        answer = self.running.post("/token", data=form)
        if answer.status_code == 200:
            self.access, self.refresh = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer

    def nonce(self) -> str:
        """Fetch a nonce."""
        return str(self.running.post("/nonce").json()["c_nonce"])

    def request(self, copies: int = 2, *, nonce: str | None = None, **changes: Any) -> dict[str, Any]:
        """Make a credential request with fresh keys."""
        self.keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(copies)]
        given = nonce or self.nonce()
        at = self.running.clock.now()
        proofs = [make_proof(key, audience=self.running.url, nonce=given, at=at) for key in self.keys]
        return {"credential_configuration_id": RESIDENCY, "proofs": {"jwt": proofs}} | changes

    def credential(self, request: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Ask for credentials."""
        body = self.request(**more) if request is None else request
        return self.running.post("/credential", json=body, headers=self.bearer)


def shopper(running: Running, **offer: Any) -> OtherWallet:
    """Return another maker's wallet that has exchanged its code."""
    wallet = OtherWallet(running, running.offer(**offer))
    assert wallet.token().status_code == 200
    return wallet


def random_reference() -> str:
    """Return a reference that nobody has."""
    return os.urandom(8).hex()


def error(answer: httpx.Response, status: int = 400) -> str:
    """Return the error code, and check the form that every error has (8.3.1.2, RFC 6749, 5.2)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    description = body.get("error_description", "")
    assert all(" " <= sign <= "~" and sign not in '"\\' for sign in description)
    return str(body["error"])


def documents(answer: httpx.Response) -> list[bytes]:
    """Return the credentials of an answer that has some."""
    assert answer.status_code == 200, answer.text
    return [from_base64url(each["credential"]) for each in answer.json()["credentials"]]
