"""The bill of materials (CycloneDX) and the licences: every locked package, and the bundled Python."""

from __future__ import annotations

import json
import platform
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.packages.programs import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

BILL, LICENCES = "counterproof.cdx.json", "licences.txt"


def write(tools: Path, out: Path, env: Mapping[str, str]) -> None:
    """Write both into `out`, with the tools of the environment `tools`."""
    bill, licences = out / BILL, out / LICENCES
    subprocess.run(
        [
            *(str(tools / "bin" / "cyclonedx-py"), "requirements", str(ROOT / "requirements.lock")),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"),
            *("--output-reproducible", "--of", "JSON", "-o", str(bill)),
        ],
        check=True,
        env=env,
    )
    bill.write_text(with_python(bill.read_text("utf-8"), platform.python_version()), "utf-8")
    subprocess.run(
        [
            *(str(tools / "bin" / "pip-licenses"), "--python", str(tools / "bin" / "python")),
            *("--with-license-file", "--no-license-path", "--format", "plain-vertical"),
            *("--output-file", str(licences)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        env=env,
    )
    with licences.open("a", encoding="utf-8") as file:
        file.write(f"\nPython\n{platform.python_version()}\nPSF-2.0\n{licence_of_python()}\n")


def with_python(bill: str, version: str) -> str:
    """Return the bill with the interpreter in it: no lock names it, and advisories are about it too."""
    content = json.loads(bill)
    reference = f"python@{version}"
    content["components"] = [
        *content.get("components", []),
        {
            "bom-ref": reference,
            "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
            "description": "The interpreter and its standard library",
            "licenses": [{"license": {"id": "PSF-2.0"}}],
            "name": "python",
            "purl": f"pkg:generic/python@{version}",
            "type": "platform",
            "version": version,
        },
    ]
    content.setdefault("dependencies", []).append({"ref": reference})
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def licence_of_python() -> str:
    """Return the licence of the Python that is bundled, from beside it.

    Raises
        FileNotFoundError: It lies at none of the places where CPython and Debian put it.
    """
    standard = Path(sysconfig.get_path("stdlib"))
    places = (standard / "LICENSE.txt", Path("/usr/share/doc", standard.name, "copyright"))
    for place in places:
        if place.is_file():
            return place.read_text("utf-8")
    message = f"the licence of Python lies at none of {', '.join(map(str, places))}"
    raise FileNotFoundError(message)
