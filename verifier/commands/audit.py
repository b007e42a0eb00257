"""`verifier audit`: whether an exported journal is whole, from the file alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from verifier.boundary import ACCEPTED, REFUSED, UNDECIDED
from verifier.commands.session import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verifier.auditing import Audit, Difference

_MOST: Final = 10
_VERDICTS: Final = {ACCEPTED: "accepted", REFUSED: "refused", UNDECIDED: "undecided"}


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="An export of before, which must be the beginning of FILE. Can be given again.",
)
@click.option("--seal", "said", metavar="TEXT", help="A seal that somebody wrote down, to be found in FILE.")
@json_option
@click.pass_context
def audit(
    ctx: click.Context, *, file: Path, earlier: tuple[Path, ...], said: str | None, as_json: bool
) -> None:
    """Check an exported journal FILE: whether it is as it was sealed, and where it is not.

    Needs no counter. The seals hold no key: whoever holds the counter can make all of them anew. Only an
    earlier export or a seal that was kept elsewhere shows that, and that the end was cut off.
    """
    from counterproof.optics.files import read_regular  # noqa: PLC0415 - its imports are slow; --help needs none
    from verifier import auditing  # noqa: PLC0415

    now = auditing.audit(read_regular(file), file.name)
    before = {each: auditing.audit(read_regular(each), each.name) for each in earlier}
    found = {each: auditing.compare(one, now) for each, one in before.items()}
    broken = {each: bool(one.breaks) for each, one in before.items()}
    sealed_until = None if said is None else auditing.find_seal(now, said)
    bad = (
        now.breaks
        or any(found.values())
        or any(broken.values())
        or (said is not None and sealed_until is None)
    )
    code = REFUSED if bad else ACCEPTED if now.sealed else UNDECIDED
    if as_json:
        seal = None if said is None else {"found": sealed_until is not None, "until": sealed_until}
        plain = {"verdict": _VERDICTS[code], **_plain(now), "earlier": _plain_earlier(found, broken)}
        click.echo(json.dumps({**plain, "written_down": seal}, indent=2))
    else:
        lines = [*_lines(now), *_compared(found, broken), *_seal_said(said, sealed_until)]
        click.echo("\n".join(lines))
    ctx.exit(code)


def _lines(now: Audit) -> Iterator[str]:
    from counterproof.words.journal import BREAKS  # noqa: PLC0415

    if now.breaks:
        yield tr("! This journal is not as it was sealed.")
        for each in now.breaks[:_MOST]:
            where = tr("line {line}, {day}").format(line=each.line, day=_day(each.day))
            where = where if each.day else tr("line {line}").format(line=each.line)
            yield f"  {where}: {BREAKS[each.code]}"
        if len(now.breaks) > _MOST:
            yield "  " + tr("and {n} more").format(n=len(now.breaks) - _MOST)
    elif now.sealed:
        yield tr("Every sealed day is as it was sealed.")
    else:
        yield tr("No day is over yet, so nothing is sealed.")
    if now.sealed:
        days = now.days
        sealed = ntr("{n} sealed day", "{n} sealed days", len(days)).format(n=len(days))
        span = tr("from {first} to {last}").format(first=_day(days[0]), last=_day(days[-1]))
        yield f"{sealed}, {span}"
        yield tr("Decisions in sealed days: {n}").format(n=now.decisions)
        yield from _outcomes(now.outcomes)
        if now.erased:
            yield tr("Lines of which the counts were erased: {n}").format(n=now.erased)
        yield tr("The newest seal: {seal}").format(seal=now.seal)
    for line in now.unsealed:
        yield tr("Not sealed yet, so it proves nothing: {day}").format(day=_day(line.day))
    yield from _outcomes(now.open_outcomes)


def _outcomes(found: Mapping[str, int]) -> Iterator[str]:
    from counterproof.words.journal import OUTCOMES  # noqa: PLC0415

    known = [each for each in OUTCOMES if each in found]
    for each in (*known, *sorted(set(found) - set(known))):
        yield f"  {OUTCOMES.get(each, marked(each, 64))}: {found[each]}"


def _compared(found: Mapping[Path, Difference | None], broken: Mapping[Path, bool]) -> Iterator[str]:
    from counterproof.words.journal import BREAKS  # noqa: PLC0415

    for file, differs in found.items():
        name = marked(file.name, 200)
        if broken[file]:
            yield tr("! The earlier export {name} is itself not as it was sealed.").format(name=name)
        if differs is not None:
            yield tr("! {name} is not the beginning of this journal.").format(name=name)
            yield f"  {_day(differs.day)}: {BREAKS[differs.code]}"
        elif not broken[file]:
            yield tr("{name} is the beginning of this journal.").format(name=name)


def _seal_said(said: str | None, until: str | None) -> Iterator[str]:
    if said is not None and until is None:
        yield tr("! The seal that was written down is not in this journal.")
    elif until is not None:
        yield tr("The seal that was written down is that of {day}.").format(day=_day(until))


def _day(text: str) -> str:
    """Return a day in words, with what else its line is called; as it stands there if it is none."""
    from counterproof.words import dates  # noqa: PLC0415

    try:
        day = dates.day(date.fromisoformat(text[:10]))
    except ValueError:
        return marked(text, 64)
    return tr("{day} (erased)").format(day=day) if text[10:] else day


def _plain(now: Audit) -> dict[str, Any]:
    days = now.days
    return {
        "sealed_days": len(days),
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "seal": now.seal or None,
        "decisions": now.decisions,
        "outcomes": now.outcomes,
        "erased": now.erased,
        "open_days": [each.day for each in now.unsealed],
        "open_outcomes": now.open_outcomes,
        "breaks": [{"line": each.line, "day": each.day or None, "code": each.code} for each in now.breaks],
    }


def _plain_earlier(
    found: Mapping[Path, Difference | None], broken: Mapping[Path, bool]
) -> list[dict[str, Any]]:
    return [
        {
            "file": file.name,
            "is_beginning": differs is None,
            "broken": broken[file],
            "day": None if differs is None else differs.day,
            "code": None if differs is None else differs.code,
        }
        for file, differs in found.items()
    ]


COMMANDS = (audit,)
