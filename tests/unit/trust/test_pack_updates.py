"""What becomes of an update: taken whole, or refused with what was held kept."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.pack_documents import document, harbour, verdict
from tests.kit.packs import DAY, Counter, Operator, timestamp_of
from tests.kit.published import RESIDENCY, Publisher
from tests.kit.scenarios import scenario

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path, Operator(agencies={"harbour": harbour()}))


@scenario("freeze")
def test_a_pack_that_ran_out_makes_no_green(counter: Counter) -> None:
    assert verdict(counter.trust, document(), AT + 6 * DAY) == (Verdict.ACCEPTED, "ok")
    longer = counter.operator.agencies["harbour"].token(AT + DAY, life=timedelta(days=60))
    counter.publish(1, agency={"harbour": {"status_lists": (longer,)}}, label="long")
    counter.update(1)
    assert verdict(counter.trust, document(), AT + 7 * DAY) == (Verdict.ACCEPTED, "ok")
    assert verdict(counter.trust, document(), AT + 8 * DAY) == (Verdict.UNDECIDED, "trust.list-out-of-date")
    (described,) = counter.trust.describe(AT + 8 * DAY).authorities
    assert described.good_until == AT + 8 * DAY
    assert "trust.list-out-of-date" in described.notices


@scenario("freeze")
def test_a_pack_that_ran_out_is_not_taken_and_stops_nothing(counter: Counter) -> None:
    counter.publish(1)
    assert counter.refuses(9) == "pack.expired"
    counter.publish(9)
    assert counter.update(9).action is Action.UPDATED


@scenario("freeze", "clock-back-year")
def test_a_clock_that_was_set_back_brings_no_old_pack(counter: Counter) -> None:
    counter.publish(20)
    counter.update(20)
    stale = Operator("other", agencies={"harbour": harbour()})
    pack = stale.publish(counter.folder / "stale", AT)
    with pytest.raises(CounterproofError) as caught:
        counter.store.take_pack(FolderSource(pack), at=AT, confirm=expecting(stale.fingerprint))
    assert caught.value.code == "pack.expired"


@scenario("fast-forward")
@pytest.mark.parametrize("restarts", [False, True])
def test_a_stolen_daily_key_cannot_lock_the_next_packs_out(counter: Counter, *, restarts: bool) -> None:
    top = 2**53 - 1
    counter.publish(1, timestamp_version=top, snapshot_version=top)
    assert counter.update(1).action is Action.UPDATED
    counter.operator.former |= {"timestamp": 8, "snapshot": 8}
    counter.publish(2, forget=True)
    assert counter.refuses(2) == "pack.older"
    counter.operator.daily = "daily-2"
    counter.operator.add_root()
    counter.operator.former |= {"timestamp": 8, "snapshot": 8}
    counter.publish(3, forget=True)
    if restarts:
        counter.store = TrustStore(counter.folder / "store")
    assert counter.update(3).action is Action.UPDATED
    assert timestamp_of(counter.pack).signed.version < top


@scenario("fast-forward")
def test_no_version_is_beyond_every_other(counter: Counter) -> None:
    counter.publish(1, timestamp_version=2**63 - 1)
    assert counter.refuses(1) == "pack.metadata"


@scenario("mix-and-match")
def test_lists_of_two_packs_do_not_make_one(counter: Counter) -> None:
    old = next((counter.pack / layout.METADATA).glob("*.snapshot.json")).read_bytes()
    counter.publish(1)
    newest = timestamp_of(counter.pack).signed.snapshot_meta.version
    (counter.pack / layout.METADATA / f"{newest}.snapshot.json").write_bytes(old)
    # Signatures differ in length by a byte or two, and so do lists.
    assert counter.refuses(1) in ("pack.hash", "pack.too-large")


@scenario("mix-and-match")
def test_a_status_list_of_another_pack_is_no_part_of_this_one(counter: Counter) -> None:
    (old,) = (counter.pack / layout.TARGETS).rglob("*.cwt")
    content = old.read_bytes()
    counter.publish(1)
    for path in (counter.pack / layout.TARGETS).rglob("*.cwt"):
        path.write_bytes(content)
    assert counter.refuses(1) == "pack.hash"


@scenario("mix-and-match")
def test_an_agency_that_goes_back_is_held_back_alone(counter: Counter) -> None:
    """The agency offers a list in which a revoked card is good again: its part stays, the rest goes on."""
    revoked = counter.operator.agencies["harbour"].token(AT + DAY, {7: 1})
    counter.publish(1, agency={"harbour": {"status_lists": (revoked,)}})
    counter.update(1)
    assert verdict(counter.trust, document(), AT + DAY)[0] is Verdict.REFUSED
    counter.publish(2)
    summary = counter.update(2)
    assert ("held-back", "status.unrevoked", "harbour") in summary.details
    assert verdict(counter.trust, document(), AT + 2 * DAY)[0] is Verdict.REFUSED
    (described,) = counter.trust.describe(AT + 2 * DAY).authorities
    assert [(each.agency, each.code) for each in described.held_back] == [("harbour", "status.unrevoked")]


@pytest.mark.parametrize(
    ("bends", "code"),
    [
        ({"part_life": {"harbour": timedelta(hours=1)}}, "pack.part-expired"),
        ({"part_keys": {"harbour": "stolen"}}, "pack.signature"),
        ({"part_files": {"harbour": {"agency.json": b"{}"}}}, "trust.manifest"),
    ],
)
def test_one_agency_that_fails_stops_nobody_else(
    counter: Counter, bends: dict[str, object], code: str
) -> None:
    counter.publish(1, **bends)
    summary = counter.update(1 + 1 / 12)
    assert summary.action is Action.UPDATED
    assert ("held-back", code, "harbour") in summary.details
    assert verdict(counter.trust, document(), AT + DAY) == (Verdict.ACCEPTED, "ok")
    counter.publish(2)
    assert not [each for each in counter.update(2).details if each.change == "held-back"]


def test_an_agency_can_touch_nothing_but_its_own_part(counter: Counter) -> None:
    data = b"a list of issuers of the agency's own"
    counter.operator.foreign = {layout.ISSUERS: data}
    counter.publish(1)
    assert ("held-back", "pack.part", "harbour") in counter.update(1).details


@scenario("truncate")
def test_a_cut_pack_is_refused(counter: Counter) -> None:
    counter.publish(1)
    dice = random.Random(20261126)
    paths = _new_files(counter)
    for _ in range(25):
        path = dice.choice(paths)
        content = path.read_bytes()
        path.write_bytes(content[: dice.randrange(len(content))])
        counter.refuses(1)
        path.write_bytes(content)
    assert counter.update(1).action is Action.UPDATED


@scenario("bitflip")
def test_a_changed_bit_is_refused(counter: Counter) -> None:
    counter.publish(1)
    dice = random.Random(20261127)
    paths = _new_files(counter)
    for _ in range(40):
        path = dice.choice(paths)
        content = bytearray(path.read_bytes())
        place = dice.randrange(8 * len(content))
        content[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(content))
        before = hashlib.sha256((counter.folder / "store" / "current.json").read_bytes()).digest()
        try:
            counter.update(1)
        except CounterproofError:
            assert hashlib.sha256((counter.folder / "store" / "current.json").read_bytes()).digest() == before
        else:  # a blank that became another blank is signed the same
            assert path.parent.name == layout.METADATA
            pytest.fail(f"taken with bit {place} changed")
        content[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(content))
    assert counter.update(1).action is Action.UPDATED


def _new_files(counter: Counter) -> list[Path]:
    """Return the files of a pack that its next update must read."""
    held = {hashlib.sha256(content).hexdigest() for content in counter.held()}
    found = [path for path in sorted(counter.pack.rglob("*")) if path.is_file()]
    timestamp = timestamp_of(counter.pack).signed
    number = str(timestamp.snapshot_meta.version)
    fresh = [path for path in found if path.name.startswith(number) or path.name == "timestamp.json"]
    return fresh + [
        path
        for path in found
        if layout.TARGETS in path.parts
        and hashlib.sha256(path.read_bytes()).hexdigest() not in held
        and path.name.split(".")[0] in counter.named_hashes()
    ]


@scenario("readonly-store")
def test_a_store_that_cannot_be_written_is_used_as_it_is(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.publish(1)

    def refuse(*_: object, **__: object) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    assert counter.refuses(1) == "sealing.read-only"
    assert verdict(counter.trust, document(), AT + DAY) == (Verdict.ACCEPTED, "ok")


@scenario("expired-at-start-valid-at-finish")
def test_the_time_of_an_update_is_that_of_its_beginning(counter: Counter) -> None:
    """The pack runs out while it comes: what counts is that it had not when the update began."""
    clock = FixedClock(AT + 8 * DAY - timedelta(seconds=1))
    counter.publish(1)
    began = clock.now()

    class Slow(FolderSource):
        def read(self, path: str, limit: int) -> bytes | None:
            clock.advance(3600)
            return super().read(path, limit)

    assert counter.store.take_pack(Slow(counter.pack), at=began).action is Action.UPDATED
    assert clock.now() > AT + 8 * DAY
    assert verdict(counter.trust, document(), clock.now())[0] is Verdict.UNDECIDED


@scenario("anchor-removed")
def test_an_agency_that_was_struck_off_is_not_believed(counter: Counter) -> None:
    kept = counter.trust
    assert verdict(kept, document(), AT)[0] is Verdict.ACCEPTED
    counter.operator.agencies = {}
    counter.publish(1)
    summary = counter.update(1)
    assert ("gone", "issuer", "Harbour Borough") in summary.details
    assert verdict(counter.trust, document(), AT + DAY) == (Verdict.REFUSED, "certificate.untrusted")
    assert not counter.trust.agencies
    assert not [each for each in counter.trust.readers().authorities if each.agency == "Harbour Borough"]


@scenario("scope")
def test_a_document_outside_the_lists_scope_is_refused(tmp_path: Path) -> None:
    other = "org.counterproof.library-card.1"
    operator = Operator(agencies={"harbour": harbour()}, scopes={"harbour": (other,)})
    counter = Counter(tmp_path, operator)
    assert verdict(counter.trust, document(), AT) == (Verdict.REFUSED, "trust.doc-type")


@scenario("scope")
def test_the_list_does_not_widen_what_an_agency_claims(tmp_path: Path) -> None:
    wide = (RESIDENCY, "org.counterproof.library-card.1")
    counter = Counter(tmp_path, Operator(agencies={"harbour": harbour()}, scopes={"harbour": wide}))
    (anchor,) = counter.trust.issuers().anchors
    assert anchor.doc_types == frozenset({RESIDENCY})


@scenario("name-clash")
def test_two_issuers_of_one_name_are_told_apart(tmp_path: Path) -> None:
    operator = Operator(agencies={"one": harbour(), "two": Publisher("agency 2")})
    names = [each.name for each in Counter(tmp_path, operator).trust.issuers().anchors]
    assert len(set(names)) == 2
    assert all(name is not None and name.startswith("Harbour Borough (UT, ") for name in names)


@scenario("unsigned-import")
def test_a_pack_that_nobody_signed_is_refused(counter: Counter) -> None:
    counter.publish(1)
    for path in (counter.pack / layout.METADATA).glob("*.json"):
        members = json.loads(path.read_text())
        if not path.name.startswith("1."):
            path.write_text(json.dumps(members | {"signatures": []}))
    assert counter.refuses(1) == "pack.signature"


@scenario("unsigned-import")
def test_an_operator_that_nobody_confirmed_is_refused(counter: Counter) -> None:
    stranger = Operator("stranger", name="City Network")
    pack = stranger.publish(counter.folder / "strange", AT)
    with pytest.raises(UsageError) as caught:
        counter.store.take_pack(FolderSource(pack), at=AT)
    assert caught.value.code == "pack.not-pinned"
    with pytest.raises(UsageError) as caught:
        counter.store.take_pack(FolderSource(pack), at=AT, confirm=lambda _: False)
    assert caught.value.code == "trust.not-confirmed"
    assert len(counter.trust.authorities) == 1


@scenario("wiped-state")
def test_after_a_wipe_the_first_days_rules_count(counter: Counter) -> None:
    old = counter.operator.publish(counter.folder / "old", AT)
    counter.publish(20)
    counter.update(20)
    shutil.rmtree(counter.folder / "store")
    store = TrustStore(counter.folder / "store")
    with pytest.raises(CounterproofError) as caught:
        store.take_pack(FolderSource(counter.pack), at=AT + 20 * DAY)
    assert caught.value.code == "pack.not-pinned"
    with pytest.raises(CounterproofError) as caught:
        store.take_pack(FolderSource(old), at=AT + 20 * DAY, confirm=expecting(counter.operator.fingerprint))
    assert caught.value.code == "pack.expired"
    built = TrustStore(counter.folder / "store", built_at=AT + 30 * DAY)
    with pytest.raises(CounterproofError) as caught:
        built.take_pack(
            FolderSource(counter.pack), at=AT + 20 * DAY, confirm=expecting(counter.operator.fingerprint)
        )
    assert caught.value.code == "pack.expired"


@scenario("backup-restore")
def test_a_store_from_a_backup_takes_the_next_pack_and_makes_no_green_of_old_lists(counter: Counter) -> None:
    backup = shutil.copytree(counter.folder / "store", counter.folder / "backup")
    counter.publish(20)
    counter.update(20)
    shutil.rmtree(counter.folder / "store")
    shutil.copytree(backup, counter.folder / "store")
    assert verdict(counter.trust, document(), AT + 20 * DAY)[0] is Verdict.UNDECIDED
    counter.store = TrustStore(counter.folder / "store")
    assert counter.update(20).action is Action.UPDATED
