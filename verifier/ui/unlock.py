"""The passphrase of a sealed reader key, asked for when the window opens, until it fits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QInputDialog, QLineEdit

from counterproof.mdoc.errors import CounterproofError, CryptoError
from counterproof.words.explain import explain_error
from counterproof.words.language import tr

if TYPE_CHECKING:
    from verifier.flow.place import Place

_WRONG: Final = "sealing.cannot-open"
_VARIABLE: Final = "COUNTERPROOF_PASSPHRASE"


def unlock(place: Place) -> CounterproofError | None:
    """Make the counter able to ask; return what keeps it from that.

    Somebody who mistypes the passphrase is asked again, until it fits or they leave it.
    """
    try:
        sealed = place.key_is_sealed
        wrong = ""
        while True:
            passphrase = ask_passphrase(place, wrong) if sealed else ""
            try:
                place.unlock(passphrase)
            except CryptoError as error:
                if error.code != _WRONG or not passphrase or _VARIABLE in os.environ:
                    raise
                wrong = explain_error(error).what
            else:
                return None
    except CounterproofError as error:
        return error


def ask_passphrase(place: Place, wrong: str = "") -> str:
    """Return the passphrase from the environment or from a person; empty where they leave it.

    `wrong` says what was wrong with the one before.
    """
    if _VARIABLE in os.environ:
        return os.environ[_VARIABLE]
    dialog = QInputDialog()
    dialog.setWindowTitle(place.settings.name)
    asked = tr("Passphrase of this counter's key")
    dialog.setLabelText(f"{wrong}\n\n{asked}" if wrong else asked)
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    return dialog.textValue() if dialog.exec() else ""
