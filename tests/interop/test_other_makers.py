"""Client libraries of other makers, unmodified, get credentials from the service.

They are no dependency of ours: `npm install` in this folder, or in the one that COUNTERPROOF_INTEROP names,
brings them. Where they are not, these tests are skipped and say so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.strict_json import from_base64url
from tests.kit.service import running

HERE = Path(__file__).parent
MODULES = Path(os.environ.get("COUNTERPROOF_INTEROP", HERE)) / "node_modules"


@pytest.mark.skipif(
    shutil.which("node") is None or not (MODULES / "@openid4vc/openid4vci").is_dir(),
    reason="node or @openid4vc/openid4vci is not installed (npm install in tests/interop)",
)
@pytest.mark.parametrize("short", [False, True], ids=["by-value", "by-reference"])
def test_the_client_of_the_openwallet_foundation(tmp_path: Path, *, short: bool) -> None:
    shutil.copy(HERE / "receive.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    with running(tmp_path) as service:
        made = service.offer(copies=3)
        link = made.short_link if short else made.link
        at = service.clock.now().isoformat()
        command = ["node", str(tmp_path / "receive.mjs"), link, str(made.tx_code), "3", at]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        got = json.loads(done.stdout)
        assert got["name"] == "Harbour Borough"
        documents = [IssuerSigned.from_bytes(from_base64url(each)) for each in got["credentials"]]
        assert len(documents) == 3
        xs = [each.mso.device_key.x for each in documents]
        assert xs == [from_base64url(x) for x in got["keys"]]
        (batch,) = service.agency.register.list()
        assert (batch.copies, batch.subject) == (3, "A-17")
