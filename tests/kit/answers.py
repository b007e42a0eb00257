"""What a wallet did with a request: what it used, what it wrote down, why it would not even look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from wallet import history

if TYPE_CHECKING:
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from tests.kit.wallets import WalletBox
    from wallet.holder import Holder
    from wallet.records import ShowOutcome


def uses(holder: Holder) -> int:
    """Return how often copies were used, of all cards together."""
    return sum(copy.record.times for card in holder.cards() for copy in card.copies)


def outcomes(holder: Holder) -> list[ShowOutcome]:
    """Return what the history says of each request."""
    return [each.record.outcome for each in history.entries(holder)]


def refusal(box: WalletBox, holder: Holder, transaction: CounterTransaction) -> CounterproofError:
    """Return why a request cannot even be looked at; nothing is used, and there is nothing to agree to."""
    with pytest.raises(CounterproofError) as error:
        box.read(holder, transaction)
    assert uses(holder) == 0
    assert history.entries(holder) == []
    return error.value
