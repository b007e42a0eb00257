"""What a store of lists says: why it refused, and of when the word is that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from counterproof.trust.store import TrustStore


def fails(act: Callable[[], object], code: str) -> CounterproofError:
    """Return the error that this ends with, which has that code."""
    with pytest.raises(CounterproofError) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def held(store: TrustStore) -> datetime:
    """Return when the agency said what a store holds of it."""
    (agency,) = store.read().agencies
    return agency.issued_at
