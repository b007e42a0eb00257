"""What runs on a worker: a part checked, a part issued. Nothing here knows of Dask or of the register."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.credential_types import from_toml
from counterproof.handover.reply import CredentialReply, seal_reply
from counterproof.handover.request import check_request
from counterproof.mdoc.catalogue import complete
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import CounterproofError, MalformedError, UsageError
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.mso import ValidityInfo
from counterproof.sealing import files
from issuer.agency.offering import check_granted
from issuer.bulk.intake import part_bytes, read_part
from issuer.bulk.job import DEVICE_KEY, REQUEST, Checked, Job, Made
from issuer.keys import daily_keys
from issuer.register import SignerRole
from issuer.register.bulk import PartRow
from issuer.subjects import Problem, RowReader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from counterproof.handover.request import CheckedRequest
    from counterproof.mdoc.cose import Signer
    from issuer.subjects import Subject

PASSPHRASE = "COUNTERPROOF_PASSPHRASE"  # noqa: S105 - the name of a variable
STAGED = ".staged"
_MARK = 16
_ID_BYTES = 10
_MOST_KEYS = 200
_SCHEMA = (("line", pa.int64()), ("subject", pa.string()), ("batch", pa.string()))
SEALED = pa.schema([*_SCHEMA, ("reply", pa.binary())])
OPEN = pa.schema([*_SCHEMA, ("documents", pa.list_(pa.binary()))])
"""What a part holds: a sealed reply for each row, or the documents themselves."""


class _Row:
    """One row that can be issued."""

    __slots__ = ("keys", "line", "request", "subject")

    def __init__(
        self, line: int, subject: Subject, keys: Sequence[CoseKey], request: CheckedRequest | None
    ) -> None:
        self.line, self.subject, self.keys, self.request = line, subject, keys, request


def check_part(job: Job, number: int) -> Checked:
    """Read a part and check everything that can be told from its rows alone."""
    context = _context(job)
    problems: list[Problem] = []
    checked = Checked(problems, [], [], [])
    for row in _rows(context, number, problems):
        try:
            _values(context, row.subject)
        except CounterproofError as error:
            problems.append(Problem(row.line, error.code, facts=error.facts))
            continue
        checked.people.append((row.line, mark(row.subject.reference), len(row.keys)))
        checked.keys.extend((row.line, _thumbprint(key)) for key in row.keys)
        if row.request is not None:
            checked.nonces.append((row.line, row.request.nonce))
    return checked


def mark(reference: str) -> bytes:
    """Return what a person is told apart by across parts."""
    return hashlib.sha256(reference.encode()).digest()[:_MARK]


def issue_part(job: Job, number: int, left_out: Collection[int], uri: str, indices: Sequence[int]) -> Made:
    """Sign every row of a part but those left out, and put it on the disk under a name that does not count.

    `indices` are places in the list `uri`, taken for good. Documents go into the file and nowhere else.
    """
    context = _context(job)
    places = iter(indices)
    schema = SEALED if job.sealed else OPEN
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    facts = []
    for row in _rows(context, number, []):
        if row.line in left_out:
            continue
        documents, copies = _sign(context, row, uri, places)
        batch = base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()
        nonce = None if row.request is None else row.request.nonce
        facts.append(PartRow(row.line, row.subject.reference, batch, nonce, tuple(copies)))
        columns["line"].append(row.line)
        columns["subject"].append(row.subject.reference)
        columns["batch"].append(batch)
        columns["reply" if job.sealed else "documents"].append(_content(context, row, documents))
    content = part_bytes(columns, schema)
    name = f"part-{number:06d}-{secrets.token_hex(4)}.parquet"
    files.write_atomic(job.out / STAGED / name, content, replace=False)
    return Made(number, name, hashlib.sha256(content).digest(), len(content), uri, facts)


def _sign(
    context: _Context, row: _Row, uri: str, places: Iterator[int]
) -> tuple[list[bytes], list[tuple[bytes, bytes, int]]]:
    values = _values(context, row.subject)
    spaces = sorted(values, key=encode)
    template = context.template(uri, values)
    encoded = [encode(value) for space in spaces for value in values[space].values()]
    copies = [(key, next(places)) for key in row.keys]
    issued = template.issue_copies(encoded, copies, os.urandom)
    facts = [
        (hashlib.sha256(each.payload).digest(), _thumbprint(key), index)
        for each, (key, index) in zip(issued, copies, strict=True)
    ]
    return [each.issuer_signed for each in issued], facts


def _content(context: _Context, row: _Row, documents: list[bytes]) -> bytes | list[bytes]:
    if row.request is None:
        return documents
    job = context.job
    reply = CredentialReply(
        doc_type=context.type.doc_type,
        credentials=tuple(documents),
        type_toml=job.type_toml,
        issuer_root=context.root,
        agency=job.agency,
        issued_at=job.at,
    )
    return seal_reply(reply, recipient_key=row.request.recipient_key, request_hash=row.request.request_hash)


class _Context:
    """What all rows of a run have in common: the type, the signer's key, templates."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.type = from_toml(job.type_file, job.type_toml)
        self.root = Certificate.from_der(job.root)
        self._signer: Signer | None = None
        self._templates: dict[tuple[Any, ...], IssuingTemplate] = {}

    def template(self, uri: str, values: dict[str, dict[str, Any]]) -> IssuingTemplate:
        """Return the template of these elements in this list; the key is opened for the first."""
        name = (uri, *((space, *each) for space, each in values.items()))
        found = self._templates.get(name)
        if found is None:
            job = self.job
            found = self._templates[name] = IssuingTemplate(
                self.type.doc_type,
                {space: list(each) for space, each in values.items()},
                validity=ValidityInfo(job.valid_from, job.valid_from, job.valid_until),
                signer=self._key(),
                chain=[job.signer],
                decoys=self.type.decoys,
                status_uri=uri,
            )
        return found

    def _key(self) -> Signer:
        if self._signer is None:
            job = self.job
            keys = daily_keys(job.daily, _passphrase, token=job.token, policy=job.policy)
            self._signer = keys.signer(SignerRole.DOCUMENT, Certificate.from_der(job.signer))
        return self._signer


@functools.lru_cache(maxsize=2)
def _context(job: Job) -> _Context:
    return _Context(job)


def _passphrase() -> str:
    found = os.environ.get(PASSPHRASE)
    if found is None:
        raise UsageError("bulk.no-passphrase")
    return found


def _rows(context: _Context, number: int, problems: list[Problem]) -> Iterator[_Row]:
    """Give the rows that can be issued; add what is wrong with the others to `problems`."""
    job = context.job
    reader = RowReader(context.type, on=job.at.date())
    for line, cells in read_part(job.rows, number):
        asked = cells.pop(REQUEST if job.sealed else DEVICE_KEY, None)
        before = len(reader.problems)
        reader.read(line, cells)
        good = len(reader.problems) == before
        try:
            keys, request = _requested(context, asked) if job.sealed else (_device_keys(asked), None)
        except CounterproofError as error:
            column = REQUEST if job.sealed else DEVICE_KEY
            problems.append(Problem(line, error.code, column, error.facts))
        else:
            if good:
                yield _Row(line, reader.subjects.pop(), keys, request)
                continue
        if good:
            reader.subjects.pop()
    problems.extend(reader.problems)


def _requested(context: _Context, text: str | None) -> tuple[Sequence[CoseKey], CheckedRequest]:
    """Check a wallet's request but for its nonce, which the register judges."""
    job, doc_type = context.job, context.type.doc_type
    checked = check_request(_decoded(text), issuer=job.url, nonce_ok=lambda _: True, at=job.at)
    if checked.doc_type != doc_type:
        raise MalformedError("agency.other-type", asked=checked.doc_type, given=doc_type)
    check_granted(checked.nonce, doc_type, len(checked.device_keys))
    return checked.cose_keys, checked


def _device_keys(text: str | None) -> Sequence[CoseKey]:
    every = (text or "").split()
    if not 1 <= len(every) <= _MOST_KEYS:
        raise MalformedError("bulk.keys", most=_MOST_KEYS)
    keys = []
    for each in every:
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(each))
        except ValueError:
            raise MalformedError("bulk.key") from None
        keys.append(CoseKey.from_public_key(point))
    if len(set(keys)) != len(keys):
        raise MalformedError("bulk.key-twice", first=0)
    return keys


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("bulk.base64") from None


def _thumbprint(key: CoseKey) -> bytes:
    return hashlib.sha256(key.to_bytes()).digest()


def _values(context: _Context, subject: Subject) -> dict[str, dict[str, Any]]:
    job = context.job
    values = complete(
        context.type,
        subject.elements,
        subject.inputs,
        agency_name=job.agency,
        agency_country=job.country,
        at=job.at,
    )
    return {space: dict(each) for space, each in values.items() if each}
