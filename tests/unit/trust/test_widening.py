"""Registers that let counters do more: narrower counts at once, wider waits for a person."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace as changed

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust import state
from counterproof.trust.confirming import expecting
from counterproof.trust.limits import LIMITS
from counterproof.trust.pack import layout
from counterproof.trust.purposes import (
    PurposeDocument,
    PurposeElement,
    PurposeReader,
    PurposeReaders,
    build_purposes,
)
from counterproof.trust.purposes.model import Retention
from counterproof.trust.purposes.widening import Wider, in_force, widening
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Counter
from tests.kit.published import Publisher
from tests.kit.purposes import MEMBERSHIP, RESIDENCY, purpose

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.trust.purposes import Purpose

STREET = PurposeElement(namespace=RESIDENCY, element="resident_street")


def with_elements(*elements: PurposeElement, **changes: Any) -> Purpose:
    return purpose(documents=(PurposeDocument(doc_type=RESIDENCY, elements=elements),), **changes)


WIDER = with_elements(*MEMBERSHIP, STREET, version=2)


@pytest.mark.parametrize(
    ("before", "after", "ways"),
    [
        (purpose(), WIDER, {Wider.ELEMENTS}),
        (None, purpose(), {Wider.NEW}),
        (purpose(), with_elements(*(changed(each, keep=True) for each in MEMBERSHIP)), {Wider.KEEP}),
        (purpose(readers=(PurposeReaders(ids=("A",)),)), purpose(), {Wider.READERS}),
        (
            purpose(readers=(PurposeReaders(ids=("A",)),)),
            purpose(readers=(PurposeReaders(ids=("A", "B")),)),
            {Wider.READERS},
        ),
        (
            purpose(readers=(PurposeReaders(root="0" * 64),)),
            purpose(readers=(PurposeReaders(root="1" * 64),)),
            {Wider.READERS},
        ),
        (purpose(), purpose(retention=Retention(days=366, words={"en": "Longer."})), {Wider.RETENTION}),
        (purpose(), purpose(retention=Retention(days=None, words={"en": "For ever."})), {Wider.RETENTION}),
        (purpose(), purpose(evidence_hours=None), {Wider.EVIDENCE}),
        (purpose(), purpose(slips=True), {Wider.SLIPS}),
        (purpose(slips=True), purpose(slips=True, repeats=True), {Wider.REPEATS}),
    ],
)
def test_each_way_to_let_counters_do_more(before: Purpose | None, after: Purpose, ways: set[Wider]) -> None:
    found = widening(before, after)
    assert found is not None
    assert set(found.ways) == ways
    assert in_force([before] if before else [], [after]) == ((before,) if before else ())


@pytest.mark.parametrize(
    "after",
    [
        purpose(version=2, title={"en": "Other words"}),
        with_elements(*MEMBERSHIP[:2]),
        purpose(readers=(PurposeReaders(ids=("A",)), PurposeReaders(offices=("B",)))),
        purpose(retention=Retention(days=1, words={"en": "Shorter."})),
        purpose(evidence_hours=24),
        with_elements(*MEMBERSHIP[:3], changed(MEMBERSHIP[3], instead=(((RESIDENCY, "age_over_21"),),))),
    ],
)
def test_what_is_no_wider_counts_at_once(after: Purpose) -> None:
    """An age instead of a birth date is less, also where it was not named before."""
    assert widening(purpose(), after) is None
    assert in_force([purpose()], [after]) == (after,)


def test_what_is_struck_off_is_gone_while_another_waits() -> None:
    other = purpose(id="car-hire")
    assert in_force([purpose(), other], [WIDER]) == (purpose(),)


class Folder:
    """An agency's folder that a store follows."""

    def __init__(self, path: Path) -> None:
        self.publisher, self.path, self.store = Publisher(), path, TrustStore(path / "store")
        self.days = 0

    def publish(self, *purposes: Purpose, **changes: Any) -> None:
        at = AT + self.days * DAY
        self.publisher.publish(self.path / "published", at, purposes=purposes, **changes)

    def take(self, *purposes: Purpose) -> list[tuple[str, str]]:
        """Publish and take; return what the update says of purposes."""
        self.publish(*purposes)
        at = AT + self.days * DAY
        if self.days == 0:
            confirm = expecting(self.publisher.fingerprint)
            change = self.store.add(self.path / "published", confirm=confirm, at=at)
        else:
            change = self.store.update(self.path / "published", at=at)
        self.days += 1
        return [(each.change, each.name) for each in change.details if each.kind == "purpose"]

    def counts(self) -> tuple[int, ...]:
        """Return the versions that count, as a program that starts now sees them."""
        trust = TrustStore(self.path / "store").read()
        return tuple(each.version for one in trust.purposes.registers for each in one.purposes)

    def confirm(self) -> None:
        for waiting in self.store.read().waiting:
            self.store.confirm_purposes(waiting)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_first_trust_lets_the_register_count(folder: Folder) -> None:
    folder.take(purpose())
    assert folder.counts() == (1,)
    assert folder.store.read().waiting == ()


def test_a_wider_register_waits_and_the_lists_do_not(folder: Folder) -> None:
    folder.take(purpose())
    assert folder.take(WIDER) == [("waits", "library.membership")]
    assert folder.counts() == (1,)
    trust = folder.store.read()
    assert trust.agencies[0].issued_at == AT + DAY  # lists and revocations never wait
    (waiting,) = trust.waiting
    (wider,) = waiting.widenings
    assert wider.elements == ((RESIDENCY, RESIDENCY, "resident_street"),)
    folder.confirm()
    assert folder.counts() == (2,)
    assert folder.store.read().waiting == ()


def test_it_waits_through_further_updates_and_falls_with_the_register(folder: Folder) -> None:
    folder.take(purpose())
    folder.take(WIDER)
    assert folder.take(changed(WIDER, version=3)) == [("waits", "library.membership")]
    assert folder.counts() == (1,)
    assert folder.take(purpose(version=4)) == [("newer", "library.membership")]
    assert folder.counts() == (4,)
    assert folder.take() == [("gone", "library.membership")]
    assert folder.counts() == ()


def test_what_was_struck_off_waits_when_it_comes_back(folder: Folder) -> None:
    folder.take(purpose())
    folder.take()
    assert folder.take(purpose(version=2)) == [("waits", "library.membership")]
    assert folder.counts() == ()


def test_a_first_register_waits(folder: Folder) -> None:
    """Until then no register speaks for these counters, as before."""
    folder.take()
    folder.take(purpose())
    reader = PurposeReader(root=folder.store.read().agencies[0].reader_fingerprint or "")
    assert folder.store.read().purposes.find("library.membership", reader).code == "purpose.nobody-speaks"
    folder.confirm()
    assert folder.store.read().purposes.find("library.membership", reader).code == "ok"


def test_only_what_was_seen_is_confirmed(folder: Folder) -> None:
    folder.take(purpose())
    folder.take(WIDER)
    (seen,) = folder.store.read().waiting
    other = with_elements(*MEMBERSHIP, STREET, changed(STREET, element="portrait"), version=3)
    folder.take(other)
    with pytest.raises(CounterproofError) as caught:
        folder.store.confirm_purposes(seen)
    assert caught.value.code == "trust.nothing-waits"
    assert folder.counts() == (1,)
    folder.confirm()
    assert folder.counts() == (3,)
    with pytest.raises(CounterproofError):
        folder.store.confirm_purposes(seen)


def test_where_what_counted_is_lost_nothing_does_until_it_is_confirmed(folder: Folder) -> None:
    folder.take(purpose())
    folder.take(WIDER)
    for path in (folder.path / "store" / "objects").iterdir():
        if path.read_bytes() == build_purposes([purpose()]):
            path.write_bytes(b"")
    folder.store = TrustStore(folder.path / "store")
    assert folder.counts() == ()
    folder.confirm()
    assert folder.counts() == (2,)


class TestPack:
    """The same for an authority's register, and for those of the agencies on its list."""

    @pytest.fixture
    def counter(self, tmp_path: Path) -> Counter:
        return Counter(tmp_path)

    def take(
        self, counter: Counter, day: int, *purposes: Purpose, agency: tuple[Purpose, ...] = ()
    ) -> list[str]:
        at = AT + day * DAY
        files = counter.operator.files(at)
        files |= {layout.PURPOSES: build_purposes(purposes)} if purposes else {}
        counter.publish(day, files=files, agency={"harbour": {"purposes": agency}})
        details = counter.update(day).details
        return [each.change for each in details if each.kind == "purpose"]

    def versions(self, counter: Counter) -> list[int]:
        return [each.version for one in counter.trust.purposes.registers for each in one.purposes]

    def test_an_authoritys_register_waits(self, counter: Counter) -> None:
        assert self.take(counter, 1, purpose()) == ["waits"]
        assert self.versions(counter) == []
        counter.store.confirm_purposes(counter.trust.waiting[0])
        assert self.versions(counter) == [1]
        assert self.take(counter, 2, WIDER) == ["waits"]
        assert self.versions(counter) == [1]

    def test_an_agencys_register_in_a_pack_waits(self, counter: Counter) -> None:
        self.take(counter, 1, agency=(purpose(),))
        assert self.versions(counter) == []
        (waiting,) = counter.trust.waiting
        assert waiting.name == "Harbour Borough"
        counter.store.confirm_purposes(waiting)
        assert self.versions(counter) == [1]

    def test_nobody_is_asked_about_a_register_that_counts_for_nothing(self, counter: Counter) -> None:
        self.take(counter, 1, purpose())
        counter.store.confirm_purposes(counter.trust.waiting[0])
        self.take(counter, 2, purpose(), agency=(WIDER,))
        assert counter.trust.waiting == ()
        assert self.versions(counter) == [1]


def test_a_register_that_is_long_when_written_out_keeps_no_update_out(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short as published: its readers are named by empty groups, which are thirty times as long in full."""
    monkeypatch.setattr(state, "LIMITS", replace(LIMITS, purposes_kept=100_000))
    (one,) = json.loads(build_purposes([purpose()]))["purposes"]
    many = [{**one, "id": f"p{number}", "readers": [{} for _ in range(256)]} for number in range(10)]

    def take(day: int) -> int:
        """Publish the register as it is by now, take it, and return how many of its purposes wait."""
        whole = {"type": "counterproof.purposes", "version": 1, "purposes": many}
        data = json.dumps(whole, separators=(",", ":")).encode()
        assert len(data) < 40_000
        at = AT + day * DAY
        folder.publisher.publish(folder.path / "published", at)
        folder.publisher.put(folder.path / "published", "purposes", "purposes.json", data)
        folder.store.update(folder.path / "published", at=at)
        trust = TrustStore(folder.path / "store").read()
        assert trust.agencies[0].issued_at == at
        return sum(len(each.widenings) for each in trust.waiting)

    folder.take()
    assert take(1) == len(many)
    folder.confirm()
    assert len(folder.counts()) == len(many)
    many[0] = {**many[0], "evidence_hours": None}
    assert take(2) == len(many)  # too long to be kept beside the newer one, so nothing of it counts
    assert folder.counts() == ()
    folder.confirm()
    assert len(folder.counts()) == len(many)


def test_nobody_is_new_where_something_cannot_be_read(tmp_path: Path) -> None:
    """A pack that is damaged here and comes again, wider by now, is not taken for that of somebody new."""
    counter = Counter(tmp_path)

    def take(day: int, registered: Purpose) -> None:
        files = counter.operator.files(AT + day * DAY) | {layout.PURPOSES: build_purposes([registered])}
        counter.publish(day, files=files)
        counter.store = TrustStore(tmp_path / "store")
        counter.update(day)

    take(1, purpose())
    counter.store.confirm_purposes(counter.trust.waiting[0])
    snapshot = hashlib.sha256(counter.trust.authorities[0].pack.files.snapshot).hexdigest()
    (tmp_path / "store" / "objects" / snapshot).write_bytes(b"")
    take(2, WIDER)
    assert [each.purposes for each in counter.trust.purposes.registers] == []
    counter.store.confirm_purposes(counter.trust.waiting[0])
    assert [each.version for one in counter.trust.purposes.registers for each in one.purposes] == [2]
