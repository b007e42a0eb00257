"""A misuse report: the reader's own signature, provable by anybody with the lists, no value in it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from counterproof.handover.report import MisuseReport
from counterproof.mdoc.errors import CounterproofError, MalformedError, UnsupportedError
from counterproof.strict_json import from_base64url, to_base64url
from tests.kit.certificates import AT
from tests.kit.wallets import PERSON, RESIDENCY, WalletBox, refs
from verifier.cli import main as verifier
from verifier.misuse import check_report
from wallet import history
from wallet.report import complaints_to, make_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.holder import Holder


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened_holder:
        box.give(opened_holder, RESIDENCY, copies=4)
        box.register("age_over_18")
        yield opened_holder


def over_asked(box: WalletBox, holder: Holder, **how: Any) -> history.Entry:
    """Return the entry of a request for a birth date that was refused."""
    asked = box.ask({RESIDENCY: ["age_over_18", "birth_date"]}, keep=["birth_date"], **how)
    box.read(holder, asked).refuse()
    return history.entries(holder)[-1]


def test_a_report_proves_who_asked_for_what(box: WalletBox, holder: Holder) -> None:
    entry = over_asked(box, holder)
    report = make_report(holder, entry, statement="They insisted.").to_bytes()
    found = check_report(report, holder.trust)
    assert (found.name, found.agency) == ("Harbour Library, desk 3", "Harbour Borough")
    assert found.signed.made_at == AT
    assert not found.signed.revoked
    assert [(each.ref[2], each.code) for each in found.beyond] == [("birth_date", "purpose.element-beyond")]
    assert found.report.statement == "They insisted."
    assert found.report.outcome == "refused"
    purpose = complaints_to(holder, entry)
    assert purpose is not None
    assert purpose.contact == {"en": "privacy@borough.example"}


def test_no_value_of_any_card_is_in_it(box: WalletBox, holder: Holder) -> None:
    asked = box.ask({RESIDENCY: ["family_name", "birth_date", "card_number"]})
    agreed = refs(holder.cards()[0], "family_name", "birth_date", "card_number")
    box.read(holder, asked).agree(agreed, beyond=agreed)
    entry = history.entries(holder)[-1]
    report = make_report(holder, entry)
    whole = report.to_bytes() + report.request_bytes
    for value in PERSON[RESIDENCY].values():
        text = value if isinstance(value, bytes) else str(getattr(value, "text", value)).encode()
        assert len(text) < 5 or text not in whole


def test_it_holds_years_later_and_after_the_reader_was_withdrawn(box: WalletBox, holder: Holder) -> None:
    report = make_report(holder, over_asked(box, holder)).to_bytes()
    at = AT + timedelta(days=1)
    crl = box.publisher.crl(at, box.publisher.reader, number=2, issuer=box.publisher.kit.reader_ca)
    box.publish(at, crls=(box.publisher.crl(at, number=2), crl))
    box.trust().update(box.published, at=at)
    found = check_report(report, holder.trust)
    assert found.signed.revoked


def test_a_forged_or_changed_report_proves_nothing(box: WalletBox, holder: Holder) -> None:
    report = make_report(holder, over_asked(box, holder))
    body = report.request_bytes
    for place in range(0, len(body), 37):
        bent = bytearray(body)
        bent[place] ^= 1
        plain = json.loads(report.to_bytes()) | {"request": to_base64url(bytes(bent))}
        with pytest.raises(CounterproofError):
            check_report(json.dumps(plain).encode(), holder.trust)


def test_an_unknown_reader_is_named_by_its_certificate_alone(box: WalletBox, holder: Holder) -> None:
    entry = over_asked(box, holder, identity=box.stranger())
    found = check_report(make_report(holder, entry).to_bytes(), holder.trust)
    assert (found.name, found.finding.code, found.over_asked) == ("", "purpose.reader-unknown", True)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another file": ({"type": "counterproof.agency"}, "handover.other-file"),
    "a newer one": ({"version": 2}, "handover.version"),
    "more than it may say": ({"values": "x"}, "json.form"),
    "no time": ({"read_at": "yesterday"}, "handover.form"),
    "too many words": ({"statement": "a" * 4001}, "handover.form"),
    "no request": ({"request": ""}, "handover.form"),
    "no base64url": ({"request": "a+b"}, "json.base64url"),
}


@pytest.mark.parametrize(("change", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_report_is_refused(box: WalletBox, holder: Holder, change: dict[str, Any], code: str) -> None:
    plain = json.loads(make_report(holder, over_asked(box, holder)).to_bytes())
    with pytest.raises((MalformedError, UnsupportedError)) as error:
        MisuseReport.from_bytes(json.dumps(plain | change).encode())
    assert error.value.code == code


def test_requests_are_bounded_and_can_be_deleted(
    box: WalletBox, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "REQUESTS_KEPT", 2)
    for _ in range(3):
        over_asked(box, holder)
    kept = [each.record.request is not None for each in history.entries(holder)]
    assert sorted(kept) == [False, True, True]
    box.clock.advance(367 * 86_400)
    box.agency = type(box.agency)(1, at=box.clock.now())
    history.add(holder, history.entries(holder)[0].record)
    assert not any(each.record.request for each in history.entries(holder))
    with pytest.raises(CounterproofError) as error:
        make_report(holder, history.entries(holder)[0])
    assert error.value.code == "wallet.nothing-to-report"


def test_by_command(box: WalletBox, tmp_path: Path) -> None:
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.register("age_over_18")
        over_asked(box, holder)
    (entry,) = json.loads(box.run("history", "list", "--json").stdout)
    assert entry["can_be_reported"] is True
    out = tmp_path / "complaint.json"
    done = box.run("report", entry["id"], "--out", str(out), "--statement", "Too much.")
    assert done.exit_code == 0
    assert "Complaints go to: privacy@borough.example" in done.stdout
    assert "[sealing.exists]" in box.run("report", entry["id"], "--out", str(out)).stderr
    around = {
        "COUNTERPROOF_COUNTER": str(tmp_path / "anybody"),
        "COUNTERPROOF_AT": box.clock.now().isoformat(),
    }
    print_ = box.publisher.fingerprint
    added = CliRunner().invoke(
        verifier, ["trust", "add", str(box.published), "--fingerprint", print_], env=around
    )
    assert added.exit_code == 0, added.output
    said = CliRunner().invoke(verifier, ["report", str(out)], env=around, catch_exceptions=False)
    assert said.exit_code == 0
    assert "Signed by:   Harbour Library, desk 3 (Harbour Borough)" in said.stdout
    assert "It asks for more than is registered." in said.stdout
    assert "Too much." in said.stdout
    plain = json.loads(CliRunner().invoke(verifier, ["report", str(out), "--json"], env=around).stdout)
    assert plain["over_asked"] is True
    gone = box.run("history", "delete", "--all", "--requests-only", "--yes")
    assert "Deleted: 1." in gone.stdout
    assert "[wallet.nothing-to-report]" in box.run("report", entry["id"], "--out", str(tmp_path / "b")).stderr
    assert from_base64url(json.loads(out.read_text())["request"])
