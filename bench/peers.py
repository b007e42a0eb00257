"""Goals 1 and 2 beside other makers' libraries on the same documents: `python -m bench.peers [--json FILE]`.

Each library runs in an environment of its own under `bench/results/peers`, made from PyPI and npm when it is
missing (the network is needed once), on the same responses and elements as ours. Compared are shares: the
time of the bare signatures in the same process, divided by that of the whole work. That is fair between
Python libraries; a JavaScript one has its own cost of a signature, so for it the whole time is compared.
All issue the same values again and again to new keys: the others by one call each, ours as copies of a card.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import core

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent
HOME = HERE / "results" / "peers"
PYTHON = {"openvc": "openvc-core==1.37.0", "isomdoc": "isomdoc==0.0.5", "pymdoccbor": "pymdoccbor==1.4.0"}
NODE = {
    "@auth0/mdl": ("auth0.mjs", "3.0.1"),
    "@animo-id/mdoc": ("animo.mjs", "0.5.2"),
    "@owf/mdoc": ("owf.mjs", "0.6.0"),
}
"""The JavaScript libraries: what times each, and its version."""

# Clause 2 and 1 of the goals: at least so many times a peer's share, or its speed for a whole process.
GOALS = {
    ("openvc", "verify"): ("cached", 3.0),
    ("openvc", "verify, uncached"): ("uncached", 1.7),
    ("isomdoc", "issue"): ("issue", 2.5),
    ("pymdoccbor", "issue"): ("issue", 25.0),
}


def job(agency: core.Agency, elements: int, shown: int) -> dict[str, Any]:
    """Return what every library is given."""
    return {
        "root": agency.root.der.hex(),
        "signer": agency.ds.der.hex(),
        "signer_key": agency.ds_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex(),
        "responses": [each.hex() for each in core.presentations(agency, elements, shown, 64)],
        "transcript": core.TRANSCRIPT.hex(),
        "doc_type": core.DOC_TYPE,
        "namespace": core.NAMESPACE,
        "elements": {f"element_{number:02d}": f"value number {number}" for number in range(elements)},
    }


def python_of(name: str) -> Path:
    """Return the Python of a library's environment, made if it is not there."""
    folder = HOME / name
    python = folder / "bin" / "python"
    made = folder / "made"
    if not made.exists():  # an environment whose packages did not come is made anew
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PYTHON[name]], check=True)
        made.touch()
    return python


def node_folder() -> Path | None:
    """Return the folder of the JavaScript libraries, made if it is not there; None without Node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    folder = HOME / "node"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, (_, version) in NODE.items()]
    made = folder / "made"
    if not made.exists() or made.read_text("utf-8").split() != wanted:
        npm = [str(shutil.which("npm")), "install", "--silent", "--no-audit", "--no-fund", *wanted]
        subprocess.run(npm, cwd=folder, check=True)
        made.write_text("\n".join(wanted), "utf-8")
    for script in (HERE / "beside").glob("*.mjs"):
        shutil.copyfile(script, folder / script.name)
    return folder


def timed(command: list[str | Path], cwd: Path | None = None) -> dict[str, Any]:
    """Run a library's own bench and return what it printed."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return {"broken": {"all": last[:160]}}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def ours(agency: core.Agency, elements: int, shown: int) -> dict[str, float]:
    """Return our times for the same work."""
    issue = core.issuing(agency, elements, 61)
    verify = core.verifying(agency, elements, shown, 61)
    return {
        "sign": issue["sign"],
        "issue": issue["copies"],
        "two verifies": verify["two verifies"],
        "cached": verify["cached"],
        "uncached": verify["uncached"],
    }


def shares(times: Mapping[str, Any]) -> dict[str, float]:
    """Return the share of the bare primitives in each of a library's works."""
    found = {}
    if "verify" in times:
        found["verify"] = times["two verifies"] / times["verify"]
    if "issue" in times:
        found["issue"] = times["sign"] / times["issue"]
    return found


def compare(own: Mapping[str, float], peer: Mapping[str, Any], *, native: bool) -> dict[str, float]:
    """Return how many times faster ours is: by share for Python libraries, by whole time for the others."""
    faster = {}
    if "verify" in peer:
        unit = own["two verifies"] / peer["two verifies"] if native else 1.0
        faster["verify"] = peer["verify"] * unit / own["cached"]
        faster["verify, uncached"] = peer["verify"] * unit / own["uncached"]
    if "issue" in peer:
        unit = own["sign"] / peer["sign"] if native else 1.0
        faster["issue"] = peer["issue"] * unit / own["issue"]
    return faster


@click.command()
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(target: Path | None) -> None:
    """Measure every library and print ours beside it."""
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        pythons, folder = {name: python_of(name) for name in PYTHON}, node_folder()
    except subprocess.CalledProcessError as error:
        said = f"the libraries cannot be fetched (is there a network?): {error}"
        raise click.ClickException(said) from None
    agency = core.Agency(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))
    figures: dict[str, Any] = {}
    for elements, shown in ((12, 6), (25, 8)):
        path = HOME / f"job-{elements}.json"
        path.write_text(json.dumps(job(agency, elements, shown)))
        own = ours(agency, elements, shown)
        runs = {
            name: timed([python, HERE / "beside" / "python_peer.py", name, path])
            for name, python in pythons.items()
        }
        if folder is not None:
            for name, (script, _) in NODE.items():
                runs[name] = timed([str(shutil.which("node")), script, path], folder)
        for name, times in runs.items():
            native = name in PYTHON
            found = {
                "times_us": times,
                "share": shares(times) if native else {},
                "faster": compare(own, times, native=native),
            }
            figures[f"{name}, {elements} elements"] = found
            _say(name, elements, found)
        figures[f"ours, {elements} elements"] = own
    if target is not None:
        target.write_text(json.dumps(figures, indent=1))


def _say(name: str, elements: int, found: Mapping[str, Any]) -> None:
    if "broken" in found["times_us"]:
        print(f"        {name}, {elements} elements: does not run: {found['times_us']['broken']}")
    for work, times in found["faster"].items():
        share = found["share"].get(work.partition(",")[0])
        beside = "" if share is None else f", its share {share:.3f}"
        goal = GOALS.get((name, work), (None, 5.0 if name.startswith("@") else None))[1]
        mark = "        " if goal is None else ("reached " if times >= goal else "MISSED  ")
        wanted = "" if goal is None else f" (goal >= {goal:g})"
        print(f"{mark}{name:15}{elements:3} elements, {work:18}{times:7.1f} times as fast{wanted}{beside}")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
