"""Sentences about the data of the people to issue to, and about their portraits."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Sentence, plural

_CORRECT = N_("Please correct it and try again.")
_OTHER_PICTURE = N_("Please choose another picture.")

SENTENCES: dict[str, Sentence] = {
    "subjects.refused": plural(
        NN_(
            "Nothing was taken from this file: {problems} thing in it is wrong.",
            "Nothing was taken from this file: {problems} things in it are wrong.",
        ),
        "problems",
        do=N_("Please correct every line named below and try again."),
    ),
    "subjects.too-large": Sentence(
        what=N_("The file is larger than {most} bytes."), do=N_("Please split it into several files.")
    ),
    "subjects.encoding": Sentence(
        what=N_("The file is not UTF-8: byte {position} cannot stand there."),
        do=N_("Please save it as CSV UTF-8."),
    ),
    "subjects.not-json": Sentence(
        what=N_("The file is not valid JSON, from character {position} on."), do=_CORRECT
    ),
    "subjects.not-an-object": Sentence(
        what=N_("This entry is not a JSON object."), do=N_("Please write one object for each person.")
    ),
    "subjects.key-twice": Sentence(
        what=N_("This entry names a field twice."), do=N_("Please leave one out.")
    ),
    "subjects.empty": Sentence(
        what=N_("The file has nobody in it."), do=N_("Please check that it is the right file.")
    ),
    "subjects.quotes": Sentence(
        what=N_("The quotes in this row do not match."),
        do=N_("Please close every quote, and write a quote inside a cell twice."),
    ),
    "subjects.cells": plural(
        NN_(
            "This row has {found} cell, the head has {expected}.",
            "This row has {found} cells, the head has {expected}.",
        ),
        "found",
        do=N_("Please check the commas."),
    ),
    "subjects.column-unknown": Sentence(
        what=N_("Column {position} has a name that this credential type does not know."),
        do=N_("Please correct the name, or leave the column out."),
    ),
    "subjects.column-derived": Sentence(
        what=N_("This column is worked out from the date of birth."), do=N_("Please leave it out.")
    ),
    "subjects.column-twice": Sentence(what=N_("This column is there twice."), do=N_("Please leave one out.")),
    "subjects.column-missing": Sentence(what=N_("This column is missing."), do=N_("Please add it.")),
    "subjects.reference": Sentence(
        what=N_("Your own identifier of this person is missing or is not 1 to {most} printable characters."),
        do=N_("Please write it into the column subject."),
    ),
    "subjects.twice": Sentence(
        what=N_("This person is there already, on line {first}."), do=N_("Please leave one of them out.")
    ),
    "subjects.missing": Sentence(what=N_("A required value is missing."), do=N_("Please fill it in.")),
    "subjects.formula": Sentence(
        what=N_("A cell begins like a formula of a spreadsheet."),
        do=N_("If it is really the text, please put an apostrophe (') in front of it."),
    ),
    "portrait.not-a-picture": Sentence(
        what=N_("This is not a JPEG, PNG or WebP picture."), do=_OTHER_PICTURE
    ),
    "portrait.unreadable": Sentence(what=N_("This picture is damaged."), do=_OTHER_PICTURE),
    "portrait.too-large": Sentence(
        what=N_("This picture has more than {most} pixels."), do=N_("Please make it smaller first.")
    ),
    "portrait.too-small": Sentence(
        what=N_("This picture is less than {least} pixels wide or high."), do=_OTHER_PICTURE
    ),
    "portrait.cannot-fit": Sentence(
        what=N_("This picture cannot be made as small as {most} bytes."), do=_OTHER_PICTURE
    ),
}
