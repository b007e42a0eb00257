from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.credential_types import shipped
from counterproof.mdoc.catalogue import CredentialType, parse
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import LimitError, MalformedError
from issuer.csv_rows import Row, read_rows, unprotected
from issuer.subjects import Problem, Subject, SubjectsError, read_subjects
from tests.kit.credential_type import library
from tests.kit.portraits import face, saved

ON = date(2026, 11, 23)
HEAD = "subject,name,birth_date,level"
PASS = parse(library())
NS = "org.example.pass.1"


def taken(text: str | bytes, credential_type: CredentialType = PASS) -> tuple[Subject, ...]:
    data = text.encode() if isinstance(text, str) else text
    form = "json" if data.lstrip()[:1] in (b"[", b"{") else "csv"
    return read_subjects(data, form, credential_type, on=ON)  # type: ignore[arg-type]  # "csv" or "json"


def problems(text: str | bytes, credential_type: CredentialType = PASS) -> list[tuple[int, str, str]]:
    with pytest.raises(SubjectsError) as caught:
        taken(text, credential_type)
    assert caught.value.code == "subjects.refused"
    assert caught.value.facts == {"problems": len(caught.value.problems)}
    return [(each.line, each.code, each.column) for each in caught.value.problems]


# --- what is taken


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\nA-1,Jaan,2004-05-03,a\nA-2,Mari,2004-05-04,\n",
        f"\ufeff{HEAD}\r\nA-1,Jaan,2004-05-03,a\r\nA-2,Mari,2004-05-04,\r\n",
        f"{HEAD}\rA-1,Jaan,2004-05-03,a\r\rA-2,Mari,2004-05-04,",
        f"{HEAD}\n\n".replace(",", ";") + '"A-1";"Jaan";"2004-05-03";"a"\nA-2;Mari;2004-05-04;""',
        "level,name,birth_date,subject\na,Jaan,2004-05-03,A-1\n,Mari,2004-05-04,A-2\n",
        json.dumps(
            [
                {"subject": "A-1", "name": "Jaan", "birth_date": "2004-05-03", "level": "a"},
                {"subject": "A-2", "name": "Mari", "birth_date": "2004-05-04", "level": None},
            ]
        ),
    ],
)
def test_the_same_people_come_from_every_form(text: str) -> None:
    one, two = taken(text)
    born = FullDate("2004-05-03")
    assert (one.reference, one.elements) == ("A-1", {NS: {"name": "Jaan", "birth_date": born, "level": "a"}})
    assert (two.reference, two.elements[NS]["name"], "level" in two.elements[NS]) == ("A-2", "Mari", False)


def test_quotes_hold_commas_lines_and_quotes() -> None:
    (one,) = taken(f'{HEAD}\nA-1,"Tamm, ""J""",2004-05-03,\n')
    assert one.elements[NS]["name"] == 'Tamm, "J"'
    assert problems(f'{HEAD}\nA-1,"two\nlines",2004-05-03,\nA-2,,2004-05-03,\n') == [
        (2, "catalogue.value-characters", "name"),
        (4, "subjects.missing", "name"),
    ]


def test_one_json_object_is_one_person() -> None:
    (one,) = taken('{"subject": "A-1", "name": "J", "birth_date": "2004-05-03"}')
    assert one.line == 1


def test_inputs_are_kept_apart() -> None:
    (one,) = taken("subject,birth_date\nA-1,2004-05-03\n", shipped()["eu.europa.ec.av.1"])
    assert (one.elements, one.inputs) == ({}, {"birth_date": FullDate("2004-05-03")})


def test_a_name_in_two_namespaces_is_told_apart() -> None:
    mapping = library()
    mapping["namespaces"]["other"] = [{"identifier": "name", "kind": "text", "labels": {"en": "Other"}}]
    (one,) = taken(f"subject,{NS}/name,other/name,birth_date\nA-1,Jaan,Juku,2004-05-03\n", parse(mapping))
    assert (one.elements[NS]["name"], one.elements["other"]["name"]) == ("Jaan", "Juku")


def test_a_portrait_is_made_small() -> None:
    residency = shipped()["org.counterproof.residency.1"]
    person = {
        "subject": "A-1",
        "family_name": "Tamm",
        "given_name": "Jaan",
        "birth_date": "2004-05-03",
        "portrait": base64.b64encode(saved(face(), "PNG")).decode(),
        "resident_borough": "Harbour",
        "resident_since": "2020-01-01",
        "card_number": "1",
    }
    (one,) = taken(json.dumps(person), residency)
    assert 500 < len(one.elements["org.counterproof.residency.1"]["portrait"]) <= 1536
    no_picture = {**person, "portrait": base64.b64encode(b"GIF89a").decode()}
    no_base64 = {**person, "portrait": "photo.jpg"}
    assert problems(json.dumps([no_picture, no_base64, {**person, "portrait": 5}]), residency) == [
        (1, "portrait.not-a-picture", "portrait"),
        (2, "subjects.twice", "subject"),
        (2, "catalogue.value-base64", "portrait"),
        (3, "subjects.twice", "subject"),
        (3, "catalogue.value-type", "portrait"),
    ]


def test_an_apostrophe_makes_a_formula_text() -> None:
    (one,) = taken(f"{HEAD}\nA-1,'=Jaan,2004-05-03,\n")
    assert one.elements[NS]["name"] == "=Jaan"
    (two,) = taken(f"{HEAD}\nA-1,'t Hooft,2004-05-03,\n")
    assert two.elements[NS]["name"] == "'t Hooft"
    assert unprotected("'") == "'"


# --- what is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "subjects.empty", "")]),
        (HEAD, [(1, "subjects.empty", "")]),
        ("[]", [(1, "subjects.empty", "")]),
        (f"{HEAD},colour\n", [(1, "subjects.column-unknown", "")]),
        (f"{HEAD},name\n", [(1, "subjects.column-twice", "name")]),
        (f"{HEAD},age_over_18\n", [(1, "subjects.column-derived", "age_over_18")]),
        ("name,birth_date\nJaan,2004-05-03", [(1, "subjects.column-missing", "subject")]),
        ("subject,birth_date\nA,2004-05-03", [(1, "subjects.column-missing", "name")]),
        ('"subject\nA,2004-05-03', [(1, "subjects.quotes", "")]),
        (f"{HEAD}\nA,Jaan,2004-05-03", [(2, "subjects.cells", "")]),
        (f"{HEAD}\nA,Jaan,2004-05-03,a,b", [(2, "subjects.cells", "")]),
        (f"{HEAD}\n,Jaan,2004-05-03,", [(2, "subjects.reference", "subject")]),
        (f"{HEAD}\n{'A' * 101},Jaan,2004-05-03,", [(2, "subjects.reference", "subject")]),
        (f"{HEAD}\nA,Ja\0an,2004-05-03,", [(2, "catalogue.value-characters", "name")]),
        (f"{HEAD}\nA,{'a' * 1_000_000},2004-05-03,", [(2, "catalogue.value-length", "name")]),
        (f"{HEAD}\nA,Jaan,3.5.2004,", [(2, "catalogue.value-date", "birth_date")]),
        (f"{HEAD}\nA,Jaan,2026-11-24,", [(2, "catalogue.birth-date-future", "birth_date")]),
        (f"{HEAD}\nA,Jaan,2004-05-03,z", [(2, "catalogue.value-code", "level")]),
        ("[1]", [(1, "subjects.not-an-object", "")]),
        ('[{"subject": "A", "subject": "B"}]', [(1, "subjects.key-twice", "")]),
        ('[{"subject": "A", "Jaan": 1}]', [(1, "subjects.column-unknown", "")]),
        ('[{"subject": 5, "name": "J", "birth_date": "2004-05-03"}]', [(1, "subjects.reference", "subject")]),
        ('[{"subject":"A","name":NaN,"birth_date":"2004-05-03"}]', [(1, "catalogue.value-type", "name")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_column(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '"\rx"', '=HYPERLINK("http://x")'])
def test_a_formula_is_not_taken_for_a_name(cell: str) -> None:
    row = cell if cell.startswith('"') else '"' + cell.replace('"', '""') + '"'
    assert problems(f"{HEAD}\nA,{row},2004-05-03,") == [(2, "subjects.formula", "name")]


@pytest.mark.parametrize("data", [b"\xff\xfes\x00", b"subject,name\nA,\xe4\n", b'["\xc3"]'])
def test_what_is_not_utf_8_is_told_with_its_byte(data: bytes) -> None:
    with pytest.raises(MalformedError, match=r"subjects\.encoding \(position="):
        taken(data)


@pytest.mark.parametrize("text", ["[", "{'subject': 1}", "[" * 100_000, '[{"name": ' + "9" * 5000 + "}]"])
def test_what_is_not_json(text: str) -> None:
    with pytest.raises(MalformedError, match=r"subjects\.not-json"):
        taken(text)


def test_a_file_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuer.subjects._MAX_FILE", 10)
    with pytest.raises(LimitError, match=r"subjects\.too-large"):
        taken(HEAD)


def test_what_is_told_holds_no_value() -> None:
    text = f"{HEAD}\nA-1,Jaan Tamm\x07,1.2.2003,wizard\nA-1,Jaan Tamm,,\n"
    with pytest.raises(SubjectsError) as caught:
        taken(text)
    told = str(caught.value) + repr(caught.value.problems)
    for value in ("Jaan", "Tamm", "1.2.2003", "wizard", "A-1"):
        assert value not in told
    (subject,) = taken(f"{HEAD}\nA-1,Jaan,2004-05-03,\n")
    assert "Jaan" not in repr(subject)


def test_a_head_that_is_a_row_is_not_repeated() -> None:
    with pytest.raises(SubjectsError) as caught:
        taken("A-1,Jaan,2004-05-03\n")
    assert "Jaan" not in repr(caught.value.problems)
    assert Problem(1, "subjects.column-unknown", facts={"position": 2}) in caught.value.problems


def test_scenario_issuer_csv_import() -> None:
    """100,000 rows with eight kinds of fault: nothing is taken, every bad row is named, none is dropped."""
    faults = {
        10: 'x"y,Jaan,2004-05-03,a',
        500: "S-500,Ja\0an,2004-05-03,a",
        7_000: f"S-7000,{'a' * 1_000_000},2004-05-03,a",
        20_000: "S-20000,Jaan,2004-05-03",
        40_000: "S-39999,Jaan,2004-05-03,a",
        60_000: "S-60000,=cmd|' /C calc'!A0,2004-05-03,a",
        80_000: "S-80000,Jaan,2004-02-30,a",
        99_999: ",Jaan,2004-05-03,a",
    }
    good = [f'S-{n},"Jaan ""{n}""",2004-05-03,a' for n in range(100_000)]
    lines = [faults.get(n, row) for n, row in enumerate(good)]
    text = "\ufeff" + "\r\n".join([HEAD, *lines]) + "\r\n"
    assert problems(text) == [
        (12, "subjects.quotes", ""),
        (502, "catalogue.value-characters", "name"),
        (7_002, "catalogue.value-length", "name"),
        (20_002, "subjects.cells", ""),
        (40_002, "subjects.twice", "subject"),
        (60_002, "subjects.formula", "name"),
        (80_002, "catalogue.value-date", "birth_date"),
        (100_001, "subjects.reference", "subject"),
    ]
    every = taken("\r\n".join([HEAD, *good]))
    assert [subject.reference for subject in every] == [f"S-{n}" for n in range(100_000)]


# --- rows


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=2), min_size=1
    )
)
def test_rows_are_those_of_the_standard_library(table: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *table])
    assert [list(row.cells or ()) for row in read_rows(out.getvalue())] == [["a", "b"], *table]


def test_a_bad_row_does_not_end_the_reading() -> None:
    text = 'a,b\n"x"y,1\n2,3\nx"y",4\n5,"6\n'
    assert list(read_rows(text)) == [
        Row(1, ("a", "b")), Row(2, None), Row(3, ("2", "3")), Row(4, None), Row(5, None),
    ]  # fmt: skip


@given(st.text("a,;\"\n\r'=\0é", max_size=40))
def test_any_text_has_rows_that_rise_to_its_end(text: str) -> None:
    rows = list(read_rows(text))
    assert [row.line for row in rows] == sorted({row.line for row in rows})
    assert all(1 <= row.line <= 1 + text.count("\n") + text.count("\r") for row in rows)


@given(st.binary(max_size=200), st.sampled_from(["csv", "json"]))
def test_anything_is_taken_or_refused(data: bytes, form: Any) -> None:
    for head in (b"", f"{HEAD}\n".encode(), b'[{"subject": "a", "name": '):
        with contextlib.suppress(MalformedError):
            assert read_subjects(head + data, form, PASS, on=ON)
