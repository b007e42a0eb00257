"""Sentences about the portrait of a document that is to be drawn on the screen."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_ASK: Final = N_("Everything else can be used. Please tell the agency that the picture cannot be shown.")

SENTENCES: Final[dict[str, Sentence]] = {
    "picture.format": Sentence(what=N_("The picture is neither JPEG nor JPEG 2000."), do=_ASK),
    "picture.header": Sentence(what=N_("The picture does not say how large it is."), do=_ASK),
    "picture.size": Sentence(
        what=N_("The picture is larger ({width} by {height}) than a portrait may be."), do=_ASK
    ),
    "picture.broken": Sentence(what=N_("The picture is damaged."), do=_ASK),
    "picture.time": Sentence(what=N_("The picture takes too long to draw."), do=_ASK),
}
