"""Debian's Chromium with a virtual authenticator, so that passkeys are made and used as people's are."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

MISSING = "no Chromium is installed (Debian: apt-get install chromium)"
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WIDTH, HEIGHT = 1100, 800


def program() -> str | None:
    """Return the path of an installed browser, or None."""
    named = os.environ.get("COUNTERPROOF_CHROMIUM")
    return named or next((found for each in _PROGRAMS if (found := shutil.which(each))), None)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser, without a window; as root it cannot be walled in."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where it is used at all

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program(), args=arguments)
        try:
            yield started
        finally:
            started.close()


def person(started: Browser, **more: Any) -> tuple[BrowserContext, Page]:
    """Return somebody's own cookies, and a page of theirs, with an authenticator at hand."""
    options: dict[str, Any] = {"viewport": {"width": WIDTH, "height": HEIGHT}, "locale": "en", **more}
    context = started.new_context(**options)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
    return context, page


def sign_in(page: Page, link: str) -> None:
    """Use a link, and sign in with the passkey that it made."""
    page.goto(link)
    page.get_by_role("button", name="Make a passkey").click()
    page.locator("ol.codes").wait_for()
    page.get_by_role("link", name="sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Overview").wait_for()


def faults(page: Page) -> list[str]:
    """Return what keeps somebody with a keyboard, a screen reader or large print from using a page."""
    found: list[str] = page.evaluate(Path(__file__).with_name("accessible.js").read_text("utf-8"))
    return found
