"""Whose word counts and for how long, and an index that cannot be read any other way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError
from counterproof.trust.floor import FAR_AHEAD, check_clock
from counterproof.trust.grants import Grant, anchors
from counterproof.trust.index import (
    HeldAgency,
    HeldAuthority,
    HeldPart,
    HeldRegister,
    HeldVical,
    Index,
    parse_index,
)
from counterproof.trust.manifest import format_time
from counterproof.trust.names import fingerprint
from counterproof.trust.published import read_published
from counterproof.trust.succession import Action, ChangeSummary, summarize, unchanged
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Any

DAY = timedelta(days=1)
ROOT = CertificateKit().iaca.certificate
WHEN = "2026-07-01T12:00:00Z"


def digest(digit: str) -> str:
    return digit * 64


def whole_index() -> dict[str, Any]:
    agency = HeldAgency(
        root=digest("1"), reader_root=digest("2"), issued_at=WHEN, manifest=digest("3"), signature=digest("4")
    )
    authority = HeldAuthority(
        fingerprint=digest("5"),
        pinned=True,
        version=7,
        issued_at=WHEN,
        root=digest("6"),
        timestamp=digest("7"),
        snapshot=digest("8"),
        targets=digest("9"),
        parts=(HeldPart(agency="harbour", metadata=digest("a")),),
    )
    vical = HeldVical(pin=digest("b"), list=digest("c"), issued_at=WHEN)
    register = HeldRegister(publisher=digest("d"), purposes=digest("e"))
    index = Index(agencies=(agency,), authorities=(authority,), vicals=(vical,), registers=(register,))
    found: dict[str, Any] = msgspec.json.decode(index.to_bytes())
    return found


def code_of(members: dict[str, Any]) -> str:
    with pytest.raises(MalformedError) as refused:
        parse_index(strict_json.dumps(members))
    return refused.value.code


def test_an_index_comes_back_and_may_leave_out_what_need_not_be_there() -> None:
    members = whole_index()
    members["agencies"][0]["reader_root"] = members["registers"][0]["purposes"] = None
    read = parse_index(strict_json.dumps(members))
    assert read.agencies[0].reader_root is None
    assert read.registers[0].purposes is None
    assert parse_index(read.to_bytes()) == read


@pytest.mark.parametrize(
    ("room", "member"),
    [
        *(("agencies", name) for name in ("root", "reader_root", "manifest", "signature")),
        *(("authorities", name) for name in ("fingerprint", "root", "timestamp", "snapshot", "targets")),
        *(("vicals", name) for name in ("pin", "list")),
        *(("registers", name) for name in ("publisher", "purposes")),
    ],
)
@pytest.mark.parametrize("wrong", ["../../etc/passwd", "A" * 64, "1" * 63])
def test_what_names_a_file_is_a_hash_and_nothing_else(room: str, member: str, wrong: str) -> None:
    members = whole_index()
    members[room][0][member] = wrong
    assert code_of(members) == "trust.damaged"


def test_what_names_a_part_is_a_hash() -> None:
    members = whole_index()
    members["authorities"][0]["parts"][0]["metadata"] = "../../x"
    assert code_of(members) == "trust.damaged"


@pytest.mark.parametrize("room", ["agencies", "authorities", "vicals", "registers"])
def test_nobody_stands_there_twice(room: str) -> None:
    members = whole_index()
    members[room] *= 2
    assert code_of(members) == "trust.damaged"


@pytest.mark.parametrize("change", [{"type": "counterproof.other"}, {"version": "3"}, {"version": True}])
def test_another_kind_and_a_number_that_is_none_are_refused(change: dict[str, Any]) -> None:
    assert code_of(whole_index() | change) == "trust.damaged"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (AT, "ok"),
        (AT - 2 * DAY, "clock.before-floor"),
        (AT + FAR_AHEAD, "ok"),
        (AT + FAR_AHEAD + DAY, "clock.far-ahead"),
    ],
)
def test_a_finding_about_the_clock_says_both_times(at: datetime, code: str) -> None:
    finding = check_clock(at, AT)
    assert (finding.code, finding.at, finding.floor) == (code, at, AT)


def grant(until: datetime | None, said: datetime | None, *doc_types: str) -> Grant:
    return Grant(ROOT, frozenset(doc_types), "Harbour", until, said)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([AT], AT),
        ([AT, AT + DAY], AT + DAY),
        ([AT + DAY, AT], AT + DAY),
        ([None, AT], None),
        ([AT, None], None),
    ],
)
def test_the_longest_and_the_freshest_word_counts(
    ends: list[datetime | None], expected: datetime | None
) -> None:
    names = {fingerprint(ROOT): "Harbour"}
    (as_end,) = anchors([grant(each, AT, "a") for each in ends], names, {})
    (as_date,) = anchors([grant(AT, each, "a") for each in ends], names, {})
    kept = () if expected is None else (("a", expected),)
    assert (as_end.ends, as_end.dates) == (kept, (("a", AT),))
    assert (as_date.ends, as_date.dates) == ((("a", AT),), kept)


def test_a_word_for_one_type_says_nothing_of_another() -> None:
    names = {fingerprint(ROOT): "Harbour"}
    grants = [grant(AT, AT, "b"), grant(AT + DAY, AT - DAY, "a", "b"), grant(None, None, "c")]
    (anchor,) = anchors(grants, names, {ROOT: AT + DAY})
    assert anchor.doc_types == frozenset({"a", "b", "c"})
    assert anchor.ends == (("a", AT + DAY), ("b", AT + DAY))
    assert anchor.dates == (("a", AT - DAY), ("b", AT))
    assert (anchor.name, anchor.heard) == ("Harbour", AT + DAY)


def test_what_changes_nothing_is_said_of_the_set_that_is_held(folder: Path) -> None:
    held = read_published(folder)
    summary = unchanged(held)
    assert summary == ChangeSummary(
        Action.UNCHANGED, held.name, held.fingerprint, held.issued_at, held.issued_at
    )
    when = format_time(held.issued_at)
    assert summary.to_json() == {
        "action": "unchanged",
        "name": held.name,
        "fingerprint": held.fingerprint,
        "issued_at": when,
        "before": when,
        "details": [],
    }


def test_a_first_set_has_none_before_it_and_says_what_is_new(folder: Path) -> None:
    new = read_published(folder)
    said = summarize(None, new).to_json()
    assert (said["action"], said["before"]) == ("added", None)
    assert {"change": "new", "kind": "name", "name": new.name} in said["details"]
    assert {each["change"] for each in said["details"]} == {"new"}
