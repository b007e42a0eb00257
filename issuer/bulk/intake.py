"""A table of people becomes parts: read whole, every cell as text, each row with its line.

CSV and Parquet end up as the same staged file, in groups of `PART_ROWS` rows, of which a worker reads one by
its number. The staged file lies in the run's folder, for its owner alone, and is deleted when the run ends.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.sealing import files
from issuer.csv_rows import is_formula, read_rows, unprotected
from issuer.subjects import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

PART_ROWS: Final = 500
"""Rows of a part: batches of 500 cost the coordinator least (docs/bulk.md)."""

LINE: Final = "#line"
_MAX_FILE = 8 << 30
_MAX_CSV = 1 << 30
_MAX_CELL = 1 << 20
_MAX_COLUMNS = 200
_BOM = b"\xef\xbb\xbf"
_TEXT_LIKE = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_date32, pa.types.is_date64)


@dataclass(frozen=True, slots=True)
class Table:
    """A staged table: its column names, how many rows it has, and what was wrong with those left out."""

    names: tuple[str, ...]
    rows: int
    problems: tuple[Problem, ...]

    @property
    def parts(self) -> int:
        """How many parts it makes."""
        return -(-self.rows // PART_ROWS)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises StoreError `sealing.*`, LimitError `bulk.too-large`.
    """
    with (
        files.plain_errors(),
        files.open_regular(path) as descriptor,
        open(descriptor, "rb", closefd=False) as opened,
    ):
        if opened.seek(0, 2) > _MAX_FILE:
            raise LimitError("bulk.too-large", most=_MAX_FILE)
        opened.seek(0)
        return hashlib.file_digest(opened, "sha256").hexdigest()


def stage(source: Path, target: Path) -> Table:
    """Stage a `.csv` or `.parquet` file; rows that cannot be read are named and left out.

    Raises UsageError `bulk.kind`, MalformedError `bulk.head`, `bulk.not-parquet`, `subjects.encoding`,
    LimitError `bulk.too-large`, StoreError `sealing.*`.
    """
    kind = source.suffix.lower()
    if kind not in {".csv", ".parquet"}:
        raise UsageError("bulk.kind")
    target.unlink(missing_ok=True)
    return _stage_csv(source, target) if kind == ".csv" else _stage_parquet(source, target)


def read_part(path: Path, number: int) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a part as line and filled cells by column name."""
    with pq.ParquetFile(path) as opened:
        table = opened.read_row_group(number)
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    lines = columns.pop(LINE)
    return [
        (line, {name: cells[at] for name, cells in columns.items() if cells[at]})
        for at, line in enumerate(lines)
    ]


def _stage_csv(source: Path, target: Path) -> Table:
    data = files.read_regular(source, limit=_MAX_CSV)
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("subjects.encoding", position=error.start + 1) from None
    rows = read_rows(text)
    head = next(rows, None)
    if head is None or head.cells is None:
        raise MalformedError("bulk.head")
    names = tuple(cell.strip() for cell in head.cells)
    _check_names(names)
    problems: list[Problem] = []

    def good() -> Iterator[tuple[int, tuple[str, ...]]]:
        for row in rows:
            problem = _row_problem(row.line, row.cells, names)
            if problem is not None:
                problems.append(problem)
            elif row.cells is not None:
                yield row.line, tuple(map(unprotected, row.cells))

    return Table(names, _write(target, names, good()), tuple(problems))


def _row_problem(line: int, cells: Sequence[str] | None, names: Sequence[str]) -> Problem | None:
    if cells is None:
        return Problem(line, "subjects.quotes")
    if len(cells) != len(names):
        return Problem(line, "subjects.cells", facts={"found": len(cells), "expected": len(names)})
    for name, cell in zip(names, cells, strict=True):
        if is_formula(cell):
            return Problem(line, "subjects.formula", name)
        if len(cell) > _MAX_CELL:
            return Problem(line, "bulk.cell", name, {"most": _MAX_CELL})
        if "\0" in cell:
            return Problem(line, "bulk.nul", name)
    return None


def _check_names(names: Sequence[str]) -> None:
    if len(set(names)) != len(names) or not all(names) or len(names) > _MAX_COLUMNS or LINE in names:
        raise MalformedError("bulk.head")


def _write(target: Path, names: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> int:
    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in names)])
    count, group = 0, []
    with _Staged(target, schema) as staged:
        for row in rows:
            group.append(row)
            if len(group) == PART_ROWS:
                staged.put(group)
                count, group = count + len(group), []
        if group:
            staged.put(group)
    return count + len(group)


class _Staged:
    """Writes row groups; what it writes is scratch that a kill may tear, for it is made anew each time."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=1)
        path.chmod(0o600)

    def put(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Write one group."""
        columns: list[Any] = [[line for line, _ in rows], *zip(*(cells for _, cells in rows), strict=True)]
        arrays = [pa.array(each, field.type) for each, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=PART_ROWS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def _stage_parquet(source: Path, target: Path) -> Table:
    try:
        with pq.ParquetFile(source) as opened:
            names = tuple(opened.schema_arrow.names)
            _check_names(names)
            if unfit := [f.name for f in opened.schema_arrow if not _fits(f.type)]:
                raise MalformedError("bulk.column-kind", position=names.index(unfit[0]) + 1)
            rows = _write(target, names, _parquet_rows(opened, names))
    except (pa.ArrowException, OSError):
        raise MalformedError("bulk.not-parquet") from None
    return Table(names, rows, ())


def _fits(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in (*texts, *_TEXT_LIKE))


def _parquet_rows(opened: pq.ParquetFile, names: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    line = 0
    for batch in opened.iter_batches(batch_size=PART_ROWS):
        columns = [_texts(batch.column(name)) for name in names]
        for cells in zip(*columns, strict=True):
            line += 1
            yield line, cells


def _texts(column: pa.Array) -> list[str | None]:
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if each is None else base64.b64encode(each).decode() for each in column.to_pylist()]
    found: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    return found


def part_bytes(columns: dict[str, list[Any]], schema: pa.Schema) -> bytes:
    """Return a part as the bytes of a Parquet file (zstd)."""
    out = BytesIO()
    # What is signed has no two parts alike: a dictionary and statistics of it would cost more than zstd.
    pq.write_table(
        pa.table(columns, schema=schema),
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=False,
        write_statistics=False,
    )
    return out.getvalue()
