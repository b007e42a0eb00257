"""From what a clerk types to what is asked: names found, near names offered, nothing guessed."""

from __future__ import annotations

import pytest

from counterproof.credential_types import shipped
from counterproof.mdoc.errors import CounterproofError, UsageError
from tests.kit.clerk import AGE, LIBRARY, RESIDENCY, question
from verifier.question import Question, Wish, find_element, find_type, items_for

MDL, MDL_SPACE = "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"


@pytest.mark.parametrize(
    ("word", "doc_type"),
    [
        (RESIDENCY, RESIDENCY),
        ("residency", RESIDENCY),
        ("RESIDENCY", RESIDENCY),
        ("library-card", LIBRARY),
        ("proof-of-age", AGE),
        ("eu-age-proof", AGE),
        ("mdl", MDL),
    ],
)
def test_a_type_is_found(word: str, doc_type: str) -> None:
    assert find_type(word, shipped()).doc_type == doc_type


@pytest.mark.parametrize(
    ("word", "code", "near"),
    [
        ("residenci", "verifier.type-unknown", RESIDENCY),
        ("librarycard", "verifier.type-unknown", LIBRARY),
        ("", "verifier.type-unknown", RESIDENCY),
        ("counterproof", "verifier.type-ambiguous", RESIDENCY),
        ("zzzzzz", "verifier.type-unknown", AGE),
    ],
)
def test_a_type_is_not_guessed(word: str, code: str, near: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_type(word, shipped())
    assert raised.value.code == code
    assert near in str(raised.value.facts["near"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("family_name", (MDL_SPACE, "family_name")),
        (f"{MDL_SPACE}/portrait", (MDL_SPACE, "portrait")),
        ("age_over_18", (MDL_SPACE, "age_over_18")),
        ("age_over_43", (MDL_SPACE, "age_over_43")),
    ],
)
def test_an_element_is_found(text: str, found: tuple[str, str]) -> None:
    assert find_element(shipped()[MDL], text) == found


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("familyname", "family_name"),
        ("age_over_1", "age_over_18"),
        ("age_over_NN", "age_over_"),
        ("other/family_name", "family_name"),
        ("", ""),
        ("/", ""),
    ],
)
def test_an_element_is_not_guessed(text: str, near: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_element(shipped()[MDL], text)
    assert raised.value.code == "verifier.field-unknown"
    assert near in str(raised.value.facts["near"])


def test_an_element_in_two_places_must_be_named_in_full() -> None:
    import msgspec  # noqa: PLC0415 - to make a type that no file ships

    mdl = shipped()[MDL]
    twice = msgspec.structs.replace(mdl, namespaces={**mdl.namespaces, "b": mdl.namespaces[MDL_SPACE]})
    with pytest.raises(UsageError) as raised:
        find_element(twice, "portrait")
    assert raised.value.code == "verifier.field-ambiguous"
    assert find_element(twice, "b/portrait") == ("b", "portrait")


def test_alternatives_are_asked_in_order() -> None:
    (items,) = items_for(
        [Wish("residency", ("age_over_18|birth_date|given_name+family_name",))], (), shipped()
    )
    assert items.namespaces == {RESIDENCY: {"age_over_18": False}}
    assert items.info is not None
    assert items.info.alternatives_to((RESIDENCY, "age_over_18")) == (
        ((RESIDENCY, "birth_date"),),
        ((RESIDENCY, "given_name"), (RESIDENCY, "family_name")),
    )
    (requested,) = Question("a", (items,)).requested()
    assert requested.match({RESIDENCY: {"birth_date": 1}}).missing == ()


@pytest.mark.parametrize("keep", ["family_name", f"{RESIDENCY}/family_name"])
def test_what_is_kept_is_told(keep: str) -> None:
    field = keep
    asked = question(Wish("residency", (field, "birth_date")), keep=(keep,))
    assert asked.keep == {(RESIDENCY, RESIDENCY, "family_name")}


@pytest.mark.parametrize(
    ("fields", "keep", "code"),
    [
        ((), (), "verifier.fields-none"),
        (("family_name", "family_name"), (), "verifier.field-twice"),
        (("family_name",), ("given_name",), "verifier.keep-unasked"),
        (("age_over_18|no_such",), (), "verifier.field-unknown"),
        (("age_over_18|",), (), "verifier.field-unknown"),
    ],
)
def test_a_wish_that_cannot_be_asked(fields: tuple[str, ...], keep: tuple[str, ...], code: str) -> None:
    with pytest.raises(UsageError) as raised:
        items_for([Wish("residency", fields)], keep, shipped())
    assert raised.value.code == code


def test_more_than_the_format_carries() -> None:
    every = [Wish(name, (next(iter(each.identifiers.values()))[0],)) for name, each in shipped().items()]
    with pytest.raises(CounterproofError):
        items_for(every, (), shipped())
    many = tuple(f"age_over_{age:02}" for age in range(65))
    with pytest.raises(CounterproofError) as raised:
        items_for([Wish("mdl", many)], (), shipped())
    assert raised.value.code == "request.elements"


@pytest.mark.parametrize("purpose", ["", "A", "a b", "a" * 65, "ä", "a\n", "../a"])
def test_a_purpose_has_a_form(purpose: str) -> None:
    with pytest.raises(UsageError) as raised:
        question(purpose=purpose)
    assert raised.value.code == "verifier.purpose"


@pytest.mark.parametrize("label", ["", "x" * 41, "ä" * 21])
def test_a_label_has_a_length(label: str) -> None:
    with pytest.raises(UsageError) as raised:
        question(label=label)
    assert raised.value.code == "verifier.label"


@pytest.mark.parametrize("seconds", [29, 301, 0, -1])
def test_a_request_is_good_for_a_while(seconds: int) -> None:
    with pytest.raises(UsageError) as raised:
        question(good_for=seconds)
    assert raised.value.code == "verifier.good-for"
