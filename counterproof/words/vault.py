"""Sentences about the wallet's vault."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

_BACKUP = N_("If you have a backup, restore it into a new wallet. Ask the agencies for new cards otherwise.")
_REPORT = N_("This is a fault of the program. Please report it with this code.")

SENTENCES: dict[str, Sentence] = {
    "vault.empty": Sentence(what=N_("The wallet's file is damaged: nothing is in it."), do=_BACKUP),
    "vault.damaged": Sentence(
        what=N_("The wallet's file is damaged or was changed by something else."), do=_BACKUP
    ),
    "vault.record-damaged": Sentence(
        what=N_("One entry of the wallet is damaged; the others can still be read."),
        do=N_("Please delete that entry and ask for it again, or restore a backup."),
    ),
    "vault.not-ours": Sentence(
        what=N_("This file is not a wallet, or its beginning is damaged."),
        do=N_("Please check that you chose the right file. If you have a backup, restore it."),
    ),
    "vault.version-newer": Sentence(
        what=N_(
            "This wallet was saved by a newer version of the program ({version}; this one knows {known})."
        ),
        do=N_("Please update the program. The file was not touched."),
    ),
    "vault.too-large": Sentence(
        what=N_("This file is too large for a wallet: {bytes} bytes, and at most {limit} are possible."),
        do=N_("Please check that you chose the right file."),
    ),
    "vault.in-use": Sentence(
        what=N_("The wallet is open in another window or command."), do=N_("Please close that one first.")
    ),
    "vault.exists": Sentence(
        what=N_("There is a wallet or another file at that place already; it was not touched."),
        do=N_("Please choose another place, or open the wallet that is there."),
    ),
    "vault.backup-damaged": Sentence(
        what=N_("The backup opened, and what is in it cannot be read."), do=N_("Please use another backup.")
    ),
    "vault.too-many": Sentence(
        what=N_("The wallet would hold {records} entries, and at most {limit} fit."),
        do=N_("Please delete some of the history or old cards."),
    ),
    "vault.record-too-large": Sentence(
        what=N_("An entry of {bytes} bytes is too large for the wallet; at most {limit} fit."),
        do=N_("Please ask the agency for a smaller card."),
    ),
    "vault.no-such-record": Sentence(
        what=N_("That entry is not in the wallet any more."), do=N_("Please look at the list again.")
    ),
    "vault.closed": Sentence(what=N_("The wallet is locked."), do=N_("Please open it with your passphrase.")),
    "vault.record-id": Sentence(what=N_("An entry has an id of {bytes} bytes."), do=_REPORT),
    "vault.record-kind": Sentence(
        what=N_("An entry's kind is empty, longer than {limit} characters, or not plain letters."), do=_REPORT
    ),
    "vault.nested-write": Sentence(what=N_("The wallet was to save while it was saving."), do=_REPORT),
}
