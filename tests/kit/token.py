"""PKCS#11 tokens for tests: SoftHSM2 in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MISSING = "SoftHSM2 is not installed (Debian: apt-get install softhsm2)"
PIN = "correct horse battery staple"
_COUNT = 16
_PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


class Tokens:
    """A handful of tokens, each given out once; a module reads its settings once in a process."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._left = [f"token{n}" for n in range(_COUNT)]
        self._folder = Path(tempfile.mkdtemp(prefix="cp-token-"))
        (self._folder / "tokens").mkdir()
        settings = self._folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {self._folder}/tokens\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(settings)
        for label in self._left:
            command = [
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                PIN,
                "--so-pin",
                PIN,
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def fresh(self) -> str:
        """Return the address of an empty token."""
        return f"pkcs11:token={self._left.pop()}?module-path={self._module}"

    def remove(self) -> None:
        """Delete them all."""
        shutil.rmtree(self._folder, ignore_errors=True)


def tokens() -> Tokens | None:
    """Return fresh tokens, or None where there is no SoftHSM2."""
    module = next((place for place in _PLACES if Path(place).exists()), None)
    return None if module is None or shutil.which("softhsm2-util") is None else Tokens(module)
