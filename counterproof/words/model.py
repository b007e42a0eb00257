"""What a sentence about a code is made of, and tables of sentences that speak the chosen language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.words.language import ntr, tr

if TYPE_CHECKING:
    from collections.abc import Iterator


_SEVERAL = 2
"""The form for a number that is not known."""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message for extraction without translating it here."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above
    """Mark a message of two forms for extraction without translating it here."""
    return one, many


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened and what to do next, both with `{fact}` places for the facts of an error.

    Where what happened hangs on a number, `what` is the form for one and `many` the other; `counts` names the
    fact. `plural` makes such a sentence.
    """

    what: str
    do: str = ""
    many: str = ""
    counts: str = ""

    def said(self, facts: Mapping[str, object] | None = None) -> Sentence:
        """Return the sentence in the language spoken now, in the form for the number among the facts."""
        if not self.counts:
            return Sentence(tr(self.what), tr(self.do))
        number = (facts or {}).get(self.counts)
        count = number if isinstance(number, int) else _SEVERAL
        return Sentence(ntr(self.what, self.many, count), tr(self.do))


def plural(forms: tuple[str, str], counts: str, do: str = "") -> Sentence:
    """Return a sentence in two forms, marked by `NN_`; the fact `counts` is the number that decides."""
    return Sentence(forms[0], do, forms[1], counts)


class Phrases(Mapping[str, str]):
    """Short texts by name; looking one up gives it in the language spoken now."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    @property
    def english(self) -> Mapping[str, str]:
        """The same as they stand in the code, for paper and terminals that lack the letters of a language."""
        return self._texts

    def __getitem__(self, name: str) -> str:
        return tr(self._texts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class Sentences(Mapping[str, Sentence]):
    """Sentences by name; looking one up gives it in the language spoken now."""

    def __init__(self, sentences: Mapping[str, Sentence]) -> None:
        self._sentences = dict(sentences)

    def __getitem__(self, name: str) -> Sentence:
        return self._sentences[name].said()

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)
