"""What an agency hands over in a folder: what it published, its part of the pack, and the key for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.names import sha256
from counterproof.trust.pack import layout
from counterproof.trust.pack.build import from_pem, spki
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.published import read_published
from issuer.authority.records import ListedAgency, certificate, remembered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.contents import AgencyContents
    from issuer.authority.records import Records

HANDED_OVER = "pack"
KEY_NAME = "key.pem"
_KEY_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Offered:
    """An agency that asks to be listed; a person compares both fingerprints."""

    id: str
    key: str
    folder: Path
    contents: AgencyContents

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the key that signs its part, hexadecimal."""
        return sha256(spki(from_pem(self.key)))


def look(folder: Path) -> Offered:
    """Read what an agency hands over.

    Raises UsageError `authority.no-part` where it did not publish for a pack, and as `read_published`.
    """
    contents = read_published(folder)
    inside = folder / HANDED_OVER
    names = sorted(each.name for each in inside.glob("*.json")) if inside.is_dir() else []
    name = names[0].removesuffix(".json") if len(names) == 1 else ""
    if not layout.AGENCY_ID.fullmatch(name):
        raise UsageError("authority.no-part")
    key = files.read_regular(inside / KEY_NAME, limit=_KEY_LIMIT).decode("ascii", "replace")
    from_pem(key)
    return Offered(name, key, folder.absolute(), contents)


def certificate_of(entry: ListedAgency) -> Certificate:
    """Return the root of a listed agency."""
    return certificate(entry.root)


def part_of(folder: Path, agency: str) -> bytes | None:
    """Return the list that an agency handed over last; None where its folder is not there."""
    try:
        return files.read_regular(folder / HANDED_OVER / f"{agency}.json", limit=LIMITS.targets)
    except CounterproofError as error:
        if isinstance(error, StoreError) and error.code == "sealing.missing":
            return None
        raise


def listed(
    records: Records, offered: Offered, *, doc_types: Sequence[str], name: str | None, readers: bool
) -> ListedAgency:
    """Return the entry of an agency: `doc_types` are some of those that it claims, all of them if none.

    What it is called is the operator's decision. Raises UsageError `authority.doc-types`,
    `authority.id-taken` where another root has that id.
    """
    claims = offered.contents.manifest.doc_types
    if not set(doc_types) <= set(claims):
        raise UsageError("authority.doc-types", claims=", ".join(claims))
    root = remembered(offered.contents.root)
    before = next((each for each in records.agencies if each.id == offered.id), None)
    if before is not None and before.root != root:
        raise UsageError("authority.id-taken", id=offered.id)
    reader_root = offered.contents.reader_root if readers else None
    kept_part = before.part if before is not None and before.key == offered.key else None
    return ListedAgency(
        id=offered.id,
        name=name or offered.contents.name,
        doc_types=tuple(doc_types) or claims,
        root=root,
        key=offered.key,
        folder=str(offered.folder),
        reader_root=remembered(reader_root) if reader_root is not None else None,
        part=kept_part,
        files=before.files if before is not None and kept_part is not None else {},
    )
