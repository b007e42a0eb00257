"""Private keys: each in a file of its own, sealed under a passphrase; and the doors through which they sign.

Nothing outside this module touches a key's bytes. Documents and lists are signed through `Signer`,
certificates through `CertificateIssuer`: what stands behind them may as well be a PKCS#11 token, for which
`KeyStore` is all that has to be written.

The keys of the two roots lie in a folder of their own, so that they can live on a stick in a safe. No
command of a working day opens them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from counterproof.mdoc.certificates.build import CertificateIssuer
from counterproof.mdoc.certificates.profile import IACA, READER_CA
from counterproof.mdoc.cose import Signer, SoftwareSigner
from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files, kdf
from counterproof.sealing.envelope import Purpose, open_sealed, seal
from counterproof.trust.names import fingerprint
from issuer.register.model import SignerRole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate

ROOTS = {SignerRole.IACA: IACA, SignerRole.READER_CA: READER_CA}
"""The roles of the keys that belong offline, and the profiles of their certificates."""

PART_PREFIX = "pack-"
"""How the names of keys begin that sign an agency's part of a trust pack."""

_MAX_FILE = 4096
_NAME_DIGITS = 16


class KeyStore(Protocol):
    """Where private keys live; `certificate` names the key that belongs to it."""

    def make(self, role: SignerRole | None = None) -> ec.EllipticCurvePrivateKey:
        """Make a P-256 key, or what stands for one inside the token of a role."""

    def keep(self, role: SignerRole, certificate: Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """Keep a key that `make` made; when this returns, it survives a power cut."""

    def has(self, role: SignerRole, certificate: Certificate) -> bool:
        """Tell whether the key is at hand, without opening it."""

    def signer(self, role: SignerRole, certificate: Certificate) -> Signer:
        """Open the key of a signer of documents or lists."""

    def authority(self, role: SignerRole, certificate: Certificate) -> CertificateIssuer:
        """Open the key of a root."""

    def forget(self, role: SignerRole, certificate: Certificate) -> bool:
        """Destroy a key that must never sign again; tell whether it was there."""


@runtime_checkable
class PartKeys(Protocol):
    """Where keys without a certificate live: those that sign an agency's part of a trust pack."""

    def keep_part(self, name: str, key: ec.EllipticCurvePrivateKey) -> None:
        """Keep a key under a name; when this returns, it survives a power cut."""

    def load_part(self, name: str) -> ec.EllipticCurvePrivateKey:
        """Open a key."""

    def forget_parts(self, *, except_for: str) -> None:
        """Destroy every key of a part but one: those before it, and what a break left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passphrases:
    """How the passphrases are had when they are needed: asked for, read from a file, or known already."""

    daily: Callable[[], str]
    roots: Callable[[], str]


def daily_keys(
    folder: Path,
    passphrase: Callable[[], str],
    *,
    token: str | None = None,
    policy: kdf.KdfPolicy = kdf.STANDARD,
) -> KeyStore:
    """Return the keys of a working day alone, for a process that signs and does nothing else."""
    both = Passphrases(daily=passphrase, roots=passphrase)
    return open_keys(folder, folder, both, os.urandom, policy=policy, token=token)


def open_keys(
    folder: Path,
    root_folder: Path,
    passphrases: Passphrases,
    random: Callable[[int], bytes],
    *,
    policy: kdf.KdfPolicy = kdf.STANDARD,
    token: str | None = None,
    root_token: str | None = None,
) -> SealedKeys:
    """Return an agency's keys: sealed files, but for what lives in the tokens of these addresses.

    Raises UsageError `token.address`.
    """
    if token is None and root_token is None:
        return SealedKeys(folder, root_folder, passphrases, random, policy=policy)
    from issuer.token_keys import TokenKeys  # noqa: PLC0415 - only agencies with a token need it
    from issuer.tokens import Token  # noqa: PLC0415

    keys = TokenKeys(folder, root_folder, passphrases, random, policy=policy)
    keys.daily = None if token is None else Token(token, passphrases.daily)
    keys.roots = None if root_token is None else Token(root_token, passphrases.roots)
    return keys


def key_name(role: SignerRole, certificate: Certificate) -> str:
    """Return what a key is called: its role and the beginning of its certificate's fingerprint."""
    return f"{role.value}-{fingerprint(certificate)[:_NAME_DIGITS]}"


class SealedKeys:
    """Keys in files, each in an Argon2id and AES-256-GCM envelope (`counterproof.sealing`).

    A signer that was opened stays open for as long as this object lives; a root is opened anew each time.
    """

    def __init__(
        self,
        folder: Path,
        root_folder: Path,
        passphrases: Passphrases,
        random: Callable[[int], bytes],
        *,
        policy: kdf.KdfPolicy = kdf.STANDARD,
    ) -> None:
        self.folder = folder
        self.root_folder = root_folder
        self._passphrases = passphrases
        self._random = random
        self.policy = policy
        self._open: dict[bytes, Signer] = {}

    def make(self, role: SignerRole | None = None) -> ec.EllipticCurvePrivateKey:  # noqa: ARG002
        """Make a P-256 key; a file takes every role."""
        return ec.generate_private_key(ec.SECP256R1())

    def keep(self, role: SignerRole, certificate: Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """Seal a key into a new file; raises UsageError `sealing.*`, StoreError `sealing.*`."""
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed = seal(
            plain, self._passphrase(role), purpose=Purpose.KEY_FILE, random=self._random, policy=self.policy
        )
        path = self.path(role, certificate)
        files.private_dir(path.parent)
        files.write_atomic(path, sealed, replace=False)

    def has(self, role: SignerRole, certificate: Certificate) -> bool:
        """Tell whether the key's file is there; one that is gone is not kept open in memory either."""
        there = self.path(role, certificate).is_file()
        if not there:
            self._open.pop(certificate.der, None)
        return there

    def signer(self, role: SignerRole, certificate: Certificate) -> Signer:
        """Open the key of a signer; raises as `_load`."""
        name = certificate.der
        if name not in self._open:
            self._open[name] = SoftwareSigner(self._load(role, certificate))
        return self._open[name]

    def authority(self, role: SignerRole, certificate: Certificate) -> CertificateIssuer:
        """Open the key of a root; raises as `_load`."""
        return CertificateIssuer(certificate, self._load(role, certificate), ROOTS[role])

    def forget(self, role: SignerRole, certificate: Certificate) -> bool:
        """Delete the key's file; raises StoreError `sealing.*`."""
        self._open.pop(certificate.der, None)
        path = self.path(role, certificate)
        with files.plain_errors():
            if not path.is_file():
                return False
            path.unlink()
            files.sync_folder(path.parent)
        return True

    def keep_part(self, name: str, key: ec.EllipticCurvePrivateKey) -> None:
        """Seal a key into a new file; raises UsageError `sealing.*`, StoreError `sealing.*`."""
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        sealed = seal(
            plain,
            self._passphrases.daily(),
            purpose=Purpose.KEY_FILE,
            random=self._random,
            policy=self.policy,
        )
        files.private_dir(self.folder)
        files.write_atomic(self.folder / f"{name}.key", sealed, replace=False)

    def load_part(self, name: str) -> ec.EllipticCurvePrivateKey:
        """Open a key; raises StoreError `agency.key-missing`, `agency.key-mismatch`, and as `open_sealed`."""
        path = self.folder / f"{name}.key"
        try:
            sealed = files.read_regular(path, limit=_MAX_FILE)
        except StoreError as error:
            if error.code != "sealing.missing":
                raise
            raise StoreError("agency.key-missing", file=path.name) from None
        plain = open_sealed(sealed, self._passphrases.daily(), purpose=Purpose.KEY_FILE, policy=self.policy)
        key = load_der_private_key(plain, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise StoreError("agency.key-mismatch", file=path.name)
        return key

    def forget_parts(self, *, except_for: str) -> None:
        """Delete the other keys' files; raises StoreError `sealing.*`."""
        with files.plain_errors():
            others = [path for path in self.folder.glob(f"{PART_PREFIX}*.key") if path.stem != except_for]
            for path in others:
                path.unlink()
            if others:
                files.sync_folder(self.folder)

    def path(self, role: SignerRole, certificate: Certificate) -> Path:
        """Return where the key lies: its role and the beginning of its certificate's fingerprint."""
        folder = self.root_folder if role in ROOTS else self.folder
        return folder / f"{key_name(role, certificate)}.key"

    def _load(self, role: SignerRole, certificate: Certificate) -> ec.EllipticCurvePrivateKey:
        """Open a key's file.

        Raises StoreError `agency.root-key-away` or `agency.key-missing` where there is none,
        `agency.key-mismatch` for the key of another certificate, and as `open_sealed`.
        """
        path = self.path(role, certificate)
        try:
            sealed = files.read_regular(path, limit=_MAX_FILE)
        except StoreError as error:
            if error.code != "sealing.missing":
                raise
            if role in ROOTS:
                raise StoreError("agency.root-key-away", file=path.name) from None
            raise StoreError("agency.key-missing", file=path.name) from None
        plain = open_sealed(sealed, self._passphrase(role), purpose=Purpose.KEY_FILE, policy=self.policy)
        try:
            key = load_der_private_key(plain, password=None)
        except ValueError:
            raise StoreError("agency.key-mismatch", file=path.name) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key:
            raise StoreError("agency.key-mismatch", file=path.name)
        return key

    def _passphrase(self, role: SignerRole) -> str:
        return self._passphrases.roots() if role in ROOTS else self._passphrases.daily()
