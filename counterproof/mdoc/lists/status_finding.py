"""What a status list says about one credential: three answers and their shades, never a bare yes or no."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.lists.standing import Standing

if TYPE_CHECKING:
    from datetime import datetime

TTL_PASSED_NOTICE = "status.ttl-passed"


class StatusAnswer(Enum):
    """VALID only if everything is proven and fresh; UNKNOWN is never to be shown as either of the others."""

    VALID = "valid"
    INVALID = "invalid"
    """Revoked, for ever."""
    SUSPENDED = "suspended"
    OTHER = "other"
    """An application specific or reserved value: not valid."""
    UNKNOWN = "unknown"


class StatusFinding(msgspec.Struct, frozen=True, gc=False):
    """The answer for one entry, and why.

    `value` is the entry as read, None where the answer is UNKNOWN. `code` is `ok` or `status.*` (`cbor.*`,
    `cose.*` and `certificate.*` too where the token is unreadable). `detail` is the code behind the code,
    empty if there is none. `issued_at` is when the list was signed and `age` the whole seconds since, None
    where no list was read. `notices` are codes of what was borne, `status.ttl-passed` among them.
    """

    answer: StatusAnswer
    code: str
    standing: Standing
    value: int | None = None
    issued_at: datetime | None = None
    age: int | None = None
    detail: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_aged(self) -> bool:
        """Whether the list's ttl has passed: usable offline, with its age said."""
        return TTL_PASSED_NOTICE in self.notices

    @property
    def refuses(self) -> bool:
        """Whether the credential must be refused, rather than left undecided for want of evidence.

        So it is if a good list says anything but VALID, and if its index lies outside the list (Token
        Status List, 8.3).
        """
        return self.answer in _NOT_VALID or self.code == "status.index-range"


_NOT_VALID = frozenset({StatusAnswer.INVALID, StatusAnswer.SUSPENDED, StatusAnswer.OTHER})


def unreadable(code: str) -> StatusFinding:
    """Return the finding about a token that is malformed in the way `code` says."""
    return StatusFinding(StatusAnswer.UNKNOWN, code, Standing.UNREADABLE)


def refused(code: str, detail: str = "") -> StatusFinding:
    """Return the finding about a token that is wrong before its entry was read."""
    return StatusFinding(StatusAnswer.UNKNOWN, code, Standing.REFUSED, detail=detail)


def missing() -> StatusFinding:
    """Return the finding where there is no list."""
    return StatusFinding(StatusAnswer.UNKNOWN, "status.missing", Standing.UNDECIDED)
