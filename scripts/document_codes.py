"""Write the checks and the registry of codes into docs/conformance.md: `python -m scripts.document_codes`.

With `--check` nothing is written; the exit code is 1 where the page and the code have drifted apart.
"""

from __future__ import annotations

import re
import sys

from counterproof.mdoc.verification.checks import CLAUSES, CheckId
from counterproof.words.explain import all_sentences
from tests.kit.sources import ROOT

PAGE = ROOT / "docs" / "conformance.md"
ROOMS = (
    "case",
    "cbor",
    "cose",
    "mdoc",
    "item",
    "mso",
    "device",
    "response",
    "issuer",
    "certificate",
    "document",
    "status",
    "signed-set",
    "rice",
    "vical",
    "optics",
    "exchange",
    "request",
)
"""The rooms whose codes can come out of the door, in the order in which bytes meet them."""


def checks_table() -> str:
    """Return the checks in order, with where each rule stands."""
    rows = [f"| `{check.value}` | {CLAUSES[check]} |" for check in CheckId]
    return "\n".join(["| check | where the rule stands |", "|---|---|", *rows])


def codes_table() -> str:
    """Return every code of the rooms above, with its sentence."""
    sentences = all_sentences()
    rows = [
        f"| `{code}` | {_cell(sentences[code].what)} |"
        for room in ROOMS
        for code in sorted(sentences)
        if code.partition(".")[0] == room
    ]
    return "\n".join(["| code | what it says |", "|---|---|", *rows])


def _cell(text: str) -> str:
    """Return a sentence as one cell: facts in italics, no bar."""
    return re.sub(r"\{([a-z_]+)\}", r"*\1*", text).replace("|", "\\|")


def written(page: str) -> str:
    """Return the page with both tables as the code has them."""
    for name, table in (("checks", checks_table()), ("codes", codes_table())):
        start = f"<!-- {name}: written by scripts/document_codes.py -->\n"
        end = f"<!-- end of {name} -->"
        before, _, rest = page.partition(start)
        _, _, after = rest.partition(end)
        page = f"{before}{start}\n{table}\n\n{end}{after}"
    return page


def main() -> int:
    """Write the page, or compare with it."""
    page = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv[1:]:
        return int(page != written(page))
    PAGE.write_text(written(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
