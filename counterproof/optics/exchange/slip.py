"""QrSlip: a code made beforehand, for paper (docs/qr-exchange.md, "Slips")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.errors import MalformedError
from counterproof.optics.exchange import coding, envelope, transcript
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

RANDOM_SIZE: Final = 16
_TERMS: Final = "slipTerms"
_READERS: Final = 5


@dataclass(frozen=True, slots=True)
class SlipTerms:
    """From when to when a slip holds, for what and for whom; `encoded` as received or as sent.

    `not_before` and `not_after` in Unix seconds, both included; no `readers` means any.
    """

    encoded: EncodedCbor
    not_before: int
    not_after: int
    random: bytes
    purpose: str
    readers: tuple[str, ...] = ()

    @classmethod
    def make(
        cls, *, not_before: int, not_after: int, random: bytes, purpose: str, readers: Sequence[str] = ()
    ) -> SlipTerms:
        """Build and encode terms; `random` is 16 fresh bytes, at most 8 readers are named."""
        members: dict[int, Any] = {
            0: envelope.PROFILE_VERSION,
            1: not_before,
            2: not_after,
            3: random,
            4: purpose,
        }
        return cls.from_encoded(EncodedCbor.of(members | ({_READERS: list(readers)} if readers else {})))

    @classmethod
    def from_encoded(cls, value: Any) -> SlipTerms:
        """Read a decoded tag-24 item strictly; unknown members are covered by S and ignored."""
        members = envelope.terms_map(value, _TERMS)
        return cls(
            value,
            envelope.integer(members, 1, _TERMS),
            envelope.integer(members, 2, _TERMS),
            envelope.octets(members, 3, _TERMS, RANDOM_SIZE),
            envelope.purpose(members, 4, _TERMS),
            _readers(members[_READERS]) if _READERS in members else (),
        )


class QrSlip:
    """Terms and a DeviceResponse, in plain text; nothing of it is verified."""

    def __init__(self, terms: SlipTerms, response: bytes) -> None:
        self.terms = terms
        self.response = response

    @classmethod
    def from_message(cls, m: bytes) -> QrSlip:
        """Read M of kind slip; raise MalformedError, LimitError or UnsupportedError."""
        body = coding.from_message(m, LIMITS.response.size)
        members = envelope.outer_map(body, {1: EncodedCbor, 2: bytes}, "qrSlip", LIMITS.response)
        return cls(SlipTerms.from_encoded(members[1]), members[2])

    def to_message(self) -> bytes:
        """Return M."""
        return coding.to_message(encode({1: self.terms.encoded, 2: self.response}))

    @cached_property
    def transcript(self) -> bytes:
        """S."""
        return transcript.slip(self.terms.encoded)

    @property
    def session_digest(self) -> bytes:
        """h(S): the name of this slip in every ledger."""
        return transcript.digest(self.transcript)


def _readers(value: Any) -> tuple[str, ...]:
    if type(value) is not list or not 1 <= len(value) <= LIMITS.readers:
        raise MalformedError("exchange.member", path=_TERMS, member=_READERS)
    return tuple(envelope.audience(item, _READERS, _TERMS) for item in value)
