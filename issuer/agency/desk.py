"""What every use case works with: an agency's folder, register and keys, the time, and who is at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import files
from issuer.agency.types import Catalogue, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.clock import Clock
    from issuer.keys import KeyStore
    from issuer.register import Register, Signer, SignerRole

REGISTER = "records.db"
REGISTER_URL = "register-url"
TOKEN, ROOT_TOKEN = "token", "root-token"
KEYS = "keys"
ROOT_KEYS = "root-keys"
CATALOGUE = "catalogue"
"""What lies in an agency's folder."""

_MAX_URL = 2048

WARN_BEFORE = timedelta(days=14)
"""How long before the end of anything the agency is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """Who an agency is.

    `url` is its identifier as a credential issuer, and what the addresses in certificates and
    documents begin with; `contact` an e-mail address or a URI.
    """

    name: str
    country: str
    url: str
    contact: str
    status_size: int

    @property
    def crl_url(self) -> str:
        """The address of the revocation list of document and status signers."""
        return f"{self.url}/crl"

    @property
    def reader_crl_url(self) -> str:
        """The address of the revocation list of counters."""
        return f"{self.url}/readers.crl"

    def status_uri(self, number: int, epoch: str = "") -> str:
        """Return the name of a status list; it stands in every document, so it is short.

        `epoch` is empty until the register was restored from a copy: see `issuer.agency.restoring`.
        """
        return f"{self.url}/s{number}{epoch}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An agency at work."""

    folder: Path
    facts: AgencyFacts
    register: Register
    keys: KeyStore
    clock: Clock
    random: Callable[[int], bytes]
    who: str

    def now(self) -> datetime:
        """Return the time, aware; raise StoreError `register.clock-back` if it cannot be right."""
        at = self.clock.now()
        self.register.check_clock(at)
        return at

    def catalogue(self) -> Catalogue:
        """Read the agency's credential types; raises as `issuer.agency.types.load`."""
        return load(self.folder / CATALOGUE)

    def root(self, role: SignerRole) -> Certificate:
        """Return the certificate of the IACA or of the reader CA."""
        (signer,) = self.register.signers(role)
        return Certificate.from_der(signer.certificate)

    def newest_signer(self, role: SignerRole) -> Signer | None:
        """Return the signer of a role whose turn it is, or None where that one was withdrawn.

        Those before it do not come back when it is withdrawn; one that is withdrawn before its turn has none.
        """
        at = self.clock.now()
        withdrawn = {each.fingerprint: each.at for each in self.register.withdrawals()}
        turns = [
            each
            for each in self.register.signers(role)
            if each.fingerprint not in withdrawn or withdrawn[each.fingerprint] >= each.begins
        ]
        # Of two that begin within one second, it is the one from which nobody took over.
        begun = sorted(
            (each for each in turns if each.begins <= at),
            key=lambda each: (each.begins, each.key_until is None),
        )
        last = (begun or turns[:1])[-1:]
        return last[0] if last and last[0].fingerprint not in withdrawn else None

    def prepared_signer(self, role: SignerRole) -> Signer | None:
        """Return the signer of a role that was made ahead, and whose turn is still to come."""
        at = self.clock.now()
        withdrawn = {each.fingerprint for each in self.register.withdrawals()}
        coming = [
            each
            for each in self.register.signers(role)
            if each.begins > at and each.fingerprint not in withdrawn
        ]
        return min(coming, key=lambda each: each.begins, default=None)

    def signer(self, role: SignerRole, at: datetime) -> Signer:
        """Return who signs at `at`.

        Raises StoreError `agency.no-signer` where every one was withdrawn, `agency.signer-retired` where the
        last one's time is over.
        """
        newest = self.newest_signer(role)
        if newest is None:
            raise StoreError("agency.no-signer", role=role.value)
        if not newest.begins <= at <= newest.last:
            raise StoreError("agency.signer-retired", role=role.value, until=newest.last.date().isoformat())
        return newest


def register_place(folder: Path) -> Path | str:
    """Return where an agency's register is: a file in its folder, or the address that stands in one.

    Raises StoreError `register.bad-address-file`.
    """
    file = folder / REGISTER_URL
    if not file.exists():
        return folder / REGISTER
    try:
        return files.read_regular(file, limit=_MAX_URL).decode("ascii").strip()
    except (CounterproofError, UnicodeDecodeError):
        raise StoreError("register.bad-address-file", file=file.name) from None


def days(least: int, given: int, most: int) -> timedelta:
    """Return a number of days as a length of time; raise UsageError `agency.days`."""
    if not least <= given <= most:
        raise UsageError("agency.days", least=least, most=most)
    return timedelta(days=given)


def start_of_day(at: datetime) -> datetime:
    """Return midnight (UTC) before `at`: what is signed on one day tells no hours."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
