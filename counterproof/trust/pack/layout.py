"""What stands where in a pack.

    metadata/1.root.json, 2.root.json, ...      every root since the first: the chain of keys
    metadata/timestamp.json                     the one name that is replaced; it names the snapshot
    metadata/<version>.snapshot.json            names the versions of all lists of files
    metadata/<version>.targets.json             the operator's files, and which key signs which agency's part
    metadata/<version>.agency-<id>.json         one agency's files, signed by that agency
    targets/<sha256>.<name>                     the operator's files
    targets/agencies/<id>/.../<sha256>.<name>   one agency's files
    deltas/<sha256>.<sha256>.delta              how a newer status list is made of an older one; named nowhere

Every file but the timestamp has a name of its own for each content (TUF's consistent snapshots), so whoever
reads while a new pack is put in place reads the old one to its end.
"""

from __future__ import annotations

import re
from typing import Final

METADATA: Final = "metadata"
TARGETS: Final = "targets"
DELTAS: Final = "deltas"
FIRST_ROOT: Final = f"{METADATA}/1.root.json"
TIMESTAMP: Final = f"{METADATA}/timestamp.json"

_OPERATOR: Final = "authority"  # apart from the endings, so that no name of a file looks like an error's code
STATEMENT: Final = f"{_OPERATOR}.json"
ISSUERS: Final = "issuers.vical"
_COUNTERS: Final = "readers"
READERS: Final = f"{_COUNTERS}.rical"
REGISTRY: Final = f"{_COUNTERS}.json"
READERS_CRL: Final = f"{_COUNTERS}.crl"
PURPOSES: Final = "purposes.json"
REQUIRED: Final = (STATEMENT, ISSUERS, READERS)

AGENCY_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""What an agency is called inside a pack."""

TYPE_PATH: Final = re.compile(r"types/[a-z0-9][a-z0-9._-]{0,63}\.toml")
_PART_PATH: Final = re.compile(r"(?:(?:status|crl|types|signed|signers)/)?[a-z0-9][a-z0-9._-]{0,95}")
_STATUS: Final = re.compile(r"(agencies/[a-z0-9-]+/status/[a-z0-9._-]+)-[0-9a-f]{16}\.cwt")
_ROLE: Final = "agency-"


def role_of(agency: str) -> str:
    """Return the name of the TUF role that signs an agency's part."""
    return f"{_ROLE}{agency}"


def agency_of(role: str) -> str | None:
    """Return the id of the agency that a role is of; None for any other role."""
    name = role.removeprefix(_ROLE)
    return name if name != role and AGENCY_ID.fullmatch(name) else None


def part_prefix(agency: str) -> str:
    """Return what the paths of an agency's files begin with."""
    return f"agencies/{agency}/"


def part_patterns(agency: str) -> list[str]:
    """Return the paths that an agency's key may sign: its own folder and one below, nothing else.

    In TUF a star does not cross a slash.
    """
    return [f"agencies/{agency}/*", f"agencies/{agency}/*/*"]


def is_own_path(path: str) -> bool:
    """Tell whether the operator's own list may name a file so."""
    known = (STATEMENT, ISSUERS, READERS, REGISTRY, READERS_CRL, PURPOSES)
    return path in known or TYPE_PATH.fullmatch(path) is not None


def inside_part(agency: str, path: str) -> str | None:
    """Return the path inside an agency's published folder; None for one that leads elsewhere."""
    inner = path.removeprefix(part_prefix(agency))
    return inner if inner != path and _PART_PATH.fullmatch(inner) else None


def status_stem(path: str) -> str | None:
    """Return what stays the same of a status list's path from day to day; None for any other file."""
    found = _STATUS.fullmatch(path)
    return found[1] if found is not None else None


def delta_name(old: str, new: str) -> str:
    """Return where it stands how the status list with SHA-256 `new` is made of the one with `old`."""
    return f"{DELTAS}/{old}.{new}.delta"


def stored_name(path: str, sha256: str) -> str:
    """Return where a file stands in the pack."""
    folder, slash, name = path.rpartition("/")
    return f"{TARGETS}/{folder}{slash}{sha256}.{name}"
