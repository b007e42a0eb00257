"""What must hold for the repository as a whole: its locks, and words that do not belong in it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.kit.sources import ROOT, repository_files

LOCKS = ("requirements.lock", "requirements-dev.lock")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

# Words are kept in two halves, so that this file does not hold what it looks for.
HOSTS = ("py|pi.org", "python|hosted.org", "npm|js.", "crates|.io", "deb.deb|ian.org", "proxy.gol|ang")
PLACES = ("/wo|rk/", "/opt/py|pi", "/opt/wh|eels", "shared/des|ign")
PEOPLE = ("anthr|opic", "cla|ude", "chat|gpt", "sub-|agent", "co-auth|ored-by", "issues sh|ow")
UNWANTED = {word.replace("|", "") for word in HOSTS + PLACES + PEOPLE}
UNFINISHED = {word.replace("|", "") for word in ("TO|DO", "FIX|ME", "X|XX:")}
TEXT_ABOUT_UNFINISHED = {"pyproject.toml"}  # names a linter's rules


def found_in(text: str) -> set[str]:
    """Return what `text` holds that has no place in a repository for everybody."""
    lower = text.lower()
    return {word for word in UNWANTED if word in lower}


def text_of_repository() -> dict[str, str]:
    """Return the text files by their path from the root; pictures and other bytes are left out."""
    texts = {}
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            texts[path.relative_to(ROOT).as_posix()] = content.decode("utf-8", "replace")
    return texts


def test_no_file_names_a_registry_a_machine_or_its_makers() -> None:
    found = {path: words for path, text in text_of_repository().items() if (words := found_in(text))}
    assert not found, "these files speak of where they were made, not of what they are"


def test_nothing_is_left_unfinished() -> None:
    marker = re.compile(rf"\b({'|'.join(sorted(UNFINISHED))})")
    found = [
        f"{path}: {line.strip()}"
        for path, text in text_of_repository().items()
        if path not in TEXT_ABOUT_UNFINISHED
        for line in text.splitlines()
        if marker.search(line)
    ]
    assert not found


@pytest.mark.parametrize("word", sorted(UNWANTED))
def test_each_word_would_be_found(word: str) -> None:
    assert word in found_in(f"see https://{word.upper()}x/y")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(lock: str) -> dict[tuple[str, str], tuple[Version, int]]:
    """Return {(name, marker): (version, number of hashes)} of the text of a lock.

    Raises ValueError for a line that is neither a pin nor a hash nor a remark.
    """
    found: dict[tuple[str, str], tuple[Version, int]] = {}
    key = ("", "")
    for line in lock.splitlines():
        stripped = line.strip().removesuffix("\\").strip()
        if not stripped or stripped.startswith("#"):
            continue
        if HASH.fullmatch(stripped):
            version, count = found[key]
            found[key] = (version, count + 1)
            continue
        name, equals, rest = stripped.partition("==")
        if not equals:
            raise ValueError(f"not pinned: {stripped}")
        version_text, _, marker = rest.partition(";")
        key = (canonicalize_name(name), marker.strip())
        found[key] = (Version(version_text.strip()), 0)
    return found


def lock_text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_hashes(lock: str) -> None:
    assert [name for (name, _), (_, hashes) in pins(lock_text(lock)).items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_answers_every_dependency(lock: str) -> None:
    wanted = list(project()["project"]["dependencies"])
    if lock == "requirements-dev.lock":
        wanted += project()["dependency-groups"]["dev"]
    versions: dict[str, list[Version]] = {}
    for (name, _), (version, _) in pins(lock_text(lock)).items():
        versions.setdefault(name, []).append(version)
    for requirement in map(Requirement, wanted):
        locked = versions.get(canonicalize_name(requirement.name), [])
        assert locked, f"{requirement.name} is not in {lock}: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in locked), (
            f"{requirement}: `make lock`"
        )


def test_both_locks_agree() -> None:
    runtime, development = (pins(lock_text(lock)) for lock in LOCKS)
    assert {key: development.get(key) for key in runtime} == runtime


def test_cbor2_can_refuse_what_must_be_refused() -> None:
    """Before 6.3.0 cbor2 had no switches against duplicate keys and indefinite lengths."""
    needed = Version("6.3.0")
    (stated,) = (r for r in map(Requirement, project()["project"]["dependencies"]) if r.name == "cbor2")
    floors = [Version(part.version) for part in stated.specifier if part.operator == ">="]
    assert floors
    assert max(floors) >= needed
    assert pins(lock_text("requirements.lock"))["cbor2", ""][0] >= needed


@pytest.mark.parametrize("line", ["cbor2>=6.3.0", "-e .", "--index-url x", "cbor2"])
def test_a_lock_with_an_open_line_is_seen(line: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        pins(line)


def test_a_pin_without_hash_is_seen() -> None:
    assert pins("cbor2==6.3.0\n    # via nobody") == {("cbor2", ""): (Version("6.3.0"), 0)}


def test_make_alone_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert set(targets.split()) == explained
