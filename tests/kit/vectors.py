"""The collection of public test vectors, which is not part of this repository (docs/conformance.md)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.kit.sources import ROOT

FOLDER = Path(os.environ.get("COUNTERPROOF_VECTORS", ROOT.parent / "shared" / "vectors"))


def vector_path(name: str) -> Path:
    """Return the path of a file of the collection; skip the test where it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no {name} under COUNTERPROOF_VECTORS")
    return path


def vector_json(name: str) -> Any:
    """Return a JSON file of the collection; skip the test where it is not there."""
    return json.loads(vector_path(name).read_text(encoding="utf-8"))


def annex_d() -> dict[str, bytes]:
    """Return the items of ISO/IEC 18013-5 Annex D as bytes."""
    items = vector_json("iso18013-5-annex-d/annex_d.json")["vectors"]
    return {name: bytes.fromhex(value) for name, value in items.items()}
