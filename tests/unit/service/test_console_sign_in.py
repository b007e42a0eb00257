"""The console's door: links, passkeys, recovery codes, sessions that end, forms of others, roles."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticatorData

from counterproof.mdoc.errors import UsageError
from issuer.agency.rights import Right, check
from issuer.register.online_model import Role
from issuer.service.settings import ServiceLimits
from tests.kit.passkey import ClerkBrowser, SoftPasskey, clerk
from tests.kit.service import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    limits = ServiceLimits(refusals_per_minute=10**6, clerk_per_minute=10**6, wallet_per_minute=10**6)
    with running(tmp_path_factory.mktemp("console"), limits=limits) as started:
        started.agency.clerks.enrol("somebody", Role.CLERK)
        yield started


@pytest.fixture
def browser(service: Running) -> Iterator[ClerkBrowser]:
    made = ClerkBrowser(service)
    yield made
    made.close()


def name() -> str:
    return f"clerk {os.urandom(6).hex()}"


def said(answer: httpx.Response) -> str:
    found = re.search(r'class="code">([a-z.-]+)<', answer.text)
    return found[1] if found else ""


def acts(service: Running, who: str) -> list[tuple[str, str]]:
    every = service.agency.register.acts(
        limit=1000, after=max(0, service.agency.register.log_head().seq - 900)
    )
    return [(each.act.action, each.act.why) for each in every if each.act.who == who]


def test_there_is_no_console_until_a_clerk_is_enrolled(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        browser = ClerkBrowser(service)
        assert browser.get("/sign-in").status_code == 404
        assert browser.send("/sign-in/options").status_code == 404
        service.agency.clerks.enrol("anna", Role.CLERK)
        assert browser.get("/sign-in").status_code == 200
        browser.close()


def test_a_console_that_is_turned_off_stays_off(tmp_path: Path) -> None:
    with running(tmp_path, console=False) as service:
        service.agency.clerks.enrol("anna", Role.CLERK)
        browser = ClerkBrowser(service)
        assert browser.get("/sign-in").status_code == 404
        browser.close()


def test_a_link_makes_a_passkey_once_and_the_passkey_signs_in(browser: ClerkBrowser) -> None:
    who = name()
    invited = browser.running.agency.clerks.enrol(who, Role.CLERK)
    assert who in browser.get(f"/enrol?code={invited.code}").text
    done = browser.use(invited.code)
    assert (done.status_code, len(browser.codes)) == (200, 8)
    assert browser.get("/").headers["location"].endswith("/console/sign-in")  # a passkey is not a session
    entered = browser.sign_in()
    assert entered.status_code == 303
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(entered.headers["set-cookie"].split("; "))
    page = browser.get("/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert who in page.text
    again = browser.send("/enrol/options", code=invited.code)
    assert (again.status_code, said(again)) == (404, "console.link-refused")
    assert acts(browser.running, who) == [("add-passkey", "enrolled"), ("sign-in", "passkey")]


def test_nothing_of_a_page_comes_from_elsewhere_or_is_kept(browser: ClerkBrowser) -> None:
    answer = browser.get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href|action)="(?![/#])', answer.text)
    assert not re.search(r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=", answer.text)
    for path in set(re.findall(r'(?:src|href)="[^"]*/console(/static/[^"]+)"', answer.text)):
        assert browser.get(path).status_code == 200
    assert browser.get("/static/..%2fpages.py").status_code == 404


def test_only_a_verified_user_at_this_origin_makes_or_uses_a_passkey(service: Running) -> None:
    present = AuthenticatorData.FLAG.USER_PRESENT
    for key in (
        SoftPasskey("https://elsewhere.example"),
        SoftPasskey(service.service.settings.origin, flags=present),
    ):
        browser = ClerkBrowser(service)
        honest, browser.key = browser.key, key
        refused = browser.enrol(who := name())
        assert said(refused) == "console.passkey-refused"
        browser.key = honest
        assert browser.enrol(who).status_code == 200
        browser.key.origin, browser.key.flags = key.origin, key.flags
        assert said(browser.sign_in()) == "console.sign-in-refused"
        browser.close()


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id":1}', "\x00", '{"rawId":"AA","response":{}}']
)
def test_a_broken_answer_is_a_refusal(browser: ClerkBrowser, answer: str) -> None:
    ticket = browser.send("/sign-in/options").json()["ticket"]
    refused = browser.send("/sign-in", ticket=ticket, credential=answer)
    assert (refused.status_code, said(refused)) == (401, "console.sign-in-refused")


def test_an_answer_counts_once_and_for_its_own_challenge(browser: ClerkBrowser) -> None:
    browser.enrol(name())
    asked = browser.send("/sign-in/options").json()
    answer = browser.key.sign(asked)
    other = browser.send("/sign-in/options").json()
    assert (
        said(browser.send("/sign-in", ticket=other["ticket"], credential=answer)) == "console.sign-in-refused"
    )
    assert browser.send("/sign-in", ticket=asked["ticket"], credential=answer).status_code == 303
    assert (
        said(browser.send("/sign-in", ticket=asked["ticket"], credential=answer)) == "console.sign-in-refused"
    )
    for forged in (
        {"signature": websafe_encode(b"\x30\x06\x02\x01\x01\x02\x01\x01")},
        {"authenticatorData": ""},
    ):
        asked = browser.send("/sign-in/options").json()
        credential = browser.key.sign(asked, **forged)
        assert (
            said(browser.send("/sign-in", ticket=asked["ticket"], credential=credential))
            == "console.sign-in-refused"
        )


def test_a_challenge_ends(service: Running, browser: ClerkBrowser) -> None:
    browser.enrol(name())
    asked = browser.send("/sign-in/options").json()
    answer = browser.key.sign(asked)
    service.clock.advance(301)
    assert (
        said(browser.send("/sign-in", ticket=asked["ticket"], credential=answer)) == "console.sign-in-refused"
    )


def test_a_passkey_that_was_copied_is_ended(browser: ClerkBrowser) -> None:
    browser.enrol(who := name())
    assert browser.sign_in().status_code == 303
    browser.key.count -= 1  # what its copy would say
    assert said(browser.sign_in()) == "console.sign-in-refused"
    browser.key.count += 5
    assert said(browser.sign_in()) == "console.sign-in-refused"
    assert ("end-passkey", "copied") in acts(browser.running, who)


def test_a_recovery_code_makes_a_new_passkey_and_nothing_else(service: Running) -> None:
    old = clerk(service, who := name())
    new = ClerkBrowser(service)
    entered = new.send("/recover", code=f" {old.codes[0].upper()} ")
    assert entered.headers["location"].endswith("/console/account")
    assert new.get("/").headers["location"].endswith("/console/account")
    asked = new.act("/account/options").json()
    done = new.act("/account/passkey", ticket=asked["ticket"], credential=new.key.make(asked))
    fresh = re.findall(r"<li>([a-z2-7-]{19})</li>", done.text)
    assert len(fresh) == 8
    assert not set(fresh) & set(old.codes)
    assert new.sign_in().status_code == 303
    assert said(old.sign_in()) == "console.sign-in-refused"
    assert old.get("/").headers["location"].endswith("/sign-in")
    for code in (old.codes[0], old.codes[1], "abcd-efgh-abcd-efgh", "", "x" * 40):
        assert said(new.send("/recover", code=code)) == "console.sign-in-refused"
    assert ("sign-in", "recovery-code") in acts(service, who)
    assert ("add-passkey", "recovered") in acts(service, who)
    old.close()
    new.close()


def test_somebody_who_is_let_back_in_keeps_their_passkey_until_the_link_is_used(service: Running) -> None:
    old = clerk(service, who := name())
    invited = service.agency.clerks.enrol(who.upper(), Role.CLERK)  # the same name, as people write it
    assert old.get("/").status_code == 200
    new = ClerkBrowser(service)
    new.use(invited.code)
    assert old.get("/").headers["location"].endswith("/sign-in")
    assert said(old.sign_in()) == "console.sign-in-refused"
    assert new.sign_in().status_code == 303
    old.close()
    new.close()


def test_a_second_passkey_leaves_the_first(service: Running) -> None:
    browser = clerk(service, name())
    first, browser.key = browser.key, SoftPasskey(browser.origin)
    asked = browser.act("/account/options").json()
    added = browser.act("/account/passkey", ticket=asked["ticket"], credential=browser.key.make(asked))
    assert added.status_code == 303
    assert browser.sign_in().status_code == 303
    browser.key = first
    assert browser.sign_in().status_code == 303
    asked = browser.act("/account/options").json()
    known = browser.act("/account/passkey", ticket=asked["ticket"], credential=browser.key.make(asked))
    assert (known.status_code, said(known)) == (409, "console.passkey-known")
    browser.close()


def test_a_session_ends_when_nobody_is_at_it_and_after_a_day_of_work(service: Running) -> None:
    browser = clerk(service, name())
    for _ in range(4):
        service.clock.advance(14 * 60)
        assert browser.get("/").status_code == 200
    service.clock.advance(15 * 60 + 60)
    assert browser.get("/").headers["location"].endswith("/sign-in")
    assert browser.sign_in().status_code == 303
    for _ in range(8 * 5 + 1):
        service.clock.advance(12 * 60)
        last = browser.get("/")
    assert last.headers["location"].endswith("/sign-in")
    browser.close()


def test_signing_out_ends_the_session_itself(service: Running) -> None:
    browser = clerk(service, name())
    cookie = browser.client.cookies.get("console")
    assert browser.send("/sign-out").status_code == 403  # not without the form's token
    assert browser.act("/sign-out").headers["clear-site-data"] == '"cache"'
    browser.client.cookies.set("console", cookie or "", domain="localhost.local")
    stale = httpx.get(f"{browser.base}/", headers={"Cookie": f"console={cookie}"}, trust_env=False)
    assert stale.headers["location"].endswith("/sign-in")
    browser.close()


def test_who_is_ended_is_out_at_once(service: Running) -> None:
    browser = clerk(service, who := name())
    service.agency.clerks.end(who)
    assert browser.get("/").headers["location"].endswith("/sign-in")
    assert said(browser.sign_in()) == "console.sign-in-refused"
    assert said(browser.send("/recover", code=browser.codes[0])) == "console.sign-in-refused"
    with pytest.raises(UsageError, match=r"console\.no-such-clerk"):
        service.agency.clerks.end(who)
    browser.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(service: Running, headers: dict[str, str]) -> None:
    browser = clerk(service, name(), Role.SUPERVISOR)
    token = browser.token("/staff")
    refused = browser.send("/staff/enrol", headers=headers, token=token, name=(who := name()), role="clerk")
    assert (refused.status_code, said(refused)) == (403, "console.other-form")
    assert who not in browser.get("/staff").text
    browser.close()


def test_a_form_of_another_session_does_nothing(service: Running) -> None:
    one, two = clerk(service, name(), Role.SUPERVISOR), clerk(service, name(), Role.SUPERVISOR)
    for token in (one.token(), "", "0" * 32, "é"):
        assert said(two.send("/staff/enrol", token=token, name=name(), role="clerk")) == "console.other-form"
    one.close()
    two.close()


def test_a_page_opened_by_number_leads_to_the_name_that_passkeys_belong_to(service: Running) -> None:
    here = f"{service.url}/console/sign-in"
    assert "127.0.0.1" in here
    assert service.get("/console/sign-in").headers["location"] == here.replace("127.0.0.1", "localhost")
    rebound = service.get("/console/sign-in", headers={"Host": "evil.example"})
    assert rebound.headers["location"].startswith("http://localhost:")
    assert service.post("/console/sign-in/options", headers={"Host": "evil.example"}).status_code == 404


def test_the_table_of_roles_is_what_the_guide_says() -> None:
    allowed = {
        Role.AUDITOR: {Right.LOOK},
        Role.CLERK: {Right.LOOK, Right.WORK},
        Role.SUPERVISOR: {Right.LOOK, Right.WORK, Right.AGREE, Right.STAFF},
    }
    for role in Role:
        for right in Right:
            if right in allowed[role]:
                check(role, right)
            else:
                with pytest.raises(UsageError, match=r"service\.role"):
                    check(role, right)


def test_staff_is_the_supervisors_and_supervisors_are_the_commands(service: Running) -> None:
    boss = clerk(service, boss_name := name(), Role.SUPERVISOR)
    anna = clerk(service, anna_name := name())
    assert (anna.get("/staff").status_code, said(anna.get("/staff"))) == (403, "service.role")
    assert anna.act("/staff/enrol", name="mallory", role="clerk").status_code == 403
    made = boss.act("/staff/enrol", page="/staff", name=(new := name()), role="auditor")
    (link,) = re.findall(r"(http://localhost[^<]+)<", made.text)
    ben = ClerkBrowser(service)
    assert ben.use(link.partition("code=")[2]).status_code == 200
    assert service.agency.register.clerks.find(new).enrolled_by == boss_name
    for who, role in ((name(), "supervisor"), (boss_name, "clerk"), (boss_name.upper(), "auditor")):
        refused = boss.act("/staff/enrol", page="/staff", name=who, role=role)
        assert (refused.status_code, said(refused)) == (403, "console.by-command")
    own = service.agency.register.clerks.find(boss_name).clerk_id
    assert said(boss.act("/staff/end", page="/staff", clerk=own)) == "console.by-command"
    theirs = service.agency.register.clerks.find(anna_name).clerk_id
    assert boss.act("/staff/end", page="/staff", clerk=theirs).status_code == 303
    assert anna.get("/").headers["location"].endswith("/sign-in")
    for each in (boss, anna, ben):
        each.close()


@pytest.mark.scenario("issuer", "auth-brute")
def test_guessed_codes_are_held_off(tmp_path: Path) -> None:
    with running(tmp_path, limits=ServiceLimits()) as service:
        service.agency.clerks.enrol("anna", Role.CLERK)
        browser = ClerkBrowser(service)
        answers = [browser.send("/recover", code=f"abcd-efgh-abcd-{number:04}") for number in range(120)]
        assert [answer.status_code for answer in answers].count(401) <= 31
        assert answers[-1].status_code == 429
        assert "retry-after" in answers[-1].headers
        browser.close()


def test_strangers_ask_for_challenges_so_often_and_no_more(tmp_path: Path) -> None:
    with running(tmp_path, limits=ServiceLimits(wallet_per_minute=20)) as service:
        service.agency.clerks.enrol("anna", Role.CLERK)
        browser = ClerkBrowser(service)
        answers = [browser.send("/sign-in/options").status_code for _ in range(25)]
        assert answers == [200] * 20 + [429] * 5
        browser.close()


def test_names_are_text_wherever_they_are_shown(service: Running) -> None:
    boss = clerk(service, name(), Role.SUPERVISOR)
    spoof = f"<script>alert(1)</script>'\"--{os.urandom(3).hex()}"
    made = boss.act("/staff/enrol", page="/staff", name=spoof, role="clerk")
    assert made.status_code == 200
    assert "<script>alert" not in made.text
    assert "&lt;script&gt;alert(1)" in boss.get("/staff").text
    boss.close()


def test_a_program_enrols_and_ends_as_the_page_does(service: Running) -> None:
    boss = service.token(Role.SUPERVISOR, name="the office program")
    who = name()
    made = service.post("/api/v1/clerks", json={"name": who, "role": "clerk"}, headers=boss)
    assert made.status_code == 201
    assert "handle" not in made.json()["clerk"]
    browser = ClerkBrowser(service)
    assert browser.use(made.json()["link"].partition("code=")[2]).status_code == 200
    every = service.get("/api/v1/clerks", headers=boss).json()
    (theirs,) = [each for each in every if each["name"] == who]
    assert (theirs["passkeys"], theirs["enrolled_by"]) == (1, "the office program")
    for body, status in (({"name": who, "role": "supervisor"}, 403), ({"name": who, "role": "king"}, 400)):
        assert service.post("/api/v1/clerks", json=body, headers=boss).status_code == status
    for headers in (service.token(Role.CLERK), service.token(Role.AUDITOR)):
        assert service.get("/api/v1/clerks", headers=headers).status_code == 403
    assert service.post(f"/api/v1/clerks/{theirs['clerk_id']}/end", headers=boss).status_code == 204
    assert service.post(f"/api/v1/clerks/{theirs['clerk_id']}/end", headers=boss).status_code == 404
    assert said(browser.sign_in()) == "console.sign-in-refused"
    browser.close()
