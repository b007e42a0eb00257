"""The demo's part about trust packs: one list for everybody, brought to a counter that was never online."""

from __future__ import annotations

import json
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


_PURPOSE = """
[[purpose]]
id = "{id}"
version = 1
date = 2026-01-05
[purpose.title]
en = "{title}"
[purpose.reason]
en = "{reason}"
[purpose.legal_basis]
en = "The library's rules of use."
[purpose.retention]
days = 0
en = "Nothing is kept."
[purpose.contact]
en = "privacy@harbour.example"
[[purpose.readers]]
offices = ["HARBOUR-LIB"]
[[purpose.documents]]
doc_type = "{doc_type}"
namespace = "{namespace}"
elements = {elements}
"""
_RESIDENCY, _AGE = "org.counterproof.residency.1", "eu.europa.ec.av.1"
_REGISTERED = (
    ("library.age-check", "Over 18", "Some films are for adults alone.", _AGE, _AGE, ["age_over_18"]),
    (
        *("library.membership", "Library membership", "Residents join free of charge."),
        *(_RESIDENCY, _RESIDENCY, ["family_name", "given_name", "resident_borough"]),
    ),
    (
        *("cars.lending", "Lending a car", "Whoever drives it must be allowed to."),
        *("org.iso.18013.5.1.mDL", "org.iso.18013.5.1"),
        ["family_name", "portrait", "driving_privileges", "expiry_date"],
    ),
)
"""Each purpose's id, title, reason, docType, namespace and elements; the windows at the end ask for them."""


def _purposes() -> str:
    """Return the register as a person writes it."""
    names = ("id", "title", "reason", "doc_type", "namespace", "elements")
    filled = (dict(zip(names, (*each[:-1], json.dumps(each[-1])), strict=True)) for each in _REGISTERED)
    return "".join(_PURPOSE.format(**each) for each in filled)


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


def tell_purposes(stage: Stage) -> None:
    """Register what the library may ask for, and let it ask for more."""
    stage.heading(
        "7. What a counter may ask for is registered; it asks for more, and nothing leaves the wallet"
    )
    (stage.folder / "purposes.toml").write_text(_purposes())
    stage.run("issuer", "purpose", "add", "agency", "purposes.toml")
    stage.run("issuer", "publish", "agency", "published", quiet=True)
    stage.say("What lets counters do more than before waits until the resident has read it.")
    stage.run("wallet", "trust", "update", "published")
    stage.run("wallet", "trust", "confirm", "--yes")
    stage.say("The library, for the same purpose, now wants a name and an address.")
    stage.run(
        *("verifier", "request", "--type", "org.counterproof.residency.1"),
        *("--fields", "family_name,resident_address", "--purpose", "library.age-check"),
        *("--out", "beyond.txt"),
        quiet=True,
    )
    stage.refused(
        "purpose.element-beyond",
        *("wallet", "answer", "beyond.txt", "--yes", "--allow", "family_name"),
        *("--out", "beyond-answer.png"),
    )
    if (stage.folder / "beyond-answer.png").exists():
        raise UnexpectedEndError("an answer was drawn")


def tell_drill(stage: Stage) -> None:
    """Rehearse the worst day of an agency on a copy of it."""
    stage.heading(
        "8. The worst day, rehearsed on a copy: a signer's key is stolen, and honest cards go on counting"
    )
    stage.run("issuer", "drill", "stolen-signer", "agency", "--documents", "5")


def _after(text: str, name: str) -> str:
    (line,) = [each for each in text.splitlines() if each.strip().startswith(name)]
    return line.partition(name)[2].strip()
