"""Heads of the log, signed and kept elsewhere; and finding out that a register was put back from a copy.

A log proves itself up to its last entry, never that there was no entry behind it. So where it stands is
signed by the status signer after each publication and bulk run, and kept in a folder that whoever can write
the register cannot write: another machine, a stick, an auditor's. A small witness lies in the agency's own
folder too, for the commonest slip, which is a database that was restored on its own.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.path import find_path
from counterproof.mdoc.cose import HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError, StoreError, UsageError
from counterproof.sealing import files
from issuer.register import LogHead, SignerRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from issuer.agency.desk import Desk

HEADS = "audit-heads"
"""The setting that names the folder where heads are kept."""

WITNESS = "log-witness"
SUFFIX = ".head"
_WORD = "counterproof-signed-head"
_MAX_HEAD = 4096
_MAX_HEADS = 100_000


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Where the log stood, and when that was signed."""

    head: LogHead
    at: datetime


def sign_head(desk: Desk) -> str:
    """Return where the log stands as one line, signed by the status signer.

    Raises StoreError `agency.no-signer`, `agency.signer-retired`, and as opening the key does.
    """
    at = desk.now().replace(microsecond=0)
    certificate = Certificate.from_der(desk.signer(SignerRole.STATUS, at).certificate)
    signer = desk.keys.signer(SignerRole.STATUS, certificate)
    payload = encode([desk.register.log_head().text, at.isoformat()])
    message = CoseSign1.sign(signer, payload, unprotected={HEADER_X5CHAIN: certificate.der})
    return f"{_WORD} {base64.urlsafe_b64encode(encode(message.to_list())).decode()}"


def read_head(desk: Desk, text: str) -> LogHead:
    """Read a head that was kept: a signed line, or the plain one of `issuer log --verify`.

    Raises MalformedError `register.bad-head`, StoreError `agency.head-not-ours`.
    """
    word, _, rest = text.strip().partition(" ")
    return LogHead.from_text(text) if word != _WORD else _signed(desk, rest).head


def _signed(desk: Desk, encoded: str) -> SignedHead:
    try:
        message = CoseSign1.from_item(decode_exact(base64.b64decode(encoded, altchars=b"-_", validate=True)))
        (leaf,) = [Certificate.from_der(each) for each in message.x5chain]
        payload = decode_exact(message.payload or b"")
        head, at = LogHead.from_text(payload[0]), datetime.fromisoformat(payload[1])
        path = find_path(leaf, [], [desk.root(SignerRole.IACA)], at)
    except (binascii.Error, ValueError, TypeError, LookupError, AttributeError, CounterproofError):
        raise MalformedError("register.bad-head") from None
    if not path.ok or not leaf.covers(at) or not message.verify(_key(leaf)):
        raise StoreError("agency.head-not-ours")
    return SignedHead(head, at)


def _key(leaf: Certificate) -> ec.EllipticCurvePublicKey:
    if not isinstance(leaf.public_key, ec.EllipticCurvePublicKey):
        raise StoreError("agency.head-not-ours")
    return leaf.public_key


def keep_in(desk: Desk, folder: Path) -> Path:
    """From now on keep heads in `folder`; write the first one and return its file.

    Raises UsageError `agency.heads-inside` for a folder within the agency's own.
    """
    if folder.resolve().is_relative_to(desk.folder.resolve()):
        raise UsageError("agency.heads-inside")
    files.private_dir(folder)
    desk.register.set_settings({HEADS: str(folder.resolve())}, who=desk.who, at=desk.now())
    return keep(desk, folder)


def keep(desk: Desk, folder: Path) -> Path:
    """Write a signed head into `folder`; raises StoreError `sealing.*`."""
    line = sign_head(desk)
    path = folder / f"log-{_signed(desk, line.partition(' ')[2]).head.seq:012d}{SUFFIX}"
    files.write_atomic(path, f"{line}\n".encode())
    return path


def kept_in(desk: Desk) -> Path | None:
    """Return the folder that heads are kept in, or None."""
    name = desk.register.settings().get(HEADS)
    return None if name is None else type(desk.folder)(name)


def note(desk: Desk) -> bool:
    """Keep a head where that was set up; False where the folder cannot be written, which stops nothing."""
    folder = kept_in(desk)
    witness(desk)
    if folder is None:
        return True
    try:
        keep(desk, folder)
    except StoreError:
        return False
    return True


def heads(desk: Desk, folder: Path) -> list[LogHead]:
    """Return every head that is kept in a folder; raises as `read_head`, StoreError `sealing.*`."""
    with files.plain_errors():
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    if len(paths) > _MAX_HEADS:
        raise LimitError("agency.too-many-heads", most=_MAX_HEADS)
    return [read_head(desk, _text(path)) for path in paths]


def _text(path: Path) -> str:
    try:
        return files.read_regular(path, limit=_MAX_HEAD).decode("ascii")
    except UnicodeDecodeError:
        raise MalformedError("register.bad-head") from None


def verify(desk: Desk, lines: Iterable[str] = (), folder: Path | None = None) -> tuple[LogHead, int]:
    """Prove the log against every head that is known; return where it stands and how many heads there were.

    Raises as `Register.verify_log` and `read_head`.
    """
    known = [read_head(desk, line) for line in lines]
    place = folder or kept_in(desk)
    if place is not None:
        known += heads(desk, place)
    return desk.register.verify_log(*known), len(known)


def witness(desk: Desk) -> None:
    """Note in the agency's own folder where the log stands, if that is further than what is noted."""
    head = desk.register.log_head()
    if (noted := _noted(desk.folder)) is None or noted.seq < head.seq:
        with contextlib.suppress(StoreError):  # a disk that is full stops nothing that is done already
            files.write_atomic(desk.folder / WITNESS, head.text.encode())


def check_not_restored(desk: Desk) -> None:
    """Raise StoreError `agency.restored` where the register has been further than it is.

    Looked at are the witness and the newest head that is kept elsewhere.
    """
    head = desk.register.log_head()
    for known in _newest(desk):
        if known.register_id == head.register_id and (
            known.seq > head.seq or desk.register.digest_at(known.seq) != known.digest
        ):
            raise StoreError("agency.restored", stands=head.seq, stood=known.seq)


def furthest(desk: Desk) -> int:
    """Return how many entries the log is known to have had."""
    return max([desk.register.log_head().seq, *(each.seq for each in _newest(desk))])


def _newest(desk: Desk) -> Sequence[LogHead]:
    found = [_noted(desk.folder)]
    folder = kept_in(desk)
    with contextlib.suppress(OSError, CounterproofError):  # a stick that is not there proves nothing
        if folder is not None:
            newest = max(path for path in folder.iterdir() if path.suffix == SUFFIX)
            found.append(read_head(desk, _text(newest)))
    return [each for each in found if each is not None]


def _noted(folder: Path) -> LogHead | None:
    try:
        return LogHead.from_text(files.read_regular(folder / WITNESS, limit=_MAX_HEAD).decode("ascii"))
    except (CounterproofError, UnicodeDecodeError):
        return None
