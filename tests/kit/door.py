"""Asking the conformance door: one case in this process, or many through the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from verifier.cli import main
from verifier.conformance.door import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER_FIELDS = ["id", "verdict", "code", "failed", "documents", "status", "ms"]


def ask_line(line: bytes | None) -> dict[str, Any]:
    """Return what the door says about one raw line."""
    case_id, judgement = answer(line)
    said: dict[str, Any] = json.loads(judgement.to_line(case_id, 0.0))
    return said


def ask(**fields: Any) -> dict[str, Any]:
    """Return what the door says about a case of these fields; those that are None are left out."""
    given = {"id": "case", **{name: value for name, value in fields.items() if value is not None}}
    return ask_line(json.dumps(given).encode())


def said_of(said: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Return verdict, code and failed checks of an answer."""
    return said["verdict"], said["code"], said["failed"]


def run_command(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """Send lines through `verifier conformance` and return its answers in order."""
    result = CliRunner().invoke(main, ["conformance"], input=b"".join(line + b"\n" for line in lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]
