"""`issuer proposal`: changes of statuses that need a second person."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from counterproof.words.model import NN_
from issuer.cli.output import (
    RUNS_OUT,
    counted,
    figure,
    json_option,
    minute,
    print_facts,
    print_json,
    print_table,
    say,
    say_next,
)
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.register.console_model import Proposal

_ACTIONS = ("revoke", "suspend", "reinstate")
_STATES = ("waiting", "approved", "refused", "withdrawn", "done")


def say_waiting(session: Session, made: Proposal, *, as_json: bool = False) -> NoReturn:
    """Say that something waits for a second person, and end with the exit code of what is not done yet.

    A program gets the proposal, and what a person needs beside it.
    """
    if as_json:
        print_json({"waiting": made})
    say(
        tr("That needs a second person. It waits for one as proposal {id}:"), id=made.proposal_id, err=as_json
    )
    click.echo(f"  issuer proposal agree {session.folder} {made.proposal_id}", err=as_json)
    if made.is_leave:
        say(tr("When somebody has agreed, the same command again goes on."), err=as_json)
    raise click.exceptions.Exit(RUNS_OUT)


def say_second() -> None:
    """Say of a dry run that it would wait for a second person."""
    say(tr("A second person must agree to it first."), err=True)


def say_lists(session: Session) -> None:
    """Say when counters learn of a change of statuses."""
    say_next(tr("Counters learn of it with the next lists:"), f"issuer publish {session.folder} OUT")


@click.group(cls=Group)
def proposal() -> None:
    """Propose what one person may not change alone, and agree to what somebody else proposed."""


@proposal.command("make")
@session()
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("--reason", required=True, help="A code such as lost or moved-away; no names, no stories.")
def make(session: Session, /, action: str, targets: tuple[str, ...], reason: str) -> None:
    """Propose a change of batches, or of copies (BATCH.NUMBER). Nothing changes yet."""
    from issuer.agency import changing  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        made = changing.propose(agency.desk, action, targets, reason=reason)
    waits = tr("Proposal {id} waits for a second person, until {time}.")
    say(waits, id=made.proposal_id, time=minute(made.expires_at))
    click.echo(f"  issuer proposal agree {session.folder} {made.proposal_id}")


@proposal.command("list")
@session()
@click.option("--state", type=click.Choice(_STATES), help="Only those of this state.")
@json_option
def list_(session: Session, /, state: str | None, *, as_json: bool) -> None:
    """List proposals, the newest first."""
    from issuer import terms  # noqa: PLC0415 - as above
    from issuer.register.console_model import ProposalState  # noqa: PLC0415

    with session.open() as agency:
        wanted = None if state is None else ProposalState(state)
        found = agency.register.changes.proposals(state=wanted, limit=1000)
    if as_json:
        print_json(found)
        return
    if not found:
        say(tr("No proposal was found."))
        return
    rows = [
        (
            each.proposal_id,
            terms.said(each.action),
            figure(each.documents),
            each.reason,
            each.who,
            minute(each.created_at),
            terms.said(each.state.value),
            each.decided_by or "",
        )
        for each in found
    ]
    about = (tr("PROPOSAL"), tr("CHANGE"), tr("DOCUMENTS"), tr("WHY"))
    print_table((*about, tr("BY"), tr("SINCE"), tr("STATE"), tr("SECOND")), rows)


@proposal.command("show")
@session()
@click.argument("proposal_id", metavar="PROPOSAL")
@json_option
def show(session: Session, /, proposal_id: str, *, as_json: bool) -> None:
    """Show PROPOSAL and everything that it would change."""
    from issuer import terms  # noqa: PLC0415 - as above

    with session.open() as agency:
        found = agency.register.changes.proposal(proposal_id)
        targets = agency.register.changes.targets(proposal_id)
    if as_json:
        print_json({"proposal": found, "targets": targets})
        return
    print_facts(
        [
            (tr("What would change"), terms.proposed(found)),
            (tr("Reason"), found.reason),
            (tr("Proposed"), tr("{time}, by {who}").format(time=minute(found.created_at), who=found.who)),
            (tr("State"), terms.said(found.state.value)),
            *([("SHA-256", found.digest.hex())] if found.digest is not None else []),
        ]
    )
    click.echo("\n" + "\n".join(targets))


@proposal.command("agree")
@session()
@click.argument("proposal_id", metavar="PROPOSAL")
def agree(session: Session, /, proposal_id: str) -> None:
    """Be the second person: PROPOSAL is carried out now. One that broke off goes on.

    A bulk run and the withdrawal of a signer go on when the command that proposed them is given again.
    """
    from issuer import terms  # noqa: PLC0415
    from issuer.agency import changing  # noqa: PLC0415

    with session.open() as agency:
        length = len(agency.register.changes.targets(proposal_id))
        with click.progressbar(
            length=length, label=tr("Changing"), file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            done = changing.agree(agency.desk, proposal_id, progress=bar.update)
    if done.is_leave:
        words = tr("You agreed ({change}). The command that proposed it goes on when it is given again.")
        say(words, change=terms.said(done.action))
        return
    one, many = NN_("{n} copy was changed ({change}).", "{n} copies were changed ({change}).")
    click.echo(counted(done.changed, one, many, change=terms.said(done.action)))
    say_lists(session)


@proposal.command("refuse")
@session()
@click.argument("proposal_id", metavar="PROPOSAL")
def refuse(session: Session, /, proposal_id: str) -> None:
    """Decline PROPOSAL as the second person; nothing changes."""
    from issuer.agency import changing  # noqa: PLC0415

    with session.open() as agency:
        _say(changing.refuse(agency.desk, proposal_id))


@proposal.command("withdraw")
@session()
@click.argument("proposal_id", metavar="PROPOSAL")
def withdraw(session: Session, /, proposal_id: str) -> None:
    """Take your own PROPOSAL back."""
    from issuer.agency import changing  # noqa: PLC0415

    with session.open() as agency:
        _say(changing.withdraw(agency.desk, proposal_id))


def _say(found: Proposal) -> None:
    from issuer import terms  # noqa: PLC0415

    say(tr("The proposal is {state}. Nothing was changed."), state=terms.said(found.state.value))


COMMANDS = (proposal,)
