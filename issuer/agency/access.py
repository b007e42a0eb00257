"""Tokens of the HTTP interface: made once, looked up by digest, ended. Each names its agency."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterproof import strict_json
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.trust.names import fingerprint
from issuer.agency.desk import days
from issuer.agency.safekeeping import digest_of
from issuer.register import SignerRole

if TYPE_CHECKING:
    from issuer.agency.desk import Desk
    from issuer.register.online_model import ApiToken, Role

TOKEN_DAYS, MOST_DAYS = 90, 366

_PREFIX = "cpa"
_SECRET = 32
_MARK = 16
_PARTS = 3


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token as it is shown once; only its digest is kept."""

    token: ApiToken
    secret: str = field(repr=False)


class Access:
    """Who may use the HTTP interface of one agency."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._mark = fingerprint(desk.root(SignerRole.IACA))[:_MARK]

    def add(self, name: str, role: Role, *, life_days: int = TOKEN_DAYS) -> MadeToken:
        """Make a token for somebody; raises UsageError `agency.days`, `register.bad-name`."""
        desk = self._desk
        at = desk.now()
        life = days(1, life_days, MOST_DAYS)
        secret = desk.random(_SECRET)
        token = desk.register.access.add(
            digest_of(secret, "api token"), name, role, expires_at=at + life, who=desk.who, at=at
        )
        return MadeToken(token, f"{_PREFIX}.{self._mark}.{strict_json.to_base64url(secret)}")

    def find(self, text: str) -> ApiToken:
        """Return the token that this is.

        Raises UsageError `agency.other-agency` for a token of another agency, `register.token-refused`.
        """
        parts = text.split(".")
        if len(parts) != _PARTS or parts[0] != _PREFIX:
            raise UsageError("register.token-refused")
        if parts[1] != self._mark:
            raise UsageError("agency.other-agency")
        try:
            secret = strict_json.from_base64url(parts[2])
        except MalformedError:
            raise UsageError("register.token-refused") from None
        return self._desk.register.access.find(digest_of(secret, "api token"), at=self._desk.clock.now())

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return every token without its secret."""
        return self._desk.register.access.tokens()

    def end(self, token_id: str) -> None:
        """End a token; raises UsageError `register.no-such-token`."""
        self._desk.register.access.end(token_id, who=self._desk.who, at=self._desk.now())
