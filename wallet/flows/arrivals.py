"""What somebody opened, dropped or pasted: told apart by its content, never by its name."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from counterproof import strict_json
from counterproof.handover.files import PREFIX
from counterproof.handover.limits import LIMITS
from counterproof.handover.openid4vci.offers import is_link
from counterproof.mdoc.errors import CounterproofError, MalformedError
from counterproof.optics.headers import sniff
from counterproof.sealing import envelope, files

MOST_BYTES: Final = 32 * 1024 * 1024
_TEXT: Final = 4
_DATABASE: Final = b"SQLite format 3\0"


class What(StrEnum):
    """What a file is for."""

    OFFER = "offer"
    REPLY = "reply"
    OWN_REQUEST = "own-request"
    TRUST = "trust"
    PICTURE = "picture"
    CODE_TEXT = "code-text"
    LINK = "link"
    BACKUP = "backup"
    WALLET = "wallet"
    UNKNOWN = "unknown"


def local(given: str) -> str:
    """Return what was given, with the address of a file of this computer as its path; desktops hand both over."""
    parts = urlsplit(given)
    if parts.scheme.lower() == "file" and parts.netloc in ("", "localhost"):
        return unquote(parts.path)
    return given


def look_at(given: str) -> tuple[What, bytes]:
    """Return what a link, a path or the address of a file is, and its content. Raises as `look`."""
    if is_link(given):
        return What.LINK, given.strip().encode()
    return look(Path(local(given)))


def look(path: Path) -> tuple[What, bytes]:
    """Return what a file or folder is, and the file's content. Raises StoreError; LimitError for large ones."""
    if files.is_folder(path):
        return What.TRUST, b""
    with files.plain_errors(), files.open_regular(path) as descriptor:
        if os.read(descriptor, len(_DATABASE)) == _DATABASE:
            return What.WALLET, b""  # of any length, and another room reads it
    content = files.read_regular(path, limit=MOST_BYTES)
    return what(content), content


def link_in(picture: bytes) -> str:
    """Return the link of an offer that a picture of a code holds.

    Raises MalformedError `online.no-link-in-picture`, and as `PictureReader`.
    """
    from counterproof.optics.reader import PictureReader  # noqa: PLC0415 - loaded where a picture is read

    with PictureReader() as reader:
        for sight in reader.read_file(picture):
            for found in sight.found:
                if is_link(found.text):
                    return found.text
    raise MalformedError("online.no-link-in-picture")


def what(content: bytes) -> What:
    """Return what a content is."""
    if sniff(content) is not None:
        return What.PICTURE
    if content.startswith(envelope.MAGIC):
        return What.BACKUP
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
