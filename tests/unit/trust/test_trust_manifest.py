"""A list that an agency signed and that is wrong: every member, every entry, every reader."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.contents import PATHS
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.pack import layout
from counterproof.trust.published import read_published
from tests.kit.certificates import AT

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.trust.manifest import Role
    from tests.kit.published import Publisher

LATER = AT + timedelta(hours=1)
UNSEEN = "\u034f\u115f\u1160\u17b4\u180b\u200b\u200d\u2060\u2800\u3164\ufe0f\ufeff\uffa0\U000e0041\U000e0100"


def refused(folder: Path) -> str:
    with pytest.raises(CounterproofError) as caught:
        read_published(folder)
    return caught.value.code


BENT: list[tuple[dict[str, object], str]] = [
    ({"type": "counterproof.agency2"}, "trust.manifest"),
    ({"version": 2}, "trust.version"),
    ({"version": 0}, "trust.manifest"),
    ({"version": True}, "json.form"),
    ({"version": "1"}, "json.form"),
    ({"version": 1.0}, "json.malformed"),
    ({"version": float("nan")}, "json.malformed"),
    ({"name": ""}, "trust.name"),
    ({"name": " Harbour"}, "trust.name"),
    ({"name": "Harbour\nBorough"}, "trust.name"),
    ({"name": "Harbour \u202ehguoroB"}, "trust.name"),
    ({"name": "H" * 121}, "trust.name"),
    ({"country": "ut"}, "trust.manifest"),
    ({"country": "XX"}, "trust.root-country"),
    ({"issued_at": "2026-06-01T12:00:00+00:00"}, "trust.manifest"),
    ({"issued_at": "2026-6-1T12:00:00Z"}, "trust.manifest"),
    ({"issued_at": "2024-06-01T12:00:00Z"}, "trust.root-validity"),
    ({"issued_at": "2035-06-01T12:00:00Z"}, "trust.root-validity"),
    ({"issued_at": "2026-05-01T12:00:00Z"}, "trust.from-future"),
    ({"doc_types": []}, "trust.manifest"),
    ({"doc_types": ["a", "a"]}, "trust.manifest"),
    ({"doc_types": ["a b"]}, "trust.manifest"),
    ({"doc_types": ["org.counterproof.library-card.1"]}, "trust.type-foreign"),
    ({"files": []}, "trust.manifest"),
    ({"more": 1}, "json.form"),
]


@pytest.mark.parametrize(("changes", "code"), BENT)
def test_a_list_that_is_signed_and_wrong(
    publisher: Publisher, folder: Path, changes: dict[str, object], code: str
) -> None:
    publisher.bend(folder, **changes)
    assert refused(folder) == code


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize("name", ["Harbour{}Borough", "Harbour Borough{}", "{}Harbour Borough"])
def test_a_name_with_what_nobody_sees(publisher: Publisher, folder: Path, name: str, unseen: str) -> None:
    publisher.bend(folder, name=name.format(unseen))
    assert refused(folder) == "trust.name"


def test_one_key_twice_in_the_list(publisher: Publisher, folder: Path) -> None:
    whole = (folder / FILE_NAME).read_bytes()
    publisher.resign(folder, whole.replace(b'"name":', b'"name": "Other", "name":'))
    assert refused(folder) == "json.malformed"


@pytest.mark.parametrize(
    "path",
    [
        "../out.pem",
        "/etc/passwd",
        "status/../x.cwt",
        "x.cwt",
        "status/x.pem",
        "status/.x.cwt",
        "status//x.cwt",
    ],
)
def test_no_path_leads_out_of_the_folder(publisher: Publisher, folder: Path, path: str) -> None:
    manifest = json.loads((folder / FILE_NAME).read_bytes())
    next(each for each in manifest["files"] if each["role"] == "status-list")["path"] = path
    publisher.bend(folder, files=manifest["files"])
    assert refused(folder) == "trust.path"


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("size", -1, "trust.manifest"),
        ("size", 2**40, "trust.too-much"),
        ("size", 40_000_000, "trust.file-too-large"),
        ("sha256", "A" * 64, "trust.manifest"),
        ("sha256", "a" * 63, "trust.manifest"),
        ("role", "root", "json.form"),
    ],
)
def test_a_wrong_entry(publisher: Publisher, folder: Path, member: str, value: object, code: str) -> None:
    manifest = json.loads((folder / FILE_NAME).read_bytes())
    next(each for each in manifest["files"] if each["role"] == "status-list")[member] = value
    publisher.bend(folder, files=manifest["files"])
    assert refused(folder) == code


def test_too_many_files(publisher: Publisher, folder: Path) -> None:
    manifest = json.loads((folder / FILE_NAME).read_bytes())
    entry = manifest["files"][-1]
    manifest["files"] += [{**entry, "path": f"types/x{number}.toml"} for number in range(512)]
    publisher.bend(folder, files=manifest["files"])
    assert refused(folder) == "trust.too-much"


READER = {"id": "DESK-1", "office": "LIBRARY", "name": "Desk"}


@pytest.mark.parametrize(
    ("readers", "code"),
    [
        ([{**READER, "id": "desk-1"}], "trust.reader"),
        ([{**READER, "id": "D1"}], "trust.reader"),
        ([{**READER, "office": "L" * 21}], "trust.reader"),
        ([{**READER, "id": "DESK-1\n"}], "trust.reader"),
        ([{**READER, "name": "Desk\u2028"}], "trust.name"),
        ([READER, READER], "trust.reader"),
        ([{**READER, "certificates": ["a"]}], "trust.reader"),
        (
            [{**READER, "certificates": ["a" * 64]}, {**READER, "id": "B-1", "certificates": ["a" * 64]}],
            "trust.reader",
        ),
        ([{**READER, "url": "https://desk.example"}], "json.form"),
        ([{"id": "DESK-1"}], "json.form"),
    ],
)
def test_a_wrong_reader(
    publisher: Publisher, folder: Path, readers: list[dict[str, object]], code: str
) -> None:
    registry = {"type": "counterproof.reader-registry", "version": 1, "readers": readers}
    publisher.put(folder, "reader-registry", "readers.json", json.dumps(registry).encode())
    assert refused(folder) == code


@pytest.mark.parametrize(("version", "code"), [(2, "trust.version"), (0, "trust.manifest")])
def test_a_register_of_another_version(publisher: Publisher, folder: Path, version: int, code: str) -> None:
    registry = {"type": "counterproof.reader-registry", "version": version, "readers": []}
    publisher.put(folder, "reader-registry", "readers.json", json.dumps(registry).encode())
    assert refused(folder) == code


@pytest.mark.parametrize("role", sorted(PATHS))
def test_whatever_an_agency_publishes_may_stand_in_its_part(role: Role) -> None:
    """Where a folder has a place for a file, so has a pack: an agency's part is its folder."""
    beginning = PATHS[role].pattern.partition("[")[0]
    inner = f"{beginning}a-1.{PATHS[role].pattern.rpartition('.')[2]}"
    assert PATHS[role].fullmatch(inner)
    assert layout.inside_part("harbour", f"{layout.part_prefix('harbour')}{inner}") == inner
