"""log-minimal: after a hundred people nothing at the counter tells who came, or that somebody came twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange.answer import DECLINED
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.kinds import Kind
from tests.kit.clerk import ELEMENTS, PAPER, RESIDENCY, SHOWN, Desk, Town, question
from tests.kit.scenarios import scenario
from verifier.open_request import OnDisk
from verifier.question import Wish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulators.holder import Holder

EVERYTHING = Wish(
    "residency", ("family_name", "given_name", "birth_date", "resident_borough", "card_number", "age_over_18")
)
PEOPLE = 100


def traces(holder: Holder) -> Iterator[bytes]:
    """Yield every byte string that would tell this person or this document."""
    for issued, _ in holder.documents.values():
        mso = issued.mso
        yield mso.device_key.x
        yield mso.device_key.y
        yield issued.issuer_auth.proof
        yield from (digest for digests in mso.value_digests.values() for digest in digests.values())
        for items in issued.namespaces.values():
            for item in items:
                yield item.encoded.content
                yield item.random


def values() -> Iterator[bytes]:
    """Yield every value that was shown, as bytes."""
    for spaces in ELEMENTS.values():
        for elements in spaces.values():
            for value in elements.values():
                text: Any = value.text if isinstance(value, FullDate) else value
                if isinstance(text, str):
                    yield text.encode()


def one_time_key(desk: Desk) -> bytes:
    row = desk.state.row("SELECT key FROM open_request")
    assert row is not None
    assert isinstance(row[0], bytes)
    return row[0]


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Town(tmp_path / "published"), tmp_path / "desk")


@scenario("log-minimal")
def test_log_minimal(desk: Desk) -> None:
    people, keys, messages = [], [], []
    for number in range(PEOPLE):
        holder = desk.town.resident(RESIDENCY)
        people.append(holder)
        if number % 3 == 0:
            request = desk.ask(question(EVERYTHING))
            keys.append(one_time_key(desk))
            m = holder.answer(request)
            decision = desk.take(m)
        elif number % 3 == 1:
            m = desk.shown(holder, RESIDENCY)
            decision = desk.take(m, Kind.SHOWN, SHOWN)
        else:
            m = desk.slip(holder, RESIDENCY)
            decision = desk.take(m, Kind.SLIP, PAPER)
        assert decision.verdict is Verdict.ACCEPTED
        messages.append(m)
        desk.counter.next()
    kept = files_below(desk.folder)
    assert "state.sqlite3" in kept
    forbidden = [*values(), *keys, *(m[100:140] for m in messages)]
    forbidden += [trace for holder in people for trace in traces(holder)]
    found = {name for name, content in kept.items() for each in forbidden if each in content}
    assert not found
    assert sum(desk.counts().values()) == PEOPLE


def test_the_search_would_find_a_value(desk: Desk) -> None:
    desk.state.execute("INSERT INTO tallies VALUES ('', '', '', '', 'Quillfeather', 1)")
    kept = files_below(desk.folder)
    assert any(value in content for value in values() for content in kept.values())


@pytest.mark.parametrize("end", ["accepted", "over", "next", "another"])
def test_the_one_time_key_is_erased(desk: Desk, end: str) -> None:
    holder = desk.town.resident()
    m = desk.answered(holder)
    key, path = one_time_key(desk), desk.folder / "state.sqlite3"
    assert key in path.read_bytes(), "the test looks in the right place"
    if end == "accepted":
        assert desk.take(m).verdict is Verdict.ACCEPTED
    elif end == "over":
        desk.wait(180)
        assert desk.counter.open_request() is None
    elif end == "next":
        desk.counter.next()
    else:
        desk.ask()
    assert key not in path.read_bytes()
    assert sorted(each.name for each in desk.folder.iterdir()) == ["state.sqlite3", "trust"]


def test_a_receipt_names_what_is_kept_and_no_value(desk: Desk) -> None:
    asked = question(Wish("residency", ("family_name", "resident_borough")), keep=("family_name",))
    request = desk.ask(asked)
    decision = desk.take(desk.town.resident().answer(request))
    m = desk.counter.receipt(decision, desk.town.identity())
    contents = QrReceipt.from_message(m).check_answered(request.session_digest, request.request.leaf)
    time = int(desk.clock.now().timestamp())
    kept = ((RESIDENCY, RESIDENCY, "family_name"),)
    assert contents == ReceiptContents(request.session_digest, ReceiptOutcome.ACCEPTED, time, kept)
    assert b"Quillfeather" not in m


@pytest.mark.parametrize("mode", [Kind.SHOWN, Kind.SLIP])
def test_a_receipt_for_what_nobody_was_asked_keeps_nothing(desk: Desk, mode: Kind) -> None:
    holder = desk.town.resident()
    m = desk.shown(holder) if mode is Kind.SHOWN else desk.slip(holder)
    decision = desk.take(m, mode, PAPER)
    receipt = QrReceipt.from_message(desk.counter.receipt(decision, desk.town.identity()))
    assert decision.session is not None
    contents, reader = receipt.check_shown(decision.session, desk.town.reader_trust(), desk.clock.now())
    assert (contents.outcome, contents.kept, reader.known) == (ReceiptOutcome.ACCEPTED, (), True)


def test_a_refused_presentation_keeps_nothing(desk: Desk) -> None:
    holder = desk.town.resident()
    m = desk.slip(holder)
    desk.take(m, Kind.SLIP, PAPER)
    desk.counter.next()
    decision = desk.take(m, Kind.SLIP, PAPER)
    receipt = QrReceipt.from_message(desk.counter.receipt(decision, desk.town.identity()))
    payload = ReceiptContents.from_payload(receipt.sign1.payload or b"")
    assert (payload.outcome, payload.kept) == (ReceiptOutcome.REFUSED, ())
    assert DECLINED not in (receipt.sign1.payload or b"")
    assert isinstance(desk.counter._holder, OnDisk)
