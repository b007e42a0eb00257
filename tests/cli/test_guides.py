"""Every command in the documentation exists, and does what its page says when it is typed."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from issuer.cli import main as issuer
from tests.kit.guide_runner import CommandFailedError, Reader, Scene
from tests.kit.guide_scenes import BASE, SCENES
from tests.kit.guides import Page, unknown_words
from tests.kit.sources import ROOT, repository_files
from verifier.cli import main as verifier
from wallet.cli import main as wallet

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = {"issuer": issuer, "wallet": wallet, "verifier": verifier}
PAGES = {
    page.name: page for page in map(Page.read, (path for path in repository_files() if path.suffix == ".md"))
}
ELSEWHERE = {"docs/guide-clerk.md": "tests/cli/test_verifier_guide.py"}
"""Pages that a test of their own follows."""

MAKE = {"README.md", "CONTRIBUTING.md"}
"""Pages whose commands are targets of the Makefile, which continuous integration runs."""


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_command_and_option_exists(name: str) -> None:
    page = PAGES[name]
    commands = [each for block in page.blocks if block.kind == "shell" for each in block.commands]
    wrong = {each: words for each in (*commands, *page.inline) if (words := unknown_words(each, PROGRAMS))}
    assert not wrong


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("wallet trust ad lists", "ad"),
        ("issuer authority rotate-root city --new-dayly-key", "--new-dayly-key"),
        ("X=y issuer publish harbour lists | verifier chek -", "chek"),
        ("verifier check 'answer.png", "(quotes)"),
    ],
)
def test_a_command_that_does_not_exist_is_seen(command: str, word: str) -> None:
    assert unknown_words(command, PROGRAMS) == [word]


def test_every_page_with_commands_is_followed() -> None:
    """What has no scene is tried by nobody: give the page one in tests/kit/guide_scenes.py."""
    kinds = {"shell", "python"}
    with_commands = {
        name
        for name, page in PAGES.items()
        if any(block.kind in kinds and not block.not_run for block in page.blocks)
    }
    assert with_commands - MAKE == {*SCENES, *ELSEWHERE}, (
        "give the page a scene in tests/kit/guide_scenes.py, or <!-- not run: needs ... --> before its blocks"
    )
    assert all((ROOT / test).exists() for test in ELSEWHERE.values())


def test_the_targets_of_make_exist() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name in MAKE:
        (*commands,) = (
            each for block in PAGES[name].blocks if block.kind == "shell" for each in block.commands
        )
        named = {each.split()[1] for each in commands if each.startswith("make ")}
        assert named
        assert named <= known


def test_what_is_not_run_says_why_and_where_it_is_tried() -> None:
    reasons = [block.not_run for page in PAGES.values() for block in page.blocks if block.not_run]
    assert reasons
    for reason in reasons:
        assert re.match(r"needs|runs|serves|takes", reason), reason
        for path in re.findall(r"tests/[\w/.]+", reason):
            assert (ROOT / path.rstrip(".")).exists(), path


def test_a_short_page_is_followed(tmp_path: Path) -> None:
    name = "docs/conformance.md"
    assert len(Reader(tmp_path).follow(PAGES[name], SCENES[name])) == 1


def test_a_command_that_fails_is_told_with_its_place(tmp_path: Path) -> None:
    page = Page("docs/x.md", [], ["false"])
    with pytest.raises(CommandFailedError, match=r"docs/x\.md: false\nended with 1"):
        Reader(tmp_path).follow(page, Scene(inline=("false",)))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    Reader(folder).type(BASE, "what most guides begin with")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SCENES))
@pytest.mark.timeout(1800)
def test_a_guide_can_be_followed(name: str, tmp_path: Path, base: Path) -> None:
    scene = SCENES[name]
    if "sqlite3 " in (ROOT / name).read_text("utf-8") and shutil.which("sqlite3") is None:
        pytest.skip("the command sqlite3 is not installed")
    if not scene.empty:
        shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    assert Reader(tmp_path).follow(PAGES[name], scene)
