"""What an operator's folder remembers: one file that is replaced, and objects under their hashes.

    operator.json    everything that is decided; whatever it names lies in objects/
    objects/         lists, certificates and agencies' files, each under its SHA-256
    keys/            the daily key
    registrar-keys/  the keys that sign the lists: they may live on a stick
    root-keys/       the officers' keys: they belong on sticks of their own, in different hands

A break at any moment leaves the old file or the new one, and everything that it names.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.names import sha256
from counterproof.trust.pack.statement import Recognised  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "operator.json"
_LIMIT = 8_388_608


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Officer(_Record, frozen=True, kw_only=True):
    """One officer in office: a number that is never given twice, and the public key, PEM."""

    number: int
    key: str


class OldKey(_Record, frozen=True, kw_only=True):
    """A key that no root names any more: its role (`officer-N` of officers), and the public key, PEM.

    `begun` is the folder in which its destruction was begun: a break behind that does not bring it back.
    """

    role: str
    key: str
    begun: str | None = None


class ListedAgency(_Record, frozen=True, kw_only=True):
    """One agency: what it is called, for what it is believed, its key, and where its folder was last.

    `root` and `reader_root` are certificates, base64url. `part` is the SHA-256 of its newest list, and
    `files` its files by path, once it has published. `former` are the status lists of the packs before, the
    newest last, by what stays the same of their path.
    """

    id: str
    name: str
    doc_types: tuple[str, ...]
    root: str
    key: str
    folder: str
    reader_root: str | None = None
    part: str | None = None
    files: dict[str, str] = {}
    former: dict[str, tuple[str, ...]] = {}


class ListedReader(_Record, frozen=True, kw_only=True):
    """One counter that the operator itself certified; `certificates` are base64url, the newest last."""

    id: str
    office: str
    name: str
    certificates: tuple[str, ...]
    request: str


class RevokedReader(_Record, frozen=True, kw_only=True):
    """One certificate of a counter that counts no more: serial number and moment."""

    serial: int
    at: str


class Records(_Record, frozen=True, kw_only=True):
    """The content of operator.json. Names of objects are SHA-256; versions are those last given out."""

    type: Literal["counterproof.authority-records"] = "counterproof.authority-records"
    version: Literal[1] = 1
    name: str
    country: str
    threshold: int
    officers: tuple[Officer, ...]
    last_officer: int
    registrar: str
    daily: str
    list_root: str
    list_signer: str
    reader_root: str
    roots: dict[str, str] = {}
    pending_root: str | None = None
    retired: tuple[Officer, ...] = ()
    old_keys: tuple[OldKey, ...] = ()
    agencies: tuple[ListedAgency, ...] = ()
    readers: tuple[ListedReader, ...] = ()
    revoked: tuple[RevokedReader, ...] = ()
    recognises: tuple[Recognised, ...] = ()
    own_files: dict[str, str] = {}
    types: dict[str, str] = {}
    purposes: str | None = None
    targets: str | None = None
    snapshot: str | None = None
    timestamp: str | None = None
    crl_number: int = 0
    standing: tuple[str, ...] = ()

    def agency(self, name: str) -> ListedAgency:
        """Return an agency by its id; raises UsageError `authority.no-such-agency`."""
        found = next((each for each in self.agencies if each.id == name), None)
        if found is None:
            raise UsageError("authority.no-such-agency", id=name)
        return found

    def reader(self, name: str) -> ListedReader:
        """Return a counter by its id; raises UsageError `authority.no-such-reader`."""
        found = next((each for each in self.readers if each.id == name), None)
        if found is None:
            raise UsageError("authority.no-such-reader", id=name)
        return found


def certificate(text: str) -> Certificate:
    """Return a certificate as it is remembered."""
    return Certificate.from_der(strict_json.from_base64url(text))


def remembered(value: Certificate) -> str:
    """Return what stands for a certificate in the records."""
    return strict_json.to_base64url(value.der)


class Shelf:
    """The operator's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects = folder / "objects"

    def exists(self) -> bool:
        """Tell whether an operator was founded here."""
        return (self.folder / FILE_NAME).exists()

    def load(self) -> Records:
        """Return what is remembered; raises UsageError `authority.missing`, MalformedError `json.*`."""
        try:
            content = files.read_regular(self.folder / FILE_NAME, limit=_LIMIT)
        except StoreError as error:
            if error.code == "sealing.missing":
                raise UsageError("authority.missing") from None
            raise
        return strict_json.convert(strict_json.loads(content, limit=_LIMIT), Records)

    def save(self, records: Records) -> None:
        """Remember; raises StoreError `sealing.*`."""
        files.write_atomic(self.folder / FILE_NAME, strict_json.dumps(records))

    def put(self, content: bytes) -> str:
        """Keep an object and return its name; raises StoreError `sealing.*`."""
        name = sha256(content)
        files.private_dir(self._objects)
        if not (self._objects / name).exists():
            files.write_atomic(self._objects / name, content)
        return name

    def get(self, name: str) -> bytes:
        """Return an object; raises StoreError `authority.damaged`."""
        content = files.read_regular(self._objects / name, limit=TRUST_LIMITS.total)
        if sha256(content) != name:
            raise StoreError("authority.damaged")
        return content

    def sweep(self, records: Records) -> None:
        """Remove objects that nothing names any more."""
        named = strict_json.dumps(records).decode()
        for path in sorted(self._objects.iterdir()):
            if path.name not in named:
                with contextlib.suppress(OSError):
                    path.unlink()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other command change anything meanwhile; raises StoreError `authority.in-use`."""
        with files.plain_errors():
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError("authority.in-use") from None
            yield
        finally:
            os.close(descriptor)
