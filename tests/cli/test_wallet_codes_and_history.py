"""`wallet show-code`, `wallet slip`, `wallet history` and `wallet receipt`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from counterproof.optics import draw
from counterproof.optics.collect import collect
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from counterproof.optics.text import encode_still
from tests.kit.certificates import AT
from tests.kit.wallets import LIBRARY, OWN, PURPOSE, WalletBox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, LIBRARY)
    return box


SLIP = ("slip", "1", "--fields", "card_number", "--purpose", PURPOSE, "--until", "2026-06-10")


def message(path: Path, kind: Kind) -> bytes:
    return collect([FileSource(path)], awaited=frozenset({kind})).m


def fresh(box: WalletBox) -> int:
    found: int = json.loads(box.run("list", "--json").stdout)[0]["fresh"]
    return found


def test_a_code_shown_first(box: WalletBox, tmp_path: Path) -> None:
    out = tmp_path / "code.png"
    said = box.run(
        *("show-code", "Library card", "--fields", "card_number", "--to", OWN),
        *("--challenge", "042042", "--out", str(out)),
        answers="y\n",
    )
    assert said.exit_code == 0
    for line in (
        "Card number: LB-5550-1234",
        f"For Harbour Library, desk 3 ({OWN}).",
        "Whoever sees or photographs this code can read it and keep what it shows.",
        "Nothing proves who gave you the six digits.",
        "good until 12:01:40",
    ):
        assert line in said.output
    terms = QrShown.from_message(message(out, Kind.SHOWN)).terms
    assert (terms.audience, terms.challenge, terms.time) == (OWN, "042042", int(AT.timestamp()))
    assert fresh(box) == 2


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
@pytest.mark.parametrize("command", ["show-code", "slip"])
def test_without_a_yes_nothing_is_shown(box: WalletBox, tmp_path: Path, command: str, typed: str) -> None:
    out = tmp_path / "x.png"
    args = SLIP if command == "slip" else ("show-code", "1", "--fields", "card_number")
    said = box.run(*args, "--out", str(out), answers=typed)
    assert said.exit_code in (1, 2)
    assert not out.exists()
    assert fresh(box) == 3


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--fields", "shoe_size"), "wallet.no-such-field"),
        (("--fields", ","), "wallet.nothing-agreed"),
        (("--fields", "card_number", "--to", "desk 3"), "wallet.audience"),
        (("--fields", "card_number", "--challenge", "12"), "wallet.challenge"),
    ],
)
def test_a_code_that_cannot_be(box: WalletBox, args: tuple[str, ...], code: str) -> None:
    said = box.run("show-code", "1", *args, "--yes")
    assert (said.exit_code, f"[{code}]" in said.output) == (2, True)


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_a_slip_can_be_read_from_its_paper(box: WalletBox, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"slip{suffix}"
    said = box.run(*SLIP, "--reader", OWN, "--out", str(out), "--yes", "--json")
    result = json.loads(said.stdout)
    assert result["good_until"] == "2026-06-10T23:59:59Z"
    terms = QrSlip.from_message(message(out, Kind.SLIP)).terms
    assert (terms.purpose, terms.readers, terms.not_before) == (PURPOSE, (OWN,), int(AT.timestamp()))
    assert fresh(box) == 2
    assert f"Harbour Library, desk 3 ({OWN}) · printed or saved" in box.run("history").output


def test_a_slip_says_what_its_counter_may_not_ask_for(box: WalletBox, tmp_path: Path) -> None:
    slip = (*SLIP, "--reader", OWN, "--yes", "--overwrite", "--out", str(tmp_path / "slip.pdf"))
    assert "! " not in box.run(*slip).output
    box.register("resident_borough", id=PURPOSE)
    said = box.run(*slip)
    assert (said.exit_code, f"! Harbour Library, desk 3 ({OWN}): This is more than" in said.output) == (
        0,
        True,
    )
    box.register("resident_borough", id="another.purpose")
    assert "names a purpose that is not registered" in box.run(*slip).output


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (("--until", "10.6.2026"), "wallet.date"),
        (("--until", "2026-05-01"), "wallet.slip-over"),
        (("--until", "2026-07-20"), "wallet.slip-span"),
        (("--from", "2026-08-20", "--until", "2026-08-30"), None),
        (("--purpose", "Join!"), "wallet.slip-purpose"),
        (("--reader", "x"), "wallet.audience"),
        (("--out", "slip.gif"), "wallet.out-suffix"),
    ],
)
def test_slips_that_can_and_cannot_be(
    box: WalletBox, tmp_path: Path, changes: tuple[str, ...], code: str | None
) -> None:
    said = box.run(*SLIP, "--out", str(tmp_path / "slip.pdf"), *changes, "--yes")
    assert said.exit_code == (2 if code else 0)
    assert code is None or f"[{code}]" in said.output
    assert fresh(box) == (3 if code else 2)


def test_a_slip_ends_with_its_card(box: WalletBox, tmp_path: Path) -> None:
    """The last day of the card is a day like any other, though the card ends at noon."""
    out = tmp_path / "slip.pdf"
    days = ("--from", "2026-08-20", "--until", "2026-08-30")
    assert box.run(*SLIP, *days, "--out", str(out), "--yes").exit_code == 0
    assert QrSlip.from_message(message(out, Kind.SLIP)).terms.not_after == int(AT.timestamp()) + 90 * 86_400


def answered(box: WalletBox, **asked: object) -> bytes:
    """Answer a request and return h(S)."""
    transaction = box.ask({LIBRARY: ["card_number"]}, **asked)  # type: ignore[arg-type]
    text = encode_still(Kind.REQUEST, transaction.request.to_message())
    assert box.run("answer", text, "--yes", "--allow", "card_number", "--json").exit_code == 0
    return transaction.request.session_digest


def receipt_text(box: WalletBox, session: bytes, *kept: tuple[str, str, str]) -> str:
    identity = box.identity()
    contents = ReceiptContents(session, ReceiptOutcome.ACCEPTED, int(AT.timestamp()), kept)
    made = QrReceipt.make(contents, identity.signer, identity.chain)
    return encode_still(Kind.RECEIPT, made.to_message())


def test_the_history_says_what_but_never_the_value(box: WalletBox) -> None:
    assert "Nothing was shown yet." in box.run("history").output
    session = answered(box, keep=["card_number"])
    listed = box.run("history").output
    assert "Harbour Library, desk 3 (Harbour Borough) · shown" in listed
    (entry,) = json.loads(box.run("history", "list", "--json").stdout)
    assert (entry["sessions"], entry["purpose"]) == ([session.hex()], PURPOSE)
    full = box.run("history", "show", entry["id"]).output
    assert "Card number (card_number)  - the reader said that it keeps this" in full
    assert "LB-5550" not in listed + full + json.dumps(entry)
    assert "[wallet.no-such-entry]" in box.run("history", "show", "00000000").output


def test_deleting_history(box: WalletBox) -> None:
    for _ in range(3):
        answered(box)
    entries = json.loads(box.run("history", "list", "--json").stdout)
    assert box.run("history", "delete").exit_code == 2
    assert box.run("history", "delete", entries[0]["id"], answers="n\n").exit_code == 1
    assert "Deleted: 1." in box.run("history", "delete", entries[0]["id"], "--yes").output
    assert len(json.loads(box.run("history", "list", "--json").stdout)) == 2
    assert "Deleted: 2." in box.run("history", "delete", "--all", "--yes").output
    assert fresh(box) == 0, "used copies stay used"


def test_exporting_history(box: WalletBox, tmp_path: Path) -> None:
    answered(box)
    out = tmp_path / "history.json"
    assert "Wrote 1 entry" in box.run("history", "export", str(out)).output
    exported = json.loads(out.read_text("utf-8"))
    assert exported["type"] == "counterproof.wallet-history"
    assert exported["entries"][0]["shown"][0]["element"] == "card_number"
    assert "[sealing.exists]" in box.run("history", "export", str(out)).output


def test_a_receipt_from_a_picture(box: WalletBox, tmp_path: Path) -> None:
    session = answered(box)
    (tmp_path / "receipt.png").write_bytes(draw.png(receipt_text(box, session)))
    said = box.run("receipt", str(tmp_path / "receipt.png"))
    assert said.exit_code == 0
    assert "The counter signed that it accepted this" in said.output
    assert "It says that it keeps: nothing." in said.output
    assert json.loads(box.run("history", "list", "--json").stdout)[0]["receipt"]["outcome"] == "accepted"


def test_a_receipt_that_keeps_more_than_was_said(box: WalletBox) -> None:
    session = answered(box)
    said = box.run("receipt", receipt_text(box, session, (LIBRARY, LIBRARY, "card_number")))
    assert "It keeps more than it had said" in said.output


def test_a_receipt_for_nothing(box: WalletBox) -> None:
    said = box.run("receipt", receipt_text(box, b"\x01" * 32))
    assert (said.exit_code, "[wallet.receipt-unknown]" in said.output) == (2, True)
