"""`issuer bulk`: a table of people, issued by worker processes, stopped and gone on with at any point."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.sealing import files
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from issuer.cli.output import check_free, counted, figure, hand_out, json_option, print_json, say
from issuer.cli.proposals import say_lists, say_second, say_waiting
from issuer.cli.session import PASSPHRASE, Session, session
from issuer.csv_rows import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from issuer.bulk.pools import Pool
    from issuer.bulk.run import BulkRun, Summary
    from issuer.subjects import Problem

_SHOWN = 20
_FILE = click.Path(dir_okay=False, path_type=Path)
_WORKERS = 2
_HEAD = ("line", "column", "code", "reason")
_OF_ITS_HEAD = {"bulk.head", "bulk.which-keys", "bulk.which-targets", "bulk.column-kind"}
_OF_THE_TABLE = {*_OF_ITS_HEAD, "bulk.kind", "bulk.not-parquet", "bulk.too-large", "subjects.encoding"}


@click.command(cls=Command)
@session(keys=True)
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--type", "doc_type", required=True, help="What to issue: a docType, or its file's name.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The run's folder: parts in Parquet. The same folder again goes on with the run.",
)
@click.option("--valid-days", type=click.IntRange(min=1), help="How long the documents last.")
@click.option("--dry-run", is_flag=True, help="Check every row and issue nothing.")
@click.option(
    "--report",
    type=_FILE,
    help="Write every bad row here: line, column, code and reason, CSV.",
)
@click.option("--without-bad", is_flag=True, help="Issue the good rows although there are bad ones.")
@click.option(
    "--workers", type=click.IntRange(0, 512), default=_WORKERS, show_default=True, help="Local processes."
)
@click.option("--scheduler", metavar="URL", help="A Dask scheduler, such as tls://host:8786.")
@click.option("--yes", is_flag=True, help="Do not ask before it begins.")
@click.option(
    "--reason", default="bulk", show_default=True, help="Why, for a second person who must agree: a code."
)
@json_option
def bulk(session: Session, /, source: Path, doc_type: str, out: Path, **options: Any) -> None:
    """Issue to everybody in FILE (.csv or .parquet): all of it checked first, then part after part.

    Each row has `subject`, the fields of the type, and `request` (a wallet's request, base64: the reply is
    sealed to it) or `device_key` (base64 of a P-256 point whose possession was proven before). A run that was
    stopped or killed goes on with the same command: nothing is issued twice, and nothing is lost. More than
    one person may issue to alone waits for a second one (`issuer proposal`); then the same command goes on.
    """
    from counterproof.sealing import kdf  # noqa: PLC0415 - its imports are slow; --help needs none
    from issuer.bulk.folder import opened  # noqa: PLC0415

    report = _Report(options["report"])
    passphrase = session.passphrase()
    with session.open(passphrase=passphrase) as agency, report.of_refusals():
        agency.warm_up()
        with (
            opened(
                agency.desk,
                source,
                doc_type,
                out,
                valid_days=options["valid_days"],
                dry_run=options["dry_run"],
                policy=getattr(agency.desk.keys, "policy", kdf.STANDARD),
            ) as run,
            _pool(options["workers"], options["scheduler"], passphrase()) as pool,
            _stopped_in_good_order(),
        ):
            _work(session, run, pool, options, report)


@contextmanager
def _stopped_in_good_order() -> Iterator[None]:
    """Let SIGTERM, with which timers and machines that shut down stop a program, be as good as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _pool(workers: int, scheduler: str | None, passphrase: str) -> AbstractContextManager[Pool]:
    from issuer.bulk import pools  # noqa: PLC0415

    if scheduler is not None:
        if scheduler.startswith("tcp://"):
            say(
                tr(
                    "Whoever else reaches this scheduler can run programs on its workers: use tls:// unless"
                    " the network is yours alone."
                ),
                err=True,
            )
        return pools.remote(scheduler)
    return pools.local(workers, {PASSPHRASE: passphrase})


def _work(session: Session, run: BulkRun, pool: Pool, options: dict[str, Any], report: _Report) -> None:
    from issuer.agency import leave  # noqa: PLC0415
    from issuer.bulk.run import BulkRefusedError  # noqa: PLC0415
    from issuer.subjects import Problem  # noqa: PLC0415

    if not run.resumed:
        problems = _with_progress(tr("Checking"), run, lambda progress: run.check(pool, progress))
        report.write(problems)
        if problems and not options["without_bad"]:
            raise BulkRefusedError(problems, run.state.rows)
        _tell(problems, options["report"])
    else:
        report.write([Problem(int(line), code) for line, code in run.state.left_out.items()])
    summary = run.summary()
    second = leave.needed(run.desk, run.wanted)
    if options["dry_run"]:
        _say(summary, tr("Nothing was issued. It would be {documents} of {type} to {people}."), options)
        if second:
            say_second()
        return
    if not options["yes"]:
        _say(summary, tr("This issues {documents} of {type} to {people}."), options)
        ask_yes(tr("Go on?"), abort=True, err=True)
    run.decide()
    if second:
        made = leave.propose(run.desk, run.wanted, reason=options["reason"])
        say_waiting(session, made, as_json=options["as_json"])
    done = _with_progress(tr("Issuing"), run, lambda progress: run.issue(pool, progress))
    _tell(run.overtaken, None)
    _say(done, tr("Issued {documents} of {type} to {people}."), options, is_over=True)


def _with_progress(label: str, run: BulkRun, work: Callable[[Callable[[int], None]], Any]) -> Any:
    with click.progressbar(
        length=run.state.rows, label=label, file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
    ) as bar:
        return work(bar.update)


class _Report:
    """Every bad row as CSV, and the head alone where there is none: who asked for a report always has one.

    It takes the place of an earlier report, so that the same command can be given again; of nothing else.
    """

    def __init__(self, path: Path | None) -> None:
        self._earlier = path is not None and _is_report(path)
        if path is not None and not self._earlier:
            check_free(path)
        self._path = path
        self._written = False

    def write(self, problems: Sequence[Problem]) -> None:
        """Write it, unless it is written already."""
        if self._path is None or self._written:
            return
        rows = [(str(each.line or ""), each.column, each.code, _sentence(each)) for each in problems]
        content = written([_HEAD, *rows])
        if self._earlier:
            files.write_atomic(self._path, content)
        else:
            hand_out(self._path, content)
        self._written = True

    @contextmanager
    def of_refusals(self) -> Iterator[None]:
        """Write what a whole table is refused for, such as its head row, where no row was reached."""
        from counterproof.mdoc.errors import CounterproofError  # noqa: PLC0415
        from issuer.bulk.run import BulkRefusedError  # noqa: PLC0415
        from issuer.subjects import Problem  # noqa: PLC0415

        try:
            yield
        except BulkRefusedError as error:
            self.write(error.problems)
            raise
        except CounterproofError as error:
            if error.code in _OF_THE_TABLE:
                self.write([Problem(1 if error.code in _OF_ITS_HEAD else 0, error.code, facts=error.facts)])
            raise


def _is_report(path: Path) -> bool:
    head = written([_HEAD])
    try:
        with path.open("rb") as opened:
            return path.is_file() and not path.is_symlink() and opened.read(len(head)) == head
    except OSError:
        return False


def _tell(problems: Sequence[Problem], report: Path | None) -> None:
    for each in problems[:_SHOWN]:
        column = f", {each.column}" if each.column else ""
        line = tr("line {n}").format(n=each.line)
        click.echo(f"  {line}{column}: {_sentence(each)} [{each.code}]", err=True)
    if len(problems) > _SHOWN:
        if report is not None:
            rest = tr("and {n} more, all of them in {file}")
        else:
            rest = tr("and {n} more, all of them with --report FILE")
        say(f"  {rest}", n=figure(len(problems) - _SHOWN), file=report, err=True)


def _sentence(problem: Problem) -> str:
    from counterproof.words.explain import explain  # noqa: PLC0415

    sentence = explain(problem.code, {"element": problem.column, **problem.facts})
    return f"{sentence.what} {sentence.do}"


def _say(summary: Summary, words: str, options: dict[str, Any], *, is_over: bool = False) -> None:
    """Say what a run does or did; a program gets that once, and what a person is asked beside it."""
    if options["as_json"] and (is_over or options["dry_run"]):
        print_json(summary)
        return
    asked = options["as_json"]
    documents = counted(summary.documents, "{n} document", "{n} documents")
    people = counted(summary.people, "{n} person", "{n} people")
    say(words, documents=documents, type=summary.doc_type, people=people, err=asked)
    if summary.left_out:
        left = counted(summary.left_out, "{n} row is left out.", "{n} rows are left out.")
        click.echo(left, err=asked)
    if summary.done and not is_over:
        done = counted(
            summary.done,
            "{n} row is done already; the run goes on from there.",
            "{n} rows are done already; the run goes on from there.",
        )
        click.echo(done, err=asked)
    if summary.shortened:
        say(
            tr("They end sooner than the type says: they may not outlive their signer's certificate."),
            err=asked,
        )
    if is_over:
        say(tr("The parts are in the run's folder. In the log it is {run}."), run=summary.run)


@click.command("bulk-revoke", cls=Command)
@session(keys=True)
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="A code such as lost or moved-away; no names, no stories.")
@click.option("--type", "doc_type", help="Of people in the file, only what is of this type.")
@click.option(
    "--by", type=click.Choice(["batch", "subject"]), help="Which column counts, where the file has both."
)
@click.option("--dry-run", is_flag=True, help="Check every row and revoke nothing.")
@click.option("--report", type=_FILE, help="Write every bad row here, CSV.")
@click.option("--yes", is_flag=True, help="Do not ask before it begins.")
def bulk_revoke(session: Session, /, source: Path, reason: str, doc_type: str | None, **options: Any) -> None:
    """Revoke everything in FILE (.csv or .parquet), for ever: its column is `batch`, or `subject`.

    A run that was stopped is started again: what is revoked already is passed over. More than one person may
    change alone waits for a second one: see `issuer proposal`.
    """
    from issuer.agency import changing  # noqa: PLC0415
    from issuer.bulk import revoking  # noqa: PLC0415
    from issuer.register.model import check_reason  # noqa: PLC0415

    check_reason(reason)
    report = _Report(options["report"])
    with session.open() as agency:
        kind = None if doc_type is None else agency.catalogue().find(doc_type).type.doc_type
        with report.of_refusals():
            planned = revoking.plan(agency.desk, source, doc_type=kind, by=options["by"])
        report.write(())
        words = tr("This revokes {entries} of {people}, for ever. Revoked before: {before}.")
        entries = counted(len(planned.targets), "{n} entry", "{n} entries")
        people = counted(planned.people, "{n} person", "{n} people")
        say(words, entries=entries, people=people, before=figure(planned.done_before))
        second = not changing.alone(agency.desk, planned.targets)
        if options["dry_run"]:
            say(tr("Nothing was revoked."))
            if second:
                say_second()
            return
        if not options["yes"]:
            ask_yes(tr("Go on?"), abort=True, err=True)
        if second:
            made = changing.propose(agency.desk, "revoke", planned.targets, reason=reason)
            say_waiting(session, made)
        with click.progressbar(
            length=len(planned.targets), label=tr("Revoking"), file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            changed = revoking.revoke(agency.desk, planned, reason=reason, progress=bar.update)
    click.echo(counted(changed, "{n} copy is revoked.", "{n} copies are revoked."))
    say_lists(session)


COMMANDS = (bulk, bulk_revoke)
