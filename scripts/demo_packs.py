"""The demo's part about trust packs: one list for everybody, brought to a counter that was never online."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from scripts.stage import UnexpectedEndError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scripts.stage import Stage

_SECRETS = {
    "COUNTERPROOF_REGISTRAR_PASSPHRASE": "ledger heron sluice amber 41",
    **{f"COUNTERPROOF_OFFICER_PASSPHRASE_{each}": f"harbour pilot number {each} 2026" for each in (1, 2, 3)},
}


def tell_packs(stage: Stage, agency: str, ask: Callable[[Stage, str], Path]) -> Stage:
    """Found a list, put the agency and a counter on it, let the counter believe it; return that counter."""
    stage.heading(
        "5. A city keeps a list of whom to trust, and a counter that was never online gets it on a stick"
    )
    stage.environment.update(_SECRETS)
    key = _after(
        stage.run("issuer", "publish", "agency", "published", "--join-pack", quiet=True), "key of this part"
    )
    founded = stage.run("issuer", "authority", "init", "city", "--name", "City Network", "--country", "UT")
    fingerprint = _after(founded, "Fingerprint")
    stage.say("The city compares the agency's two fingerprints, and says for what it is believed.")
    stage.run(
        *("issuer", "authority", "add-agency", "city", "published"),
        *("--fingerprint", agency, "--fingerprint", key),
    )
    desk = replace(
        stage, environment={**stage.environment, "COUNTERPROOF_COUNTER": str(stage.folder / "ferry")}
    )
    desk.run("verifier", "init", "--name", "Ferry gate", "--id", "FERRY-1", "--csr", "ferry.csr", quiet=True)
    stage.run(
        *("issuer", "authority", "add-reader", "city", "--request", "ferry.csr"),
        *("--name", "Ferry gate", "--id", "FERRY-1", "--out", "ferry.pem"),
    )
    stage.run("issuer", "authority", "publish", "city", "pack")
    shutil.copytree(stage.folder / "pack", stage.folder / "yesterday")
    stage.say("The stick at the ferry gate. One fingerprint is compared, and everybody on the list is known.")
    desk.offline("verifier", "trust", "add", "yesterday", "--fingerprint", fingerprint)
    desk.offline("verifier", "trust", "show")
    desk.run("verifier", "install-cert", "ferry.pem", quiet=True)
    stage.run("wallet", "trust", "add", "pack", "--fingerprint", fingerprint, quiet=True)
    desk.accepted("verifier", "check", ask(desk, "ferry").name)
    stage.steps = desk.steps
    return desk


def tell_new_pack(stage: Stage, desk: Stage, ask: Callable[[Stage, str], Path]) -> None:
    """Bring the next pack, in which the card is withdrawn, and then offer yesterday's again."""
    stage.say(
        "The same at the ferry gate, which has no network at all: today's pack on a stick, as a zip file."
    )
    stage.run("issuer", "authority", "publish", "city", "pack", quiet=True)
    shutil.make_archive(str(stage.folder / "pack"), "zip", stage.folder, "pack")
    desk.steps = stage.steps
    desk.offline("verifier", "trust", "update", "pack.zip")
    desk.not_accepted("refused", "status.revoked", "verifier", "check", ask(desk, "ferry-again").name)
    stage.say("Somebody brings yesterday's stick again.")
    words = desk.offline("verifier", "trust", "update", "yesterday", ends=4)
    stage.steps = desk.steps
    if words:
        raise UnexpectedEndError(f"yesterday's pack was taken: {words}")


def _after(text: str, name: str) -> str:
    (line,) = [each for each in text.splitlines() if each.strip().startswith(name)]
    return line.partition(name)[2].strip()
