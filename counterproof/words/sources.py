"""Sentences about attribute sources."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

_ASK = N_("Please ask whoever runs the source. Nothing was issued.")

SENTENCES: dict[str, Sentence] = {
    "source.name": Sentence(
        what=N_("A source's name has lower-case letters, digits and hyphens, and begins with a letter."),
        do=N_("Please choose another."),
    ),
    "source.place": Sentence(
        what=N_("This is not where a source can be."),
        do=N_("Please give a whole path, or an https address with {{ref}} where the reference goes."),
    ),
    "source.query": Sentence(
        what=N_("A query of a source is one statement with :ref where the person's reference goes."),
        do=N_("Please correct it."),
    ),
    "source.unknown": Sentence(what=N_("There is no source of this name."), do=N_("There are: {known}.")),
    "source.which": Sentence(
        what=N_("A person's data comes from a file, or from a source that is asked about one person."),
        do=N_("Please give --subject-data, or --from and --person together."),
    ),
    "source.one-person": Sentence(
        what=N_("A source is asked about one person at a time."),
        do=N_("Please give one request, not a folder."),
    ),
    "source.no-person": Sentence(
        what=N_("The source does not know this person."),
        do=N_("Please check the reference. Nothing was issued."),
    ),
    "source.several": Sentence(what=N_("The source has {count} people of this reference."), do=_ASK),
    "source.unreachable": Sentence(
        what=N_("The source cannot be reached."), do=N_("Please try again later. Nothing was issued.")
    ),
    "source.timeout": Sentence(
        what=N_("The source did not answer within {seconds} seconds."),
        do=N_("Please try again later. Nothing was issued."),
    ),
    "source.status": Sentence(what=N_("The source answered with status {status}."), do=_ASK),
    "source.too-large": Sentence(what=N_("The source answered with more than {most} bytes."), do=_ASK),
    "source.not-json": Sentence(
        what=N_("The source answered with something that is no JSON object."), do=_ASK
    ),
    "source.not-utf8": Sentence(what=N_("The source's file is not UTF-8 (byte {position})."), do=_ASK),
    "source.head": Sentence(
        what=N_(
            "The first line of the source's file does not name its columns, each once, the reference among them."
        ),
        do=_ASK,
    ),
    "source.query-failed": Sentence(
        what=N_("The source's database refuses the query."),
        do=N_("Please check its table, its columns and what this program may read. Nothing was issued."),
    ),
}
