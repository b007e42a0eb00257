"""`wallet init` to `wallet restore`: getting a card, looking at it, keeping it. Reads like a manual."""

from __future__ import annotations

import errno
import json
import os
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.optics.collect import collect
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from counterproof.trust.names import grouped
from tests.kit.certificates import AT
from tests.kit.published import Publisher
from tests.kit.sealing import OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.wallets import AGE, LIBRARY, PERSON, RESIDENCY, WalletBox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    return WalletBox(tmp_path)


def with_cards(box: WalletBox, *doc_types: str) -> None:
    with box.holder() as holder:
        for doc_type in doc_types:
            box.give(holder, doc_type)


def test_the_first_day(box: WalletBox, tmp_path: Path) -> None:
    made = box.run("init")
    assert made.exit_code == 0
    assert "The wallet is ready" in made.output
    assert stat.S_IMODE(box.path.stat().st_mode) == 0o600

    trusted = box.run("trust", "add", str(box.published), answers="y\n")
    assert "calls itself: Harbour Borough (UT)" in trusted.output
    assert "Proof of age" in trusted.output
    assert "Added: Harbour Borough" in trusted.output

    offer, request, reply = (tmp_path / name for name in ("offer", "request", "reply"))
    offer.write_bytes(box.offer(AGE, 5).to_bytes())
    asked = box.run("request", str(offer), "--copies", "2", "--out", str(request))
    assert "Proof of age, 2 copies, from Harbour Borough." in asked.output

    reply.write_bytes(box.reply(request.read_bytes(), PERSON[AGE]))
    came = box.run("receive", str(reply))
    assert "A card has arrived: Proof of age, from Harbour Borough." in came.output
    assert "All 2 copies were checked." in came.output
    assert "State: valid" in came.output
    assert "The agency wrote: “Welcome”" in came.output

    assert "2 of 2 copies left" in box.run("list").output
    assert box.run("receive", str(reply)).exit_code == 2


@pytest.mark.parametrize(("copies", "suffix"), [(2, ".png"), (2, ".txt"), (9, ".gif")])
def test_a_request_is_a_code_for_the_desk(box: WalletBox, tmp_path: Path, copies: int, suffix: str) -> None:
    """What the desk scans is a request like any other: the agency answers it, and the card comes."""
    box.holder().close()
    offer, code, reply = tmp_path / "offer", tmp_path / f"code{suffix}", tmp_path / "reply"
    offer.write_bytes(box.offer(AGE, copies).to_bytes())
    asked = box.run("request", str(offer), "--out", str(code))
    assert asked.exit_code == 0
    found = collect([FileSource(code)], awaited=frozenset({Kind.CARD_REQUEST}))
    file = card_request.from_message(found.m)
    assert f"number {card_request.number(file)}" in asked.output
    reply.write_bytes(box.reply(file, PERSON[AGE]))
    assert f"All {copies} copies were checked." in box.run("receive", str(reply)).output


def test_a_request_as_a_code_in_the_terminal_or_too_long_for_one_picture(
    box: WalletBox, tmp_path: Path
) -> None:
    box.holder().close()
    offer = tmp_path / "offer"
    offer.write_bytes(box.offer(AGE, 9).to_bytes())
    drawn = box.run("request", str(offer), "--copies", "1")
    assert "█" in drawn.output
    moving = box.run("request", str(offer), "--out", str(tmp_path / "code.png"))
    assert (moving.exit_code, "[wallet.out-moving]" in moving.output) == (2, True)
    assert "[wallet.out-terminal]" in box.run("request", str(offer)).output
    assert not (tmp_path / "code.png").exists()


def test_a_short_pin_is_refused_with_the_reason(box: WalletBox) -> None:
    made = box.run("init", COUNTERPROOF_PASSPHRASE="2580")
    assert made.exit_code == 2
    assert "10000 possibilities" in made.output
    assert "[sealing.passphrase-pin]" in made.output
    assert not box.path.exists()


def test_a_person_is_told_and_asked_again(box: WalletBox) -> None:
    made = box.run("init", answers=f"1234\n{PASSPHRASE}\n{PASSPHRASE}\n", COUNTERPROOF_PASSPHRASE="")
    assert made.exit_code == 0
    assert "[sealing.passphrase-pin]" in made.output
    assert PASSPHRASE not in made.output


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ("", "wallet.no-passphrase"),
        (f"{PASSPHRASE}\nsomething else\n", "wallet.passphrases-differ"),
        ("1\n2\n3\n4\n", "wallet.no-passphrase"),
    ],
)
def test_no_wallet_without_a_passphrase(box: WalletBox, answers: str, code: str) -> None:
    made = box.run("init", answers=answers, COUNTERPROOF_PASSPHRASE="")
    assert (made.exit_code, f"[{code}]" in made.output) == (2, True)
    assert not box.path.exists()


def test_a_passphrase_from_a_file(box: WalletBox, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\r\nsecond line\n", "utf-8")
    assert box.run("init", "--passphrase-file", str(file), COUNTERPROOF_PASSPHRASE="").exit_code == 0
    assert box.run("list").exit_code == 0
    file.write_text("\n", "utf-8")
    assert "[wallet.passphrase-file]" in box.run("list", "--passphrase-file", str(file)).output


def test_no_option_takes_a_passphrase(box: WalletBox) -> None:
    for command in ("init", "list", "answer", "export-backup", "restore", "passphrase"):
        words = box.run(command, "--help").output.split()
        assert "--passphrase" not in words
        assert "--pin" not in words


def test_a_wallet_that_is_not_there_and_one_that_is(box: WalletBox) -> None:
    assert "[wallet.missing]" in box.run("list").output
    assert box.run("init").exit_code == 0
    again = box.run("init")
    assert (again.exit_code, "[vault.exists]" in again.output) == (2, True)


def test_a_wrong_passphrase(box: WalletBox) -> None:
    box.run("init")
    wrong = box.run("list", COUNTERPROOF_PASSPHRASE=OTHER_PASSPHRASE)
    assert (wrong.exit_code, "[sealing.cannot-open]" in wrong.output) == (1, True)


def test_the_usual_place(box: WalletBox, tmp_path: Path) -> None:
    places = {"COUNTERPROOF_WALLET": "", "XDG_DATA_HOME": "relative/is/ignored"}
    assert box.run("init", **places).exit_code == 0
    assert (tmp_path / ".local/share/counterproof/wallet.cpwallet").exists()
    assert (tmp_path / ".local/state/counterproof").is_dir()
    own = tmp_path / "elsewhere" / "mine"
    assert box.run("init", "--wallet", str(own)).exit_code == 0
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("answers", ["n\n", "\n", ""])
def test_an_agency_is_not_trusted_without_a_yes(box: WalletBox, tmp_path: Path, answers: str) -> None:
    fresh = str(tmp_path / "fresh")
    box.run("init", "--wallet", fresh)
    said = box.run("trust", "add", str(box.published), "--wallet", fresh, answers=answers)
    assert said.exit_code != 0
    shown = box.run("trust", "show", "--json", "--wallet", fresh)
    assert json.loads(shown.stdout)["agencies"] == []


def test_an_agency_by_its_fingerprint(box: WalletBox, tmp_path: Path) -> None:
    fresh = ("--wallet", str(tmp_path / "fresh"))
    box.run("init", *fresh)
    add = ("trust", "add", str(box.published), *fresh, "--fingerprint")
    assert "[trust.fingerprint-form]" in box.run(*add, box.publisher.fingerprint[:16]).output
    assert "[trust.not-confirmed]" in box.run(*add, "00" * 32).output
    assert box.run(*add, box.publisher.fingerprint.upper()).exit_code == 0
    assert "1" in box.run("trust", "show", *fresh).output
    removed = box.run("trust", "remove", box.publisher.fingerprint, "--yes", *fresh)
    assert "Harbour Borough: removed." in removed.output


@pytest.mark.parametrize("agreed", [True, False])
def test_a_renamed_agency_is_asked_about_again(box: WalletBox, tmp_path: Path, *, agreed: bool) -> None:
    fresh = ("--wallet", str(tmp_path / "fresh"))
    box.run("init", *fresh)
    old = Publisher("renamed")
    lists = str(old.publish(tmp_path / "lists", AT))
    assert box.run("trust", "add", lists, *fresh, "--fingerprint", old.fingerprint).exit_code == 0
    old.publish(
        tmp_path / "lists", AT + timedelta(seconds=1), name="Harbour Town", doc_types=("b.1", RESIDENCY)
    )
    said = box.run("trust", "add", lists, *fresh, answers="y\n" if agreed else "n\n")
    assert (said.exit_code == 0) is agreed
    assert "You trust this agency as: Harbour Borough (UT)" in said.output
    assert "Now it calls itself: Harbour Town (UT)" in said.output
    assert "Now it also issues: b.1\n" in said.output
    assert grouped(old.fingerprint) in said.output
    shown = box.run("trust", "show", "--json", *fresh)
    name = "Harbour Town" if agreed else "Harbour Borough"
    assert [each["name"] for each in json.loads(shown.stdout)["agencies"]] == [name]


def test_asking_an_agency_that_is_not_trusted(box: WalletBox, tmp_path: Path) -> None:
    fresh = ("--wallet", str(tmp_path / "fresh"))
    box.run("init", *fresh)
    (tmp_path / "offer").write_bytes(box.offer(AGE).to_bytes())
    asked = box.run("request", str(tmp_path / "offer"), "--out", str(tmp_path / "r"), *fresh)
    assert (asked.exit_code, "[wallet.agency-unknown]" in asked.output) == (2, True)
    assert not (tmp_path / "r").exists()


def test_a_request_does_not_overwrite(box: WalletBox, tmp_path: Path) -> None:
    box.run("init")
    with_cards(box)
    (tmp_path / "offer").write_bytes(box.offer(AGE).to_bytes())
    (tmp_path / "taken").write_text("mine", "utf-8")
    asked = box.run("request", str(tmp_path / "offer"), "--out", str(tmp_path / "taken"))
    assert "[sealing.exists]" in asked.output
    assert (tmp_path / "taken").read_text("utf-8") == "mine"


def test_a_list_shows_no_value_and_a_card_shows_them_all(box: WalletBox) -> None:
    with_cards(box, RESIDENCY, AGE)
    listed = box.run("list").output + box.run("list", "--json").output
    for value in ("Quillfeather", "Ottoline", "1987", "Saltmarsh", "RZ-7719"):
        assert value not in listed
        assert value in box.run("show", "1").output
    assert "Over 18" in box.run("show", "Proof of age").output
    assert "Üle 18  jah" in box.run("show", "2", "--language", "et").output
    assert "Üle 18  jah" in box.run("show", "2", LANG="et_EE.UTF-8").output
    assert "年滿 18 歲" in box.run("show", "2", LANG="zh_TW.UTF-8").output


def test_json_for_programs(box: WalletBox) -> None:
    with_cards(box, AGE)
    (card,) = json.loads(box.run("list", "--json").stdout)
    assert {key: card[key] for key in ("doc_type", "name", "state", "copies", "fresh", "runs_low")} == {
        "doc_type": AGE,
        "name": "Proof of age",
        "state": "valid",
        "copies": 3,
        "fresh": 3,
        "runs_low": False,
    }
    shown = json.loads(box.run("show", card["id"], "--json").stdout)
    assert {each["element"]: each["value"] for each in shown["fields"]}["age_over_18"] == "yes"


def test_a_deleted_card_can_be_brought_back(box: WalletBox) -> None:
    with_cards(box, AGE, LIBRARY)
    assert box.run("delete", "1", answers="n\n").exit_code == 1
    assert box.run("delete", "1", answers="y\n").exit_code == 0
    assert "Proof of age" not in box.run("list").output
    assert "Proof of age" in box.run("list", "--trash").output
    assert "is back" in box.run("undelete", "1").output
    assert "Proof of age" in box.run("list").output
    box.run("delete", "Library card", "--yes")
    assert "Removed: 1." in box.run("empty-trash", "--yes").output
    assert "[wallet.no-such-card]" in box.run("undelete", "Library card").output


def test_a_new_passphrase(box: WalletBox, tmp_path: Path) -> None:
    with_cards(box, AGE)
    (tmp_path / "new").write_text(OTHER_PASSPHRASE, "utf-8")
    assert box.run("passphrase", "--new-passphrase-file", str(tmp_path / "new")).exit_code == 0
    assert box.run("list").exit_code == 1
    assert box.run("list", COUNTERPROOF_PASSPHRASE=OTHER_PASSPHRASE).exit_code == 0


def test_a_backup_and_its_return(box: WalletBox, tmp_path: Path) -> None:
    with_cards(box, AGE)
    (tmp_path / "b").write_text(OTHER_PASSPHRASE, "utf-8")
    backup = str(tmp_path / "backup")
    saved = box.run("export-backup", backup, "--backup-passphrase-file", str(tmp_path / "b"))
    assert "Saved 1 card" in saved.output
    assert "[sealing.exists]" in box.run("export-backup", backup, "--same-passphrase").output
    assert "[vault.exists]" in box.run("restore", backup).output
    moved = ("--wallet", str(tmp_path / "moved"))
    wrong = box.run("restore", backup, *moved, answers=f"{PASSPHRASE}\n")
    assert "[sealing.cannot-open]" in wrong.output
    back = box.run("restore", backup, *moved, "--backup-passphrase-file", str(tmp_path / "b"))
    assert "all count as used" in back.output
    (card,) = json.loads(box.run("list", "--json", *moved).stdout)
    assert (card["copies"], card["fresh"]) == (3, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json.malformed"),
        (b"\x89PNG\r\n", "json.malformed"),
        (b'{"type": "counterproof.credential-request"}', "handover.other-file"),
        (b'{"type": "counterproof.credential-reply", "version": 2}', "handover.version"),
    ],
)
def test_files_that_are_something_else(box: WalletBox, tmp_path: Path, content: bytes, code: str) -> None:
    box.run("init")
    (tmp_path / "file").write_bytes(content)
    for args in (("receive", str(tmp_path / "file")),):
        said = box.run(*args)
        assert (said.exit_code, f"[{code}]" in said.output) == (4, True)
        assert "Traceback" not in said.output
    assert "[sealing.missing]" in box.run("receive", str(tmp_path / "nowhere")).output
    os.mkfifo(tmp_path / "pipe")
    assert "[sealing.not-a-file]" in box.run("receive", str(tmp_path / "pipe")).output


def test_a_fault_of_the_program_says_no_value(box: WalletBox, monkeypatch: pytest.MonkeyPatch) -> None:
    with_cards(box, RESIDENCY)

    def fail(*_: object) -> None:
        raise ValueError("Quillfeather-Mägi")

    monkeypatch.setattr("wallet.cli.cards.describe_field", fail)
    said = box.run("show", "1")
    assert said.exit_code == 1
    assert "[wallet.fault]" in said.output
    assert "ValueError" in said.output
    assert "Quillfeather" not in said.output
    assert "Traceback" not in said.output


@pytest.mark.parametrize("args", [("frobnicate",), ("list", "--frob"), ("show",), ("--at", "x", "list")])
def test_wrong_use_is_exit_code_2(box: WalletBox, args: tuple[str, ...]) -> None:
    assert box.run(*args).exit_code == 2


def test_a_disk_that_fails_anywhere_is_no_fault_of_ours(
    box: WalletBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cards(box, RESIDENCY)

    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "/home/Quillfeather")

    monkeypatch.setattr("wallet.cli.cards.describe_field", fail)
    said = box.run("show", "1")
    assert "[sealing.read-only]" in said.output
    assert "Quillfeather" not in said.output
