"""The passphrase of a sealed reader key, asked for once when the window opens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QInputDialog, QLineEdit

from counterproof.words.language import tr

if TYPE_CHECKING:
    from verifier.flow.place import Place

_VARIABLE: Final = "COUNTERPROOF_PASSPHRASE"


def ask_passphrase(place: Place) -> str:
    """Return the passphrase from the environment or from a person; empty where they leave it."""
    if _VARIABLE in os.environ:
        return os.environ[_VARIABLE]
    dialog = QInputDialog()
    dialog.setWindowTitle(place.settings.name)
    dialog.setLabelText(tr("Passphrase of this counter's key"))
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    return dialog.textValue() if dialog.exec() else ""
