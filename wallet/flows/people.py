"""Several people on one computer: each has a wallet of their own, and a word by which to pick it.

The word is what stands on the first page, before any passphrase, so it is kept beside the wallets and not in
them. Files are numbered by chance: a file's name says nothing about anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.sealing import files
from counterproof.words.plain_text import marked
from wallet.places import SUFFIX, Places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from counterproof.sealing.envelope import Random

LONGEST_NAME: Final = 40
_LIMIT: Final = 65_536
_INDEX: Final = "people.json"


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: str
    version: int
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Whose wallet: the word that they chose, safe to show, empty if none; and where it lies."""

    name: str
    places: Places


class People:
    """The wallets in one folder."""

    def __init__(self, places: Places, *, only: bool = False) -> None:
        """`only`: a wallet's file was named, so that there is no choice."""
        self._places = places
        self._only = only
        self._folder = places.wallet.parent

    @classmethod
    def of(cls, environment: Mapping[str, str], wallet: Path | None = None) -> People:
        """Return the wallets of this account, or the one that was named."""
        named = wallet is not None or bool(environment.get("COUNTERPROOF_WALLET"))
        return cls(Places.of(environment, wallet), only=named)

    def all(self) -> list[Person]:
        """Return whose wallets there are, the first one first."""
        if self._only:
            return [Person("", self._places)] if self._places.wallet.is_file() else []
        names = self._names()
        try:
            found = sorted(each for each in self._folder.glob(f"*{SUFFIX}") if each.is_file())
        except OSError:
            return []
        found.sort(key=lambda each: (each != self._places.wallet, names.get(each.name, "").casefold()))
        return [Person(marked(names.get(each.name, ""), LONGEST_NAME), self.at(each)) for each in found]

    def place_for_new(self, random: Random) -> Places:
        """Return where the next wallet goes."""
        if self._only or not self._places.wallet.exists():
            return self._places
        return self.at(self._folder / f"wallet-{random(4).hex()}{SUFFIX}")

    def name(self, places: Places, name: str) -> None:
        """Keep the word by which a wallet is picked.

        Raises UsageError `wallet.name-length`; StoreError.
        """
        plain = " ".join(name.split())
        if len(plain) > LONGEST_NAME:
            raise UsageError("wallet.name-length", limit=LONGEST_NAME)
        names = {**self._names(), places.wallet.name: plain}
        there = {each.places.wallet.name for each in self.all()} | {places.wallet.name}
        kept = {file: word for file, word in names.items() if file in there and word}
        content = {"type": "counterproof.wallet-names", "version": 1, "names": kept}
        files.private_dir(self._folder)
        files.write_atomic(self._folder / _INDEX, strict_json.dumps(content), replace=True)

    def _names(self) -> dict[str, str]:
        try:
            content = files.read_regular(self._folder / _INDEX, limit=_LIMIT)
            return strict_json.convert(strict_json.loads(content, limit=_LIMIT), _Index).names
        except CounterproofError:  # nothing but the words is lost, and a wallet can be picked without
            return {}

    def at(self, wallet: Path) -> Places:
        """Return the places of a wallet's file."""
        return Places(wallet=wallet, state=self._places.state)
