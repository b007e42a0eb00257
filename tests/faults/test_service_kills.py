"""kill -9 while wallets are being issued to: every credential that left is in the register."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import socket
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import SystemClock
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from counterproof.handover.openid4vci.proofs import make_proof
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.strict_json import from_base64url
from issuer.agency import Agency
from issuer.register import Register
from tests.kit.agency import RESIDENT
from tests.kit.fault_sizes import WHOLE
from tests.kit.forkserver import ForkServer
from tests.kit.sealing import PASSPHRASE
from tests.kit.service import RESIDENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from issuer.register.model import BatchSummary

CLOCK = SystemClock()


class Killed:
    """A service in a process of its own, and wallets that keep what they get."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = {"name": "Harbour Borough", "country": "XX", "url": self.url, "types": ["residency"]}
        self.agency = Agency.init(folder / "agency", passphrase=PASSPHRASE, **options)  # type: ignore[arg-type]
        (folder / "people.json").write_text(json.dumps(RESIDENT), "utf-8")
        self.received: list[bytes] = []

    @property
    def words(self) -> tuple[str | Path, ...]:
        """What starts the service."""
        people = f"residency={self.folder / 'people.json'}"
        return ("serve", self.folder / "agency", "--port", str(self.port), "--people", people)

    def wait_until_ready(self) -> None:
        """Wait until it answers, a minute at most."""
        for _ in range(1_200):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health/ready", trust_env=False).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError

    def wait_for(self, count: int) -> None:
        """Wait until this many credentials have arrived, half a minute at most."""
        for _ in range(600):
            if len(self.received) >= count:
                return
            time.sleep(0.05)

    def shop(self, stop: threading.Event) -> None:
        """Get credentials one after the other until told to stop; what arrives is kept."""
        with contextlib.suppress(httpx.HTTPError), httpx.Client(trust_env=False, timeout=20) as client:
            while not stop.is_set():
                made = self.agency.online.offer(RESIDENCY, "A-17", copies=2, tx_code=False)
                code = self.agency.online.find_offer(made.short_link.rpartition("%2F")[2]).code
                form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
                token = client.post(f"{self.url}/token", data=form).json()["access_token"]
                nonce = client.post(f"{self.url}/nonce").json()["c_nonce"]
                keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
                proofs = [make_proof(key, audience=self.url, nonce=nonce, at=CLOCK.now()) for key in keys]
                body = {"credential_configuration_id": RESIDENCY, "proofs": {"jwt": proofs}}
                head = {"Authorization": f"Bearer {token}"}
                answer = client.post(f"{self.url}/credential", json=body, headers=head)
                documents = [from_base64url(each["credential"]) for each in answer.json()["credentials"]]
                self.received += documents


def mso_digest(document: bytes) -> bytes:
    payload = IssuerSigned.from_bytes(document).issuer_auth.payload
    assert payload is not None
    return hashlib.sha256(payload).digest()


def every_batch(register: Register) -> Iterator[BatchSummary]:
    page = register.list(limit=1000)
    while page:
        yield from page
        page = register.list(limit=1000, after=page[-1].act)


@pytest.mark.scenario("issuer", "nonce-kill")
@pytest.mark.parametrize("kills", [1, pytest.param(500, marks=WHOLE)])
def test_every_credential_that_left_is_in_the_register(
    tmp_path: Path, kills: int, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str, int], None]
) -> None:
    chance = random.Random(7)
    service = Killed(tmp_path)
    monkeypatch.setenv("COUNTERPROOF_PASSPHRASE", PASSPHRASE)
    with ForkServer("tests.kit.service_process") as server:
        for _ in range(kills):
            stop = threading.Event()
            wallets = [threading.Thread(target=service.shop, args=(stop,)) for _ in range(2)]
            with server.until_killed(*service.words):
                service.wait_until_ready()
                for each in wallets:
                    each.start()
                service.wait_for(len(service.received) + 2 * chance.randint(1, 4))
                time.sleep(chance.uniform(0, 0.1))
            stop.set()
            for each in wallets:
                each.join(60)
    assert service.received
    with contextlib.closing(Register.open(tmp_path / "agency" / "records.db")) as register:
        register.verify_log()
        known = {
            copy.mso_digest
            for batch in every_batch(register)
            for copy in register.show(batch.batch_id).credentials
        }
        missing = [each for each in map(mso_digest, service.received) if each not in known]
        assert missing == []
    service.agency.close()
    tried("issuer: kills of the service with wallets at it", kills)
