"""`issuer offer` and `issuer issue`: from an invitation to a sealed reply."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command
from counterproof.words.language import current, tr
from counterproof.words.model import NN_
from issuer.cli.founding import finding_line
from issuer.cli.output import (
    check_free,
    counted,
    figure,
    from_to,
    hand_out,
    json_option,
    listed,
    minute,
    print_json,
    say,
    say_next,
)
from issuer.cli.proposals import say_second, say_waiting
from issuer.cli.scanning import say_number
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency import Agency, Issued, Plan
    from issuer.subjects import Subject

_FILE = click.Path(dir_okay=False, path_type=Path)
_MAX_DATA = 256 * 1024 * 1024
_MAX_PICTURE = 20_000_000


@click.command(cls=Command)
@session()
@click.option("--type", "doc_type", required=True, help="What to offer: a docType, or its file's name.")
@click.option("--copies", type=int, help="How many one-time copies; the type's own number by default.")
@click.option("--days", type=int, default=14, show_default=True, help="How long the offer stands.")
@click.option("--out", type=_FILE, help="Write the offer here; else it is printed.")
def offer(session: Session, /, doc_type: str, copies: int | None, days: int, out: Path | None) -> None:
    """Make an invitation for one wallet. It holds nothing secret and nothing personal, and is good once."""
    from counterproof.handover.request import SUFFIX  # noqa: PLC0415 - its imports are slow; --help needs none

    if out is not None:
        check_free(out)
    with session.open() as agency:
        made = agency.offer(doc_type, copies=copies, life_days=days)
    if out is None:
        click.echo(made.to_bytes().decode(), nl=False)
        return
    hand_out(out, made.to_bytes())
    one, many = NN_(
        "The offer of {n} copy is in {file}. It stands until {time}.",
        "The offer of {n} copies is in {file}. It stands until {time}.",
    )
    click.echo(counted(made.batch_size, one, many, file=out, time=minute(made.expires_at)))
    answer = f"wallet request {out} --out {out.with_suffix(SUFFIX)}"
    say_next(tr("The wallet answers it with a request:"), answer)


@click.command(cls=Command)
@session(keys=True)
@click.option(
    "--request",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The wallet's request, or a picture of its code; or a folder of REFERENCE.cprequest files.",
)
@click.option("--type", "doc_type", required=True, help="What to issue: a docType, or its file's name.")
@click.option("--from", "source", help="Ask this attribute source instead: see `issuer source`.")
@click.option("--person", help="Whom to ask the source about, by your own reference.")
@click.option(
    "--subject-data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The data, .json or .csv; `issuer types DIR TYPE` says which fields.",
)
@click.option("--subject", help="Whose data to take, where the file has several people.")
@click.option(
    "--portrait",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A picture of this person: JPEG, PNG or WebP, made small here.",
)
@click.option(
    "--valid-days",
    type=click.IntRange(min=1),
    help="How long the documents last; as the type says by default.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the reply goes; beside the request by default."
)
@click.option("--dry-run", is_flag=True, help="Check everything and issue nothing.")
@json_option
def issue(session: Session, /, request: Path, **options: Any) -> None:
    """Issue to a wallet: check its request, sign one-time copies, record them, write the sealed reply.

    The same request again gives the same reply again.
    """
    with session.open() as agency:
        if request.is_dir():
            _issue_many(session, agency, request, **options)
        else:
            _issue_one(session, agency, request, **options)
        warning = agency.signer_warning()
    if warning is not None:
        click.echo(finding_line(warning).strip(), err=True)


def _issue_one(
    session: Session,
    agency: Agency,
    path: Path,
    *,
    doc_type: str,
    subject: str | None,
    out: Path | None,
    valid_days: int | None,
    dry_run: bool,
    as_json: bool,
    **data: Any,
) -> None:
    from counterproof.handover.reply import SUFFIX  # noqa: PLC0415
    from counterproof.optics.exchange import card_request  # noqa: PLC0415
    from issuer.agency import one_by_one  # noqa: PLC0415
    from issuer.agency.many import read_request  # noqa: PLC0415

    content = read_request(path)
    person = _person(agency, content, doc_type, subject, data)
    if dry_run:
        _print_plan(agency.plan(content, doc_type, person, valid_days=valid_days), as_json=as_json)
        say_number(card_request.number(content))
        return
    target = _target(out, path, SUFFIX)
    if agency.answered(content, doc_type, person.reference) is None:
        check_free(target)
        if (made := one_by_one.waiting(agency.desk)) is not None:
            say_waiting(session, made, as_json=as_json)
    issued = agency.issue(
        content, doc_type, person, valid_days=valid_days, alone=one_by_one.rule(agency.desk)
    )
    hand_out(target, issued.reply)
    say_number(card_request.number(content))
    if as_json:
        print_json(_facts(issued, target))
    else:
        _print_issued(issued, target)


def _issue_many(
    session: Session,
    agency: Agency,
    folder: Path,
    *,
    doc_type: str,
    subject: str | None,
    out: Path | None,
    valid_days: int | None,
    dry_run: bool,
    as_json: bool,
    **data: Any,
) -> None:
    from counterproof.handover.reply import SUFFIX  # noqa: PLC0415
    from counterproof.sealing.files import private_dir  # noqa: PLC0415
    from issuer.agency import leave  # noqa: PLC0415
    from issuer.agency.many import check_all, issue_all, match, wanted  # noqa: PLC0415

    if data.pop("source") is not None or data.pop("person") is not None:
        raise UsageError("source.one-person")
    people = _people(agency, doc_type, subject=subject, **data)
    asked = match(folder, [_one(people, subject)] if subject is not None else people)
    plans = check_all(agency, doc_type, asked, valid_days=valid_days)
    these = wanted(agency, doc_type, asked)
    second = leave.needed(agency.desk, these)
    if dry_run:
        _print_many([], waiting=len(plans), answered=len(asked) - len(plans), as_json=as_json)
        if second:
            say_second()
        return
    if second:
        say_waiting(session, leave.propose(agency.desk, these, reason="many"), as_json=as_json)
    target = private_dir(out) if out is not None else folder
    done = []
    with click.progressbar(
        issue_all(agency, doc_type, asked, valid_days=valid_days),
        length=len(asked),
        label=tr("Issuing"),
        file=sys.stderr,
    ) as progress:
        for each, issued in progress:
            path = target / f"{each.subject.reference}{SUFFIX}"
            hand_out(path, issued.reply)
            done.append((issued, path))
    _print_many(done, waiting=0, answered=sum(not issued.new for issued, _ in done), as_json=as_json)


def _person(
    agency: Agency, request: bytes, doc_type: str, subject: str | None, data: dict[str, Any]
) -> Subject:
    """Read one person from a file, or ask a source; what was answered before is not asked for again."""
    from issuer import sources  # noqa: PLC0415
    from issuer.subjects import Subject  # noqa: PLC0415

    source, person = data.pop("source"), data.pop("person")
    if (source is None) != (person is None) or (source is not None and data["subject_data"] is not None):
        raise UsageError("source.which")
    if source is None:
        return _one(_people(agency, doc_type, subject=subject, **data), subject)
    if agency.answered(request, doc_type, person) is not None:
        return Subject(person, 1, {}, {})
    found, kind = sources.find(agency.desk, source), agency.catalogue().find(doc_type).type
    return sources.ask(agency.desk, found, kind, person, why="issue")


def _people(
    agency: Agency, doc_type: str, *, subject_data: Path | None, subject: str | None, portrait: Path | None
) -> tuple[Subject, ...]:
    """Read everybody in the data; a portrait in a file of its own is for one person alone."""
    if subject_data is None:
        raise UsageError("source.which")
    from counterproof.sealing.files import read_regular  # noqa: PLC0415
    from issuer.subjects import read_subjects  # noqa: PLC0415

    picture = None if portrait is None else read_regular(portrait, limit=_MAX_PICTURE)
    people = read_subjects(
        read_regular(subject_data, limit=_MAX_DATA),
        _form(subject_data),
        agency.catalogue().find(doc_type).type,
        on=agency.desk.now().date(),
        portrait=picture,
    )
    if picture is not None and subject is None and len(people) > 1:
        raise UsageError("agency.portrait-for-many")
    return people


def _form(path: Path) -> Literal["csv", "json"]:
    if path.suffix.lower() == ".json":
        return "json"
    if path.suffix.lower() == ".csv":
        return "csv"
    raise UsageError("agency.data-kind")


def _one(people: tuple[Subject, ...], reference: str | None) -> Subject:
    if reference is None:
        if len(people) > 1:
            raise UsageError("agency.which-subject", count=len(people))
        return people[0]
    for person in people:
        if person.reference == reference:
            return person
    raise UsageError("agency.no-subject")


def _target(out: Path | None, request: Path, suffix: str) -> Path:
    if out is None:
        return request.with_suffix(suffix)
    return out / request.with_suffix(suffix).name if out.is_dir() else out


def _print_plan(plan: Plan, *, as_json: bool) -> None:
    fields = [name for _, name in plan.fields]
    facts = {
        "doc_type": plan.entry.type.doc_type,
        "subject": plan.subject,
        "copies": plan.copies,
        "valid_from": plan.valid_from,
        "valid_until": plan.valid_until,
        "shortened": plan.shortened,
        "fields": fields,
    }
    if as_json:
        print_json({"issued": False, **facts})
        return
    words = tr("All is well; nothing was issued. It would be: {card} for {person},")
    say(words, card=plan.entry.type.name(current()), person=plan.subject)
    one, many = NN_("{n} copy, valid {span}.", "{n} copies, valid {span}.")
    click.echo(counted(plan.copies, one, many, span=from_to(plan.valid_from, plan.valid_until)))
    say(tr("Fields: {fields}"), fields=listed(fields))
    _say_shortened(shortened=plan.shortened)


def _print_issued(issued: Issued, target: Path) -> None:
    if issued.new:
        one, many = NN_(
            "Issued {id}: {n} copy of {type} for {person}, valid {span}.",
            "Issued {id}: {n} copies of {type} for {person}, valid {span}.",
        )
    else:
        one, many = NN_(
            "This request was answered before, as {id}: {n} copy of {type} for {person}. Nothing new was"
            " issued.",
            "This request was answered before, as {id}: {n} copies of {type} for {person}. Nothing new was"
            " issued.",
        )
    what = counted(
        issued.copies,
        one,
        many,
        id=issued.batch_id,
        type=issued.doc_type,
        person=issued.subject,
        span=from_to(issued.valid_from, issued.valid_until),
    )
    click.echo(what)
    _say_shortened(shortened=issued.shortened)
    say(tr("The reply is in {file}. Only the wallet that asked can open it."), file=target)


def _say_shortened(*, shortened: bool) -> None:
    if shortened:
        say(tr("They end sooner than the type says: they may not outlive their signer's certificate."))


def _print_many(done: list[tuple[Issued, Path]], *, waiting: int, answered: int, as_json: bool) -> None:
    if as_json:
        print_json(
            {"waiting": waiting, "answered_before": answered, "issued": [_facts(*each) for each in done]}
        )
        return
    if not done:
        words = tr("All is well; nothing was issued. Would be issued: {n}. Answered before: {before}.")
        say(words, n=figure(waiting), before=figure(answered))
        return
    copies = sum(issued.copies for issued, _ in done if issued.new)
    words = tr("Issued {batches} with {copies}. Answered before: {before}.")
    batches = counted(len(done) - answered, "{n} batch", "{n} batches")
    say(words, batches=batches, copies=counted(copies, "{n} copy", "{n} copies"), before=figure(answered))
    where = tr("The replies are in {folder}. Only the wallets that asked can open them.")
    say(where, folder=done[0][1].parent)


def _facts(issued: Issued, target: Path) -> dict[str, Any]:
    return {
        "batch": issued.batch_id,
        "doc_type": issued.doc_type,
        "subject": issued.subject,
        "copies": issued.copies,
        "valid_from": issued.valid_from,
        "valid_until": issued.valid_until,
        "new": issued.new,
        "shortened": issued.shortened,
        "reply": target,
    }


COMMANDS = (offer, issue)
