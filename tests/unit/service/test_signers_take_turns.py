"""A service that runs goes over to the next signer when its turn comes, and lets go of the key before."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from counterproof import strict_json
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import StoreError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.trust.names import fingerprint
from issuer.agency import Agency
from issuer.service import running as serving
from tests.kit.service import Running, running, shopper

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_DAY = 86_400


def test_an_odd_error_does_not_end_the_upkeep_of_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that should be gone would stay for as long as the service runs, and nobody would hear of it."""
    monkeypatch.setattr(serving, "_UPKEEP_SECONDS", 0.02)
    done = threading.Event()
    ways = iter((StoreError("sealing.cannot-read"), ValueError("Liisa Mägi"), KeyError("A-17")))

    def odd(_: Agency) -> int:
        for each in ways:
            raise each
        done.set()
        return 0

    monkeypatch.setattr(Agency, "destroy_old_keys", odd)
    with structlog.testing.capture_logs() as lines, running(tmp_path):
        assert done.wait(60)
    told = [line for line in lines if line["event"] == "upkeep"]
    assert told == [
        {"event": "upkeep", "log_level": "warning", "code": "sealing.cannot-read"},
        {"event": "upkeep", "log_level": "error", "kind": "ValueError"},
        {"event": "upkeep", "log_level": "error", "kind": "KeyError"},
    ]


def signer_of_a_new_card(service: Running) -> str:
    answer = shopper(service).credential()
    assert answer.status_code == 200, answer.text
    document = strict_json.from_base64url(answer.json()["credentials"][0]["credential"])
    (leaf,) = IssuerSigned.from_bytes(document).issuer_auth.x5chain
    return fingerprint(Certificate.from_der(leaf))


def test_a_running_service_changes_signers_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_UPKEEP_SECONDS", 0.05)
    with running(tmp_path) as service:
        agency = service.agency
        first = signer_of_a_new_card(service)
        second = agency.rotate_signer(overlap_days=1).signer.fingerprint.hex()
        assert signer_of_a_new_card(service) == first
        service.clock.advance(_DAY)
        assert signer_of_a_new_card(service) == second
        keys = agency.desk.folder / "keys"
        assert len(list(keys.glob("document-*"))) == 2
        service.clock.advance(2 * _DAY)
        end = time.monotonic() + 60
        while agency.register.newest_act("destroy-key") is None and time.monotonic() < end:
            time.sleep(0.05)
        (left,) = keys.glob("document-*")
        assert left.name.removesuffix(".key").endswith(second[:16])
        assert signer_of_a_new_card(service) == second
