"""The commands speak the person's language: prompts and messages, not errors alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.optics import draw
from counterproof.optics.kinds import Kind
from counterproof.optics.text import encode_still
from tests.kit.spoken_commands import english
from tests.kit.wallets import AGE, PERSON, RESIDENCY, WalletBox

if TYPE_CHECKING:
    from pathlib import Path

STRANGE = "en-XA"
"""A made-up language in which no word stays as it was."""


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    return WalletBox(tmp_path)


def walk(box: WalletBox, tag: str) -> dict[str, str]:
    """Go through a wallet's first days with commands; return what each printed."""
    offer, request = box.folder / "offer", box.folder / "code.png"
    said: dict[str, str] = {}

    def run(name: str, *args: str, answers: str = "", **around: str) -> None:
        done = box.run(*args, "--language", tag, answers=answers, **around)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        said[name] = done.output

    run("init", "init")
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.give(holder, AGE, copies=1)
    offer.write_bytes(box.offer(AGE, 2).to_bytes())
    run("request", "request", str(offer), "--out", str(request))
    run("list", "list")
    run("show", "show", "1")
    asked = box.ask({RESIDENCY: ["resident_borough", "birth_date"]})
    counter = box.folder / "ask.png"
    counter.write_bytes(draw.png(encode_still(Kind.REQUEST, asked.request.to_message())))
    run("answer", "answer", str(counter), "--out", str(box.folder / "answer.gif"), answers="\n")
    first = ("show-code", "2", "--fields", "age_over_18", "--out", str(box.folder / "c.png"))
    run("show-code", *first, answers="y\n")
    slip = ("slip", "1", "--fields", "resident_borough", "--purpose", "library.join", "--until", "2026-06-08")
    run("slip", *slip, "--out", str(box.folder / "s.pdf"), answers="y\n")
    run("history", "history", "list")
    run("delete", "delete", "2", answers="y\n")
    run("trash", "empty-trash", answers="n\n")
    pack = str(box.published)
    run("trust show", "trust", "show")
    run("trust update", "trust", "update", pack)
    run("trust confirm", "trust", "confirm")
    run("trust remove", "trust", "remove", box.publisher.fingerprint, "--yes")
    run("trust add", "trust", "add", pack, answers="n\n")
    run("trust added", "trust", "add", pack, answers="y\ny\n")
    run("backup", "export-backup", str(box.folder / "backup"), "--same-passphrase")
    return said


STORY = (
    *map(str, PERSON[RESIDENCY].values()),
    "Harbour Borough",
    "Harbour Library, desk 3",
    "Desk 3",
    "portrait: picture, bytes",
)
"""What stands on the card, and who is who in the story; `describe` has tables of its own."""


def test_no_sentence_stays_in_english(box: WalletBox) -> None:
    left = [f"{name}: {line}" for name, text in walk(box, STRANGE).items() for line in english(text, STORY)]
    assert not left, "\n".join(left)


def test_a_person_answers_in_their_own_words(box: WalletBox) -> None:
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.register("resident_borough")
    asked = box.ask({RESIDENCY: ["resident_borough"]})
    counter = box.folder / "ask.txt"
    counter.write_text(encode_still(Kind.REQUEST, asked.request.to_message()), "ascii")
    out = ("--out", str(box.folder / "answer.gif"), "--language", "et")
    said = box.run("answer", str(counter), *out, answers="kõik\n").output
    assert "Kes küsib:" in said
    assert "Mida näidata? Sisesta kõik" in said
    assert "Vastus on failis" in said
    assert str(PERSON[RESIDENCY]["resident_borough"]) in said


@pytest.mark.parametrize(
    ("tag", "words"), [("et", "Prügikast on tühi."), ("hi", "रद्दी ख़ाली है।"), ("zh-Hant", "垃圾桶是空的。")]
)
def test_every_language_that_ships(box: WalletBox, tag: str, words: str) -> None:
    box.holder().close()
    assert words in box.run("list", "--trash", "--language", tag).output
