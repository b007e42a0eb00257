"""A drill in words, for terminal and window alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.words import drill as words
from counterproof.words.language import ntr, tr
from verifier.drill.faces import Hair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.drill.faces import Face
    from verifier.flow.drill import Result, Scored


def before_you(face: Face) -> str:
    """Return who stands before the clerk."""
    return tr("Before you: {face}.").format(face=face_in_words(face))


def on_the_picture(face: Face) -> str:
    """Return who is on the portrait of the document."""
    return tr("On the picture: {face}.").format(face=face_in_words(face))


def face_in_words(face: Face) -> str:
    """Return what a clerk would look at, for whoever cannot see a picture."""
    hair = words.HAIR[face.hair.value]
    parts = [hair if face.hair is Hair.BALD else f"{hair} ({words.COLOURS[face.colour]})"]
    parts.append(tr(words.GLASSES if face.glasses else words.NO_GLASSES))
    if face.beard:
        parts.append(tr(words.BEARD))
    return tr(", ").join(parts)


def learned(result: Result) -> Iterator[str]:
    """Yield whether it was right, and what was behind it."""
    if result.right:
        yield tr("That was right.")
    else:
        yield tr("Better: {act} ({means}).").format(
            act=words.ACTS[result.best.value], means=words.ACTS_MEAN[result.best.value]
        )
    yield result.lesson


def scored(score: Scored) -> str:
    """Return the score in a sentence or two."""
    whole = tr("{right} of {all} people served rightly.").format(right=score.right, all=len(score.results))
    if not score.grave:
        return whole
    grave = ntr(
        "{n} got what they had no right to: these weigh most.",
        "{n} got what they had no right to: these weigh most.",
        score.grave,
    )
    return f"{whole} {grave.format(n=score.grave)}"


def missed(result: Result) -> str:
    """Return what was done, what would have been better, and why."""
    return tr("You chose “{act}”. Better: “{best}”. {lesson}").format(
        act=words.ACTS[result.act.value], best=words.ACTS[result.best.value], lesson=result.lesson
    )
