"""`issuer serve` as it is run: a process of its own with its own certificate, told to end by a signal.

What runs day and night has no root key: not in its folder, not in its memory, not in a copy of either.
"""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from counterproof.clock import SystemClock
from counterproof.mdoc.certificates.model import Certificate
from issuer.agency import Agency
from issuer.cli import main
from issuer.register import SignerRole
from issuer.register.online_model import Role
from tests.flows.test_wallet_online_tls import Authority
from tests.kit.passkey import ClerkBrowser, SoftPasskey
from tests.kit.sealing import PASSPHRASE
from tests.kit.service import OtherWallet
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS = 60.0


@dataclass
class Served:
    """A running service, as a wallet and a clerk reach it."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]
    client: httpx.Client = field(repr=False)
    clock: SystemClock = field(default_factory=SystemClock)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send something to a path of the service."""
        return self.client.post(f"{self.url}{path}", **more)

    def agency(self, **more: Any) -> Agency:
        """Open the agency beside the service."""
        return Agency.open(self.folder / "harbour", passphrase=PASSPHRASE, **more)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    authority = Authority(folder)
    pem = authority.server("localhost")
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
    url = f"https://localhost:{port}"
    shell = Shell(main, COUNTERPROOF_PASSPHRASE=PASSPHRASE, COUNTERPROOF_WHO="root")
    shell.run(f'issuer init {folder}/harbour --name "Harbour Borough" --country XX --url {url}')
    shutil.move(folder / "harbour" / "root-keys", folder / "stick")  # into the safe
    shell.run(f"issuer console enrol {folder}/harbour Anna")
    (folder / "people.csv").write_text("subject,birth_date\nA-17,1984-02-29\n", "utf-8")
    shell.run(f"issuer source add {folder}/harbour people --csv {folder}/people.csv")
    command = [sys.executable, "-m", "issuer", "serve", str(folder / "harbour"), "--port", str(port)]
    command += ["--certificate", str(pem), "--key", str(pem), "--source", "eu-age-proof=people"]
    with (folder / "log").open("wb") as log:
        environment = {
            "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path.cwd()),
        }
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    trusted = ssl.create_default_context(cafile=str(authority.path))
    try:
        with httpx.Client(trust_env=False, timeout=30, verify=trusted) as client:
            _wait(process, client, f"{url}/health/ready", folder / "log")
            yield Served(folder, url, process, client)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], client: httpx.Client, url: str, log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def test_a_card_goes_out_over_the_services_own_certificate(served: Served) -> None:
    with served.agency() as agency:
        made = agency.online.offer("eu-age-proof", "A-17", copies=3)
    wallet = OtherWallet(served, made)  # type: ignore[arg-type] # what it needs of a service is there
    assert wallet.token().status_code == 200
    request = wallet.request(3) | {"credential_configuration_id": "eu.europa.ec.av.1"}
    assert len(wallet.credential(request).json()["credentials"]) == 3
    with served.agency() as agency:
        acts = [each.act for each in agency.register.acts_about("A-17")]
    assert [(each.action, each.who) for each in acts][1:] == [("ask-source", "service"), ("issue", "service")]


@pytest.mark.scenario("issuer", "tls")
def test_old_tls_and_strangers_certificates_get_nowhere(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])
    for newest in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old.minimum_version = old.maximum_version = newest
        with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLError):
            old.wrap_socket(plain)
    with httpx.Client(trust_env=False) as stranger, pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
        stranger.get(f"{served.url}/health/live")
    with httpx.Client(trust_env=False) as plain_text, pytest.raises(httpx.TransportError):
        plain_text.get(f"http://127.0.0.1:{port}/health/live")


def test_the_console_over_tls_keeps_its_cookie_to_itself(served: Served) -> None:
    page = served.client.get(f"{served.url}/console/sign-in")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    browser = object.__new__(ClerkBrowser)
    browser.origin, browser.base, browser.client = served.url, f"{served.url}/console", served.client
    with served.agency() as agency:
        code = agency.clerks.enrol("Ben", Role.CLERK).code
    browser.key = SoftPasskey(served.url)
    assert browser.use(code).status_code == 200
    cookie = browser.sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-console=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.scenario("issuer", "root-online")
def test_the_root_key_is_nowhere_near_the_running_service(served: Served, tmp_path: Path) -> None:
    with served.agency(root_keys=served.folder / "stick") as agency:
        roots = [_forms(agency, role) for role in (SignerRole.IACA, SignerRole.READER_CA)]
        daily = _forms(agency, SignerRole.DOCUMENT)
    memory = _memory(served.process.pid)
    assert any(form in memory for form in daily)  # the scan finds a key that is there
    assert not any(form in memory for forms in roots for form in forms)
    shutil.copytree(served.folder / "harbour", tmp_path / "backup")
    names = [path.name for path in (tmp_path / "backup").rglob("*")]
    assert "root-keys" not in names
    sealed = {path.name for path in (served.folder / "stick").rglob("*") if path.is_file()}
    assert sealed
    assert not sealed & set(names)
    for path in (tmp_path / "backup").rglob("*"):
        if path.is_file():
            assert not any(form in path.read_bytes() for forms in roots for form in forms)


def _forms(agency: Agency, role: SignerRole) -> list[bytes]:
    """Return a private key's number as it may lie in memory: either end first."""
    (*_, newest) = agency.register.signers(role)
    signer: Any = agency.desk.keys.signer(role, Certificate.from_der(newest.certificate))
    number = signer._key.private_numbers().private_value
    return [number.to_bytes(32, order) for order in ("big", "little")]


def _memory(pid: int) -> bytes:
    """Return everything that a process can write to; skip where this user may not look."""
    found = bytearray()
    try:
        with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
            for line in Path(f"/proc/{pid}/maps").read_text("ascii").splitlines():
                place, rights, *_ = line.split()
                if not rights.startswith("rw") or "[v" in line:
                    continue
                start, end = (int(each, 16) for each in place.split("-"))
                memory.seek(start)
                found += memory.read(end - start)
    except PermissionError:
        pytest.skip("another process's memory can be read by root alone")
    return bytes(found)


def test_a_signal_ends_it_in_good_order(served: Served) -> None:
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    told = (served.folder / "log").read_text("utf-8")
    assert "Clerks sign in at https://localhost:" in told
    assert "Stopped. Every request that was under way has its answer." in told
    for trace in ("Aborted", "Traceback", "A-17", "1984"):
        assert trace not in told
