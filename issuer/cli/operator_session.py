"""What the commands of an operator share: its folder, the time, and the passphrases of three kinds of key."""

from __future__ import annotations

import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.words.language import tr
from issuer.cli.output import say_next
from issuer.cli.session import PASSPHRASE, kdf_policy, secret, told_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.clock import Clock
    from issuer.authority import Authority, Secrets

REGISTRAR = "COUNTERPROOF_REGISTRAR_PASSPHRASE"
OFFICER = "COUNTERPROOF_OFFICER_PASSPHRASE_{number}"
_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """How a command was called, but for its own options."""

    folder: Path
    clock: Clock
    daily: Path | None
    registrar: Path | None
    officers: dict[int, Path]
    registrar_keys: Path | None
    root_keys: tuple[Path, ...]

    def open(self) -> Authority:
        """Open the operator's folder; nobody is asked for a passphrase before a key is needed."""
        from issuer.authority import Authority  # noqa: PLC0415 - its imports are slow; --help needs none

        return Authority.open(
            self.folder,
            self.secrets(),
            registrar=self.registrar_keys,
            root_keys=self.root_keys,
            clock=self.clock,
            policy=kdf_policy(),
        )

    def secrets(self, *, new: bool = False) -> Secrets:
        """Return how each passphrase is had, each at most once."""
        from issuer.authority import Secrets  # noqa: PLC0415 - as in `open`

        return Secrets(
            daily=functools.cache(
                lambda: secret(self.daily, PASSPHRASE, tr("Passphrase of the daily key"), new=new)
            ),
            registrar=functools.cache(
                lambda: secret(self.registrar, REGISTRAR, tr("Passphrase of the registrar"), new=new)
            ),
            officer=functools.cache(lambda number: self._officer(number, new=new)),
        )

    def _officer(self, number: int, *, new: bool) -> str | None:
        """Return an officer's passphrase; None for one who is not here."""
        variable = OFFICER.format(number=number)
        file = self.officers.get(number)
        if file is not None or variable in os.environ:
            return secret(file, variable, "", new=new)
        if not sys.stdin.isatty():
            return None
        asked = tr("Passphrase of officer {n}") if new else tr("Passphrase of officer {n} (empty: not here)")
        answer: str = click.prompt(
            asked.format(n=number),
            default=None if new else "",
            show_default=False,
            hide_input=True,
            confirmation_prompt=new,
            err=True,
        )
        return answer or None


def operator(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument DIR and the shared options; it gets an `Operator` first."""

    @click.argument("folder", metavar="DIR", type=_FOLDER)
    @click.option("--at", envvar="COUNTERPROOF_AT", hidden=True, help="Set the clock, for tests.")
    @click.option("--passphrase-file", type=_FILE, help=f"Passphrase of the daily key; else {PASSPHRASE}.")
    @click.option(
        "--registrar-passphrase-file", type=_FILE, help=f"Of the registrar's keys; else {REGISTRAR}."
    )
    @click.option(
        "--officer",
        "officers",
        multiple=True,
        metavar="N=FILE",
        help="Passphrase of officer N; else COUNTERPROOF_OFFICER_PASSPHRASE_N.",
    )
    @click.option("--registrar-keys", type=_FOLDER, help="Where they are; DIR/registrar-keys by default.")
    @click.option(
        "--root-keys",
        type=_FOLDER,
        multiple=True,
        help="Where officers' keys are; repeat it for several sticks.",
    )
    @functools.wraps(command)
    def wrapped(
        *,
        folder: Path,
        at: str | None,
        passphrase_file: Path | None,
        registrar_passphrase_file: Path | None,
        officers: tuple[str, ...],
        registrar_keys: Path | None,
        root_keys: tuple[Path, ...],
        **others: Any,
    ) -> None:
        made = Operator(
            folder=folder,
            clock=told_clock(at),
            daily=passphrase_file,
            registrar=registrar_passphrase_file,
            officers=dict(_officer(each) for each in officers),
            registrar_keys=registrar_keys,
            root_keys=root_keys,
        )
        command(made, **others)

    return wrapped


def _officer(text: str) -> tuple[int, Path]:
    number, equals, file = text.partition("=")
    if not number.isdecimal() or not equals or not file:
        raise UsageError("authority.officer-option")
    return int(number), Path(file)


def compare(fingerprints: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Let a person compare, or take the command line's word for all; raises `authority.not-confirmed`."""
    from counterproof.trust.names import plain_fingerprint  # noqa: PLC0415 - as above

    if expected:
        if not set(fingerprints) <= {plain_fingerprint(each) for each in expected}:
            raise UsageError("authority.not-confirmed")
        return
    if not sys.stdin.isatty():
        raise UsageError("authority.not-confirmed")
    ask_yes(tr("Are these the fingerprints that you were given by another way?"), abort=True)


def say_publish(called: Operator) -> None:
    """Say when a change counts."""
    say_next(tr("It counts with the next:"), f"issuer authority publish {called.folder} OUT")
