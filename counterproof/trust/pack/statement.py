"""authority.json: who an operator says it is, which roots sign its lists, and whose lists it recognises.

It stands in the operator's list of files, which the operator's offline keys sign; so does the trust in the
signer of `issuers.vical` and `readers.rical`, whose root stands in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import READER_CA, VICAL_CA
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.trust.limits import LIMITS as TRUST_LIMITS
from counterproof.trust.names import COUNTRY, DOC_TYPE, SHA256_HEX, check_shown
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.profile import CertificateProfile

KIND = "counterproof.authority"
VERSION = 1


class Recognised(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another authority whose issuers are believed for these docTypes, and with `readers` its counters."""

    fingerprint: str
    name: str
    doc_types: tuple[str, ...]
    readers: bool = False


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.authority"]
    version: int
    name: str
    country: str
    list_root: str
    reader_root: str | None = None
    recognises: tuple[Recognised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who an authority is; `list_root` vouches for who signs its lists, `reader_root` for its counters."""

    name: str
    country: str
    list_root: Certificate
    reader_root: Certificate | None = None
    recognises: tuple[Recognised, ...] = ()

    def to_bytes(self) -> bytes:
        """Return authority.json; raises as `parse_statement`."""
        data = strict_json.dumps(
            _Statement(
                type="counterproof.authority",
                version=VERSION,
                name=self.name,
                country=self.country,
                list_root=strict_json.to_base64url(self.list_root.der),
                reader_root=strict_json.to_base64url(self.reader_root.der) if self.reader_root else None,
                recognises=self.recognises,
            )
        )
        parse_statement(data)
        return data


def parse_statement(data: bytes) -> Statement:
    """Read authority.json strictly.

    Raises MalformedError `json.*`, `pack.statement` with the `field`, `trust.name`, `certificate.*`;
    LimitError; UnsupportedError `trust.version`.
    """
    members = strict_json.loads(data, limit=LIMITS.statement)
    if members.get("type") != KIND:
        raise MalformedError("pack.statement", field="type")
    if type(members.get("version")) is int and members["version"] > VERSION:
        raise UnsupportedError("trust.version", known=VERSION)
    said = strict_json.convert(members, _Statement)
    check_shown(said.name, field="name")
    if said.version != VERSION or COUNTRY.fullmatch(said.country) is None:
        raise MalformedError("pack.statement", field="country" if said.version == VERSION else "version")
    for each in said.recognises:
        _check_recognised(each)
    if len(said.recognises) > LIMITS.recognised:
        raise LimitError("pack.too-many", limit=LIMITS.recognised)
    return Statement(
        name=said.name,
        country=said.country,
        list_root=_root(said.list_root, VICAL_CA, "list_root"),
        reader_root=_root(said.reader_root, READER_CA, "reader_root") if said.reader_root else None,
        recognises=said.recognises,
    )


def _check_recognised(each: Recognised) -> None:
    check_shown(each.name, field="recognises")
    fits = SHA256_HEX.fullmatch(each.fingerprint) and all(DOC_TYPE.fullmatch(one) for one in each.doc_types)
    if not fits or len(each.doc_types) > TRUST_LIMITS.doc_types:
        raise MalformedError("pack.statement", field="recognises")


def _root(text: str, profile: CertificateProfile, name: str) -> Certificate:
    root = Certificate.from_der(strict_json.from_base64url(text))
    sound = root.is_ca and root.subject == root.issuer and root.is_signed_by(root)
    if not sound or root.key_usage != profile.key_usage:
        raise MalformedError("pack.statement", field=name)
    return root
