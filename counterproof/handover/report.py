"""A misuse report: a reader's own signed request, and what the resident writes about it.

A file for whoever is responsible for the reader. It holds no value of any document, and of the resident
only what they write into it themselves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError, UnsupportedError

KIND: Final = "counterproof.misuse-report"
VERSION: Final = 1
LIMIT: Final = 65_536
"""A report, bytes: a request has 16,384 at most."""

STATEMENT: Final = 4_000
CONTACT: Final = 200
_REQUEST: Final = 22_000  # characters of base64url
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"

Outcome = Literal["refused", "declined", "not-built", "agreed", "shown", "done"]


class MisuseReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The report; times are RFC 3339, `Z`.

    `request` is the encoded QrRequest, base64url. `read_at` is when the wallet read it, by its own clock,
    `outcome` what came of it. `purpose_code` and `purpose_version` are what the wallet's registers said then.
    """

    type: Literal["counterproof.misuse-report"] = "counterproof.misuse-report"
    version: Literal[1] = 1
    request: str
    read_at: str
    outcome: Outcome
    purpose_code: str
    purpose_version: int | None = None
    made_at: str
    statement: str = ""
    contact: str = ""

    @classmethod
    def from_bytes(cls, data: bytes) -> MisuseReport:
        """Read a report strictly.

        Raises MalformedError `handover.other-file`, `handover.form` with the `field`, `json.*`; LimitError
        `json.too-large`; UnsupportedError `handover.version`.
        """
        members = strict_json.loads(data, limit=LIMIT)
        if members.get("type") != KIND:
            raise MalformedError("handover.other-file", expected="misuse-report")
        if type(members.get("version")) is int and members["version"] > VERSION:
            raise UnsupportedError("handover.version", known=VERSION)
        report = strict_json.convert(members, cls)
        report.check()
        return report

    def to_bytes(self) -> bytes:
        """Write the report; raises as `from_bytes`."""
        self.check()
        return strict_json.dumps(self)

    def check(self) -> None:
        """Check what the form alone does not say; raise MalformedError `handover.form`, `json.base64url`."""
        for field, text in (("read_at", self.read_at), ("made_at", self.made_at)):
            try:
                datetime.strptime(text, _TIME).replace(tzinfo=UTC)
            except ValueError:
                raise MalformedError("handover.form", field=field) from None
        if len(self.statement) > STATEMENT:
            raise MalformedError("handover.form", field="statement")
        if len(self.contact) > CONTACT:
            raise MalformedError("handover.form", field="contact")
        if not 0 < len(self.request) <= _REQUEST:
            raise MalformedError("handover.form", field="request")
        _ = self.request_bytes

    @property
    def request_bytes(self) -> bytes:
        """The encoded QrRequest."""
        return strict_json.from_base64url(self.request)
