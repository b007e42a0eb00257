"""Lists as a moving picture by commands: from an operator to a counter, and from counter to counter."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from counterproof.optics.draw import modules
from counterproof.optics.exchange import lists
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamSender
from counterproof.trust.pack import carrying
from issuer.cli import main as issuer
from tests.kit.certificates import AT
from tests.kit.films import film
from tests.kit.packs import DAY, Operator
from tests.kit.webcam import Webcam
from verifier.cli import main as verifier

if TYPE_CHECKING:
    from click.testing import Result

NEXT = AT + DAY


def run(*arguments: str, desk: str = "one") -> Result:
    """Run a command of a counter a day after its first lists."""
    told = {"COUNTERPROOF_COUNTER": desk, "COUNTERPROOF_AT": NEXT.isoformat()}
    return CliRunner().invoke(verifier, ["trust", *arguments], env=told)


def code_of(result: Result) -> str:
    """Return the code of a refusal."""
    assert result.exit_code not in {0, 3}
    assert "Traceback" not in result.output
    return result.stderr.rpartition("[")[2].rstrip("]\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give two counters with yesterday's pack, and today's pack."""
    made, operator = tmp_path_factory.mktemp("lists"), Operator()
    operator.publish(made / "pack", AT)
    for desk in ("one", "two"):
        done = run("add", str(made / "pack"), "--fingerprint", operator.fingerprint, desk=str(made / desk))
        assert done.exit_code == 0, done.output
    operator.publish(made / "pack", NEXT)
    return made


@pytest.fixture
def here(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a copy of that folder."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["lists.gif", "lists.txt"])
def test_lists_go_from_counter_to_counter(here: Path, name: str) -> None:
    assert run("update", "pack").exit_code == 0
    done = run("code", "--out", name)
    assert done.exit_code == 0, done.output
    assert "Lists of City Network" in done.stdout
    assert re.search(
        r"A moving code of \d+ pictures\. A steady camera needs about \d seconds?\.", done.stdout
    )
    assert f"verifier trust update {name}" in done.stdout
    again = run("update", name, desk="two")
    assert (again.exit_code, "City Network" in again.stdout) == (0, True), again.output
    assert run("update", "pack", desk="two").stdout.startswith("Unchanged")
    assert {each.name for each in here.iterdir()} == {"pack", "one", "two", ".pack-agencies", name}


def test_an_operator_shows_its_pack_and_a_camera_reads_it(here: Path) -> None:
    done = CliRunner().invoke(issuer, ["lists-code", "pack", "--out", "lists.gif"])
    assert (done.exit_code, "verifier trust update lists.gif" in done.stdout) == (0, True), done.output
    assert run("update", "lists.gif").exit_code == 0
    # Every day anew into the same file, as a timer does.
    assert CliRunner().invoke(issuer, ["lists-code", "pack", "--out", "lists.gif"]).exit_code == 0
    m = lists.fitting(carrying.of_folder(here / "pack").archives())[1]
    webcam, sender = Webcam(1_000_225, "mild", 5.0, size=(1280, 720)), StreamSender(Kind.LISTS, m)
    shots = (webcam.see(modules(sender.text(number))).frame for number in range(sender.needed + 8))
    film(here / "film.avi", shots)
    seen = run("update", "--camera", "film.avi", desk="two")
    assert seen.exit_code == 0, seen.output
    assert f"of {sender.needed} pictures" in seen.stderr


@pytest.mark.usefixtures("here")
def test_what_cannot_be_is_said_and_leaves_nothing() -> None:
    assert code_of(run("code", "--out", "lists.bmp")) == "verifier.out-kind"
    assert code_of(run("code", "--out", "lists.png")) == "verifier.out-moves"
    assert code_of(run("code", "f" * 64, "--out", "lists.gif")) == "trust.not-held"
    assert code_of(run("code", "--out", "lists.gif", desk="nobody")) == "verifier.lists-which"
    assert code_of(run("update")) == "verifier.lists-from"
    assert code_of(run("update", "pack", "--camera", "0")) == "verifier.lists-from"
    for arguments in (["pack", "--out", "lists.bmp"], ["one", "--out", "lists.gif"]):
        refused = CliRunner().invoke(issuer, ["lists-code", *arguments])
        assert code_of(refused) in {"agency.lists-code-kind", "pack.not-a-pack"}
    assert not list(Path().glob("lists.*"))


@pytest.mark.usefixtures("here")
def test_a_picture_without_lists_is_named() -> None:
    Path("cut.txt").write_text(StreamSender(Kind.LISTS, b"\x00PK\x03\x04" + bytes(9_000)).text(0))
    assert code_of(run("update", "cut.txt")) == "optics.stream-incomplete"
    sender = StreamSender(Kind.CARD_REQUEST, b"\x00{}" + bytes(9_000))
    Path("other.txt").write_text("\n".join(sender.text(each) for each in range(30)))
    assert code_of(run("update", "other.txt")) == "optics.other-kind"
    text = "CPL1:" + 400 * "A"
    assert code_of(run("update", text)) == "sealing.name-too-long"
    assert code_of(run("add", text)) == "sealing.name-too-long"
    sender = StreamSender(Kind.LISTS, b"\x00{}" + bytes(9_000))
    Path("form.txt").write_text("\n".join(sender.text(each) for each in range(30)))
    assert code_of(run("update", "form.txt")) == "exchange.lists-form"
