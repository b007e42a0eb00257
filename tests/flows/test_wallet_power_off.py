"""The wallet is killed between consent and code, at every step: the log holds, the copy counts as used."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.kit.scenarios import scenario
from tests.kit.wallets import RESIDENCY, WalletBox, opened, refs, shown_by
from wallet import history
from wallet.presentment import Stage
from wallet.records import AnswerRecord, ShowOutcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from counterproof.optics.exchange.reader_side import CounterTransaction

STEPS = {
    "before anything is written": ("wallet.presentment.pick_copy", 0, True),
    "when it is written, before it is signed": ("wallet.presentment.compose_response", 1, True),
    "when it is signed, before it is sealed": ("wallet.presentment.build_answer", 1, True),
    "when it is sealed, before it is a code": ("wallet.presentment.showing", 1, True),
    "when it is a code, before that is remembered": ("wallet.presentment._forget_old", 1, True),
    "when it is remembered, before it is shown": ("wallet.presentment.history.change", 1, False),
}


def killed_in(work: Callable[[], None]) -> None:
    """Do work in a process of its own and see that it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def answer_and_die(box: WalletBox, transaction: CounterTransaction, at: str) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch, box.holder() as holder:
        presentment = box.read(holder, transaction)
        patch.setattr(at, die)
        presentment.agree(refs(holder.cards()[0], "family_name"))
        presentment.shown()


@scenario("power-off")
@pytest.mark.parametrize("step", STEPS)
def test_power_off(tmp_path: Path, step: str) -> None:
    at, used, asked_again = STEPS[step]
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=2)
    transaction = box.ask({RESIDENCY: ["family_name", "card_number"]})
    killed_in(lambda: answer_and_die(box, transaction, at))
    with box.holder() as holder:
        (card,) = holder.cards()
        assert len(card.copies) - card.fresh == used
        entries = history.entries(holder)
        assert [each.record.outcome for each in entries] == [ShowOutcome.AGREED] * used
        again = box.read(holder, transaction)
        assert (again.stage is Stage.ASKED) == asked_again
        showing = again.showing or again.agree(refs(card, "family_name"))
        again.shown()
        assert shown_by(opened(transaction, showing.message)) == {
            RESIDENCY: {RESIDENCY: {"family_name": "Quillfeather-Mägi"}}
        }
        (card,) = holder.cards()
        assert card.fresh == 1, "the copy that was put aside for this request is the one that answers it"
        assert [each.record.outcome for each in history.entries(holder)] == [ShowOutcome.SHOWN]
        assert len(holder.vault.ids(AnswerRecord.kind)) == 1
