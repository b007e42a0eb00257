"""The counter's commands speak the person's language: every line of a day, and every column."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from counterproof.optics.kinds import Kind
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes import PurposeReaders
from counterproof.trust.readers import RegisteredReader
from counterproof.words.columns import width
from tests.kit.certificates import AT
from tests.kit.clerk import OFFICE, OWN, PURPOSE
from tests.kit.counter_home import ASK, LATER, NAME, CounterHome
from tests.kit.purposes import purpose
from tests.kit.spoken_commands import STRANGE, english
from tests.kit.wallets import RESIDENCY, WalletBox
from verifier import identity
from verifier.cli import main
from verifier.drill import agency, practice

STORY: Final = (
    NAME,
    "Harbour Borough",
    "Library membership",
    "Your name, for a year.",
    "Quillfeather Saltmarsh Quay",
    "Too much.",
    agency.NAME,
    *practice._GIVEN,
    "empty",
)
"""Names of the story and of practice, and what an agency wrote in its register."""

CARD: Final = ("request", "--type", "residency", "--fields", "family_name,resident_borough")


class Day:
    """A counter's first day, told in one language; `said` is what each command printed."""

    def __init__(self, base: Path, environment: dict[str, str]) -> None:
        self.home = CounterHome(base)
        self.environment = environment
        self.said: dict[str, str] = {}

    def tell(self, *arguments: str, typed: bytes = b"", code: int | None = 0, note: str = "") -> str:
        done = self.home.run(*arguments, input_bytes=typed, env=self.environment)
        assert code is None or done.exit_code == code, done.output
        self.said[" ".join((str(len(self.said)), note, *arguments[:2]))] = done.output
        return done.output

    def set_up(self) -> None:
        home = self.home
        csr, certificate = home.base / "desk.csr", home.base / "desk.pem"
        self.tell("status", code=2, note="no counter")
        self.tell("journal", note="empty")
        home.at = AT - timedelta(hours=1)
        self.tell("init", "--name", NAME, "--id", OWN, "--office", OFFICE, "--csr", str(csr))
        self.tell("init", "--name", NAME, "--id", OWN, code=2, note="again")
        self.tell("status", note="new")
        home.at = LATER
        self.tell(*ASK, "--beyond-registration", code=2)
        home.certify(csr, certificate)
        self.tell("install-cert", str(certificate), note="not known")
        self.tell("trust", "add", str(home.town.folder), code=2)
        self.tell("trust", "add", str(home.town.folder), "--fingerprint", home.town.publisher.fingerprint)
        self.tell("install-cert", str(certificate))
        self.tell("purposes", note="none")
        self.tell("trust", "show")

    def register(self) -> None:
        """Let the agency register a purpose, which a clerk lets count."""
        chain = identity.read_chain((self.home.base / "desk.pem").read_bytes())
        reader = RegisteredReader(id=OWN, office=OFFICE, name=NAME, certificates=(fingerprint(chain[0]),))
        own = purpose(readers=(PurposeReaders(ids=(OWN,)),), slips=True)
        self.home.town.publish(LATER - timedelta(seconds=1), purposes=(own,), readers=(reader,))
        folder = str(self.home.town.folder)
        self.tell("trust", "update", folder)
        self.tell("trust", "update", folder, note="the same")
        self.tell("purposes", note="waiting")
        self.tell("trust", "confirm", typed=b"n\n", note="no")
        self.tell("trust", "confirm", typed=b"y\n")
        self.tell("purposes")
        self.tell("request", "--purpose", own.id, "--out", self.home.path("own.pdf"))
        self.tell(*ASK, "--beyond-registration", "--out", self.home.path("more.png"), note="beyond")

    def serve(self) -> None:
        home, town = self.home, self.home.town
        self.tell(*CARD, "--purpose", PURPOSE, "--save", "card")
        self.tell("request", "--purpose", PURPOSE, "--use", "card", code=2)
        self.tell("status", note="saved")
        self.tell(*CARD, "--purpose", PURPOSE, "--out", home.path("ask.png"))
        self.tell(*CARD, "--purpose", PURPOSE, note="in the terminal")
        self.tell("status", note="open")
        shown = home.answer(town.resident(), *CARD, "--purpose", PURPOSE)
        self.tell("check", shown, "--receipt", home.path("receipt.png"))
        self.tell("check", shown, note="again", code=None)
        self.tell("next")
        self.tell("check", home.answer(town.resident()), note="proof")
        old = home.answer(town.resident())
        home.request()
        self.tell("check", old, note="refused", code=1)
        now = home.answer(town.resident())
        home.at -= timedelta(days=365)
        self.tell("check", now, note="undecided", code=3)
        home.at = LATER
        (home.base / "empty").mkdir()
        self.tell("check", str(home.base / "empty"), code=2)
        self.tell("check", home.written(Kind.RECEIPT, b"no receipt"), note="unreadable", code=None)

    def end(self) -> None:
        home = self.home
        self.tell("challenge")
        self.tell("status", note="challenged")
        self.tell("drill", typed=b"9\n" + b"1\n2\n3\n" * 6)
        self.tell("drill", "--people", "99", code=2)
        journal = Path(home.path("journal.jsonl"))
        self.tell("journal", "--export", str(journal))
        self.tell("audit", str(journal), "--earlier", str(journal))
        self.tell("audit", str(journal), "--seal", "00000000", code=1)
        journal.write_text("")
        self.tell("audit", str(journal), code=4)
        self.tell("trust", "remove", home.town.publisher.fingerprint)
        self.tell("trust", "show", note="nobody")


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Day:
    day = Day(tmp_path_factory.mktemp("strange"), dict(STRANGE))
    day.set_up()
    day.serve()
    day.register()
    day.end()
    return day


def test_no_line_of_a_day_stays_in_english(strange: Day) -> None:
    small = re.compile(r"^\S+ · [a-z-]+ · [a-z]+$", re.MULTILINE)  # code, mode and policy below a verdict
    left = [
        f"{name}: {line}"
        for name, text in strange.said.items()
        for line in english(small.sub("", text), STORY)
    ]
    assert not left, "\n".join(left)


def test_a_report_is_read_in_the_language(tmp_path: Path) -> None:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.register("age_over_18")
        box.read(holder, box.ask({RESIDENCY: ["age_over_18", "birth_date"]}, keep=["birth_date"])).refuse()
    (entry,) = json.loads(box.run("history", "list", "--json").stdout)
    out = str(tmp_path / "report.json")
    words = ("--statement", "Too much.", "--contact", "A-17", "--language", "en-XA")
    made = box.run("report", entry["id"], "--out", out, *words)
    assert english(made.output, (*STORY, "privacy borough.example")) == []
    around = {
        **STRANGE,
        "COUNTERPROOF_COUNTER": str(tmp_path / "anybody"),
        "COUNTERPROOF_AT": box.clock.now().isoformat(),
    }
    trust = ["trust", "add", str(box.published), "--fingerprint", box.publisher.fingerprint]
    assert CliRunner().invoke(main, trust, env=around).exit_code == 0
    said = CliRunner().invoke(main, ["report", out], env=around, catch_exceptions=False).output
    assert english(said, STORY) == []


@pytest.mark.parametrize("tag", ["hi_IN", "zh_TW"])
def test_columns_stand_under_one_another(tag: str, tmp_path: Path) -> None:
    day = Day(tmp_path, {"LANG": f"{tag}.UTF-8"})
    day.set_up()
    day.serve()
    shown = day.tell("journal").splitlines()
    before = {
        width(line.rstrip()[: line.rstrip().rindex(" ") + 1]) for line in shown if "2026-06" in line[:12]
    }
    assert len(before) == 1, shown
    again = day.home.answer(day.home.town.resident(), *CARD, "--purpose", PURPOSE)
    facts = day.tell("check", again).splitlines()
    values = {
        width(line[: line.index(word)])
        for line in facts
        for word in ("Quillfeather", "Saltmarsh")
        if word in line
    }
    assert len(values) == 1, facts
