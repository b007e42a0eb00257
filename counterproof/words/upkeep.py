"""Sentences about keeping an agency's record: heads, copies, terms."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Sentence, plural

SENTENCES: dict[str, Sentence] = {
    "agency.restored": plural(
        NN_(
            "This register is an old copy of itself: its log has {stands} entry, and has had {stood}.",
            "This register is an old copy of itself: its log has {stands} entries, and has had {stood}.",
        ),
        "stands",
        do=N_(
            "Please do not issue with it. `issuer audit verify` looks closer. If it was put back from a copy on purpose, `issuer restored` goes on without giving anything out twice."
        ),
    ),
    "agency.head-not-ours": Sentence(
        what=N_("This head of a log was not signed by this agency."),
        do=N_("Please look where it comes from. It proves nothing about this register."),
    ),
    "agency.heads-inside": Sentence(
        what=N_("Heads of the log are worth nothing beside the register: whoever changes one changes both."),
        do=N_("Please choose a folder on another machine, or one where others have the rights."),
    ),
    "agency.too-many-heads": Sentence(
        what=N_("There are more than {most} heads in this folder."),
        do=N_("Please move the older ones elsewhere; a few of each month are enough."),
    ),
    "agency.not-our-lists": Sentence(
        what=N_("These lists were published by another agency."), do=N_("Please check the folder.")
    ),
    "agency.reply-not-kept": Sentence(
        what=N_("This request was answered, in a bulk run or long ago, and its reply is not kept here."),
        do=N_("Please look into the parts of the bulk run, or make a new offer. Nothing was issued."),
    ),
}
