"""Cards and their copies: used up one by one, found by name, deleted, brought back, restored, rolled back."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from tests.kit.certificates import AT
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.wallets import AGE, LIBRARY, RESIDENCY, WalletBox, refs
from wallet.backup import restored
from wallet.cards import CardState
from wallet.receiving import request_card
from wallet.records import CopyRecord, PendingRecord, read, short_id
from wallet.showing import named_refs
from wallet.shown import ShowFirst
from wallet.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.holder import Holder


def code_of(error: pytest.ExceptionInfo[CounterproofError]) -> str:
    return error.value.code


def answer(box: WalletBox, holder: Holder, *, reuse: bool = False, **asked: object) -> bytes:
    """Answer a fresh question about age and return the digest of the copy that was used."""
    before = {copy.id: len(copy.record.uses) for copy in holder.cards()[0].copies}
    presentment = box.read(holder, box.ask({AGE: ["age_over_18"]}, **asked))  # type: ignore[arg-type]
    presentment.agree([(AGE, AGE, "age_over_18")], insists_on_unknown=True, reuse=reuse)
    presentment.shown()
    (used,) = [c.id for c in holder.cards()[0].copies if len(c.record.uses) > before[c.id]]
    return used


def test_every_answer_uses_a_copy_of_its_own(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE, copies=4)
    used = [answer(box, holder) for _ in range(4)]
    assert len(set(used)) == 4
    assert holder.cards()[0].fresh == 0


def test_it_says_when_copies_run_low(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE, copies=10)
    said = []
    for _ in range(7):
        answer(box, holder)
        said.append(holder.cards()[0].runs_low)
    assert said == [False] * 6 + [True]


def test_without_fresh_copies_the_holder_must_say_so(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE, copies=1)
    answer(box, holder)
    presentment = box.read(holder, box.ask({AGE: ["age_over_18"]}))
    assert presentment.view.documents[0].shown_before
    with pytest.raises(CounterproofError) as error:
        presentment.agree([(AGE, AGE, "age_over_18")])
    assert code_of(error) == "wallet.copies-used"
    assert presentment.agree([(AGE, AGE, "age_over_18")], reuse=True).message


def test_a_copy_that_this_reader_knows_comes_before_one_that_another_knows(
    box: WalletBox, holder: Holder
) -> None:
    box.give(holder, AGE, copies=2)
    ours = answer(box, holder)
    theirs = answer(box, holder, identity=box.stranger())
    assert ours != theirs
    assert answer(box, holder, reuse=True) == ours


def test_a_code_shown_first_keeps_its_copy_however_often_it_is_renewed(
    box: WalletBox, holder: Holder
) -> None:
    card = box.give(holder, AGE, copies=3)
    first = ShowFirst(holder, card, refs(card, "age_over_18"))
    codes = []
    for _ in range(4):
        codes.append(first.code().message)
        box.clock.advance(30)
    assert len(set(codes)) == 4
    assert [len(copy.record.uses) for copy in holder.cards()[0].copies] == [1, 0, 0]


@pytest.mark.parametrize(
    ("days", "values", "state"),
    [
        (0, None, CardState.VALID),
        (80, None, CardState.EXPIRES_SOON),
        (91, None, CardState.EXPIRED),
        (1, {1: 1, 2: 1, 3: 1}, CardState.REVOKED),
        (1, {1: 2, 2: 2, 3: 2}, CardState.SUSPENDED),
        (62, None, CardState.UNKNOWN),
        (-1, None, CardState.NOT_YET),
    ],
)
def test_a_card_says_its_state(
    tmp_path: Path, days: int, values: dict[int, int] | None, state: CardState
) -> None:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, AGE)
        if values or days == 80:
            box.clock.advance(3600)
            at = AT + timedelta(seconds=3600) if values else AT + timedelta(days=79)
            box.publish(at, values=values)
            holder.trust_store.update(box.published, at=at)
        assert holder.cards()[0].state(holder.trust, AT + timedelta(days=days)) is state


def test_cards_are_found_by_number_id_type_and_name(box: WalletBox, holder: Holder) -> None:
    residency, age = box.give(holder, RESIDENCY), box.give(holder, AGE)
    for name in ("2", short_id(age.id), AGE, "Proof of age", "proof of AGE"):
        assert holder.find(name).id == age.id
    assert holder.find("Vanusetõend", language="et").id == age.id
    assert holder.find("1").id == residency.id


@pytest.mark.parametrize("name", ["0", "3", "ffffffff", "Passport", "", "-1", "1e0"])
def test_what_no_card_is_called(box: WalletBox, holder: Holder, name: str) -> None:
    box.give(holder, RESIDENCY)
    box.give(holder, AGE)
    with pytest.raises(CounterproofError) as error:
        holder.find(name)
    assert code_of(error) == "wallet.no-such-card"


def test_two_cards_of_one_name_must_be_told_apart(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE)
    box.give(holder, AGE)
    with pytest.raises(CounterproofError) as error:
        holder.find("Proof of age")
    assert code_of(error) == "wallet.which-card"


def test_a_deleted_card_answers_nothing_until_it_is_brought_back(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, AGE)
    holder.delete(card)
    assert holder.cards() == []
    assert not box.read(holder, box.ask({AGE: ["age_over_18"]})).view.can_answer
    holder.undelete(holder.find("1", deleted=True))
    assert [each.id for each in holder.cards()] == [card.id]


def test_an_emptied_trash_leaves_no_key(box: WalletBox, holder: Holder) -> None:
    holder.delete(box.give(holder, AGE))
    kept = box.give(holder, LIBRARY)
    assert holder.empty_trash() == 1
    assert holder.empty_trash() == 0
    copies = [read(each, CopyRecord) for each in holder.vault.records(CopyRecord.kind)]
    assert {copy.card for copy in copies} == {kept.id}


@pytest.mark.parametrize("name", ["birth date", "age_over_99", "", "x/age_over_18", AGE])
def test_a_field_that_the_card_does_not_have(box: WalletBox, holder: Holder, name: str) -> None:
    card = box.give(holder, AGE)
    with pytest.raises(CounterproofError) as error:
        named_refs(card, [name])
    assert code_of(error) == "wallet.no-such-field"


def test_fields_are_named_short_or_in_full(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, AGE)
    assert named_refs(card, ["age_over_18", f"{AGE}/age_over_18"]) == [(AGE, AGE, "age_over_18")]


def test_in_a_restored_wallet_every_copy_counts_as_used(box: WalletBox, tmp_path: Path) -> None:
    with box.holder() as holder:
        box.give(holder, AGE, copies=3)
        answer(box, holder)
        request_card(holder, box.offer(AGE).to_bytes())
        holder.vault.export(tmp_path / "backup", OTHER_PASSPHRASE)
    box.path.unlink()
    Vault.restore(
        tmp_path / "backup",
        OTHER_PASSPHRASE,
        box.path,
        PASSPHRASE,
        transform=restored(int(AT.timestamp())),
        random=os.urandom,
        clock=box.clock,
        policy=CHEAP_KDF,
    ).close()
    with box.holder() as holder:
        (card,) = holder.cards()
        assert card.fresh == 0
        assert card.runs_low
        assert holder.vault.ids(PendingRecord.kind) == [], "its copies would be fresh in two wallets"
        with pytest.raises(CounterproofError) as error:
            answer(box, holder)
        assert code_of(error) == "wallet.copies-used"
        assert answer(box, holder, reuse=True)


def test_in_a_wallet_that_was_put_back_every_copy_counts_as_used(tmp_path: Path) -> None:
    box = WalletBox(tmp_path, remembers=True)
    with box.holder() as holder:
        box.give(holder, AGE, copies=3)
        request_card(holder, box.offer(AGE).to_bytes())
    shutil.copyfile(box.path, tmp_path / "older")
    with box.holder() as holder:
        answer(box, holder)
    shutil.copyfile(tmp_path / "older", box.path)
    with box.holder() as holder:
        assert holder.notices == ("wallet.rolled-back",)
        assert holder.cards()[0].fresh == 0
        assert holder.vault.ids(PendingRecord.kind) == []
    with box.holder() as holder:
        assert holder.notices == ()


def test_a_damaged_copy_locks_nothing_else_away(box: WalletBox) -> None:
    with box.holder() as holder:
        box.give(holder, AGE, copies=3)
        spoilt = holder.cards()[0].copies[0].id
    with contextlib.closing(sqlite3.connect(box.path)) as file, file:
        file.execute("UPDATE records SET sealed = zeroblob(100) WHERE id = ?", (spoilt,))
    with box.holder() as holder:
        assert holder.notices == ("wallet.damaged",)
        assert len(holder.cards()[0].copies) == 2
        assert answer(box, holder)
        assert holder.remove_damaged() == 1
        holder.vault.export(box.folder / "backup", PASSPHRASE)
    with box.holder() as holder:
        assert holder.notices == ()
        assert holder.remove_damaged() == 0


def test_the_fixed_clock_of_a_wallet_is_the_one_it_was_given(box: WalletBox) -> None:
    box.clock = FixedClock(AT + timedelta(days=1))
    with box.holder() as holder:
        assert holder.unix() == int(AT.timestamp()) + 86_400
