"""The folder of a bulk run: opened by one at a time, new or to go on with, of one table and one type."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files
from issuer.agency.desk import KEYS, start_of_day
from issuer.agency.issuing import end_of_life
from issuer.bulk import intake
from issuer.bulk.job import DEVICE_KEY, REQUEST, Job
from issuer.bulk.run import STATE, BulkRefusedError, BulkRun, State
from issuer.bulk.worker import STAGED
from issuer.register import SignerRole
from issuer.subjects import Problem, head_problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from counterproof.sealing.kdf import KdfPolicy
    from issuer.agency.desk import Desk
    from issuer.agency.types import TypeFile
    from issuer.register import Signer

_ROWS = ".rows.parquet"
_LOCK = ".lock"
_MAX_STATE = 64 << 20
_RUN_BYTES = 10


@contextmanager
def opened(
    desk: Desk,
    source: Path,
    doc_type: str,
    out: Path,
    *,
    valid_days: int | None = None,
    dry_run: bool = False,
    policy: KdfPolicy,
) -> Iterator[BulkRun]:
    """Open a run of `source` in the folder `out`, new or to go on with; nobody else can meanwhile.

    A `dry_run` leaves no folder behind that was not there.

    Raises UsageError `bulk.other-run`, `bulk.out-not-empty`, `agency.no-such-type`, `agency.too-long`,
    MalformedError `bulk.*`, `subjects.*`, StoreError `bulk.running`, `agency.*`, `sealing.*`.
    """
    entry = desk.catalogue().find(doc_type)
    digest = intake.digest_of(source)
    scratch = dry_run and not out.exists()
    files.private_dir(out)
    with _locked(out), _left_as_it_was(out if scratch else None):
        files.sweep_temporaries(out / STATE)  # which a run that was killed while it wrote it leaves
        state = _state(out, digest, entry.type.doc_type)
        at = desk.now()
        signer = desk.signer(SignerRole.DOCUMENT, at)
        valid_from = start_of_day(at)
        valid_until, shortened = end_of_life(entry, signer, valid_from, valid_days)
        if state is None:
            state = State(secrets.token_hex(_RUN_BYTES), digest, entry.type.doc_type)
        rows = out / _ROWS
        try:
            table = intake.stage(source, rows)
            sealed = _check_columns(table, entry)
            job = _job(
                desk, entry, signer, out=out, at=at, valid_until=valid_until, sealed=sealed, policy=policy
            )
            state.rows = table.rows
            yield BulkRun(desk, entry, job, state, problems=table.problems, shortened=shortened)
        finally:
            rows.unlink(missing_ok=True)


def _job(
    desk: Desk,
    entry: TypeFile,
    signer: Signer,
    *,
    out: Path,
    at: datetime,
    valid_until: datetime,
    sealed: bool,
    policy: KdfPolicy,
) -> Job:
    return Job(
        out=out.resolve(),
        rows=(out / _ROWS).resolve(),
        type_file=f"{entry.short}.toml",
        type_toml=entry.toml,
        agency=desk.facts.name,
        country=desk.facts.country,
        url=desk.facts.url,
        root=desk.root(SignerRole.IACA).der,
        signer=signer.certificate,
        daily=(desk.folder / KEYS).resolve(),
        policy=policy,
        token=desk.register.settings().get("token"),
        at=at,
        valid_from=start_of_day(at),
        valid_until=valid_until,
        sealed=sealed,
    )


def _check_columns(table: intake.Table, entry: TypeFile) -> bool:
    """Check the head against the type; return whether replies are sealed."""
    sealed = REQUEST in table.names
    if sealed == (DEVICE_KEY in table.names):
        raise UsageError("bulk.which-keys")
    names = tuple(name for name in table.names if name not in {REQUEST, DEVICE_KEY})
    problems = head_problems(names, entry.type)
    if problems:
        raise BulkRefusedError(problems, table.rows)
    if not table.rows and not table.problems:
        raise BulkRefusedError((Problem(1, "subjects.empty"),), 0)
    return sealed


def _state(out: Path, digest: str, doc_type: str) -> State | None:
    try:
        state = State(**json.loads(files.read_regular(out / STATE, limit=_MAX_STATE)))
    except StoreError as error:
        if error.code != "sealing.missing":
            raise
        if any(path.name not in {_LOCK, _ROWS, STAGED} for path in out.iterdir()):
            raise UsageError("bulk.out-not-empty") from None
        return None
    except (ValueError, TypeError):
        raise UsageError("bulk.out-not-empty") from None
    if (state.digest, state.doc_type) != (digest, doc_type):
        raise UsageError("bulk.other-run")
    return state


@contextmanager
def _left_as_it_was(out: Path | None) -> Iterator[None]:
    """Remove a folder that was made for a dry run alone."""
    try:
        yield
    finally:
        if out is not None:
            with contextlib.suppress(OSError):
                (out / _LOCK).unlink()
                out.rmdir()


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    with files.plain_errors():
        descriptor = os.open(out / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StoreError("bulk.running") from None
    try:
        yield
    finally:
        os.close(descriptor)
