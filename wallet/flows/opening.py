"""Making a wallet, opening one, and an honest word about a passphrase."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from counterproof.clock import Clock, SystemClock
from counterproof.mdoc.errors import UsageError
from counterproof.sealing import kdf
from counterproof.sealing.passphrase import strength
from counterproof.words.dates import span
from counterproof.words.explain import explain
from counterproof.words.language import ntr, tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.holder import Holder
    from wallet.places import Places
    from wallet.vault import Vault

_YEAR: Final = 365
_GOOD_BITS: Final = 52
_STRONG_BITS: Final = 66


@dataclass(frozen=True)
class World:
    """What every flow needs from outside, for tests to replace.

    `development` lets http to this machine itself through, for trying things out.
    """

    random: Callable[[int], bytes] = os.urandom
    policy: kdf.KdfPolicy = kdf.STANDARD
    clock: Clock = field(default_factory=SystemClock)
    development: bool = False


def create(world: World, places: Places, passphrase: str) -> Holder:
    """Make an empty wallet and open it. Raises as `Vault.create`."""
    from wallet.vault import Vault  # noqa: PLC0415 - loaded while a passphrase is worked on, not before

    vault = Vault.create(
        places.wallet,
        passphrase,
        random=world.random,
        clock=world.clock,
        state_dir=places.state,
        policy=world.policy,
    )
    return _holder(world, places, vault)


def unlock(world: World, places: Places, passphrase: str) -> Holder:
    """Open a wallet; what was in the trash for too long is removed for good. Raises as `Vault.open`."""
    from wallet.flows.trash import sweep  # noqa: PLC0415 - as above
    from wallet.vault import Vault  # noqa: PLC0415

    vault = Vault.open(
        places.wallet,
        passphrase,
        random=world.random,
        clock=world.clock,
        state_dir=places.state,
        policy=world.policy,
    )
    holder = _holder(world, places, vault)
    sweep(holder)
    return holder


def restore(world: World, backup: Path, backup_passphrase: str, places: Places, passphrase: str) -> Holder:
    """Make a wallet from a backup and open it; every copy in it counts as used. Raises as `Vault.restore`."""
    from wallet.backup import restored  # noqa: PLC0415 - as above
    from wallet.vault import Vault  # noqa: PLC0415

    vault = Vault.restore(
        backup,
        backup_passphrase,
        places.wallet,
        passphrase,
        transform=restored(int(world.clock.now().timestamp())),
        random=world.random,
        clock=world.clock,
        state_dir=places.state,
        policy=world.policy,
    )
    return _holder(world, places, vault)


def _holder(world: World, places: Places, vault: Vault) -> Holder:
    from counterproof.trust.store import TrustStore  # noqa: PLC0415 - as above
    from wallet.holder import Holder  # noqa: PLC0415

    return Holder(vault, TrustStore(places.trust), world.clock, world.random)


class Level(IntEnum):
    """How a passphrase does; TOO_WEAK is refused."""

    EMPTY = 0
    TOO_WEAK = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """A level and a sentence that says what it means, without promising anything."""

    level: Level
    words: str

    @property
    def enough(self) -> bool:
        """Whether a wallet takes it."""
        return self.level >= Level.FAIR


def judge(passphrase: str) -> Judgement:
    """Return how long a passphrase would hold against somebody who has the file."""
    if not passphrase.strip():
        return Judgement(
            Level.EMPTY, tr("Four or more words that have nothing to do with one another are best.")
        )
    try:
        found = strength(passphrase)
    except UsageError as error:
        return Judgement(Level.TOO_WEAK, explain(error.code, error.facts).what)
    if found.weakness is not None:
        how_long = tr("Too easy: a stolen file could be opened in about {time}.").format(
            time=_time(found.days)
        )
        return Judgement(Level.TOO_WEAK, f"{how_long} {_ADVICE[found.weakness.value]()}".strip())
    level = (
        Level.STRONG if found.bits >= _STRONG_BITS else Level.GOOD if found.bits >= _GOOD_BITS else Level.FAIR
    )
    said = {
        Level.FAIR: tr(
            "Enough, if nobody can guess it: about {time} of work for one fast computer. One more word is better."
        ),
        Level.GOOD: tr("Good: about {time} of work for one fast computer that has your file."),
        Level.STRONG: tr("Strong: about {time} of work for one fast computer that has your file."),
    }[level]
    return Judgement(level, said.format(time=_time(found.days)))


_ADVICE: Final[dict[str, Callable[[], str]]] = {
    "empty": lambda: "",
    "pin": lambda: tr("Digits alone are quickly tried through. Add some words."),
    "common": lambda: tr("It is among those that are tried first."),
    "repetitive": lambda: tr("It repeats itself. Use different words."),
    "short": lambda: tr("Add another word or two."),
    "guessable": lambda: tr("Add another word or two that do not belong together."),
}
_AGES: Final = 1_000_000


def _time(days: int) -> str:
    years = days // _YEAR
    if years >= _AGES:
        return tr("a million years or more")
    if years >= 1:
        rounded = years if years < 100 else round(years, -2)  # noqa: PLR2004 - an estimate, not a measurement
        return ntr("{n} year", "{n} years", rounded).format(n=f"{rounded:,}".replace(",", "\u202f"))
    return span(days * 86_400)
