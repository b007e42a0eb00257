"""What somebody opened, dropped or pasted: told apart by its content, never by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterproof import strict_json
from counterproof.handover.files import PREFIX
from counterproof.handover.limits import LIMITS
from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.headers import sniff
from counterproof.sealing import files

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 32 * 1024 * 1024
_TEXT: Final = 4


class What(StrEnum):
    """What a file is for."""

    OFFER = "offer"
    REPLY = "reply"
    OWN_REQUEST = "own-request"
    TRUST = "trust"
    PICTURE = "picture"
    CODE_TEXT = "code-text"
    UNKNOWN = "unknown"


def look(path: Path) -> tuple[What, bytes]:
    """Return what a file or folder is, and the file's content. Raises StoreError; LimitError for large ones."""
    if path.is_dir():
        return What.TRUST, b""
    content = files.read_regular(path, limit=MOST_BYTES)
    return what(content), content


def what(content: bytes) -> What:
    """Return what a content is."""
    if sniff(content) is not None:
        return What.PICTURE
    head = content[:64].lstrip()
    if head[:1] == b"{":
        return _handover(content)
    if head[:2].upper() == b"CP" and head[_TEXT : _TEXT + 1] == b":":
        return What.CODE_TEXT
    return What.UNKNOWN


def _handover(content: bytes) -> What:
    try:
        members = strict_json.loads(content, limit=LIMITS.reply)
    except CounterproofError:
        return What.UNKNOWN
    kind = members.get("type")
    return {
        f"{PREFIX}offer": What.OFFER,
        f"{PREFIX}reply": What.REPLY,
        f"{PREFIX}request": What.OWN_REQUEST,
    }.get(kind if isinstance(kind, str) else "", What.UNKNOWN)
