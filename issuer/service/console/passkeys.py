"""Passkeys (WebAuthn Level 3) over `fido2`: what a browser is asked, and whether its answer holds.

An answer counts for this origin alone, with its user verified, under a challenge that is answered once.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError, UsageError

if TYPE_CHECKING:
    from issuer.agency.clerks import Clerks, Enrolled, SignedIn
    from issuer.register.console_model import Clerk, Session

_MOST: Final = 32_768
_BROKEN: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    struct.error,
    CounterproofError,
)
"""What the library raises for an answer that is malformed or does not hold: to us that is all the same."""

_VERIFIED: Final = UserVerificationRequirement.REQUIRED


class Passkeys:
    """The relying party of one console."""

    def __init__(self, origin: str, name: str) -> None:
        self._server = Fido2Server(
            PublicKeyCredentialRpEntity(name=name, id=urlsplit(origin).hostname),
            attestation=AttestationConveyancePreference.NONE,
            verify_origin=lambda given: given == origin,
        )

    def ask_new(self, clerks: Clerks, clerk: Clerk) -> dict[str, Any]:
        """Return what to ask a browser for, so that it makes a passkey."""
        ticket, challenge = clerks.challenge()
        user = PublicKeyCredentialUserEntity(id=clerk.handle, name=clerk.name, display_name=clerk.name)
        options, _ = self._server.register_begin(
            user,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=_VERIFIED,
            challenge=challenge,
        )
        return {"ticket": ticket, **dict(options)}

    def ask_known(self, clerks: Clerks) -> dict[str, Any]:
        """Return what to ask a browser for, so that it signs with a passkey that it has."""
        ticket, challenge = clerks.challenge()
        options, _ = self._server.authenticate_begin(user_verification=_VERIFIED, challenge=challenge)
        return {"ticket": ticket, **dict(options)}

    def enrol(self, clerks: Clerks, code: str, ticket: str, answer: str) -> Enrolled:
        """Take a passkey for a link; raises UsageError `console.passkey-refused`, `console.link-refused`."""
        return clerks.accept(code, *self._made(clerks, ticket, answer))

    def add(self, clerks: Clerks, session: Session, ticket: str, answer: str) -> Enrolled:
        """Take a new passkey of who is signed in; raises UsageError `console.passkey-refused`."""
        return clerks.add_passkey(session, *self._made(clerks, ticket, answer))

    def sign_in(self, clerks: Clerks, ticket: str, answer: str) -> SignedIn:
        """Begin a session; raises UsageError `console.sign-in-refused`."""
        challenge = clerks.answered(ticket)
        try:
            response = AuthenticationResponse.from_dict(strict_json.loads(answer.encode(), limit=_MOST))
            key = clerks.passkey(response.raw_id)
            data = AttestedCredentialData(key.data)
            self._server.authenticate_complete(_state(challenge), [data], response)
            count = response.response.authenticator_data.counter
        except _BROKEN:
            raise UsageError("console.sign-in-refused") from None
        return clerks.sign_in(key, count)

    def _made(self, clerks: Clerks, ticket: str, answer: str) -> tuple[bytes, bytes, int]:
        try:
            challenge = clerks.answered(ticket)
            response = RegistrationResponse.from_dict(strict_json.loads(answer.encode(), limit=_MOST))
            made = self._server.register_complete(_state(challenge), response)
            data = made.credential_data
            assert data is not None  # `register_complete` saw to that
            AttestedCredentialData(bytes(data))
        except _BROKEN:
            raise UsageError("console.passkey-refused") from None
        return bytes(data), data.credential_id, made.counter


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _VERIFIED}
