"""Several people on one computer; nothing is lost with the file of their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import UsageError
from wallet.flows.people import LONGEST_NAME, People

if TYPE_CHECKING:
    from pathlib import Path


def people_in(folder: Path, **more: str) -> People:
    return People.of({"HOME": str(folder), "XDG_DATA_HOME": str(folder), **more})


def made(folder: Path, name: str) -> Path:
    path = folder / "counterproof" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"sealed")
    return path


def random(count: int) -> bytes:
    return bytes(range(1, count + 1))


def test_nobody_yet(tmp_path: Path) -> None:
    assert people_in(tmp_path).all() == []
    assert people_in(tmp_path).place_for_new(random).wallet.name == "wallet.cpwallet"


def test_the_second_wallet_has_a_name_by_chance(tmp_path: Path) -> None:
    made(tmp_path, "wallet.cpwallet")
    people = people_in(tmp_path)
    place = people.place_for_new(random)
    assert place.wallet.name == "wallet-01020304.cpwallet"
    made(tmp_path, place.wallet.name)
    people.name(place, "  Grandma   Õie ")
    assert [each.name for each in people_in(tmp_path).all()] == ["", "Grandma Õie"]


def test_the_word_is_kept_for_the_owner_alone(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    people.name(people.place_for_new(random), "Me")
    assert (tmp_path / "counterproof" / "people.json").stat().st_mode & 0o077 == 0


def test_a_word_that_hides_something_is_marked(tmp_path: Path) -> None:
    place = people_in(tmp_path).place_for_new(random)
    made(tmp_path, place.wallet.name)
    people_in(tmp_path).name(place, "Me\u202egnp")
    assert people_in(tmp_path).all()[0].name == "Me[U+202E]gnp"


def test_too_long_a_word_is_refused(tmp_path: Path) -> None:
    people = people_in(tmp_path)
    with pytest.raises(UsageError) as caught:
        people.name(people.place_for_new(random), "x" * (LONGEST_NAME + 1))
    assert caught.value.code == "wallet.name-length"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"type":1}', b"\xff" * 90, b"x" * 70_000])
def test_a_damaged_file_of_words_loses_words_alone(tmp_path: Path, content: bytes) -> None:
    made(tmp_path, "wallet.cpwallet")
    made(tmp_path, "people.json").write_bytes(content)
    assert [each.name for each in people_in(tmp_path).all()] == [""]


def test_a_wallet_that_was_named_is_the_only_one(tmp_path: Path) -> None:
    made(tmp_path, "wallet.cpwallet")
    own = made(tmp_path, "child.cpwallet")
    people = people_in(tmp_path, COUNTERPROOF_WALLET=str(own))
    assert [each.places.wallet for each in people.all()] == [own]
    assert people.place_for_new(random).wallet == own
