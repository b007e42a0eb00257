"""`verifier report`: whether a misuse report proves what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from counterproof.words.columns import padded, width
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.misuse import ReportFinding

_LONG = 4_000
_COLUMN = 12


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@session
def report(called: Session, *, file: Path, as_json: bool) -> None:
    """Prove a misuse report FILE that a wallet made: who signed the request, and what goes beyond.

    Needs the trusted lists alone, and no counter of your own.
    """
    from counterproof.optics.files import read_regular  # noqa: PLC0415 - its imports are slow; --help needs none
    from verifier.misuse import check_report  # noqa: PLC0415

    found = check_report(read_regular(file), called.trust())
    click.echo(json.dumps(_plain(found), indent=2) if as_json else "\n".join(_lines(found)))


def _lines(found: ReportFinding) -> Iterator[str]:
    from counterproof.words.explain import explain  # noqa: PLC0415
    from counterproof.words.wallet import PHRASES  # noqa: PLC0415

    report_ = found.report
    yield from _facts(found)
    codes = {each.ref: each.code for each in found.beyond}
    for ref, keeps in found.signed.asked.items():
        asked = (
            tr("asked for: {field} of {card}, to be kept") if keeps else tr("asked for: {field} of {card}")
        ).format(field=marked(ref[2]), card=marked(ref[0]))
        mark = f"  ! {explain(codes[ref]).what}" if ref in codes else ""
        yield f"  {asked}{mark}"
    over = tr("It asks for more than is registered."), tr("It asks for nothing beyond.")
    yield over[0] if found.over_asked else over[1]
    yield ""
    says = tr("The resident says, and nobody else proves: read at {time}; {outcome}.")
    outcome = PHRASES[f"outcome.{report_.outcome}"]
    yield says.format(time=report_.read_at, outcome=outcome)
    if report_.statement:
        yield f"  {marked(report_.statement, _LONG)}"
    if report_.contact:
        yield "  " + tr("Contact: {contact}").format(contact=marked(report_.contact, _LONG))


def _facts(found: ReportFinding) -> Iterator[str]:
    """Yield who signed it and what for, in two columns."""
    from counterproof.words.explain import explain  # noqa: PLC0415

    signed = found.signed
    named = f"{marked(found.name)} ({marked(found.agency)})" if found.name else ""
    made = tr("{time}, by the reader's own word").format(time=f"{signed.made_at:%Y-%m-%d %H:%M:%S} UTC")
    rows = [
        (tr("Signed by:"), named or tr("a reader that no list names")),
        ("", tr("certificate {fingerprint}").format(fingerprint=found.fingerprint)),
        *([("", tr("withdrawn since"))] if signed.revoked else []),
        (tr("Made at:"), made),
        (tr("Purpose:"), signed.request.terms.purpose),
        *([("", explain(found.finding.code).what)] if found.finding.code != "ok" else []),
    ]
    column = max(_COLUMN, *(width(label) for label, _ in rows))
    yield from (f"{padded(label, column)} {value}" for label, value in rows)


def _plain(found: ReportFinding) -> dict[str, Any]:
    codes = {each.ref: each.code for each in found.beyond}
    return {
        "reader": found.name or None,
        "agency": found.agency or None,
        "certificate": found.fingerprint,
        "revoked_since": found.signed.revoked,
        "made_at": found.signed.made_at.isoformat(),
        "purpose": found.signed.request.terms.purpose,
        "purpose_code": found.finding.code,
        "over_asked": found.over_asked,
        "asked": [
            {"element": list(ref), "keep": keeps, "beyond": codes.get(ref)}
            for ref, keeps in found.signed.asked.items()
        ],
        "claims": {
            "read_at": found.report.read_at,
            "outcome": found.report.outcome,
            "purpose_code": found.report.purpose_code,
            "purpose_version": found.report.purpose_version,
            "statement": found.report.statement,
            "contact": found.report.contact,
        },
    }


COMMANDS = (report,)
