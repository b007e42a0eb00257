"""What the demo stands on: run the real commands, print them, and stop where one does not end as stated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BOLD, _DIM, _PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
_ENDS = {"refused": 1, "undecided": 3}


class UnexpectedEndError(Exception):
    """A command did not end as the story says."""


@dataclass
class Stage:
    """A folder and the environment in which the commands run.

    `steps` counts what was shown, `opened` is when the counter first opened, in monotonic seconds.
    """

    folder: Path
    environment: dict[str, str]
    steps: int = 0
    opened: float = 0.0
    pictures: list[Path] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Begin a part of the story."""
        print(f"\n{_BOLD}== {text}{_PLAIN}")

    def say(self, text: str) -> None:
        """Tell what happens next."""
        print("\n" + textwrap.fill(text, 100))

    def run(self, *command: str, quiet: bool = False) -> str:
        """Run one of the three programs in this folder and return what it printed."""
        return self._run([sys.executable, "-m", *command], command, quiet=quiet)

    def offline(self, *command: str, ends: int = 0, **more: str) -> str:
        """Run it with its sockets refused, and where the system lets us in a namespace without network."""
        arguments = [*_no_network(), sys.executable, "-m", "scripts.offline", *command]
        return self._run(arguments, command, ends=ends, more=more)

    def accepted(self, *command: str) -> str:
        """Let the counter check something and see it accepted; return its words."""
        words = self.offline(*command)
        if "ACCEPTED" not in words:
            raise UnexpectedEndError(f"{' '.join(command)}: {words}")
        return words

    def not_accepted(self, verdict: str, code: str, *command: str, **more: str) -> None:
        """Let the counter check something, and see that its verdict and its reason are as stated."""
        words = self.offline(*command, ends=_ENDS[verdict], **more)
        if f"\n{code} " not in words:
            raise UnexpectedEndError(f"{' '.join(command)}: {words} instead of {code}")

    def picture(self, name: str, content: bytes) -> Path:
        """Keep a picture and remember it for the list at the end."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.pictures.append(path)
        return path

    def _run(
        self,
        arguments: list[str],
        shown: tuple[str, ...],
        *,
        ends: int = 0,
        quiet: bool = False,
        more: dict[str, str] | None = None,
    ) -> str:
        if not quiet:
            self.steps += 1
            print(f"\n{_BOLD}$ {' '.join(_quoted(part) for part in shown)}{_PLAIN}")
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env={**self.environment, **(more or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        if not quiet:
            print(textwrap.indent(output.rstrip(), "  "))
        if done.returncode != ends:
            raise UnexpectedEndError(f"{' '.join(shown)} ended with {done.returncode}, not {ends}: {output}")
        return done.stdout


def _quoted(part: str) -> str:
    return f"'{part}'" if " " in part else part


def _no_network() -> list[str]:
    """Return the words that start a command without any network, where this user may say them."""
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        return []
    tried = subprocess.run([unshare, "-n", "true"], capture_output=True, check=False)
    return [unshare, "-n", "--"] if tried.returncode == 0 else []
