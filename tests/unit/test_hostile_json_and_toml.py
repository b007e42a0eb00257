"""JSON and TOML from strangers that made the readers behind them crash or think for minutes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from counterproof import strict_json
from counterproof.credential_types import from_toml
from counterproof.handover.offer import CredentialOffer
from counterproof.handover.proofs import check_proof
from counterproof.mdoc.errors import MalformedError
from counterproof.trust.index import parse_index
from counterproof.trust.manifest import parse_manifest
from counterproof.trust.purposes import parse_purposes
from counterproof.trust.readers import parse_registry
from tests.kit.handover import Holder

if TYPE_CHECKING:
    from collections.abc import Callable

HALVES = {
    "key": b'{"type":"counterproof.%s","version":1,"\\ud800":1}',
    "value": b'{"type":"counterproof.%s","version":1,"name":"\\uDFFF"}',
    "nested": b'{"type":"counterproof.%s","version":1,"files":[{"role":"\\ud83d"}]}',
}
READERS: dict[bytes, Callable[[bytes], object]] = {
    b"agency": parse_manifest,
    b"reader-registry": parse_registry,
    b"trust-store": parse_index,
    b"purposes": parse_purposes,
    b"credential-offer": CredentialOffer.from_bytes,
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("kind", READERS)
def test_half_a_character_is_no_text(kind: bytes, half: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        READERS[kind](half % kind)
    assert caught.value.code == "json.malformed"


def test_half_a_character_in_a_proof() -> None:
    holder = Holder()
    proof = holder.proof({**holder.header(), "\ud800": 1}, holder.claims())
    with pytest.raises(MalformedError) as caught:
        check_proof(proof, 0)
    assert caught.value.code == "handover.proof-header"


def test_whole_characters_may_be_escaped() -> None:
    assert strict_json.loads(b'{"a":"\\ud83d\\ude00 \\u00e9"}', limit=100) == {"a": "\U0001f600 \u00e9"}


LARGEST = 262_144
BOMBS = {
    "key of many parts": (b"a" + b".a" * 100_000 + b" = 1", "catalogue.not-toml"),
    "quoted parts": (b".".join([b'"#"'] * 50_000) + b" = 1", "catalogue.not-toml"),
    "table of many parts": (b"[a" + b".a" * 100_000 + b"]", "catalogue.not-toml"),
    "number of many digits": (b"version = " + b"9" * 5_000, "catalogue.not-toml"),
    "too large": (b"#" * (LARGEST + 1), "catalogue.file-too-large"),
}


@pytest.mark.parametrize(("content", "code"), BOMBS.values(), ids=BOMBS)
def test_a_type_file_that_would_take_minutes(content: bytes, code: str) -> None:
    start = time.process_time()
    with pytest.raises(MalformedError) as caught:
        from_toml("x.toml", content)
    assert time.process_time() - start < 1
    assert (caught.value.code, caught.value.facts["file"]) == (code, "x.toml")
