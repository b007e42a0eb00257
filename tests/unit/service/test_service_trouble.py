"""What is the agency's trouble is said to be so: a wallet that is told "denied" does not come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from issuer.service.problems import at_credential, at_notification, at_token, status_of
from tests.kit.service import people, running, shopper

if TYPE_CHECKING:
    from pathlib import Path

TROUBLE = [
    "sealing.disk-error",
    "sealing.disk-full",
    "sealing.permission",
    "register.damaged",
    "register.disk-full",
    "agency.key-missing",
    "catalogue.unreadable",
    "token.failed",
    "source.unreachable",
    "source.timeout",
]


@pytest.mark.parametrize("code", TROUBLE)
def test_trouble_of_the_agency_asks_to_come_again(code: str) -> None:
    error = StoreError(code)
    assert status_of(error) == 503
    for said in (at_token(error), at_credential(error), at_notification(error)):
        assert (said.error, said.status) == ("temporarily_unavailable", 503)
        assert said.headers["Retry-After"] == "30"


@pytest.mark.parametrize(
    "error",
    [UsageError("register.code-refused"), StoreError("register.nonce-used"), UsageError("sealing.exists")],
)
def test_what_the_asker_did_is_no_trouble(error: CounterproofError) -> None:
    assert status_of(error) == 400
    assert {said(error).status for said in (at_token, at_credential, at_notification)} == {400}


class Away:
    """A source of people's data that can be away."""

    def __init__(self, folder: Path) -> None:
        self.real = people(folder)
        self.away = True

    def fetch(self, *what: Any, **more: Any) -> Any:
        """Answer, or fail as a server that cannot be reached."""
        if self.away:
            raise StoreError("source.unreachable")
        return self.real.fetch(*what, **more)


def test_a_wallet_gets_its_cards_by_the_same_request_once_the_data_can_be_reached(tmp_path: Path) -> None:
    source = Away(tmp_path)
    with running(tmp_path, source=source) as service:
        wallet = shopper(service)
        request = wallet.request()
        answer = wallet.credential(request)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert answer.json()["error"] == "temporarily_unavailable"
        source.away = False
        assert len(wallet.credential(request).json()["credentials"]) == 2
