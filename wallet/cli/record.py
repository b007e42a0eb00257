"""`wallet history` and `wallet receipt`: what was shown to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import collect
from counterproof.optics.kinds import Kind
from counterproof.sealing import files
from counterproof.strict_json import dumps
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words.columns import padded, width
from counterproof.words.explain import explain
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet import history as log
from wallet.cli.answering import sources
from wallet.cli.app import Commands, Session, as_json, emit, with_wallet
from wallet.flows.past import meant_for
from wallet.purposes import with_id
from wallet.receipts import file_receipt, kept_unsaid
from wallet.records import ShowMode, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.records import HistoryRecord


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def history(ctx: click.Context) -> None:
    """Show, delete or export what was shown to whom. It never holds a value."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@history.command("list")
@with_wallet
@as_json
def list_(session: Session, *, as_json: bool) -> None:
    """List what was shown, newest first."""
    with session.open() as holder:
        found = log.entries(holder)[::-1]
    if as_json:
        emit([log.to_plain(entry) for entry in found])
        return
    if not found:
        click.echo(tr("Nothing was shown yet."))
    for entry in found:
        record = entry.record
        click.echo(f"{_time(record.at)}  {_who(entry)} · {PHRASES[f'outcome.{log.outcome_of(record)}']}")
        fields = ", ".join(marked(each.label) for each in record.elements) or tr("nothing")
        click.echo(f"    {fields} · {tr('id {id}').format(id=short_id(entry.id))}")


@history.command()
@with_wallet
@click.argument("entry")
@as_json
def show(session: Session, entry: str, *, as_json: bool) -> None:
    """Show one ENTRY (its id in the list) in full."""
    with session.open() as holder:
        found = log.find(holder, entry)
    if as_json:
        emit(log.to_plain(found))
        return
    for line in _lines(found):
        click.echo(line)


@history.command()
@with_wallet
@click.argument("entries", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Delete the whole history.")
@click.option("--requests-only", is_flag=True, help="Keep the entries; delete the signed requests in them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(
    session: Session, entries: tuple[str, ...], *, everything: bool, requests_only: bool, yes: bool
) -> None:
    """Delete ENTRIES of the history for good. Used copies stay used."""
    if bool(entries) == everything:
        raise UsageError("wallet.which-entries")
    with session.open() as holder:
        which = log.entries(holder) if everything else [log.find(holder, each) for each in entries]
        count = len(which)
        if not yes:
            ask_yes(_question(count, requests_only=requests_only), abort=True, err=True)
        if requests_only:
            count = log.forget_requests(holder, which)
        else:
            log.delete(holder, which)
    click.echo(tr("Deleted: {n}.").format(n=count))


def _question(count: int, *, requests_only: bool) -> str:
    if requests_only:
        return ntr(
            "Delete the signed request of {n} entry for good?",
            "Delete the signed requests of {n} entries for good?",
            count,
        ).format(n=count)
    return ntr("Delete {n} entry for good?", "Delete {n} entries for good?", count).format(n=count)


@history.command()
@with_wallet
@click.argument("file", type=click.Path(path_type=Path))
def export(session: Session, file: Path) -> None:
    """Write the history to FILE as JSON: names of fields and readers, no values. It is not sealed."""
    with session.open() as holder:
        found = log.entries(holder)
    content = {
        "type": "counterproof.wallet-history",
        "version": 1,
        "entries": [log.to_plain(e) for e in found],
    }
    files.write_atomic(file, dumps(content), replace=False)
    click.echo(ntr("Wrote {n} entry.", "Wrote {n} entries.", len(found)).format(n=len(found)))
    click.echo(tr("Whoever can read the file learns where you have been."))


@click.command(cls=Command)
@with_wallet
@click.argument("code", nargs=-1, required=True)
@as_json
def receipt(session: Session, code: tuple[str, ...], *, as_json: bool) -> None:
    """File the receipt CODE of a counter under what it is about: picture, text file, or pasted text."""
    m = collect(sources(code), awaited=frozenset({Kind.RECEIPT})).m
    with session.open() as holder:
        entry = file_receipt(holder, m)
    if as_json:
        emit(log.to_plain(entry))
        return
    for line in _receipt(entry):
        click.echo(line)
    click.echo(tr("Filed under entry {id} of the history.").format(id=short_id(entry.id)))


def _lines(entry: log.Entry) -> Iterator[str]:
    record = entry.record
    yield _row(tr("When:"), _time(record.at))
    yield _row(tr("To whom:"), _who(entry))
    how = PHRASES[f"mode.{record.mode.value}"], PHRASES[f"outcome.{log.outcome_of(record)}"]
    yield _row(tr("How:"), ", ".join(how))
    if record.purpose:
        version = tr("version {n}").format(n=record.purpose_version)
        named = with_id(record.purpose_title, record.purpose)
        versioned = [named, version] if record.purpose_version is not None else [named]
        yield _row(tr("For:"), ", ".join(versioned))
    if record.purpose_code not in ("", "ok"):
        yield _row("", explain(record.purpose_code).what)
    yield from _elements(record)
    yield _row(tr("Request:"), record.sessions[-1].hex())
    yield from _receipt(entry)


def _elements(record: HistoryRecord) -> Iterator[str]:
    for each in record.elements:
        kept = f"  - {tr('the reader said that it keeps this')}" if each.kept else ""
        yield f"  {marked(each.label)} ({each.identifier}){kept}"
        if each.beyond:
            yield f"      ! {tr('You decided so.')} {explain(each.beyond).what}"
    if not record.elements:
        yield f"  {tr('Nothing was shown.')}"
        for doc_type, _, identifier in record.asked:
            asked = tr("asked for: {field} of {card}")
            yield f"  {asked.format(field=marked(identifier), card=marked(doc_type))}"


_COLUMN: Final = 9
_NAMES: Final = (N_("When:"), N_("To whom:"), N_("How:"), N_("For:"), N_("Request:"), N_("Receipt:"))


def _row(name: str, value: str) -> str:
    column = max(_COLUMN, *(width(tr(each)) for each in _NAMES))
    return f"{padded(name, column)} {value}"


def _receipt(entry: log.Entry) -> Iterator[str]:
    filed = entry.record.receipt
    if filed is None:
        return
    yield _row(tr("Receipt:"), f"{PHRASES[f'receipt.{filed.outcome}']}, {_time(filed.at)}.")
    labels = {each.ref: each.label for each in entry.record.elements}
    kept = ", ".join(marked(labels.get(ref, ref[2])) for ref in filed.kept)
    yield _row("", tr("It says that it keeps: {fields}.").format(fields=kept or tr("nothing")))
    if entry.record.mode is ShowMode.TWO_WAY and kept_unsaid(entry.record):
        more = tr("It keeps more than it had said when it asked. You may complain with this receipt.")
        yield _row("", f"! {more}")


def _who(entry: log.Entry) -> str:
    record = entry.record
    if record.verified:
        return f"{marked(record.reader)} ({marked(record.agency)})"
    if record.mode is ShowMode.TWO_WAY:
        return tr("Unknown reader {name}").format(name=marked(record.reader)).strip()
    return meant_for(record)


def _time(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
