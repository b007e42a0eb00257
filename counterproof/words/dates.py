"""Days, times and numbers in the words of a language, by the locale data of Babel (CLDR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.words.language import PSEUDO, PSEUDO_RTL, current, ntr

if TYPE_CHECKING:
    from datetime import date, datetime

    from babel import Locale

_DAY = 86_400
_HOUR = 3_600
_MINUTE = 60


def day(value: date, language: str = "") -> str:
    """Return a day: 4 June 2026."""
    from babel.dates import format_date  # noqa: PLC0415 - 30 ms, when it is used

    return str(format_date(value, format="long", locale=_locale(language)))


def weekday(value: date, language: str = "") -> str:
    """Return a day with its name: Thursday, 4 June 2026."""
    from babel.dates import format_date  # noqa: PLC0415 - 30 ms, when it is used

    return str(format_date(value, format="full", locale=_locale(language)))


def clock_time(value: datetime, language: str = "") -> str:
    """Return hours and minutes where the person is: 14:05."""
    from babel.dates import format_time  # noqa: PLC0415 - 30 ms, when it is used

    local = value.astimezone()
    return str(format_time(local, format="short", tzinfo=local.tzinfo, locale=_locale(language)))


def moment(value: datetime, language: str = "") -> str:
    """Return day and time where the person is."""
    return f"{day(value.astimezone().date(), language)}, {clock_time(value, language)}"


def span(seconds: float) -> str:
    """Return how long something lasts, in its largest whole unit, in the language spoken now."""
    count = max(0, int(seconds))
    if count >= _DAY:
        n = count // _DAY
        return ntr("{n} day", "{n} days", n).format(n=n)
    if count >= _HOUR:
        n = count // _HOUR
        return ntr("{n} hour", "{n} hours", n).format(n=n)
    if count >= _MINUTE:
        n = count // _MINUTE
        return ntr("{n} minute", "{n} minutes", n).format(n=n)
    return ntr("{n} second", "{n} seconds", count).format(n=count)


def grouped(number: int) -> str:
    """Return a whole number with its digits grouped as the language spoken now does."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - 30 ms, when it is used

    return str(format_decimal(number, locale=_locale("")))


def _locale(language: str) -> Locale:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - 30 ms, when it is used

    tag = language or current()
    tag = {PSEUDO: "en", PSEUDO_RTL: "ar"}.get(tag, tag)
    if tag in ("en", ""):
        tag = "en-GB"  # day before month, as the rest of the texts have it
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
