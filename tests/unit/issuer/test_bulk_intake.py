"""Tables that are taken in: what is no table, and what no field can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterproof.mdoc.errors import CounterproofError, MalformedError
from issuer.bulk.intake import digest_of, stage

if TYPE_CHECKING:
    from pathlib import Path


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "people.csv").symlink_to("/etc/passwd")
    for read in (digest_of, lambda path: stage(path, tmp_path / "rows")):
        with pytest.raises(CounterproofError, match=r"sealing\.not-a-file"):
            read(tmp_path / "people.csv")


def test_a_parquet_file_of_lists_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"subject": ["a"], "more": [[1, 2]]}), tmp_path / "people.parquet")
    with pytest.raises(MalformedError, match=r"bulk\.column-kind"):
        stage(tmp_path / "people.parquet", tmp_path / "rows")
