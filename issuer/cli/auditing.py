"""`issuer audit`, `issuer retention`, `issuer restored`: proving the record, forgetting in time, going on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command, Group
from counterproof.words.language import tr
from counterproof.words.model import N_
from issuer.cli.output import (
    confirmed,
    counted,
    figure,
    hand_out,
    json_option,
    minute,
    print_json,
    print_table,
    say,
    say_next,
)
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from issuer.agency.restoring import Restored
    from issuer.register import LoggedAct

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_MAX_HEAD = 4096


@click.group(cls=Group)
def audit() -> None:
    """Prove the record of acts, keep signed heads of it elsewhere, tell a person what it says of them."""


@audit.command(name="verify")
@session()
@click.option(
    "--head", "lines", multiple=True, metavar="LINE", help="A line that was kept; repeat it for several."
)
@click.option("--heads", type=_FOLDER, help="A folder of kept heads; that of `audit keep` by default.")
@json_option
def verify(session: Session, /, lines: tuple[str, ...], heads: Path | None, *, as_json: bool) -> None:
    """Recompute the whole chain, hold it against every head that was kept, and replay every status.

    What was edited, taken out or cut off is named by the number of its entry.
    """
    from issuer.agency import auditing  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open(restored=True) as agency:
        head, kept = auditing.verify(agency.desk, lines, heads)
    if as_json:
        print_json({"entries": head.seq, "head": head.text, "heads": kept})
        return
    intact = tr("All {n} entries are as they were written, and every status is what they made it.")
    say(intact, n=figure(head.seq))
    if kept:
        click.echo(
            counted(kept, "{n} head kept elsewhere: each fits.", "{n} heads kept elsewhere: each fits.")
        )
    else:
        say(tr("No head was kept elsewhere: that the end was cut off could not be told."))
        say_next(tr("Set that up with:"), f"issuer audit keep {session.folder} FOLDER")


@audit.command(name="head")
@session(keys=True)
@click.option("--out", type=_FILE, help="Write the line here; else it is printed.")
def head_(session: Session, /, out: Path | None) -> None:
    """Print where the log stands as one line, signed by the status signer: keep it elsewhere."""
    from issuer.agency import auditing  # noqa: PLC0415

    with session.open() as agency:
        line = auditing.sign_head(agency.desk)
    if out is None:
        click.echo(line)
    else:
        hand_out(out, f"{line}\n".encode())
        where = tr("The signed head is in {file}. Keep it where nobody who can write the register can write.")
        say(where, file=out)


@audit.command(name="keep")
@session(keys=True)
@click.argument("place", metavar="FOLDER", type=_FOLDER)
def keep(session: Session, /, place: Path) -> None:
    """Write a signed head into FOLDER now, and after every publication and bulk run.

    FOLDER belongs on another machine, or where other people have the rights.
    """
    from issuer.agency import auditing  # noqa: PLC0415

    with session.open() as agency:
        path = auditing.keep_in(agency.desk, place)
    say(tr("The first head is {file}. One follows after every publication and bulk run."), file=path)


@audit.command(name="person")
@session()
@click.argument("reference")
@json_option
def person(session: Session, /, reference: str, *, as_json: bool) -> None:
    """List every entry about one person, by your own REFERENCE: what was done, by whom, and why."""
    with session.open() as agency:
        found = _all(agency.register.acts_about, reference)
    if as_json:
        print_json([act_facts(each) for each in found])
    elif not found:
        say(tr("No entry is about this person, or none any more."))
    else:
        rows = [
            (
                str(each.seq),
                minute(each.act.at),
                each.act.who,
                each.act.authority or "",
                each.act.action,
                each.act.target[:40],
                each.act.why,
            )
            for each in found
        ]
        head = (tr("NO."), tr("TIME"), tr("WHO"), tr("AUTHORITY"), tr("ACT"), tr("TARGET"), tr("WHY"))
        print_table(head, rows)


def _all(read: Callable[..., tuple[LoggedAct, ...]], subject: str) -> list[LoggedAct]:
    found: list[LoggedAct] = []
    while page := read(subject, after=found[-1].seq if found else 0, limit=1000):
        found += page
    return found


def act_facts(logged: LoggedAct) -> dict[str, Any]:
    """Return an entry of the log for a program."""
    act = logged.act
    return {
        "number": logged.seq,
        "at": act.at,
        "who": act.who,
        "authority": act.authority,
        "act": act.action,
        "target": act.target,
        "why": act.why,
        "facts": dict(act.facts),
    }


@click.group(cls=Group)
def retention() -> None:
    """How long the register knows whom a document was for, and erasing that in time."""


@retention.command(name="set")
@session()
@click.option("--type", "doc_type", required=True, help="A docType, or its file's name.")
@click.option("--days", type=click.IntRange(0, 36_500), required=True, help="Days after a document's end.")
def set_(session: Session, /, doc_type: str, days: int) -> None:
    """Set the term of a type, in days after the end of a document."""
    from issuer.agency import retention as terms  # noqa: PLC0415

    with session.open() as agency:
        named = terms.set_term(agency.desk, doc_type, days)
    click.echo(
        counted(
            days,
            "Whom a {type} was for is erased {n} day after its end, by:",
            "Whom a {type} was for is erased {n} days after its end, by:",
            type=named,
        )
    )
    click.echo(f"  issuer retention run {session.folder}")


@retention.command(name="run")
@session()
@click.option("--dry-run", is_flag=True, help="Say what is due, and erase nothing.")
@json_option
def run(session: Session, /, *, dry_run: bool, as_json: bool) -> None:
    """Erase the person of everything whose term is over. The log's chain and the statuses stay provable."""
    from issuer.agency import retention as terms  # noqa: PLC0415

    with session.open() as agency:
        every = terms.terms(agency.desk)
        erased = 0 if dry_run else terms.run(agency.desk)
    if as_json:
        print_json({"erased": erased, "types": list(every)})
        return
    rows = [
        (
            each.doc_type,
            tr("no term") if each.days is None else counted(each.days, "{n} day", "{n} days"),
            figure(each.due),
            figure(each.offers),
        )
        for each in every
    ]
    print_table((tr("DOCTYPE"), tr("TERM"), tr("DUE"), tr("OFFERS DUE")), rows)
    click.echo()
    if dry_run:
        say(tr("Nothing was erased."))
    else:
        click.echo(
            counted(erased, "The person of {n} batch was erased.", "The person of {n} batches was erased.")
        )


@click.command(cls=Command)
@session(keys=True)
@click.option(
    "--lists",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="What was published last: whatever was revoked there is revoked here again.",
)
@confirmed(N_("Every status list will be closed and new ones begun. Was the register put back from a copy?"))
def restored(session: Session, /, lists: Path | None) -> None:
    """Go on after the register was put back from a copy: no index that left is ever given out again."""
    with session.open(restored=True) as agency:
        done = agency.restore(lists)
    for words in _restored(done, lists):
        click.echo(words)
    say_next(tr("Next:"), f"issuer publish {session.folder} OUT")


def _restored(done: Restored, lists: Path | None) -> Iterator[str]:
    """Yield what became of a register that was put back."""
    yield counted(
        done.closed,
        "{n} list is closed, {begun} begun under new names.",
        "{n} lists are closed, {begun} begun under new names.",
        begun=done.begun,
    )
    if done.lost:
        yield counted(
            done.lost,
            "{n} entry of the log was behind this copy and is lost.",
            "{n} entries of the log were behind this copy and are lost.",
        )
    if lists is not None:
        yield counted(
            done.revoked,
            "{n} place revoked or suspended again, from {folder}.",
            "{n} places revoked or suspended again, from {folder}.",
            folder=lists,
        )
    else:
        yield tr("Revocations behind the copy are not in it: --lists takes them from what was published.")
    if done.heads:
        yield counted(
            done.heads,
            "{n} head of what is lost was set aside as evidence.",
            "{n} heads of what is lost were set aside as evidence.",
        )
    yield tr("What left behind the copy is good but unknown here; its signer can be withdrawn.")


COMMANDS = (audit, retention, restored)
