"""In which language the program speaks: one choice for a process, or for one request of a service.

Sentences are written in English where they are used and looked up in gettext catalogues
(`counterproof/words/locale`). What a catalogue lacks is said in English. A program chooses once, at its
start or when a person changes the setting; nothing is translated while modules are imported.

Two languages are made up for tests: `en-XA` (accents, two fifths longer) and `ar-XB` (the same, right to
left). They show texts that nobody can translate, and layouts that cut what is long or do not mirror.
"""

from __future__ import annotations

import gettext
import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOMAIN: Final = "counterproof"
ENGLISH: Final = "en"
PSEUDO: Final = "en-XA"
PSEUDO_RTL: Final = "ar-XB"

NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "et": "Eesti",
    "hi": "हिन्दी",
    "zh-Hant": "繁體中文",
}
"""The languages that ship, each by the name that its speakers give it."""

_MOST_WISHES = 32
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_TRADITIONAL: Final = frozenset({"zh-TW", "zh-HK", "zh-MO"})
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "dv", "yi", "sd", "ug"})


class _State:
    """What `use` chose."""

    tag: str = ENGLISH
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


_HERE: Final[ContextVar[str | None]] = ContextVar("language", default=None)
"""What `speaking` chose for a task and the threads that work for it."""


def use(tag: str) -> str:
    """Speak `tag` (BCP 47) from now on, or the nearest language that there is, and return which that is."""
    nearest = nearest_to(tag)
    _State.catalogue = _catalogue(nearest)
    _State.tag = nearest
    return nearest


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak the language nearest to `tag` until the block ends: here, and for nobody else in the process."""
    before = _HERE.set(nearest_to(tag))
    try:
        yield
    finally:
        _HERE.reset(before)


def current() -> str:
    """Return the language that is spoken now."""
    return _HERE.get() or _State.tag


def _now() -> gettext.NullTranslations:
    here = _HERE.get()
    return _State.catalogue if here is None else _catalogue(here)


def tr(message: str) -> str:
    """Return a message in the language spoken now; the tools that gather messages look for this name."""
    return _now().gettext(message) if message else ""


def ntr(one: str, many: str, n: int) -> str:
    """Return the form of a message for `n` things, `{n}` not yet filled in."""
    return _now().ngettext(one, many, n)


def of_header(text: str) -> str:
    """Return the language that an Accept-Language header would like best of those that ship (RFC 9110)."""
    best, weight = ENGLISH, 0.0
    for each in text.split(",")[:_MOST_WISHES]:
        tag, _, rest = each.strip().partition(";")
        value = rest.replace(" ", "").removeprefix("q=") if rest else "1"
        liked = float(value) if _WEIGHT.fullmatch(value) else 0.0
        shipped = nearest_to(tag) if _TAG.fullmatch(tag) else ENGLISH
        if liked > weight and (shipped != ENGLISH or tag.lower()[:2] == ENGLISH):
            best, weight = shipped, liked
    return best


def nearest_to(tag: str) -> str:
    """Return the shipped language that fits `tag` best (RFC 4647, lookup), else English."""
    wanted = tag.replace("_", "-")
    if wanted in (PSEUDO, PSEUDO_RTL):
        return wanted
    if wanted in _TRADITIONAL:
        return "zh-Hant"
    while wanted:
        for known in NAMES:
            if wanted.lower() == known.lower():
                return known
        wanted = wanted.rpartition("-")[0]
    return ENGLISH


def of_environment(environment: Mapping[str, str]) -> str:
    """Return the language that the environment asks for, as gettext reads it.

    `LANGUAGE` is a list and counts unless the locale is C; then LC_ALL, LC_MESSAGES, LANG in this order.
    The tag is returned whole: a card may have labels in a language that this program does not speak.
    """
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    tag = _tag(locale)
    if tag in ("", "C", "POSIX"):
        return ENGLISH
    wished = (_tag(each) for each in environment.get("LANGUAGE", "").split(":"))
    return next((each for each in wished if nearest_to(each) != ENGLISH or each[:2] == ENGLISH), tag)


def is_right_to_left(tag: str) -> bool:
    """Tell whether a language is written from right to left."""
    return tag.partition("-")[0] in _RIGHT_TO_LEFT


_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def _tag(locale: str) -> str:
    tag = locale.partition(".")[0].partition("@")[0].replace("_", "-")
    return "zh-Hant" if tag in _TRADITIONAL else tag


@cache
def _catalogue(tag: str) -> gettext.NullTranslations:
    if tag in (PSEUDO, PSEUDO_RTL):
        return _Pseudo()
    if tag == ENGLISH:
        return gettext.NullTranslations()
    place = resources.files("counterproof.words") / "locale" / tag.replace("-", "_") / "LC_MESSAGES"
    try:
        with (place / f"{DOMAIN}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        return gettext.NullTranslations()


class _Pseudo(gettext.NullTranslations):
    """Makes every letter strange and every message two fifths longer; `{places}` stay as they are."""

    _PLACE: Final = re.compile(r"(\{[a-z0-9_]*(?:![rsa])?(?::[^{}]*)?\}|%\([a-z]+\)s|`[^`]*`)")
    _LETTERS: Final = str.maketrans("aeiouyAEIOUYcnszCNSZ", "åéîöûýÅÉÎÖÛÝçñšžÇÑŠŽ")

    def gettext(self, message: str) -> str:
        parts = self._PLACE.split(message)
        strange = "".join(
            part if place % 2 else part.translate(self._LETTERS) for place, part in enumerate(parts)
        )
        words = sum(len(part) for part in parts[::2])
        return f"[{strange}{'~' * (words * 2 // 5)}]" if words < 12 else f"[{strange} {_stretched(words)}]"  # noqa: PLR2004 - one word

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _stretched(length: int) -> str:
    """Return filler of two fifths of `length`, in words that can be broken as words are."""
    filler = "one two three four five six seven eight nine ten " * (length // 100 + 1)
    return filler[: length * 2 // 5].strip()
