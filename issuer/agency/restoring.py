"""After an old copy of the register was put back: nothing that left in between is given out again.

What was issued behind the copy is unknown, so no place of any list that there was may be drawn any more.
Every list is closed, new ones get names that nobody can have used (a random tag), revocation lists go on a
thousand numbers further. Lists are published on, closed or not. Serial numbers of certificates are 70 random
bits, and repeat themselves after no copy.
"""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.lists.status_token import StatusListToken
from counterproof.sealing import files
from counterproof.trust.names import fingerprint
from counterproof.trust.published import read_published
from issuer.agency import auditing
from issuer.register import SignerRole, Status

if TYPE_CHECKING:
    from pathlib import Path

    from issuer.agency.desk import Desk

EPOCH, CRL_FLOOR = "epoch", "crl-floor"
"""Settings: what names of new lists end in, and above which number revocation lists go on."""

_TAG_BYTES = 5
_GAP = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done: lists closed and begun, entries of the log that are lost, revocations taken back in."""

    closed: int
    begun: int
    lost: int
    revoked: int
    heads: int


def restore(desk: Desk, published: Path | None = None) -> Restored:
    """Go on with a register that was put back from a copy.

    `published` is what the agency published last: whatever is not valid there is made so here again, whether
    this register knows it or not. Raises UsageError `agency.not-our-lists`, and as `read_published`.
    """
    at = desk.now()
    tokens = [] if published is None else _tokens(desk, published)
    lost = auditing.furthest(desk) - desk.register.log_head().seq
    tag = "-" + base64.b32encode(desk.random(_TAG_BYTES)).decode().lower()
    issuer_numbers = [each.number for each in desk.register.crls()]
    before = desk.register.status_lists()
    bits = sorted({each.bits for each in before})
    uris = [(desk.facts.status_uri(number, tag), width) for number, width in enumerate(bits, len(before) + 1)]
    # As one: once this register has a log of its own again, nobody can tell what it has not taken back.
    with desk.register.together():
        desk.register.begin_epoch(
            {EPOCH: tag, CRL_FLOOR: str(max(issuer_numbers, default=0) + _GAP)},
            uris,
            size=desk.facts.status_size,
            lost=lost,
            who=desk.who,
            at=at,
        )
        revoked = sum(_take_back(desk, token) for token in tokens)
    moved = _set_heads_aside(desk, tag)
    with files.plain_errors():
        (desk.folder / auditing.WITNESS).unlink(missing_ok=True)
    auditing.note(desk)
    return Restored(closed=len(before), begun=len(uris), lost=lost, revoked=revoked, heads=moved)


def _tokens(desk: Desk, published: Path) -> list[StatusListToken]:
    contents = read_published(published)
    if fingerprint(contents.root) != fingerprint(desk.root(SignerRole.IACA)):
        raise UsageError("agency.not-our-lists")
    return [
        StatusListToken.from_bytes(contents.files[entry.path])
        for entry in contents.manifest.files
        if entry.role == "status-list"
    ]


def _take_back(desk: Desk, token: StatusListToken) -> int:
    """Make what a published list marks so in the register too; return how many places changed."""
    marked = token.status_list
    found = dict.fromkeys(marked.indices(Status.REVOKED), Status.REVOKED)
    if marked.bits > 1:
        found |= dict.fromkeys(marked.indices(Status.SUSPENDED), Status.SUSPENDED)
    known = {each.uri: each.list_id for each in desk.register.status_lists()}
    if token.uri not in known:
        return 0
    return desk.register.take_back_statuses(
        known[token.uri],
        found,
        who=desk.who,
        at=desk.now(),
    )


def _set_heads_aside(desk: Desk, tag: str) -> int:
    """Move heads of entries that are lost into a folder beside the others; they stay as evidence."""
    folder, stands = auditing.kept_in(desk), desk.register.log_head().seq
    moved = 0
    with contextlib.suppress(OSError):
        if folder is None or not folder.is_dir():
            return 0
        aside = folder / f"lost{tag}"
        for path in sorted(folder.glob(f"log-*{auditing.SUFFIX}")):
            head = auditing.read_head(desk, path.read_text(encoding="ascii"))
            if head.seq > stands or desk.register.digest_at(head.seq) != head.digest:
                path.rename(files.private_dir(aside) / path.name)
                moved += 1
    return moved
