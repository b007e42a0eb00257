"""What to say about the newest frame of a camera, so that the next one can be read."""

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
