"""Who comes in a drill: honest people and spoofs, what is right to do, and how each is really made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.verification.policy import Mode
from verifier.counter import Taking
from verifier.drill.agency import DrillAgency
from verifier.drill.practice import AGE, CARD, ELSEWHERE, OWN, Held, Practice, altered

if TYPE_CHECKING:
    from collections.abc import Callable

_STALE_DAYS: Final = 9
_FOREIGN: Final = "HTTPS://TICKETS.SPECIMEN.INVALID/AGE/88213"  # in letters that our own codes have too


class Act(StrEnum):
    """What a clerk does in the end."""

    GO_AHEAD = "go-ahead"
    STOP = "stop"
    OTHER_WAY = "other-way"


_YES: Final = frozenset({Act.GO_AHEAD})
_NO: Final = frozenset({Act.STOP})
_NOT_SO: Final = frozenset({Act.STOP, Act.OTHER_WAY})
_OTHERWISE: Final = frozenset({Act.OTHER_WAY})


@dataclass(frozen=True, slots=True)
class Situation:
    """One person: `right` is what may be done, `hold` makes what they hold out, `code` what a check says.

    `code` is empty where nothing of ours is held out. `always` comes in every drill; `impostor` has another
    face than the document.
    """

    name: str
    doc_type: str
    right: frozenset[Act]
    hold: Callable[[Practice], Held]
    code: str = "ok"
    always: bool = False
    impostor: bool = False

    @property
    def taking(self) -> frozenset[Mode]:
        """What is taken beside answers."""
        return (
            _PAPER if self.hold in (_slip, _slip_for_elsewhere) else _SHOWN if self.hold is _twice else _NONE
        )


_NONE: Final[frozenset[Mode]] = frozenset()
_SHOWN: Final = frozenset({Mode.SHOWN_FIRST})
_PAPER: Final = frozenset({Mode.SHOWN_FIRST, Mode.SLIP})


def _answer(at: Practice) -> Held:
    return at.answered(at.ask(), at.document())


def _says_no(at: Practice) -> Held:
    return at.answered(at.ask(), at.document(yes=False))


def _old(at: Practice) -> Held:
    old = at.answered(at.ask(), at.document())
    at.ask()
    return old


def _altered(at: Practice) -> Held:
    return at.answered(at.ask(), altered(at.document(yes=False)))


def _look_alike(at: Practice) -> Held:
    return at.answered(at.ask(), at.document(DrillAgency(at.agency.now, at.random)))


def _withdrawn(at: Practice) -> Held:
    copy = at.document(withdrawn=True)
    at.believe_newest()
    return at.answered(at.ask(), copy)


def _ended(at: Practice) -> Held:
    return at.answered(at.ask(), at.document(ended=True))


def _stale(at: Practice) -> Held:
    at.believe_old_lists(_STALE_DAYS)
    return at.answered(at.ask(), at.document())


def _nothing(at: Practice) -> Held:
    at.ask()
    return Held()


def _foreign(at: Practice) -> Held:
    at.ask()
    return Held(foreign=_FOREIGN)


def _twice(at: Practice) -> Held:
    held = at.shown(at.document())
    assert held.kind is not None
    at.counter.take(held.kind, held.m, Taking(_SHOWN, at.question))
    at.counter.next()
    return held


def _slip(at: Practice) -> Held:
    return at.slip(at.document(), OWN)


def _slip_for_elsewhere(at: Practice) -> Held:
    return at.slip(at.document(), ELSEWHERE)


def _declined(at: Practice) -> Held:
    return at.refused(at.ask())


SITUATIONS: Final = (
    Situation("age-proven", AGE, _YES, _answer, always=True),
    Situation("card-proven", CARD, _YES, _answer, always=True),
    Situation("slip-proven", CARD, _YES, _slip),
    Situation("other-face", CARD, _NOT_SO, _answer, always=True, impostor=True),
    Situation("too-young", AGE, _NO, _says_no, always=True),
    Situation("old-answer", AGE, _NOT_SO, _old, "exchange.other-request"),
    Situation("altered", AGE, _NO, _altered, "digest.match"),
    Situation("look-alike", CARD, _NOT_SO, _look_alike, "certificate.untrusted"),
    Situation("withdrawn", CARD, _NO, _withdrawn, "status.revoked"),
    Situation("ended", CARD, _NOT_SO, _ended, "validity.until"),
    Situation("list-too-old", CARD, _OTHERWISE, _stale, "status.expired", always=True),
    Situation("green-tick", AGE, _NOT_SO, _nothing, "", always=True),
    Situation("other-system", AGE, _NOT_SO, _foreign, ""),
    Situation("used-twice", AGE, _NOT_SO, _twice, "exchange.code-seen"),
    Situation("other-office", CARD, _NOT_SO, _slip_for_elsewhere, "exchange.other-audience"),
    Situation("declined", AGE, _OTHERWISE, _declined, "response.status"),
)

BY_NAME: Final = {each.name: each for each in SITUATIONS}
HONEST: Final = tuple(each for each in SITUATIONS if each.right == _YES)
