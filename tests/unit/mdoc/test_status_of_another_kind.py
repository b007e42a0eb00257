"""A credential whose status is kept in a way that this program cannot ask: never taken for good."""

from __future__ import annotations

from typing import Any

import pytest

from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.verification.policy import SESSION, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.status import ListedStatuses
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from tests.kit.certificates import AT
from tests.kit.factory.forge import Forge

FORGE = Forge()


def judged(status: dict[Any, Any]) -> tuple[Verdict, str]:
    report = verify_device_response(
        FORGE.shown(mso=FORGE.mso(status=status)),
        Presentation(Mode.SESSION, FORGE.transcript),
        trust=TrustedIssuers.of([FORGE.agency.anchor]),
        policy=SESSION,
        at=AT,
        statuses=ListedStatuses(StatusLists()),
    )
    return report.verdict, report.code


@pytest.mark.parametrize("status", [{"identifier_list": {}}, {"assertion": {"uri": "u"}}, {7: None}])
def test_a_kind_that_is_not_known_leaves_the_verdict_open(status: dict[Any, Any]) -> None:
    assert judged(status) == (Verdict.UNDECIDED, "status.unsupported")


def test_a_status_list_beside_another_kind_is_asked() -> None:
    both = {"status_list": {"idx": 1, "uri": "u"}, "assertion": {"uri": "u"}}
    assert judged(both) == (Verdict.UNDECIDED, "status.missing")


def test_no_kind_at_all_is_a_credential_without_status() -> None:
    assert judged({}) == (Verdict.ACCEPTED, "ok")
