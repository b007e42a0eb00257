"""What was asked for, and what of it an answer holds: nothing more is handed on, what lacks is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterproof.mdoc.device_request import DeviceRequest, DocRequest

Element = tuple[str, str]
"""Namespace and element identifier."""

_AGE_OVER = re.compile(r"age_over_(\d\d)", re.ASCII)


def age_asked(identifier: str) -> int | None:
    """Return NN of `age_over_NN`, None for another element."""
    match = _AGE_OVER.fullmatch(identifier)
    return int(match.group(1)) if match else None


def nearest_age(asked: int, statements: Mapping[int, bool]) -> int | None:
    """Return which `age_over_NN` answers a question about `asked`, None where none does.

    The same age if it is stated; otherwise the lowest age above that is stated true, or the highest age
    below that is stated false. Source: ISO/IEC 18013-5, 7.2.5.
    """
    if asked in statements:
        return asked
    above = [age for age, over in statements.items() if age > asked and over]
    if above:
        return min(above)
    below = [age for age, over in statements.items() if age < asked and not over]
    return max(below) if below else None


@dataclass(frozen=True, slots=True)
class RequestedDocument:
    """One docType and the elements asked of it; `alternatives` are sets that each stand in for an element."""

    doc_type: str
    elements: tuple[Element, ...]
    alternatives: Mapping[Element, tuple[tuple[Element, ...], ...]] = field(default_factory=dict)
    _names: dict[str, set[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for space, name in self.elements:
            self._names.setdefault(space, set()).add(name)

    def match(self, shown: Mapping[str, Mapping[str, Any]]) -> Match:
        """Compare with the elements shown (namespace -> identifier -> value)."""
        if self._is_exactly(shown):
            return Match(shown, (), ())
        used: set[Element] = set()
        missing = []
        for element in self.elements:
            answer = self._answer(element, shown)
            if answer is None:
                missing.append(element)
            else:
                used.update(answer)
        kept = {
            space: chosen
            for space, items in shown.items()
            if (chosen := {name: value for name, value in items.items() if (space, name) in used})
        }
        unasked = tuple(
            (space, name) for space, items in shown.items() for name in items if (space, name) not in used
        )
        return Match(kept, tuple(missing), unasked)

    def _is_exactly(self, shown: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether just what was asked for is there, as in nearly every answer."""
        return {space: items.keys() for space, items in shown.items()} == self._names

    def _answer(self, element: Element, shown: Mapping[str, Mapping[str, Any]]) -> Iterable[Element] | None:
        """Return the shown elements that answer one asked for."""
        space, name = element
        items = shown.get(space, {})
        if name in items:
            return (element,)
        asked = age_asked(name)
        if asked is not None:
            nearest = nearest_age(asked, _stated_ages(items))
            if nearest is not None:
                return ((space, f"age_over_{nearest:02d}"),)
        for substitutes in self.alternatives.get(element, ()):
            if all(name in shown.get(space, {}) for space, name in substitutes):
                return substitutes
        return None


def _stated_ages(items: Mapping[str, Any]) -> dict[int, bool]:
    ages = ((age_asked(name), value) for name, value in items.items())
    return {age: value for age, value in ages if age is not None and type(value) is bool}


class Match(msgspec.Struct, frozen=True, gc=False):
    """The asked-for elements that were shown, what is missing, and what nobody asked for."""

    kept: Mapping[str, Mapping[str, Any]]
    missing: tuple[Element, ...]
    unasked: tuple[Element, ...]

    def __repr__(self) -> str:
        return f"Match({sum(map(len, self.kept.values()))} kept, {len(self.missing)} missing)"


def requested_by(request: DeviceRequest) -> tuple[RequestedDocument, ...]:
    """Return what a DeviceRequest asks for, with the alternatives that it allows, in its order."""
    return tuple(_requested(each) for each in request.doc_requests)


def _requested(doc_request: DocRequest) -> RequestedDocument:
    items = doc_request.items
    elements = tuple((space, identifier) for space, identifier, _ in items.elements())
    if items.info is None:
        return RequestedDocument(items.doc_type, elements)
    found = {element: items.info.alternatives_to(element) for element in elements}
    return RequestedDocument(items.doc_type, elements, {key: sets for key, sets in found.items() if sets})
