"""Our own vectors as the conformance door takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.kit.factory.all import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

OWN = sorted(FOLDER.glob("*.json"))
LINE_FIELDS = {"id", "kind", "bytes", "at", "anchors", "issuer_key", "doc_type", "transcript"} | {
    "reader_private_key",
    "status_lists",
    "crls",
    "signed_sets",
    "status_index",
    "status_uri",
    "request",
    "audience",
}


def own_case(path: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the line of one of our vectors, and what is expected of it."""
    case = json.loads(path.read_bytes())
    line = {name: value for name, value in case.items() if name in LINE_FIELDS}
    assert set(case) - LINE_FIELDS == {"clause", "expect", "note"}
    return json.dumps(line).encode(), case["expect"]
