"""JSON from outside: what two readers could read differently is refused."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError, MalformedError


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    count: int = 0


def code_of(data: bytes, limit: int = 1000) -> str:
    with pytest.raises(CounterproofError) as caught:
        strict_json.loads(data, limit=limit)
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"null",
        b"7",
        b'"x"',
        b"[]",
        b"{",
        b"{}{}",
        b"{} x",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1.0}',
        b'{"a": 1e3}',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "\x01"}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
    ],
)
def test_refused(data: bytes) -> None:
    assert code_of(data) == "json.malformed"


def test_deep_and_long() -> None:
    assert code_of(b'{"a":' * 50_000, 10**6) == "json.malformed"
    assert code_of(b'{"a":' + b"9" * 5_000 + b"}", 10**6) == "json.malformed"
    assert code_of(b"{}" + b" " * 999) == "json.too-large"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"name": 1}, "$.name"),
        ({"name": "x", "count": True}, "$.count"),
        ({"name": "x", "count": "1"}, "$.count"),
        ({"name": "x", "count": None}, "$.count"),
        ({"name": "x", "secret": "Jane Doe"}, "$"),
        ({}, "$"),
    ],
)
def test_the_form_is_exact_and_no_value_is_repeated(value: Any, place: str) -> None:
    with pytest.raises(MalformedError) as caught:
        strict_json.convert(value, Form)
    assert (caught.value.code, caught.value.facts) == ("json.form", {"place": place})


def test_round_trip() -> None:
    form = Form("H\u00e4fen \u6e2f", 7)
    data = strict_json.dumps(form)
    assert data.endswith(b"\n")
    assert "\u6e2f".encode() in data
    assert strict_json.convert(strict_json.loads(data, limit=1000), Form) == form


@given(st.binary(max_size=80))
def test_base64url_round_trip(data: bytes) -> None:
    text = strict_json.to_base64url(data)
    assert "=" not in text
    assert strict_json.from_base64url(text) == data


@pytest.mark.parametrize(
    "text", ["A", "AA==", "AB", "AAB", "A+AA", "A/AA", "AA AA", "AAAA\n", "\u00e9AAA", "A" * 5]
)
def test_base64url_has_one_form(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        strict_json.from_base64url(text)
    assert caught.value.code == "json.base64url"


@given(st.binary(max_size=200))
def test_anything_is_an_object_or_our_own_error(data: bytes) -> None:
    with contextlib.suppress(MalformedError):
        assert type(strict_json.loads(data, limit=100)) is dict
