"""`verifier report`: whether a misuse report proves what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.misuse import ReportFinding

_LONG = 4_000


@click.command()
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

    terms, report_ = found.signed.request.terms, found.report
    who = f"{marked(found.name)} ({marked(found.agency)})" if found.name else "a reader that no list names"
    yield f"Signed by:   {who}"
    yield f"             certificate {found.fingerprint}"
    if found.signed.revoked:
        yield "             withdrawn since"
    yield f"Made at:     {found.signed.made_at:%Y-%m-%d %H:%M:%S} UTC, by the reader's own word"
    yield f"Purpose:     {terms.purpose}"
    if found.finding.code != "ok":
        yield f"             {explain(found.finding.code).what}"
    codes = {each.ref: each.code for each in found.beyond}
    for ref, keeps in found.signed.asked.items():
        kept = ", to be kept" if keeps else ""
        mark = f"  ! {explain(codes[ref]).what}" if ref in codes else ""
        yield f"  asked for  {marked(ref[2])} of {marked(ref[0])}{kept}{mark}"
    yield "It asks for more than is registered." if found.over_asked else "It asks for nothing beyond."
    yield ""
    yield f"The resident says, and nobody else proves: read at {report_.read_at}; {report_.outcome}."
    if report_.statement:
        yield f"  {marked(report_.statement, _LONG)}"
    if report_.contact:
        yield f"  Contact: {marked(report_.contact, _LONG)}"


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
