"""The console speaks the browser's language: each request its own, and nothing on a page stays English."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from counterproof.words import language
from issuer.agency import changing
from issuer.register.online_model import Role
from tests.kit.passkey import ClerkBrowser
from tests.kit.service import OtherWallet, Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = ("/", "/issue", "/cases", "/documents", "/proposals", "/staff", "/account")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("languages")) as started:
        yield started


@pytest.fixture(scope="module")
def boss(service: Running) -> Iterator[ClerkBrowser]:
    """Give a supervisor, and something for every page to show."""
    browser = ClerkBrowser(service)
    browser.enrol("Q", Role.SUPERVISOR)
    browser.sign_in()
    wallet = OtherWallet(service, service.offer())
    wallet.token()
    wallet.credential()
    applying = OtherWallet(service, service.offer(needs_decision=True))
    applying.token()
    applying.credential()
    (batch,) = service.agency.register.list()
    changing.propose(service.agency.acting_for("Z").desk, "revoke", [batch.batch_id], reason="lost")
    yield browser
    browser.close()


class Texts(HTMLParser):
    """Everything that a person reads or hears: sentences with what is to be typed in them, and labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.feed(re.sub("<code>([^<]*)</code>", r"`\1`", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "img", "option"}:
            self.tags.append(tag)
        names = {"aria-label", "alt", "data-label", "data-waiting", "data-failed"}
        self.found += [value or "" for name, value in attrs if name in names]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.tags:
            del self.tags[len(self.tags) - 1 - self.tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"script", "style"} & set(self.tags):
            self.found.append(data.strip())


def spoken(browser: ClerkBrowser, path: str, tag: str) -> tuple[str, list[str]]:
    """Return the language that a page says it is in, and its texts."""
    answer = browser.get(path, headers={"Accept-Language": tag})
    assert answer.status_code == 200
    said = re.search(r'<html lang="([^"]+)" dir="(ltr|rtl)">', answer.text)
    assert said is not None
    return said[1], Texts(answer.text).found


@pytest.mark.parametrize("tag", ["et", "hi", "zh-TW"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_language_of_its_browser(boss: ClerkBrowser, path: str, tag: str) -> None:
    english, plain = spoken(boss, path, "en")
    lang, texts = spoken(boss, path, f"{tag};q=0.9, en;q=0.5")
    assert (english, lang) == ("en", language.nearest_to(tag))
    assert len(texts) == len(plain)
    assert sum(one != other for one, other in zip(plain, texts, strict=True)) > 10


@pytest.mark.parametrize("path", [*PAGES, "CASE", "PROPOSAL"])
def test_no_text_of_a_page_escapes_translation(service: Running, boss: ClerkBrowser, path: str) -> None:
    """In a language made up for tests whatever is not translated still reads as English."""
    changes, register = service.agency.register.changes, service.agency.register
    path = {
        "CASE": f"/cases/{register.list()[0].batch_id}",
        "PROPOSAL": f"/proposals/{changes.proposals()[0].proposal_id}",
    }.get(path, path)
    _, texts = spoken(boss, path, "en-XA")
    data = re.compile(
        r"\[|A-17|Harbour|Residen|Proof of age|^[\W\d_]+$|\d{4}-\d\d-\d\d|[a-z2-7]{16}"
        r"|^[QZ]\b|wallet|service|founder"
    )
    left = [text for text in texts if not data.search(text) and re.search("[A-Za-z]{2}", text)]
    reasons = {"lost", "requested", "command", "service"}
    assert [text for text in left if text not in reasons] == []


def test_each_request_has_its_own_language(boss: ClerkBrowser) -> None:
    wished = ["et", "hi", "zh-Hant", "en"] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda tag: spoken(boss, "/proposals", tag)[0], wished))
    assert found == wished
    assert language.current() == "en"


def test_refusals_are_said_in_it_too(boss: ClerkBrowser) -> None:
    answer = boss.get("/cases/aaaaaaaaaaaaaaaa", headers={"Accept-Language": "et"})
    assert answer.status_code == 404
    assert "This was not done" not in answer.text
    assert 'lang="et"' in answer.text


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("et", "et"),
        ("et-EE,et;q=0.9,en;q=0.8", "et"),
        ("fr, hi;q=0.7, en;q=0.3", "hi"),
        ("en;q=0.3, zh-TW;q=0.6", "zh-Hant"),
        ("en, et", "en"),
        ("et;q=0, en;q=0.1", "en"),
        ("*;q=0.5", "en"),
        ("et;q=nonsense", "en"),
        ("et;q=1e300", "en"),
        ("../../etc/passwd", "en"),
        ("x" * 10_000, "en"),
        (",".join(["et;q=0.1"] * 10_000), "et"),
    ],
)
def test_which_language_a_header_asks_for(header: str, tag: str) -> None:
    assert language.of_header(header) == tag


def test_a_language_for_a_while_is_nobody_elses() -> None:
    with language.speaking("et"):
        assert language.current() == "et"
        with language.speaking("hi"):
            assert language.current() == "hi"
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(language.current).result() == "en"
        assert language.current() == "et"
    assert language.current() == "en"
