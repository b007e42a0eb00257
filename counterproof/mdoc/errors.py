"""The one error tree: stable codes and facts, no prose.

An exception means that something could not be processed; a verdict about something that could be is
data (`counterproof.mdoc.verification.report`). `counterproof.words` turns the codes into sentences.
"""

from __future__ import annotations

Fact = int | str


class CounterproofError(Exception):
    """Something could not be processed; `code` says what, `facts` says where and how much.

    `code` is stable, lower case, `room.what` ("cbor.trailing-bytes"). `facts` holds lengths, offsets,
    paths and limits, never an element value, a name of a person or a key.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        if not self.facts:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value}' for name, value in self.facts.items())})"


class MalformedError(CounterproofError):
    """Bytes from outside do not have the form that they must have; the sender is at fault."""


class LimitError(MalformedError):
    """Bytes from outside are larger, deeper or more than `counterproof.mdoc.limits` allows."""


class UnsupportedError(MalformedError):
    """A well-formed message asks for a version or an algorithm that this program does not know."""


class CryptoError(CounterproofError):
    """A decryption or a signature that must succeed did not; nothing more is said on purpose."""


class UsageError(CounterproofError):
    """The caller or the person at the keyboard gave something that cannot be used."""


class StoreError(CounterproofError):
    """A file or database cannot be read, written or trusted; what was stored is left as it was."""
