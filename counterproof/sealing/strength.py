"""How many guesses a passphrase is worth: a cautious estimate, and what is wrong when it is low.

The estimate looks at what remains after repetitions, keyboard walks and counting are taken out. A run
of letters that reads like a word counts 4 bits for its first letter and 1.5 for each further one
(after NIST SP 800-63-1, appendix A, for text chosen by people); everything else counts as if it had
been drawn from the kinds of characters present. Estimates err low for random letters, which costs a
generated passphrase a few more characters, and high for quotations, which no estimate knows.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from enum import Enum, unique

from counterproof.sealing.common import COMMON, KEYBOARD_ROWS

FLOOR_BITS = 40
GUESSES_PER_SECOND = 1_000  # one good graphics card against Argon2id with 64 MiB and four passes

_LEET = str.maketrans("013457$@!", "oleastsai")
_RUN = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_DISGUISED = re.compile(r"(?<=[^\W\d_])[013457$@](?=[^\W\d_])")
_VOWELS = frozenset("aeiouy")
_FIRST_LETTER_BITS = 4.0
_FURTHER_LETTER_BITS = 1.5
_YEAR_BITS = 7.0
_OTHER_CHARACTER_BITS = 6.0  # ideographs and emoji: people use some hundreds, of which a few are likely


@unique
class Weakness(Enum):
    """Why a passphrase is refused; the value ends the error's code."""

    EMPTY = "empty"
    PIN = "pin"
    COMMON = "common"
    REPETITIVE = "repetitive"
    SHORT = "short"
    GUESSABLE = "guessable"


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate in bits (guesses = 2^bits), and the weakness when it is too low for a vault."""

    bits: int
    weakness: Weakness | None

    @property
    def days(self) -> int:
        """Days, at least 1, in which one graphics card with a stolen file has tried all guesses."""
        return max(1, math.ceil((1 << self.bits) / GUESSES_PER_SECOND / 86_400))


def estimate(passphrase: str) -> Strength:
    """Return the strength of a passphrase that is already normalised."""
    if not passphrase:
        return Strength(0, Weakness.EMPTY)
    if passphrase.isdecimal():
        return _digits(passphrase)
    if reduce(passphrase) in COMMON:
        return Strength(10, Weakness.COMMON)
    kept = _without_patterns(passphrase)
    plain = _DISGUISED.sub(lambda match: match[0].translate(_LEET), kept)
    pool_bits = _pool_bits(kept)
    bits = math.floor(sum(_bits(run, pool_bits) for run in _RUN.findall(plain)))
    if bits >= FLOOR_BITS:
        return Strength(bits, None)
    if len(kept) * 2 <= len(passphrase):
        return Strength(bits, Weakness.REPETITIVE)
    return Strength(bits, Weakness.SHORT if len(passphrase) < 12 else Weakness.GUESSABLE)  # noqa: PLR2004 - a word and a year


def reduce(passphrase: str) -> str:
    """Return the letters of a passphrase as a guesser would fold them: case, blanks, disguises, tails."""
    folded = passphrase.casefold()
    core = folded.strip("0123456789!?.*#$ _-") or folded
    return "".join(character for character in core.translate(_LEET) if character.isalpha())


def _digits(passphrase: str) -> Strength:
    bits = math.floor(len(_without_patterns(passphrase)) * math.log2(10))
    return Strength(bits, Weakness.PIN if bits < FLOOR_BITS else None)


def _without_patterns(passphrase: str) -> str:
    """Drop characters that the ones before foretell: aaaa, 1234, qwert, and blocks seen before."""
    folded = passphrase.casefold()
    if len(folded) != len(passphrase):
        folded = passphrase
    return "".join(character for index, character in enumerate(passphrase) if not _foretold(folded, index))


def _foretold(text: str, index: int) -> bool:
    """Say whether the characters before `index` foretell the one there."""
    if index and text[index - 1] == text[index]:
        return True
    if index < 2:  # noqa: PLR2004 - a walk takes three steps to be seen
        return False
    steps = text[index - 2 : index + 1]
    if any(steps in row or steps[::-1] in row for row in KEYBOARD_ROWS):
        return True
    return steps in text[: index - 1]


def _bits(run: str, pool_bits: float) -> float:
    if re.fullmatch(r"(19|20)\d\d", run):
        return _YEAR_BITS
    if any(_is_ideograph(character) for character in run):
        return _OTHER_CHARACTER_BITS * len(run)
    if _reads_like_a_word(run):
        return _FIRST_LETTER_BITS + _FURTHER_LETTER_BITS * (len(run) - 1)
    return 1.0 if run.isspace() else pool_bits * len(run)


def _is_ideograph(character: str) -> bool:
    """Say whether this is a letter of a script without capitals, so perhaps a whole word."""
    return character.isalpha() and not character.isascii() and character.lower() == character.upper()


def _reads_like_a_word(run: str) -> bool:
    if len(run) < 3 or not run.isalpha():  # noqa: PLR2004 - shorter runs are chance
        return False
    if not (run.islower() or run.isupper() or run.istitle()):
        return False
    groups = (len(list(group)) for vowel, group in itertools.groupby(run.lower(), _is_vowel) if not vowel)
    return any(map(_is_vowel, run.lower())) and max(groups, default=0) <= 4  # noqa: PLR2004 - "lengths"


def _is_vowel(character: str) -> bool:
    return character in _VOWELS or not character.isascii()  # other scripts: rather a word than not


def _pool_bits(text: str) -> float:
    """Return bits a character, from the kinds of ASCII characters in use; others count as one kind more."""
    pool = sum(
        size
        for size, present in (
            (26, any(c.isascii() and c.islower() for c in text)),
            (26, any(c.isascii() and c.isupper() for c in text)),
            (10, any(c.isdecimal() for c in text)),
            (16, any(not c.isalnum() and not c.isspace() and c.isascii() for c in text)),
            (32, any(not c.isascii() for c in text)),
        )
        if present
    )
    return math.log2(max(pool, 2))
