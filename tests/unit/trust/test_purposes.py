"""The register of purposes: its two forms, its bounds, and who may speak for whom."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.trust.purposes import (
    NO_PURPOSES,
    Purpose,
    PurposeDocument,
    PurposeElement,
    PurposeReader,
    PurposeReaders,
    PurposeRegister,
    Purposes,
    build_purposes,
    parse_purposes,
    purposes_from_toml,
    with_substitutes,
)
from counterproof.trust.purposes.asking import beyond, over_asking
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.published import RESIDENCY, Publisher, listed
from tests.kit.purposes import MEMBERSHIP, purpose

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = (resources.files("counterproof.trust.purposes") / "examples.toml").read_bytes()
ROOT, OTHER = "a" * 64, "b" * 64
DESK = PurposeReader(root=ROOT, certificate="c" * 64, id="HB-DESK-3", office="HB-LIBRARY")


def changed(**members: Any) -> bytes:
    """Return a register of one purpose with members of it replaced, as a stranger could write it."""
    document = json.loads(build_purposes([purpose()]))
    document["purposes"][0].update(members)
    return json.dumps(document).encode()


def test_the_examples_can_be_read_and_travel_unchanged() -> None:
    purposes = purposes_from_toml(EXAMPLES)
    assert [each.id for each in purposes] == ["library.age-check", "library.membership", "school.free-meals"]
    data = build_purposes(reversed(purposes))
    assert parse_purposes(data) == tuple(sorted(purposes, key=lambda each: each.id))
    assert build_purposes(parse_purposes(data)) == data


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "id with a space": ({"id": "a b"}, "id"),
    "id in capitals": ({"id": "A"}, "id"),
    "no version": ({"version": 0}, "version"),
    "no date": ({"date": "2026-02-30"}, "date"),
    "short date": ({"date": "20260203"}, "date"),
    "no English": ({"title": {"et": "Nimi"}}, "title"),
    "no language": ({"reason": {"en": "a", "x!": "b"}}, "reason"),
    "unseen letters": ({"contact": {"en": "a\u202eb"}}, "contact"),
    "a line end": ({"legal_basis": {"en": "a\nb"}}, "legal_basis"),
    "too long": ({"title": {"en": "a" * 81}}, "title"),
    "no reader": ({"readers": []}, "readers"),
    "a short fingerprint": ({"readers": [{"certificates": ["abc"]}]}, "readers"),
    "an id of other letters": ({"readers": [{"ids": ["hb desk"]}]}, "readers"),
    "no document": ({"documents": []}, "documents"),
    "no element": ({"documents": [{"doc_type": "a", "elements": []}]}, "documents"),
    "freshness of nothing": ({"evidence_hours": 0}, "evidence_hours"),
    "repeats without slips": ({"slips": False, "repeats": True}, "repeats"),
    "kept for no days": ({"retention": {"days": 0, "words": {"en": "None."}}}, "keep"),
}


@pytest.mark.parametrize(("members", "field"), WRONG.values(), ids=WRONG)
def test_each_wrong_member_is_named(members: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_purposes(changed(**members))
    assert (caught.value.code, caught.value.facts) == ("purpose.form", {"purpose": 1, "field": field})


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_purposes(changed(free="text"))
    assert caught.value.code == "json.form"


def test_an_id_is_registered_once() -> None:
    with pytest.raises(MalformedError) as caught:
        build_purposes([purpose(), purpose()])
    assert caught.value.facts == {"purpose": 2, "field": "id"}


def test_an_element_does_not_stand_in_for_itself() -> None:
    own = PurposeElement(namespace="n", element="e", instead=((("n", "e"),),))
    with pytest.raises(MalformedError):
        build_purposes([purpose(documents=(PurposeDocument(doc_type="d", elements=(own,)),))])


def test_a_newer_form_and_another_file() -> None:
    with pytest.raises(UnsupportedError) as caught:
        parse_purposes(b'{"type":"counterproof.purposes","version":2,"more":[]}')
    assert caught.value.code == "purpose.version"
    for data in (
        b'{"type":"counterproof.agency"}',
        b'{"type":"counterproof.purposes","version":0,"purposes":[]}',
    ):
        with pytest.raises(MalformedError) as other:
            parse_purposes(data)
        assert other.value.code == "purpose.no-register"


def test_there_is_a_bound_to_everything() -> None:
    elements = tuple(PurposeElement(namespace="n", element=f"e{number}") for number in range(257))
    many = [msgspec.structs.replace(purpose(), id=f"p{number}") for number in range(1025)]
    readers = (PurposeReaders(),) * 257
    for purposes in (
        [purpose(documents=(PurposeDocument(doc_type="d", elements=elements),))],
        many,
        [purpose(readers=readers)],
    ):
        with pytest.raises(LimitError) as caught:
            build_purposes(purposes)
        assert caught.value.code == "purpose.too-much"


BAD_TOML: dict[str, tuple[bytes, str]] = {
    "no TOML": (b"[[purpose", "purpose.not-toml"),
    "no UTF-8": (b"a = '\xff'", "purpose.not-toml"),
    "another table": (b"[other]\n", "purpose.not-toml"),
    "one table": (b"[purpose]\nid = 'a'\n", "purpose.not-toml"),
    "a bomb": (b"a" + b".a" * 50_000 + b" = 1", "purpose.not-toml"),
    "nothing in it": (b"[[purpose]]\n", "purpose.form"),
    "an unknown member": (EXAMPLES.replace(b"slips = true", b"slip = true"), "json.form"),
    "an unknown member of a document": (EXAMPLES.replace(b"keep = [", b"kept = ["), "purpose.form"),
    "kept and not asked": (EXAMPLES.replace(b'keep = ["family_name"', b'keep = ["x"'), "purpose.form"),
}


@pytest.mark.parametrize(("content", "code"), BAD_TOML.values(), ids=BAD_TOML)
def test_a_file_that_is_wrong_says_where(content: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        purposes_from_toml(content)
    assert caught.value.code == code


def test_a_member_that_is_missing_is_named() -> None:
    with pytest.raises(MalformedError) as caught:
        purposes_from_toml(EXAMPLES.replace(b"[[purpose.readers]]", b"[[purpose.reader]]"))
    assert caught.value.facts == {"purpose": 1, "field": "readers"}


def register(*purposes: Purpose, roots: tuple[str, ...] = (ROOT,), above: bool = False) -> PurposeRegister:
    return PurposeRegister(publisher="P", roots=frozenset(roots), purposes=purposes, is_authority=above)


def test_a_purpose_is_found_for_those_whom_it_names() -> None:
    named: list[tuple[PurposeReaders, PurposeReader, bool]] = [
        (PurposeReaders(), DESK, True),
        (PurposeReaders(ids=("HB-DESK-3",)), DESK, True),
        (PurposeReaders(ids=("HB-DESK-4",)), DESK, False),
        (PurposeReaders(offices=("HB-LIBRARY",)), DESK, True),
        (PurposeReaders(certificates=("c" * 64,)), DESK, True),
        (PurposeReaders(certificates=("d" * 64,)), DESK, False),
        (PurposeReaders(root=OTHER), DESK, False),
        (PurposeReaders(root=OTHER, certificates=("c" * 64,)), DESK, False),
        (PurposeReaders(ids=("HB-DESK-3",)), PurposeReader(root=ROOT), False),
    ]
    for readers, reader, granted in named:
        found = Purposes((register(purpose(readers=(readers,))),)).find("library.membership", reader)
        assert (found.code == "ok") is granted, readers
        assert granted or found.code == "purpose.other-reader"


def test_no_register_speaks_for_the_readers_of_another() -> None:
    theirs = register(purpose(id="library.secret"), roots=(OTHER,))
    both = Purposes((register(purpose()), theirs), frozenset({ROOT, OTHER}))
    assert both.find("library.membership", DESK).code == "ok"
    assert both.find("library.secret", DESK).code == "purpose.unknown"
    naming_ours = register(purpose(readers=(PurposeReaders(root=ROOT),)), roots=(OTHER,))
    assert Purposes((naming_ours,), frozenset({ROOT})).find("library.membership", DESK).purpose is None


def test_an_authority_stands_above_the_agency_itself() -> None:
    wide = purpose(version=9, documents=(PurposeDocument(doc_type="all", elements=MEMBERSHIP),))
    own, above = register(wide), register(purpose(), roots=(ROOT, OTHER), above=True)
    found = Purposes((own, above)).find("library.membership", DESK)
    assert found.purpose == purpose()
    invented = Purposes((register(purpose(id="own.idea")), above)).find("own.idea", DESK)
    assert invented.code == "purpose.unknown"


def test_ids_mean_nothing_in_a_register_of_several_roots_that_names_none() -> None:
    ids = PurposeReaders(ids=("HB-DESK-3",))
    above = register(purpose(readers=(ids,)), roots=(ROOT, OTHER), above=True)
    assert Purposes((above,)).find("library.membership", DESK).code == "purpose.other-reader"
    named = msgspec.structs.replace(ids, root=ROOT)
    above = register(purpose(readers=(named,)), roots=(ROOT, OTHER), above=True)
    assert Purposes((above,)).find("library.membership", DESK).code == "ok"
    impostor = PurposeReader(root=OTHER, certificate="e" * 64, id="HB-DESK-3", office="HB-LIBRARY")
    assert Purposes((above,)).find("library.membership", impostor).code == "purpose.other-reader"


def test_of_two_authorities_the_later_version_counts() -> None:
    first, second = register(purpose(), above=True), register(purpose(version=2), above=True)
    for order in ((first, second), (second, first)):
        found = Purposes(order).find("library.membership", DESK).purpose
        assert found is not None
        assert found.version == 2


def test_what_nobody_speaks_for_is_told_from_what_nobody_knows() -> None:
    assert NO_PURPOSES.find("a", DESK).code == "purpose.nobody-speaks"
    elsewhere = register(purpose(), roots=(OTHER,))
    assert Purposes((elsewhere,), frozenset({ROOT, OTHER})).find("a", DESK).code == "purpose.nobody-speaks"
    assert Purposes((elsewhere,), frozenset({OTHER})).find("a", DESK).code == "purpose.reader-unknown"


def test_everything_that_a_reader_may_ask() -> None:
    both = Purposes((register(purpose(), purpose(id="b", readers=(PurposeReaders(ids=("NOBODY",)),))),))
    assert [each.purpose.id for each in both.granted_to(DESK) if each.purpose] == ["library.membership"]


NS = RESIDENCY
BEYOND: list[tuple[str, bool, str | None]] = [
    ("family_name", False, None),
    ("family_name", True, None),
    ("birth_date", False, None),
    ("birth_date", True, "purpose.keep-beyond"),
    ("age_over_18", False, None),
    ("age_over_18", True, "purpose.keep-beyond"),
    ("portrait", False, "purpose.element-beyond"),
    ("age_over_21", False, "purpose.element-beyond"),
]


@pytest.mark.parametrize(("name", "keeps", "code"), BEYOND)
def test_what_goes_beyond(name: str, *, keeps: bool, code: str | None) -> None:
    ref = (RESIDENCY, NS, name)
    finding = Purposes((register(purpose()),)).find("library.membership", DESK)
    assert beyond(finding, ref, asked=ref, keeps=keeps) == code
    assert [each.code for each in over_asking(finding, {ref: keeps})] == ([code] if code else [])


def test_an_age_is_covered_by_the_age_that_was_asked_for() -> None:
    finding = Purposes((register(purpose()),)).find("library.membership", DESK)
    asked, stated = (RESIDENCY, NS, "age_over_18"), (RESIDENCY, NS, "age_over_21")
    assert beyond(finding, stated, asked=asked, keeps=False) is None
    exact = (RESIDENCY, NS, "age_in_years")
    assert beyond(finding, exact, asked=asked, keeps=False) == "purpose.element-beyond"


def test_substitutes_of_the_register_stand_behind_those_of_the_reader() -> None:
    asked = RequestedDocument(
        RESIDENCY,
        ((NS, "birth_date"), (NS, "family_name")),
        {(NS, "birth_date"): (((NS, "age_over_65"),),)},
    )
    (found,) = with_substitutes((asked,), purpose())
    assert found.alternatives == {
        (NS, "birth_date"): (((NS, "age_over_65"),), ((NS, "age_over_18"),)),
    }
    assert with_substitutes((asked,), None) == (asked,)


def test_an_agency_publishes_purposes_for_its_own_counters(publisher: Publisher, tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "store")
    desk = purpose(readers=(PurposeReaders(offices=("HB-LIBRARY",)),))
    folder = publisher.publish(tmp_path / "out", purposes=(desk,))
    store.add(folder, confirm=lambda _: True, at=AT)
    trust = store.read()
    root = trust.agencies[0].reader_fingerprint
    assert root is not None
    found = trust.purposes.find("library.membership", PurposeReader(root=root, office="HB-LIBRARY"))
    assert (found.code, found.publisher) == ("ok", "Harbour Borough")
    assert found.purpose == desk


def test_a_purpose_that_changes_is_told(publisher: Publisher, tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "store")
    folder = publisher.publish(tmp_path / "out", purposes=(purpose(),))
    store.add(folder, confirm=lambda _: True, at=AT)
    publisher.publish(folder, AT + timedelta(days=1), purposes=(purpose(version=2),))
    change = store.update(folder, at=AT + timedelta(days=1))
    assert ("newer", "purpose", "library.membership") in change.details


def test_a_register_that_is_wrong_spoils_the_folder(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "purposes", "purposes.json", changed(version=0))
    with pytest.raises(MalformedError) as caught:
        TrustStore(folder.parent / "store").add(folder, confirm=lambda _: True, at=AT)
    assert caught.value.code == "purpose.form"
    assert listed(folder, "purposes").name == "purposes.json"
