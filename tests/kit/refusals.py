"""Why something was refused: the code that is promised, and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.errors import CounterproofError

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(call: Callable[[], Any], kind: type[CounterproofError] = CounterproofError) -> tuple[str, Any]:
    """Return the code and the facts of the error that this ends with."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value.code, caught.value.facts
