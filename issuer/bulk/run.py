"""A bulk run: checked whole, confirmed, then part after part, each durable in the register before it counts.

1. The table is staged, and every row checked on the workers. What is wrong is told, all of it.
2. A person decides, knowing how many people it touches.
3. For each part the coordinator takes places in a status list for good; a worker signs, and writes the
   part's file under a name that does not count.
4. One transaction records every batch of the part with its act, uses up nonces, and notes the file's digest.
5. Only then the file gets the name that counts.

A run that broke off at any point is started again by the same command. Parts that the register has are not
made again: if their file has no name yet, it gets it. Parts that it does not have were given to nobody, and
are made anew. Documents go from worker to file; through here go digests.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.names import fingerprint
from issuer.agency import auditing, changing, leave
from issuer.agency.lists import list_for
from issuer.bulk import intake
from issuer.bulk.job import DEVICE_KEY, REQUEST
from issuer.bulk.worker import STAGED, check_part, issue_part
from issuer.register.bulk import PartRecord, issuing
from issuer.subjects import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from issuer.agency.desk import Desk
    from issuer.agency.types import TypeFile
    from issuer.bulk.job import Checked, Job, Made
    from issuer.bulk.pools import Pool
    from issuer.register.allowance import Wanted

STATE = "run.json"
"""The file of a run's folder that says whose rows these are; with it the same command goes on."""


class BulkRefusedError(UsageError):
    """Nothing was issued; `problems` has every bad row, in the order of lines."""

    def __init__(self, problems: tuple[Problem, ...], rows: int) -> None:
        super().__init__("bulk.refused", problems=len(problems), rows=rows)
        self.problems = problems


class BulkStoppedError(CounterproofError):
    """Somebody stopped the run; what is done is done, and the same command goes on."""

    def __init__(self, done: int, rows: int) -> None:
        super().__init__("bulk.stopped", done=done, rows=rows)


@dataclass
class State:
    """What a run's folder says of it: whose rows these are, and what was checked and decided."""

    run: str
    digest: str
    doc_type: str
    rows: int = 0
    people: int = 0
    documents: list[int] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much a run is, and how much of it is done."""

    run: str
    doc_type: str
    rows: int
    people: int
    documents: int
    left_out: int
    done: int
    resumed: bool
    shortened: bool


class BulkRun:
    """One table, issued to one folder."""

    def __init__(
        self,
        desk: Desk,
        entry: TypeFile,
        job: Job,
        state: State,
        *,
        problems: Sequence[Problem] = (),
        shortened: bool = False,
    ) -> None:
        self.desk, self._entry, self.out, self.job, self.state = desk, entry, job.out, job, state
        self._problems = list(problems)
        self.shortened = shortened
        self.resumed = state.checked
        self.overtaken: list[Problem] = []

    def check(self, pool: Pool, progress: Callable[[int], None]) -> tuple[Problem, ...]:
        """Check every row, across the whole table and against the register; return all that is wrong."""
        state = self.state
        people: dict[bytes, int] = {}
        keys: dict[bytes, int] = {}
        nonces: dict[bytes, int] = {}
        counts: dict[int, list[tuple[int, int]]] = {}
        for number, checked in self._each(
            pool, check_part, deque(range(self._parts)), lambda n: (self.job, n)
        ):
            self._problems += checked.problems
            counts[number] = self._judge(checked, people, keys, nonces)
            progress(self._rows_in(number))
        self._problems.sort(key=lambda problem: problem.line)
        state.left_out = {str(problem.line): problem.code for problem in self._problems}
        good = [
            sum(documents for line, documents in counts[number] if str(line) not in state.left_out)
            for number in range(self._parts)
        ]
        state.documents, state.checked = good, True
        state.people = sum(str(line) not in state.left_out for each in counts.values() for line, _ in each)
        return tuple(self._problems)

    def _judge(
        self,
        checked: Checked,
        people: dict[bytes, int],
        keys: dict[bytes, int],
        nonces: dict[bytes, int],
    ) -> list[tuple[int, int]]:
        """Add what only the whole table and the register can tell of a part; return documents by line."""
        seen = ((people, "subjects.twice", "subject"), (keys, "bulk.key-twice", self._column))
        marks = ([(line, mark) for line, mark, _ in checked.people], checked.keys)
        for (known, code, column), pairs in zip(seen, marks, strict=True):
            for line, mark in pairs:
                # Parts come back in any order: of two lines it is always the later one that is told.
                first = known.setdefault(mark, line)
                if first != line:
                    known[mark] = min(first, line)
                    facts = {"first": min(first, line)}
                    self._problems.append(Problem(max(first, line), code, column, facts))
        for line, nonce in checked.nonces:
            first = nonces.setdefault(nonce, line)
            if first != line:
                self._problems.append(Problem(max(first, line), "agency.offer-twice", REQUEST))
        refused = self.desk.register.judge_rows(checked.keys, checked.nonces, at=self.job.at)
        self._problems += [Problem(line, code, self._column) for line, code in refused.items()]
        return [(line, documents) for line, _, documents in checked.people]

    @property
    def _column(self) -> str:
        return REQUEST if self.job.sealed else DEVICE_KEY

    @property
    def _parts(self) -> int:
        return -(-self.state.rows // intake.PART_ROWS)

    def _rows_in(self, number: int) -> int:
        return min(intake.PART_ROWS, self.state.rows - number * intake.PART_ROWS)

    def decide(self) -> None:
        """Write down what was checked: from now on the same command goes on with this run."""
        files.write_atomic(self.out / STATE, json.dumps(vars(self.state)).encode())

    def summary(self) -> Summary:
        """Return how much this is, and how much of it counts already."""
        state = self.state
        done = self.desk.register.bulk_parts(state.run)
        return Summary(
            run=state.run,
            doc_type=state.doc_type,
            rows=state.rows,
            people=state.people,
            documents=sum(state.documents),
            left_out=len(state.left_out),
            done=sum(each.rows for each in done),
            resumed=self.resumed,
            shortened=self.shortened,
        )

    @property
    def wanted(self) -> Wanted:
        """What a second person is to agree to, where it is more than one person may do."""
        done = sum(each.rows for each in self.desk.register.bulk_parts(self.state.run))
        people = self.state.people
        return issuing(self.state.run, self._agreed, max(0, people - done), people)

    @property
    def _agreed(self) -> bytes:
        state = self.state
        return leave.digest_of(state.digest, state.doc_type)

    def issue(self, pool: Pool, progress: Callable[[int], None]) -> Summary:
        """Issue every part that does not count yet.

        Raises BulkStoppedError where it is interrupted, UsageError `agency.two-persons`, StoreError
        `bulk.part-lost`, `register.*`, `sealing.*`.
        """
        leave.check(self.desk, self.wanted)
        files.private_dir(self.out / STAGED)
        counted = {each.number: each.digest for each in self.desk.register.bulk_parts(self.state.run)}
        self._name_recorded(counted)
        for number in counted:
            progress(self._rows_in(number))
        open_parts = deque(number for number in range(self._parts) if number not in counted)
        try:
            for number, made in self._each(pool, issue_part, open_parts, self._order):
                if self._record(number, made):
                    progress(self._rows_in(number))
                else:
                    open_parts.appendleft(number)
        except KeyboardInterrupt:
            raise BulkStoppedError(self.summary().done, self.state.rows) from None
        finally:
            auditing.witness(self.desk)
        self._sweep()
        auditing.note(self.desk)
        done = self.summary()
        leave.finish(self.desk, self.wanted, changed=done.documents)
        return done

    def _each(
        self,
        pool: Pool,
        function: Callable[..., Any],
        numbers: deque[int],
        arguments: Callable[[int], tuple[Any, ...]],
    ) -> Iterator[tuple[int, Any]]:
        """Run a function for each part, a few at a time, in whatever order they end.

        Whoever takes the results may put a number back.
        """
        running = 0
        while numbers or running:
            while numbers and running < pool.width:
                number = numbers.popleft()
                pool.submit(_numbered, number, function, *arguments(number))
                running += 1
            yield pool.take()
            running -= 1

    def _order(self, number: int) -> tuple[Any, ...]:
        """Take places for a part, and return what its worker is to be given."""
        lines = frozenset(map(int, self.state.left_out))
        count = self.state.documents[number]
        if count == 0:
            return self.job, number, lines, "", ()
        facts = list_for(self.desk, self._entry.type.status_bits, count)
        indices = self.desk.register.allocate_indices(facts.list_id, count)
        return self.job, number, lines, facts.uri, indices

    def _record(self, number: int, made: Made) -> bool:
        """Make a part count; False where something overtook rows of it, and it must be made again."""
        refused = self.desk.register.record_part(
            self._part(made), rule=changing.rule(self.desk), at=self.desk.clock.now()
        )
        if not refused:
            self._name(number, made.file)
            return True
        self.state.left_out |= {str(line): code for line, code in refused.items()}
        self.overtaken += [Problem(line, code, self._column) for line, code in refused.items()]
        self.decide()
        (self.out / STAGED / made.file).unlink(missing_ok=True)
        return False

    def _part(self, made: Made) -> PartRecord:
        job, kind = self.job, self._entry.type
        uris = {facts.uri: facts.list_id for facts in self.desk.register.status_lists()}
        return PartRecord(
            run=self.state.run,
            number=made.number,
            digest=made.digest,
            doc_type=kind.doc_type,
            doc_type_version=kind.version,
            signer=bytes.fromhex(fingerprint(Certificate.from_der(job.signer))),
            list_id=uris.get(made.uri, 0),
            valid_from=job.valid_from,
            valid_until=job.valid_until,
            who=self.desk.who,
            agreed=self._agreed,
            rows=made.rows,
        )

    def _name(self, number: int, staged: str) -> None:
        with files.plain_errors():
            (self.out / STAGED / staged).rename(self.out / part_name(number))
            files.sync_folder(self.out)

    def _name_recorded(self, done: dict[int, bytes]) -> None:
        """Give the parts that count their name, where a kill came in between; raise for one that is gone."""
        missing = {number: digest for number, digest in done.items() if not self._has(number)}
        if missing:
            staged = {
                bytes.fromhex(intake.digest_of(path)): path.name for path in (self.out / STAGED).iterdir()
            }
            for number, digest in missing.items():
                if digest not in staged:
                    raise StoreError("bulk.part-lost", part=number)
                self._name(number, staged[digest])
        self._sweep()

    def _has(self, number: int) -> bool:
        return (self.out / part_name(number)).is_file()

    def _sweep(self) -> None:
        """Delete parts that never counted: the register knows nothing of them, and nobody has them."""
        for path in (self.out / STAGED).iterdir():
            path.unlink(missing_ok=True)


def part_name(number: int) -> str:
    """Return the name of a part that counts."""
    return f"part-{number:06d}.parquet"


def _numbered(number: int, function: Callable[..., Any], *arguments: Any) -> tuple[int, Any]:
    return number, function(*arguments)
