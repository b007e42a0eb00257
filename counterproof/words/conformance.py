"""Sentences about lines that the conformance door cannot judge; engineers read them."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

_LOOK_UP = N_("docs/conformance.md describes every field.")

SENTENCES: dict[str, Sentence] = {
    "case.not-json": Sentence(
        N_("The line is not one JSON object in UTF-8 with an id, or it is nested too deeply."), _LOOK_UP
    ),
    "case.field": Sentence(N_("The field {field} is not known, or it does not have its form."), _LOOK_UP),
    "case.missing": Sentence(N_("The field {field} is needed for this kind of case."), _LOOK_UP),
    "case.kind": Sentence(N_("Cases of this kind are not judged."), _LOOK_UP),
    "case.too-long": Sentence(N_("The line is longer than 8 MiB; nothing of it was kept."), _LOOK_UP),
}
