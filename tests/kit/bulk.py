"""Tables of people for bulk runs, and a run in this process."""

from __future__ import annotations

import base64
import csv
import io
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.agency import changing
from issuer.bulk.folder import opened
from issuer.bulk.pools import local
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from issuer.agency import Agency
    from issuer.bulk.run import BulkRun

AGE = "eu.europa.ec.av.1"
HEAD = ("subject", "birth_date", "device_key")


def device_key() -> str:
    """Return a fresh device key as a table has it."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64.b64encode(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def people(count: int, name: str = "P") -> list[list[str]]:
    """Return that many good rows."""
    return [[f"{name}-{n}", f"{1950 + n % 50}-0{1 + n % 9}-1{n % 10}", device_key()] for n in range(count)]


def write(path: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    """Write a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def unbound(agency: Agency) -> Agency:
    """Let one person issue to as many as they like."""
    changing.set_limit(agency.desk, changing.MOST)
    return agency


def run(
    agency: Agency,
    source: Path,
    out: Path,
    *,
    without_bad: bool = False,
    passphrase: str = PASSPHRASE,
    **more: Any,
) -> BulkRun:
    """Check and issue in this process."""
    with (
        opened(agency.desk, source, AGE, out, policy=CHEAP_KDF, **more) as made,
        local(0, {"COUNTERPROOF_PASSPHRASE": passphrase}) as pool,
    ):
        if not made.resumed:
            problems = made.check(pool, _silent)
            assert without_bad or not problems, problems
            made.decide()
        made.issue(pool, _silent)
        return made


def _silent(_: int) -> None:
    pass


def parts(out: Path) -> Iterator[dict[str, Any]]:
    """Yield every row of the parts that count."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    for path in sorted(out.glob("part-*.parquet")):
        yield from pq.read_table(path).to_pylist()
