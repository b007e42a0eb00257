"""DocRequestInfo and DeviceRequestInfo: what a request says beside the elements (ISO/IEC 18013-5, 2E).

Reading them makes nobody act on them: which members a wallet heeds is the business of its profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import EncodedCbor, decode_exact
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.limits import LIMITS

ElementReference = tuple[str, str]
"""Namespace and element identifier."""

_REFERENCE_LENGTH = 2
_LARGEST_PURPOSE_HINT = 2**31


@dataclass(frozen=True, slots=True)
class AlternativeDataElements:
    """Sets of elements, any one of which may be returned in place of `requested`."""

    requested: ElementReference
    alternatives: tuple[tuple[ElementReference, ...], ...]

    @classmethod
    def from_map(cls, value: Any) -> AlternativeDataElements:
        """Read a decoded map strictly."""
        path = "requestInfo.alternativeDataElements"
        members = f.text_map(value, path)
        sets = f.array(members.get("alternativeElementSets"), path, LIMITS.requested_elements)
        return cls(
            _reference(members.get("requestedElement"), path),
            tuple(
                tuple(_reference(item, path) for item in f.array(one, path, LIMITS.requested_elements))
                for one in sets
            ),
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        return {
            "requestedElement": list(self.requested),
            "alternativeElementSets": [[list(item) for item in one] for one in self.alternatives],
        }


@dataclass(frozen=True, slots=True)
class DocRequestInfo:
    """`requestInfo` of one docRequest; members that no edition names are kept in `others`."""

    alternatives: tuple[AlternativeDataElements, ...] = ()
    issuer_identifiers: tuple[bytes, ...] = ()
    unique_doc_set_required: bool | None = None
    maximum_response_size: int | None = None
    response_encryption: EncodedCbor | None = None
    others: tuple[tuple[Any, Any], ...] = ()

    @classmethod
    def from_map(cls, value: Any) -> DocRequestInfo:
        """Read a decoded map strictly; raise MalformedError or LimitError."""
        path = "requestInfo"
        members = dict(f.text_map(value, path))
        alternatives, identifiers, unique, size, encryption = (
            members.pop(name, None) for name in _INFO_MEMBERS
        )
        if not (unique is None or type(unique) is bool):
            raise MalformedError("mdoc.member", path=path, member="uniqueDocSetRequired")
        if size is not None:
            f.uint({"maximumResponseSize": size}, "maximumResponseSize", path)
        return cls(
            tuple(
                AlternativeDataElements.from_map(item)
                for item in _optional_array(alternatives, f"{path}.alternativeDataElements")
            ),
            _identifiers(identifiers, path),
            unique,
            size,
            None if encryption is None else f.encoded(encryption, f"{path}.docResponseEncryption"),
            tuple(members.items()),
        )

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        values = (
            [item.to_map() for item in self.alternatives] or None,
            list(self.issuer_identifiers) or None,
            self.unique_doc_set_required,
            self.maximum_response_size,
            self.response_encryption,
        )
        named = zip(_INFO_MEMBERS, values, strict=True)
        return {name: value for name, value in named if value is not None} | dict(self.others)

    def alternatives_to(self, wanted: ElementReference) -> tuple[tuple[ElementReference, ...], ...]:
        """Return the sets that may stand in for `wanted`, in the reader's order of preference."""
        return tuple(
            one for item in self.alternatives if item.requested == wanted for one in item.alternatives
        )


_INFO_MEMBERS = (
    "alternativeDataElements",
    "issuerIdentifiers",
    "uniqueDocSetRequired",
    "maximumResponseSize",
    "docResponseEncryption",
)


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use of the documents: sets of docRequest numbers, any one of which will do."""

    mandatory: bool
    document_sets: tuple[tuple[int, ...], ...]
    purpose_hints: tuple[tuple[str, int], ...] = ()

    @classmethod
    def from_map(cls, value: Any) -> UseCase:
        """Read a decoded map strictly."""
        path = "deviceRequestInfo.useCases"
        members = f.text_map(value, path)
        if type(members.get("mandatory")) is not bool:
            raise MalformedError("mdoc.member", path=path, member="mandatory")
        sets = f.array(members.get("documentSets"), path, LIMITS.requested_elements)
        hints = f.text_map(members.get("purposeHints", {}), path)
        if any(type(name) is not str or type(code) is not int for name, code in hints.items()):
            raise MalformedError("mdoc.member", path=path, member="purposeHints")
        if any(abs(code) >= _LARGEST_PURPOSE_HINT for code in hints.values()):
            raise MalformedError("mdoc.member", path=path, member="purposeHints")
        return cls(members["mandatory"], tuple(_numbers(one, path) for one in sets), tuple(hints.items()))

    def to_map(self) -> dict[str, Any]:
        """Return the map to be encoded."""
        members: dict[str, Any] = {
            "mandatory": self.mandatory,
            "documentSets": [list(one) for one in self.document_sets],
        }
        return members | ({"purposeHints": dict(self.purpose_hints)} if self.purpose_hints else {})


@dataclass(frozen=True, slots=True)
class DeviceRequestInfo:
    """`deviceRequestInfo` of a whole request."""

    use_cases: tuple[UseCase, ...] = ()

    @classmethod
    def from_encoded(cls, value: Any) -> DeviceRequestInfo:
        """Read a decoded tag-24 item strictly."""
        path = "deviceRequestInfo"
        members = f.text_map(decode_exact(f.encoded(value, path).content), path)
        cases = _optional_array(members.get("useCases"), f"{path}.useCases")
        return cls(tuple(UseCase.from_map(item) for item in cases))

    def to_encoded(self) -> EncodedCbor:
        """Return DeviceRequestInfoBytes."""
        return EncodedCbor.of(
            {"useCases": [case.to_map() for case in self.use_cases]} if self.use_cases else {}
        )


def _optional_array(value: Any, path: str) -> list[Any]:
    return [] if value is None else f.array(value, path, LIMITS.requested_elements)


def _identifiers(value: Any, path: str) -> tuple[bytes, ...]:
    items = _optional_array(value, f"{path}.issuerIdentifiers")
    if any(type(item) is not bytes or not item for item in items):
        raise MalformedError("mdoc.member", path=path, member="issuerIdentifiers")
    return tuple(items)


def _numbers(value: Any, path: str) -> tuple[int, ...]:
    numbers = f.array(value, path, LIMITS.documents)
    if any(type(number) is not int or not 0 <= number < LIMITS.documents for number in numbers):
        raise MalformedError("mdoc.member", path=path, member="documentSets")
    return tuple(numbers)


def _reference(value: Any, path: str) -> ElementReference:
    if type(value) is not list or len(value) != _REFERENCE_LENGTH:
        raise MalformedError("mdoc.form", path=path)
    f.check_name(value[0], path)
    f.check_name(value[1], path)
    return value[0], value[1]
