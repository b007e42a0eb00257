"""Where a passphrase comes from: a file, the environment, or a person; never the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.sealing.passphrase import normalise_new
from counterproof.words.explain import one_line
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLE: Final = "COUNTERPROOF_PASSPHRASE"
_LIMIT: Final = 4_096
_TRIES: Final = 3


def existing(environment: Mapping[str, str], file: Path | None, prompt: str = "") -> str:
    """Return the passphrase of something that is sealed.

    Raises UsageError `wallet.no-passphrase` where nobody can be asked, `wallet.passphrase-file`; StoreError.
    """
    given = _given(environment, file)
    return _asked(prompt or tr("Passphrase")) if given is None else given


def new(environment: Mapping[str, str], file: Path | None, prompt: str = "", advice: str = "") -> str:
    """Return a new passphrase that is strong enough; a person is told why one is not, and asked again.

    Raises UsageError `sealing.passphrase-*` for a weak one that nobody typed, `wallet.passphrases-differ`.
    """
    given = _given(environment, file)
    if given is not None:
        normalise_new(given)
        return given
    if advice:
        click.echo(advice, err=True)
    for _ in range(_TRIES):
        typed = _asked(prompt or tr("New passphrase"))
        try:
            normalise_new(typed)
        except UsageError as error:
            click.echo(one_line(error), err=True)
            continue
        if _asked(tr("The same once more")) != typed:
            raise UsageError("wallet.passphrases-differ")
        return typed
    raise UsageError("wallet.no-passphrase")


def _given(environment: Mapping[str, str], file: Path | None) -> str | None:
    if file is None:
        return environment.get(VARIABLE) or None
    try:
        text = files.read_regular(file, limit=_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("wallet.passphrase-file") from None
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise UsageError("wallet.passphrase-file")
    return lines[0]


def _asked(prompt: str) -> str:
    try:
        answer: str = click.prompt(prompt, hide_input=True, err=True, default="", show_default=False)
    except click.Abort:
        raise UsageError("wallet.no-passphrase") from None
    return answer
