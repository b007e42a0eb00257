"""Cards, states and times in words, the same on every page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from counterproof.desktop.card_face import Face
from counterproof.desktop.theme import Feel
from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from wallet.cards import Card, CardState
from wallet.flows.past import meant_for
from wallet.records import ShowMode, ShowOutcome

if TYPE_CHECKING:
    from counterproof.trust.kept import Trust
    from wallet.history import Entry

FEELS: Final = {
    CardState.VALID: Feel.ACCEPTED,
    CardState.EXPIRES_SOON: Feel.UNDECIDED,
    CardState.NOT_YET: Feel.UNDECIDED,
    CardState.EXPIRED: Feel.REFUSED,
    CardState.SUSPENDED: Feel.REFUSED,
    CardState.REVOKED: Feel.REFUSED,
    CardState.UNKNOWN: Feel.UNDECIDED,
}
_SIGNS: Final = {Feel.ACCEPTED: "✓", Feel.UNDECIDED: "!", Feel.REFUSED: "✕", Feel.PLAIN: ""}


def state_words(card: Card, trust: Trust, at: datetime) -> str:
    """Return the state of a card in a sentence's worth of words."""
    validity = card.validity
    return {
        CardState.VALID: tr("Valid until {until}"),
        CardState.EXPIRES_SOON: tr("Expires {until}: ask for a new one soon"),
        CardState.NOT_YET: tr("Not valid before {start}"),
        CardState.EXPIRED: tr("Expired on {until}"),
        CardState.SUSPENDED: tr("Paused by the agency"),
        CardState.REVOKED: tr("Withdrawn by the agency"),
        CardState.UNKNOWN: tr("Valid until {until}, but no current list says whether it was withdrawn"),
    }[card.state(trust, at)].format(
        start=dates.day(validity.valid_from), until=dates.day(validity.valid_until)
    )


def chip_words(card: Card, trust: Trust, at: datetime) -> tuple[str, Feel]:
    """Return the few words of a card's chip and how they feel: what is most urgent comes first."""
    state = card.state(trust, at)
    short = {
        CardState.EXPIRES_SOON: tr("Expires {until}"),
        CardState.NOT_YET: tr("Not valid yet"),
        CardState.EXPIRED: tr("Expired"),
        CardState.SUSPENDED: tr("Paused"),
        CardState.REVOKED: tr("Withdrawn"),
        CardState.UNKNOWN: tr("No current list"),
    }
    feel = FEELS[state]
    if state in short:
        words = short[state].format(until=dates.day(card.validity.valid_until))
    elif card.runs_low:
        feel, words = Feel.UNDECIDED, fresh_words(card)
    else:
        words = f"{tr('Valid')} · {fresh_words(card)}"
    return f"{_SIGNS[feel]} {words}".strip(), feel


def fresh_words(card: Card) -> str:
    """Return how many copies are left, in a word or two."""
    if not card.fresh:
        return tr("No fresh copy left")
    return ntr("{n} copy left", "{n} copies left", card.fresh).format(n=card.fresh)


def copies_words(card: Card) -> str:
    """Return how many copies are left, and what that means."""
    left = tr("{fresh} of {all} never shown yet.").format(fresh=card.fresh, all=len(card.copies))
    why = tr(
        "Each time you show the card a new copy is used, so that two offices cannot find out that both saw you."
    )
    low = tr("It is time to ask the agency for new ones.") if card.runs_low else ""
    return " ".join(part for part in (left, why, low) if part)


def face_of(card: Card, trust: Trust, at: datetime) -> Face:
    """Return what stands on a card's face: no value of the person."""
    words, feel = chip_words(card, trust, at)
    look, language = card.credential_type.display, _language()
    return Face(
        name=marked(card.name(language)),
        agency=marked(card.agency),
        state=words,
        feel=feel,
        background=look.background,
        foreground=look.foreground,
        icon=look.icon,
    )


def who(entry: Entry) -> str:
    """Return to whom something was shown."""
    record = entry.record
    if record.verified:
        return marked(record.reader)
    if record.mode is ShowMode.TWO_WAY:
        return tr("Unknown reader {name}").format(name=marked(record.reader)).strip()
    return meant_for(record)


def shown_words(entry: Entry) -> str:
    """Return in words which fields went which way, or that nothing was shown."""
    record = entry.record
    fields = ", ".join(marked(each.label) for each in record.elements)
    if not fields:
        return tr("nothing shown")
    on_paper = record.mode is ShowMode.SLIP
    if record.outcome is ShowOutcome.NOT_BUILT or (record.outcome is ShowOutcome.AGREED and not on_paper):
        words = tr("Agreed to: {fields}")
    else:
        words = tr("On paper: {fields}") if on_paper else tr("Shown: {fields}")
    return words.format(fields=fields)


def when(unix: int) -> str:
    """Return a time in words."""
    return dates.moment(datetime.fromtimestamp(unix, UTC))


def day_of(unix: int) -> str:
    """Return a day with its name, where the person is."""
    return dates.weekday(datetime.fromtimestamp(unix, UTC).astimezone().date())


def clock_of(unix: int) -> str:
    """Return hours and minutes, where the person is."""
    return dates.clock_time(datetime.fromtimestamp(unix, UTC))


def _language() -> str:
    from counterproof.words.language import current  # noqa: PLC0415 - a name that means much elsewhere

    return current()
