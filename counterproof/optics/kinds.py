"""What the beginning of a text says it is: a code of ours, one of a newer version, or of another system."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

VERSION: Final = 1
FRAME_PREFIX: Final = "CPF1"

_WHITE_SPACE: Final = " \t\r\n\v\f"


class Kind(IntEnum):
    """The seven messages of the exchange; the value is the kind byte of a frame."""

    REQUEST = 1
    ANSWER = 2
    SHOWN = 3
    SLIP = 4
    RECEIPT = 5
    CARD_REQUEST = 6
    LISTS = 7

    @property
    def prefix(self) -> str:
        """The four characters before the colon of a still code of version 1."""
        return _PREFIXES[self]


_PREFIXES: Final = {
    Kind.REQUEST: "CPR1",
    Kind.ANSWER: "CPA1",
    Kind.SHOWN: "CPO1",
    Kind.SLIP: "CPS1",
    Kind.RECEIPT: "CPT1",
    Kind.CARD_REQUEST: "CPC1",
    Kind.LISTS: "CPL1",
}
_KINDS: Final = {prefix: kind for kind, prefix in _PREFIXES.items()}
_OUR_HEADS: Final = frozenset({prefix[:3] for prefix in _KINDS} | {FRAME_PREFIX[:3]})


class Form(Enum):
    """What kind of text a code carries."""

    STILL = "still"
    FRAME = "frame"
    NEWER = "newer"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a text begins like: `kind` for a still code, `code` for one that this program does not take."""

    form: Form
    kind: Kind | None = None
    code: str = ""


# Longest match is not needed: no beginning is the beginning of another. Compared without regard to case.
_FOREIGN: Final = (
    ("HTTP://", "optics.foreign-web-address"),
    ("HTTPS://", "optics.foreign-web-address"),
    ("WWW.", "optics.foreign-web-address"),
    ("MDOC:", "optics.foreign-mdoc-engagement"),
    ("MDOC-OPENID4VP:", "optics.foreign-openid-presentation"),
    ("OPENID4VP:", "optics.foreign-openid-presentation"),
    ("EUDI-OPENID4VP:", "optics.foreign-openid-presentation"),
    ("AV:", "optics.foreign-openid-presentation"),
    ("HAIP:", "optics.foreign-openid-presentation"),
    ("HAIP-VP:", "optics.foreign-openid-presentation"),
    ("OPENID-VC:", "optics.foreign-openid-presentation"),
    ("OPENID-CREDENTIAL-OFFER:", "optics.foreign-credential-offer"),
    ("HAIP-VCI:", "optics.foreign-credential-offer"),
    ("OTPAUTH:", "optics.foreign-one-time-password"),
    ("OTPAUTH-MIGRATION:", "optics.foreign-one-time-password"),
    ("BEGIN:VCARD", "optics.foreign-contact"),
    ("MECARD:", "optics.foreign-contact"),
    ("BIZCARD:", "optics.foreign-contact"),
    ("BEGIN:VEVENT", "optics.foreign-calendar"),
    ("BEGIN:VCALENDAR", "optics.foreign-calendar"),
    ("WIFI:", "optics.foreign-wifi"),
    ("HC1:", "optics.foreign-health-certificate"),
    ("SHC:/", "optics.foreign-health-certificate"),
    ("BCD\n", "optics.foreign-payment"),
    ("BCD\r", "optics.foreign-payment"),
    ("SPC\n", "optics.foreign-payment"),
    ("SPC\r", "optics.foreign-payment"),
    ("BITCOIN:", "optics.foreign-payment"),
    ("LIGHTNING:", "optics.foreign-payment"),
    ("MAILTO:", "optics.foreign-message"),
    ("TEL:", "optics.foreign-message"),
    ("SMS:", "optics.foreign-message"),
    ("SMSTO:", "optics.foreign-message"),
    ("GEO:", "optics.foreign-place"),
    ("UR:", "optics.foreign-multipart"),
)

FOREIGN_CODES: Final = frozenset(code for _, code in _FOREIGN)


def trimmed(text: str) -> str:
    """Return the text without white space at its ends; Base45 never ends with a space."""
    return text.strip(_WHITE_SPACE)


def may_be_code(text: str) -> bool:
    """Tell whether a text that somebody typed or pasted is meant as a code of ours, in whatever letters."""
    found = trimmed(text.removeprefix("\ufeff"))
    return found[:2].upper() == "CP" and found[4:5] == ":"


def recognise(text: str) -> Recognised:
    """Say what a trimmed text is by its beginning alone; nothing after the beginning was looked at.

    A prefix of ours with another version digit is NEWER. Codes of other systems are FOREIGN and carry the
    code of the sentence that names them; everything else is UNKNOWN.
    """
    head, colon, _ = text[:5].partition(":")
    if colon and head in _KINDS:
        return Recognised(Form.STILL, _KINDS[head])
    if colon and head == FRAME_PREFIX:
        return Recognised(Form.FRAME)
    if colon and head[:3] in _OUR_HEADS and head[3:] in _DIGITS:
        return Recognised(Form.NEWER, code="optics.newer-version")
    beginning = text[:32].upper()
    for start, code in _FOREIGN:
        if beginning.startswith(start):
            return Recognised(Form.FOREIGN, code=code)
    return Recognised(Form.UNKNOWN, code="optics.unknown-code")


_DIGITS: Final = frozenset("0123456789")
