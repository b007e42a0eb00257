"""Every command of the clerks' guide, in its order, does what the guide says."""

from __future__ import annotations

import functools
import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.optics import draw
from counterproof.optics.collect import collect
from counterproof.optics.encode import encode
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from counterproof.trust.purposes import Purpose, PurposeDocument, PurposeElement, Retention
from tests.kit.clerk import AGE, PURPOSE, everything
from tests.kit.counter_home import CounterHome
from tests.kit.purposes import purpose
from tests.kit.sources import ROOT
from verifier import drawing
from verifier.journal import Journal
from verifier.state import State

if TYPE_CHECKING:
    import pytest

GUIDE = ROOT / "docs" / "guide-clerk.md"
BLOCK = re.compile(r"```\n(.+?)```", re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for block in BLOCK.findall(GUIDE.read_text("utf-8")) for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("verifier ")]


def age_check() -> Purpose:
    """Return what the agency of the guide registers for the library."""
    element = PurposeElement(namespace=AGE, element="age_over_18")
    nothing = Retention(days=0, words={"en": "Nothing is kept."})
    document = PurposeDocument(doc_type=AGE, elements=(element,))
    return purpose(id=PURPOSE, documents=(document,), retention=nothing, slips=True)


class World:
    """What stands around the clerk while the guide is followed: an agency, and one resident's wallet."""

    def __init__(self, home: CounterHome) -> None:
        self.home = home
        self.holder = home.town.resident()
        home.town.publish = functools.partial(  # type: ignore[method-assign]
            home.town.publish, purposes=(age_check(),)
        )

    @property
    def now(self) -> int:
        """The wallet's clock, Unix seconds."""
        return int(self.home.at.timestamp())

    def before(self, command: list[str]) -> list[str]:
        """Do what others do before a command; return the command as it is run."""
        if command[:2] == ["trust", "add"]:
            self.home.certify(Path("desk.csr"), Path("desk.pem"))
            self.home.town.folder.rename("lists")
            return [*command, "--fingerprint", self.home.town.publisher.fingerprint]
        if "slip.pdf" in command:
            self.home.good("next")
            terms = SlipTerms.make(
                not_before=self.now, not_after=self.now + 86_400, random=bytes(16), purpose=PURPOSE
            )
            m = self.holder.slip(AGE, everything(AGE), terms).to_message()
            drawing.write_code(Path("slip.pdf"), Kind.SLIP, m, head=[], at=self.home.at)
        if "--receipt" in command:
            self.home.good("request", "--use", "age", "--out", "ask.png")
            self.answer()
        if command[:2] == ["journal", "--export"]:
            self.count(1)
            self.home.good("journal", "--export", "march.jsonl")
            self.count(2)
        if "--seal" in command:
            seal = json.loads(Path("journal.jsonl").read_text().splitlines()[0])["seal"]
            return [*command[:-1], f"{seal[:4]} {seal[4:8]}"]
        return command

    def count(self, day: int) -> None:
        """Let the counter decide something on a later day."""
        with State.open(self.home.folder / "state.sqlite3", now_unix=self.now, random=bytes) as state:
            Journal(state).count(self.home.at + timedelta(days=day), outcome="accepted", code="ok")

    def after(self, command: list[str], printed: str) -> None:
        """Do what the person does after a command."""
        if "ask.png" in command:
            self.answer()
        if command == ["challenge"]:
            digits = printed.splitlines()[0].replace(" ", "")
            terms = ShownTerms.make(at=self.now, random=bytes(16), challenge=digits)
            m = self.holder.show(AGE, everything(AGE), terms).to_message()
            self.draw("shown.png", Kind.SHOWN, m)

    def answer(self) -> None:
        m = collect([FileSource(Path("ask.png"))], awaited=frozenset({Kind.REQUEST})).m
        self.draw("answer.png", Kind.ANSWER, self.holder.answer(self.home.town.read(m, self.home.at)))

    def draw(self, name: str, kind: Kind, m: bytes) -> None:
        Path(name).write_bytes(draw.drawing(encode(kind, m, streams_ok=True))[1])


def test_the_guide_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = CounterHome(tmp_path)
    early, home.at = home.at, home.at.replace(hour=9)
    world, found = World(home), commands()
    verdicts = []
    for command in found:
        printed = home.good(*world.before(command))
        if command[0] == "init":
            home.at = early
        if command[0] == "check":
            verdicts.append(printed.splitlines()[0])
        world.after(command, printed)
    assert verdicts == ["[ / ] ACCEPTED"] * 4
    assert len(found) >= 14


def test_the_guide_names_every_word_of_a_verdict() -> None:
    text = GUIDE.read_text("utf-8")
    for word in ("ACCEPTED", "IT SAYS NO", "NOT ACCEPTED", "CANNOT TELL", "NOTHING SHOWN", "SHOWN AGAIN"):
        assert word in text
