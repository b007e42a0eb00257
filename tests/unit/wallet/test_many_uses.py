"""A card that is used for years: each answer costs as much as the first, and what decides stays known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.wallets import AGE, WalletBox
from wallet import history
from wallet.cards import HeldCopy
from wallet.holder import as_used_elsewhere, mark_used
from wallet.records import USES_KEPT, CopyRecord, CopyUse, HistoryRecord, ShowMode, ShowOutcome, read

if TYPE_CHECKING:
    from wallet.holder import Holder
    from wallet.vault import Record, Vault

YEARS = 5_000


class OldCopy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The form of a copy before uses were counted."""

    card: bytes
    issuer_signed: bytes
    device_key: bytes
    uses: tuple[CopyUse, ...] = ()


def use(number: int, reader: str = "") -> CopyUse:
    return CopyUse(at=number, reader=reader, mode=ShowMode.TWO_WAY, session=number.to_bytes(32, "big"))


def bare(*uses: CopyUse) -> CopyRecord:
    return CopyRecord(card=b"c", issuer_signed=b"i", device_key=b"k", uses=uses)


@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=12), st.integers(0, 3))
def test_what_decides_about_a_copy_is_known_as_if_every_use_were_kept(readers: list[str], more: int) -> None:
    names = [each for each in readers for _ in range(USES_KEPT // 4)] + ["a"] * more
    record = bare()
    for number, reader in enumerate(names):
        record = record.used(use(number, reader))
    assert record.times == len(names)
    assert [each.at for each in record.uses] == list(range(len(names)))[-USES_KEPT:]
    for reader in ("", "a", "b"):
        assert record.only_by(reader) == (bool(reader) and all(each == reader for each in names))


@pytest.mark.parametrize("reader", ["a", ""])
def test_a_copy_of_years_is_counted_at_its_next_use(reader: str) -> None:
    old = OldCopy(
        card=b"c", issuer_signed=b"i", device_key=b"k", uses=tuple(use(n, reader) for n in range(YEARS))
    )
    record = msgspec.msgpack.decode(msgspec.msgpack.encode(old), type=CopyRecord)
    assert record.times == YEARS
    before = record.only_by("a")
    after = record.used(use(YEARS, "a"))
    assert after.times == YEARS + 1
    assert after.only_by("a") is before is (reader == "a")
    assert after.uses[-1] == use(YEARS, "a")
    assert len(after.to_bytes()) < len(record.to_bytes()) / 10
    again = as_used_elsewhere(after, YEARS)
    assert len(again.to_bytes()) <= len(after.to_bytes()) + 100
    assert again.times == YEARS + 2


def test_a_copy_that_is_seldom_used_is_read_by_programs_of_before() -> None:
    record = bare()
    for number in range(USES_KEPT):
        record = record.used(use(number))
    assert msgspec.msgpack.decode(record.to_bytes(), type=OldCopy).uses == record.uses


def test_copies_that_were_used_least_come_first_however_often(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE, copies=2)
    much, more = holder.cards()[0].copies
    for copy, times in ((much, USES_KEPT + 3), (more, USES_KEPT + 9)):
        record = copy.record
        for number in range(times):
            record = record.used(use(number, "a" if copy is much else "b"))
        with holder.vault.write() as tx:
            tx.put(record.kind, copy.id, record.to_bytes())
    card = holder.cards()[0]
    assert [each.id for each in card.candidates("z", b"")] == [much.id, more.id]
    assert [each.id for each in card.candidates("b", b"")] == [more.id, much.id]
    last = read(holder.vault.get(much.id), CopyRecord)
    with holder.vault.write() as tx:
        mark_used(tx, [HeldCopy(much.id, last)], use(USES_KEPT + 2, "a"))
        assert not tx.staged, "a request that was answered already uses nothing"


def entry(number: int, **changes: Any) -> HistoryRecord:
    made = HistoryRecord(
        at=number,
        mode=ShowMode.TWO_WAY,
        sessions=(number.to_bytes(32, "big"),),
        reader="Harbour Library",
        agency="Harbour",
        verified=True,
        purpose="library.join",
        elements=(),
        outcome=ShowOutcome.DONE,
    )
    return msgspec.structs.replace(made, **changes)


def test_an_answer_opens_no_entry_that_stayed_as_it_was(
    box: WalletBox, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.give(holder, AGE, copies=2)
    with holder.vault.write() as tx:
        for number in range(50):
            tx.add(HistoryRecord.kind, entry(number).to_bytes())
    first = history.entries(holder)
    opened: list[str] = []
    get = type(holder.vault).get

    def noted(vault: Vault, record_id: bytes) -> Record:
        record = get(vault, record_id)
        opened.append(record.kind)
        return record

    monkeypatch.setattr(type(holder.vault), "get", noted)
    card = holder.cards()[0]
    opened.clear()
    with history.written_first(holder, entry(60), [card.copies[0]], use(60)):
        pass
    assert opened.count(HistoryRecord.kind) == 0
    assert [each.id for each in history.entries(holder)][:-1] == [each.id for each in first]


def test_what_changed_or_went_is_seen_at_once(holder: Holder) -> None:
    with holder.vault.write() as tx:
        ids = [tx.add(HistoryRecord.kind, entry(number).to_bytes()) for number in range(3)]
    assert [each.id for each in history.entries(holder)] == ids
    history.change(holder, ids[1], outcome=ShowOutcome.REFUSED)
    assert history.entries(holder)[1].record.outcome is ShowOutcome.REFUSED
    history.delete(holder, [history.entries(holder)[0]])
    assert [each.id for each in history.entries(holder)] == ids[1:]
