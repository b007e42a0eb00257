"""Command lines in a folder of their own, run in this process, so that a test reads like a manual."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

if TYPE_CHECKING:
    import click


class Shell:
    """Runs commands; `environment` is beside the real one, `brought` is what a caller hands over."""

    def __init__(self, *programs: click.Command, brought: object = None, **environment: str) -> None:
        self._brought = brought
        self._programs = {program.name: program for program in programs}
        self.environment: dict[str, str] = environment
        self.said = ""
        self.complained = ""

    def run(self, line: str, *, code: int = 0) -> str:
        """Run a line, which must end with this exit code; return what it printed."""
        name, *arguments = shlex.split(line)
        program = self._programs[name]
        result = CliRunner().invoke(
            program, arguments, env=self.environment, prog_name=name, obj=self._brought
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.said, self.complained = result.stdout, result.stderr
        assert "Traceback" not in result.output
        assert result.exit_code == code, f"{line}\n{result.output}"
        return self.said

    def refused(self, line: str) -> str:
        """Run a line that must be refused with one line; return its code, which stands in brackets."""
        self.run(line, code=1)
        assert self.said == ""
        lines = [each for each in self.complained.splitlines() if not each.startswith("The clock is set")]
        return lines[0].rpartition("[")[2].rstrip("]")

    def json(self, line: str) -> Any:
        """Run a line with --json and return what it printed, decoded."""
        return json.loads(self.run(f"{line} --json"))
