"""Sentences about credential types and the values that go into them."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

_CORRECT = N_("Please correct it and try again.")

SENTENCES: dict[str, Sentence] = {
    "catalogue.invalid": Sentence(
        what=N_("This credential type cannot be used. At {path}: {reason}."),
        do=N_("Please correct that place in the file."),
    ),
    "catalogue.not-toml": Sentence(
        what=N_("The file {file} is not valid TOML: {reason}."),
        do=N_("Please correct the file. UTF-8 without special formatting is needed."),
    ),
    "catalogue.unreadable": Sentence(
        what=N_("The file {file} in the catalogue folder cannot be read."),
        do=N_("Please check that it exists and that you may read it."),
    ),
    "catalogue.twice": Sentence(
        what=N_("The file {file} describes {doc_type}, which another file describes already."),
        do=N_("Please keep one file for each credential type."),
    ),
    "catalogue.file-too-large": Sentence(
        what=N_("The file {file} is larger than {most} bytes."),
        do=N_("A credential type needs a few kilobytes. Please check that it is the right file."),
    ),
    "catalogue.too-many-files": Sentence(
        what=N_("The catalogue folder holds more than {most} credential types."),
        do=N_("Please move those that you do not issue to another folder."),
    ),
    "catalogue.element-missing": Sentence(
        what=N_("The field {element} is required, and nothing was given for it."),
        do=N_("Please add it to the data."),
    ),
    "catalogue.birth-date-future": Sentence(
        what=N_("The date of birth lies in the future."), do=N_("Please check the data and the clock.")
    ),
    "catalogue.value-type": Sentence(
        what=N_("The field {element} has the wrong form. It must be: {expected}."), do=_CORRECT
    ),
    "catalogue.value-length": Sentence(
        what=N_("The field {element} is too long: {length}, and at most {most} fit."), do=_CORRECT
    ),
    "catalogue.value-spaces": Sentence(
        what=N_("The field {element} is empty, or begins or ends with a space."), do=_CORRECT
    ),
    "catalogue.value-characters": Sentence(
        what=N_(
            "The field {element} has a character at position {position} that cannot stand there ({charset})."
        ),
        do=N_("Please type that character anew, or leave it out."),
    ),
    "catalogue.value-date": Sentence(
        what=N_("The field {element} is not a date of the form {expected}."), do=_CORRECT
    ),
    "catalogue.value-range": Sentence(
        what=N_("The field {element} must be between {least} and {most}."), do=_CORRECT
    ),
    "catalogue.value-code": Sentence(what=N_("The field {element} must be one of: {allowed}."), do=_CORRECT),
    "catalogue.value-country": Sentence(
        what=N_("The field {element} must be a country code of two capital letters, such as EE."), do=_CORRECT
    ),
    "catalogue.value-base64": Sentence(
        what=N_("The field {element} is not valid base64."), do=N_("Please encode the file anew.")
    ),
    "catalogue.value-picture": Sentence(
        what=N_("The field {element} is not a JPEG picture."), do=N_("Please save the picture as JPEG.")
    ),
    "catalogue.value-privileges": Sentence(
        what=N_("The field {element} is not a list of driving privileges."),
        do=N_("Please write a list with vehicle_category_code, issue_date, expiry_date and codes, as JSON."),
    ),
}
