"""Where the one open request and its one-time key are kept: in memory, or on the disk between commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.errors import CounterproofError, CryptoError, StoreError
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.reader_side import CounterTransaction
from counterproof.optics.exchange.request import QrRequest

if TYPE_CHECKING:
    from verifier.state import Now, State

_KEY_SIZE = 32


class OpenRequest(Protocol):
    """Holds at most one transaction; it is gone when it is accepted, over, or another one begins."""

    def begin(self, transaction: CounterTransaction, key: ec.EllipticCurvePrivateKey, now: Now) -> None:
        """Hold a transaction in place of any other; `key` is its one-time key."""

    def get(self, now: Now, message: bytes | None = None) -> CounterTransaction | None:
        """Return the open transaction, ready for the message with this digest; None if there is none."""

    def tried(self, message: bytes) -> None:
        """Note that the message with this digest was opened, or could not be."""

    def erase(self) -> None:
        """Forget transaction and key."""


class InMemory:
    """For a window: the key never touches the disk."""

    def __init__(self) -> None:
        self._transaction: CounterTransaction | None = None

    def begin(self, transaction: CounterTransaction, key: ec.EllipticCurvePrivateKey, now: Now) -> None:
        """Hold a transaction in place of any other."""
        del key, now
        self.erase()
        self._transaction = transaction

    def get(self, now: Now, message: bytes | None = None) -> CounterTransaction | None:
        """Return the open transaction."""
        del message
        if self._transaction is not None and not self._transaction.is_open(now.seconds):
            self.erase()
        return self._transaction

    def tried(self, message: bytes) -> None:
        """Do nothing: the transaction itself remembers."""

    def erase(self) -> None:
        """Forget transaction and key."""
        if self._transaction is not None:
            self._transaction.close()
        self._transaction = None


class OnDisk:
    """For commands: one makes the request, another takes the answer; the key lies in the file meanwhile."""

    def __init__(self, state: State) -> None:
        self._state = state

    def begin(self, transaction: CounterTransaction, key: ec.EllipticCurvePrivateKey, now: Now) -> None:
        """Write a transaction down in place of any other."""
        self.erase()
        good_for = transaction.request.terms.good_for + LIMITS.transaction_slack
        self._state.execute(
            "INSERT INTO open_request VALUES (?, ?, ?, ?, ?)",
            transaction.request.to_body(),
            key.private_numbers().private_value.to_bytes(_KEY_SIZE, "big"),
            now.seconds,
            now.seconds + good_for,
            now.boot,
        )

    def get(self, now: Now, message: bytes | None = None) -> CounterTransaction | None:
        """Return the open transaction; one of an earlier run of the machine is over and erased."""
        found = self._state.row("SELECT body, key, begun, deadline, boot FROM open_request")
        if found is None:
            return None
        body, key, begun, deadline, boot = found
        if not (isinstance(body, bytes) and isinstance(key, bytes)):
            raise StoreError("verifier.state-damaged")
        if not (isinstance(begun, float) and isinstance(deadline, float)):
            raise StoreError("verifier.state-damaged")
        if boot != now.boot or not begun <= now.seconds < deadline:
            self.erase()
            return None
        return CounterTransaction(
            _request(body), _private_key(key), deadline, LIMITS, dict(self._others(message))
        )

    def _others(self, message: bytes | None) -> list[tuple[bytes, CryptoError]]:
        """Return the other messages that were opened: they count towards the most that may be."""
        rows = self._state.rows("SELECT message FROM tried")
        names = [name for (name,) in rows if isinstance(name, bytes) and name != message]
        return [(name, CryptoError("exchange.other-request")) for name in names]

    def tried(self, message: bytes) -> None:
        """Write down that the message with this digest was tried, as far as there are places."""
        self._state.execute(
            "INSERT OR IGNORE INTO tried SELECT ? WHERE (SELECT count(*) FROM tried) < ?",
            message,
            LIMITS.answers_opened,
        )

    def erase(self) -> None:
        """Overwrite and forget transaction and key."""
        self._state.execute("DELETE FROM open_request")
        self._state.execute("DELETE FROM tried")


def _request(body: bytes) -> QrRequest:
    try:
        return QrRequest.from_body(body)
    except CounterproofError:
        raise StoreError("verifier.state-damaged") from None


def _private_key(value: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        return ec.derive_private_key(int.from_bytes(value, "big"), ec.SECP256R1())
    except ValueError:
        raise StoreError("verifier.state-damaged") from None
