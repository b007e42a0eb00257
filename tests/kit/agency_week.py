"""An agency's and an operator's work by command, from founding on: what each command printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.offer import CredentialOffer
from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.request import make_request
from issuer.cli import main
from tests.kit import bulk as tables
from tests.kit.agency import AT, RESIDENT, Wallet
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA: Final = ("harbour lists pack city run stick ann bob cat Harbour Borough Library desk City Network",)
"""What the story calls people, agencies and folders."""

_OFFICERS: Final = {f"COUNTERPROOF_OFFICER_PASSPHRASE_{number}": PASSPHRASE for number in range(1, 4)}


class Week:
    """Runs commands in the folder of now, in a language, and keeps what they printed."""

    def __init__(self, language: str) -> None:
        self.said: dict[str, str] = {}
        self.shell = Shell(
            main,
            brought=CHEAP_KDF,
            LANG=language,
            LANGUAGE="",
            COUNTERPROOF_PASSPHRASE=PASSPHRASE,
            COUNTERPROOF_REGISTRAR_PASSPHRASE=OTHER_PASSPHRASE,
            COUNTERPROOF_AT=AT.isoformat(),
            COUNTERPROOF_WHO="ann",
            **_OFFICERS,
        )

    def run(self, line: str, *, code: int = 0, who: str = "ann") -> str:
        """Run a command of the agency; return what it printed, which is kept under its line."""
        self.shell.environment["COUNTERPROOF_WHO"] = who
        self.shell.run(f"issuer {line}", code=code)
        printed = self.shell.said + self.shell.complained
        self.said[line if line not in self.said else f"{line}, number {len(self.said)}"] = printed
        return printed

    def found(self, line: str, pattern: str) -> str:
        """Run a command, and return the first thing of a form that it printed."""
        match = re.search(pattern, self.run(line))
        assert match is not None, line
        return match[1]


def walk(language: str) -> Week:
    """Go through everything in the folder of now."""
    week = Week(language)
    _founding(week)
    batch = _issuing(week)
    _changing(week, batch)
    _many(week)
    _cases(week, batch)
    _counters(week)
    _audit(week)
    _signers(week)
    _operator(week)
    return week


def _founding(week: Week) -> None:
    week.run('init harbour --name "Harbour Borough" --country XX --status-size 65536')
    week.run("status harbour")
    week.run("types harbour")
    week.run("types harbour residency")
    week.run("list harbour")
    week.run("console limit harbour --documents 4")


def _request(week: Week, doc_type: str, name: str) -> None:
    week.run(f"offer harbour --type {doc_type} --copies 2 --out {name}.cpoffer")
    offer = CredentialOffer.from_bytes(Path(f"{name}.cpoffer").read_bytes())
    Path(f"{name}.cprequest").write_bytes(Wallet(offer).request)


def _issuing(week: Week) -> str:
    _request(week, "residency", "card")
    Path("people.json").write_text(json.dumps(RESIDENT), "utf-8")
    issue = "issue harbour --request card.cprequest --type residency --subject-data people.json"
    week.run(f"{issue} --dry-run")
    batch = week.found(issue, r"\b([a-z2-7]{16})\b")
    week.run(issue)
    week.run(f"show harbour {batch}")
    people = [{**RESIDENT, "subject": f"B-{number}"} for number in range(2)]
    Path("many.json").write_text(json.dumps(people), "utf-8")
    Path("inbox").mkdir()
    for number in range(2):
        _request(week, "residency", f"inbox/B-{number}")
    many = "issue harbour --request inbox --type residency --subject-data many.json"
    week.run(f"{many} --dry-run")
    week.run(many)
    return batch


def _changing(week: Week, batch: str) -> None:
    week.run(f"suspend harbour {batch} --reason lost")
    week.run("list harbour")
    week.run(f"reinstate harbour {batch} --reason lost")
    week.run(f"revoke harbour {batch}.2 --reason lost")
    week.run("list harbour --status revoked --limit 1")
    week.run("list harbour --csv all.csv")
    week.run(f"revoke harbour {batch}.2 --reason lost", code=1)
    wait = week.found(f"proposal make harbour revoke {batch} --reason lost", r"\b([a-z2-7]{16})\b")
    week.run("proposal list harbour")
    week.run(f"proposal show harbour {wait}")
    week.run(f"proposal agree harbour {wait}", who="bob")
    other = week.found(f"proposal make harbour suspend {batch} --reason lost", r"\b([a-z2-7]{16})\b")
    week.run(f"proposal refuse harbour {other}", who="bob")
    week.run("console limit harbour")
    week.run("console list harbour")
    week.run("console enrol harbour cat --role clerk")
    week.run("console list harbour")
    week.run("token list harbour")
    week.run("token add harbour --name cat")
    week.run("token list harbour")


def _many(week: Week) -> None:
    rows = tables.people(6)
    rows[2][1] = "1990-13-01"
    tables.write(Path("people.csv"), rows)
    bulk = "bulk harbour people.csv --type eu-age-proof --out run --workers 0"
    week.run(f"{bulk} --dry-run", code=1)
    rows[2][1] = "1990-12-01"
    tables.write(Path("people.csv"), rows)
    week.run(f"{bulk} --dry-run")
    wait = re.search(r"proposal agree harbour ([a-z2-7]{16})", week.run(f"{bulk} --yes", code=3))
    assert wait is not None
    week.run(f"proposal agree harbour {wait[1]}", who="bob")
    week.run(f"{bulk} --yes")
    tables.write(Path("gone.csv"), [["P-1"], ["P-4"]], ["subject"])
    week.run("bulk-revoke harbour gone.csv --reason moved-away --dry-run")
    week.run("bulk-revoke harbour gone.csv --reason moved-away --yes", code=3)


def _cases(week: Week, batch: str) -> None:
    week.run("case list harbour")
    week.run(f"case note harbour {batch} --text 42")
    week.run(f"case show harbour {batch}")
    week.run(f"case export harbour {batch} --out case.cpcase")
    week.run("case verify case.cpcase --agency harbour")
    week.run("online offers harbour")
    week.run("online applications harbour")
    offer = "online offer harbour --type residency --subject A-17 --decide"
    made = week.found(offer, r"\b([a-z2-7]{16})\b")
    week.run("online offers harbour")
    week.run(f"online withdraw harbour {made} --reason lost")
    week.run("online preview harbour --type residency --subject A-17 --subject-data people.json")
    week.run("console limit harbour --cards 0")
    week.run("online offer harbour --type residency --subject A-18", code=3)
    week.run("proposal list harbour")
    week.run("source add harbour pop --csv people.csv")
    week.run("source list harbour")


def _counters(week: Week) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    Path("desk.req").write_bytes(make_request(Subject(common_name="Some other name"), key))
    office = "--id HARBOUR-LIB-1 --office HARBOUR-LIB"
    week.run(f"reader-cert harbour --request desk.req {office} --name 'Library desk' --out desk.pem")
    week.run("purpose list harbour")
    first = "[[purpose]]".join(week.shell.run("issuer purpose example").split("[[purpose]]")[:2])
    Path("purposes.toml").write_text(first, "utf-8")
    week.run("purpose add harbour purposes.toml --dry-run")
    week.run("purpose add harbour purposes.toml")
    week.run("purpose list harbour")
    week.run("purpose remove harbour library.age-check --yes")
    week.run("publish harbour lists --join-pack")
    week.run("revoke-reader harbour HARBOUR-LIB-1 --reason closed")


def _audit(week: Week) -> None:
    week.run("audit verify harbour")
    week.run("audit head harbour --out head.txt")
    Path("heads").mkdir()
    week.run("audit keep harbour heads")
    week.run("audit verify harbour")
    week.run("audit person harbour B-1")
    week.run("audit person harbour nobody")
    week.run("log harbour --last 3")
    week.run("log harbour --verify")
    week.run("retention set harbour --type residency --days 30")
    week.run("retention run harbour --dry-run")
    week.run("retention run harbour")


def _signers(week: Week) -> None:
    week.run("drill stolen-signer harbour --documents 1")
    week.run("renew-crls harbour")
    week.run("rotate-signer harbour")
    week.run("destroy-keys harbour --dry-run")
    week.run("rotate-signer harbour --overlap 0 --keep 2")
    week.run("destroy-keys harbour --dry-run")
    week.run("destroy-keys harbour")
    signer = json.loads(week.shell.run("issuer status harbour --json"))["signers"]["document"][:16]
    week.run(f"revoke-signer harbour {signer} --reason stolen --dry-run")
    week.run(f"stolen-signer harbour {signer} --reason stolen --yes")
    week.run("status harbour")
    week.run("restored harbour --yes")


def _operator(week: Week) -> None:
    week.run('authority init city --name "City Network" --country XX')
    week.run("authority show city")
    fingerprints = " ".join(f'--fingerprint "{each}"' for each in _grouped(week))
    week.run("authority add-agency city lists --dry-run")
    week.run(f"authority add-agency city lists {fingerprints}")
    key = ec.generate_private_key(ec.SECP256R1())
    Path("city.req").write_bytes(make_request(Subject(common_name="Any"), key))
    week.run(
        "authority add-reader city --request city.req --id CITY-DESK-1 --name 'City desk' --out city.pem"
    )
    week.run("authority add-purpose city purposes.toml")
    week.run("authority publish city pack --dry-run")
    week.run("authority publish city pack")
    week.run("authority show city")
    week.run("authority remove-reader city CITY-DESK-1 --yes")
    week.run("authority renew city")
    del week.shell.environment["COUNTERPROOF_OFFICER_PASSPHRASE_2"]
    del week.shell.environment["COUNTERPROOF_OFFICER_PASSPHRASE_3"]
    week.run("authority rotate-root city")
    week.shell.environment.update(_OFFICERS)
    week.run("authority sign-root city")
    week.run("authority rotate-root city --new-daily-key")
    week.run("authority show city")
    week.run("authority destroy-keys city --dry-run")
    week.run("authority destroy-keys city --yes")
    week.run("authority remove-agency city harbour-borough --yes")


def _grouped(week: Week) -> Iterator[str]:
    """Yield the root's and the part's fingerprint, out of what was published."""
    said = week.said["publish harbour lists --join-pack"]
    for found in re.finditer(r"((?:[0-9A-F]{4} ?){16})", said):
        yield found[1].strip()
