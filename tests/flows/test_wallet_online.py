"""Wallet and agency over a real connection on loopback: from a link to a card, through breaks and waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.handover.openid4vci.offers import link_by_reference
from counterproof.mdoc.errors import CounterproofError, CryptoError, UsageError
from counterproof.optics import draw
from tests.kit.online_wallet import OnlineBox
from tests.kit.service import RESIDENCY, Running, running
from wallet.online.agency import AgencyService
from wallet.online.keeping import Kept
from wallet.online.receiving import OnlineReceiving, Waiting
from wallet.records import OnlineRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture
def box(tmp_path: Path, service: Running) -> Iterator[OnlineBox]:
    made = OnlineBox(tmp_path, service)
    yield made
    made.close()


def code_of(error: type[CounterproofError], act: object) -> str:
    with pytest.raises(error) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("short", [False, True], ids=["by-value", "by-reference"])
def test_a_link_becomes_a_card(box: OnlineBox, service: Running, *, short: bool) -> None:
    made = service.offer(copies=3)
    with box.holder() as holder:
        flow = box.flow(holder)
        opening = flow.read(made.short_link if short else made.link)
        assert opening.host == service.url.removeprefix("http://")
        offered = flow.look(opening)
        # The agency's own signature says who it is; what the service calls itself is not believed.
        assert (offered.agency, offered.doc_type) == ("Harbour Borough", RESIDENCY)
        assert offered.code is not None
        kept = flow.begin(offered, code=made.tx_code)
        assert isinstance(kept, Kept)
        assert (len(kept.card.copies), kept.card.fresh, kept.agency) == (3, 3, "Harbour Borough")
        assert kept.card.values[RESIDENCY, "resident_borough"] == "Harbour Waterside"
    with box.holder() as holder:
        assert [len(card.copies) for card in holder.cards()] == [3]
        (record,) = list(holder.records(OnlineRecord.kind))
        assert b"device_keys\x90" in record.data  # of the request nothing is left
    assert service.agency.register.online.offer(made.offer.offer_id).state == "redeemed"


def test_reading_a_link_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: pytest.fail("a name was looked up"))
    assert OnlineReceiving.read(link_by_reference("https://agency.example/offers/x")).host == "agency.example"


def test_a_wrong_code_is_said_and_the_right_one_still_works(box: OnlineBox, service: Running) -> None:
    made = service.offer()
    with box.holder() as holder:
        flow = box.flow(holder)
        offered = flow.look(flow.read(made.link))
        wrong = "000000" if made.tx_code != "000000" else "999999"
        assert code_of(UsageError, lambda: flow.begin(offered)) == "online.code-missing"
        assert code_of(UsageError, lambda: flow.begin(offered, code=wrong)) == "online.code-refused"
        assert isinstance(flow.begin(offered, code=made.tx_code), Kept)


@pytest.mark.parametrize("step", ["nonce", "credentials"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
def test_a_break_at_any_step_loses_nothing(
    box: OnlineBox, service: Running, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool
) -> None:
    """The connection fails before a step, or its answer is lost behind it; another process goes on."""
    made = service.offer(copies=2)
    before = service.agency.register.counts().credentials
    real = getattr(AgencyService, step)

    def broken(self: AgencyService, *arguments: object, **options: object) -> object:
        if after:
            real(self, *arguments, **options)
        raise UsageError("online.unreachable", host="x")

    with box.holder() as holder:
        flow = box.flow(holder)
        offered = flow.look(flow.read(made.link))
        with monkeypatch.context() as patched:
            patched.setattr(AgencyService, step, broken)
            assert code_of(UsageError, lambda: flow.begin(offered, code=made.tx_code)) == (
                "online.unreachable"
            )
    with box.holder() as holder:
        flow = box.flow(holder)
        ((record_id, _),) = flow.open_ones()
        kept = flow.go_on(record_id)
        assert isinstance(kept, Kept)
        assert flow.open_ones() == []
    assert service.agency.register.counts().credentials == before + 2


def test_what_a_clerk_decides_is_fetched_later(box: OnlineBox, service: Running) -> None:
    made = service.offer(copies=2, needs_decision=True, subject="A-17")
    with box.holder() as holder:
        flow = box.flow(holder)
        waiting = flow.begin(flow.look(flow.read(made.link)), code=made.tx_code)
        assert isinstance(waiting, Waiting)
        early = flow.go_on(waiting.record_id)
        assert isinstance(early, Waiting)
    application = service.agency.register.online.applications(subject="A-17")[-1]
    service.agency.online.decide(application.application_id, approve=True, reason="papers-checked")
    service.clock.advance(31)
    with box.holder() as holder:
        assert isinstance(box.flow(holder).go_on(waiting.record_id), Kept)


def test_what_a_clerk_refuses_is_said_and_forgotten(box: OnlineBox, service: Running) -> None:
    made = service.offer(needs_decision=True)
    with box.holder() as holder:
        flow = box.flow(holder)
        waiting = flow.begin(flow.look(flow.read(made.link)), code=made.tx_code)
        assert isinstance(waiting, Waiting)
        application = service.agency.register.online.applications(subject="A-17")[-1]
        service.agency.online.decide(application.application_id, approve=False, reason="other-borough")
        service.clock.advance(31)
        assert code_of(UsageError, lambda: flow.go_on(waiting.record_id)) == "online.denied"
        assert flow.open_ones() == []


def test_new_copies_replace_the_card(box: OnlineBox, service: Running) -> None:
    made = service.offer(copies=2)
    with box.holder() as holder:
        flow = box.flow(holder)
        kept = flow.begin(flow.look(flow.read(made.link)), code=made.tx_code)
        assert isinstance(kept, Kept)
        assert not flow.is_due(kept.card)
        assert code_of(UsageError, lambda: flow.renew(kept.card)) == "online.denied"
        service.clock.advance(6 * 3600 + 60)
        new = flow.renew(kept.card)
        assert isinstance(new, Kept)
        assert (new.replaced, new.card.fresh) == (kept.card.id, 2)
        assert [card.id for card in holder.cards()] == [new.card.id]
        assert [card.id for card in holder.cards(deleted=True)] == [kept.card.id]


def test_what_an_agency_that_is_not_trusted_sends_is_not_kept(
    tmp_path: Path, box: OnlineBox, service: Running
) -> None:
    (tmp_path / "other").mkdir()
    with running(tmp_path / "other", clock=service.clock) as other:
        made = other.offer()
        with box.holder() as holder:
            flow = box.flow(holder)
            offered = flow.look(flow.read(made.link))
            # It issues a type that some trusted agency issues; its name is not proven.
            assert (offered.agency, offered.claimed) == ("", "Harbour Borough")
            with pytest.raises(CryptoError) as caught:
                flow.begin(offered, code=made.tx_code)
            assert caught.value.code == "wallet.copy-refused"
            assert holder.cards() == []


def test_the_command_asks_shows_and_keeps(box: OnlineBox, service: Running) -> None:
    made = service.offer(copies=2)
    picture = box.folder / "offer.png"
    picture.write_bytes(draw.link_png(made.short_link))
    refused = box.run("receive", str(picture), "--development", input="n\n")
    assert refused.exit_code == 2
    assert "did not connect" in refused.output
    done = box.run("receive", str(picture), "--development", input=f"y\ny\n{made.tx_code}\n")
    assert done.exit_code == 0, done.output
    assert "Harbour Borough offers you:" in done.output
    assert "A card has arrived: Residency card, from Harbour Borough." in done.output
    assert "All 2 copies were checked." in done.output
    nothing = box.run("fetch", "--development")
    assert "Nothing is under way" in nothing.output


def test_the_command_wants_https_unless_development_is_said(box: OnlineBox, service: Running) -> None:
    made = service.offer()
    host = service.url.removeprefix("http://")
    refused = box.run("receive", made.link, "--host", host, "--yes", "--code", str(made.tx_code))
    assert refused.exit_code == 1
    assert "[online.not-https]" in refused.output
