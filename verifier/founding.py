"""Setting up a counter: its ids, a key of its own, and the request that its agency signs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.sealing.kdf import STANDARD
from verifier import identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verifier.home import Home, Settings

REQUEST: Final = "reader.csr"


def found(
    home: Home,
    settings: Settings,
    *,
    request: Path | None = None,
    passphrase: Callable[[], str] | None = None,
) -> Path:
    """Set a counter up and return where its request for a certificate (PKCS#10) lies.

    `passphrase` seals the key; without one it lies open in the folder. Raises as `Home.found`, before
    anything is written.
    """
    if home.exists:
        raise UsageError("verifier.counter-exists")
    home.check(settings)
    key = identity.new_key()
    wanted = identity.signing_request(settings.name, key)
    content = identity.key_to_pem(key)
    if passphrase is not None:
        content = identity.seal_key(key, passphrase(), random=os.urandom, policy=STANDARD)
    home.found(settings)
    home.save_key(content, sealed=passphrase is not None)
    out = request if request is not None else home.folder / REQUEST
    files.write_atomic(out, wanted)
    return out
