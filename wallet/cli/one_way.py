"""`wallet show-code` and `wallet slip`: codes without a request, for screens and for paper."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet import fitting, history
from wallet.cli.app import REFUSED, Session, as_json, emit, with_wallet
from wallet.cli.cards import copies_left
from wallet.cli.output import CODES, Target, show_in_terminal, texts_of
from wallet.consent import describe_field
from wallet.paper import Sheet
from wallet.purposes import title_of, with_id
from wallet.records import ShowOutcome
from wallet.showing import named_refs
from wallet.shown import RENEW_SECONDS, ShowFirst
from wallet.slips import SlipPlan, check_slip, make_slip, reader_name
from wallet.unasked import of_code, of_slip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.showing import Showing
    from wallet.unasked import Told

_FIELDS = click.option("--fields", required=True, help="What to show: elements with commas between.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace what is at --out.")
_REUSE = click.option("--show-used-copy", is_flag=True, help="Show a copy again that was shown before.")
_FILE = click.Path(path_type=Path)


@click.command("show-code", cls=Command)
@with_wallet
@click.argument("card")
@_FIELDS
@click.option("--to", "audience", metavar="ID", help="The id of the counter or office that it is for.")
@click.option("--challenge", help="The six digits that the counter gave.")
@click.option("--out", type=_FILE, help="Write .png, .gif, .txt, or a folder of frames.")
@_OVERWRITE
@_YES
@_REUSE
@as_json
def show_code(
    session: Session,
    *,
    card: str,
    fields: str,
    audience: str | None,
    challenge: str | None,
    out: Path | None,
    overwrite: bool,
    yes: bool,
    show_used_copy: bool,
    as_json: bool,
) -> None:
    """Show fields of CARD without being asked by a code. Whoever sees the code can read them."""
    target = Target.of(out, CODES, folders=True, overwrite=overwrite) if out is not None else None
    with session.open() as holder:
        found = holder.find(card, language=session.language)
        refs = named_refs(found, [name.strip() for name in fields.split(",") if name.strip()])
        first = ShowFirst(
            holder,
            found,
            refs,
            audience=audience,
            challenge=challenge,
            language=session.language,
            reuse=show_used_copy,
            streams_ok=target is None or target.path.suffix != ".png",
        )
        _preview(found, refs, session.language, err=as_json)
        _tell(of_code(holder, found, audience, refs, session.language), err=as_json)
        if challenge:
            click.echo(tr("Nothing proves who gave you the six digits."), err=as_json)
        _confirm(tr("Show it?"), yes=yes)
        showing = first.code()
        written = target.write_code(showing) if target is not None else []
        first.shown()
        if as_json:
            emit(_plain(showing, refs, written))
        elif written:
            where = tr("The code is in {file}. It is good until {time}.")
            click.echo(where.format(file=written[0], time=_clock_time(showing.until)))
        else:
            _keep_showing(first, showing, session)


@click.command(cls=Command)
@with_wallet
@click.argument("card")
@_FIELDS
@click.option("--purpose", required=True, help="What it is for, as the office calls it: library.join")
@click.option("--reader", "readers", multiple=True, metavar="ID", help="Only for this counter or office.")
@click.option("--from", "start", help="First day, year-month-day; by default from now.")
@click.option("--until", required=True, help="Last day, year-month-day.")
@click.option("--out", required=True, type=_FILE, help="Write .png or .pdf.")
@_OVERWRITE
@_YES
@_REUSE
@as_json
def slip(
    session: Session,
    *,
    card: str,
    fields: str,
    purpose: str,
    readers: tuple[str, ...],
    start: str | None,
    until: str,
    out: Path,
    overwrite: bool,
    yes: bool,
    show_used_copy: bool,
    as_json: bool,
) -> None:
    """Make a slip of CARD on paper, for one purpose and a few days."""
    target = Target.of(out, (".png", ".pdf"), folders=False, overwrite=overwrite)
    with session.open() as holder:
        found = holder.find(card, language=session.language)
        refs = named_refs(found, [name.strip() for name in fields.split(",") if name.strip()])
        at = holder.clock.now()
        plan = SlipPlan(
            card=found,
            agreed=tuple(refs),
            purpose=purpose,
            not_before=at if start is None else max(at, _day(start)),
            not_after=min(_day(until) + timedelta(days=1, seconds=-1), found.validity.valid_until),
            readers=readers,
            language=session.language,
            title=title_of(holder.trust, purpose, readers, session.language),
        )
        check_slip(plan, at)
        sheet = Sheet.of(holder, plan)
        _preview(found, refs, session.language, err=as_json)
        _say_slip(holder, plan, err=as_json)
        _confirm(tr("Make it?"), yes=yes)
        made = make_slip(holder, plan, reuse=show_used_copy)
        content = sheet.pdf(made) if out.suffix.lower() == ".pdf" else sheet.png(made)
        written = target.write(content)
        history.change(holder, made.showing.history, outcome=ShowOutcome.SHOWN)
        if as_json:
            emit(_plain(made.showing, refs, written))
        else:
            where = tr("The slip is in {file}. Print it as it is, not smaller.")
            click.echo(where.format(file=written[0]))


def _preview(card: Card, refs: Sequence[ElementRef], language: str, *, err: bool) -> None:
    name, agency = marked(card.name(language)), marked(card.agency)
    whose = tr("From your card “{name}” of {agency} ({copies}):")
    click.echo(whose.format(name=name, agency=agency, copies=copies_left(card)), err=err)
    for ref in refs:
        label, value, _ = describe_field(card, ref[1:], language)
        click.echo(f"    {label}: {value}", err=err)


def _say_slip(holder: Holder, plan: SlipPlan, *, err: bool) -> None:
    """Say for whom, what for and until when, and what the named counters may not ask for.

    What is put on paper stays the person's choice.
    """
    named = ", ".join(reader_name(holder, each) for each in plan.readers)
    words = tr("On paper, for {readers}, for {purpose}, until {until}.")
    until = dates.day(plan.not_after.astimezone().date())
    readers = named or tr("any counter that takes slips")
    click.echo(words.format(readers=readers, purpose=with_id(plan.title, plan.purpose), until=until), err=err)
    told = of_slip(
        holder,
        plan.card,
        plan.agreed,
        readers=plan.readers,
        purpose=plan.purpose,
        language=plan.language,
    )
    _tell(told, err=err, named=True)
    room = fitting.told(plan)
    click.echo(f"{room.what} {room.why}".strip(), err=err)


def _tell(told: Told, *, err: bool, named: bool = False) -> None:
    """Say who can read it and what of it nobody may ask for; where it is `named`, whom it is for was said."""
    if not (named and told.calm):
        click.echo(told.what, err=err)
    for line in told.beyond:
        click.echo(f"! {line}", err=err)
    click.echo(told.why, err=err)


def _confirm(question: str, *, yes: bool) -> None:
    if yes:
        return
    try:
        agreed = ask_yes(question, err=True)
    except click.Abort:
        raise UsageError("wallet.nobody-to-ask") from None
    if not agreed:
        click.echo(tr("Nothing was shown."), err=True)
        raise click.exceptions.Exit(REFUSED)


def _keep_showing(first: ShowFirst, showing: Showing, session: Session) -> None:
    """Draw the code and make it anew until the person ends it; where there is no terminal, draw it once."""
    if not sys.stdout.isatty():
        show_in_terminal(showing, session.clock)
        return
    try:
        while True:
            click.clear()
            show_in_terminal(showing, session.clock)
            click.echo(tr("A new code comes every {n} seconds. Ctrl-C ends it.").format(n=RENEW_SECONDS))
            time.sleep(RENEW_SECONDS)
            showing = first.code()
    except KeyboardInterrupt:
        click.echo()


def _plain(showing: Showing, refs: Sequence[ElementRef], written: Sequence[Path]) -> dict[str, object]:
    return {
        "shown": [list(ref) for ref in refs],
        "good_until": history.rfc3339(showing.until),
        "files": [str(path) for path in written],
        "texts": [] if written else texts_of(showing),
        "frames": showing.frames_needed,
        "bytes": len(showing.message),
    }


def _day(text: str) -> datetime:
    """Return the beginning of a day where the person is."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except ValueError:
        raise UsageError("wallet.date") from None


def _clock_time(unix: int) -> str:
    return datetime.fromtimestamp(unix).astimezone().strftime("%H:%M:%S")
