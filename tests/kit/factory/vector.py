"""One published case, and how it is written down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from counterproof.mdoc.verification.checks import CLAUSES, CheckId
from tests.kit.certificates import AT

if TYPE_CHECKING:
    from datetime import datetime

_ROOMS = {
    "cbor": "RFC 8949, 3 and 5.3.1",
    "cose": "RFC 9052, 3 and 4.2",
    "mdoc": "ISO/IEC 18013-5, 8.3.2.1 and 9.1.2",
    "item": "ISO/IEC 18013-5, 9.1.2.5",
    "mso": "ISO/IEC 18013-5, 9.1.2.4",
    "device": "ISO/IEC 18013-5, 9.1.3.4",
    "response": "ISO/IEC 18013-5, 8.3.2.1.2.3",
    "issuer": "ISO/IEC 18013-5, 9.1.2.4 (x5chain)",
    "certificate": "RFC 5280, 4.1",
    "status": "Token Status List, 8.3",
    "signed-set": "Signed set of a stolen signer",
    "rice": "Signed set of a stolen signer",
    "vical": "ISO/IEC 18013-5, C.1.7",
    "optics": "QR exchange, on the screen",
    "exchange": "QR exchange",
    "ok": "ISO/IEC 18013-5, 9.3",
}
"""Where the rule stands that a code without a CheckId speaks of."""


@dataclass(frozen=True)
class Vector:
    """A case for the conformance door and what must be said about it.

    `id` is `class/name`. `fields` are further fields of the line: anchors, transcript and so on.
    """

    id: str
    kind: str
    data: bytes
    verdict: str
    code: str
    failed: tuple[CheckId, ...]
    note: str
    at: datetime = AT
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The name of the file that holds it."""
        return f"{self.id.replace('/', '_')}.json"

    @property
    def clause(self) -> str:
        """Where the rule stands."""
        return CLAUSES[self.failed[0]] if self.failed else _ROOMS[self.code.partition(".")[0]]

    def line(self) -> dict[str, Any]:
        """Return the fields of the door's line."""
        at = self.at.isoformat().replace("+00:00", "Z")
        return {"id": self.id, "kind": self.kind, "bytes": self.data.hex(), "at": at, **self.fields}

    def to_json(self) -> bytes:
        """Return the file's content, the same bytes every time."""
        expect = {"verdict": self.verdict, "code": self.code, "failed": [each.value for each in self.failed]}
        members = {**self.line(), "clause": self.clause, "expect": expect, "note": self.note}
        return json.dumps(members, indent=1, ensure_ascii=True).encode("ascii") + b"\n"


class Expect(NamedTuple):
    """What must be said about a case."""

    verdict: str
    code: str
    failed: tuple[CheckId, ...] = ()


OK = Expect("accepted", "ok")


def no(*failed: CheckId, code: str | None = None) -> Expect:
    """Refused, by exactly these checks; the code is the first one's own unless a finer one is given."""
    return Expect("refused", code or failed[0].value, failed)


def unsettled(*failed: CheckId, code: str) -> Expect:
    """Neither accepted nor refused."""
    return Expect("undecided", code, failed)


def broken(code: str) -> Expect:
    """Malformed."""
    return Expect("unreadable", code)


def case(name: str, kind: str, data: bytes, expect: Expect, *, note: str, **fields: Any) -> Vector:
    """Make a case; `at` among the fields is the moment, noon of 2026-06-01 unless given."""
    at = fields.pop("at", AT)
    return Vector(name, kind, data, *expect, note, at, fields)
