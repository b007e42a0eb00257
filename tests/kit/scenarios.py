"""Situations that must end as stated, by their names, and the way in which a test says which one it shows.

A test names them with `@scenario("freeze")`, which is short for the mark `scenario(list, name)`, or in its
own name: `test_scenario_freeze` and whatever may follow it; in `tests/flows` without the word in the middle.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T", bound="Callable[..., object]")

TRUST: Final = (
    "root-rollback",
    "root-same-version-other-bytes",
    "root-skip",
    "root-chain",
    "root-new-keys-only",
    "root-old-keys-only",
    "threshold-dup",
    "threshold-below",
    "threshold-zero",
    "threshold-over",
    "freeze",
    "freeze-status",
    "fast-forward",
    "version-float",
    "mix-and-match",
    "endless-data",
    "truncate",
    "bitflip",
    "kill-during-update",
    "disk-full-during-update",
    "readonly-store",
    "two-processes",
    "clock-back-year",
    "clock-back-minute",
    "clock-forward-30y",
    "clock-dst",
    "clock-rtc-dead",
    "expired-at-start-valid-at-finish",
    "anchor-removed",
    "ds-revoked",
    "scope",
    "scope-region",
    "name-clash",
    "unsigned-import",
    "symlink-import",
    "wiped-state",
    "backup-restore",
    "status-rollback",
    "status-unrevoke",
    "status-other-issuer",
    "status-missing",
)
"""Lists of whom to trust, statuses, and how both are brought up to date."""

PRESENTATION: Final = (
    "replay-response",
    "replay-same-session",
    "screenshot",
    "screenshot-oneway",
    "relay",
    "request-replay",
    "request-expired",
    "request-future",
    "reader-cert-untrusted",
    "reader-cert-expired",
    "reader-eku",
    "reader-sig-bad",
    "reader-auth-not-enforced",
    "reader-name-spoof",
    "over-ask",
    "over-ask-all",
    "intent-to-retain",
    "purpose-missing",
    "response-extra",
    "response-other-doc",
    "response-missing",
    "response-unasked",
    "device-sig-missing",
    "device-sig-other-key",
    "device-sig-wrong-transcript",
    "device-sig-doctype",
    "device-mac-confusion",
    "device-ns-injected",
    "frames-mixed",
    "frames-dup-order",
    "frames-count-lie",
    "two-holders",
    "cancel",
    "power-off",
    "shoulder",
    "log-minimal",
)
"""A wallet and a counter, and whoever stands between them."""

WALLET_STORE: Final = (
    *(f"bitflip-{number}" for number in range(11)),
    "truncate-each",
    "append",
    "chunk-swap",
    "chunk-drop-last",
    "chunk-from-older-save",
    "header-kdf-lower",
    "header-kdf-bomb",
    "header-alg",
    "version-newer",
    "nonce-reuse",
    "empty",
    "not-ours",
    "huge",
    "symlink",
    "perms",
    "temp-plain",
    "core-dump",
    "clipboard",
    "wrong-pass-1000",
    "pin-4",
    "unicode-pass",
    "rollback",
    "two-instances",
    "kill-save",
    "enospc",
    "powerloss",
    "backup-restore",
)
"""The wallet's file, and whoever holds it without the passphrase."""

ISSUER: Final = (
    "double-submit",
    "status-index-race",
    "index-random",
    "batch-time",
    "salt-unique",
    "nonce-kill",
    "revoke-durable",
    "revoke-order",
    "ds-near-expiry",
    "ds-stolen",
    "root-online",
    "two-person",
    "audit-edit",
    "audit-truncate",
    "authz",
    "auth-brute",
    "api-fuzz",
    "slowloris",
    "big-body",
    "headers",
    "tls",
    "ssrf",
    "csv-import",
    "csv-export",
    "zip-slip",
    "sql",
    "log-privacy",
    "load",
    "disk-full",
    "backup-restore",
    "clock-back",
)
"""What an agency holds, and its interfaces."""

LISTS: Final = ("trust-list-and-status-updates", "presentation-protocol")
_TESTS: Final = Path(__file__).parents[1]


def scenario(*names: str) -> Callable[[T], T]:
    """Say which scenarios a test, or a class of tests, shows."""
    unknown = set(names) - {*TRUST, *PRESENTATION}
    if unknown:
        raise ValueError(f"no such scenario: {sorted(unknown)}")

    def decorate(test: T) -> T:
        for name in names:
            test = pytest.mark.scenario(LISTS[name in PRESENTATION], name)(test)
        return test

    return decorate


def named_in_tests() -> set[str]:
    """Return every scenario that some test names, read from the tests' source."""
    found: set[str] = set()
    for path in sorted(_TESTS.rglob("test_*.py")):
        prefixes = ["test_scenario_", "test_"] if path.parent.name == "flows" else ["test_scenario_"]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.update(_marked(node))
                found.update(_in_name(node.name, prefixes))
                found.update(re.findall(r"Scenarios? ([a-z0-9-]+)", ast.get_docstring(node) or ""))
    return found & {*TRUST, *PRESENTATION}


def named_as_run(which: str, names: tuple[str, ...]) -> set[str]:
    """Return every scenario of a list that a test names when it runs: by its name, a parameter's id, a mark.

    The modules are loaded: a test over no parameters, or a name that is only spoken of, does not count.
    """
    spelt = f"scenario_{which.replace('-', '_')}_"
    found: set[str] = set()
    for path in sorted(_TESTS.rglob("test_*.py")):
        if spelt in (text := path.read_text("utf-8")) or f'scenario("{which}"' in text:
            for test in _tests_of(path):
                for said in _ids(test):
                    _, here, rest = said.partition(spelt)
                    plain = rest.replace("_", "-")
                    fitting = [each for each in names if plain == each or plain.startswith(f"{each}-")]
                    found.update([max(fitting, key=len)] if here and fitting else [])
                marks = getattr(test, "pytestmark", ())
                found.update(
                    str(each.args[1]) for each in marks if each.name == "scenario" and each.args[0] == which
                )
    return found & set(names)


def _tests_of(path: Path) -> list[object]:
    """Load a module and return its tests, those of classes too."""
    spec = importlib.util.spec_from_file_location(f"named_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    tops = [value for name, value in vars(module).items() if name.lower().startswith("test")]
    inner = [value for top in tops if isinstance(top, type) for value in vars(top).values()]
    return [each for each in (*tops, *inner) if callable(each)]


def _ids(test: object) -> Iterator[str]:
    """Yield a test's name, and the ids of its parameters; nothing where a parameter has no values."""
    asked = [each for each in getattr(test, "pytestmark", ()) if each.name == "parametrize"]
    if all(list(each.args[1]) for each in asked):
        yield str(getattr(test, "__name__", ""))
    for each in asked:
        yield from (str(value.id) for value in each.args[1] if getattr(value, "id", None))


def _marked(node: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    for each in node.decorator_list:
        called = each.func if isinstance(each, ast.Call) else None
        if isinstance(each, ast.Call) and ast.unparse(called or each) in ("scenario", "pytest.mark.scenario"):
            yield from (str(one.value) for one in each.args if isinstance(one, ast.Constant))


def _in_name(name: str, prefixes: list[str]) -> Iterator[str]:
    for prefix in prefixes:
        words = name.removeprefix(prefix).replace("_", "-")
        fitting = [each for each in (*TRUST, *PRESENTATION) if words == each or words.startswith(f"{each}-")]
        if words != name.replace("_", "-") and fitting:
            yield max(fitting, key=len)
            return
