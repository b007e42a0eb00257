"""Goal 6: bulk issuing on two processes beside one, with the register or Parquet beside without.

`python -m bench.bulk [--json FILE] [--rows N] [--full N]`. CPU seconds are taken in each process, so that a
busy machine changes little; seconds of the clock stand beside them. `--full N` issues N documents as the
command does (check, issue, register, parts). At the end 10 million places, of which one in a hundred is
revoked, are published.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import insert

from counterproof.clock import FixedClock
from counterproof.sealing.kdf import STANDARD
from issuer.agency import Agency, changing
from issuer.bulk import worker
from issuer.bulk.folder import opened
from issuer.bulk.intake import PART_ROWS
from issuer.bulk.pools import Pool, local
from issuer.register import tables
from issuer.register.bulk import PartRecord

if TYPE_CHECKING:
    from issuer.bulk.run import BulkRun

PASSPHRASE = "correct horse battery staple nine"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TYPE = "residency"
GOALS = {"two": 1.8, "register": 0.65, "parquet": 0.80}
ENVIRONMENT = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}


def table(path: Path, rows: int) -> Path:
    """Write a table of people with a device key each."""
    keys = [ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(rows)]
    columns = {
        "subject": [f"P-{n}" for n in range(rows)],
        "family_name": [f"Family{n % 9973}" for n in range(rows)],
        "given_name": [f"Given{n % 7919}" for n in range(rows)],
        "birth_date": [f"{1950 + n % 50}-0{1 + n % 9}-1{n % 10}" for n in range(rows)],
        "resident_borough": ["Harbour Waterside"] * rows,
        "resident_since": ["2019-09-03"] * rows,
        "resident_address": [f"{n % 300} Quay Street, flat {n % 40}" for n in range(rows)],
        "card_number": [f"HB-{n:08d}" for n in range(rows)],
        "device_key": [key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) for key in keys],
    }
    pq.write_table(pa.table(columns), path)
    return path


def _silent(_: int) -> None:
    pass


def timed(job: Any, number: int, indices: Any) -> tuple[float, Any]:
    """Issue a part in whatever process this is, and return the CPU seconds that it took."""
    begin = time.thread_time()
    made = worker.issue_part(job, number, frozenset(), "https://h.example/s1", indices)
    return time.thread_time() - begin, made


def without_parquet(job: Any, number: int, indices: Any) -> float:
    """Return the CPU seconds of a part that is signed, and written nowhere."""
    begin = time.thread_time()
    context, places = worker._context(job), iter(indices)  # noqa: SLF001 - what is measured
    for row in worker._rows(context, number, []):  # noqa: SLF001
        worker._sign(context, row, "https://h.example/s1", places)  # noqa: SLF001
    return time.thread_time() - begin


def spread(pool: Pool, run: BulkRun, parts: int) -> tuple[float, float, list[Any]]:
    """Issue parts on a pool; return CPU seconds of them all, seconds of the clock, and what was made."""
    indices = tuple(range(PART_ROWS))
    for number in range(min(parts, pool.width)):  # every process has its key and its code by then
        pool.submit(timed, run.job, number, indices)
    for _ in range(min(parts, pool.width)):
        pool.take()
    begin = time.perf_counter()
    made: list[Any] = []
    waiting, cpu = iter(range(parts)), 0.0
    running = 0
    for number in waiting:
        pool.submit(timed, run.job, number, indices)
        running += 1
        if running == pool.width:
            break
    while running:
        spent, one = pool.take()
        cpu, made, running = cpu + spent, [*made, one], running - 1
        for number in waiting:
            pool.submit(timed, run.job, number, indices)
            running += 1
            break
    return cpu, time.perf_counter() - begin, made


def record(agency: Agency, run: BulkRun, made: list[Any]) -> tuple[float, float]:
    """Take places for and record every part durably; return CPU seconds and seconds of the clock."""
    (facts, *_) = agency.register.status_lists()
    signer = next(s for s in agency.register.signers() if s.certificate == run.job.signer)
    begin, clock = time.process_time(), time.perf_counter()
    for number, part in enumerate(made):
        places = agency.register.allocate_indices(facts.list_id, len(part.rows))
        rows = [
            type(row)(row.line, f"{number}-{row.subject}", row.batch_id, None, ((*copy[:2], place),))
            for row, place in zip(part.rows, places, strict=True)
            for copy in row.copies
        ]
        refused = agency.register.record_part(
            PartRecord(
                run=run.state.run,
                number=number,
                digest=part.digest,
                doc_type=run.state.doc_type,
                doc_type_version=1,
                signer=signer.fingerprint,
                list_id=facts.list_id,
                valid_from=run.job.valid_from,
                valid_until=run.job.valid_until,
                who="bench",
                agreed=bytes(32),
                rows=rows,
            ),
            rule=changing.rule(agency.desk),
            at=NOW,
        )
        assert not refused, refused
    return time.process_time() - begin, time.perf_counter() - clock


def ratios(folder: Path, agency: Agency, rows: int) -> dict[str, float]:
    """Measure the three goals."""
    source, parts = table(folder / "people.parquet", rows), rows // PART_ROWS
    with opened(agency.desk, source, TYPE, folder / "out", policy=STANDARD) as run:
        run.out.joinpath(worker.STAGED).mkdir(exist_ok=True)
        with local(0, ENVIRONMENT) as pool:
            one_cpu, one_clock, made = spread(pool, run, parts)
            bare = sum(without_parquet(run.job, n, tuple(range(PART_ROWS))) for n in range(parts))
        with local(2, ENVIRONMENT) as pool:
            two_cpu, two_clock, _ = spread(pool, run, parts)
        register_cpu, register_clock = record(agency, run, made)
    return {
        "documents": rows,
        "one_us": one_cpu / rows * 1e6,
        "two_us": two_cpu / rows * 1e6,
        "register_us": register_cpu / rows * 1e6,
        "register_clock_us": register_clock / rows * 1e6,
        "two": 2 * one_cpu / two_cpu,
        "two_clock": one_clock / two_clock,
        "register": two_cpu / (two_cpu + register_cpu),
        "parquet": bare / one_cpu,
    }


def publish(folder: Path) -> dict[str, float]:
    """Publish a list of 10 million places, one in a hundred revoked; seconds."""
    agency = Agency.init(
        folder / "national",
        name="Nation",
        country="XX",
        passphrase=PASSPHRASE,
        status_size=10_000_000,
        types=["eu-age-proof"],
        clock=FixedClock(NOW),
    )
    rows = [
        {"list_id": 1, "idx": index, "status": 1, "reason": "lost", "updated_at": NOW}
        for index in range(0, 10_000_000, 100)
    ]
    with agency.register._store.write() as connection:  # noqa: SLF001 - a nation's worth, at once
        connection.execute(insert(tables.status_entries), rows)
    begin = time.perf_counter()
    agency.publish(folder / "lists")
    spent = time.perf_counter() - begin
    agency.close()
    return {"publish_s": spent}


def full(folder: Path, agency: Agency, rows: int, workers: int) -> dict[str, float]:
    """Issue that many by the command's own way; seconds, and sizes."""
    source = table(folder / "all.parquet", rows)
    with (
        opened(agency.desk, source, TYPE, folder / "all", policy=STANDARD) as run,
        local(workers, ENVIRONMENT) as pool,
    ):
        begin, cpu = time.perf_counter(), sum(os.times()[:2])
        assert not run.check(pool, _silent)
        checked = time.perf_counter() - begin
        run.decide()
        begin = time.perf_counter()
        done = run.issue(pool, _silent).done
        issued = time.perf_counter() - begin
        cpu = sum(os.times()[:2]) - cpu
    assert done == rows
    begin = time.perf_counter()
    agency.register.verify_log()
    verified = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in (folder / "all").glob("part-*.parquet"))
    return {
        "full_rows": rows,
        "check_s": checked,
        "issue_s": issued,
        "coordinator_cpu_s": cpu,
        "per_second": rows / issued,
        "parts_bytes_each": size / rows,
        "register_bytes_each": (agency.desk.folder / "records.db").stat().st_size / rows,
        "verify_s": verified,
    }


def say(found: dict[str, float]) -> bool:
    """Print what was found beside its goals; return whether all were met."""
    print(f"one process {found['one_us']:.0f} us a document, two {found['two_us']:.0f} (CPU);", end=" ")
    print(f"register {found['register_us']:.0f} us CPU, {found['register_clock_us']:.0f} us of the clock")
    met = True
    for name, goal in GOALS.items():
        good = found[name] >= goal
        met &= good
        print(f"{name:10} {found[name]:5.2f}  goal {goal:.2f}  {'met' if good else 'MISSED'}")
    print(f"two by the clock {found['two_clock']:.2f}; publishing 10 million {found['publish_s']:.2f} s")
    per_core = found["two_us"]
    signing, writing = 1e7 * per_core / 6e7, 1e7 * found["register_us"] / 6e7
    print(f"10 million: {signing:.0f} core-minutes on workers, {writing:.0f} minutes for the register,")
    print(f"which is what binds from {per_core / found['register_us']:.0f} workers on")
    if "full_rows" in found:
        print(json.dumps({name: round(value, 1) for name, value in found.items()}, indent=1))
    return met


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path))
@click.option("--rows", default=4000, show_default=True)
@click.option("--full", "full_rows", default=0, help="Issue that many by the command's own way as well.")
@click.option("--workers", default=2, show_default=True)
def main(json_file: Path | None, rows: int, full_rows: int, workers: int) -> None:
    """Measure, print, and fail where a goal was missed."""
    folder = Path(tempfile.mkdtemp(prefix="bench-bulk-"))
    try:
        with Agency.init(
            folder / "a",
            name="Harbour Borough",
            country="XX",
            passphrase=PASSPHRASE,
            types=[TYPE],
            clock=FixedClock(NOW),
        ) as agency:
            changing.set_limit(agency.desk, changing.MOST)
            found = ratios(folder, agency, rows) | publish(folder)
            if full_rows:
                found |= full(folder, agency, full_rows, workers)
        met = say(found)
        if json_file is not None:
            json_file.write_text(json.dumps(found, indent=1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
