"""What the three files have in common: a type that says what they are, and a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from counterproof import strict_json
from counterproof.handover.limits import VERSION
from counterproof.mdoc.errors import MalformedError, UnsupportedError

if TYPE_CHECKING:
    import msgspec

    Form = TypeVar("Form", bound=msgspec.Struct)

PREFIX = "counterproof.credential-"


def read_form(data: bytes, kind: type[Form], name: str, *, limit: int) -> Form:
    """Read a file of the type `counterproof.credential-<name>` strictly.

    Raises MalformedError `handover.other-file` with what is `expected`, `json.*`; LimitError
    `json.too-large`; UnsupportedError `handover.version`.
    """
    members = strict_json.loads(data, limit=limit)
    if members.get("type") != PREFIX + name:
        raise MalformedError("handover.other-file", expected=name)
    version = members.get("version")
    if type(version) is int and version > VERSION:
        raise UnsupportedError("handover.version", known=VERSION)
    return strict_json.convert(members, kind)
