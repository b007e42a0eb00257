"""Every size and colour of both windows. Nothing else names a colour; contrast is tested from here.

Sizes are logical pixels (Qt scales them to the screen); those of letters follow the text-size setting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from typing import Final

SMALLEST_PERCENT: Final = 100
LARGEST_PERCENT: Final = 200
LINE_HEIGHT: Final = 1.4
TARGET: Final = 40
"""The least height of whatever can be pressed."""
DECISION: Final = 52
"""The least height of the two buttons of consent."""
RING: Final = 3
RING_GAP: Final = 2
RADIUS_CARD: Final = 12
RADIUS_FIELD: Final = 8


class Space(IntEnum):
    """Distances."""

    HAIR = 4
    TIGHT = 8
    SNUG = 12
    NORMAL = 16
    WIDE = 24
    BROAD = 32
    HUGE = 48


class Text(StrEnum):
    """What a text is, which decides how large it is."""

    SMALL = "small"
    BODY = "body"
    LARGE = "large"
    TITLE = "title"
    DISPLAY = "display"
    VERDICT = "verdict"


_SIZES: Final = {
    Text.SMALL: 13,
    Text.BODY: 15,
    Text.LARGE: 18,
    Text.TITLE: 24,
    Text.DISPLAY: 32,
    Text.VERDICT: 44,
}


class Mode(StrEnum):
    """Which colours; SYSTEM asks the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Feel(Enum):
    """What a coloured area says; never by its colour alone."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Tone:
    """An ink and the ground it stands on, as #RRGGBB."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one mode, as #RRGGBB. `edge` bounds what can be used, `line` only divides."""

    ground: str
    surface: str
    ink: str
    quiet: str
    line: str
    edge: str
    action: str
    on_action: str
    hover: str
    tones: dict[Feel, Tone] = field(hash=False)


LIGHT: Final = Palette(
    ground="#F6F7F9",
    surface="#FFFFFF",
    ink="#14171F",
    quiet="#505B6B",
    line="#D8DDE5",
    edge="#6F7A8A",
    action="#1F4FD8",
    on_action="#FFFFFF",
    hover="#E9EEFB",
    tones={
        Feel.ACCEPTED: Tone("#0B6B3A", "#E3F4EA"),
        Feel.REFUSED: Tone("#A3161A", "#FBE7E7"),
        Feel.UNDECIDED: Tone("#7A4B00", "#FFF3DC"),
        Feel.PLAIN: Tone("#14171F", "#E9ECF1"),
    },
)
DARK: Final = Palette(
    ground="#101318",
    surface="#1A1F27",
    ink="#EEF1F5",
    quiet="#A9B4C2",
    line="#313A46",
    edge="#8793A3",
    action="#8FB0FF",
    on_action="#0B1020",
    hover="#252D39",
    tones={
        Feel.ACCEPTED: Tone("#7FE0A8", "#0E2A1B"),
        Feel.REFUSED: Tone("#FFA9A6", "#361314"),
        Feel.UNDECIDED: Tone("#FFD28A", "#33240A"),
        Feel.PLAIN: Tone("#EEF1F5", "#252C36"),
    },
)
CONTRAST: Final = Palette(
    ground="#000000",
    surface="#000000",
    ink="#FFFFFF",
    quiet="#FFFFFF",
    line="#FFFFFF",
    edge="#FFFFFF",
    action="#FFE600",
    on_action="#000000",
    hover="#333300",
    tones={
        Feel.ACCEPTED: Tone("#6CFFA8", "#000000"),
        Feel.REFUSED: Tone("#FFB3B3", "#000000"),
        Feel.UNDECIDED: Tone("#FFE08A", "#000000"),
        Feel.PLAIN: Tone("#FFFFFF", "#000000"),
    },
)
PALETTES: Final = {Mode.LIGHT: LIGHT, Mode.DARK: DARK, Mode.CONTRAST: CONTRAST}


_STACKS_ABOVE: Final = 125


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours and the size of text that are used now; `percent` is 100 to 200.

    `single_keys` tells whether buttons carry the letter or number that does the same.
    """

    mode: Mode = Mode.LIGHT
    percent: int = SMALLEST_PERCENT
    still: bool = False
    single_keys: bool = True

    @property
    def palette(self) -> Palette:
        """The colours."""
        return PALETTES.get(self.mode, LIGHT)

    @property
    def stacks(self) -> bool:
        """Whether the text is so large that two things side by side would squeeze each other."""
        return self.percent > _STACKS_ABOVE

    def size(self, text: Text) -> int:
        """Return the height of letters in logical pixels."""
        return round(_SIZES[text] * self.percent / 100)

    def scaled(self, pixels: int) -> int:
        """Return a size that goes with the text, such as the width of a column of it."""
        return round(pixels * self.percent / 100)


@dataclass(slots=True)
class _Current:
    theme: Theme = field(default_factory=Theme)


_current = _Current()


def current() -> Theme:
    """Return the theme that is used now; what paints itself asks at each painting."""
    return _current.theme


def use(theme: Theme) -> None:
    """Make `theme` the one that is used; `app.Desktop` then tells the widgets."""
    _current.theme = theme


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


_LINEAR_BELOW: Final = 0.04045


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
