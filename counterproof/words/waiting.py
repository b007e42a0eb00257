"""Purposes that wait for a person: what they let counters do that nobody has confirmed yet, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from counterproof.words.language import tr
from counterproof.words.model import N_
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType

_WAYS: Final = {
    "readers": N_("More counters may ask for this."),
    "retention": N_("What is kept may be kept longer."),
    "evidence": N_("Older lists are enough for it."),
    "slips": N_("Paper slips are taken for it."),
    "repeats": N_("The same paper slip is taken more than once."),
}
_LONGEST: Final = 128


def wider_lines(waiting: Mapping[str, Any], label: Callable[[str], str]) -> Iterator[str]:
    """Say what one purpose of `TrustDescription.waiting`, as plain values, lets counters do anew.

    `label` gives the words for a field, which is named `docType/namespace/element`.
    """
    ways = waiting["ways"]
    elements, keep = (", ".join(map(label, waiting[name])) for name in ("elements", "keep"))
    if "new" in ways:
        yield tr("New. Counters may ask for: {fields}").format(fields=elements)
    elif elements:
        yield tr("Counters may ask for more: {fields}").format(fields=elements)
    if keep:
        yield tr("They may keep: {fields}").format(fields=keep)
    for way, said in _WAYS.items():
        if way in ways:
            yield tr(said)


def labels(types: Mapping[str, CredentialType], language: str) -> Callable[[str], str]:
    """Return the words for fields in a language, as far as their types are known."""

    def label(ref: str) -> str:
        doc_type, space, name = ref.split("/", 2)
        known = types.get(doc_type)
        element = known.element(space, name) if known is not None else None
        return marked(element.label(language) if element is not None else name, _LONGEST)

    return label
