"""schemathesis reads the service's own description and sends what fits it, and what nearly does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from issuer.register.online_model import Role
from tests.kit.service import running


@pytest.mark.scenario("issuer", "api-fuzz")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("examples", [2, pytest.param(2000, marks=pytest.mark.slow)])
def test_nothing_that_is_sent_breaks_the_service(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], examples: int
) -> None:
    with running(tmp_path) as service:
        header = service.token(Role.SUPERVISOR)["Authorization"]
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{service.url}/openapi.json",
            f"--header=Authorization: {header}",
            "--checks=not_a_server_error",
            "--phases=fuzzing",
            f"--max-examples={examples}",
            "--seed=1",
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
        assert service.get("/health/live").status_code == 200
    assert "Traceback" not in "".join(capfd.readouterr())
