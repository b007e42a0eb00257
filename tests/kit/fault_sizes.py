"""How many faults a test tries: a sample of seconds in `make test`, all of them in `make faults`."""

from __future__ import annotations

from typing import Final

import pytest

from tests.kit import faults

WHOLE: Final = (pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(3_600))
KILLS: Final = [pytest.param(8), pytest.param(500, marks=WHOLE)]
"""How often a program is killed at random."""

STEPS: Final = [pytest.param(211, id="sample"), pytest.param(1, id="every", marks=WHOLE)]
"""For `ForkServer.every_fault`: each fault at each call, or one of 211."""

FEWER_STEPS: Final = [pytest.param(607, id="sample"), pytest.param(1, id="every", marks=WHOLE)]
"""The same for what begins with an agency."""

_WHY: Final = faults.why_no_strace()
needs_strace = pytest.mark.skipif(bool(_WHY), reason=_WHY)
PLAIN_CODES: Final = frozenset(
    {"sealing.disk-full", "sealing.disk-error", "sealing.read-only", "sealing.permission"}
)
"""What a program may say of a disk that fails it while it saves."""

AGENCY_CODES: Final = PLAIN_CODES | {
    "register.disk-full",
    "register.disk-error",
    "register.read-only",
    "register.failed",
    "register.damaged",  # what SQLite says of a page that cannot be read
    "register.cannot-open",
    "catalogue.unreadable",
    "trust.file-unusable",
    "bulk.running",  # a lock that cannot be had
}
"""What an agency may say of such a disk."""
