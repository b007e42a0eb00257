"""What all commands share: where the wallet lies, how it is opened, what is printed, how errors end.

People read standard output, or programs do with `--json`; what a person is asked goes to standard error then.
Exit codes: 0 done, 1 not done (refused, or the person said no), 2 wrong use, 4 input that cannot be read.
"""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from counterproof.clock import Clock, FixedClock, SystemClock
from counterproof.mdoc.errors import CounterproofError, MalformedError, UsageError
from counterproof.sealing import files, kdf
from counterproof.terminal.commands import Group, chosen
from counterproof.trust.store import TrustStore
from counterproof.words import language
from counterproof.words.explain import explain, one_line
from wallet.cli import passphrases
from wallet.holder import Holder
from wallet.places import Places
from wallet.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

REFUSED: Final = 1
UNREADABLE: Final = 4


@dataclass
class App:
    """The world around the commands, for tests to replace."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    random: Callable[[int], bytes] = os.urandom
    policy: kdf.KdfPolicy = kdf.STANDARD
    clock: Clock = field(default_factory=SystemClock)


@dataclass
class Session:
    """One command at work."""

    app: App
    places: Places
    clock: Clock
    language: str
    passphrase_file: Path | None

    def passphrase(self) -> str:
        """Return the passphrase of the wallet."""
        return passphrases.existing(self.app.environment, self.passphrase_file)

    def trust(self) -> TrustStore:
        """Return the local copy of what agencies publish."""
        return TrustStore(self.places.trust)

    def open(self, passphrase: str | None = None) -> Holder:
        """Open the wallet and say what was found."""
        if not self.places.wallet.exists():
            raise UsageError("wallet.missing")
        vault = Vault.open(
            self.places.wallet,
            self.passphrase() if passphrase is None else passphrase,
            random=self.app.random,
            clock=self.clock,
            state_dir=self.places.state,
            policy=self.app.policy,
        )
        holder = Holder(vault, self.trust(), self.clock, self.app.random)
        finding = holder.trust.check_clock(self.clock.now())
        for code in (*holder.notices, *(() if finding.ok else (finding.code,))):
            note(code)
        return holder


class Commands(Group):
    """A group whose every error ends as one line on standard error, without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a person needs them."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; the one boundary of this application at which any exception ends."""
        try:
            return super().invoke(ctx)
        except CounterproofError as error:
            _end(one_line(error), _exit_code(error))
        except (click.exceptions.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click ends all four as it should
        except Exception as error:  # noqa: BLE001 - a traceback could hold personal values
            if (of_a_disk := files.disk_error(error)) is not None:
                _end(one_line(of_a_disk), _exit_code(of_a_disk))
            _end(one_line(CounterproofError("wallet.fault", kind=type(error).__name__)), REFUSED)


def with_wallet(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all have, and the Session as its first argument."""

    def wrapped(ctx: click.Context, /, **options: Any) -> None:
        app = ctx.ensure_object(App)
        wallet: Path | None = options.pop("wallet_file")
        at: datetime | None = options.pop("at")
        spoken = chosen(ctx) or language.of_environment(app.environment)
        language.use(spoken)
        session = Session(
            app,
            Places.of(app.environment, wallet),
            app.clock if at is None else FixedClock(at),
            spoken,
            options.pop("passphrase_file"),
        )
        function(session, **options)

    command = functools.update_wrapper(click.pass_context(wrapped), function)
    for option in _OPTIONS:
        command = option(command)
    return command


_FILE: Final = click.Path(path_type=Path)
_TIMES: Final = ["%Y-%m-%dT%H:%M:%S%z"]
_OPTIONS: Final = (
    click.option("--at", envvar="COUNTERPROOF_AT", hidden=True, type=click.DateTime(_TIMES)),
    click.option("--passphrase-file", type=_FILE, help="Read the passphrase from the first line of a file."),
    click.option("--wallet", "wallet_file", type=_FILE, help="The wallet's file, if not your own."),
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def emit(value: Any) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def note(code: str, **facts: Any) -> None:
    """Say something that the person should know, beside what the command prints."""
    sentence = explain(code, facts)
    click.echo(" ".join(part for part in (sentence.what, sentence.do, f"[{code}]") if part), err=True)


def _end(line: str, code: int) -> NoReturn:
    click.echo(line, err=True)
    raise click.exceptions.Exit(code)


def _exit_code(error: CounterproofError) -> int:
    if isinstance(error, UsageError):
        return click.UsageError.exit_code
    return UNREADABLE if isinstance(error, MalformedError) else REFUSED
