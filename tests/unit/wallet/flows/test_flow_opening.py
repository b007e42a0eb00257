"""An honest word about a passphrase, and the week in which a deleted card can be brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CryptoError, UsageError
from counterproof.sealing.passphrase import normalise_new
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.wallets import AGE, LIBRARY
from wallet.flows import opening, trash
from wallet.flows.opening import Level, World, judge
from wallet.places import Places

if TYPE_CHECKING:
    from tests.kit.wallets import WalletBox
    from wallet.holder import Holder


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("", Level.EMPTY),
        ("   ", Level.EMPTY),
        ("1234", Level.TOO_WEAK),
        ("password", Level.TOO_WEAK),
        ("aaaaaaaaaaaaaaaa", Level.TOO_WEAK),
        ("summer2024", Level.TOO_WEAK),
        ("quay lantern tide bollard", Level.FAIR),
        ("quay lantern tide bollard harbour", Level.GOOD),
        ("quay lantern tide bollard harbour plinth sorrel", Level.STRONG),
        ("two\x00words of it here", Level.TOO_WEAK),
    ],
)
def test_a_passphrase_is_judged(typed: str, level: Level) -> None:
    found = judge(typed)
    assert found.level is level
    assert found.words


@pytest.mark.parametrize(
    "typed", ["1234", "password", "summer2024", "quay lantern tide bollard", "qwertyuiop", "x9$Lk2!pQz"]
)
def test_the_meter_and_the_gate_agree(typed: str) -> None:
    """What the meter calls enough is taken, and what it does not is refused."""
    try:
        normalise_new(typed)
    except UsageError:
        assert not judge(typed).enough
    else:
        assert judge(typed).enough


def test_created_unlocked_and_refused(box: WalletBox) -> None:
    world, places = (
        World(policy=CHEAP_KDF, clock=box.clock),
        Places(box.folder / "new.cpwallet", box.folder / "s"),
    )
    opening.create(world, places, PASSPHRASE).close()
    opening.unlock(world, places, PASSPHRASE).close()
    with pytest.raises(CryptoError) as caught:
        opening.unlock(world, places, "not the passphrase at all")
    assert caught.value.code == "sealing.cannot-open"


def test_restored_copies_count_as_used(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE)
    holder.vault.export(box.folder / "b.cpbackup", PASSPHRASE)
    world, places = (
        World(policy=CHEAP_KDF, clock=box.clock),
        Places(box.folder / "r.cpwallet", box.folder / "s"),
    )
    box.trust()
    with opening.restore(world, box.folder / "b.cpbackup", PASSPHRASE, places, PASSPHRASE) as other:
        (card,) = other.cards()
        assert card.fresh == 0


def test_a_deleted_card_can_be_brought_back_for_a_week(box: WalletBox, holder: Holder) -> None:
    card, kept = box.give(holder, AGE), box.give(holder, LIBRARY)
    holder.delete(card)
    (gone,) = trash.deleted(holder)
    assert gone.final_at == box.clock.now() + trash.GRACE
    box.clock.advance((trash.GRACE - timedelta(seconds=1)).total_seconds())
    assert trash.sweep(holder) == 0
    holder.undelete(card)
    assert {each.id for each in holder.cards()} == {card.id, kept.id}


def test_after_a_week_it_is_gone_for_good_with_its_keys(box: WalletBox, holder: Holder) -> None:
    card, kept = box.give(holder, AGE), box.give(holder, LIBRARY)
    holder.delete(card)
    box.clock.advance(trash.GRACE.total_seconds())
    assert trash.sweep(holder) == 1
    assert card.id not in holder.vault
    assert not any(copy.id in holder.vault for copy in card.copies)
    assert [each.id for each in holder.cards(deleted=True)] == []
    assert [each.id for each in holder.cards()] == [kept.id]


def test_unlocking_sweeps(box: WalletBox, holder: Holder) -> None:
    holder.delete(box.give(holder, AGE))
    holder.close()
    box.clock.advance(trash.GRACE.total_seconds() + 1)
    world = World(policy=CHEAP_KDF, clock=box.clock)
    with opening.unlock(world, Places(box.path, box.folder / "s"), PASSPHRASE) as again:
        assert again.cards(deleted=True) == []
