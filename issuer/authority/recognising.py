"""Another operator's pack, looked at before it is recognised."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.trust.index import Index
from counterproof.trust.pack.taking import offered_by, take
from counterproof.trust.state import State
from counterproof.trust.updating import open_source

if TYPE_CHECKING:
    from counterproof.clock import Clock


def look(source: str, clock: Clock) -> tuple[str, str]:
    """Return the name and the fingerprint of the operator behind a pack, which is proven first.

    Raises as `pack.taking.take`.
    """
    at = clock.now()
    with tempfile.TemporaryDirectory() as work, open_source(source, clock) as opened:
        offered = offered_by(opened)
        pack = take(offered, State(b"", Index()), at=at, reference=at, folder=Path(work))
    return pack.name, pack.fingerprint
