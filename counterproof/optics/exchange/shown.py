"""QrShown: a code that the holder shows first, readable by everybody (docs/qr-exchange.md, "One-way")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.optics.exchange import coding, envelope, transcript
from counterproof.optics.exchange.limits import LIMITS

RANDOM_SIZE: Final = 16
_TERMS: Final = "shownTerms"


@dataclass(frozen=True, slots=True)
class ShownTerms:
    """When a code was made and for whom; `encoded` as received or as sent.

    `time` in Unix seconds, rounded down to 10 so that it does not tell the clock's offset.
    """

    encoded: EncodedCbor
    time: int
    random: bytes
    audience: str | None = None
    challenge: str | None = None

    @classmethod
    def make(
        cls, *, at: int, random: bytes, audience: str | None = None, challenge: str | None = None
    ) -> ShownTerms:
        """Build and encode terms for a code made at `at` (Unix seconds); `random` is 16 fresh bytes."""
        members: dict[int, Any] = {
            0: envelope.PROFILE_VERSION,
            1: at - at % LIMITS.shown_rounding,
            2: random,
            3: audience,
            4: challenge,
        }
        return cls.from_encoded(EncodedCbor.of({key: v for key, v in members.items() if v is not None}))

    @classmethod
    def from_encoded(cls, value: Any) -> ShownTerms:
        """Read a decoded tag-24 item strictly; unknown members are covered by S and ignored."""
        members = envelope.terms_map(value, _TERMS)
        return cls(
            value,
            envelope.integer(members, 1, _TERMS),
            envelope.octets(members, 2, _TERMS, RANDOM_SIZE),
            envelope.audience(members[3], 3, _TERMS) if 3 in members else None,  # noqa: PLR2004 - a key
            envelope.challenge(members[4], 4, _TERMS) if 4 in members else None,  # noqa: PLR2004 - a key
        )


class QrShown:
    """Terms and a DeviceResponse, in plain text; nothing of it is verified."""

    def __init__(self, terms: ShownTerms, response: bytes) -> None:
        self.terms = terms
        self.response = response

    @classmethod
    def from_message(cls, m: bytes) -> QrShown:
        """Read M of kind shown; raise MalformedError, LimitError or UnsupportedError."""
        body = coding.from_message(m, LIMITS.response.size)
        members = envelope.outer_map(body, {1: EncodedCbor, 2: bytes}, "qrShown", LIMITS.response)
        return cls(ShownTerms.from_encoded(members[1]), members[2])

    def to_message(self) -> bytes:
        """Return M."""
        return coding.to_message(encode({1: self.terms.encoded, 2: self.response}))

    @cached_property
    def transcript(self) -> bytes:
        """S."""
        return transcript.shown(self.terms.encoded)

    @property
    def session_digest(self) -> bytes:
        """h(S): the name of this code in every memory."""
        return transcript.digest(self.transcript)
