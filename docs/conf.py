"""How `make docs` turns the pages of this repository into a site that needs no network."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent

project = "Counterproof"
author = "The Counterproof authors"
release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
language = "en"

# The tree of sources is the repository: a link is right here, in an editor and on a forge alike.
root_doc = "docs/README"
include_patterns = ["docs/**", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"]

extensions = ["myst_parser"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # excerpts of CDDL and JSON with "..." are for people

html_theme = "furo"  # its style, scripts and signs lie in the site; it follows the system's light or dark
html_static_path = ["style"]
html_css_files = ["tables.css"]
html_title = f"Counterproof {release}"
html_copy_source = False
html_show_search_summary = False  # summaries are fetched, which a browser refuses to a file:
html_show_sphinx = False
html_show_copyright = False

INDEX = re.compile(r"^## (?P<title>.+?)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^):#]+)\.md\)")


def toctree(pages: list[str], caption: str = "") -> str:
    """Return the directive that puts pages into the navigation."""
    words = [f":caption: {caption}"] if caption else []
    return "\n".join(["", "```{toctree}", ":hidden:", *words, "", *pages, "```", ""])


def navigation(text: str) -> str:
    """Return the navigation of the index: a part for each of its headings, with the pages linked under it."""
    parts = []
    for section in INDEX.finditer(text):
        pages = list(dict.fromkeys(link["target"] for link in LINK.finditer(section["body"])))
        if pages:
            parts.append(toctree(pages, section["title"]))
    return "".join(parts)


def decisions() -> str:
    """Return the list of every decision and its place in the navigation, from the pages themselves."""
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    rows = []
    for path in pages:
        title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        rows.append(f"- [{title}]({path.name})")
    return "\n".join(["", *rows, "", toctree([path.stem for path in pages])])


def add_navigation(_app: Sphinx, page: str, content: list[str]) -> None:
    """Add to the two indexes what their Markdown leaves to the build."""
    if page == root_doc:
        content[0] += navigation(content[0])
    elif page == "docs/adr/README":
        content[0] += decisions()


def setup(app: Sphinx) -> None:
    """Add the navigation while pages are read; the builder calls this."""
    app.connect("source-read", add_navigation)
