"""The console at work: an offer at the desk, the story of a case, its signed copy, what each role may."""

from __future__ import annotations

import contextlib
import html
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from counterproof.mdoc.errors import CounterproofError, StoreError
from counterproof.trust.names import fingerprint
from issuer.agency import changing, one_by_one, retention
from issuer.agency.cases import read
from issuer.cli import main
from issuer.register.console_model import ProposalState
from issuer.register.console_tables import notes
from issuer.register.online_model import Role
from issuer.service.settings import ServiceLimits
from tests.kit.agency import RESIDENT
from tests.kit.passkey import ClerkBrowser, clerk
from tests.kit.service import OtherWallet, Running, running, shopper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

VALUES = [str(RESIDENT[name]) for name in ("family_name", "given_name", "resident_address", "card_number")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, database: str | None) -> Iterator[Running]:
    limits = ServiceLimits(refusals_per_minute=10**6, clerk_per_minute=10**6, wallet_per_minute=10**6)
    with running(tmp_path_factory.mktemp("cases"), limits=limits, count=30, register=database) as started:
        yield started


@pytest.fixture(scope="module")
def anna(service: Running) -> Iterator[ClerkBrowser]:
    browser = clerk(service, "Anna Kask")
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def auditor(service: Running) -> Iterator[ClerkBrowser]:
    browser = clerk(service, "Olga Tamm", Role.AUDITOR)
    yield browser
    browser.close()


def said(answer: httpx.Response) -> str:
    found = re.search(r'class="code">([a-z.-]+)<', answer.text)
    return found[1] if found else ""


def fields(answer: httpx.Response) -> dict[str, str]:
    pairs = re.findall(r'name="([a-z]+)" value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in pairs if name not in {"token", "decide"}}


def link_on(answer: httpx.Response) -> str:
    found = re.search(r"openid-credential-offer://[^<]+", answer.text)
    assert found
    return html.unescape(found[0])


def test_an_offer_at_the_desk_reaches_a_wallet_and_the_case_tells_the_story(
    service: Running, anna: ClerkBrowser
) -> None:
    looked = anna.act("/issue/look", page="/issue", person="A-17", type="residency")
    assert all(value in html.unescape(looked.text) for value in VALUES)
    assert looked.headers["cache-control"] == "no-store"
    form = fields(looked)
    offered = anna.act("/issue/offer", page="/issue", **form)
    again = anna.act("/issue/offer", page="/issue", **form)
    assert link_on(offered) == link_on(again)  # a page that is loaded again makes no second offer
    assert not any(value in offered.text for value in VALUES)
    slip = anna.act("/issue/slip", page="/issue", **form)
    (number,) = re.findall(r'class="number">(\d{6})<', slip.text)
    assert number not in offered.text  # the code is on the screen, the number on paper
    assert link_on(offered) not in slip.text
    made = service.agency.register.online.offers(subject="A-17", limit=1)[0]
    assert made.who == "Anna Kask"
    by_hand = service.agency.online.offer(
        "residency", "A-17", once=f"{anna.client.cookies['console']}\n{form['once']}".encode()
    )
    assert (by_hand.new, by_hand.offer.offer_id) == (False, made.offer_id)
    wallet = OtherWallet(service, by_hand)
    assert wallet.token(tx_code=number).status_code == 200
    taken = wallet.credential()
    name = taken.json()["notification_id"]
    told = {"notification_id": name, "event": "credential_accepted"}
    assert service.post("/notification", json=told, headers=wallet.bearer).status_code == 204
    page = f"/cases/{made.offer_id}"
    assert anna.act(f"{page}/note", kind="from-person", text="Wants a letter.").status_code == 303
    (batch,) = service.agency.register.list(subject="A-17")
    changed = anna.act(f"{page}/status", action="revoke", target=batch.batch_id, reason="lost")
    assert changed.headers["location"].endswith(page)
    story = anna.get(page).text
    places = [
        story.index(each)
        for each in ("An offer was made", "The card was issued", "Wants a letter.", "Revoked, for ever")
    ]
    assert places == sorted(places)
    assert "The wallet says that it keeps the cards." in story
    assert not any(value in html.unescape(story) for value in VALUES)
    for other in (batch.batch_id, f"{batch.batch_id}.1"):
        assert anna.act("/cases", person=other).headers["location"].endswith(page)


def test_that_somebody_looked_is_told_to_the_person(service: Running, anna: ClerkBrowser) -> None:
    assert anna.act("/issue/look", page="/issue", person="A-20", type="residency").status_code == 200
    (act,) = [each.act for each in service.agency.register.acts_about("A-20")]
    assert (act.who, act.action, act.why) == ("Anna Kask", "look-up", "preview")
    missing = anna.act("/issue/look", page="/issue", person="nobody-1", type="residency")
    assert said(missing) == "agency.no-subject"
    assert 'value="nobody-1"' in missing.text
    assert [each.act.action for each in service.agency.register.acts_about("nobody-1")] == ["look-up"]


def test_an_application_is_decided_at_the_console(service: Running, anna: ClerkBrowser) -> None:
    wallet = shopper(service, subject="A-21", needs_decision=True)
    waiting = wallet.credential()
    assert waiting.status_code == 202
    assert "Look and decide" in anna.get("/").text
    (application,) = service.agency.register.online.applications(subject="A-21")
    page = f"/cases/{application.application_id}"
    bad = anna.act(f"{page}/approve", application=application.application_id, reason="Not A Code")
    assert said(bad) == "register.bad-reason"
    assert (
        anna.act(
            f"{page}/approve", application=application.application_id, reason="papers-checked"
        ).status_code
        == 303
    )
    again = anna.act(f"{page}/refuse", application=application.application_id, reason="no-papers")
    assert (again.status_code, said(again)) == (409, "register.decided-already")
    fetched = service.post(
        "/deferred_credential",
        json={"transaction_id": waiting.json()["transaction_id"]},
        headers=wallet.bearer,
    )
    assert fetched.status_code == 200
    story = anna.get(page).text
    assert (
        story.index("The wallet applied")
        < story.index("was approved. Reason: papers-checked")
        < story.index("was issued")
    )


def test_who_gave_as_many_as_one_may_alone_is_let_go_on_by_a_second_person(service: Running) -> None:
    one_by_one.set_limit(service.agency.desk, 1)
    with contextlib.ExitStack() as stack:
        stack.callback(one_by_one.set_limit, service.agency.desk, one_by_one.DEFAULT)
        rita, boss = clerk(service, "Rita Oja"), clerk(service, "Bo Supervisor", Role.SUPERVISOR)
        stack.callback(rita.close)
        stack.callback(boss.close)

        def offer() -> httpx.Response:
            form = fields(rita.act("/issue/look", page="/issue", person="A-27", type="residency"))
            return rita.act("/issue/offer", page="/issue", **form)

        link_on(offer())
        assert said(offer()) == "agency.one-by-one"
        (made,) = [each for each in service.agency.register.changes.proposals() if each.who == "Rita Oja"]
        assert made.proposal_id in boss.get("/").text, "it stands on the first page"
        page = f"/proposals/{made.proposal_id}"
        assert "Rita Oja has given as many cards" in boss.get(page).text
        assert f'{page}/agree"' in boss.get(page).text
        assert f'{page}/withdraw"' in rita.get(page).text
        assert boss.act(f"{page}/agree", page=page).status_code == 303
        for of in (boss, rita):
            assert f"{page}/" not in of.get(page).text, "what was agreed to is decided"
        link_on(offer())
        headers = service.token(Role.CLERK, "rita oja")
        asked = {"type": "residency", "subject": "A-28"}
        refused = service.post("/api/v1/offers", json=asked, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "agency.one-by-one")


def test_a_change_that_broke_off_is_agreed_to_again_and_not_declined(service: Running) -> None:
    offer = service.offer(subject="A-29").offer
    desk = service.agency.desk
    end = desk.now() + changing.STANDS
    with contextlib.ExitStack() as stack:
        ada, boss = clerk(service, "Ada Rand"), clerk(service, "Bo Kask", Role.SUPERVISOR)
        stack.callback(ada.close)
        stack.callback(boss.close)
        made = desk.register.changes.propose(
            "revoke", [offer.offer_id], reason="stolen-box", expires_at=end, who="Ada Rand", at=desk.now()
        )
        page = f"/proposals/{made.proposal_id}"
        assert 'formaction="' in boss.get(page).text
        desk.register.changes.decide(made.proposal_id, ProposalState.APPROVED, who="Bo Kask", at=desk.now())
        assert f'{page}/agree"' in boss.get(page).text
        assert 'formaction="' not in boss.get(page).text
        assert "/withdraw" not in ada.get(page).text


def test_an_open_offer_is_taken_back(service: Running, anna: ClerkBrowser) -> None:
    offer = service.offer(subject="A-22").offer
    assert anna.act(f"/cases/{offer.offer_id}/withdraw", reason="wrong-person").status_code == 303
    assert "taken back" in anna.get(f"/cases/{offer.offer_id}").text
    assert said(anna.act(f"/cases/{offer.offer_id}/withdraw", reason="wrong-person")) == "register.offer-over"


def test_an_auditor_reads_and_does_nothing(service: Running, auditor: ClerkBrowser) -> None:
    offer = service.offer(subject="A-23").offer
    page = f"/cases/{offer.offer_id}"
    before = service.agency.register.log_head().seq
    for path in ("/", "/cases", "/documents", "/proposals", page):
        shown = auditor.get(path)
        assert shown.status_code == 200
        assert not re.search(r'action="[^"]*(/note|/status|/withdraw|/approve|/change)"', shown.text)
    assert (auditor.get("/issue").status_code, auditor.get("/staff").status_code) == (403, 403)
    for path, form in {
        "/issue/look": {"person": "A-23", "type": "residency"},
        "/issue/offer": {"person": "A-23", "type": "residency", "once": "x"},
        "/issue/slip": {"person": "A-23", "type": "residency", "once": "x"},
        f"{page}/note": {"text": "x", "kind": "note"},
        f"{page}/withdraw": {"reason": "not-wanted"},
        f"{page}/status": {"target": "a" * 16, "action": "revoke", "reason": "lost"},
        "/documents/change": {"target": "a" * 16, "action": "revoke", "reason": "lost"},
        "/proposals/abc/agree": {},
    }.items():
        assert said(auditor.act(path, **form)) == "service.role", path
    assert service.agency.register.log_head().seq == before
    assert auditor.act(f"{page}/export").status_code == 200


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b", "a\x1b[31mb", "\u202egnp.exe"])
def test_a_note_that_cannot_be_is_refused_and_stays_typed(
    service: Running, anna: ClerkBrowser, text: str
) -> None:
    offer = service.offer(subject="A-24").offer
    refused = anna.act(f"/cases/{offer.offer_id}/note", kind="note", text=text)
    assert (refused.status_code, said(refused)) == (400, "register.bad-note")
    assert not service.agency.cases.matter(offer.offer_id).notes


@pytest.mark.scenario("issuer", "sql")
def test_a_note_is_text_and_one_that_was_altered_is_told(service: Running, anna: ClerkBrowser) -> None:
    offer = service.offer(subject="A-25").offer
    page = f"/cases/{offer.offer_id}"
    spoof = "<img src=x onerror=alert(1)>'; DROP TABLE case_notes;--\nsecond line"
    anna.act(f"{page}/note", kind="note", text=spoof)
    assert html.escape(spoof, quote=False).split("'")[0] in anna.get(page).text
    assert "<img src=x" not in anna.get(page).text
    note = service.agency.cases.matter(offer.offer_id).notes[0]
    assert (note.text, note.intact) == (spoof, True)
    assert (
        spoof.encode()
        not in str([each.act.facts for each in service.agency.register.acts_about("A-25")]).encode()
    )
    with service.agency.register._store.write() as connection:
        connection.execute(update(notes).where(notes.c.id == note.note_id).values(text="other"))
    assert not service.agency.cases.matter(offer.offer_id).notes[0].intact
    assert "not the one that was written down" in anna.get(page).text


def test_a_program_does_what_the_pages_do(service: Running) -> None:
    headers = service.token(Role.CLERK, "the office program")
    shown = service.post(
        "/api/v1/preview", json={"type": "residency", "subject": "A-26"}, headers=headers
    ).json()
    assert {"name": "card_number", "value": RESIDENT["card_number"]} in shown["fields"]
    offer = service.post(
        "/api/v1/offers", json={"type": "residency", "subject": "A-26"}, headers=headers
    ).json()
    path = f"/api/v1/cases/{offer['offer_id']}"
    noted = service.post(f"{path}/notes", json={"text": "By post.", "kind": "to-person"}, headers=headers)
    assert noted.status_code == 201
    found = service.get(path, headers=headers).json()
    assert [(each["kind"], each["text"]) for each in found["notes"]] == [("to-person", "By post.")]
    assert [each["act"] for each in found["entries"]] == ["offer", "note"]
    every = service.get("/api/v1/cases", params={"subject": "A-26"}, headers=headers).json()
    assert [each["case_id"] for each in every] == [offer["offer_id"]]
    copied = service.post(f"{path}/export", headers=headers)
    assert (
        read(copied.content, lambda root: root == fingerprint(service.agency.root)).case["person"] == "A-26"
    )
    reader = service.token(Role.AUDITOR)
    assert service.get(path, headers=reader).status_code == 200
    for route, body in (
        ("/preview", {"type": "residency", "subject": "A-26"}),
        (f"/cases/{offer['offer_id']}/notes", {"text": "x"}),
    ):
        assert service.post(f"/api/v1{route}", json=body, headers=reader).status_code == 403
    for route in ("/cases/aaaaaaaaaaaaaaaa", "/cases/%27%20OR%201=1"):
        assert service.get(f"/api/v1{route}", headers=headers).json()["code"] == "register.no-such-case"


def exported(service: Running) -> bytes:
    wallet = shopper(service, subject="A-27")
    wallet.credential()
    (batch,) = service.agency.register.list(subject="A-27", limit=1)
    service.agency.cases.note(batch.batch_id, "Came with a passport.")
    return service.agency.acting_for("anna").cases.export(batch.batch_id)


def test_a_signed_copy_is_verified_by_the_root_alone(service: Running, tmp_path: Path) -> None:
    content = exported(service)
    root = fingerprint(service.agency.root)
    found = read(content, lambda given: given == root)
    case = found.case
    assert [each["act"] for each in case["entries"]] == ["offer", "issue", "note", "export-case"]
    assert (case["signed_for"], case["notes"][0]["text"]) == ("anna", "Came with a passport.")
    assert len(case["credentials"][0]["copies"]) == 2
    assert service.agency.cases.check_here(found) == 4
    assert not any(value.encode() in content for value in VALUES)
    path = tmp_path / "case.cpcase"
    path.write_bytes(content)
    run = CliRunner().invoke(main, ["case", "verify", str(path), "--root", root.upper()])
    assert (run.exit_code, "not altered" in run.output) == (0, True)
    other = CliRunner().invoke(main, ["case", "verify", str(path), "--root", "00" * 32])
    assert (other.exit_code, "[agency.case-root]" in other.output) == (1, True)
    neither = CliRunner().invoke(main, ["case", "verify", str(path)])
    assert "[agency.case-whose]" in neither.output


def test_a_copy_that_was_altered_anywhere_is_refused(service: Running) -> None:
    content, root = exported(service), fingerprint(service.agency.root)
    for place in range(0, len(content), max(1, len(content) // 150)):
        altered = bytearray(content)
        altered[place] ^= 0x01
        with pytest.raises(CounterproofError, match=r"agency\.case-(refused|entry|root)"):
            read(bytes(altered), lambda given: given == root)
    for broken in (b"", content[:-1], content + b"\0", b"\x84\x40\xa0\x40\x40"):
        with pytest.raises(StoreError, match=r"agency\.case-refused"):
            read(broken, lambda _: True)


def test_a_copy_of_another_register_is_not_found_in_ours(service: Running, tmp_path: Path) -> None:
    with running(tmp_path) as other:
        wallet = shopper(other)
        wallet.credential()
        theirs = read(other.agency.cases.export(other.agency.register.list()[0].batch_id), lambda _: True)
    with pytest.raises(StoreError, match=r"agency\.case-entry"):
        service.agency.cases.check_here(theirs)


def test_whom_offers_and_applications_were_for_is_erased_in_time(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        agency, register = service.agency, service.agency.register
        taken = shopper(service)
        taken.credential()
        applied = shopper(service, needs_decision=True)
        applied.credential()
        (application,) = register.online.applications(subject="A-17")
        agency.online.decide(application.application_id, approve=False, reason="not-resident")
        unused = service.offer(once=b"a program's own secret")
        waits = shopper(service, needs_decision=True)
        waits.credential()
        for case in (taken.made, applied.made, unused):
            agency.cases.note(case.offer.offer_id, "note-of-the-office")
        retention.set_term(agency.desk, "residency", 10)
        ends = register.list()[0].valid_until
        service.clock.advance((ends - service.clock.now()).total_seconds() + 9 * 86_400)
        (early,) = [each for each in retention.terms(agency.desk) if each.days is not None]
        assert (early.due, early.offers) == (0, 2)  # what came to nothing is over sooner than what was issued
        service.clock.advance(2 * 86_400)
        assert retention.run(agency.desk) == 1
        left = [each.offer_id for each in register.online.offers(subject="A-17")]
        assert left == [waits.made.offer.offer_id]  # what nobody has decided yet is not over
        (undecided,) = register.online.applications(subject="A-17")
        agency.online.decide(undecided.application_id, approve=False, reason="too-late")
        assert retention.run(agency.desk) == 0
        service.clock.advance(11 * 86_400)
        retention.run(agency.desk)  # that somebody decided is an entry about the person for as long
        assert taken.renew().json()["error"] == "invalid_grant"
        matter = agency.cases.matter(taken.made.offer.offer_id)
        assert (matter.subject, matter.notes) == ("", ())
        assert [each.action for each in matter.entries] == ["issue"]
        register.verify_log()
        file = agency.desk.folder / "records.db"
    content = file.read_bytes()
    for name in (b"note-of-the-office", b"A-17"):
        assert name not in content
