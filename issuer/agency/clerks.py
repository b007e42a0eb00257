"""Who works at the console: enrolled by a link that works once, in by a passkey, back in by a code.

Supervisors are enrolled by the command alone, so that nobody can make the second person that a change needs.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from issuer.agency.desk import days
from issuer.agency.safekeeping import derived, digest_of
from issuer.register.console_model import Passkey, Session, SessionKind, folded
from issuer.register.online_model import Role

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.agency.desk import Desk
    from issuer.register.console_model import Clerk

IDLE, MOST = timedelta(minutes=15), timedelta(hours=8)
"""How long a session lasts without anybody at it, and at all."""

RECOVERING = timedelta(minutes=10)
"""How long a session that a recovery code began lasts."""

CHALLENGE_LIFE = timedelta(minutes=5)
LINK_DAYS, MOST_LINK_DAYS = 1, 7
CODES: Final = 8

_STEP = timedelta(minutes=1)
_SECRET = 32
_LINK_BYTES, _CODE_BYTES = 15, 10


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link's code as it is shown once; only its digest is kept."""

    clerk: Clerk
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in just now; the secret goes into their browser's cookie and nowhere else."""

    clerk: Clerk
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody with a new passkey, and the codes that let them back in, shown once."""

    clerk: Clerk
    codes: tuple[str, ...] = field(repr=False)


class Clerks:
    """The clerks of one agency."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._register = desk.register.clerks

    def any(self) -> bool:
        """Tell whether there is a console at all: somebody works at it."""
        return self._register.any()

    def every(self) -> tuple[Clerk, ...]:
        """Return everybody, those who left as well."""
        return self._register.every()

    def enrol(
        self, name: str, role: Role, *, life_days: int = LINK_DAYS, at_console: bool = False
    ) -> Invitation:
        """Enrol somebody, or let them back in: the link replaces every passkey that they have, once used.

        Raises UsageError `agency.days`, `register.bad-name`, and `console.by-command` where a supervisor
        would be made or let back in `at_console`.
        """
        desk = self._desk
        at = desk.now()
        if at_console:
            self._check_not_supervisor(name, role)
        code = desk.random(_LINK_BYTES)
        clerk = self._register.invite(
            name,
            role,
            digest_of(code, "enrolment"),
            expires_at=at + days(1, life_days, MOST_LINK_DAYS),
            who=desk.who,
            at=at,
        )
        return Invitation(clerk, _spelt(code))

    def invited(self, code: str) -> Clerk:
        """Return who a link is for; raises UsageError `console.link-refused`."""
        digest = digest_of(_read(code, _LINK_BYTES), "enrolment")
        return self._register.invited(digest, at=self._desk.now())

    def accept(self, code: str, data: bytes, credential_id: bytes, count: int) -> Enrolled:
        """Use a link up for a passkey; raises UsageError `console.link-refused`, `console.passkey-known`."""
        at, clerk = self._desk.now(), self.invited(code)
        codes = self._new_codes()
        digest = digest_of(_read(code, _LINK_BYTES), "enrolment")
        key = _passkey(clerk, data, credential_id, count, at=at)
        made = self._register.accept(digest, key, [_code_digest(each) for each in codes], at=at)
        return Enrolled(made, codes)

    def add_passkey(self, session: Session, data: bytes, credential_id: bytes, count: int) -> Enrolled:
        """Add a passkey for who is signed in; whom a recovery code let in gets new codes and no other way in.

        Raises StoreError `console.passkey-known`.
        """
        at, alone = self._desk.now(), session.kind is SessionKind.RECOVERY
        codes = self._new_codes() if alone else ()
        key = _passkey(session.clerk, data, credential_id, count, at=at)
        digests = [_code_digest(each) for each in codes]
        return Enrolled(self._register.add_passkey(key, alone=alone, codes=digests, at=at), codes)

    def passkey(self, credential_id: bytes) -> Passkey:
        """Return a passkey that counts; raises UsageError `console.sign-in-refused`."""
        return self._register.passkey(_digest(credential_id))

    def sign_in(self, key: Passkey, count: int) -> SignedIn:
        """Begin a session with a passkey that signed; raises UsageError `console.sign-in-refused`."""
        secret = self._desk.random(_SECRET)
        digest = digest_of(secret, "session")
        return SignedIn(self._register.sign_in(key, count, digest, at=self._desk.now()), secret.hex())

    def recover(self, code: str) -> SignedIn:
        """Begin a short session with a recovery code; raises UsageError `console.sign-in-refused`."""
        secret = self._desk.random(_SECRET)
        try:
            digest = _code_digest(code)
        except UsageError:
            raise UsageError("console.sign-in-refused") from None
        session = digest_of(secret, "session")
        return SignedIn(self._register.recover(digest, session, at=self._desk.now()), secret.hex())

    def session(self, secret: str) -> Session:
        """Return the session behind a cookie; raises UsageError `console.signed-out`."""
        at = self._desk.clock.now()
        found = self._register.session(_session(secret), at=at, idle=IDLE, most=MOST, step=_STEP)
        if found.kind is SessionKind.RECOVERY and at - found.created_at > RECOVERING:
            raise UsageError("console.signed-out")
        return found

    def sign_out(self, secret: str) -> None:
        """End a session; raises UsageError `console.signed-out` for what never was one."""
        self._register.sign_out(_session(secret), at=self._desk.clock.now())

    def end(self, name: str, *, at_console: bool = False) -> Clerk:
        """Let somebody in no more; raises UsageError `console.no-such-clerk`, `console.by-command`."""
        clerk = self._register.find(name)
        if at_console:
            self._check_not_supervisor(clerk.name, clerk.role)
        self._register.end(clerk.clerk_id, who=self._desk.who, at=self._desk.now())
        return self._register.find(clerk.clerk_id)

    def challenge(self) -> tuple[str, bytes]:
        """Return a ticket and a challenge that is answered under it, once and soon."""
        ticket, challenge = self._desk.random(_SECRET), self._desk.random(_SECRET)
        at = self._desk.clock.now()
        digest = digest_of(ticket, "challenge")
        self._register.put_challenge(digest, challenge, expires_at=at + CHALLENGE_LIFE, at=at)
        return ticket.hex(), challenge

    def answered(self, ticket: str) -> bytes:
        """Return the challenge of a ticket and forget it; raises UsageError `console.sign-in-refused`."""
        try:
            secret = bytes.fromhex(ticket)
        except ValueError:
            raise UsageError("console.sign-in-refused") from None
        return self._register.take_challenge(digest_of(secret, "challenge"), at=self._desk.clock.now())

    def _new_codes(self) -> tuple[str, ...]:
        return tuple(_spelt(self._desk.random(_CODE_BYTES)) for _ in range(CODES))

    def _check_not_supervisor(self, name: str, role: Role) -> None:
        known = {each.role for each in self.every() if folded(each.name) == folded(name)}
        if Role.SUPERVISOR in {role, *known}:
            raise UsageError("console.by-command")


def form_token(secret: str) -> str:
    """Return what every form of a session brings along: another site's page cannot know it."""
    return derived(bytes.fromhex(secret), "form token", 16).hex()


def _passkey(clerk: Clerk, data: bytes, credential_id: bytes, count: int, *, at: datetime) -> Passkey:
    return Passkey(
        digest=_digest(credential_id),
        clerk_id=clerk.clerk_id,
        data=data,
        sign_count=count,
        created_at=at,
        used_at=None,
    )


def _digest(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()


def _session(secret: str) -> bytes:
    try:
        return digest_of(bytes.fromhex(secret), "session")
    except ValueError:
        raise UsageError("console.signed-out") from None


def _code_digest(code: str) -> bytes:
    return digest_of(_read(code, _CODE_BYTES), "recovery code")


def _spelt(code: bytes) -> str:
    """Return a code in groups of four letters and digits, none of which is taken for another."""
    text = base64.b32encode(code).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _read(text: str, length: int) -> bytes:
    """Return the bytes of a code as somebody typed it; raise UsageError `console.link-refused`."""
    letters = "".join(each for each in text.upper() if each not in "- \t").replace("0", "O").replace("1", "I")
    try:
        code = base64.b32decode(letters)
    except ValueError:
        code = b""
    if len(code) != length:
        raise UsageError("console.link-refused")
    return code
