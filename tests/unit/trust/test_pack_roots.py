"""The chain of roots: which keys may follow which, and how many of them must sign."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.trust.pack import layout
from counterproof.trust.pack.build import signed
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Counter, timestamp_of
from tests.kit.scenarios import scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


@scenario("root-rollback")
def test_an_older_pack_is_refused(counter: Counter) -> None:
    old = {path: path.read_bytes() for path in counter.pack.rglob("*") if path.is_file()}
    counter.publish(1)
    assert counter.update(1).action is Action.UPDATED
    for path, content in old.items():
        path.write_bytes(content)
    assert counter.refuses(1) == "pack.older"


@scenario("root-rollback")
def test_an_older_pack_is_refused_after_a_restart_and_with_newer_files_beside_it(counter: Counter) -> None:
    old = (counter.pack / layout.TIMESTAMP).read_bytes()
    counter.publish(1)
    counter.update(1)
    counter.store = TrustStore(counter.folder / "store")
    (counter.pack / layout.TIMESTAMP).write_bytes(old)
    assert counter.refuses(2) == "pack.older"


@scenario("root-same-version-other-bytes")
def test_two_packs_of_one_number_are_two_truths(counter: Counter) -> None:
    version = timestamp_of(counter.pack).signed.version
    counter.publish(1, timestamp_version=version)
    assert counter.refuses(1) == "pack.two-truths"


@scenario("root-same-version-other-bytes")
def test_two_roots_of_one_number_are_two_truths(counter: Counter) -> None:
    counter.operator.add_root()
    counter.publish(1)
    counter.update(1)
    other = counter.operator.root(version=2, expires=AT + 100 * DAY)
    counter.operator.roots[2] = signed(
        other, [counter.operator.signer("officer-2"), counter.operator.signer("officer-3")]
    )
    counter.publish(2)
    assert counter.refuses(2) == "pack.two-truths"


def test_the_same_pack_again_changes_nothing(counter: Counter) -> None:
    assert counter.update(1).action is Action.UNCHANGED


@scenario("root-skip")
def test_a_missing_root_is_missed(counter: Counter) -> None:
    counter.operator.officers = ("officer-4", "officer-5", "officer-6")
    counter.operator.add_root(["officer-1", "officer-2", "officer-4", "officer-5"])
    counter.operator.add_root()
    counter.publish(1)
    (counter.pack / layout.METADATA / "2.root.json").unlink()
    assert counter.refuses(1) == "pack.root-missing"


@scenario("root-skip")
def test_a_missing_root_with_another_daily_key_is_no_way_in(counter: Counter) -> None:
    counter.operator.daily = "daily-2"
    counter.operator.add_root()
    counter.publish(1)
    (counter.pack / layout.METADATA / "2.root.json").unlink()
    assert counter.refuses(1) == "pack.signature"


@scenario("root-chain")
def test_two_roots_in_one_pack_are_walked(counter: Counter) -> None:
    counter.operator.officers = ("officer-2", "officer-3", "officer-4")
    counter.operator.add_root(["officer-2", "officer-3"])
    counter.operator.officers = ("officer-3", "officer-4", "officer-5")
    counter.operator.add_root(["officer-3", "officer-4"])
    counter.publish(1)
    assert counter.update(1).action is Action.UPDATED
    assert counter.root_version == 3


@scenario("root-new-keys-only")
def test_a_root_that_only_its_own_keys_signed_is_refused(counter: Counter) -> None:
    counter.operator.officers = ("officer-4", "officer-5", "officer-6")
    counter.operator.add_root(["officer-4", "officer-5"])
    counter.publish(1)
    assert counter.refuses(1) == "pack.signature"


@scenario("root-old-keys-only")
def test_a_root_that_only_the_old_keys_signed_is_refused(counter: Counter) -> None:
    counter.operator.officers = ("officer-4", "officer-5", "officer-6")
    counter.operator.add_root(["officer-1", "officer-2"])
    counter.publish(1)
    assert counter.refuses(1) == "pack.signature"


@scenario("threshold-below")
def test_one_officer_alone_makes_no_root(counter: Counter) -> None:
    counter.operator.add_root(["officer-1"])
    counter.publish(1)
    assert counter.refuses(1) == "pack.signature"


def _twice(root: dict[str, Any]) -> None:
    """Give officer 1's key a second name, and let it stand for two."""
    names = root["signed"]["roles"]["root"]["keyids"]
    root["signed"]["keys"]["f" * 64] = copy.deepcopy(root["signed"]["keys"][names[0]])
    names.append("f" * 64)
    root["signatures"].append({**root["signatures"][0], "keyid": "f" * 64})


def _respelt(root: dict[str, Any]) -> None:
    """Do the same, with the key written down in another way."""
    _twice(root)
    value = root["signed"]["keys"]["f" * 64]["keyval"]
    value["public"] = value["public"].replace("\n", "\r\n")


def _threshold(number: object) -> Callable[[dict[str, Any]], None]:
    def bend(root: dict[str, Any]) -> None:
        root["signed"]["roles"]["root"]["threshold"] = number

    return bend


def _version(number: object) -> Callable[[dict[str, Any]], None]:
    def bend(root: dict[str, Any]) -> None:
        root["signed"]["version"] = number

    return bend


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        pytest.param(_twice, "pack.threshold", id="one key under two names"),
        pytest.param(_respelt, "pack.threshold", id="one key written in two ways"),
    ],
)
@scenario("threshold-dup")
def test_one_key_counts_once(counter: Counter, bend: Callable[[dict[str, Any]], None], code: str) -> None:
    assert _bent_root(counter, bend) == code


@pytest.mark.parametrize("number", [0, -1, True, 2.0, "2", None])
@scenario("threshold-zero")
def test_a_threshold_of_nothing_is_refused(counter: Counter, number: object) -> None:
    assert _bent_root(counter, _threshold(number)) in {"pack.threshold", "json.malformed"}


@scenario("threshold-over")
def test_a_threshold_that_nobody_can_reach_is_refused(counter: Counter) -> None:
    assert _bent_root(counter, _threshold(4)) == "pack.threshold"


@pytest.mark.parametrize("number", [2.0, "2", True, 0, -2, 2**53, 2**63 - 1, None])
@scenario("version-float")
def test_a_version_is_a_whole_number(counter: Counter, number: object) -> None:
    assert _bent_root(counter, _version(number)) in {"pack.metadata", "json.malformed"}


@scenario("version-float")
def test_a_version_is_a_number(counter: Counter) -> None:
    counter.publish(1)
    path = counter.pack / layout.TIMESTAMP
    for odd in (b"NaN", b"1e3", b"8.0", b"Infinity"):
        version = str(timestamp_of(counter.pack).signed.version).encode()
        path.write_bytes(path.read_bytes().replace(b'"version": ' + version, b'"version": ' + odd, 1))
        assert counter.refuses(1) == "json.malformed"
        counter.publish(1)


def _bent_root(counter: Counter, bend: Callable[[dict[str, Any]], None]) -> str:
    """Offer a second root that is bent, and signed anew by everybody; return what the store says."""
    root = json.loads(signed(counter.operator.root(), []))
    root["signatures"] = [
        {"keyid": counter.operator.key(each).keyid, "sig": ""} for each in counter.operator.officers
    ]
    bend(root)
    counter.operator.roots[2] = json.dumps(root).encode()
    counter.publish(1)
    return counter.refuses(1)
