"""Publishing and status: what counters get, all of it or nothing, and that it says what the register says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import WALLET_IMPORT
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.status import ListedStatuses
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.published import read_published
from tests.kit.agency import AT, COUNTRY, NAME, adult, asked, found, person, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from issuer.agency import Agency


STRICT = replace(WALLET_IMPORT, required=WALLET_IMPORT.required | {CheckId.STATUS})
"""As a wallet judges what it receives, and with the status known."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(AT)


@pytest.fixture
def agency(tmp_path: Path, clock: FixedClock) -> Agency:
    return found(tmp_path / "a", clock)


def issued(agency: Agency, doc_type: str = "residency", copies: int = 2) -> tuple[str, list[bytes]]:
    wallet = asked(agency, doc_type, copies)
    subject = adult(agency) if doc_type == "eu-age-proof" else person(agency, doc_type)
    done = agency.issue(wallet.request, doc_type, subject)
    return done.batch_id, list(wallet.open(done.reply).credentials)


def statuses(contents: AgencyContents, credentials: list[bytes]) -> list[int]:
    """Look each credential up in what was published."""
    lists = {each.uri: each for each in contents.status_lists}
    found_ones = []
    for credential in credentials:
        status = IssuerSigned.from_bytes(credential).mso.status
        assert status is not None
        found_ones.append(lists[status.uri].token.lookup(status.index))
    return found_ones


def judged(contents: AgencyContents, credential: bytes, at: datetime) -> tuple[Verdict, str]:
    trust = TrustedIssuers.of([contents.root], contents.crls)
    report = verify_issuer_signed(
        credential, trust=trust, at=at, policy=STRICT, statuses=ListedStatuses(contents.statuses)
    )
    return report.verdict, report.code


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def test_a_counter_can_read_what_was_published(agency: Agency, tmp_path: Path) -> None:
    _, credentials = issued(agency)
    done = agency.publish(tmp_path / "out")
    contents = read_published(tmp_path / "out")
    assert (contents.name, contents.manifest.country) == (NAME, COUNTRY)
    assert contents.fingerprint == done.fingerprint
    assert contents.root == agency.root
    assert contents.reader_root == agency.reader_root
    assert set(contents.types) == set(agency.catalogue().doc_types)
    assert len(contents.crls) == 2
    assert done.files == sum(path.is_file() for path in (tmp_path / "out").rglob("*"))
    assert judged(contents, credentials[0], AT) == (Verdict.ACCEPTED, "ok")


def test_status_follows_the_register(agency: Agency, clock: FixedClock, tmp_path: Path) -> None:
    batch, credentials = issued(agency)
    seen = []
    for what, target in (
        (None, ""),
        (agency.suspend, batch),
        (agency.reinstate, batch),
        (agency.revoke, f"{batch}.2"),
        (agency.revoke, batch),
    ):
        if what is not None:
            what(target, reason="lost")
        clock.advance(60)
        done = agency.publish(tmp_path / "out")
        seen.append(statuses(read_published(tmp_path / "out"), credentials))
        assert done.not_valid == sum(each != 0 for each in seen[-1])
    assert seen == [[0, 0], [2, 2], [0, 0], [0, 1], [1, 1]]
    actions = [each.act.action for each in agency.register.acts(limit=1000)]
    assert [each for each in actions if each in {"suspend", "reinstate", "revoke", "publish"}] == [
        "publish", "suspend", "publish", "reinstate", "publish", "revoke", "publish", "revoke", "publish",
    ]  # fmt: skip


def test_what_is_revoked_stays_revoked(agency: Agency) -> None:
    batch, _ = issued(agency)
    assert agency.revoke(batch, reason="stolen") == 2
    for again in (agency.revoke, agency.suspend, agency.reinstate):
        with pytest.raises(CounterproofError) as refused:
            again(batch, reason="lost")
        assert refused.value.code in {"register.already-revoked", "register.not-suspended"}
    assert agency.register.counts().revoked == 2


def test_an_age_proof_cannot_be_suspended(agency: Agency) -> None:
    batch, _ = issued(agency, "eu-age-proof")
    assert code_of(lambda: agency.suspend(batch, reason="lost")) == "register.no-suspension"


@pytest.mark.parametrize("reason", ["", "Lost", "lost her bag", "x" * 41, "1st"])
def test_a_reason_is_a_code(agency: Agency, reason: str) -> None:
    batch, _ = issued(agency)
    assert code_of(lambda: agency.revoke(batch, reason=reason)) == "register.bad-reason"


def test_scenario_issuer_revoke_order(agency: Agency, clock: FixedClock, tmp_path: Path) -> None:
    """What is revoked while lists are built may miss those lists, and never the next ones."""
    batches = [issued(agency) for _ in range(6)]
    for batch, credentials in batches:
        revoking = Thread(target=reopen(agency, clock).revoke, args=(batch,), kwargs={"reason": "lost"})
        clock.advance(1)
        revoking.start()
        agency.publish(tmp_path / "out")
        revoking.join()
        meanwhile = statuses(read_published(tmp_path / "out"), credentials)
        assert meanwhile in ([0, 0], [1, 1]), "a batch is revoked as a whole, or not yet"
        clock.advance(1)
        agency.publish(tmp_path / "out")
        assert statuses(read_published(tmp_path / "out"), credentials) == [1, 1]


def test_lists_count_for_as_long_as_was_said(agency: Agency, tmp_path: Path) -> None:
    _, credentials = issued(agency)
    agency.publish(tmp_path / "out", life_days=3)
    contents = read_published(tmp_path / "out")
    (token,) = {each.token.expires_at for each in contents.status_lists}
    assert token == AT + timedelta(days=3)
    assert judged(contents, credentials[0], AT + timedelta(days=2))[0] is Verdict.ACCEPTED
    assert judged(contents, credentials[0], AT + timedelta(days=4))[0] is Verdict.UNDECIDED


@pytest.mark.parametrize("days", [0, -1, 91])
def test_lists_count_for_1_to_90_days(agency: Agency, tmp_path: Path, days: int) -> None:
    assert code_of(lambda: agency.publish(tmp_path / "out", life_days=days)) == "agency.days"


def test_the_same_moment_is_not_published_twice(agency: Agency, tmp_path: Path) -> None:
    agency.publish(tmp_path / "out")
    before = (tmp_path / "out" / "agency.json").read_bytes()
    acts = agency.register.log_head()
    assert code_of(lambda: agency.publish(tmp_path / "out")) == "trust.not-newer"
    assert (tmp_path / "out" / "agency.json").read_bytes() == before
    assert agency.register.log_head() == acts


def test_without_types_there_is_nothing_to_publish(agency: Agency, tmp_path: Path) -> None:
    for path in (agency.desk.folder / "catalogue").iterdir():
        path.unlink()
    assert code_of(lambda: agency.publish(tmp_path / "out")) == "agency.no-types"
    assert not (tmp_path / "out").exists()


def test_a_type_is_added_by_adding_a_file(agency: Agency, tmp_path: Path) -> None:
    folder = agency.desk.folder / "catalogue"
    toml = (folder / "library-card.toml").read_text("utf-8")
    made = toml.replace("org.counterproof.library-card.1", "example.harbour.pool.1")
    (folder / "pool.toml").write_text(made, "utf-8")
    agency.publish(tmp_path / "out")
    assert "example.harbour.pool.1" in read_published(tmp_path / "out").types
    assert agency.offer("pool").doc_type == "example.harbour.pool.1"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('kind = "text"', 'kind = "txt"', "catalogue.invalid"),
        ("doc_type =", "doc_type", "catalogue.not-toml"),
        ("decoys = ", "decoys = -", "catalogue.invalid"),
    ],
)
def test_a_broken_file_is_named(agency: Agency, before: str, after: str, code: str) -> None:
    path = agency.desk.folder / "catalogue" / "library-card.toml"
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    with pytest.raises(CounterproofError) as refused:
        agency.offer("residency")
    assert refused.value.code == code
    assert refused.value.facts["file"] == "library-card.toml"


def test_two_files_for_one_type_are_refused(agency: Agency) -> None:
    folder = agency.desk.folder / "catalogue"
    (folder / "twin.toml").write_bytes((folder / "residency.toml").read_bytes())
    assert code_of(agency.catalogue) == "catalogue.twice"
    (folder / "twin.toml").unlink()
    (folder / "twin.toml").symlink_to(folder / "residency.toml")
    assert code_of(agency.catalogue) == "catalogue.unreadable"


def test_the_state_says_when_lists_run_out(agency: Agency, tmp_path: Path) -> None:
    def worst(days: int) -> list[str]:
        opened = reopen(agency, FixedClock(AT + timedelta(days=days)))
        return [each.code for each in opened.state().findings if each.level]

    assert "agency.state-not-published" in worst(0)
    agency.publish(tmp_path / "out")
    assert not [code for code in worst(0) if "published" in code]
    assert "agency.state-published" in worst(6)
    assert worst(8)[0] == "agency.state-published-over"
    over = worst(91)
    assert {"agency.signer-retired", "agency.state-crl-over"} <= set(over)


def test_lists_never_lie_among_keys(agency: Agency, tmp_path: Path) -> None:
    folder = agency.desk.folder
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "iaca-0.key").write_bytes(b"sealed")
    (tmp_path / "alias").symlink_to(folder)
    before = sorted(tmp_path.rglob("*"))
    for out in (folder, folder / "lists", tmp_path, stick, tmp_path / "alias"):
        assert code_of(partial(agency.publish, out)) == "agency.publish-among-keys"
    assert sorted(tmp_path.rglob("*")) == before
    assert agency.publish(tmp_path / "lists").files
