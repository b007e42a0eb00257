"""`verifier check`: take what was shown, from any source, and say what it is worth."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.sealing import files
from counterproof.terminal.commands import Command
from counterproof.words.language import current, tr
from verifier.boundary import EXIT_CODES, UNREADABLE
from verifier.commands.request import saved_question
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from counterproof.optics.collect import Collected
    from counterproof.optics.sources import Source
    from counterproof.trust.kept import Trust
    from verifier.counter import Counter, Taking
    from verifier.decision import Decision

_PIPE: Final = "-"


@click.command(cls=Command)
@click.argument("inputs", nargs=-1, metavar="INPUT...")
@click.option("--take-shown", is_flag=True, help="Take a code that the person shows first, too.")
@click.option("--take-paper", is_flag=True, help="Take a paper slip and a code shown first, too.")
@click.option("--purpose", help="What you are doing, for a slip; the open request's purpose by default.")
@click.option("--request", "named", metavar="NAME", help="Hold it against the request saved as NAME.")
@click.option("--receipt", type=click.Path(dir_okay=False, path_type=Path), help="Write a receipt code here.")
@json_option
@session
@click.pass_context
def check(
    ctx: click.Context,
    called: Session,
    *,
    inputs: tuple[str, ...],
    take_shown: bool,
    take_paper: bool,
    purpose: str | None,
    named: str | None,
    receipt: Path | None,
    as_json: bool,
) -> None:
    """Decide about what was shown: pictures, PDFs, a folder of frames, texts of codes, or - for a pipe.

    Exit codes: 0 accepted, 1 refused, 2 used wrongly, 3 cannot tell, 4 cannot be read.
    """
    from verifier import drawing  # noqa: PLC0415 - its imports are slow; --help needs none

    if receipt is not None:
        drawing.check_out(receipt)
    sources = [source for each in inputs for source in _sources(each)]
    if not sources:
        raise UsageError("verifier.nothing-given")
    trust = called.trust()
    with called.counter() as counter:
        taking = _taking(called, trust, purpose, named, shown=take_shown, paper=take_paper)
        try:
            collected = _collect(counter, sources)
            decision = counter.take(collected.kind, collected.m, taking)
        except UsageError:
            raise
        except CounterproofError as error:
            if not as_json:
                raise
            _print(_unreadable(error))
            ctx.exit(UNREADABLE)
        _say(called, trust, decision, collected, as_json=as_json)
        if receipt is not None:
            _write_receipt(called, trust, counter, decision, receipt)
    ctx.exit(EXIT_CODES[decision.verdict.value])


def _sources(given: str) -> list[Source]:
    """Return what an argument names: a pipe, the text of a code, a folder's files in order, or a file."""
    from counterproof.optics.files import read_pipe  # noqa: PLC0415
    from counterproof.optics.kinds import may_be_code  # noqa: PLC0415
    from counterproof.optics.sources import BytesSource, FileSource, TextSource  # noqa: PLC0415

    if given == _PIPE:
        return [BytesSource(read_pipe(sys.stdin.buffer), "standard input")]
    path = Path(given)
    if may_be_code(given) and not files.exists(path):
        return [TextSource(given)]
    if files.is_folder(path):
        found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        if not found:
            raise UsageError("verifier.empty-folder", name=path.name)
        return [FileSource(each) for each in found]
    if not files.exists(path):
        raise UsageError("optics.file-missing", name=path.name)
    return [FileSource(path)]


def _taking(
    called: Session, trust: Trust, purpose: str | None, named: str | None, *, shown: bool, paper: bool
) -> Taking:
    from counterproof.mdoc.verification.policy import Mode  # noqa: PLC0415
    from verifier.counter import Taking  # noqa: PLC0415
    from verifier.question import check_purpose  # noqa: PLC0415

    if purpose is not None:
        check_purpose(purpose)
    modes = frozenset({Mode.SHOWN_FIRST} if shown or paper else set()) | (
        frozenset({Mode.SLIP}) if paper else frozenset()
    )
    asked = None if named is None else saved_question(called, named, trust)
    return Taking(modes, asked, purpose)


def _collect(counter: Counter, sources: list[Source]) -> Collected:
    from counterproof.optics.collect import collect  # noqa: PLC0415
    from verifier.counter import AWAITED  # noqa: PLC0415

    try:
        return collect(sources, awaited=AWAITED)
    except CounterproofError as error:
        counter.unreadable(error.code)
        raise


def _say(called: Session, trust: Trust, decision: Decision, collected: Collected, *, as_json: bool) -> None:
    from verifier.render import as_text  # noqa: PLC0415
    from verifier.report_json import as_json as plain  # noqa: PLC0415

    if as_json:
        seen = [{"code": each.code, "times": each.times} for each in collected.notes]
        _print({**plain(decision), "seen_besides": seen})
        return
    click.echo(as_text(decision, called.types(trust), colour=sys.stdout.isatty(), language=current()))


def _unreadable(error: CounterproofError) -> dict[str, Any]:
    from counterproof.words.explain import explain_error  # noqa: PLC0415

    sentence = explain_error(error)
    return {"verdict": "unreadable", "code": error.code, "what": sentence.what, "do": sentence.do}


def _print(value: dict[str, Any]) -> None:
    """Print JSON in ASCII: values are other people's, and a terminal obeys more letters than JSON escapes."""
    click.echo(json.dumps(value, indent=2))


def _write_receipt(called: Session, trust: Trust, counter: Counter, decision: Decision, out: Path) -> None:
    from counterproof.optics.kinds import Kind  # noqa: PLC0415
    from verifier import drawing  # noqa: PLC0415

    m = counter.receipt(decision, called.identity(trust))
    head = [drawing.Heading(called.home.settings().name)]
    drawing.write_code(out, Kind.RECEIPT, m, head=head, at=called.clock.now())
    click.echo(tr("Receipt: {file}").format(file=out), err=True)


COMMANDS = (check,)
