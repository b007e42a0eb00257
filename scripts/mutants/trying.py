"""Try changes: `python -m scripts.mutants.trying SECONDS GLOB TESTS...` in the folder of an area.

pytest collects the tests once. Each is then run once in a fork, which says how long it takes and which lines
it reaches; each change is tried in a fork of that untouched process by the tests that reach its lines: first
those that noticed something in the same function, then the quick ones, none after the first that fails.
Nothing that a test leaves behind, such as an answer that is remembered, is seen by the next change.
"""

from __future__ import annotations

import contextlib
import fnmatch
import gc
import hashlib
import importlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage, CoverageData

from scripts.mutants import making
from scripts.mutants.forks import in_a_fork

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTCOMES, TESTS, MODULES = Path("outcomes.json"), Path("tests.json"), Path("modules.json")
NOTICED, SLOW, SURVIVED, UNREACHED = "noticed", "too slow", "not noticed", "not reached"
_AT_IMPORT = "import"
_PATIENCE, _LEAST = 10, 30
_DEADLINE = 300.0
_SAVE_EVERY = 25
_TASTED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Until when to work (monotonic), to which file to speak, and which changes to try."""

    until: float
    say: int
    only: str


class Session:
    """The collected tests, and what is known of them and of the changes."""

    def __init__(self, items: Sequence[pytest.Item], told: Told, imported: set[str]) -> None:
        """Take the collected `items`."""
        self.items = {item.nodeid: item for item in items}
        self.until, self.say, self.only, self.imported = told.until, told.say, told.only, imported
        self.mutants = making.read(Path())
        self.noticing: dict[str, Counter[str]] = defaultdict(Counter)
        self.tests: dict[str, dict[str, object]] = {}
        self.outcomes: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        """Learn what the tests reach, then try what was not tried with these tests."""
        self._import_ahead()
        gc.collect()
        gc.freeze()
        digests = self._digests()
        known = json.loads(TESTS.read_text("utf-8")) if TESTS.exists() else {}
        for at, (name, item) in enumerate(self.items.items()):
            digest = digests[_file(item)]
            if known.get(name, {}).get("digest") != digest:
                known[name] = {**self._learn(item), "digest": digest}
                if at % _SAVE_EVERY == 0:
                    TESTS.write_text(json.dumps(known), "utf-8")
        self.tests = {name: known[name] for name in self.items}
        TESTS.write_text(json.dumps(self.tests), "utf-8")
        failing = [name for name, test in self.tests.items() if not test["good"]]
        self._print(f"{len(self.items)} tests; {len(failing)} fail unchanged and are left out: {failing}")
        self._try_all(hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()[:12])

    def _import_ahead(self) -> None:
        """Import once for all forks what tests import while they run; note what that reaches, as before."""
        groups: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in self.items.values():
            groups[_file(item)].append(item)
        first = [item for group in groups.values() for item in group[:_TASTED]]
        before = set(sys.modules)

        def work() -> int:
            _run(first, keep_going=True)
            MODULES.write_text(json.dumps(sorted(set(sys.modules) - before)), "utf-8")
            return 0

        in_a_fork(work, _DEADLINE)
        watching = _watch(Path(_AT_IMPORT).resolve(), self._paths())
        for name in json.loads(MODULES.read_text("utf-8")) if MODULES.exists() else ():
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        self.imported |= _reached_so_far(watching)

    def _paths(self) -> list[str]:
        return sorted({str(Path(each.path).resolve()) for each in self.mutants})

    def _digests(self) -> dict[str, str]:
        """Return a digest of each file of tests with the modules of the area.

        Whatever else changes is taken to change nothing about which lines a test reaches.
        """
        shared = hashlib.sha256()
        for path in self._paths():
            shared.update(Path(path).read_bytes())
        return {
            name: hashlib.sha256(shared.digest() + Path(name).read_bytes()).hexdigest()[:12]
            for name in {_file(item) for item in self.items.values()}
        }

    def _learn(self, item: pytest.Item) -> dict[str, object]:
        data = Path(f"lines-{os.getpid()}").resolve()
        began = time.monotonic()

        def work() -> int:
            watching = _watch(data, self._paths())
            code = _run([item])
            watching.stop()
            watching.save()
            return code

        code = in_a_fork(work, _DEADLINE)
        took = time.monotonic() - began
        lines = _lines(data)
        data.unlink(missing_ok=True)
        return {"seconds": took, "good": code == 0, "lines": lines}

    def _try_all(self, digest: str) -> None:
        reaching: dict[tuple[str, int], list[str]] = defaultdict(list)
        for name, test in self.tests.items():
            if test["good"]:
                for path, lines in test["lines"].items():  # type: ignore[attr-defined]
                    for line in lines:
                        reaching[path, line].append(name)
        self.outcomes = json.loads(OUTCOMES.read_text("utf-8")) if OUTCOMES.exists() else {}
        left = [each for each in self.mutants if self._is_wanted(each) and not self._settled(each, digest)]
        self._print(f"{len(self.mutants)} changes, {len(left)} to be tried")
        for at, mutant in enumerate(left):
            if time.monotonic() > self.until:
                break
            names = {name for line in mutant.lines for name in reaching[mutant.path, line]}
            outcome, by = self._try(mutant, names)
            self.outcomes[mutant.name] = {
                "function": mutant.function,
                "tests": digest,
                "outcome": outcome,
                "by": by,
            }
            if outcome == SURVIVED:
                self._print(f"not noticed: {mutant.name}")
            if at % _SAVE_EVERY == 0:
                self._save()
        self._save()

    def _is_wanted(self, mutant: making.Mutant) -> bool:
        return fnmatch.fnmatch(mutant.name, self.only)

    def _settled(self, mutant: making.Mutant, digest: str) -> bool:
        """Tell whether it was noticed in this function before, or tried in vain with these very tests."""
        before = self.outcomes.get(mutant.name)
        if before is None or before["function"] != mutant.function:
            return False
        if before["outcome"] in {NOTICED, SLOW}:
            self.noticing[_function(mutant)][before["by"]] += 1
            return True
        return before["tests"] == digest

    def _try(self, mutant: making.Mutant, names: set[str]) -> tuple[str, str]:
        if any(f"{mutant.path}:{line}" in self.imported for line in mutant.lines):
            return self._try_anew(mutant)
        if not names:
            return UNREACHED, ""
        order = list(self._order(mutant, names))
        limit = _LEAST + _PATIENCE * sum(self._seconds(name) for name in order)
        note = Path(f"noticed-{os.getpid()}").resolve()

        def work() -> int:
            _choose(mutant.name)
            return _run([self.items[name] for name in order], note)

        code = in_a_fork(work, limit)
        by = note.read_text("utf-8") if note.exists() else ""
        note.unlink(missing_ok=True)
        if code is None:
            return SLOW, ""
        if code == 0:
            return SURVIVED, ""
        if by:
            self.noticing[_function(mutant)][by] += 1
        return NOTICED, by

    def _try_anew(self, mutant: making.Mutant) -> tuple[str, str]:
        """Run all tests in a program of its own: this change is reached while modules are imported."""
        files = sorted({_file(item) for item in self.items.values()})
        environment = {**os.environ, "MUTANT_UNDER_TEST": mutant.name}

        def work() -> int:
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow"]
            os.execve(sys.executable, [*command, *files], environment)  # noqa: S606 - the same interpreter

        limit = _LEAST + _PATIENCE * sum(self._seconds(name) for name in self.items)
        code = in_a_fork(work, limit)
        return (SLOW if code is None else NOTICED if code else SURVIVED), ""

    def _order(self, mutant: making.Mutant, names: set[str]) -> Iterator[str]:
        """Yield who noticed most in this function, then the others: modules together, quick modules first."""
        first = [name for name, _ in self.noticing[_function(mutant)].most_common(3) if name in names]
        yield from first
        modules: dict[str, list[str]] = defaultdict(list)
        for name in names - set(first):
            modules[_file(self.items[name])].append(name)
        for group in sorted(modules.values(), key=lambda group: sum(map(self._seconds, group))):
            yield from sorted(group, key=self._seconds)

    def _seconds(self, name: str) -> float:
        return float(self.tests[name]["seconds"])  # type: ignore[arg-type]

    def _save(self) -> None:
        wanted = {each.name: self.outcomes[each.name] for each in self.mutants if each.name in self.outcomes}
        fresh = OUTCOMES.with_suffix(".new")
        fresh.write_text(json.dumps(wanted, indent=1), "utf-8")
        fresh.replace(OUTCOMES)

    def _print(self, text: str) -> None:
        os.write(self.say, f"{time.strftime('%H:%M:%S')} {text}\n".encode())


class Plugin:
    """Takes over from pytest where its tests are collected."""

    def __init__(self, told: Told, watching: Coverage) -> None:
        """Watch what imports reach until then."""
        self.told, self.watching = told, watching

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try changes, and run no test here."""
        imported = _reached_so_far(self.watching)
        if not session.testsfailed:
            Session(session.items, self.told, imported).run()
        return True


def _watch(data: Path, paths: list[str]) -> Coverage:
    """Begin to note which lines of these modules are reached."""
    watching = Coverage(data_file=str(data), include=paths, config_file=False)
    watching.set_option("run:disable_warnings", ["no-data-collected"])
    watching.start()
    return watching


def _reached_so_far(watching: Coverage) -> set[str]:
    """Watch no more, and return each `path:line` that was reached."""
    watching.stop()
    watching.save()
    data = Path(_AT_IMPORT).resolve()
    found = {f"{path}:{line}" for path, lines in _lines(data).items() for line in lines}
    data.unlink(missing_ok=True)
    return found


def _choose(name: str) -> None:
    from mutmut.mutation.trampoline import set_mutant_under_test  # noqa: PLC0415 - only where it is used

    set_mutant_under_test(name)


def _run(items: Sequence[pytest.Item], note: Path | None = None, *, keep_going: bool = False) -> int:
    """Run tests until one fails, and note which; return 1 where one did."""
    failed: list[str] = []

    class Watch:
        @staticmethod
        def pytest_runtest_logreport(report: pytest.TestReport) -> None:
            if report.failed:
                failed.append(report.nodeid)

    items[0].config.pluginmanager.register(Watch())
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failed and not keep_going:
            if note is not None:
                note.write_text(failed[0], "utf-8")
            return 1
    return 0


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _function(mutant: making.Mutant) -> str:
    return mutant.name.partition("__mutmut_")[0]


def _lines(path: Path) -> dict[str, list[int]]:
    """Return which lines of which modules were reached."""
    if not path.exists():
        return {}
    data = CoverageData(str(path))
    data.read()
    here = Path.cwd()
    return {str(Path(each).relative_to(here)): list(data.lines(each) or ()) for each in data.measured_files()}


def main(seconds: float, only: str, tests: list[str]) -> int:
    """Try the changes of this glob for so long; return the exit code of the collection."""
    until = time.monotonic() + seconds
    say = os.dup(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    paths = sorted({str(Path(each.path).resolve()) for each in making.read(Path())})
    watching = _watch(Path(_AT_IMPORT).resolve(), paths)
    options = ["-q", "-m", "not slow", "-p", "no:cacheprovider", "--rootdir=.", *tests]
    return int(pytest.main(options, plugins=[Plugin(Told(until, say, only), watching)]))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2], sys.argv[3:]))
