"""A clock that cannot be right excuses nothing that is wrong at any hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.verification.report import Verdict
from tests.kit.clerk import AGE, Desk, Town

if TYPE_CHECKING:
    from pathlib import Path

SECOND = timedelta(seconds=1)
OFF = {"back": timedelta(days=-2), "ahead": timedelta(days=30 * 365)}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "published")


@pytest.mark.parametrize("off", OFF.values(), ids=OFF)
@pytest.mark.parametrize("revoked", [False, True])
def test_a_revoked_signer_is_refused_at_any_hour(
    town: Town, tmp_path: Path, off: timedelta, *, revoked: bool
) -> None:
    # The two kits draw the same serial numbers: this one is nobody else's.
    town.agency.signer_certificate = town.agency.kit.document_signer()
    withdrawn = [town.agency.signer_certificate] if revoked else []
    town.publish(town.at + SECOND, crls=(town.publisher.crl(town.at, *withdrawn),))
    desk = Desk(town, tmp_path / "desk")
    m = desk.answered(town.resident())
    desk.set_clock(town.at + off)
    decision = desk.take(m)
    if not revoked:
        assert (decision.verdict, decision.code[:6]) == (Verdict.UNDECIDED, "clock.")
        return
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "certificate.revoked")
    assert decision.report is not None
    assert decision.report.verified == ()


@pytest.mark.parametrize("off", OFF.values(), ids=OFF)
def test_a_type_that_the_agency_may_not_sign_is_refused_at_any_hour(
    town: Town, tmp_path: Path, off: timedelta
) -> None:
    town.publish(town.at + SECOND, doc_types=("some.other.type",))
    desk = Desk(town, tmp_path / "desk")
    m = desk.answered(town.resident(AGE))
    desk.set_clock(town.at + off)
    decision = desk.take(m)
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "trust.doc-type")
    assert decision.report is not None
    assert decision.report.verified == ()
