"""`verifier drill`: practise, in a terminal, with people who do not exist."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command
from counterproof.words.columns import padded, width
from counterproof.words.language import tr
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.drill.situations import Act
    from verifier.flow.drill import Drill, Learned, Looked, Person, Scored

_RULE = "//// SPECIMEN //// " * 4


@click.command(cls=Command)
@click.option("--people", type=int, default=None, help="How many come, 8 to 16; 10 unless told otherwise.")
@json_option
@session
def drill(called: Session, *, people: int | None, as_json: bool) -> None:
    """Practise: people who do not exist come to the counter, some of them with spoofs, and you are scored.

    Answer each with 1 (go ahead), 2 (do not) or 3 (find another way). Nothing here is real: documents are
    specimens of an agency that is made for the drill and forgotten with it. Nothing of it reaches this
    counter's trust or state; its journal counts that a drill was held, and not how it went.
    """
    from verifier.flow.drill import USUAL, Drill, Scored, mark  # noqa: PLC0415 - slow; --help needs none

    made = Drill(called.clock, os.urandom, USUAL if people is None else people)
    try:
        while not isinstance(made.state, Scored):
            _step(made, quiet=as_json)
    finally:
        made.close()
    if called.home.exists:
        with called.counter() as counter:
            mark(counter.journal, called.clock)
    _tell(made.state, as_json=as_json)


def _step(drill: Drill, *, quiet: bool) -> None:
    """Go on by one state; what is read goes to standard error where a program reads the rest."""
    from verifier.flow.drill import Beginning, Learned, Looked, Meeting  # noqa: PLC0415

    state = drill.state
    if isinstance(state, Meeting):
        click.echo("\n".join(_met(state.person)), err=quiet)
        drill.look()
    elif isinstance(state, Looked):
        click.echo("\n".join(_looked(state)), err=quiet)
        drill.act(_asked(quiet=quiet))
    else:
        if isinstance(state, Learned):
            click.echo("\n".join(_learned(state)), err=quiet)
        assert isinstance(state, Beginning | Learned)
        drill.go_on()


def _met(person: Person) -> Iterator[str]:
    from verifier.drill.telling import before_you  # noqa: PLC0415

    yield ""
    yield _RULE
    yield tr("Person {number} of {of}").format(number=person.number, of=person.of)
    yield person.seen
    yield before_you(person.face)


def _looked(state: Looked) -> Iterator[str]:
    from counterproof.words.drill import ACTS, ACTS_MEAN  # noqa: PLC0415
    from counterproof.words.explain import explain_error  # noqa: PLC0415
    from verifier.drill.telling import on_the_picture  # noqa: PLC0415

    yield ""
    view = state.view
    if view is None:
        assert state.trouble is not None
        yield explain_error(state.trouble).what
    else:
        yield tr("SPECIMEN") + f": {view.word.upper()}"
        yield from view.why
        for document in view.documents:
            yield f"  {document.title}"
            column = max((width(label) for label, _ in document.fields), default=0)
            yield from (f"    {padded(label, column)}  {value}" for label, value in document.fields)
        if state.pictured is not None:
            yield on_the_picture(state.pictured)
        yield from (each for each in (view.qualifier, view.evidence) if each)
    yield ""
    for number, name in enumerate(ACTS, start=1):
        choice = tr("{act} ({means})").format(act=ACTS[name], means=ACTS_MEAN[name])
        yield f"  {number}  {choice}"


def _asked(*, quiet: bool) -> Act:
    """Return what the clerk does; raises UsageError `drill.not-answered` where nobody answers."""
    from verifier.drill.situations import Act  # noqa: PLC0415

    choices = click.Choice([str(number) for number in range(1, len(Act) + 1)])
    try:
        given: str = click.prompt(tr("What do you do?"), type=choices, err=quiet)
    except click.Abort:
        raise UsageError("drill.not-answered") from None
    return tuple(Act)[int(given) - 1]


def _learned(state: Learned) -> Iterator[str]:
    from verifier.drill.telling import learned  # noqa: PLC0415

    yield ""
    yield from learned(state.result)


def _tell(score: Scored, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(as_members(score), ensure_ascii=False, indent=2))
        return
    from verifier.drill.telling import missed, scored  # noqa: PLC0415

    click.echo(f"\n{_RULE}\n{scored(score)}")
    for each in score.missed:
        click.echo(f"- {missed(each)}")


def as_members(score: Scored) -> dict[str, object]:
    """Return the score for a program; names of situations are stable."""
    return {
        "right": score.right,
        "people": len(score.results),
        "grave": score.grave,
        "results": [
            {"situation": each.name, "act": each.act.value, "right": each.right, "grave": each.grave}
            for each in score.results
        ],
    }


COMMANDS = (drill,)
