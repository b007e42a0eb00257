"""Setting up a counter: its ids, a key of its own, and the request that its agency signs."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.sealing.kdf import STANDARD
from verifier import identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.sealing.kdf import KdfPolicy
    from verifier.home import Home, Settings

REQUEST: Final = "reader.csr"


def found(
    home: Home,
    settings: Settings,
    *,
    request: Path | None = None,
    passphrase: Callable[[], str] | None = None,
    policy: KdfPolicy = STANDARD,
) -> Path:
    """Set a counter up and return where its request for a certificate (PKCS#10) lies.

    `passphrase` seals the key; without one it lies open in the folder. The settings come last: until then
    there is no counter, and the same again goes on, with the key that is there. Raises as `Home.found`,
    before anything is written, and as `identity.read_key`.
    """
    if home.exists:
        raise UsageError("verifier.counter-exists")
    home.check(settings)
    home.sweep()
    secret = None if passphrase is None else functools.cache(passphrase)
    key = _left(home, secret, policy) or identity.new_key()
    wanted = identity.signing_request(settings.name, key)
    if not home.has_key(sealed=secret is not None):
        content = identity.key_to_pem(key)
        if secret is not None:
            content = identity.seal_key(key, secret(), random=os.urandom, policy=policy)
        home.save_key(content, sealed=secret is not None)
    out = request if request is not None else home.folder / REQUEST
    files.write_atomic(out, wanted)
    home.found(settings)
    return out


def _left(
    home: Home, secret: Callable[[], str] | None, policy: KdfPolicy
) -> ec.EllipticCurvePrivateKey | None:
    """Return the key of a setting-up that broke off, sealed or not as it is wanted now; None without one."""
    if not home.has_key(sealed=secret is not None):
        if home.has_key(sealed=secret is None):
            raise UsageError("sealing.exists")
        return None
    return identity.read_key(home.key_content(), secret or str, policy)
