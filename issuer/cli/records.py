"""`issuer list`, `show`, `revoke`, `suspend`, `reinstate`, `log`: what was issued, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from counterproof.words.model import NN_
from issuer.cli.auditing import act_facts
from issuer.cli.output import (
    check_free,
    counted,
    day,
    figure,
    from_to,
    hand_out,
    json_option,
    listed,
    minute,
    print_facts,
    print_json,
    print_table,
    say,
)
from issuer.cli.proposals import say_lists
from issuer.cli.session import Session, session
from issuer.csv_rows import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer.register import BatchSummary, CredentialFacts, LoggedAct

_STATUSES = ("valid", "revoked", "suspended")
_COLUMNS = ("batch", "doctype", "subject", "copies", "issued", "until", "status")
_PAGE = 1000


@click.command("list", cls=Command)
@session()
@click.option("--type", "doc_type", help="Only this type.")
@click.option("--subject", help="Only this person, by your own reference.")
@click.option("--status", type=click.Choice(_STATUSES), help="Only batches with a copy of this status.")
@click.option(
    "--after", type=click.IntRange(min=0), default=0, help="Begin behind this number, for the next page."
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="How many batches."
)
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all of it here, for a spreadsheet or `issuer bulk-revoke`; --limit does not count.",
)
@json_option
def list_(
    session: Session,
    /,
    doc_type: str | None,
    status: str | None,
    *,
    table: Path | None,
    as_json: bool,
    limit: int,
    **filters: Any,
) -> None:
    """List what was issued, a line for each batch of copies."""
    from issuer.register import Status  # noqa: PLC0415 - its imports are slow; --help needs none

    if table is not None:
        check_free(table)
    with session.open() as agency:
        filters |= {
            "doc_type": None if doc_type is None else agency.catalogue().find(doc_type).type.doc_type,
            "status": None if status is None else Status[status.upper()],
        }
        if table is not None:
            count = _write_table(table, agency.register.list, filters)
            click.echo(counted(count, "{n} batch is in {file}.", "{n} batches are in {file}.", file=table))
            return
        found = agency.register.list(limit=limit, **filters)
    if as_json:
        print_json([_summary(batch) for batch in found])
        return
    if not found:
        say(tr("Nothing was found."))
        return
    rows = [
        (
            batch.batch_id,
            batch.doc_type,
            batch.subject or tr("(erased)"),
            str(batch.copies),
            day(batch.issued_at),
            day(batch.valid_until),
            _said_standing(batch),
        )
        for batch in found
    ]
    whose = (tr("BATCH"), tr("DOCTYPE"), tr("SUBJECT"), tr("COPIES"))
    print_table((*whose, tr("ISSUED"), tr("UNTIL"), tr("STATUS")), rows)
    if len(found) == limit:
        click.echo()
        say(tr("There may be more: --after {n}"), n=found[-1].act)


def _write_table(path: Path, read: Callable[..., tuple[BatchSummary, ...]], filters: dict[str, Any]) -> int:
    """Write every batch as CSV, page by page; return how many. No cell is a formula to a spreadsheet."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    after = filters.pop("after")
    while page := read(limit=_PAGE, after=after, **filters):
        rows += [
            (
                each.batch_id,
                each.doc_type,
                each.subject,
                str(each.copies),
                each.issued_at.isoformat(),
                each.valid_until.isoformat(),
                _standing(each),
            )
            for each in page
        ]
        after = page[-1].act
    hand_out(path, written(rows))
    return len(rows) - 1


def _said_standing(batch: BatchSummary) -> str:
    """Return how a batch stands, for a person."""
    if batch.revoked == batch.copies:
        return tr("revoked")
    if batch.suspended == batch.copies:
        return tr("suspended")
    parts = [tr("{n} revoked").format(n=batch.revoked)] if batch.revoked else []
    parts += [tr("{n} suspended").format(n=batch.suspended)] if batch.suspended else []
    return listed(parts) or tr("valid")


def _standing(batch: BatchSummary) -> str:
    """Return how a batch stands, for a program."""
    parts = [
        word if number == batch.copies else f"{number} {word}"
        for number, word in ((batch.revoked, "revoked"), (batch.suspended, "suspended"))
        if number
    ]
    return ", ".join(parts) or "valid"


def _summary(batch: BatchSummary) -> dict[str, Any]:
    return {
        "batch": batch.batch_id,
        "number": batch.act,
        "doc_type": batch.doc_type,
        "version": batch.doc_type_version,
        "subject": batch.subject,
        "copies": batch.copies,
        "revoked": batch.revoked,
        "suspended": batch.suspended,
        "issued_at": batch.issued_at,
        "valid_from": batch.valid_from,
        "valid_until": batch.valid_until,
        "signer": batch.signer,
    }


@click.command(cls=Command)
@session()
@click.argument("target")
@json_option
def show(session: Session, /, target: str, *, as_json: bool) -> None:
    """Show a batch, or one copy of it (BATCH.NUMBER), as the register has it: no values are in there."""
    from issuer import terms  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        facts = agency.register.show(target.partition(".")[0])
        copies = facts.credentials
        if "." in target:
            copies = (agency.register.show_credential(target),)
    if as_json:
        print_json({**_summary(facts.summary), "credentials": [_copy(each) for each in copies]})
        return
    batch = facts.summary
    print_facts(
        [
            (tr("Batch"), batch.batch_id),
            (tr("Type"), tr("{type}, version {n}").format(type=batch.doc_type, n=batch.doc_type_version)),
            (tr("Subject"), batch.subject or tr("(erased)")),
            (tr("Issued"), minute(batch.issued_at)),
            (tr("Valid"), from_to(batch.valid_from, batch.valid_until)),
            (tr("Signed by"), batch.signer.hex()[:16]),
            (tr("Status"), _said_standing(batch)),
        ]
    )
    click.echo()
    rows = [
        (
            each.credential_id,
            f"{each.list_id}:{each.index}",
            terms.said(each.status.name.lower()),
            each.reason or "",
        )
        for each in copies
    ]
    print_table((tr("COPY"), tr("LIST:INDEX"), tr("STATUS"), tr("REASON")), rows)


def _copy(copy: CredentialFacts) -> dict[str, Any]:
    return {
        "id": copy.credential_id,
        "list": copy.list_id,
        "index": copy.index,
        "status": copy.status,
        "reason": copy.reason,
        "changed_at": copy.updated_at,
        "mso_sha256": copy.mso_digest,
        "device_key_sha256": copy.device_key,
    }


def _change(what: str, done: tuple[str, str], help_text: str) -> click.Command:
    """Make the command that sets a status."""

    @click.command(what, cls=Command, help=help_text)
    @session()
    @click.argument("target")
    @click.option("--reason", required=True, help="A code such as lost or moved-away; no names, no stories.")
    def command(session: Session, /, target: str, reason: str) -> None:
        with session.open() as agency:
            changed = agency.set_status(what, target, reason=reason)
        click.echo(counted(changed, *done))
        say_lists(session)

    return command


revoke = _change(
    "revoke",
    NN_("{n} copy is revoked, for ever.", "{n} copies are revoked, for ever."),
    "Revoke a batch (TARGET), or one copy of it (BATCH.NUMBER), for ever.",
)
suspend = _change(
    "suspend",
    NN_("{n} copy is suspended.", "{n} copies are suspended."),
    "Suspend a batch (TARGET), or one copy of it, until it is reinstated.",
)
reinstate = _change(
    "reinstate",
    NN_("{n} copy is valid again.", "{n} copies are valid again."),
    "Take the suspension of a batch (TARGET) or a copy back.",
)


@click.command(cls=Command)
@session()
@click.option("--verify", is_flag=True, help="Recompute the whole chain, and say where it was touched.")
@click.option("--head", help="A line that --verify printed earlier: nothing before it may have changed.")
@click.option(
    "--last", type=click.IntRange(min=0), default=50, show_default=True, help="How many entries; 0 for all."
)
@json_option
def log(session: Session, /, head: str | None, last: int, *, verify: bool, as_json: bool) -> None:
    """Show the log of acts: who did what, when and why. Each entry is chained to the one before."""
    from issuer.register import LogHead  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        if verify or head is not None:
            kept = None if head is None else LogHead.from_text(head)
            found = agency.register.verify_log(kept)
            if as_json:
                print_json({"entries": found.seq, "head": found.text})
            else:
                say(tr("All {n} entries are as they were written."), n=figure(found.seq))
                say(tr("Keep this line somewhere else; with --head it shows later that nothing was changed:"))
                click.echo(found.text)
            return
        stands = agency.register.log_head().seq
        acts = _all(agency.register.acts, max(0, stands - last) if last else 0)
    if as_json:
        print_json([act_facts(each) for each in acts])
    else:
        rows = [
            (str(a.seq), minute(a.act.at), a.act.who, a.act.action, a.act.target[:40], a.act.why, _said(a))
            for a in acts
        ]
        columns = (tr("NO."), tr("TIME"), tr("WHO"), tr("ACT"), tr("TARGET"), tr("WHY"), tr("FACTS"))
        print_table(columns, rows)


def _all(read: Callable[..., tuple[LoggedAct, ...]], after: int) -> list[LoggedAct]:
    found: list[LoggedAct] = []
    while page := read(after=after, limit=1000):
        found += page
        after = page[-1].seq
    return found


def _said(logged: LoggedAct) -> str:
    return " ".join(f"{name}={value}" for name, value in logged.act.facts.items())


COMMANDS = (list_, show, revoke, suspend, reinstate, log)
