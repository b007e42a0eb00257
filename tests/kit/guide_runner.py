"""Types the commands of a page as its reader would: real programs, a scratch folder, line after line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.kit.sealing import PASSPHRASE
from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from tests.kit.guides import Block, Page


@dataclass(frozen=True)
class Scene:
    """What stands around a page while it is followed.

    `begin` is done first. `before` is done before the first command that begins so: what other people do
    meanwhile. `words` are put in for what a page leaves open, such as BATCH. `typed` answers questions.
    `ends` are exit codes other than 0. `inline` are commands from the page's sentences, run behind its
    blocks. `empty` begins in an empty folder. Keys and commands that the page does not have are errors, so
    that a scene cannot outlive its page.
    """

    begin: str = ""
    before: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    inline: tuple[str, ...] = ()
    empty: bool = False


class CommandFailedError(AssertionError):
    """A command of a page did not do what the page says."""


class Reader:
    """Somebody who follows a page in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        programs = Path(sys.executable).parent
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        self.environment = {
            **kept,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder / "home"),
            "XDG_STATE_HOME": str(folder / "home" / "state"),
            "XDG_DATA_HOME": str(folder / "home" / "data"),
            "COUNTERPROOF_WALLET": str(folder / "wallet.vault"),
            "COUNTERPROOF_COUNTER": str(folder / "counter"),
            "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
            "COUNTERPROOF_REGISTRAR_PASSPHRASE": PASSPHRASE,
            **{f"COUNTERPROOF_OFFICER_PASSPHRASE_{number}": PASSPHRASE for number in (1, 2, 3, 4)},
            "COUNTERPROOF_WHO": "ann",
            "QT_QPA_PLATFORM": "offscreen",
        }

    def type(self, line: str, where: str, *, typed: str = "", ends: int = 0) -> str:
        """Run a line in a shell; return what it printed. Raises CommandFailedError."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", textwrap.dedent(line)],
            cwd=self.folder,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode != ends or "Traceback" in done.stderr:
            said = f"{done.stdout}{done.stderr}"
            raise CommandFailedError(f"{where}: {line}\nended with {done.returncode}, not {ends}:\n{said}")
        return done.stdout

    def follow(self, page: Page, scene: Scene) -> list[str]:
        """Do what a page says; return the commands that were run. Raises CommandFailedError."""
        self._steps: list[str] = []
        waiting = dict(scene.before)
        if scene.begin:
            self.type(scene.begin, f"{page.name}: what stands there before")
        for block in page.blocks:
            self._block(block, scene, waiting)
        for command in scene.inline:
            assert command in page.inline, f"{page.name} does not say: {command}"
            self._command(command, page.name, scene, waiting)
        every = [*scene.typed, *scene.ends]
        stale = [key for key in every if not any(step.startswith(key) for step in self._steps)]
        assert not stale, f"{page.name} has no such commands"
        assert not waiting, f"{page.name} never came to these"
        return self._steps

    def _block(self, block: Block, scene: Scene, waiting: dict[str, str]) -> None:
        where = f"{block.page}:{block.line}"
        if block.not_run:
            return
        if block.kind == "file":
            (self.folder / block.name).write_text(block.text, "utf-8")
        elif block.kind == "python":
            script = self.folder / "example.py"
            script.write_text(block.text, "utf-8")
            self.type("python example.py", where)
            self._steps.append(f"python {where}")
        elif block.kind == "shell":
            for command in block.commands:
                self._command(command, where, scene, waiting)

    def _command(self, command: str, where: str, scene: Scene, waiting: dict[str, str]) -> None:
        for key in [key for key in waiting if command.startswith(key)]:
            self.type(waiting.pop(key), f"{where}: what others do before {command}")
        typed = next((text for key, text in scene.typed.items() if command.startswith(key)), "")
        ends = next((code for key, code in scene.ends.items() if command.startswith(key)), 0)
        line = command
        for word, value in scene.words.items():
            # Split and joined, because a value may hold what means something in a replacement.
            line = value.join(re.split(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line))
        self.type(line, where, typed=typed, ends=ends)
        self._steps.append(command)
