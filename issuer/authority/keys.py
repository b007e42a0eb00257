"""An operator's private keys: each in a file of its own, sealed under the passphrase of whoever holds it.

Officers each have a passphrase of their own, so that no one of them can sign a root alone where two must.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_public_key,
)

from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files, kdf
from counterproof.sealing.envelope import Purpose, open_sealed, seal
from counterproof.trust.names import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_MAX_FILE = 4096
_NAME_DIGITS = 16
_OFFICER = "officer-"

DAILY, REGISTRAR, LIST_ROOT, LIST_SIGNER, READER_ROOT = (
    "daily",
    "registrar",
    "list-root",
    "list-signer",
    "reader-root",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """How passphrases are had when they are needed; an officer's may be None: that officer is not here."""

    daily: Callable[[], str]
    registrar: Callable[[], str]
    officer: Callable[[int], str | None]


def pem(key: ec.EllipticCurvePublicKey) -> str:
    """Return a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


class KeyFolders:
    """Where the keys lie: the officers' folders may be several sticks."""

    def __init__(
        self,
        folder: Path,
        secrets: Secrets,
        random: Callable[[int], bytes],
        *,
        registrar: Path | None = None,
        roots: Iterable[Path] = (),
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> None:
        self._daily = folder / "keys"
        self._registrar = registrar or folder / "registrar-keys"
        self.roots = tuple(roots) or (folder / "root-keys",)
        self._secrets = secrets
        self._random = random
        self._policy = policy
        self._made: list[Path] = []

    def make(self, role: str) -> ec.EllipticCurvePrivateKey:
        """Make a key and seal it; raises UsageError and StoreError `sealing.*`."""
        key = ec.generate_private_key(ec.SECP256R1())
        passphrase = self._secrets.daily() if role == DAILY else self._secrets.registrar()
        self._keep(self._folder(role) / _name(role, key.public_key()), key, passphrase)
        return key

    def make_officer(self, number: int) -> ec.EllipticCurvePrivateKey:
        """Make an officer's key; raises as `make`, StoreError `authority.officer-away`."""
        key = ec.generate_private_key(ec.SECP256R1())
        passphrase = self._secrets.officer(number)
        if passphrase is None:
            raise StoreError("authority.officer-away", number=number)
        self._keep(self.roots[0] / _name(officer_role(number), key.public_key()), key, passphrase)
        return key

    def load(self, role: str, public: str) -> ec.EllipticCurvePrivateKey:
        """Open the daily key or one of the registrar's.

        Raises StoreError `authority.key-away` where it is not here, and as `open_sealed`.
        """
        path = self._folder(role) / _name(role, _public(public))
        passphrase = self._secrets.daily() if role == DAILY else self._secrets.registrar()
        key = self._open(path, passphrase)
        if key is None:
            raise StoreError("authority.key-away", role=role, file=path.name)
        return key

    def load_officer(self, number: int, public: str) -> ec.EllipticCurvePrivateKey | None:
        """Open an officer's key; None where neither stick nor passphrase of that officer is here."""
        name = _name(officer_role(number), _public(public))
        for folder in self.roots:
            if (folder / name).is_file():
                passphrase = self._secrets.officer(number)
                return None if passphrase is None else self._open(folder / name, passphrase)
        return None

    def find(self, role: str, public: str) -> tuple[Path, ...]:
        """Return the files of a key in the folders that are here; officers' roles are `officer-N`."""
        name = file_name(role, public)
        with files.plain_errors():
            return tuple(folder / name for folder in self._where(role) if (folder / name).is_file())

    @staticmethod
    def destroy(path: Path) -> None:
        """Delete a key's file that must never sign again; raises StoreError `sealing.*`.

        A mark beside it comes first and stays until `unmark`: it tells this stick from another one, and from
        the empty folder in which a stick was mounted.
        """
        files.write_atomic(_mark(path), b"")
        with files.plain_errors():
            path.unlink(missing_ok=True)
            files.sync_folder(path.parent)

    def is_marked(self, role: str, public: str) -> bool:
        """Tell whether a folder that is here has the mark of a key whose deletion was begun in it."""
        name = file_name(role, public)
        with files.plain_errors():
            return any(_mark(folder / name).is_file() for folder in self._where(role))

    def unmark(self, role: str, public: str) -> None:
        """Remove the marks of a key of which it is written down that it is gone."""
        name = file_name(role, public)
        with contextlib.suppress(OSError):
            for folder in self._where(role):
                _mark(folder / name).unlink(missing_ok=True)

    def unmake(self) -> None:
        """Destroy the keys that were made here, of an operator that nobody will ever hear of."""
        with files.plain_errors():
            for path in self._made:
                path.unlink(missing_ok=True)

    def _where(self, role: str) -> tuple[Path, ...]:
        return self.roots if role.startswith(_OFFICER) else (self._folder(role),)

    def _folder(self, role: str) -> Path:
        return self._daily if role == DAILY else self._registrar

    def _keep(self, path: Path, key: ec.EllipticCurvePrivateKey, passphrase: str) -> None:
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed = seal(plain, passphrase, purpose=Purpose.KEY_FILE, random=self._random, policy=self._policy)
        files.private_dir(path.parent)
        self._made.append(path)
        files.write_atomic(path, sealed, replace=False)

    def _open(self, path: Path, passphrase: str) -> ec.EllipticCurvePrivateKey | None:
        try:
            sealed = files.read_regular(path, limit=_MAX_FILE)
        except StoreError as error:
            if error.code == "sealing.missing":
                return None
            raise
        plain = open_sealed(sealed, passphrase, purpose=Purpose.KEY_FILE, policy=self._policy)
        try:
            key = load_der_private_key(plain, password=None)
        except ValueError:
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or path.name != _name(
            path.name.rpartition("-")[0], key.public_key()
        ):
            raise StoreError("authority.key-mismatch", file=path.name)
        return key


def _mark(path: Path) -> Path:
    return path.with_suffix(".gone")


def file_name(role: str, public: str) -> str:
    """Return what the file of a key is called, by its public key as PEM."""
    return _name(role, _public(public))


def officer_role(number: int) -> str:
    """Return the role by which an officer's key is filed."""
    return f"{_OFFICER}{number}"


def _name(role: str, key: ec.EllipticCurvePublicKey) -> str:
    digest = sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return f"{role}-{digest[:_NAME_DIGITS]}.key"


def _public(text: str) -> ec.EllipticCurvePublicKey:
    key = load_pem_public_key(text.encode("ascii"))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise StoreError("authority.damaged")
    return key
