"""Build the documentation into `site/`, which git ignores: `make docs`.

Whatever is not right ends the build with an error: a link that leads nowhere, a page in no navigation, a
picture that is missing, anything that a browser would have to fetch from elsewhere.
"""

from __future__ import annotations

import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
FETCHED = {
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("form", "action"),
}
"""What a browser asks for by itself; ordinary links are followed by people only."""
FIRST_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Counterproof</title>
<meta http-equiv="refresh" content="0; url=docs/README.html">
<p><a href="docs/README.html">Documentation of Counterproof</a></p>
"""


class _Fetched(HTMLParser):
    """Collects the addresses that a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") not in {"next", "prev", "canonical"}:
            self.addresses.append(values.get("href") or "")
        self.addresses += [
            values[name] or "" for name in values if (tag, name) in FETCHED and values[name] is not None
        ]


def fetched_from_elsewhere(html: str) -> list[str]:
    """Return the addresses in a page that only a network has."""
    page = _Fetched()
    page.feed(html)
    return [address for address in page.addresses if "//" in address]


def build(site: Path) -> int:
    """Build the site anew, strictly; return 0, or the builder's exit code."""
    shutil.rmtree(site, ignore_errors=True)
    # -E reads every page anew: the navigation is made from pages that the builder does not know of.
    options = ["-b", "html", "-c", str(ROOT / "docs"), "-E", "-W", "--keep-going", "-q"]
    code = sphinx([*options, str(ROOT), str(site)])
    shutil.rmtree(site / ".doctrees", ignore_errors=True)
    (site / "index.html").write_text(FIRST_PAGE, "utf-8")
    return code


def main() -> int:
    """Build, and look through every page for what is not in the site."""
    code = build(SITE)
    for path in sorted(SITE.rglob("*.html")):
        for address in fetched_from_elsewhere(path.read_text("utf-8")):
            print(f"{path.relative_to(SITE)}: would fetch {address}", file=sys.stderr)
            code = 1
    print("docs: not right, see above" if code else f"docs: {SITE / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
