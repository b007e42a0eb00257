"""What the commands share: the counter's folder, the time, the key, and how the state is opened."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.clock import Clock, SystemClock
from counterproof.mdoc.errors import UsageError
from counterproof.words.language import tr
from verifier.home import ENVIRONMENT, Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.optics.exchange.reader_side import ReaderIdentity
    from counterproof.trust.kept import Trust
    from verifier.counter import Counter
    from verifier.purposes import OwnPurposes

PASSPHRASE: Final = "COUNTERPROOF_PASSPHRASE"  # noqa: S105 - the name of a variable
_AT: Final = "COUNTERPROOF_AT"

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


class ToldClock:
    """Says the time that it was told; the seconds that pass are the machine's own."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the time that was told."""
        return self._at

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return SystemClock().monotonic()


@dataclass(frozen=True, slots=True)
class Session:
    """How a command was called, but for its own options."""

    home: Home
    clock: Clock

    @contextlib.contextmanager
    def counter(self) -> Iterator[Counter]:
        """Give the counter on its file of state; without settings it has no ids."""
        from verifier.counter import Counter  # noqa: PLC0415 - its imports are slow; --help needs none
        from verifier.open_request import OnDisk  # noqa: PLC0415
        from verifier.state import State  # noqa: PLC0415

        ids = self.home.settings().ids if self.home.exists else frozenset()
        now = self.clock.now().timestamp()
        with State.open(self.home.state, now_unix=now, random=os.urandom) as state:
            yield Counter(
                state,
                self.trust(),
                self.clock,
                random=os.urandom,
                ids=ids,
                holder=OnDisk(state),
                chain=self.chain(),
            )

    def chain(self, chain_file: Path | None = None) -> tuple[bytes, ...]:
        """Return the counter's certificates, or those in a file, DER, leaf first; perhaps none."""
        from counterproof.optics.files import read_regular  # noqa: PLC0415
        from verifier.identity import read_chain  # noqa: PLC0415

        content = self.home.chain_content() if chain_file is None else read_regular(chain_file)
        return () if content is None else tuple(each.der for each in read_chain(content))

    def purposes(self, trust: Trust, chain_file: Path | None = None) -> OwnPurposes:
        """Return what this counter is registered to ask for."""
        from verifier.purposes import OwnPurposes  # noqa: PLC0415

        ids = self.home.settings().ids if self.home.exists else frozenset()
        return OwnPurposes.of(trust, ids, self.chain(chain_file))

    def trust(self) -> Trust:
        """Return what is believed now."""
        return self.home.trust.read()

    def types(self, trust: Trust) -> Mapping[str, CredentialType]:
        """Return the shipped types, and over them those that trusted agencies publish."""
        from counterproof.credential_types import shipped  # noqa: PLC0415

        return {**shipped(), **trust.types()}

    def identity(
        self, trust: Trust, key_file: Path | None = None, chain_file: Path | None = None
    ) -> ReaderIdentity:
        """Return the counter's key and certificates, or those in the files, if wallets will take them.

        Says on standard error what a wallet will say of it. Raises UsageError `verifier.no-certificate`,
        and as `verifier.identity`.
        """
        from counterproof.optics.files import read_regular  # noqa: PLC0415
        from counterproof.sealing.kdf import STANDARD  # noqa: PLC0415
        from verifier import identity as own  # noqa: PLC0415

        content = self.home.chain_content() if chain_file is None else read_regular(chain_file)
        if content is None:
            self.home.key_content()
            raise UsageError("verifier.no-certificate")
        chain, at = own.read_chain(content), self.clock.now()
        if chain[0].not_after < at:
            raise UsageError("verifier.certificate-over", day=chain[0].not_after.date().isoformat())
        standing = own.standing(chain, trust.readers(), at)
        if not standing.known:
            unknown = tr("Note: wallets will call this counter unknown; its agency is not trusted here.")
            click.echo(unknown, err=True)
        elif standing.listed_as is None:
            unnamed = tr("Note: no register names this counter yet; wallets will show no name for it.")
            click.echo(unnamed, err=True)
        key = self.home.key_content() if key_file is None else read_regular(key_file)
        return own.identity(own.read_key(key, passphrase, STANDARD), chain)


def session(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --counter and --at; it gets a `Session` first."""

    @click.option(
        "--counter",
        "counter_folder",
        envvar=ENVIRONMENT,
        type=click.Path(file_okay=False, path_type=Path),
        help="The counter's folder; by default one of your own.",
    )
    @click.option("--at", envvar=_AT, hidden=True, help="Set the clock, for tests.")
    @functools.wraps(command)
    def wrapped(counter_folder: Path | None, at: str | None, **others: Any) -> None:
        command(Session(Home.find(counter_folder, os.environ), _clock(at)), **others)

    return wrapped


def _clock(at: str | None) -> Clock:
    if not at:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise UsageError("verifier.bad-time") from None
    if moment.tzinfo is None:
        raise UsageError("verifier.bad-time")
    click.echo(tr("The clock is set by hand to {time}.").format(time=moment.isoformat()), err=True)
    return ToldClock(moment)


def passphrase(*, new: bool = False) -> str:
    """Return the passphrase from the environment, or from the keyboard without echo."""
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if not sys.stdin.isatty():
        raise UsageError("verifier.no-passphrase")
    answer: str = click.prompt(tr("Passphrase"), hide_input=True, confirmation_prompt=new, err=True)
    return answer
