"""RFC 9285's own examples, and the texts that it says must be refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from counterproof.mdoc.errors import MalformedError
from counterproof.optics import base45

VECTORS = Path(
    os.environ.get("COUNTERPROOF_VECTORS", Path(__file__).resolve().parents[3] / "shared" / "vectors")
)


@pytest.fixture(scope="module")
def rfc9285() -> dict[str, Any]:
    path = VECTORS / "base45" / "rfc9285.json"
    if not path.exists():
        pytest.skip(f"no vectors at {path}; set COUNTERPROOF_VECTORS")
    vectors: dict[str, Any] = json.loads(path.read_bytes())
    return vectors


def test_examples_encode_and_decode(rfc9285: dict[str, Any]) -> None:
    assert rfc9285["encode"]
    for plain, encoded in rfc9285["encode"]:
        assert base45.encode(plain.encode()) == encoded
        assert base45.decode(encoded) == plain.encode()


def test_what_must_fail_fails(rfc9285: dict[str, Any]) -> None:
    assert rfc9285["decode_must_fail"]
    for text in rfc9285["decode_must_fail"]:
        with pytest.raises(MalformedError, match=r"^optics\.base45-"):
            base45.decode(text)
