"""What the demo stands on: run the real commands, print them, and stop where one does not end as stated."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_BOLD, _DIM, _PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")
_ENDS = {"refused": 1, "undecided": 3}


class UnexpectedEndError(Exception):
    """A command did not end as the story says."""


@dataclass
class Stage:
    """A folder and the environment in which the commands run; they begin in `warm`, which is ready for them.

    `steps` counts what was shown, `opened` is when the counter first opened, in monotonic seconds.
    """

    folder: Path
    environment: dict[str, str]
    warm: Warm
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
        self._show(command, quiet=quiet)
        return self._ended(self.warm.run(command, self.folder, self.environment), command, quiet=quiet)

    def refused(self, code: str, *command: str) -> None:
        """Run one of the programs, and see that it refuses with this code and shows nothing."""
        self._show(command)
        done = self.warm.run(command, self.folder, self.environment)
        self._ended(done, command, ends=done.returncode or -1)
        if f"[{code}]" not in done.stderr:
            raise UnexpectedEndError(f"{' '.join(command)}: {done.stderr} instead of {code}")

    def offline(self, *command: str, ends: int = 0, **more: str) -> str:
        """Run it with its sockets refused, and where the system lets us in a namespace without network."""
        self._show(command)
        done = subprocess.run(
            [*_no_network(), sys.executable, "-m", "scripts.offline", *command],
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return self._ended(done, command, ends=ends)

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

    def _show(self, command: tuple[str, ...], *, quiet: bool = False) -> None:
        if not quiet:
            self.steps += 1
            print(f"\n{_BOLD}$ {' '.join(_quoted(part) for part in command)}{_PLAIN}")

    @staticmethod
    def _ended(
        done: subprocess.CompletedProcess[str],
        command: tuple[str, ...],
        *,
        ends: int = 0,
        quiet: bool = False,
    ) -> str:
        output = done.stdout + done.stderr
        if not quiet:
            print(textwrap.indent(output.rstrip(), "  "))
        if done.returncode != ends:
            raise UnexpectedEndError(
                f"{' '.join(command)} ended with {done.returncode}, not {ends}: {output}"
            )
        return done.stdout


class Warm:
    """Runs commands in processes that `scripts.warm` begins; one folder is for what they print."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )

    def run(
        self, command: tuple[str, ...], folder: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        output, errors = (self._folder / name for name in (".output", ".errors"))
        asked = {"command": command, "folder": str(folder), "environment": environment}
        told = json.dumps({**asked, "output": str(output), "errors": str(errors)})
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{told}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        texts = [each.read_text("utf-8") for each in (output, errors)]
        for each in (output, errors):
            each.unlink()
        return subprocess.CompletedProcess(command, code, *texts)

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _quoted(part: str) -> str:
    return f"'{part}'" if " " in part else part


def _no_network() -> list[str]:
    """Return the words that start a command without any network, where this user may say them."""
    unshare = shutil.which("unshare")
    if unshare is None or os.geteuid() != 0:
        return []
    tried = subprocess.run([unshare, "-n", "true"], capture_output=True, check=False)
    return [unshare, "-n", "--"] if tried.returncode == 0 else []
