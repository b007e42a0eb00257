"""`wallet answer`: read a request, ask the person, show the answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import collect
from counterproof.optics.files import read_pipe
from counterproof.optics.kinds import Kind, may_be_code
from counterproof.optics.sources import BytesSource, FileSource, Source, TextSource
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.cli import consent_text
from wallet.cli.app import REFUSED, Session, as_json, emit, with_wallet
from wallet.cli.consent_text import Choice
from wallet.cli.output import CODES, Target, show_in_terminal, texts_of
from wallet.consent import Setting
from wallet.presentment import OverAskingError, Presentment, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.showing import Showing


@click.command(cls=Command)
@with_wallet
@click.argument("request", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write .png, .gif, .txt, or a folder of frames.")
@click.option("--overwrite", is_flag=True, help="Replace what is at --out.")
@click.option("--card", "cards", multiple=True, help="Answer from this card, where several would do.")
@click.option("--yes", is_flag=True, help="Ask nothing; show just the fields named with --allow.")
@click.option("--allow", multiple=True, metavar="FIELD", help="With --yes: element, or namespace/element.")
@click.option(
    "--allow-beyond",
    multiple=True,
    metavar="FIELD",
    help="With --yes: show this field though the counter is not registered to ask for it, or to keep it.",
)
@click.option("--decline", is_flag=True, help="Show the refusal, so that the counter need not wait.")
@click.option("--insist-unknown-reader", is_flag=True, help="Answer though nobody vouches for the asker.")
@click.option("--show-used-copy", is_flag=True, help="Show a copy again that was shown before.")
@as_json
def answer(
    session: Session,
    *,
    request: tuple[str, ...],
    out: Path | None,
    cards: tuple[str, ...],
    allow: tuple[str, ...],
    allow_beyond: tuple[str, ...],
    overwrite: bool,
    yes: bool,
    decline: bool,
    insist_unknown_reader: bool,
    show_used_copy: bool,
    as_json: bool,
) -> None:
    """Answer the REQUEST of a counter: pictures, a PDF, text files, a pasted text, or - (stdin)."""
    if yes and not (allow or allow_beyond):
        raise UsageError("wallet.needs-allow")
    target = Target.of(out, CODES, folders=True, overwrite=overwrite) if out is not None else None
    m = collect(sources(request), awaited=frozenset({Kind.REQUEST})).m
    with session.open() as holder:
        presentment = Presentment.read(holder, m, _setting(holder, session, cards))
        for line in consent_text.lines(presentment.view):
            click.echo(line, err=as_json)
        if decline and not presentment.repeated:
            showing: Showing | None = presentment.decline(insists_on_unknown=insist_unknown_reader)
        else:
            choice = _choice(presentment, allow, allow_beyond) if yes else None
            showing = _agreed(presentment, choice, insists=insist_unknown_reader, reuse=show_used_copy)
        if showing is None:
            _say_refused(presentment, as_json=as_json)
            raise click.exceptions.Exit(REFUSED)
        _present(presentment, showing, target, session, as_json=as_json)


def sources(names: Sequence[str]) -> list[Source]:
    """Return what a person named: `-`, the text of a code, or the path of a file."""
    return [_source(name) for name in names]


def _source(name: str) -> Source:
    if name == "-":
        return BytesSource(read_pipe(sys.stdin.buffer), "standard input")
    if may_be_code(name):
        return TextSource(name)
    return FileSource(Path(name))


def _setting(holder: Holder, session: Session, cards: Iterable[str]) -> Setting:
    picked = [holder.find(card, language=session.language) for card in cards]
    return Setting(language=session.language, cards={card.doc_type: card.id for card in picked})


def _choice(presentment: Presentment, allow: Iterable[str], beyond: Iterable[str]) -> Choice:
    decided = _refs(presentment, beyond)
    return Choice(_refs(presentment, allow) | decided, decided)


def _refs(presentment: Presentment, allow: Iterable[str]) -> frozenset[ElementRef]:
    """Return the offered fields that `--allow` names; one that is not offered stops the command."""
    refs = set()
    for name in allow:
        matching = [
            each.ref
            for each in presentment.view.fields
            if name in (each.ref[2], f"{each.ref[1]}/{each.ref[2]}")
        ]
        if not matching:
            raise UsageError("wallet.not-offered", field=marked(name))
        refs.update(matching)
    return frozenset(refs)


def _agreed(presentment: Presentment, given: Choice | None, *, insists: bool, reuse: bool) -> Showing | None:
    """Return what to show, None where the person wants nothing shown."""
    if presentment.repeated:
        same = tr("You answered this request before. It is the same answer; no further copy is used.")
        click.echo(same, err=True)
        return presentment.showing
    if not presentment.view.can_answer:
        presentment.refuse()
        raise UsageError("wallet.nothing-held")
    presentment.check_reader(insists=insists)
    choice = consent_text.ask(presentment.view) if given is None else given
    if not choice.refs:
        presentment.refuse()
        return None
    if given is None and not reuse:
        reuse = _lets_reuse(presentment, choice.refs)
    try:
        return presentment.agree(choice.refs, insists_on_unknown=insists, reuse=reuse, beyond=choice.beyond)
    except OverAskingError:
        presentment.refuse()  # the history keeps who asked for more, and the request that proves it
        raise


def _lets_reuse(presentment: Presentment, chosen: frozenset[ElementRef]) -> bool:
    used = any(
        document.shown_before and any(each.ref in chosen for each in document.fields)
        for document in presentment.view.documents
    )
    question = tr("Show a copy that was shown before, all the same?")
    return used and ask_yes(question, err=True)


def _say_refused(presentment: Presentment, *, as_json: bool) -> None:
    if as_json:
        emit({**consent_text.to_plain(presentment.view), "outcome": presentment.stage.value, "shown": []})
    else:
        click.echo(tr("Nothing was shown. The counter learns nothing, not even that you were asked."))


def _present(
    presentment: Presentment, showing: Showing, target: Target | None, session: Session, *, as_json: bool
) -> None:
    declined = presentment.stage is Stage.DECLINED
    written = [] if target is None else target.write_code(showing)
    if target is None and not as_json:
        show_in_terminal(showing, session.clock)
    presentment.shown()
    if as_json:
        emit(
            {
                **consent_text.to_plain(presentment.view),
                "outcome": presentment.stage.value,
                "repeated": presentment.repeated,
                "session": presentment.request.session_digest.hex(),
                "shown": [] if declined else [list(ref) for ref in presentment.shown_refs()],
                "files": [str(path) for path in written],
                "texts": [] if written else texts_of(showing),
                "frames": showing.frames_needed,
                "bytes": len(showing.message),
            }
        )
        return
    if len(written) == 1:
        said = tr("The refusal is in {file}.") if declined else tr("The answer is in {file}.")
        click.echo(said.format(file=written[0]))
    elif written:
        said = tr("The refusal is in {n} pictures in {folder}.")
        said = said if declined else tr("The answer is in {n} pictures in {folder}.")
        click.echo(said.format(n=len(written), folder=written[0].parent))
    click.echo(tr("Hold it towards the reader. Only this counter can read it."))
