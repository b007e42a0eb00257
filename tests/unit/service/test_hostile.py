"""What a hostile sender meets: bounds, clear answers, and others who are served all the same."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from counterproof.mdoc.errors import StoreError
from issuer.agency import online_issuing
from issuer.register.online import OnlineRegister
from issuer.service.settings import ServiceLimits
from tests.kit.agency import AT, RESIDENT
from tests.kit.service import RESIDENCY, OtherWallet, Running, running, shopper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMITS = ServiceLimits(
    head_seconds=1.0,
    body_seconds=1.0,
    body=100_000,
    wallet_per_minute=10**6,
    clerk_per_minute=10**6,
    refusals_per_minute=20,
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service"), limits=LIMITS, count=200) as started:
        yield started


def raw(service: Running, data: bytes, *, seconds: float = 10) -> bytes:
    """Send bytes as they are and return what comes back."""
    parts = urlsplit(service.url)
    with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=seconds) as line:
        with contextlib.suppress(OSError):
            line.sendall(data)
        got = b""
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                got += piece
        return got


@pytest.mark.scenario("issuer", "double-submit")
def test_fifty_identical_requests_at_once_issue_one_credential(service: Running) -> None:
    wallet = shopper(service, copies=1)
    request = wallet.request(1)
    before = service.agency.register.counts()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: wallet.credential(request), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    after = service.agency.register.counts()
    assert (after.batches, after.credentials) == (before.batches + 1, before.credentials + 1)
    used = sum(facts.used for facts in service.agency.register.status_lists())
    assert used == after.credentials  # and no place in a list was taken in vain


@pytest.mark.scenario("issuer", "status-index-race")
def test_a_hundred_at_once_get_a_hundred_random_places(service: Running) -> None:
    wallets = [shopper(service, copies=1, subject=f"A-{17 + number}") for number in range(100)]
    requests = [wallet.request(1) for wallet in wallets]
    after = service.agency.register.counts().acts
    with ThreadPoolExecutor(100) as pool:
        pairs = zip(wallets, requests, strict=True)
        answers = list(pool.map(lambda pair: pair[0].credential(pair[1]), pairs))
    assert [answer.status_code for answer in answers] == [200] * 100
    batches = service.agency.register.list(after=after, limit=1000)
    places = [service.agency.register.show(each.batch_id).credentials[0].index for each in batches]
    assert len(set(places)) == 100
    # Neighbours in time are neighbours in the list no more often than chance has it (1 in 65,536 each).
    assert sum(abs(one - two) == 1 for one, two in itertools.pairwise(places)) <= 1
    assert max(places) > 1 << 15 > min(places)


@pytest.mark.scenario("issuer", "big-body")
@pytest.mark.parametrize("path", ["/token", "/credential", "/api/v1/offers"])
def test_a_body_ends_at_its_bound(service: Running, path: str) -> None:
    declared = raw(service, f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 31}\r\n\r\n".encode())
    assert declared.startswith(b"HTTP/1.1 413 ")
    chunk = b"186A0\r\n" + b"a" * 100_000 + b"\r\n"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert raw(service, head + chunk * 3).startswith(b"HTTP/1.1 413 ")
    packed = gzip.compress(bytes(10_000_000))
    bomb = service.post(path, content=packed, headers={"Content-Encoding": "gzip"})
    assert bomb.status_code == 415
    assert service.get("/health/live").status_code == 200


@pytest.mark.scenario("issuer", "headers")
@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX : a\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_heads_that_cannot_be_are_refused(service: Running, data: bytes) -> None:
    answer = raw(service, data)
    assert answer.startswith(b"HTTP/1.1 400 ") or answer == b""
    assert b"Traceback" not in answer


def test_a_line_end_in_a_value_comes_back_in_no_header(service: Running) -> None:
    answer = service.client.get(f"{service.url}/offers/a%0d%0aSet-Cookie:%20x=1")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.scenario("issuer", "slowloris")
def test_slow_senders_are_hung_up_on_and_others_served(service: Running) -> None:
    parts = urlsplit(service.url)
    lines = [socket.create_connection((str(parts.hostname), parts.port or 0), timeout=30) for _ in range(200)]
    try:
        for number, line in enumerate(lines):
            half = b"GET / HTTP/1.1\r\nHost: x\r\n" if number % 2 else b"POST /token HTTP/1.1\r\nHo"
            line.sendall(half)
        began = time.monotonic()
        assert service.get("/health/live").status_code == 200
        assert time.monotonic() - began < 1
        for line in lines:
            with contextlib.suppress(ConnectionResetError):
                assert line.recv(100) == b""  # closed, though nothing was ever complete
    finally:
        for line in lines:
            line.close()


def test_a_slow_body_is_not_waited_for(service: Running) -> None:
    answer = raw(service, b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.scenario("issuer", "log-privacy")
def test_no_value_is_logged(service: Running, capfd: pytest.CaptureFixture[str]) -> None:
    for number in range(10):
        wallet = shopper(service, subject=f"A-{17 + number}")
        assert wallet.credential().status_code == 200
        wallet.credential({"proofs": {"jwt": [RESIDENT["family_name"]]}})
        service.get(f"/offers/{RESIDENT['family_name']}")
        service.get("/api/v1/batches", params={"subject": RESIDENT["card_number"]})
    written = "".join(capfd.readouterr())
    assert "/credential" in written
    secrets = [wallet.access, wallet.refresh, str(wallet.made.tx_code), wallet.made.link]
    for value in (*map(str, RESIDENT.values()), *secrets, "A-18"):
        assert value not in written


@pytest.mark.scenario("issuer", "disk-full")
def test_a_full_disk_is_said_and_nothing_is_half_issued(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register's own kill and fault tests fill real disks; here it is what a wallet is told."""
    wallet = shopper(service)
    request = wallet.request(2)
    before = service.agency.register.counts()

    def full(*_arguments: object, **_options: object) -> None:
        raise StoreError("register.disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(OnlineRegister, "record", full)
        answer = wallet.credential(request)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert answer.json()["error"] == "temporarily_unavailable"
    assert service.agency.register.counts() == before
    assert wallet.credential(request).status_code == 200  # the very same request, once there is space


def test_a_fault_of_ours_is_one_line_without_a_traceback(
    service: Running, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError(RESIDENT["family_name"])

    wallet = shopper(service)
    monkeypatch.setattr(online_issuing.OnlineIssuing, "earlier", broken)
    answer = wallet.credential()
    assert (answer.status_code, answer.json()) == (500, {"error": "server_error"})
    written = "".join(capfd.readouterr())
    assert "RuntimeError" in written
    assert RESIDENT["family_name"] not in written
    assert "Traceback" not in written


@pytest.mark.scenario("issuer", "clock-back")
def test_a_clock_that_was_set_back_issues_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        wallet = shopper(service)
        request = wallet.request(1)
        service.clock.advance(-timedelta(days=1).total_seconds())
        assert service.clock.now() < AT
        answer = wallet.credential(request)
        assert answer.status_code == 503
        ready = service.get("/health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "register.clock-back")
        service.clock.advance(timedelta(days=1).total_seconds())
        assert service.get("/health/ready").status_code == 200
        assert wallet.credential(request).status_code == 200


@pytest.mark.scenario("issuer", "auth-brute")
def test_who_guesses_is_slowed_down(tmp_path: Path) -> None:
    with running(tmp_path, limits=LIMITS) as service:
        wallet = OtherWallet(service, service.offer())
        codes = {"pre-authorized_code": "A" * 43}
        answers = [wallet.token(**codes).status_code for _ in range(60)]
        assert answers[:20] == [400] * 20
        assert set(answers[21:]) == {429}
        header = {"Authorization": "Bearer cpa.x.y"}
        refused = service.get("/api/v1/state", headers=header)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        service.clock.advance(60)
        assert wallet.token().status_code == 200
        assert RESIDENCY in service.agency.catalogue().doc_types
