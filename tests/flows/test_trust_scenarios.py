"""Situations of trust-list-and-status-updates at a counter: clocks, stolen signers, regions, status lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.mso import ValidityInfo
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.optics.kinds import Kind
from counterproof.trust.store import TrustStore
from tests.kit.certificates import CertificateKit
from tests.kit.clerk import AGE, SHOWN, Desk, Town, refused, said
from tests.kit.factory.forge import Auth, Forge
from tests.kit.killers import honest
from tests.kit.published import URI, Publisher

if TYPE_CHECKING:
    from pathlib import Path

    from verifier.decision import Decision

SCENARIOS = "trust-list-and-status-updates"
SECOND, DAY, YEAR = timedelta(seconds=1), timedelta(days=1), timedelta(days=365)


def undecided(decision: Decision, code: str) -> None:
    assert (decision.verdict, decision.code) == (Verdict.UNDECIDED, code)
    assert "green" not in said(decision)


def asks_to_set_the_clock(decision: Decision, code: str) -> None:
    """Check that the verdict is open, that no value is shown, and that the clerk is told what to do."""
    undecided(decision, code)
    assert "Set the clock" in said(decision)
    assert "age_over_18" not in said(decision)


@pytest.mark.scenario(SCENARIOS, "clock-back-year")
def test_a_year_back_is_never_green(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.set_clock(town.at - YEAR)
    asks_to_set_the_clock(desk.take(m), "clock.before-floor")


@pytest.mark.scenario(SCENARIOS, "clock-back-minute")
@pytest.mark.parametrize(("seconds", "good"), [(59, True), (60, True), (61, False), (600, False)])
def test_a_minute_back_is_borne(desk: Desk, town: Town, seconds: int, *, good: bool) -> None:
    holder = town.resident(validity=_validity(town.at - DAY))
    m = desk.answered(holder)
    desk.set_clock(town.at - seconds * SECOND)
    decision = desk.take(m)
    if good:
        assert (decision.verdict, decision.code) == (Verdict.ACCEPTED, "ok")
    else:
        asks_to_set_the_clock(decision, "clock.before-floor")


@pytest.mark.scenario(SCENARIOS, "clock-forward-30y")
def test_thirty_years_ahead_is_never_green_and_leaves_nothing_behind(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    before = desk.clock.now()
    floor = desk.counter.trust.floor
    desk.set_clock(before + 30 * YEAR)
    asks_to_set_the_clock(desk.take(m), "clock.far-ahead")
    with pytest.raises(CounterproofError):
        TrustStore(desk.folder / "trust").update(town.folder, at=before + 30 * YEAR)
    desk.set_clock(before)
    desk.open()
    desk.set_clock(before)
    assert desk.counter.trust.floor == floor
    assert desk.take(desk.answered(town.resident())).verdict is Verdict.ACCEPTED


@pytest.mark.scenario(SCENARIOS, "clock-dst")
@pytest.mark.parametrize("hours", [-12, -1, 1, 2, 14])
def test_a_time_zone_has_no_effect(desk: Desk, town: Town, hours: int) -> None:
    m = desk.answered(town.resident())
    desk.set_clock(desk.clock.now().astimezone(timezone(timedelta(hours=hours))))
    assert desk.take(m).verdict is Verdict.ACCEPTED


@pytest.mark.scenario(SCENARIOS, "clock-rtc-dead")
def test_a_clock_that_starts_in_1970_is_never_green(desk: Desk, town: Town, tmp_path: Path) -> None:
    m = desk.answered(town.resident())
    desk.set_clock(datetime(1970, 1, 1, tzinfo=UTC))
    asks_to_set_the_clock(desk.take(m), "clock.before-floor")
    assert TrustStore(tmp_path / "nobody").read().check_clock(datetime(1970, 1, 1, tzinfo=UTC)).ok is None


@pytest.mark.parametrize("off", [-2 * DAY, 30 * YEAR], ids=["back", "ahead"])
def test_what_has_run_out_by_the_clock_and_by_what_was_signed_is_refused(
    desk: Desk, town: Town, off: timedelta
) -> None:
    """An expired document stays expired: no clock, however wrong, makes that an open question."""
    ended = town.at - 5 * DAY
    holder = town.resident(validity=ValidityInfo(ended - 9 * DAY, ended - 9 * DAY, ended))
    m = desk.answered(holder)
    desk.set_clock(town.at + off)
    refused(desk.take(m), "validity.until")


@pytest.mark.parametrize("off", [-2 * DAY, 30 * YEAR], ids=["back", "ahead"])
def test_what_has_run_out_by_one_of_the_two_alone_is_left_open(
    desk: Desk, town: Town, off: timedelta
) -> None:
    between = town.at + (off / 2 if off < timedelta() else 40 * DAY)
    holder = town.resident(validity=ValidityInfo(town.at - 9 * DAY, town.at - 9 * DAY, between))
    m = desk.answered(holder)
    desk.set_clock(town.at + off)
    assert desk.take(m).verdict is Verdict.UNDECIDED


def test_a_revoked_document_is_refused_by_a_clock_far_ahead_too(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident(index=5))
    town.publish(town.at + SECOND, values={5: 1})
    TrustStore(desk.folder / "trust").update(town.folder, at=town.at + DAY)
    desk.open()
    desk.set_clock(town.at + 30 * YEAR)
    refused(desk.take(m), "status.revoked")


@pytest.mark.scenario(SCENARIOS, "ds-revoked")
def test_a_revoked_signer_is_refused(town: Town, tmp_path: Path) -> None:
    town.agency.signer_certificate = town.agency.kit.document_signer()  # a serial number of its own
    town.publish(town.at + SECOND, crls=(town.publisher.crl(town.at, town.agency.signer_certificate),))
    desk = Desk(town, tmp_path / "desk")
    decision = desk.take(desk.answered(town.resident()))
    refused(decision, "certificate.revoked")
    assert "revoked" in said(decision)


@pytest.mark.scenario(SCENARIOS, "scope-region")
def test_a_signer_of_one_region_signs_nothing_for_another() -> None:
    """The root says ST Region 1; a signer that says ST Region 2 under it is refused, and by that alone."""
    world = Forge()
    first = CertificateKit(world.kit.seed, "UT", state="Region 1")
    second = CertificateKit(world.kit.seed, "UT", state="Region 2")
    trust = TrustedIssuers.of([first.iaca.certificate])
    for kit, expected in ((first, ()), (second, ("chain.country",))):
        own = kit.document_signer()
        plan = first.plan(own, first.iaca)
        leaf = replace(plan, issuer=first.iaca.certificate.native.subject).sign()
        data = world.shown(auth=Auth(unprotected={33: leaf.der}))
        report = honest(data=data, trust=trust).report()
        assert tuple(check.value for check in report.failed) == expected, report.code


@pytest.mark.scenario(SCENARIOS, "freeze-status")
def test_a_list_that_has_run_out_is_never_green(desk: Desk, town: Town) -> None:
    holder = town.resident(AGE)
    desk.set_clock(town.at + 8 * DAY)
    decision = desk.take(desk.shown(holder), Kind.SHOWN, SHOWN)
    undecided(decision, "status.expired")
    assert "run out" in said(decision)


@pytest.mark.scenario(SCENARIOS, "status-missing")
def test_without_a_list_it_is_never_green(town: Town, tmp_path: Path) -> None:
    town.publish(town.at + SECOND, status_lists=())
    desk = Desk(town, tmp_path / "desk")
    decision = desk.take(desk.answered(town.resident()))
    undecided(decision, "status.missing")
    assert "not known" in said(decision)


class TestStore:
    """What a newer publication may not do to status lists."""

    def code(self, town: Town, desk: Desk) -> str:
        before = TrustStore(desk.folder / "trust").read()
        with pytest.raises(CounterproofError) as raised:
            TrustStore(desk.folder / "trust").update(town.folder, at=town.at + 3 * DAY)
        after = TrustStore(desk.folder / "trust").read()
        assert [each.manifest_bytes for each in after.agencies] == [
            each.manifest_bytes for each in before.agencies
        ]
        return raised.value.code

    @pytest.mark.scenario(SCENARIOS, "status-rollback")
    def test_an_older_list_is_refused(self, town: Town, desk: Desk) -> None:
        old = town.publisher.token(town.at - DAY)
        town.publish(town.at + DAY, status_lists=(old,))
        assert self.code(town, desk) == "status.older"

    @pytest.mark.scenario(SCENARIOS, "status-unrevoke")
    def test_a_revocation_is_not_taken_back_and_a_suspension_may_be(self, town: Town, desk: Desk) -> None:
        store = TrustStore(desk.folder / "trust")
        town.publish(town.at + SECOND, values={5: 1, 6: 2})
        store.update(town.folder, at=town.at + DAY)
        town.publish(town.at + 2 * SECOND, values={6: 2})
        assert self.code(town, desk) == "status.unrevoked"
        town.publish(town.at + 3 * SECOND, values={5: 1})
        store.update(town.folder, at=town.at + DAY)
        desk.open()
        refused(desk.take(desk.answered(town.resident(index=5))), "status.revoked")
        assert desk.take(desk.answered(town.resident(index=6))).verdict is Verdict.ACCEPTED

    @pytest.mark.scenario(SCENARIOS, "status-other-issuer")
    def test_a_list_signed_by_another_agency_is_refused(self, town: Town, desk: Desk, tmp_path: Path) -> None:
        other = Publisher(seed="elsewhere", name="Elsewhere")
        with pytest.raises(CounterproofError) as raised:
            town.publish(town.at + DAY, status_lists=(other.token(town.at),))
        assert raised.value.code == "status.signer-untrusted"
        town.publish(town.at + DAY, status_lists=())
        other.publish(tmp_path / "elsewhere", town.at)
        store = TrustStore(desk.folder / "trust")
        store.update(town.folder, at=town.at + DAY)
        store.add(tmp_path / "elsewhere", confirm=lambda _: True, at=town.at + DAY)
        desk.set_clock(town.at + DAY)
        desk.open()
        assert {each.uri for each in store.read().agencies[1].status_lists} == {URI}
        undecided(desk.take(desk.answered(town.resident())), "status.other-issuer")


def _validity(start: datetime) -> ValidityInfo:
    return ValidityInfo(start, start, start + 90 * DAY)
