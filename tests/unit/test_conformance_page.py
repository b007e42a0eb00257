"""docs/conformance.md says what the code does."""

from __future__ import annotations

import json
import re

from counterproof.mdoc.verification.checks import CheckId
from counterproof.words.explain import all_sentences
from scripts.document_codes import PAGE, written
from tests.kit.door import ANSWER_FIELDS
from tests.kit.factory.all import FOLDER
from verifier.conformance.answer import CaseVerdict
from verifier.conformance.case import Line
from verifier.conformance.judge import KINDS

TEXT = PAGE.read_text(encoding="utf-8")
CELLS = set(re.findall(r"`([^`\s]+)`", TEXT))


def test_the_tables_are_those_of_the_code() -> None:
    assert written(TEXT) == TEXT, "run `python -m scripts.document_codes`"


def test_a_page_with_a_missing_code_is_seen() -> None:
    bent = TEXT.replace("| `cbor.truncated` ", "| `cbor.removed` ")
    assert bent != TEXT
    assert written(bent) == TEXT


def test_every_field_kind_verdict_and_check_is_described() -> None:
    assert set(Line.__struct_fields__) <= CELLS
    assert set(ANSWER_FIELDS) <= CELLS
    assert KINDS <= CELLS
    assert {verdict.value for verdict in CaseVerdict} <= CELLS
    assert {check.value for check in CheckId} <= CELLS


def test_every_code_that_our_vectors_expect_is_registered() -> None:
    expected = {json.loads(path.read_bytes())["expect"]["code"] for path in FOLDER.glob("*.json")}
    checks = {check.value for check in CheckId}
    assert expected - checks - set(all_sentences()) == {"ok"}
    assert expected <= CELLS
