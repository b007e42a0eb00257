"""The service itself, and a wallet at it, in one process and one thread: its end is a kill or a failing call.

    python -m tests.kit.service_worker AGENCY PEOPLE CODE

The wallet exchanges CODE, asks for two credentials, and asks again where it is told to come again; the
service stays up. `token TOKEN`, `nonce` and `issued DIGEST DIGEST` on standard output are acknowledgements:
what came back over HTTP. `refused STATUS CODE` is any other answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.strict_json import from_base64url
from issuer.agency.attributes import PeopleFiles
from issuer.service.application import build
from issuer.service.service import Service
from issuer.service.settings import ServiceLimits, ServiceSettings
from tests.kit import faults
from tests.kit.agency import AT, URL
from tests.kit.agency_worker import open_agency, say
from tests.kit.service import RESIDENCY

if TYPE_CHECKING:
    from collections.abc import Callable

COPIES = 2
_TRIES = 3
_OK = 200


class OneThread(Service):
    """The service, its blocking work done where it is asked for: strace follows one thread."""

    async def work(self, function: Callable[[], Any]) -> Any:
        """Run what waits for the register."""
        return function()


def service(folder: Path, people: Path) -> OneThread:
    """Return the service of an agency."""
    limits = ServiceLimits(wallet_per_minute=10**6, clerk_per_minute=10**6)
    source = PeopleFiles({RESIDENCY: people})
    return OneThread(
        open_agency(folder).acting_for("service"),
        source,
        ServiceSettings(url=URL, limits=limits),
        FixedClock(AT),
    )


class Shopper:
    """A wallet; `keys` are those for which it asks, the same each time it asks again."""

    def __init__(self, served: Service) -> None:
        transport = httpx.ASGITransport(build(served), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=URL)
        self.keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(COPIES)]

    async def shop(self, code: str) -> None:
        """Get the credentials, or say at which step it was refused."""
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
        token = await self.asked("/token", data=form)
        if token is None:
            return
        say(f"token {token['access_token']}")
        await self.fetch(token["access_token"])

    async def fetch(self, token: str) -> None:
        """Get the credentials for a token."""
        nonce = await self.asked("/nonce")
        if nonce is None:
            return
        say("nonce")
        proofs = [make_proof(key, audience=URL, nonce=nonce["c_nonce"], at=AT) for key in self.keys]
        body = {"credential_configuration_id": RESIDENCY, "proofs": {"jwt": proofs}}
        head = {"Authorization": f"Bearer {token}"}
        answer = await self.asked("/credential", json=body, headers=head)
        if answer is not None:
            say(" ".join(["issued", *(digest(each["credential"]) for each in answer["credentials"])]))

    async def asked(self, path: str, **more: Any) -> dict[str, Any] | None:
        """Ask, and ask again where the service is in trouble; None where it refuses for good."""
        for _ in range(_TRIES):
            answer = await self.client.post(path, **more)
            if answer.status_code == _OK:
                return dict(answer.json())
            say(f"refused {answer.status_code} {answer.text}")
        return None


def digest(credential: str) -> str:
    """Return the digest of the security object, by which the register knows a copy."""
    payload = IssuerSigned.from_bytes(from_base64url(credential)).issuer_auth.payload
    assert payload is not None
    return hashlib.sha256(payload).hexdigest()


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    served = service(Path(words[0]), Path(words[1]))
    shopper = Shopper(served)
    faults.ready()
    asyncio.run(shopper.shop(words[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
