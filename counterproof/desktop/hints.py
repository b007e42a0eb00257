"""What to say about the newest frame of a camera or of the screen, so that the next one can be read."""

from __future__ import annotations

from typing import Final

from counterproof.optics.aiming import Hint
from counterproof.words.model import N_, Phrases

HINTS: Final = Phrases(
    {
        Hint.NOTHING: N_("Hold the code into the frame."),
        Hint.READ: N_("Reading…"),
        Hint.CLOSER: N_("Closer: the code is too small."),
        Hint.CUT_OFF: N_("A corner is outside. Move it into the frame."),
        Hint.HOLD_STILL: N_("Hold still."),
        Hint.TOO_BRIGHT: N_("Too bright. Turn away from the lamp or the window."),
        Hint.TOO_DARK: N_("Too dark. Is something over the camera? Turn a lamp on."),
    }
)

_LOOKING = N_("Looking for a code on the screen. Bring the video call to the front.")
_SMALL = N_("The code is too small or cut off. Make the call larger, or choose its part.")
ON_SCREEN: Final = Phrases(
    {
        **dict.fromkeys(Hint, _LOOKING),  # a bright page is no lamp, and nothing there is held by a hand
        Hint.READ: N_("Reading…"),
        Hint.CLOSER: _SMALL,
        Hint.CUT_OFF: _SMALL,
    }
)
