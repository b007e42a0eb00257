"""Several registers of purposes side by side: who may say what about which reader.

1. A register speaks for the readers under its own roots and for no others.
2. Where an authority speaks for a root, the register of the agency itself counts for nothing there: no
   agency lets its own counters ask for more than the authority does.
3. Where several of the same rank speak for a root, each purpose that any of them registers counts; of two
   registrations of one purpose the later version does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterproof.trust.purposes.model import Purpose, PurposeReaders

OK: Final = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeReader:
    """Who asks, as far as it is proven: SHA-256 of certificate and root, id and office of the register.

    `certificate` is empty for a counter that has no key, `id` and `office` for one that no register names.
    """

    root: str
    certificate: str = ""
    id: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeRegister:
    """One register as it was published: by whom, for the readers under which roots, and its purposes.

    `is_authority`: it stands above the agencies whose roots these are. `key` is how a store knows it.
    """

    publisher: str
    roots: frozenset[str]
    purposes: tuple[Purpose, ...]
    is_authority: bool = False
    key: str = ""

    def grants(self, purpose: Purpose, reader: PurposeReader) -> bool:
        """Whether `reader` is among those who may ask for this purpose."""
        return reader.root in self.roots and any(self._means(each, reader) for each in purpose.readers)

    def _means(self, readers: PurposeReaders, reader: PurposeReader) -> bool:
        if reader.certificate and reader.certificate in readers.certificates:
            return readers.root in (None, reader.root)
        if readers.is_open and readers.root is None:
            return True
        # Ids are an agency's own: without a root they mean nothing in a register that speaks for several.
        root = readers.root or (next(iter(self.roots)) if len(self.roots) == 1 else None)
        if root != reader.root:
            return False
        named = (reader.id and reader.id in readers.ids) or (
            reader.office and reader.office in readers.offices
        )
        return readers.is_open or bool(named)


@dataclass(frozen=True, slots=True)
class PurposeFinding:
    """What the registers say of a purpose and a reader.

    `code` is `ok`; `purpose.nobody-speaks` where no register speaks for this reader, so that nothing can be
    said; `purpose.reader-unknown` where there are registers, and none knows the reader's root;
    `purpose.unknown` where nobody registers such a purpose for it; `purpose.other-reader` where the purpose
    is registered, and not for this reader. `purpose` is there for `ok` alone.
    """

    code: str
    purpose: Purpose | None = None
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Purposes:
    """All registers that are believed."""

    registers: tuple[PurposeRegister, ...] = ()
    known_roots: frozenset[str] = field(default_factory=frozenset)
    """Reader roots that are trusted, whether any register speaks for them or not."""

    def find(self, purpose: str, reader: PurposeReader) -> PurposeFinding:
        """Say whether `purpose` is registered for `reader`."""
        speaking = self.speaking_for(reader.root)
        if not speaking:
            known = reader.root in self.known_roots or not self.registers
            return PurposeFinding("purpose.nobody-speaks" if known else "purpose.reader-unknown")
        named = [(one, each) for one in speaking for each in one.purposes if each.id == purpose]
        granted = [(one, each) for one, each in named if one.grants(each, reader)]
        if not granted:
            return PurposeFinding("purpose.other-reader" if named else "purpose.unknown")
        register, found = max(granted, key=lambda pair: (pair[1].version, pair[1].date))
        return PurposeFinding(OK, found, register.publisher)

    def speaking_for(self, root: str) -> tuple[PurposeRegister, ...]:
        """Return the registers that count for the readers under `root`: authorities' before agencies'."""
        speaking = [each for each in self.registers if root in each.roots]
        above = tuple(each for each in speaking if each.is_authority)
        return above or tuple(speaking)

    def has_authority(self, root: str) -> bool:
        """Whether an authority speaks for the readers under `root`."""
        return any(each.is_authority and root in each.roots for each in self.registers)

    def granted_to(self, reader: PurposeReader) -> tuple[PurposeFinding, ...]:
        """Return everything that `reader` may ask for, sorted by id."""
        ids = sorted({each.id for one in self.speaking_for(reader.root) for each in one.purposes})
        found = (self.find(each, reader) for each in ids)
        return tuple(each for each in found if each.purpose is not None)


NO_PURPOSES: Final = Purposes()
