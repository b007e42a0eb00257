"""The preset dictionary: made by its script, hashed, and of use."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError
from counterproof.optics.exchange import answer, coding, dictionary
from scripts import make_dictionary
from tests.kit.qr_story import ADULT, AGE, Story

if TYPE_CHECKING:
    from pathlib import Path


def test_the_script_makes_the_published_bytes() -> None:
    made = make_dictionary.make()
    assert made == dictionary.dictionary()
    assert hashlib.sha256(made).hexdigest() == dictionary.SHA256
    assert zlib.adler32(made).to_bytes(4, "big") == dictionary.dictionary_id()


def test_a_damaged_file_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / dictionary.FILE).write_bytes(b"another")
    monkeypatch.setattr("importlib.resources.files", lambda _package: tmp_path)
    dictionary.dictionary.cache_clear()
    try:
        with pytest.raises(StoreError) as caught:
            dictionary.dictionary()
    finally:
        dictionary.dictionary.cache_clear()
    assert caught.value.code == "exchange.dictionary-file"


def test_it_holds_nothing_of_the_people_in_the_vectors() -> None:
    story = Story()
    held = make_dictionary.make()
    for certificate in (story.agency.signer_certificate, story.counter.certificate):
        for name in certificate.common_names:
            assert name.encode() not in held


def test_it_takes_a_third_off_what_deflate_alone_leaves() -> None:
    story = Story()
    transaction, request = story.ask(ADULT)
    body, response = transaction.request.to_body(), story.response(request)
    for data in (body, response):
        assert len(coding.deflated(data)) < 0.75 * len(zlib.compress(data, 9))


def test_an_age_proof_goes_into_one_still_code_in_every_mode() -> None:
    story = Story()
    transaction, request = story.ask(ADULT)
    wanted = {(AGE, "age_over_18")}
    assert len(transaction.request.to_message()) + 4 <= 525
    assert len(answer.padded(story.response(request))) + 94 <= 862
    assert len(story.holder.show(AGE, wanted, story.shown_terms()).to_message()) + 4 <= 720
    assert len(story.holder.slip(AGE, wanted, story.slip_terms()).to_message()) + 4 <= 740
