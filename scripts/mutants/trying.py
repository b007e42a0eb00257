"""Try changes: `python -m scripts.mutants.trying SECONDS GLOB 0|1 TESTS...` in the folder of an area.

pytest collects the tests once. Each is then run once in a fork, which says how long it takes and which lines
it reaches; each change is tried in a fork of that untouched process by the tests that reach its lines: first
those that noticed something in the same function, then one of each kind, none after the first that fails.
All changes are tried by a few tests each; then what none of them noticed is tried by all.
Nothing that a test leaves behind, such as an answer that is remembered, is seen by the next change. With 1 in
place of 0 the tests are not all of the area's: what they do not notice stays as it was.
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
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage

from scripts.mutants import making
from scripts.mutants.forks import end_after, in_a_fork

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTCOMES, TESTS, MODULES = Path("outcomes.json"), Path("tests.json"), Path("modules.json")
NOTICED, SLOW, SURVIVED, UNREACHED = "noticed", "too slow", "not noticed", "not reached"
UNSETTLED = "not noticed yet"
_PATIENCE, _LEAST = 10, 3
_DEADLINE = 600.0
_FIRST_SECONDS = 1.5
_SAVE_EVERY = 25
_TASTED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Until when to work (monotonic), to which file to speak, which changes to try, by all tests or some."""

    until: float
    say: int
    only: str
    some: bool


class Session:
    """The collected tests, and what is known of them and of the changes."""

    def __init__(self, items: Sequence[pytest.Item], told: Told, imported: set[str]) -> None:
        """Take the collected `items`."""
        self.items = {item.nodeid: item for item in items}
        self.until, self.say, self.told, self.imported = told.until, told.say, told, imported
        self.mutants = making.read(Path())
        self.noticing: dict[str, Counter[str]] = defaultdict(Counter)
        self.noticed: Counter[str] = Counter()
        self.tests: dict[str, dict[str, object]] = {}
        self.outcomes: dict[str, dict[str, str]] = {}
        self.unsaved = 0

    def run(self) -> None:
        """Learn what the tests reach, then try what was not tried with these tests."""
        self._import_ahead()
        gc.collect()
        gc.freeze()
        digests = self._digests()
        known = json.loads(TESTS.read_text("utf-8")) if TESTS.exists() else {}
        watching = _watch(self._paths())
        for at, (name, item) in enumerate(self.items.items()):
            digest = digests[_file(item)]
            if known.get(name, {}).get("digest") != digest:
                known[name] = {**_learn(item, watching), "digest": digest}
                if at % _SAVE_EVERY == 0:
                    TESTS.write_text(json.dumps(known), "utf-8")
        watching.stop()
        self.tests = {name: known[name] for name in self.items}
        TESTS.write_text(json.dumps(known), "utf-8")
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
        watching = _watch(self._paths())
        for name in json.loads(MODULES.read_text("utf-8")) if MODULES.exists() else ():
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        self.imported |= _places(_reached(watching))

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
        passes = (False,) if self.told.some else (True, False)
        for first in passes:
            for each in left:
                if time.monotonic() > self.until:
                    break
                if self.told.some or self._is_open(each, digest) is not first:
                    self._take(each, reaching, digest, first=first)
            self._save()
            self._print(f"{'a few tests each' if first else 'all tests'}: done, or out of time")

    def _take(
        self, mutant: making.Mutant, reaching: dict[tuple[str, int], list[str]], digest: str, *, first: bool
    ) -> None:
        """Try a change by the tests that reach it, and note what came of it."""
        names = {name for line in mutant.lines for name in reaching[mutant.path, line]}
        outcome, by = self._try(mutant, names, first=first)
        if outcome not in {NOTICED, SLOW}:
            if self.told.some:
                return
            if outcome == SURVIVED:
                self._print(f"not noticed: {mutant.name}")
        self.outcomes[mutant.name] = {
            "function": mutant.function,
            "tests": digest,
            "outcome": outcome,
            "by": by,
        }
        self.unsaved += 1
        if self.unsaved > _SAVE_EVERY:
            self._save()

    def _is_open(self, mutant: making.Mutant, digest: str) -> bool:
        """Tell whether only a few of these tests tried it so far, and none noticed."""
        known = self.outcomes.get(mutant.name, {})
        return (known.get("outcome"), known.get("tests")) == (UNSETTLED, digest)

    def _is_wanted(self, mutant: making.Mutant) -> bool:
        return fnmatch.fnmatch(mutant.name, self.told.only)

    def _settled(self, mutant: making.Mutant, digest: str) -> bool:
        """Tell whether it was noticed in this function before, or tried in vain with these very tests."""
        before = self.outcomes.get(mutant.name)
        if before is None or before["function"] != mutant.function:
            return False
        if before["outcome"] in {NOTICED, SLOW}:
            self._note(mutant, before["by"])
            return True
        return before["tests"] == digest and before["outcome"] != UNSETTLED

    def _try(self, mutant: making.Mutant, names: set[str], *, first: bool) -> tuple[str, str]:
        imported = any(f"{mutant.path}:{line}" in self.imported for line in mutant.lines)
        if imported and not first and not self.told.some:
            return self._try_anew(mutant)
        if not names:
            return (UNSETTLED if imported else UNREACHED), ""
        whole = list(self._order(mutant, names))
        few = self._few(whole)
        # The second time all: who noticed most, and so comes first, is another by then.
        order = whole[:few] if first and not self.told.some else whole
        note = Path(f"noticed-{os.getpid()}").resolve()

        def work() -> int:
            _choose(mutant.name)
            limits = [_LEAST + _PATIENCE * self._seconds(name) for name in order]
            return _run([self.items[name] for name in order], note, limits)

        code = in_a_fork(work, _DEADLINE).code if order else 0
        by = note.read_text("utf-8") if note.exists() else ""
        note.unlink(missing_ok=True)
        if code is None:
            return SLOW, ""
        if code == 0:
            return (UNSETTLED if imported or (few < len(whole) and first) else SURVIVED), ""
        if by:
            self._note(mutant, by)
        return NOTICED, by

    def _note(self, mutant: making.Mutant, by: str) -> None:
        self.noticing[_function(mutant)][by] += 1
        self.noticed[by] += 1

    def _few(self, order: list[str]) -> int:
        """Return how many of these tests are tried first: at least one, and seconds of a processor."""
        left = _FIRST_SECONDS
        for at, name in enumerate(order):
            left -= self._seconds(name)
            if left < 0:
                return at or 1
        return len(order)

    def _try_anew(self, mutant: making.Mutant) -> tuple[str, str]:
        """Run all tests in a program of its own: this change is reached while modules are imported."""
        files = sorted({_file(item) for item in self.items.values()})
        environment = {**os.environ, "MUTANT_UNDER_TEST": mutant.name}

        def work() -> int:
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow"]
            os.execve(sys.executable, [*command, *files], environment)  # noqa: S606 - the same interpreter

        code = in_a_fork(work, _DEADLINE).code
        return (SLOW if code is None else NOTICED if code else SURVIVED), ""

    def _order(self, mutant: making.Mutant, names: set[str]) -> Iterator[str]:
        """Yield who noticed most, here and elsewhere, then one case of each test, quick ones first."""
        most = [name for name, _ in self.noticing[_function(mutant)].most_common() if name in names][:3]
        most += [name for name, _ in self.noticed.most_common() if name in names and name not in most][:5]
        yield from most
        cases: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names.difference(most), key=self._seconds):
            cases[name.partition("[")[0]].append(name)
        for round_ in zip_longest(*cases.values()):
            yield from sorted((name for name in round_ if name), key=self._seconds)

    def _seconds(self, name: str) -> float:
        return float(self.tests[name]["seconds"])  # type: ignore[arg-type]

    def _save(self) -> None:
        wanted = {each.name: self.outcomes[each.name] for each in self.mutants if each.name in self.outcomes}
        fresh = OUTCOMES.with_suffix(".new")
        fresh.write_text(json.dumps(wanted, indent=1), "utf-8")
        fresh.replace(OUTCOMES)
        self.unsaved = 0

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
        imported = _places(_reached(self.watching))
        if not session.testsfailed:
            Session(session.items, self.told, imported).run()
        return True


def _watch(paths: list[str]) -> Coverage:
    """Begin to note which lines of these modules are reached, in memory: a file costs as much as a test."""
    watching = Coverage(data_file=None, include=paths, config_file=False)
    watching.set_option("run:disable_warnings", ["no-data-collected"])
    watching.start()
    return watching


def _reached(watching: Coverage) -> dict[str, list[int]]:
    """Watch no more, and return which lines of which modules were reached."""
    watching.stop()
    data, here = watching.get_data(), Path.cwd()
    return {str(Path(each).relative_to(here)): list(data.lines(each) or ()) for each in data.measured_files()}


def _places(reached: dict[str, list[int]]) -> set[str]:
    """Return each `path:line`."""
    return {f"{path}:{line}" for path, lines in reached.items() for line in lines}


def _learn(item: pytest.Item, watching: Coverage) -> dict[str, object]:
    """Return how long a test takes, whether it passes, and which lines it reaches."""
    note = Path(f"lines-{os.getpid()}").resolve()

    def work() -> int:
        code = _run([item])
        note.write_text(json.dumps(_reached(watching)), "utf-8")
        return code

    ended = in_a_fork(work, _DEADLINE)
    lines = json.loads(note.read_text("utf-8")) if note.exists() else {}
    note.unlink(missing_ok=True)
    return {"seconds": ended.seconds, "good": ended.code == 0, "lines": lines}


def _choose(name: str) -> None:
    from mutmut.mutation.trampoline import set_mutant_under_test  # noqa: PLC0415 - only where it is used

    set_mutant_under_test(name)


def _run(
    items: Sequence[pytest.Item],
    note: Path | None = None,
    limits: Sequence[float] = (),
    *,
    keep_going: bool = False,
) -> int:
    """Run tests until one fails, and note which; return 1 where one did.

    `limits` are the seconds of its own time after which the process ends within each test.
    """
    failed: list[str] = []

    class Watch:
        @staticmethod
        def pytest_runtest_logreport(report: pytest.TestReport) -> None:
            if report.failed:
                failed.append(report.nodeid)

    items[0].config.pluginmanager.register(Watch())
    for at, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
        if limits:
            end_after(limits[at])
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


def main(seconds: float, only: str, tests: list[str], *, some: bool) -> int:
    """Try the changes of this glob for so long; return the exit code of the collection."""
    until = time.monotonic() + seconds
    say = os.dup(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    paths = sorted({str(Path(each.path).resolve()) for each in making.read(Path())})
    watching = _watch(paths)
    options = ["-q", "-m", "not slow", "-p", "no:cacheprovider", "--rootdir=.", *tests]
    return int(pytest.main(options, plugins=[Plugin(Told(until, say, only, some), watching)]))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2], sys.argv[4:], some=sys.argv[3] == "1"))
