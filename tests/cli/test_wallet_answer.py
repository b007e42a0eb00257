"""`wallet answer`: what the person reads, what they can say, and what is written."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from counterproof.optics import draw
from counterproof.optics.collect import collect
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from counterproof.optics.text import decode_still
from tests.kit.wallets import AGE, LIBRARY, PERSON, RESIDENCY, WalletBox, opened, shown_by

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from counterproof.optics.exchange.reader_side import CounterTransaction


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.give(holder, AGE)
    return box


def text_of(transaction: CounterTransaction) -> str:
    (text,) = encode(Kind.REQUEST, transaction.request.to_message(), streams_ok=False)
    return text


def answered(transaction: CounterTransaction, path: Path) -> dict[str, dict[str, dict[str, object]]]:
    """Read the answer from its file, as a counter does, and return what it shows."""
    m = collect([FileSource(path)], awaited=frozenset({Kind.ANSWER})).m
    return shown_by(opened(transaction, m))


def test_a_person_answers(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "card_number"]}, keep=["card_number"])
    out = tmp_path / "answer.txt"
    said = box.run("answer", text_of(transaction), "--out", str(out), answers="2\n")
    assert said.exit_code == 0
    for line in (
        "Who asks:    Harbour Library, desk 3 (verified: on the list of Harbour Borough)",
        "The desk calls itself “Desk 3”.",
        f"Number:      {transaction.request.match_number}",
        "] Family name: Quillfeather-Mägi",
        "] Card number: RZ-7719-0042  - will be kept",
        "Kept:        Card number, says the counter.",
        "not asked for, not shown: 5 (Given names",
        "Only this counter can read it.",
    ):
        assert line in said.output
    (shown,) = answered(transaction, out)[RESIDENCY].values()
    number = next(line for line in said.output.splitlines() if "  2 [" in line)
    assert len(shown) == 1
    assert str(next(iter(shown.values()))) in number


@pytest.mark.parametrize("typed", ["\n", "no\n", "", "none\n", "9\n\n", "yes\n\n", "1 9\n\n", "1;2\n\n"])
def test_whatever_is_no_clear_yes_shows_nothing(box: WalletBox, tmp_path: Path, typed: str) -> None:
    out = tmp_path / "answer.png"
    request = text_of(box.ask({RESIDENCY: ["family_name"]}))
    said = box.run("answer", request, "--out", str(out), answers=typed)
    assert said.exit_code == 1
    assert "Nothing was shown." in said.output
    assert not out.exists()
    assert "not answered" in box.run("history").output
    assert json.loads(box.run("list", "--json").stdout)[0]["fresh"] == 3


def test_a_script_names_every_field(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "given_name", "card_number"]})
    out = tmp_path / "answer.png"
    said = box.run(
        *("answer", text_of(transaction), "--yes", "--allow", "family_name"),
        *("--allow", f"{RESIDENCY}/card_number", "--out", str(out), "--json"),
    )
    result = json.loads(said.stdout)
    assert sorted(each[2] for each in result["shown"]) == ["card_number", "family_name"]
    assert (result["outcome"], result["repeated"], result["verified"]) == ("shown", False, True)
    assert result["files"] == [str(out)]
    assert "Quillfeather" not in said.stdout
    assert answered(transaction, out) == {
        RESIDENCY: {RESIDENCY: {name: PERSON[RESIDENCY][name] for name in ("family_name", "card_number")}}
    }


def test_a_program_without_a_file_gets_the_texts(box: WalletBox) -> None:
    transaction = box.ask({AGE: ["age_over_18"]})
    (text,) = json.loads(allow(box, transaction, "--json").stdout)["texts"]
    kind, m = decode_still(text)
    assert kind is Kind.ANSWER
    assert shown_by(opened(transaction, m)) == {AGE: {AGE: {"age_over_18": True}}}


def test_yes_alone_is_not_enough(box: WalletBox) -> None:
    said = box.run("answer", text_of(box.ask({RESIDENCY: ["family_name"]})), "--yes")
    assert (said.exit_code, "[wallet.needs-allow]" in said.output) == (2, True)


@pytest.mark.parametrize("allowed", ["birth_date", "family", f"{AGE}/family_name", ""])
def test_a_field_that_was_not_asked_for_stops_a_script(box: WalletBox, tmp_path: Path, allowed: str) -> None:
    out = tmp_path / "a.png"
    said = box.run(
        *("answer", text_of(box.ask({RESIDENCY: ["family_name"]})), "--yes"),
        *("--allow", "family_name", "--allow", allowed, "--out", str(out)),
    )
    assert (said.exit_code, "[wallet.not-offered]" in said.output) == (2, True)
    assert not out.exists()


def allow(box: WalletBox, transaction: CounterTransaction, *more: str) -> Result:
    return box.run("answer", text_of(transaction), "--yes", "--allow", "age_over_18", *more)


def test_an_unknown_reader_is_refused_unless_one_insists(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({AGE: ["age_over_18"]}, identity=box.stranger("<b>Royal</b>\u202ePalace"))
    out = tmp_path / "a.png"
    said = allow(box, transaction, "--out", str(out))
    assert (said.exit_code, "[exchange.reader-unknown]" in said.output) == (1, True)
    assert "UNKNOWN READER" in said.output
    assert "“<b>Royal</b>[U+202E]Palace”. That proves nothing." in said.output
    assert not out.exists()
    assert allow(box, transaction, "--out", str(out), "--insist-unknown-reader").exit_code == 0
    assert answered(transaction, out) == {AGE: {AGE: {"age_over_18": True}}}
    assert "Unknown reader “<b>Royal" in box.run("history").output


def test_declining(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({AGE: ["age_over_18"]})
    out = tmp_path / "no.png"
    said = box.run("answer", text_of(transaction), "--decline", "--out", str(out))
    assert said.exit_code == 0
    assert "The refusal is in" in said.output
    m = collect([FileSource(out)], awaited=frozenset({Kind.ANSWER})).m
    assert transaction.receive(m, 1.0).declined
    assert "declined" in box.run("history").output


def test_the_same_request_again_gets_the_same_answer(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({AGE: ["age_over_18"]})
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    assert allow(box, transaction, "--out", str(first)).exit_code == 0
    again = box.run("answer", text_of(transaction), "--out", str(second))
    assert "You answered this request before." in again.output
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(box.run("list", "--json").stdout)[1]["fresh"] == 2


def test_a_request_from_a_picture_a_file_and_a_pipe(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({AGE: ["age_over_18"]})
    picture, file = tmp_path / "ask.png", tmp_path / "ask.txt"
    picture.write_bytes(draw.png(text_of(transaction)))
    file.write_text(f"\n{text_of(transaction)}\n", "utf-8")
    outs = []
    for number, args in enumerate((str(picture), str(file), "-")):
        out = tmp_path / f"{number}.txt"
        said = box.run(
            *("answer", args, "--yes", "--allow", "age_over_18", "--out", str(out)),
            answers=text_of(transaction),
        )
        assert said.exit_code == 0
        outs.append(out.read_text("utf-8"))
    assert len(set(outs)) == 1


def test_a_moving_answer_as_gif_frames_and_text(box: WalletBox, tmp_path: Path) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "portrait"], AGE: ["age_over_18"]})
    text = text_of(transaction)
    png = box.run("answer", text, "--out", str(tmp_path / "a.png"), answers="all\n")
    assert (png.exit_code, "[wallet.out-moving]" in png.output) == (2, True)
    gif, folder = tmp_path / "a.gif", tmp_path / "frames"
    assert box.run("answer", text, "--out", str(gif)).exit_code == 0
    said = box.run("answer", text, "--out", str(folder))
    frames = sorted(folder.iterdir())
    assert f"The answer is in {len(frames)} pictures in {folder}." in said.output
    with Image.open(io.BytesIO(gif.read_bytes())) as moving:
        assert moving.n_frames == len(frames)  # type: ignore[attr-defined]  # of animated pictures alone
    assert set(answered(transaction, gif)) == {RESIDENCY, AGE}
    assert json.loads(box.run("list", "--json").stdout)[0]["fresh"] == 2


def test_without_out_the_code_is_drawn(box: WalletBox) -> None:
    said = allow(box, box.ask({AGE: ["age_over_18"]}))
    assert said.exit_code == 0
    assert "█" in said.output


@pytest.mark.parametrize(
    ("name", "code"),
    [("a.jpg", "wallet.out-suffix"), ("no/such/a.png", "wallet.out-folder"), ("taken.png", "sealing.exists")],
)
def test_a_place_that_will_not_do_is_seen_before_anything(
    box: WalletBox, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "taken.png").write_text("mine", "utf-8")
    said = allow(box, box.ask({AGE: ["age_over_18"]}), "--out", str(tmp_path / name))
    assert (said.exit_code, f"[{code}]" in said.output) == (2, True)
    assert json.loads(box.run("list", "--json").stdout)[1]["fresh"] == 3
    assert (tmp_path / "taken.png").read_text("utf-8") == "mine"


def test_overwriting_when_asked_to(box: WalletBox, tmp_path: Path) -> None:
    (tmp_path / "taken.png").write_text("mine", "utf-8")
    transaction = box.ask({AGE: ["age_over_18"]})
    assert allow(box, transaction, "--out", str(tmp_path / "taken.png"), "--overwrite").exit_code == 0
    assert answered(transaction, tmp_path / "taken.png")


def test_a_card_that_the_wallet_does_not_have(box: WalletBox) -> None:
    said = box.run("answer", text_of(box.ask({LIBRARY: ["card_number"]})), answers="all\n")
    assert (said.exit_code, "[wallet.nothing-held]" in said.output) == (2, True)
    assert "You have no card of this kind: Library card" in said.output


def test_when_all_copies_were_shown_a_person_is_asked_and_a_script_must_say_so(
    box: WalletBox, tmp_path: Path
) -> None:
    for _ in range(3):
        allow(box, box.ask({AGE: ["age_over_18"]}), "--json")
    refused = allow(box, box.ask({AGE: ["age_over_18"]}))
    assert (refused.exit_code, "[wallet.copies-used]" in refused.output) == (2, True)
    request = text_of(box.ask({AGE: ["age_over_18"]}))
    no = box.run("answer", request, "--out", str(tmp_path / "no.png"), answers="all\nn\n")
    assert (no.exit_code, "[wallet.copies-used]" in no.output) == (2, True)
    yes = box.run("answer", request, "--out", str(tmp_path / "yes.png"), answers="all\ny\n")
    assert yes.exit_code == 0
    assert allow(box, box.ask({AGE: ["age_over_18"]}), "--show-used-copy", "--json").exit_code == 0


def test_a_late_request_says_both_times(box: WalletBox) -> None:
    text = text_of(box.ask({AGE: ["age_over_18"]}))
    said = box.run("answer", text, "--at", "2026-06-01T12:30:00Z")
    assert (said.exit_code, "[exchange.request-late]" in said.output) == (4, True)
    assert "2026-06-01 12:00:00 UTC" in said.output
    assert "2026-06-01 12:30:00 UTC" in said.output


def test_a_code_of_another_kind(box: WalletBox, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    allow(box, box.ask({AGE: ["age_over_18"]}), "--out", str(out))
    said = box.run("answer", str(out))
    assert (said.exit_code, "[optics.other-kind]" in said.output) == (4, True)
    assert "[optics.file-missing]" in box.run("answer", str(tmp_path / "nowhere.png")).output


def test_nothing_personal_lies_about_afterwards(
    box: WalletBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in a file nor in a file's name, in the wallet's folder or among temporary files."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    transaction = box.ask({RESIDENCY: ["family_name", "birth_date"]})
    picture = tmp_path / "ask.png"
    picture.write_bytes(draw.png(text_of(transaction)))
    box.run("answer", str(picture), "--out", str(tmp_path / "a.png"), answers="all\n")
    box.run("answer", str(picture), "--yes", "--allow", "nothing")
    box.run("history", "export", str(tmp_path / "history.json"))
    box.run("export-backup", str(tmp_path / "backup"), "--same-passphrase")
    values = [b"Quillfeather", b"Ottoline", b"1987-03-09", b"9 March 1987", b"Saltmarsh", b"RZ-7719"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes() + str(path).encode()
        assert not any(value in content for value in values), path.name
    assert list(temporary.iterdir()) == []
