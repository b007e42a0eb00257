"""Publishing: status lists, roots, counters, revocation lists and types, in one folder, signed as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.trust.names import fingerprint
from counterproof.trust.published import AgencyPublication, write_published
from issuer.agency import auditing
from issuer.agency.delegating import hand_over, pack_state
from issuer.agency.desk import days
from issuer.agency.purposes import registered
from issuer.agency.readers import registry
from issuer.agency.rotating import destroy_due
from issuer.agency.signed_sets import signed_sets
from issuer.register import SignerRole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.cose import Signer
    from counterproof.trust.readers import RegisteredReader
    from issuer.agency.desk import Desk
    from issuer.agency.types import Catalogue
    from issuer.register import CrlRecord

PUBLISH_DAYS = 7
"""How long a status list counts unless somebody says otherwise."""

_MOST_DAYS = 90
_TTL = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published; `fingerprint` is what counters compare before they trust this agency.

    `crls_until` is when the first of the revocation lists runs out: behind it counters cannot tell.
    `head_kept` is false where the log's head was to be kept elsewhere and could not be.
    """

    issued_at: datetime
    valid_until: datetime
    crls_until: datetime
    fingerprint: str
    files: int
    status_lists: int
    signed_sets: int
    not_valid: int
    readers: int
    document_signers: int
    keys_destroyed: int
    types: tuple[str, ...]
    head_kept: bool = True
    pack_id: str | None = None
    pack_key: str | None = None


def publish(desk: Desk, out: Path, *, life_days: int = PUBLISH_DAYS) -> Published:
    """Sign everything that counters and wallets need, and put it into `out` as one set.

    An agency that takes part in a trust pack hands its part over beside it. Keys of old signers whose time
    has come are destroyed on the way. `life_days` is how long the
    status lists count. Whoever reads the folder sees the old set or the new one.
    Raises UsageError `agency.days`, `agency.no-types`, `agency.publish-among-keys`, `trust.not-newer`;
    StoreError `sealing.*`, `trust.in-use`, `agency.signer-retired`.
    """
    at = desk.now().replace(microsecond=0)
    _check_apart(desk.folder, out)
    life = days(1, life_days, _MOST_DAYS)
    catalogue = desk.catalogue()
    if not catalogue.entries:
        raise UsageError("agency.no-types")
    facts = desk.signer(SignerRole.STATUS, at)
    certificate = Certificate.from_der(facts.certificate)
    signer = desk.keys.signer(SignerRole.STATUS, certificate)
    until = min(at + life, certificate.not_after)
    tokens, marked = _tokens(desk, signer, certificate, at=at, until=until)
    crls = desk.register.crls()
    readers = registry(desk)
    sets = signed_sets(desk, signer, certificate, at)
    publication = _publication(desk, catalogue, readers, at=at, tokens=tokens, crls=crls, sets=sets)
    contents = write_published(out, publication, signer=signer, chain=[certificate], issued_at=at)
    part = pack_state(desk)
    if part is not None:
        hand_over(desk, part, out, contents, at)
    desk.register.log_act(
        "publish",
        "lists",
        why="published",
        who=desk.who,
        at=at,
        facts={"lists": len(tokens), "not_valid": marked, "until": until.isoformat()},
    )
    destroyed = destroy_due(desk)
    head_kept = auditing.note(desk)
    return Published(
        issued_at=at,
        valid_until=until,
        crls_until=min(each.next_update for each in crls),
        fingerprint=fingerprint(publication.issuer_root),
        files=len(contents.files) + 2,
        status_lists=len(tokens),
        signed_sets=len(sets),
        not_valid=marked,
        readers=len(readers),
        document_signers=len(publication.document_signers),
        keys_destroyed=destroyed,
        types=catalogue.doc_types,
        head_kept=head_kept,
        pack_id=part.id if part is not None else None,
        pack_key=part.fingerprint if part is not None else None,
    )


def _check_apart(folder: Path, out: Path) -> None:
    """Refuse a place from which the register or a key would be carried to counters along with the lists."""
    inside, target = folder.resolve(), out.resolve()
    if target.is_relative_to(inside) or inside.is_relative_to(target) or any(target.glob("*.key")):
        raise UsageError("agency.publish-among-keys")


def _publication(
    desk: Desk,
    catalogue: Catalogue,
    readers: Sequence[RegisteredReader],
    *,
    at: datetime,
    tokens: Sequence[bytes],
    crls: Sequence[CrlRecord],
    sets: Sequence[bytes],
) -> AgencyPublication:
    return AgencyPublication(
        name=desk.facts.name,
        country=desk.facts.country,
        doc_types=catalogue.doc_types,
        issuer_root=desk.root(SignerRole.IACA),
        reader_root=desk.root(SignerRole.READER_CA),
        readers=readers,
        status_lists=tokens,
        crls=[each.crl for each in crls],
        signed_sets=sets,
        types=[entry.toml for entry in catalogue.entries],
        purposes=registered(desk),
        document_signers=_document_signers(desk, at),
    )


def _document_signers(desk: Desk, at: datetime) -> list[Certificate]:
    """Return the certificates under which documents are met now or will be: those made ahead as well."""
    withdrawn = {each.fingerprint for each in desk.register.withdrawals()}
    return [
        Certificate.from_der(each.certificate)
        for each in desk.register.signers(SignerRole.DOCUMENT)
        if each.fingerprint not in withdrawn and each.not_after >= at
    ]


def _tokens(
    desk: Desk, signer: Signer, certificate: Certificate, *, at: datetime, until: datetime
) -> tuple[list[bytes], int]:
    """Sign every status list, and count what is revoked or suspended in them."""
    tokens, marked = [], 0
    for facts in desk.register.status_lists():
        packed = desk.register.status_bytes(facts.list_id)
        status_list = StatusList(facts.bits, packed)
        marked += status_list.size - status_list.count(0)
        tokens.append(
            build_status_token(
                signer,
                [certificate],
                uri=facts.uri,
                issued_at=at,
                expires_at=until,
                ttl=_TTL,
                status_list=status_list,
            )
        )
    return tokens, marked
