"""Lists that one counter passes on to the next: whole, proven again, never older, and nobody new by them."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import pytest

from counterproof import strict_json
from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.optics.exchange import lists
from counterproof.trust import updating
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import carrying, layout
from counterproof.trust.pack.sources import FolderSource, zip_source
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Counter
from tests.kit.published import URI, Publisher

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.trust.pack.sources import ZipSource

CLOCK = FixedClock(AT + DAY)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def handed(counter: Counter, place: int = 0) -> ZipSource:
    """Return the lists as they come out of a code at the next counter."""
    archives = list(counter.store.hand_out(counter.operator.fingerprint).archives())
    return zip_source(lists.from_message(lists.to_message(archives[place])))


def taken(store: TrustStore, source: ZipSource, days: float = 1) -> str:
    """Update another counter; return what was done, or the code of the refusal."""
    try:
        return updating.update(store, source, AT + days * DAY, clock=CLOCK).action.value
    except CounterproofError as error:
        return error.code


def neighbour(counter: Counter, folder: Path) -> TrustStore:
    """Return a counter that believes the same authority since its first pack."""
    store = TrustStore(folder)
    store.take_pack(FolderSource(counter.pack), at=AT, confirm=expecting(counter.operator.fingerprint))
    return store


def test_a_pack_goes_on_whole_over_any_number_of_roots(counter: Counter, tmp_path: Path) -> None:
    other = neighbour(counter, tmp_path / "other")
    for _ in range(3):
        counter.operator.add_root()
    counter.publish(1)
    counter.update(1)
    assert taken(other, handed(counter)) == "updated"
    assert other.read().authorities[0].pack.files == counter.trust.authorities[0].pack.files
    assert (
        other.hand_out(counter.operator.fingerprint).files
        == counter.store.hand_out(counter.operator.fingerprint).files
    )
    new = TrustStore(tmp_path / "new")
    assert taken(new, handed(counter)) == "pack.not-pinned"
    asked = expecting(counter.operator.fingerprint)
    assert updating.add(new, handed(counter), AT + DAY, clock=CLOCK, confirm=asked).action is Action.ADDED


def test_what_is_handed_on_is_what_the_operator_published(counter: Counter) -> None:
    counter.operator.add_root()
    counter.publish(1)
    counter.update(1)
    own = counter.store.hand_out(counter.operator.fingerprint)
    assert carrying.of_folder(counter.pack).files == own.files
    assert own.files == {each: (counter.pack / each).read_bytes() for each in own.files}


def test_older_lists_bring_nothing_back(counter: Counter, tmp_path: Path) -> None:
    yesterday = handed(counter)
    other = neighbour(counter, tmp_path / "other")
    counter.publish(1)
    other.take_pack(FolderSource(counter.pack), at=AT + DAY)
    assert taken(other, yesterday) == "pack.older"
    assert other.read().authorities[0].pack.issued_at == AT + DAY


def test_lists_that_ran_out_are_refused(counter: Counter, tmp_path: Path) -> None:
    other = neighbour(counter, tmp_path / "other")
    assert taken(other, handed(counter), days=400) == "pack.expired"


@pytest.mark.parametrize("place", range(6))
def test_a_file_that_was_changed_on_the_way_refuses_the_whole(
    counter: Counter, tmp_path: Path, place: int
) -> None:
    other = neighbour(counter, tmp_path / "other")
    known = counter.store.hand_out(counter.operator.fingerprint).files
    counter.publish(1)
    counter.update(1)
    files = dict(counter.store.hand_out(counter.operator.fingerprint).files)
    new = sorted(path for path in files if path not in known)
    name = (*new, layout.TIMESTAMP)[place * len(new) // 5]
    files[name] = files[name][:-9] + bytes([files[name][-9] ^ 1]) + files[name][-8:]
    held = other.read().authorities[0].pack.files
    assert taken(other, zip_source(carrying.archive(files))) not in ("updated", "unchanged")
    assert other.read().authorities[0].pack.files == held


def test_a_part_that_was_held_back_is_not_passed_on_as_if_it_were_whole(counter: Counter) -> None:
    counter.publish(1, part_life={"harbour": -DAY})
    counter.update(1)
    assert counter.trust.authorities[0].pack.parts[0].held_back
    with pytest.raises(UsageError) as refused:
        counter.store.hand_out(counter.operator.fingerprint)
    assert refused.value.code == "trust.hand-on-part"


def test_a_store_of_an_older_program_learns_the_roots_with_its_next_update(counter: Counter) -> None:
    for _ in range(2):
        counter.operator.add_root()
    counter.publish(1)
    counter.update(1)
    current = counter.folder / "store" / "current.json"
    index = strict_json.loads(current.read_bytes(), limit=100_000)
    index["version"] = 3
    for each in index["authorities"]:
        assert len(each.pop("former")) == 2
    current.write_bytes(strict_json.dumps(index))
    counter.store = TrustStore(counter.folder / "store")
    with pytest.raises(UsageError) as refused:
        counter.store.hand_out(counter.operator.fingerprint)
    assert refused.value.code == "trust.hand-on-roots"
    counter.publish(2)
    counter.update(2)
    assert len(counter.trust.authorities[0].pack.files.former) == 2
    counter.store.hand_out(counter.operator.fingerprint)


def test_a_root_that_the_disk_lost_costs_nothing_but_the_passing_on(counter: Counter) -> None:
    counter.operator.add_root()
    counter.publish(1)
    counter.update(1)
    first = hashlib.sha256(counter.operator.roots[1]).hexdigest()
    (counter.folder / "store" / "objects" / first).unlink()
    assert counter.trust.damaged == ()
    assert counter.trust.authorities[0].pack.files.former == ()


ENTRIES = 1_200_000
DICE = random.Random(226)
REVOKED = DICE.sample(range(ENTRIES), 150_000)


def long_list(publisher: Publisher, days: int, revoked: list[int]) -> bytes:
    entries = StatusList.empty(ENTRIES)
    for index in revoked:
        entries.set(index, 1)
    at = AT + days * DAY
    return build_status_token(
        publisher.signer,
        [publisher.signer_certificate],
        uri=URI,
        issued_at=at,
        expires_at=at + 7 * DAY,
        ttl=None,
        status_list=entries,
    )


def test_a_list_that_is_too_long_goes_on_as_what_changed_in_it(counter: Counter, tmp_path: Path) -> None:
    other = neighbour(counter, tmp_path / "other")
    publisher = counter.operator.agencies["harbour"]
    for days, revoked in ((1, REVOKED), (2, [*REVOKED, 5, 7, 11])):
        counter.publish(days, agency={"harbour": {"status_lists": (long_list(publisher, days, revoked),)}})
        counter.update(days)
        if days == 1:
            other.take_pack(FolderSource(counter.pack), at=AT + DAY)
    archives = counter.store.hand_out(counter.operator.fingerprint).archives()
    place, m = lists.fitting(archives)
    assert place == 1
    assert lists.seconds(m) < 10
    source = zip_source(lists.from_message(m))
    assert taken(other, source, days=2) == "updated"
    assert other.read().authorities[0].pack.files == counter.trust.authorities[0].pack.files
    # To somebody without the lists before, what changed is not enough, and nothing of it is used.
    new = TrustStore(tmp_path / "new")
    with pytest.raises(CounterproofError) as refused:
        updating.add(new, source, AT + 2 * DAY, clock=CLOCK, confirm=expecting(counter.operator.fingerprint))
    assert refused.value.code == "pack.file-missing"
    assert new.read().authorities == ()


def test_an_agencys_folder_goes_on_too(tmp_path: Path) -> None:
    publisher = Publisher()
    first, second = publisher.publish(tmp_path / "1", AT), publisher.publish(tmp_path / "2", AT + DAY)
    confirm = expecting(publisher.fingerprint)
    own, other = TrustStore(tmp_path / "own"), TrustStore(tmp_path / "other")
    own.add(first, confirm=confirm, at=AT)
    other.add(first, confirm=confirm, at=AT)
    old = list(own.hand_out(publisher.fingerprint).archives())
    own.update(second, at=AT + DAY)
    (new,) = own.hand_out(publisher.fingerprint).archives()
    assert taken(other, zip_source(new)) == "updated"
    assert other.read().agencies[0].files == own.read().agencies[0].files
    assert taken(other, zip_source(old[0])) == "trust.older"
    assert taken(TrustStore(tmp_path / "none"), zip_source(new)) == "trust.root-unknown"
    assert carrying.of_folder(second).files == own.hand_out(publisher.fingerprint).files


def test_only_what_is_held_can_be_passed_on(counter: Counter, tmp_path: Path) -> None:
    for fingerprint, code in (("f" * 64, "trust.not-held"), ("harbour", "trust.fingerprint-form")):
        with pytest.raises(UsageError) as refused:
            counter.store.hand_out(fingerprint)
        assert refused.value.code == code
    with pytest.raises(CounterproofError) as none:
        carrying.of_folder(tmp_path)
    assert none.value.code == "pack.not-a-pack"


def test_a_zip_file_without_lists_is_named(tmp_path: Path) -> None:
    source = zip_source(carrying.archive({"holiday.jpg": b"sand"}))
    assert taken(TrustStore(tmp_path / "store"), source) == "pack.not-a-pack"
