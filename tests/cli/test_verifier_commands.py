"""The counter's commands as a clerk types them: what they print, and how they end."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from counterproof.optics import draw
from counterproof.optics.encode import encode
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.kinds import Kind
from counterproof.optics.text import decode_still
from counterproof.words.verifier import moment_in_words
from tests.kit.certificates import AT
from tests.kit.clerk import AGE, PURPOSE, RESIDENCY, everything, pairs
from tests.kit.counter_home import ASK, LATER, CounterHome, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest

CARD = ("request", "--type", "residency", "--fields", "family_name,resident_borough", "--purpose", PURPOSE)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    return CounterHome(tmp_path_factory.mktemp("counter")).found()


@pytest.fixture
def home(shared: CounterHome) -> CounterHome:
    shared.good("next")
    shared.good("journal", "--erase")
    return shared


def test_found_ask_check(home: CounterHome) -> None:
    picture = home.answer(home.town.resident(), *CARD, pictured=True)
    done = home.run("check", picture)
    assert done.exit_code == 0
    listed = moment_in_words(AT + timedelta(minutes=1), LATER)
    assert done.stdout.splitlines() == [
        "[ / ] ACCEPTED",
        "Asked and answered: made for this counter, just now.",
        "",
        "  Residency card - Harbour Borough",
        "    Family name  Quillfeather",
        "    Borough      Saltmarsh Quay",
        f"The list of withdrawn documents is from {listed} (4 minutes ago).",
        (
            "Serve the person. No picture was shown: "
            "where it matters who it is, look at a document that has one."
        ),
        "",
        "ok · two-way · counter",
    ]
    again = home.run("check", picture)
    assert "SHOWN AGAIN" in again.stdout
    assert "counted once" in again.stdout
    outcomes = {each["outcome"]: each["count"] for each in json.loads(home.good("journal", "--json"))}
    assert outcomes == {"accepted": 1, "repeat": 1}


def test_check_as_json(home: CounterHome) -> None:
    done = home.run("check", home.answer(home.town.resident()), "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {key: found[key] for key in ("verdict", "code", "failed", "qualifier", "policy", "mode")} == {
        "verdict": "accepted",
        "code": "ok",
        "failed": [],
        "qualifier": "asked-and-answered",
        "policy": "counter",
        "mode": "two-way",
    }
    assert found["documents"][0]["elements"] == {AGE: {"age_over_18": True}}
    assert found["evidence"][0]["age"] == 240
    assert found["at"] == home.at.isoformat()


def test_refused_is_1_and_shows_nothing(home: CounterHome) -> None:
    picture = home.answer(home.town.resident(), *CARD)
    home.request()
    done = home.run("check", picture, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["verdict"], found["code"], found["documents"]) == ("refused", "exchange.other-request", [])
    text = home.run("check", picture)
    assert text.exit_code == 1
    assert text.stdout.startswith("[ X ] NOT ACCEPTED")


def test_undecided_is_3(home: CounterHome) -> None:
    picture = home.answer(home.town.resident())
    home.at -= timedelta(days=365)
    try:
        done = home.run("check", picture)
    finally:
        home.at += timedelta(days=365)
    assert done.exit_code == 3
    assert done.stdout.startswith("[ ? ] CANNOT TELL")
    assert "clock.before-floor" in done.stdout


def test_unreadable_is_4(home: CounterHome) -> None:
    blank = home.path("blank.png")
    Image.fromarray(np.full((200, 200), 255, np.uint8)).save(blank)
    done = home.run("check", blank)
    assert done.exit_code == 4
    assert done.stdout == ""
    assert "[optics.no-code]" in done.stderr
    found = home.run("check", blank, "--json")
    assert found.exit_code == 4
    assert json.loads(found.stdout)["verdict"] == "unreadable"


def test_two_holders(home: CounterHome) -> None:
    request = home.town.read(home.request(), home.at)
    codes = [draw.picture(text_of(Kind.ANSWER, home.town.resident().answer(request)), 4) for _ in range(2)]
    height = min(each.shape[0] for each in codes)
    picture = home.path("two.png")
    Image.fromarray(np.hstack([each[:height] for each in codes])).save(picture)
    done = home.run("check", picture)
    assert done.exit_code == 4
    assert "[optics.two-codes]" in done.stderr


def frames(home: CounterHome, request: AuthenticatedRequest, folder: str) -> list[Path]:
    """Draw the frames of an answer that is too long for one code, each as a picture."""
    holder = home.town.resident(RESIDENCY)
    portrait = holder.kit.random(1500)
    holder.receive(home.town.agency, RESIDENCY, {RESIDENCY: {"portrait": portrait, "resident_borough": "X"}})
    sender = encode(Kind.ANSWER, holder.answer(request), streams_ok=True)
    out = home.base / folder
    out.mkdir()
    paths = []
    for number, text in zip(range(2 * sender.needed), sender, strict=False):  # type: ignore[union-attr]
        path = out / f"{number:03}.png"
        path.write_bytes(draw.png(text, 3))
        paths.append(path)
    return paths


STREAMED = ("request", "--type", "residency", "--fields", "portrait,resident_borough", "--purpose", PURPOSE)


def test_frames_dup_order(home: CounterHome) -> None:
    request = home.town.read(home.request(*STREAMED), home.at)
    paths = frames(home, request, "frames in disorder")
    for lost in paths[::3]:
        lost.unlink()
    kept = [str(path) for path in paths if path.exists()]
    done = home.run("check", *reversed(kept + kept), "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["verdict"]) == (0, "accepted")
    assert "portrait" in found["documents"][0]["elements"][RESIDENCY]


def test_frames_of_a_folder_and_of_two_sessions(home: CounterHome) -> None:
    first = frames(home, home.town.read(home.request(*STREAMED), home.at), "first session")
    request = home.town.read(home.request(*STREAMED), home.at)
    frames(home, request, "second session")
    for path in first[1:]:
        path.unlink()
    first[0].rename(home.base / "second session" / "0000 of the first.png")
    done = home.run("check", home.path("second session"), "--json")
    assert json.loads(done.stdout)["verdict"] == "accepted"


def test_text_and_pipe(home: CounterHome) -> None:
    holder = home.town.resident()
    text = text_of(Kind.ANSWER, holder.answer(home.town.read(home.request(), home.at)))
    assert home.run("check", text).exit_code == 0
    text = text_of(Kind.ANSWER, holder.answer(home.town.read(home.request(), home.at)))
    assert home.run("check", "-", input_bytes=text.encode() + b"\r\n").exit_code == 0
    picture = Path(home.answer(holder, pictured=True)).read_bytes()
    assert home.run("check", "-", input_bytes=picture).exit_code == 0


def test_a_text_too_long_for_the_name_of_a_file_is_read_all_the_same(home: CounterHome) -> None:
    text = "CPA1:" + 400 * "A"  # where no slash of the Base45 makes short names of it
    assert "[optics.garbled]" in home.run("check", text).stderr
    assert "[optics.file-missing]" in home.run("check", 400 * "a").stderr


@pytest.mark.parametrize("change", [str.lower, " {}".format, "\ufeff{}".format, "\t{}\n".format])
def test_no_text_of_a_code_is_repeated_in_an_error(home: CounterHome, change: Callable[[str], str]) -> None:
    """A slip's text says what the card says: what was pasted badly is not shown as the name of a file."""
    text = "CPS1:" + 40 * "QUILLFEATHER"
    done = home.run("check", change(text), "--take-paper", "--purpose", PURPOSE)
    assert "quillfeather" not in done.output.lower()
    assert "optics.file-missing" not in done.stderr


def test_shown_first_and_paper(home: CounterHome) -> None:

    holder, now = home.town.resident(), int(home.at.timestamp())
    agreed = everything(AGE)
    shown = holder.show(AGE, agreed, ShownTerms.make(at=now, random=holder.kit.random(16)))
    picture = home.written(Kind.SHOWN, shown.to_message())
    assert home.run("check", picture).exit_code == 1
    done = home.run("check", picture, "--take-shown")
    assert done.exit_code == 0
    assert "Shown first" in done.stdout
    terms = SlipTerms.make(
        not_before=now, not_after=now + 86_400, random=holder.kit.random(16), purpose=PURPOSE
    )
    picture = home.written(Kind.SLIP, holder.slip(AGE, agreed, terms).to_message(), "slip")
    assert "[verifier.purpose-needed]" in home.run("check", picture, "--take-paper").stderr
    done = home.run("check", picture, "--take-paper", "--purpose", PURPOSE)
    assert done.exit_code == 0
    assert "Paper" in done.stdout
    home.good("next")
    assert home.run("check", picture, "--take-paper", "--purpose", PURPOSE).exit_code == 1


def test_an_open_request_names_another_kind_of_code(home: CounterHome) -> None:

    holder = home.town.resident()
    terms = ShownTerms.make(at=int(home.at.timestamp()), random=holder.kit.random(16))
    picture = home.written(Kind.SHOWN, holder.show(AGE, everything(AGE), terms).to_message())
    home.request()
    done = home.run("check", picture)
    assert done.exit_code == 2
    assert "[verifier.other-mode]" in done.stderr
    assert home.run("check", picture, "--take-shown").exit_code == 0


def test_challenge_by_command(home: CounterHome) -> None:

    digits = home.good("challenge").splitlines()[0].replace(" ", "")
    holder = home.town.resident()
    terms = ShownTerms.make(at=int(home.at.timestamp()), random=holder.kit.random(16), challenge=digits)
    picture = home.written(Kind.SHOWN, holder.show(AGE, everything(AGE), terms).to_message())
    done = home.run("check", picture)
    assert done.exit_code == 0
    assert "Shown first with your number" in done.stdout


def test_receipt(home: CounterHome) -> None:
    out = Path(home.path("receipt.txt"))
    done = home.run("check", home.answer(home.town.resident()), "--receipt", str(out))
    assert done.exit_code == 0
    kind, m = decode_still(out.read_text("ascii"))
    assert kind is Kind.RECEIPT
    receipt = QrReceipt.from_message(m)

    assert ReceiptContents.from_payload(receipt.sign1.payload or b"").outcome is ReceiptOutcome.ACCEPTED


@pytest.mark.parametrize("suffix", ["png", "gif", "svg", "pdf"])
def test_a_request_can_be_read_from_every_picture(home: CounterHome, suffix: str) -> None:
    out = Path(home.path(f"request.{suffix}"))
    printed = home.good(*ASK, "--out", str(out), "--label", "Desk 3")
    assert f"Code: {out}" in printed
    if suffix == "svg":
        assert out.read_bytes().startswith(b"<svg")
        return
    done = home.run("check", str(out))
    assert (done.exit_code, "[optics.other-kind]" in done.stderr) == (4, True)


def test_a_request_in_the_terminal(home: CounterHome) -> None:
    printed = home.good(*ASK)
    assert "█" in printed
    assert "Good for 120 seconds" in printed


def test_saved_requests(home: CounterHome) -> None:
    home.good(*ASK, "--save", "age", "--label", "Desk 3")
    request = home.town.read(home.request("request", "--use", "age"), home.at)
    assert (request.terms.purpose, request.terms.label) == (PURPOSE, "Desk 3")
    assert "[verifier.no-such-request]" in home.run("request", "--use", "agee").stderr
    assert "[verifier.use-alone]" in home.run(*ASK, "--use", "age").stderr
    assert "[verifier.request-name]" in home.run(*ASK, "--save", "../age").stderr


def test_several_documents_and_what_is_kept(home: CounterHome) -> None:
    many = (*CARD, "--type", "proof-of-age", "--fields", "age_over_18", "--keep", "family_name")
    request = home.town.read(home.request(*many), home.at)
    asked = [list(each.items.elements()) for each in request.doc_requests]
    assert asked == [
        [(RESIDENCY, "family_name", True), (RESIDENCY, "resident_borough", False)],
        [(AGE, "age_over_18", False)],
    ]


def test_alternatives(home: CounterHome) -> None:
    asked = ("request", "--type", "residency", "--fields", "age_over_18|birth_date", "--purpose", PURPOSE)
    holder = home.town.resident()
    request = home.town.read(home.request(*asked), home.at)
    m = holder.answer(request, pairs({RESIDENCY: {"birth_date": None}}))
    done = home.run("check", home.written(Kind.ANSWER, m))
    assert done.exit_code == 0
    assert "Date of birth  9 March 1987" in done.stdout


WRONG = [
    (("--type", "residence", "--fields", "a"), "verifier.type-unknown", "residency"),
    (("--type", "residency", "--fields", "famly_name"), "verifier.field-unknown", "family_name"),
    (("--type", "residency", "--fields", "x/family_name"), "verifier.field-unknown", "family_name"),
    (("--type", "residency", "--fields", ""), "verifier.fields-none", "residency"),
    (("--type", "residency"), "verifier.types-and-fields", "--fields"),
    ((), "verifier.nothing-asked", "--type"),
    (("--type", "residency", "--fields", "family_name,family_name"), "verifier.field-twice", "family_name"),
    (
        ("--type", "residency", "--fields", "family_name", "--keep", "birth_date"),
        "verifier.keep-unasked",
        "birth_date",
    ),
    (
        ("--type", "residency", "--fields", "family_name", "--type", "residency", "--fields", "birth_date"),
        "verifier.type-twice",
        "residency",
    ),
    (("--type", "residency", "--fields", "family_name", "--good-for", "29"), "verifier.good-for", "30"),
    (("--type", "residency", "--fields", "family_name", "--label", "x" * 41), "verifier.label", "40"),
    (("--type", "residency", "--fields", "family_name", "--purpose", "No Such"), "verifier.purpose", "64"),
    (("--type", "residency", "--fields", "family_name", "--out", "ask.jpg"), "verifier.out-kind", ".png"),
]


@pytest.mark.parametrize(("arguments", "code", "names"), WRONG, ids=lambda each: str(each)[:40])
def test_a_wrong_request_gets_one_line(
    home: CounterHome, arguments: tuple[str, ...], code: str, names: str
) -> None:
    done = home.run("request", "--purpose", PURPOSE, *arguments)
    assert done.exit_code == 2
    *_, line = done.stderr.splitlines()
    assert line.endswith(f"[{code}]")
    assert names in line


def test_too_many_documents(home: CounterHome) -> None:
    names = ("residency", "proof-of-age", "library-card", "free-school-meals", "mDL")
    fields = ("family_name", "age_over_18", "card_number", "family_name", "portrait")
    pairs_ = [
        part for name, each in zip(names, fields, strict=True) for part in ("--type", name, "--fields", each)
    ]
    done = home.run("request", "--purpose", PURPOSE, *pairs_)
    assert done.exit_code in {2, 4}
    assert "Traceback" not in done.output


def test_check_without_anything(home: CounterHome) -> None:
    assert "[verifier.nothing-given]" in home.run("check").stderr
    assert "[optics.file-missing]" in home.run("check", "nothing.png").stderr
    empty = home.base / "empty"
    empty.mkdir(exist_ok=True)
    assert "[verifier.empty-folder]" in home.run("check", str(empty)).stderr
    assert "[verifier.no-such-request]" in home.run("check", str(empty.parent), "--request", "x").stderr
