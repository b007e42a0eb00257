"""The console in a real browser, with real passkeys: signing in, every page for everybody, keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from issuer.agency import changing
from issuer.register.online_model import Role
from tests.kit import browser as kit
from tests.kit.service import Running, running, shopper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(kit.program() is None, reason=kit.MISSING)
LONG = "Maria-Magdalena Kuningas-Rosenthal von der Hohenwaldau zu Sankt Petersburg-Landskrona"


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with kit.browser() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("console"), count=3) as found:
        for number in range(2):  # rows for every table
            assert shopper(found, subject=f"A-{17 + number}").credential().status_code == httpx.codes.OK
        issued = [each.batch_id for each in found.agency.register.list()]
        changing.propose(found.agency.acting_for(LONG).desk, "suspend", issued, reason="lost")
        yield found


def link(service: Running, name: str, role: Role) -> str:
    code = service.agency.clerks.enrol(name, role).code
    return f"{service.service.settings.origin}/console/enrol?code={code}"


@pytest.fixture(scope="module")
def page(started: Browser, service: Running) -> Iterator[Page]:
    context, opened = kit.person(started)
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    kit.sign_in(opened, link(service, LONG, Role.SUPERVISOR))
    yield opened
    context.close()
    assert errors == []


def test_a_passkey_made_by_the_browser_signs_in_again_and_again(page: Page, service: Running) -> None:
    page.goto(f"{service.service.settings.origin}/console/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    page.go_back()
    assert page.get_by_role("heading", name="Overview").count() == 0  # nothing was kept to go back to
    page.goto(f"{service.service.settings.origin}/console/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Overview").wait_for()


def test_without_a_passkey_the_page_says_so(started: Browser, service: Running) -> None:
    context, page = kit.person(started)
    page.goto(f"{service.service.settings.origin}/console/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That did not work, or was stopped.").wait_for()
    context.close()


PAGES = ("/", "/issue", "/cases", "/documents", "/proposals", "/staff", "/account", "/sign-in", "/enrol")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(page: Page, service: Running, path: str) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (
            kit.WIDTH,
            kit.WIDTH // 2,
            320,
        ):  # as it is, at 200 %, and as narrow as WCAG 1.4.10 asks
            page.set_viewport_size({"width": width, "height": kit.HEIGHT})
            page.goto(f"{service.service.settings.origin}/console{path}")
            if faults := kit.faults(page):
                found[scheme, width] = faults
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": kit.WIDTH, "height": kit.HEIGHT})
    assert not found


def test_keys_alone_reach_everything_and_the_focus_is_seen(page: Page, service: Running) -> None:
    page.goto(f"{service.service.settings.origin}/console/staff")
    reached = []
    while True:
        page.keyboard.press("Tab")
        name, seen, end = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [(e.name || e.textContent).trim(), s.outlineStyle !== 'none', e === document.body] }"
        )
        if end:
            break
        assert seen, f"no focus is seen on {name}"
        reached.append(name)
    assert reached[0] == "Skip to the page"
    assert {"Overview", "Staff", "Sign out", "name", "role", "Make a link"} <= set(reached)


def test_the_checks_of_a_page_can_fail(started: Browser) -> None:
    context, page = kit.person(started)
    page.set_content(
        "<h3>x</h3><input><button></button><img><p style='color:#aaa;background:#fff'>grey</p>"
        "<table><tr><th>x</th></tr></table><div style='width:5000px'>wide</div>"
    )
    said = " ".join(kit.faults(page))
    for fault in ("no language", "no title", "main", "h1", "left out", "no label", "no name", "alternative"):
        assert fault in said
    for fault in ("contrast 2.32", "caption", "scope", "sideways", "smaller"):
        assert fault in said
    context.close()
