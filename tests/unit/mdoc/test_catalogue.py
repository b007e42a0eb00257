from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.credential_types import known, load_folder, shipped
from counterproof.mdoc.catalogue import (
    CredentialType,
    parse,
)
from counterproof.mdoc.errors import MalformedError, StoreError
from tests.kit.credential_type import library

LANGUAGES = ("en", "et", "hi", "zh-Hant")
MDL = "org.iso.18013.5.1"


# --- the shipped types


def test_the_five_types_ship() -> None:
    assert set(shipped()) == {
        "org.iso.18013.5.1.mDL",
        "eu.europa.ec.av.1",
        "org.counterproof.residency.1",
        "org.counterproof.free-school-meals.1",
        "org.counterproof.library-card.1",
    }


@pytest.mark.parametrize("credential_type", shipped().values(), ids=shipped())
def test_every_shipped_text_is_there_in_every_language(credential_type: CredentialType) -> None:
    elements = [e for each in credential_type.namespaces.values() for e in each]
    texts = [credential_type.names, *(e.labels for e in (*elements, *credential_type.inputs))]
    texts += [labels for e in elements for labels in e.codes.values()]
    for text in texts:
        assert set(text) == set(LANGUAGES)


def test_the_mdl_has_every_mandatory_element_of_the_standard() -> None:
    required = {e.identifier for e in shipped()["org.iso.18013.5.1.mDL"].namespaces[MDL] if e.required}
    assert required == {
        "family_name",
        "given_name",
        "birth_date",
        "issue_date",
        "expiry_date",
        "issuing_country",
        "issuing_authority",
        "document_number",
        "portrait",
        "driving_privileges",
        "un_distinguishing_sign",
    }


def test_a_school_meal_says_nothing_of_income() -> None:
    identifiers = shipped()["org.counterproof.free-school-meals.1"].identifiers
    assert not [i for each in identifiers.values() for i in each if "income" in i or "benefit" in i]


def test_the_age_proof_is_thin() -> None:
    proof = shipped()["eu.europa.ec.av.1"]
    assert proof.decoys == 0
    assert proof.identifiers == {"eu.europa.ec.av.1": ("age_over_18",)}
    assert [each.identifier for each in proof.inputs] == ["birth_date"]


# --- parsing


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        (("doc_type",), "a b", "$.doc_type"),
        (("version",), 0, "$.version"),
        (("version",), "1", "$.version"),
        (("version",), True, "$.version"),
        (("names",), {"et": "Pilet"}, "$.names"),
        (("names", "en"), "", "$.names.en"),
        (("names", "en"), "two\nlines", "$.names.en"),
        (("names", "en"), "right-to-left \u202e", "$.names.en"),
        (("names", "EN"), "Pass", "$.names.EN"),
        (("display", "background"), "blue", "$.display.background"),
        (("display", "foreground"), "#2d5e99", "$.display.foreground"),
        (("display", "icon"), "../icon", "$.display.icon"),
        (("display", "shadow"), "#000000", "$.display"),
        (("decoys",), -1, "$.decoys"),
        (("validity_days",), 5000, "$.validity_days"),
        (("batch_size",), 0, "$.batch_size"),
        (("status_bits",), 3, "$.status_bits"),
        (("namespaces",), {}, "$.namespaces"),
        (("namespaces", "empty"), [], "$.namespaces.empty"),
        (("surprise",), 1, "$"),
    ],
)
def test_a_wrong_head_is_refused_with_its_path(path: tuple[str, ...], value: object, at: str) -> None:
    mapping = library()
    place = mapping
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(MalformedError) as caught:
        parse(mapping)
    assert caught.value.code == "catalogue.invalid"
    assert caught.value.facts["path"] == at


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"identifier": "Name"}, "[0].identifier"),
        ({"identifier": "birth_date"}, "[1].identifier"),
        ({"kind": "shape"}, "[0].kind"),
        ({"kind": "code"}, "[0].codes"),
        ({"kind": "age-over", "ages": [18]}, "[0].identifier"),
        ({"ages": [18]}, "[0].ages"),
        ({"max_length": 0}, "[0].max_length"),
        ({"minimum": 5, "maximum": 4}, "[0].maximum"),
        ({"charset": "ebcdic"}, "[0].charset"),
        ({"labels": {}}, "[0].labels"),
        ({"filled_by": "issue-date"}, "[0].filled_by"),
        ({"filled_by": "nobody"}, "[0].filled_by"),
        ({"colour": "red"}, "[0]"),
    ],
)
def test_a_wrong_element_is_refused_with_its_path(change: dict[str, Any], at: str) -> None:
    mapping = library()
    mapping["namespaces"]["org.example.pass.1"][0].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(mapping)
    assert caught.value.code == "catalogue.invalid"
    assert str(caught.value.facts["path"]).endswith(at)


@pytest.mark.parametrize("ages", [[], [18, 16], [18, 18], [0], [100]])
def test_ages_rise_and_have_two_digits(ages: list[int]) -> None:
    mapping = library()
    mapping["namespaces"]["org.example.pass.1"][2]["ages"] = ages
    with pytest.raises(MalformedError, match=r"catalogue\.invalid"):
        parse(mapping)


def test_ages_need_a_birth_date() -> None:
    mapping = library()
    del mapping["namespaces"]["org.example.pass.1"][1]
    with pytest.raises(MalformedError, match="birth_date"):
        parse(mapping)


def test_an_mdl_has_one_bit() -> None:
    with pytest.raises(MalformedError, match="status_bits"):
        parse({**library(), "doc_type": "org.iso.18013.5.1.mDL", "status_bits": 2})


def test_an_input_is_not_issued_too() -> None:
    mapping = {**library(), "inputs": [copy.deepcopy(library()["namespaces"]["org.example.pass.1"][0])]}
    with pytest.raises(MalformedError, match="inputs"):
        parse(mapping)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_value_in_any_place_raises_anything_else(value: object) -> None:
    for key in library():
        with contextlib.suppress(MalformedError):
            parse({**library(), key: value})


# --- looking things up


def test_ages_stand_where_their_entry_stood() -> None:
    credential_type = parse(library())
    assert credential_type.identifiers["org.example.pass.1"] == (
        "name", "birth_date", "age_over_16", "age_over_18", "level",
    )  # fmt: skip
    assert credential_type.ages == (16, 18)


def test_an_age_that_is_not_issued_can_be_named() -> None:
    element = parse(library()).element("org.example.pass.1", "age_over_23")
    assert element is not None
    assert element.label("en") == "Over 23"
    assert parse(library()).element("org.example.pass.1", "age_over_xx") is None
    assert parse(library()).element("elsewhere", "name") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [("et", "Pilet"), ("et-EE", "Pilet"), ("et_EE", "Pilet"), ("fr", "Pass"), ("", "Pass")],
)
def test_the_nearest_language_is_chosen(language: str, text: str) -> None:
    assert parse(library()).name(language) == text


# --- a folder of an agency's own


def test_a_file_adds_a_type(tmp_path: Any) -> None:
    assert load_folder(tmp_path / "absent") == {}
    content = (
        'doc_type = "org.example.boat.1"\nversion = 1\nnames = { en = "Boat" }\n'
        'display = { background = "#000000", foreground = "#ffffff", icon = "boat" }\n'
        '[[namespaces."org.example.boat.1"]]\nidentifier = "name"\nkind = "text"\nlabels = { en = "Name" }\n'
    )
    (tmp_path / "boat.toml").write_text(content, "utf-8")
    assert set(known(tmp_path)) == {*shipped(), "org.example.boat.1"}
    (tmp_path / "copy.toml").write_text(content, "utf-8")
    with pytest.raises(MalformedError, match=r"catalogue\.twice .*copy\.toml"):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"doc_type = ", "catalogue.not-toml"),
        (b"\xff\xfe", "catalogue.not-toml"),
        (b"a = " + b"[" * 5000, "catalogue.not-toml"),
        (b"a = 1", "catalogue.invalid"),
        (b"#" * 300_000, "catalogue.file-too-large"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Any, content: bytes, code: str) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(MalformedError) as caught:
        load_folder(tmp_path)
    assert (caught.value.code, caught.value.facts["file"]) == (code, "bad.toml")


def test_a_folder_named_like_a_file_is_refused(tmp_path: Any) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(StoreError, match=r"catalogue\.unreadable"):
        load_folder(tmp_path)
