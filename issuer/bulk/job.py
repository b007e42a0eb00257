"""What a worker must know of a run, and what it gives back; documents stay with the worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from counterproof.sealing.kdf import KdfPolicy
    from issuer.register.bulk import PartRow
    from issuer.subjects import Problem

REQUEST = "request"
"""The column of wallets' requests, base64: proofs are checked, and the reply is sealed to the wallet."""

DEVICE_KEY = "device_key"
"""The column of device keys, base64 of SEC1 points with spaces between: proven when they were taken down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run as workers see it: all of it is public but for `daily`, the folder of sealed keys.

    `out` and `rows` must be at the same path for every worker. The passphrase or PIN is not in here: a worker
    has it in its own environment.
    """

    out: Path
    rows: Path
    type_file: str
    type_toml: bytes
    agency: str
    country: str
    url: str
    root: bytes
    signer: bytes
    daily: Path
    policy: KdfPolicy
    token: str | None
    at: datetime
    valid_from: datetime
    valid_until: datetime
    sealed: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a worker found in a part: problems, and of each good row what only the whole can judge.

    `people` are line, mark of the person and number of documents; `keys` are line and thumbprint;
    `nonces` line and nonce.
    """

    problems: list[Problem]
    people: list[tuple[int, bytes, int]]
    keys: list[tuple[int, bytes]]
    nonces: list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Made:
    """A part that lies on the disk, under a name that does not count yet."""

    number: int
    file: str
    digest: bytes
    size: int
    uri: str
    rows: list[PartRow] = field(repr=False)
