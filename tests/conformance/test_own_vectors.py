"""The committed vectors are those that the factory makes, and every class that is promised is there."""

from __future__ import annotations

import zlib
from collections import Counter

import pytest

from counterproof.mdoc.verification.checks import CheckId
from tests.kit.factory.all import FOLDER, all_vectors

VECTORS = {vector.file_name: vector for vector in all_vectors()}
LEAST = {
    "item": 70,
    "mso": 90,
    "x509": 55,
    "cose": 90,
    "envelope": 55,
    "hostile": 80,
    "device": 70,
    "status": 100,
    "signed-set": 40,
    "qr": 60,
    "vical": 15,
    "honest": 70,
}


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="another zlib packs status lists differently")
def test_the_factory_makes_what_is_committed() -> None:
    different = [name for name, vector in VECTORS.items() if (FOLDER / name).read_bytes() != vector.to_json()]
    assert different == [], "run `make vectors`"


def test_no_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(VECTORS)


def test_every_class_is_there_in_number() -> None:
    counted = Counter(vector.id.partition("/")[0] for vector in VECTORS.values())
    assert {name: counted[name] for name in LEAST if counted[name] < LEAST[name]} == {}
    assert set(counted) == set(LEAST)


def test_nearly_every_check_fails_some_vector() -> None:
    """The rest need a counter's memory, or a list of types, which no line of the door can bring."""
    failing = {check for vector in VECTORS.values() for check in vector.failed}
    assert set(CheckId) - failing == {
        CheckId.EXCHANGE_MODE,
        CheckId.EXCHANGE_CLOCK,
        CheckId.EXCHANGE_PURPOSE,
        CheckId.TRUST_DOC_TYPE,
    }


def test_refusals_name_a_check_or_concern_no_document() -> None:
    for vector in VECTORS.values():
        if vector.verdict == "refused" and not vector.failed:
            assert vector.kind in {"vical", "signed-set", "qr-text"}, vector.id
        assert (vector.code == "ok") is (vector.verdict == "accepted"), vector.id
