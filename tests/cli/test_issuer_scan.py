"""A desk scans the request that a wallet shows: in pictures, typed or by camera; what it refuses."""

from __future__ import annotations

import itertools
import json
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from counterproof.handover.offer import CredentialOffer
from counterproof.optics import draw
from counterproof.optics.encode import encode
from counterproof.optics.exchange import card_request
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still
from issuer.cli import main
from tests.kit import pictures
from tests.kit.agency import AT, RESIDENT, Wallet
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Sequence

INIT = 'issuer init harbour --name "Harbour Borough" --country XX --root-keys stick --status-size 65536'
ENVIRONMENT = {
    "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
    "COUNTERPROOF_AT": AT.isoformat(),
    "COUNTERPROOF_WHO": "ann",
}
ISSUE = "issuer issue harbour --type residency --subject-data people.json --request"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shell = Shell(main, **ENVIRONMENT)
        shell.run(INIT)
        for copies in (2, 8):
            shell.run(f"issuer offer harbour --type residency --copies {copies} --out {copies}.cpoffer")
    Path(folder, "people.json").write_text(json.dumps(RESIDENT), "utf-8")
    return folder


@pytest.fixture
def shell(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(founded, Path(), dirs_exist_ok=True)
    return Shell(main, **ENVIRONMENT)


def asking(copies: int) -> Wallet:
    return Wallet(CredentialOffer.from_bytes(Path(f"{copies}.cpoffer").read_bytes()))


def shown(wallet: Wallet) -> list[str]:
    """Return the texts that the wallet shows, those of a moving code as often as a GIF has them."""
    code = encode(Kind.CARD_REQUEST, card_request.to_message(wallet.request), streams_ok=True)
    return list(itertools.islice(code, 2 * code.needed + 4 if isinstance(code, StreamSender) else 1))


def moving(texts: Sequence[str]) -> bytes:
    return pictures.animated([draw.picture(text, 4) for text in texts])


def test_a_picture_of_the_code_is_issued_to_as_the_file_would_be(shell: Shell) -> None:
    wallet = asking(2)
    Path("seen.png").write_bytes(draw.png(shown(wallet)[0]))
    said = shell.run(f"{ISSUE} seen.png")
    assert f"Request number {card_request.number(wallet.request)}." in shell.complained
    assert "2 copies of org.counterproof.residency.1 for A-17" in said
    assert len(wallet.open(Path("seen.cpreply").read_bytes()).credentials) == 2
    Path("seen.cprequest").write_bytes(wallet.request)
    assert "answered before" in shell.run(f"{ISSUE} seen.cprequest"), "it is the same request"


def test_a_moving_code_is_taken_in_and_saved_as_the_very_file(shell: Shell) -> None:
    wallet = asking(8)
    texts = shown(wallet)
    assert len(texts) > 4
    Path("seen.gif").write_bytes(moving(texts))
    assert "Issue:" in shell.run("issuer scan seen.gif --out a.cprequest")
    assert Path("a.cprequest").read_bytes() == wallet.request
    assert f"Request number {card_request.number(wallet.request)}." in shell.complained
    Path("typed.txt").write_text("\r\n".join(reversed(texts)), "ascii")
    shell.run("issuer scan typed.txt --out b.cprequest")
    assert Path("b.cprequest").read_bytes() == wallet.request
    assert shell.refused("issuer scan typed.txt --out b.cprequest") == "agency.out-exists"


def test_a_hand_scanner_types_it(shell: Shell) -> None:
    wallet = asking(2)
    result = CliRunner().invoke(main, ["scan", "-", "--out", "a.cprequest"], input=shown(wallet)[0] + "\n")
    assert result.exit_code == 0
    assert Path("a.cprequest").read_bytes() == wallet.request
    shell.run(f"issuer scan {shlex.quote(shown(wallet)[0])} --out b.cprequest")
    assert Path("b.cprequest").read_bytes() == wallet.request


def test_a_text_too_long_for_the_name_of_a_file_is_read_all_the_same(shell: Shell) -> None:
    assert shell.refused(f"issuer scan CPC1:{400 * 'A'} --out a.cprequest") == "optics.garbled"


def test_a_camera_sees_it(shell: Shell) -> None:
    wallet = asking(8)
    frames = [np.pad(draw.picture(text, 6), 20, constant_values=200) for text in shown(wallet)]
    height, width = frames[0].shape
    writer = cv2.VideoWriter("seen.avi", cv2.VideoWriter.fourcc(*"MJPG"), 12, (width, height))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    shell.run("issuer scan --camera seen.avi --out a.cprequest")
    assert Path("a.cprequest").read_bytes() == wallet.request
    assert "3 of " in shell.complained, "progress is told"


def refuse(shell: Shell, content: bytes) -> str:
    """Give `issuer issue` a file that it must refuse with a code, and without issuing anything."""
    Path("seen.png").write_bytes(content)  # what it is, not what it is called, decides
    code = shell.refused(f"{ISSUE} seen.png")
    assert not Path("seen.cpreply").exists()
    assert shell.json("issuer list harbour") == []
    return code


def test_what_a_desk_does_not_take(shell: Shell) -> None:
    wallet, other = asking(2), asking(2)
    text = shown(wallet)[0]
    both = (draw.picture(each, 4) for each in (text, shown(other)[0]))
    side = np.hstack([np.pad(each, 16, constant_values=255) for each in both])
    long = shown(asking(8))
    counter = encode_still(Kind.REQUEST, b"\0request")
    inside = encode_still(Kind.CARD_REQUEST, card_request.to_message(Path("2.cpoffer").read_bytes()))
    bomb = encode_still(Kind.CARD_REQUEST, _bomb())
    expected = {
        "two at once": (pictures.saved(side, "PNG"), "optics.two-codes"),
        "not all of it": ("\n".join(long[:3]).encode(), "optics.stream-incomplete"),
        "a counter's request": (counter.encode(), "optics.other-kind"),
        "an offer as a code": (inside.encode(), "handover.other-file"),
        "larger than it may be": (bomb.encode(), "exchange.body-size"),
        "another maker's": (draw.png("HTTPS://HARBOUR.EXAMPLE/"), "optics.foreign-web-address"),
        "something else": (b"CPX1:HELLO", "optics.unknown-code"),
        "half a picture": (draw.png(text)[:200], "optics.picture-broken"),
        "text that was changed": ((text[:-1] + "/").encode(), "optics.garbled"),
    }
    assert {name: refuse(shell, content) for name, (content, _) in expected.items()} == {
        name: code for name, (_, code) in expected.items()
    }


def test_a_second_request_for_one_offer_is_refused_as_a_file_is(shell: Shell) -> None:
    for name, code in (("first", None), ("second", "register.nonce-used")):
        Path(f"{name}.txt").write_text(shown(asking(2))[0], "ascii")
        if code is None:
            shell.run(f"{ISSUE} {name}.txt")
        else:
            assert shell.refused(f"{ISSUE} {name}.txt") == code


def test_one_way_in_at_a_time(shell: Shell) -> None:
    assert shell.refused("issuer scan --out a.cprequest") == "agency.scan-what"
    assert shell.refused("issuer scan x.png --camera 0 --out a.cprequest") == "agency.scan-what"
    assert shell.refused("issuer scan nowhere.png --out a.cprequest") == "optics.file-missing"
    shell.run("issuer scan --camera nowhere.avi --out a.cprequest", code=1)
    assert "[optics.camera-missing]" in shell.complained
    assert not Path("a.cprequest").exists()


def _bomb() -> bytes:
    from counterproof.optics.exchange import coding  # noqa: PLC0415 - one use

    return coding.to_message(b"{" + bytes(524_288))
