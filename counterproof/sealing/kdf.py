"""Argon2id: which costs this program chooses, and which it is willing to pay for a stranger's file."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from counterproof.mdoc.errors import LimitError, StoreError

KEY_BYTES = 32
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """Costs of Argon2id (RFC 9106): memory in KiB, passes over it, and lanes."""

    memory_kib: int
    iterations: int
    lanes: int


@dataclass(frozen=True, slots=True)
class KdfPolicy:
    """The costs for new files, and the range in which the costs of a file that is read must lie."""

    chosen: KdfParameters
    floor: KdfParameters
    ceiling: KdfParameters

    def check(self, parameters: KdfParameters) -> None:
        """Refuse costs outside the range, before anything is computed with them.

        Raises LimitError `sealing.kdf-out-of-range`: too low was weakened by somebody, too high would
        hold the machine for hours.
        """
        for name in ("memory_kib", "iterations", "lanes"):
            value: int = getattr(parameters, name)
            if not getattr(self.floor, name) <= value <= getattr(self.ceiling, name):
                raise LimitError("sealing.kdf-out-of-range", parameter=name, value=value)


STANDARD = KdfPolicy(
    chosen=KdfParameters(memory_kib=64 * 1024, iterations=4, lanes=4),  # about 0.3 s on an office machine
    floor=KdfParameters(memory_kib=64 * 1024, iterations=3, lanes=1),
    ceiling=KdfParameters(memory_kib=512 * 1024, iterations=8, lanes=16),  # some 6 s, and half a gigabyte
)


def derive(passphrase: bytes, salt: bytes, parameters: KdfParameters) -> bytes:
    """Return the 32-byte Argon2id key of a normalised passphrase.

    The parameters must have been checked by a `KdfPolicy`.
    Raises StoreError `sealing.memory` when the machine cannot give the memory. Source: RFC 9106.
    """
    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    )
    try:
        return kdf.derive(passphrase)
    except MemoryError as error:
        raise StoreError("sealing.memory", memory_kib=parameters.memory_kib) from error
