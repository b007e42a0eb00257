"""A day at the desk in a real browser: found, offered, scanned off the screen, told, changed by two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from issuer.agency import changing, one_by_one
from issuer.register.online_model import Role
from tests.kit import browser as kit
from tests.kit.service import Running, running, shopper
from wallet.flows.arrivals import link_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(kit.program() is None, reason=kit.MISSING)


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with kit.browser() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk"), count=6) as found:
        yield found


def signed_in(started: Browser, service: Running, name: str, role: Role) -> Page:
    _, page = kit.person(started)
    code = service.agency.clerks.enrol(name, role).code
    kit.sign_in(page, f"{service.service.settings.origin}/console/enrol?code={code}")
    return page


def usable(page: Page) -> None:
    """Check this very page, as it came, in both schemes and at three widths."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (kit.WIDTH, kit.WIDTH // 2, 320):
            page.set_viewport_size({"width": width, "height": kit.HEIGHT})
            if faults := kit.faults(page):
                found[scheme, width] = faults
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": kit.WIDTH, "height": kit.HEIGHT})
    assert not found


def test_a_person_is_found_offered_a_card_and_their_case_told(started: Browser, service: Running) -> None:
    page = signed_in(started, service, "Anna Kask", Role.CLERK)
    page.get_by_role("link", name="Issue").click()
    page.locator("#person").fill("A-17")
    page.locator("#type").select_option("residency")
    page.locator("#person").press("Enter")
    page.get_by_role("heading", name="What the card would say").wait_for()
    assert page.get_by_text("Mägi-Zumpanova").count() == 1
    usable(page)
    page.get_by_role("button", name="Make the offer").click()
    page.locator("img.qr").wait_for()
    usable(page)
    scanned = link_in(page.screenshot(full_page=True))
    page.locator("summary").click()
    assert page.locator("details .code").inner_text() == scanned
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open the slip").click()
    slip = opened.value
    assert slip.locator(".number").inner_text().isdecimal()
    usable(slip)
    slip.emulate_media(media="print")
    assert not slip.locator("header").is_visible()
    assert slip.locator(".number").is_visible()
    page.get_by_role("link", name="To the case").click()
    page.locator("#text").fill("Came with a passport.\nWants a letter.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Wants a letter.").wait_for()
    usable(page)
    with page.expect_download() as copied:
        page.get_by_role("button", name="Take a signed copy").click()
    assert copied.value.suggested_filename.endswith(".cpcase")
    page.context.close()


def test_what_is_many_is_proposed_and_agreed_to(started: Browser, service: Running) -> None:
    changing.set_limit(service.agency.desk, 1)
    for number in range(3):
        shopper(service, subject=f"A-{18 + number}").credential()
    anna = signed_in(started, service, "Ben Saar", Role.CLERK)
    boss = signed_in(started, service, "Eva Mets", Role.SUPERVISOR)
    anna.get_by_role("link", name="Documents").click()
    for box in anna.get_by_role("checkbox").all():
        box.check()
    anna.locator("[name=action][value=suspend]").check()
    anna.locator("[name=reason]").fill("stolen-box")
    anna.get_by_role("button", name="Change", exact=True).click()
    anna.get_by_text("a second person must agree", exact=False).first.wait_for()
    assert anna.get_by_role("alert").count() == 1
    assert anna.locator("[name=reason]").input_value() == "stolen-box"  # nothing has to be typed again
    assert all(box.is_checked() for box in anna.get_by_role("checkbox").all())
    usable(anna)
    anna.get_by_role("button", name="Propose").click()
    anna.get_by_text("somebody else must agree").wait_for()
    usable(anna)
    boss.reload()
    boss.get_by_role("link", name="Suspend 3 documents").click()
    boss.get_by_role("button", name="Agree").click()
    boss.get_by_text("6 copies").wait_for()
    usable(boss)
    assert service.agency.register.counts().suspended == 6
    for page in (anna, boss):
        page.context.close()


def offer_to(page: Page, person: str) -> None:
    """Find somebody and offer them a residency card."""
    page.get_by_role("link", name="Issue").click()
    page.locator("#person").fill(person)
    page.locator("#type").select_option("residency")
    page.locator("#person").press("Enter")
    page.get_by_role("button", name="Make the offer").click()


def test_who_gave_many_cards_is_held_until_somebody_else_agrees(started: Browser, service: Running) -> None:
    one_by_one.set_limit(service.agency.desk, 0)
    clerk = signed_in(started, service, "Mari Lill", Role.CLERK)
    boss = signed_in(started, service, "Olev Puu", Role.SUPERVISOR)
    offer_to(clerk, "A-19")
    clerk.get_by_role("alert").wait_for()
    clerk.get_by_text("What the card would say").wait_for()
    usable(clerk)
    boss.reload()
    boss.locator("main a[href*='/proposals/']").first.click()
    boss.get_by_text("as one person may alone within a day", exact=False).wait_for()
    usable(boss)
    boss.get_by_role("button", name="Agree").click()
    boss.get_by_text("approved", exact=True).wait_for()
    assert boss.get_by_role("button", name=re.compile("Agree|Decline")).count() == 0
    clerk.get_by_role("button", name="Make the offer").click()  # what was looked up is still there
    clerk.locator("img.qr").wait_for()
    one_by_one.set_limit(service.agency.desk, one_by_one.DEFAULT)
    for page in (clerk, boss):
        page.context.close()
