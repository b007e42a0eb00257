"""Practice at a counter: what somebody holds out, what was behind it, and what the score says."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Phrases, Sentence, Sentences

SENTENCES: dict[str, Sentence] = {
    "drill.people": Sentence(
        what=N_("A drill has {least} to {most} people."), do=N_("Choose a number between them.")
    ),
    "drill.held": Sentence(what=N_("Practice was held.")),
    "drill.not-answered": Sentence(
        what=N_("The drill ended before everybody was served, so there is no score."),
        do=N_("Run `verifier drill` in a terminal, or give an answer for each person, one a line."),
    ),
}

_FILM: Final = N_("Somebody wants to borrow a film for adults. Their wallet shows a code.")
_CARD: Final = N_("Somebody wants a library card. Their wallet shows a code.")

SITUATIONS: Final = Sentences(
    {
        "age-proven": Sentence(_FILM, N_("Genuine, made for this request just now, and the answer is yes.")),
        "card-proven": Sentence(
            _CARD, N_("Genuine, made for this request just now, and the picture is of this person.")
        ),
        "slip-proven": Sentence(
            N_("Somebody without a telephone hands you a printed slip for a library card."),
            N_("A slip for this purpose, not used before, and the picture is of this person."),
        ),
        "other-face": Sentence(
            _CARD,
            N_(
                "The document is genuine, and it is somebody else's. No computer can see that: "
                "compare the picture with the person, each time."
            ),
        ),
        "too-young": Sentence(
            _FILM, N_("The document is genuine, and its answer is no. A proven no is a no.")
        ),
        "old-answer": Sentence(
            _FILM,
            N_(
                "A copy of an answer that was made for an earlier request. "
                "Who holds the document can answer a new one."
            ),
        ),
        "altered": Sentence(_FILM, N_("Somebody changed the document after the agency had signed it.")),
        "look-alike": Sentence(
            _CARD,
            N_(
                "It bears the agency's name, but somebody else signed it. "
                "Anybody can write a name; only your lists say who may sign."
            ),
        ),
        "withdrawn": Sentence(_CARD, N_("The agency has withdrawn this document.")),
        "ended": Sentence(_CARD, N_("The document is genuine, and its time is over.")),
        "list-too-old": Sentence(
            _CARD,
            N_(
                "Nothing is wrong with the document. The list of withdrawn ones is too old to say more, "
                "so it is neither yes nor no: get newer lists, or look by eye."
            ),
        ),
        "green-tick": Sentence(
            N_(
                "Somebody in a hurry holds up a telephone. It shows a large green tick and the word VALID, "
                "and no code."
            ),
            N_("A tick on somebody else's screen proves nothing. Only this counter's own verdict counts."),
        ),
        "other-system": Sentence(
            N_("Somebody wants to borrow a film for adults and shows a code that came by e-mail."),
            N_("A code of another system. It opens a web page and proves nothing."),
        ),
        "used-twice": Sentence(
            N_("Two friends want a film. One was served a moment ago; the other now shows a code."),
            N_("The same code that the first friend showed: a copy of it, passed on."),
        ),
        "other-office": Sentence(
            N_("Somebody hands you a printed slip for a library card."),
            N_("The slip was made for another office. Its owner agreed to show it there and not here."),
        ),
        "declined": Sentence(
            _FILM,
            N_("They chose to show nothing, which everybody may. Nothing is proven, and nobody is to blame."),
        ),
    }
)
"""What is seen of each situation, and what was behind it."""

ACTS: Final = Phrases(
    {
        "go-ahead": N_("Go ahead"),
        "stop": N_("Do not go ahead"),
        "other-way": N_("Find another way"),
    }
)

ACTS_MEAN: Final = Phrases(
    {
        "go-ahead": N_("lend, hand out, let in"),
        "stop": N_("say what is wrong and leave it at that"),
        "other-way": N_("ask again, look by eye, call somebody"),
    }
)

HAIR: Final = Phrases({"short": N_("short hair"), "long": N_("long hair"), "bald": N_("no hair")})
COLOURS: Final = Phrases({"black": N_("black"), "brown": N_("brown"), "red": N_("red"), "grey": N_("grey")})
GLASSES: Final = N_("glasses")
NO_GLASSES: Final = N_("no glasses")
BEARD: Final = N_("a beard")
