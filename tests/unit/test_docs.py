"""The documentation holds together: links lead somewhere, and every page is in the navigation."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from myst_parser.mdit_to_docutils.base import default_slugify

from scripts.docs import build, fetched_from_elsewhere
from tests.kit.sources import ROOT, repository_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

INDEX = ROOT / "docs" / "README.md"
PAGES = [path for path in repository_files() if path.suffix == ".md" and path.is_relative_to(ROOT)]
HTML_LINK = re.compile(r"""(?:src|href)="([^"]+)\"""")


def tokens(markdown: str) -> Iterator[Token]:
    """Yield every token of a page, those inside paragraphs too."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    parser.use(anchors_plugin, max_level=4, slug_func=default_slugify)
    for token in parser.parse(markdown):
        yield token
        yield from token.children or ()


def links(markdown: str) -> list[str]:
    """Return where a page's links and pictures lead."""
    found = []
    for token in tokens(markdown):
        if token.type in {"link_open", "image"}:
            found.append(str(token.attrs["href" if token.type == "link_open" else "src"]))
        elif token.type in {"html_inline", "html_block"}:
            found += HTML_LINK.findall(token.content)
    return found


@functools.cache
def places(page: Path) -> frozenset[str]:
    """Return the names of the headings of a page, as links say them."""
    return frozenset(
        str(token.attrs["id"]) for token in tokens(page.read_text("utf-8")) if token.type == "heading_open"
    )


def broken(page: Path, markdown: str) -> list[str]:
    """Return the links of a page that lead nowhere inside the repository."""
    found = []
    for link in links(markdown):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, place = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (place and target.suffix == ".md" and place not in places(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(page: Path) -> None:
    assert broken(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](nowhere.md)",
        "[a](guide-clerk.md#no-such-heading)",
        "[a](#no-such-heading)",
        "![a](images/nothing.png)",
        '<img src="images/nothing.png">',
        "[a][b]\n\n[b]: nowhere.md",
        "| [a](nowhere.md) |\n|---|",
    ],
)
def test_a_link_that_leads_nowhere_is_seen(link: str) -> None:
    assert len(broken(INDEX, link)) == 1


def test_what_is_only_an_example_is_no_link() -> None:
    assert broken(INDEX, "`[a](nowhere.md)`\n\n    [a](nowhere.md)\n") == []


def test_every_page_is_in_the_navigation() -> None:
    """The site's navigation is made from the links of docs/README.md; decisions are listed by the build."""
    linked = {(INDEX.parent / link).resolve() for link in links(INDEX.read_text("utf-8"))}
    pages = set((ROOT / "docs").glob("*.md")) - {INDEX}
    left_out = {page.name for page in pages if page.resolve() not in linked}
    assert not left_out, "link these pages from docs/README.md, under the heading where a reader would look"


def test_what_a_browser_would_fetch_is_seen() -> None:
    page = '<a href="https://a.example"></a><link rel="next" href="https://b.example"><img src="c.png">'
    assert fetched_from_elsewhere(page) == []
    page = '<link rel="stylesheet" href="https://a.example/x.css"><script src="//b.example/x.js"></script>'
    assert len(fetched_from_elsewhere(page)) == 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    assert build(tmp_path / "site") == 0
    for page in ("index.html", "docs/README.html", "docs/adr/README.html", "SECURITY.html", "search.html"):
        html = (tmp_path / "site" / page).read_text("utf-8")
        assert fetched_from_elsewhere(html) == []
    decisions = len(list((ROOT / "docs" / "adr").glob("0*.md")))
    assert html.count("toctree-l2") >= decisions
