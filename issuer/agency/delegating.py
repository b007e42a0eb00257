"""An agency's part of an authority's trust pack: its own list of its own files, signed with a key for that.

The list stands beside what is published, in `pack/`. Whoever runs the pack takes it over as it is: they can
leave it out, and they cannot change it. The key can sign nothing but this agency's folder inside a pack.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterproof import strict_json
from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.trust import folder as folders
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.names import sha256
from counterproof.trust.pack.layout import AGENCY_ID
from issuer.keys import PART_PREFIX, PartKeys

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from issuer.agency.desk import Desk

STATE: Final = "part-of-pack.json"
PART_LIFE: Final = timedelta(days=90)
_LIMIT: Final = 65_536


class PackState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the agency takes part in packs: its id there, and the public key of its part, PEM."""

    type: Literal["counterproof.agency-part"] = "counterproof.agency-part"
    version: Literal[1] = 1
    id: str
    key: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key, hexadecimal; the authority compares it once."""
        from counterproof.trust.pack.build import from_pem, spki  # noqa: PLC0415 - python-tuf loads slowly

        return sha256(spki(from_pem(self.key)))


def pack_state(desk: Desk) -> PackState | None:
    """Return how the agency takes part; None where it does not. Raises MalformedError `json.*`."""
    path = desk.folder / STATE
    if not path.exists():
        return None
    return strict_json.convert(
        strict_json.loads(files.read_regular(path, limit=_LIMIT), limit=_LIMIT), PackState
    )


def join(desk: Desk, name: str | None, *, new_key: bool = False) -> PackState:
    """Take part in packs from now on, under an id of the agency's choice; by default made of its name.

    The same id again changes nothing. With `new_key` the key is made anew; the authority must then compare it
    again. Raises UsageError `agency.pack-id`.
    """
    held = pack_state(desk)
    chosen = name or (held.id if held is not None else _default(desk.facts.name))
    if AGENCY_ID.fullmatch(chosen) is None:
        raise UsageError("agency.pack-id")
    if held is not None and held.id == chosen and not new_key:
        _keys(desk).forget_parts(except_for=_key_name(held))
        return held
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    state = PackState(id=chosen, key=public)
    _keys(desk).keep_part(_key_name(state), key)
    files.write_atomic(desk.folder / STATE, strict_json.dumps(state))
    _keys(desk).forget_parts(except_for=_key_name(state))
    return state


def hand_over(desk: Desk, state: PackState, out: Path, contents: AgencyContents, at: datetime) -> None:
    """Sign the list of what stands in `out`, for an authority to take over; raises StoreError `agency.*`."""
    from counterproof.trust.pack.build import make_part, signed, signer_of  # noqa: PLC0415 - as above

    manifest = contents.manifest_bytes
    published = {
        FILE_NAME: manifest,
        folders.signature_name(manifest): contents.signature,
        **contents.files,
    }
    part = make_part(state.id, published, version=int(at.timestamp()), expires=at + PART_LIFE)
    key = _keys(desk).load_part(_key_name(state))
    data = signed(part, [signer_of(key)])
    with folders.locked(out):
        _remove_others(out / "pack", state.id)
        folders.put_all(out, {"pack/key.pem": state.key.encode()}, (f"pack/{state.id}.json", data))


def _remove_others(folder: Path, name: str) -> None:
    """Remove the list of an id that the agency had before: there must be one alone."""
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if path.stem != name and AGENCY_ID.fullmatch(path.stem):
            path.unlink()


def _keys(desk: Desk) -> PartKeys:
    if not isinstance(desk.keys, PartKeys):
        raise UsageError("agency.no-part-keys")
    return desk.keys


def _key_name(state: PackState) -> str:
    return f"{PART_PREFIX}{state.fingerprint[:16]}"


def _default(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "agency"
