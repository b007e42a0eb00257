"""The counter's folder: who it is, its key and certificate, whom it trusts, and its file of state.

    settings.json       name, ids, named requests
    reader-key.pem      the reader key, for the owner of the folder alone; or
    reader-key.sealed   the same under a passphrase
    reader-chain.pem    its certificate, with those between it and the root
    trust/              the local copy of what agencies publish
    state.sqlite3       what must not count twice, and the journal

A key that is not sealed lets everybody who can use this account ask in the name of this counter. A sealed one
asks for the passphrase at each request. Neither can read answers: those are sealed to one-time keys.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.names import READER_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.trust.store import TrustStore

ENVIRONMENT: Final = "COUNTERPROOF_COUNTER"
_SETTINGS: Final = "settings.json"
_KEYS: Final = {False: "reader-key.pem", True: "reader-key.sealed"}
"""The file of the reader key, by whether it is sealed."""

_LIMIT: Final = 262_144
_KEY_LIMIT: Final = 65_536
_CHAIN_LIMIT: Final = 65_536
_NAMED_LIMIT: Final = 64
_REQUEST_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")
_LONGEST_NAME: Final = 32


def check_request_name(name: str) -> None:
    """Check the name of a saved request; raise UsageError `verifier.request-name`."""
    if _REQUEST_NAME.fullmatch(name) is None:
        raise UsageError("verifier.request-name", limit=_LONGEST_NAME)


class NamedWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One type of document of a named request, as it was typed."""

    doc_type: str
    fields: tuple[str, ...]


class NamedRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request that a clerk asks every day, by a name."""

    purpose: str
    wishes: tuple[NamedWish, ...]
    keep: tuple[str, ...] = ()
    good_for: int = 120
    label: str | None = None
    repeats: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who this counter is: the name on its certificate, its own id and its office's (audiences)."""

    type: Literal["counterproof.counter"] = "counterproof.counter"
    version: Literal[1] = 1
    name: str
    id: str
    office: str | None = None
    requests: dict[str, NamedRequest] = {}

    @property
    def ids(self) -> frozenset[str]:
        """The audiences that name this counter."""
        return frozenset({self.id} if self.office is None else {self.id, self.office})


@dataclass(frozen=True, slots=True)
class Home:
    """A counter's folder; nothing is made or read before it is needed."""

    folder: Path

    @classmethod
    def find(cls, given: Path | None, environment: Mapping[str, str]) -> Home:
        """Return the folder that was given, that the environment names, or the user's own."""
        if given is not None:
            return cls(given)
        if named := environment.get(ENVIRONMENT):
            return cls(Path(named))
        data = environment.get("XDG_DATA_HOME") or ""
        # A relative path there is to be ignored (XDG Base Directory Specification).
        base = Path(data) if data.startswith(os.sep) else Path.home() / ".local" / "share"
        return cls(base / "counterproof" / "verifier")

    @property
    def state(self) -> Path:
        """The file of state."""
        return self.folder / "state.sqlite3"

    @property
    def trust(self) -> TrustStore:
        """The local copy of what agencies publish."""
        from counterproof.trust.store import TrustStore  # noqa: PLC0415 - slow to load; --help needs none

        return TrustStore(files.private_dir(self.folder / "trust"))

    @property
    def exists(self) -> bool:
        """Whether a counter was set up here."""
        return (self.folder / _SETTINGS).exists()

    def settings(self) -> Settings:
        """Return who this counter is; raises UsageError `verifier.no-counter`, MalformedError `json.*`."""
        try:
            content = files.read_regular(self.folder / _SETTINGS, limit=_LIMIT)
        except StoreError as error:
            if error.code == "sealing.missing":
                raise UsageError("verifier.no-counter") from None
            raise
        return strict_json.convert(strict_json.loads(content, limit=_LIMIT), Settings)

    def found(self, settings: Settings) -> None:
        """Set a counter up; raises UsageError `verifier.counter-exists`, `verifier.id`, `verifier.name`."""
        if self.exists:
            raise UsageError("verifier.counter-exists")
        self.save(settings)

    def save(self, settings: Settings) -> None:
        """Write the settings down; raises as `found`, and UsageError `verifier.too-many-requests`."""
        self.check(settings)
        files.private_dir(self.folder)
        files.write_atomic(self.folder / _SETTINGS, strict_json.dumps(settings))

    @staticmethod
    def check(settings: Settings) -> None:
        """Check what `save` would write; raises as it does."""
        for each in settings.ids:
            if READER_ID.fullmatch(each) is None:
                raise UsageError("verifier.id", id=each)
        name = settings.name
        if not (0 < len(name) <= TRUST_LIMITS.name and name.isprintable() and name == name.strip()):
            raise UsageError("verifier.name", limit=TRUST_LIMITS.name)
        if len(settings.requests) > _NAMED_LIMIT:
            raise UsageError("verifier.too-many-requests", limit=_NAMED_LIMIT)

    def key_content(self) -> bytes:
        """Return the reader key as it lies there; raises UsageError `verifier.no-key`."""
        for name in _KEYS.values():
            if (self.folder / name).exists():
                return files.read_regular(self.folder / name, limit=_KEY_LIMIT)
        raise UsageError("verifier.no-key")

    def has_key(self, *, sealed: bool) -> bool:
        """Whether there is a reader key of this kind."""
        return (self.folder / _KEYS[sealed]).exists()

    def sweep(self) -> None:
        """Remove what a setting-up that was killed left beside the key, which may be a second copy of it."""
        for name in _KEYS.values():
            files.sweep_temporaries(self.folder / name)

    def save_key(self, content: bytes, *, sealed: bool) -> None:
        """Keep the reader key; one that is there is never replaced (UsageError `sealing.exists`)."""
        files.private_dir(self.folder)
        files.write_atomic(self.folder / _KEYS[sealed], content, replace=False)

    def chain_content(self) -> bytes | None:
        """Return the reader's certificates as they lie there, None where none was installed."""
        path = self.folder / "reader-chain.pem"
        return files.read_regular(path, limit=_CHAIN_LIMIT) if path.exists() else None

    def save_chain(self, content: bytes) -> None:
        """Keep the reader's certificates, PEM, leaf first."""
        files.write_atomic(self.folder / "reader-chain.pem", content)
