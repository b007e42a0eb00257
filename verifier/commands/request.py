"""`verifier request`: ask for fields of documents with a code that the person's wallet scans."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from verifier.commands.session import Session, session
from verifier.home import NamedRequest, NamedWish, Settings, check_request_name

if TYPE_CHECKING:
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from counterproof.trust.kept import Trust
    from verifier.question import Question

_FILE = click.Path(dir_okay=False, path_type=Path)
_GOOD_FOR: Final = 120
_HOLD: Final = N_("Hold your wallet's camera here")
_EXAMPLES: Final = """\b
verifier request --type residency --fields age_over_18 --purpose library.age-check --out ask.png
verifier request --type proof-of-age --fields age_over_18 --purpose library.age-check --save age
verifier request --use age
"""


@click.command(cls=Command, epilog=_EXAMPLES)
@click.option("--type", "types", multiple=True, help="A type of document; with its own --fields each.")
@click.option(
    "--fields",
    multiple=True,
    help="Fields of that type: a,b or namespace/a; a|b takes b for a. By default those registered.",
)
@click.option("--purpose", help="The purpose's id, as it is registered: `verifier purposes` lists yours.")
@click.option("--keep", default="", help="Fields that you will store: a,b. The person is told.")
@click.option(
    "--good-for",
    type=int,
    default=_GOOD_FOR,
    show_default=True,
    help="Seconds that the request is good for, 30 to 300.",
)
@click.option("--label", help="The desk's own label, such as “Desk 3”.")
@click.option("--repeats", is_flag=True, help="With --save: this purpose takes a paper slip more than once.")
@click.option("--use", metavar="NAME", help="Ask what was saved under this name.")
@click.option("--save", metavar="NAME", help="Save what is asked under a name, and ask nothing now.")
@click.option(
    "--beyond-registration",
    is_flag=True,
    help="Ask what is not registered, to see it refused: wallets tell the person.",
)
@click.option("--reader-key", type=_FILE, help="A reader key in place of this counter's.")
@click.option("--reader-cert", type=_FILE, help="The certificate for it.")
@click.option("--out", type=_FILE, help="Where to write the code: .png .gif .svg .pdf .txt")
@session
def request(
    called: Session,
    *,
    types: tuple[str, ...],
    fields: tuple[str, ...],
    purpose: str | None,
    keep: str,
    good_for: int,
    label: str | None,
    repeats: bool,
    beyond_registration: bool,
    use: str | None,
    save: str | None,
    reader_key: Path | None,
    reader_cert: Path | None,
    out: Path | None,
) -> None:
    """Make a request and show its code; what was asked before is over."""
    from verifier import drawing  # noqa: PLC0415 - its imports are slow; --help needs none

    if out is not None:
        drawing.check_out(out)
    named = NamedRequest(
        purpose=purpose or "",
        wishes=_wishes(types, fields),
        keep=_split(keep),
        good_for=good_for,
        label=label,
        repeats=repeats,
    )
    if use is not None:
        if types or fields or purpose or save:
            raise UsageError("verifier.use-alone")
        named = _saved(called, use)
    trust = called.trust()
    asked = question(called, named, trust, reader_cert)
    if not beyond_registration:
        called.purposes(trust, reader_cert).check(asked)
    if save is not None:
        _save(called, save, named)
        return
    identity = called.identity(trust, reader_key, reader_cert)
    with called.counter() as counter:
        transaction = counter.ask(identity, asked, beyond_registration=beyond_registration)
    if beyond_registration:
        click.echo(tr("Asked beyond registration, as you wanted: wallets will say so and refuse."), err=True)
    _show(called, transaction, out)


def _wishes(types: tuple[str, ...], fields: tuple[str, ...]) -> tuple[NamedWish, ...]:
    if not fields:
        return tuple(NamedWish(doc_type=name, fields=()) for name in types)
    if len(types) != len(fields):
        raise UsageError("verifier.types-and-fields", types=len(types), fields=len(fields))
    wishes = tuple(
        NamedWish(doc_type=name, fields=_split(each)) for name, each in zip(types, fields, strict=True)
    )
    for wish in wishes:
        if not wish.fields:
            raise UsageError("verifier.fields-none", type=wish.doc_type)
    return wishes


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def question(called: Session, named: NamedRequest, trust: Trust, chain_file: Path | None = None) -> Question:
    """Return what a typed or saved request asks; raises as `verifier.purposes.question_of`."""
    from verifier.purposes import question_of  # noqa: PLC0415 - its imports are slow; --help needs none

    return question_of(named, lambda: called.purposes(trust, chain_file), called.types(trust))


def saved_question(called: Session, name: str, trust: Trust) -> Question:
    """Return what was saved under `name`; raises UsageError `verifier.no-such-request`."""
    return question(called, _saved(called, name), trust)


def _saved(called: Session, name: str) -> NamedRequest:
    requests = called.home.settings().requests
    if name not in requests:
        raise UsageError("verifier.no-such-request", name=name, near=", ".join(sorted(requests)) or "-")
    return requests[name]


def _save(called: Session, name: str, named: NamedRequest) -> None:
    check_request_name(name)
    held = called.home.settings()
    called.home.save(
        Settings(name=held.name, id=held.id, office=held.office, requests={**held.requests, name: named})
    )
    click.echo(tr("Saved. Ask it with: `verifier request --use {name}`").format(name=name))


def _show(called: Session, transaction: CounterTransaction, out: Path | None) -> None:
    from counterproof.optics.kinds import Kind  # noqa: PLC0415
    from verifier import drawing  # noqa: PLC0415

    made, m = transaction.request, transaction.request.to_message()
    name = called.home.settings().name if called.home.exists else ""
    if out is not None:
        hold = drawing.Heading(tr(_HOLD), english=_HOLD)
        head = [drawing.Heading(name), hold, drawing.Heading(made.match_number)]
        drawing.write_code(out, Kind.REQUEST, m, head=head, at=called.clock.now())
        click.echo(tr("Code: {file}").format(file=out))
    else:
        _draw(drawing.in_terminal(Kind.REQUEST, m, colour=sys.stdout.isatty()))
    number = tr("Number: {n} (the same number stands in the wallet)")
    click.echo(number.format(n=made.match_number))
    good = ntr(
        "Good for {n} second. Then: `verifier check PICTURE`",
        "Good for {n} seconds. Then: `verifier check PICTURE`",
        made.terms.good_for,
    )
    click.echo(good.format(n=made.terms.good_for))


def _draw(lines: str | None) -> None:
    if lines is None:
        raise UsageError("verifier.out-moves")
    wide = max(len(line) for line in lines.splitlines())
    if sys.stdout.isatty() and shutil.get_terminal_size().columns < wide:
        narrow = tr("This window is too narrow for the code (about {n} columns). Use `--out ask.png`.")
        click.echo(narrow.format(n=wide), err=True)
    click.echo(lines, color=True)


COMMANDS = (request,)
