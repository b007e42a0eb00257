"""What a reader is registered to ask for, and why; the wallet separates whatever goes beyond it.

A register of purposes comes with the published trust of an agency. Where none is at hand nothing is
registered, so nothing is chosen beforehand: the holder picks every field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.trust.readers import RegisteredReader
    from wallet.records import ElementRef


@dataclass(frozen=True, slots=True)
class RegisteredPurpose:
    """A purpose as it stands in a register: its sentence by language, and the elements that it needs."""

    id: str
    sentences: Mapping[str, str]
    elements: frozenset[ElementRef]


class PurposeRegister(Protocol):
    """Where purposes are looked up."""

    def find(self, purpose: str, reader: RegisteredReader | None) -> RegisteredPurpose | None:
        """Return the purpose if it is registered for this reader; None otherwise."""


class _NoPurposes:
    def find(self, purpose: str, reader: RegisteredReader | None) -> RegisteredPurpose | None:
        del purpose, reader
        return None


NO_PURPOSES: Final[PurposeRegister] = _NoPurposes()
