from __future__ import annotations

import base64
import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.credential_types import shipped
from counterproof.mdoc import cbor
from counterproof.mdoc.catalogue import (
    Element,
    Kind,
    age_in_years,
    birthday,
    complete,
    derive_age_over,
    describe,
    parse,
    to_cbor_value,
)
from counterproof.mdoc.cbor import FullDate, TDate
from counterproof.mdoc.errors import MalformedError, UsageError
from tests.kit.credential_type import library, of

LANGUAGES = ("en", "et", "hi", "zh-Hant")
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 a picture"


def refusal(element: Element, value: object) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        to_cbor_value(element, value)
    assert caught.value.facts["element"] == element.identifier
    return caught.value


# --- values


@pytest.mark.parametrize(
    ("kind", "written", "made"),
    [
        ("text", "Zoe\u0308", "Zo\u00eb"),
        ("text", "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("bool", "TRUE", True),
        ("bool", False, False),
        ("uint", "0", 0),
        ("uint", 180, 180),
        ("full-date", "2004-02-29", FullDate("2004-02-29")),
        ("date-time", "2026-11-23T14:00:00+02:00", TDate("2026-11-23T12:00:00Z")),
        ("portrait", base64.b64encode(JPEG).decode(), JPEG),
        ("bytes", b"\x00", b"\x00"),
        ("country", "EE", "EE"),
        ("sex", "9", 9),
    ],
)
def test_a_value_becomes_what_cbor_carries(kind: str, written: object, made: object) -> None:
    value = to_cbor_value(of(kind), written)
    assert value == made
    assert type(value) is type(made)
    assert cbor.decode_exact(cbor.encode(value)) == made


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("text", 5, "type"),
        ("text", None, "type"),
        ("text", "", "spaces"),
        ("text", " a", "spaces"),
        ("text", "a" * 151, "length"),
        ("text", "a\x00b", "characters"),
        ("text", "a\nb", "characters"),
        ("text", "a\u202eb", "characters"),
        ("text", "a\ud800b", "characters"),
        ("text", "a\u200bb", "characters"),
        ("bool", 1, "type"),
        ("bool", "yes", "type"),
        ("uint", -1, "range"),
        ("uint", "-1", "type"),
        ("uint", "01", "type"),
        ("uint", 1.0, "type"),
        ("uint", True, "type"),
        ("uint", "9" * 5000, "type"),
        ("uint", 2**32, "range"),
        ("full-date", "2026-02-29", "date"),
        ("full-date", "20260223", "date"),
        ("full-date", "2026-2-3", "date"),
        ("full-date", date(2026, 2, 3), "type"),
        ("date-time", "2026-11-23T14:00:00", "date"),
        ("date-time", "yesterday", "date"),
        ("portrait", "%%%", "base64"),
        ("portrait", b"\x89PNG\r\n\x1a\n", "picture"),
        ("portrait", b"<svg>", "picture"),
        ("bytes", b"", "length"),
        ("bytes", "\u00e9", "base64"),
        ("bytes", b"a" * 151, "length"),
        ("country", "ee", "country"),
        ("country", "EST", "country"),
        ("sex", 3, "code"),
        ("sex", True, "type"),
        ("driving-privileges", "[", "privileges"),
        ("driving-privileges", [{"issue_date": "2020-01-01"}], "privileges"),
        ("driving-privileges", [{"vehicle_category_code": "B", "issue_date": "soon"}], "date"),
        ("driving-privileges", [{"vehicle_category_code": "B", "extra": 1}], "privileges"),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, written: object, code: str) -> None:
    assert refusal(of(kind), written).code == f"catalogue.value-{code}"


def test_a_refusal_does_not_repeat_the_value() -> None:
    error = refusal(of("full-date"), "Jaan Tamm")
    assert "Tamm" not in str(error)
    assert error.__context__ is None or error.__suppress_context__


def test_latin_1_is_a_limit_where_the_standard_sets_it() -> None:
    assert to_cbor_value(of("text", charset="latin-1"), "Õnne") == "Õnne"
    assert refusal(of("text", charset="latin-1"), "Ŋ").code == "catalogue.value-characters"


def test_a_code_is_one_of_its_list() -> None:
    element = parse(library()).namespaces["org.example.pass.1"][-1]
    assert to_cbor_value(element, "a") == "a"
    assert refusal(element, "c").facts["allowed"] == "a, b"


def test_driving_privileges_from_a_cell() -> None:
    cell = '[{"vehicle_category_code":"B","issue_date":"2020-01-01","codes":[{"code":"70"}]}]'
    expected = [
        {"vehicle_category_code": "B", "issue_date": FullDate("2020-01-01"), "codes": [{"code": "70"}]}
    ]
    assert to_cbor_value(of("driving-privileges"), cell) == expected


@given(st.sampled_from(Kind), st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.binary(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8,
))  # fmt: skip
def test_any_value_fits_or_is_refused_and_can_be_described(kind: Kind, value: Any) -> None:
    element = of("text")
    element = Element(identifier="it", kind=kind, labels=element.labels, codes={"a": {"en": "a"}})
    with contextlib.suppress(MalformedError):
        made = to_cbor_value(element, value)
        assert cbor.decode_exact(cbor.encode(made)) == made
        assert describe(element, made, "en")
    assert isinstance(describe(element, value, "hi"), str)


# --- for screens


@pytest.mark.parametrize(
    ("kind", "value", "texts"),
    [
        ("bool", True, ("yes", "jah", "हाँ", "是")),
        ("sex", 2, ("female", "naine", "महिला", "女")),
        ("full-date", FullDate("2004-05-03"), ("3 May 2004", "3. mai 2004", "3 मई 2004", "2004年5月3日")),
    ],
)
def test_a_value_is_told_in_the_persons_language(kind: str, value: object, texts: tuple[str, ...]) -> None:
    assert tuple(describe(of(kind), value, language) for language in LANGUAGES) == texts


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", "<b>x</b>", "<b>x</b>"),
        ("uint", 180, "180"),
        ("uint", 2**64, "cannot be shown"),
        ("sex", 7, "7"),
        ("full-date", FullDate("2004-02-31"), "2004-02-31"),
        ("date-time", TDate("2026-11-23T12:00:00Z"), "23 November 2026, 12:00 UTC"),
        ("portrait", JPEG, "picture, 14 bytes"),
        ("text", {"a": 1}, "cannot be shown"),
        ("driving-privileges", [{"vehicle_category_code": "B", "expiry_date": FullDate("2030-01-31")}, 5],
         "B until 31 January 2030; cannot be shown"),
    ],
)  # fmt: skip
def test_a_value_of_any_make_is_told(kind: str, value: object, text: str) -> None:
    assert describe(of(kind), value, "en") == text


def test_a_number_too_long_for_python_is_told() -> None:
    assert describe(of("uint"), -(10**5000), "en") == "cannot be shown"


# --- ages


@pytest.mark.parametrize(
    ("born", "on", "over"),
    [
        ("2008-11-23", "2026-11-23", True),
        ("2008-11-24", "2026-11-23", False),
        ("2008-02-29", "2026-02-28", False),
        ("2008-02-29", "2026-03-01", True),
        ("2004-02-29", "2022-03-01", True),
        ("9990-01-01", "9999-12-31", False),
    ],
)
def test_somebody_is_over_18_from_the_birthday_on(born: str, on: str, over: bool) -> None:  # noqa: FBT001
    assert derive_age_over(date.fromisoformat(born), date.fromisoformat(on), [18]) == {"age_over_18": over}


@given(st.dates(), st.dates())
def test_age_in_years_and_age_over_agree(born: date, on: date) -> None:
    age = age_in_years(born, on)
    if on >= born:
        assert birthday(born, age) <= on
    assert age == 0 or birthday(born, age) <= on
    assert birthday(born, age + 1) > on or birthday(born, age + 1) == date.max


# --- filling in


def test_what_is_left_out_is_filled_in() -> None:
    proof = shipped()["eu.europa.ec.av.1"]
    made = complete(
        proof, {}, {"birth_date": FullDate("2008-11-23")}, agency_name="A", agency_country="EE", at=AT
    )
    assert made == {"eu.europa.ec.av.1": {"age_over_18": True}}


def test_the_agency_and_the_day_are_filled_in_but_never_replaced() -> None:
    card = shipped()["org.counterproof.library-card.1"]
    (namespace,) = card.namespaces
    given_values = {"card_number": "1", "family_name": "T", "given_name": "J", "membership": "adult"}
    made = complete(card, {namespace: given_values}, {}, agency_name="Town", agency_country="EE", at=AT)
    assert made[namespace]["issuing_library"] == "Town"
    own = {**given_values, "issuing_library": "Own"}
    made = complete(card, {namespace: own}, {}, agency_name="Town", agency_country="EE", at=AT)
    assert made[namespace]["issuing_library"] == "Own"


def test_a_required_element_that_stays_empty_is_named() -> None:
    card = shipped()["org.counterproof.library-card.1"]
    with pytest.raises(UsageError, match=r"catalogue\.element-missing .*card_number"):
        complete(card, {}, {}, agency_name="Town", agency_country="EE", at=AT)


def test_nobody_is_born_tomorrow() -> None:
    proof = shipped()["eu.europa.ec.av.1"]
    tomorrow = {"birth_date": FullDate.of(AT.date() + timedelta(days=1))}
    with pytest.raises(UsageError, match=r"catalogue\.birth-date-future"):
        complete(proof, {}, tomorrow, agency_name="Town", agency_country="EE", at=AT)
