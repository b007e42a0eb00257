"""What the strict reader of JSON has to say."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_ASK_AGAIN = N_("Please ask for the file again.")

SENTENCES: Final[dict[str, Sentence]] = {
    "json.too-large": Sentence(
        what=N_("The file has {bytes} bytes. At most {limit} are expected here."),
        do=N_("Please check that it is the right file."),
    ),
    "json.malformed": Sentence(
        what=N_("The file is damaged, or it is of another kind."),
        do=_ASK_AGAIN,
    ),
    "json.form": Sentence(
        what=N_("The file has something unexpected at {place}."),
        do=N_("Please ask for the file again, or update this program."),
    ),
    "json.base64url": Sentence(what=N_("A part of the file is damaged."), do=_ASK_AGAIN),
}
