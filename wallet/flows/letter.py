"""A letter about a request: what the history knows of it, in words, without a value of the person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet.history import outcome_of
from wallet.receipts import kept_unsaid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.history import Entry


def letter(entry: Entry, asked: Sequence[str] = ()) -> str:
    """Return the letter; `asked` says in words what was asked for, else it is said by identifiers."""
    record = entry.record
    reader = marked(record.reader) if record.reader else tr("a reader that gave no name")
    lines = [
        tr("To whom it may concern,"),
        "",
        tr("on {time} a counter asked me for data by a code.").format(
            time=dates.moment(datetime.fromtimestamp(record.at, UTC))
        ),
        "",
        tr("Counter: {reader}").format(reader=reader),
        tr("Listed by: {agency}").format(agency=marked(record.agency))
        if record.verified
        else tr("It is on no list that I have."),
        tr("Purpose that it gave: {purpose}").format(purpose=marked(record.purpose)),
        tr("Asked for: {fields}").format(
            fields=", ".join(asked or [marked(name) for _, _, name in record.asked]) or "-"
        ),
        tr("Shown: {fields}").format(
            fields=", ".join(marked(each.label) for each in record.elements) or tr("nothing")
        ),
        tr("What came of it: {outcome}").format(outcome=PHRASES[f"outcome.{outcome_of(record)}"]),
        tr("Number of the request: {session}").format(session=record.sessions[-1].hex()),
    ]
    if kept_unsaid(record):
        lines.append(
            tr(
                "Its signed receipt says that it keeps more than it had said when it asked. I have the receipt."
            )
        )
    return "\n".join([*lines, "", tr("My concern:"), "", ""])
