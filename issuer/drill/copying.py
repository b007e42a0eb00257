"""A copy of an agency to practise on: the register as it stands at this moment, sealed keys, types.

The keys stay sealed under their passphrases. The agency's own folder is read and never written to, not even
to bring its register up to date.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files
from issuer.agency.auditing import HEADS
from issuer.agency.desk import CATALOGUE, KEYS, REGISTER, ROOT_KEYS

if TYPE_CHECKING:
    from pathlib import Path


def copy_agency(folder: Path, root_keys: Path, target: Path) -> None:
    """Copy an agency's folder and the keys of its roots into `target`, which is not there yet.

    Raises UsageError `register.missing`, StoreError `register.cannot-open`, `sealing.*`.
    """
    if not (folder / REGISTER).is_file():
        raise UsageError("register.missing")
    files.private_dir(target)
    _copy_register(folder / REGISTER, target / REGISTER)
    with files.plain_errors():
        for name, source in ((KEYS, folder / KEYS), (CATALOGUE, folder / CATALOGUE), (ROOT_KEYS, root_keys)):
            if source.is_dir():
                shutil.copytree(source, target / name)


def _copy_register(source: Path, target: Path) -> None:
    """Copy a database that somebody may be writing to, as of one moment, but for where its heads are kept.

    A copy that kept heads there would make the agency's own register look like an old copy of itself.

    Where no write-ahead log lies beside it, nobody has it open, and the file can be read as it is: without
    `immutable` SQLite would leave files of its own in the agency's folder.
    """
    in_use = source.with_name(f"{source.name}-wal").exists()
    mode = "mode=ro" if in_use else "mode=ro&immutable=1"
    try:
        reading = sqlite3.connect(f"file:{quote(str(source.resolve()))}?{mode}", uri=True)
        writing = sqlite3.connect(target)
        with contextlib.closing(reading), contextlib.closing(writing):
            reading.backup(writing)
            writing.execute("DELETE FROM settings WHERE key = ?", (HEADS,))
            writing.commit()
        target.chmod(0o600)
    except sqlite3.Error as error:
        raise StoreError("register.cannot-open", errno=getattr(error, "sqlite_errorcode", 0)) from None
