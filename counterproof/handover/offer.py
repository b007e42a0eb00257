"""The offer: an agency says what it would issue, and gives a nonce that is good once.

A file or a text; it holds nothing secret and nothing personal. After the credential offer of OpenID4VCI 1.0,
4.1, with the nonce of its section 7 inside, because there is no network to ask for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.handover.files import read_form
from counterproof.handover.limits import (
    LIMITS,
    OFFER_LIFE,
    SKEW,
    VERSION,
    check_doc_type,
    check_issuer,
    check_nonce,
    check_sha256,
    check_shown,
    format_time,
    parse_time,
)
from counterproof.mdoc.errors import MalformedError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

SUFFIX = ".cpoffer"


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.credential-offer"]
    version: Literal[1]
    credential_issuer: str
    credential_configuration_ids: tuple[str]
    agency: str
    issuer_root_sha256: str
    c_nonce: str
    c_nonce_expires_at: str
    batch_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOffer:
    """What an agency would issue to whoever brings its nonce back.

    `credential_issuer` is the agency's identifier, a URI; `issuer_root` the SHA-256 of its IACA in
    hexadecimal; `batch_size` how many one-time copies it makes.
    """

    credential_issuer: str
    agency: str
    doc_type: str
    issuer_root: str
    c_nonce: bytes
    expires_at: datetime
    batch_size: int

    def to_bytes(self) -> bytes:
        """Return the file; raise MalformedError `handover.form` for a member that cannot be."""
        self._check()
        return strict_json.dumps(
            _Form(
                type="counterproof.credential-offer",
                version=VERSION,
                credential_issuer=self.credential_issuer,
                credential_configuration_ids=(self.doc_type,),
                agency=self.agency,
                issuer_root_sha256=self.issuer_root,
                c_nonce=strict_json.to_base64url(self.c_nonce),
                c_nonce_expires_at=format_time(self.expires_at),
                batch_size=self.batch_size,
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> CredentialOffer:
        """Read an offer strictly; raises MalformedError `handover.form`, and as `read_form`."""
        form = read_form(data, _Form, "offer", limit=LIMITS.offer)
        offer = cls(
            credential_issuer=form.credential_issuer,
            agency=form.agency,
            doc_type=form.credential_configuration_ids[0],
            issuer_root=form.issuer_root_sha256,
            c_nonce=strict_json.from_base64url(form.c_nonce),
            expires_at=parse_time(form.c_nonce_expires_at, field="c_nonce_expires_at"),
            batch_size=form.batch_size,
        )
        offer._check()
        return offer

    def check_open(self, at: datetime) -> None:
        """Check that the offer stands at `at` (aware).

        Raises UsageError `handover.offer-expired`, and `handover.offer-end` for an end so far ahead that one
        of the two clocks is wrong.
        """
        if at > self.expires_at + SKEW:
            raise UsageError("handover.offer-expired", expired=format_time(self.expires_at))
        if self.expires_at > at + OFFER_LIFE + SKEW:
            raise UsageError("handover.offer-end", ends=format_time(self.expires_at))

    def _check(self) -> None:
        check_issuer(self.credential_issuer)
        check_doc_type(self.doc_type)
        check_shown(self.agency, field="agency", limit=LIMITS.name)
        check_sha256(self.issuer_root, field="issuer_root_sha256")
        check_nonce(self.c_nonce)
        if not 1 <= self.batch_size <= LIMITS.batch:
            raise MalformedError("handover.form", field="batch_size")
