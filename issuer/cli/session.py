"""What most commands share: the agency's folder, who is at work, the passphrases, and the time.

A passphrase comes from a file, from the environment or from the keyboard, without echo; never from the
command line, where every other user of the machine could read it.
"""

from __future__ import annotations

import functools
import getpass
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.clock import Clock, FixedClock, SystemClock
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.sealing.kdf import KdfPolicy
    from issuer.agency import Agency

PASSPHRASE = "COUNTERPROOF_PASSPHRASE"  # noqa: S105 - the name of a variable
ROOT_PASSPHRASE = "COUNTERPROOF_ROOT_PASSPHRASE"  # noqa: S105 - the name of a variable
_AT = "COUNTERPROOF_AT"
_MOST_PASSPHRASE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """How a command was called, but for its own options."""

    folder: Path
    who: str
    clock: Clock
    passphrase_file: Path | None
    root_passphrase_file: Path | None
    root_keys: Path | None

    def open(self, *, restored: bool = False, passphrase: Callable[[], str] | None = None) -> Agency:
        """Open the agency; nobody is asked for a passphrase before a key is needed.

        `restored` opens one whose register was put back from a copy, which is refused otherwise.
        """
        from issuer.agency import Agency  # noqa: PLC0415 - its imports are slow; --help needs none

        return Agency.open(
            self.folder,
            passphrase=passphrase or self.passphrase(),
            root_passphrase=self.root_passphrase(),
            root_keys=self.root_keys,
            who=self.who,
            clock=self.clock,
            policy=kdf_policy(),
            restored=restored,
        )

    def passphrase(self, *, new: bool = False) -> Callable[[], str]:
        """Return how the passphrase of the daily keys is had, at most once."""
        return functools.cache(lambda: secret(self.passphrase_file, PASSPHRASE, tr("Passphrase"), new=new))

    def root_passphrase(self, *, new: bool = False) -> Callable[[], str] | None:
        """Return how the passphrase of the roots' keys is had; None where it is the daily one."""
        if self.root_passphrase_file is None and ROOT_PASSPHRASE not in os.environ:
            return None
        return functools.cache(
            lambda: secret(self.root_passphrase_file, ROOT_PASSPHRASE, tr("Passphrase of the roots"), new=new)
        )


def kdf_policy() -> KdfPolicy:
    """Return how dear key files are sealed; a caller in this process may bring its own (click's `obj`)."""
    from counterproof.sealing.kdf import STANDARD, KdfPolicy  # noqa: PLC0415 - as in `open`

    return click.get_current_context().find_object(KdfPolicy) or STANDARD


def session(
    *, keys: bool = False, roots: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the argument DIR and the shared options; it gets a `Session` first.

    `keys` adds what opens the daily keys, `roots` what finds and opens the roots' keys.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def wrapped(
            *,
            folder: Path,
            who: str | None,
            authority: str | None,
            at: str | None,
            passphrase_file: Path | None = None,
            root_passphrase_file: Path | None = None,
            root_keys: Path | None = None,
            **others: Any,
        ) -> None:
            made = Session(
                folder=folder,
                who=_actor(who or _user(), authority),
                clock=told_clock(at),
                passphrase_file=passphrase_file,
                root_passphrase_file=root_passphrase_file,
                root_keys=root_keys,
            )
            command(made, **others)

        for option in reversed(_options(keys=keys, roots=roots)):
            wrapped = option(wrapped)
        return wrapped

    return decorate


_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


def _options(*, keys: bool, roots: bool) -> list[Callable[[Any], Any]]:
    options = [
        click.argument("folder", metavar="DIR", type=_FOLDER),
        click.option(
            "--who", envvar="COUNTERPROOF_WHO", help="Who does this, for the log; your login by default."
        ),
        click.option(
            "--authority",
            envvar="COUNTERPROOF_AUTHORITY",
            help="On whose authority: an officer, a decision, a case; your own by default.",
        ),
        click.option("--at", envvar=_AT, hidden=True, help="Set the clock, for tests."),
    ]
    if keys or roots:
        options.append(
            click.option(
                "--passphrase-file",
                type=_FILE,
                help=f"Read the passphrase here; else {PASSPHRASE} is used, or you are asked.",
            )
        )
    if roots:
        options += [
            click.option(
                "--root-keys",
                type=_FOLDER,
                help="Where the roots' keys are, such as a stick; DIR/root-keys by default.",
            ),
            click.option(
                "--root-passphrase-file",
                type=_FILE,
                help=f"The roots' own passphrase, if they have one; else {ROOT_PASSPHRASE} is used.",
            ),
        ]
    return options


def _actor(who: str, authority: str | None) -> str:
    from issuer.register.model import Actor  # noqa: PLC0415 - its imports are slow; --help needs none

    return who if authority is None else Actor(who, authority)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def told_clock(at: str | None) -> Clock:
    """Return the clock that `--at` sets, the system's without it; raises UsageError `agency.bad-time`."""
    if at is None:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise UsageError("agency.bad-time") from None
    if moment.tzinfo is None:
        raise UsageError("agency.bad-time")
    click.echo(tr("The clock is set by hand to {time}.").format(time=moment.isoformat()), err=True)
    return FixedClock(moment)


def secret(file: Path | None, variable: str, question: str, *, new: bool) -> str:
    """Return a passphrase from a file, the environment or the keyboard; raises UsageError, StoreError."""
    if file is not None:
        return _from_file(file)
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise UsageError("agency.no-passphrase")
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=new, err=True)
    return answer


def _from_file(file: Path) -> str:
    """Read one line; a pipe will do, as shells make one of `<(command)`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_PASSPHRASE + 1)
        text = content.decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise StoreError("agency.passphrase-file") from None
    if len(content) > _MOST_PASSPHRASE or len(text.splitlines()) > 1:
        raise StoreError("agency.passphrase-file")
    return text
