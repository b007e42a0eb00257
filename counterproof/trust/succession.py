"""What may follow what: rules for taking a newer set of an agency in place of the one that is held.

1. The set is newer; the same moment with other bytes means that the agency signed two truths.
2. Who signed it is not on a revocation list, the held ones included.
3. No status list goes back in time, and no revocation is taken back (`StatusLists`).
4. A revocation list of a root stays as long as the root does, and never goes back; nor does an entry leave
   it while the certificate that it names could still be in force.
5. Another reader root is a new trust, and waits for a person.
6. So is another name, another country, or one more docType: the key that signs every day must not be
   enough to pass for another agency, or to make cards of other kinds good. Fewer docTypes are not.
7. The set of what a stolen signer signed stays as long as the signer's certificate, and never grows: who
   stole that key and the one that signs every day could else write documents into it. One that a signer
   made who was withdrawn since proves nothing, and binds nobody.
8. All of this holds against every older set of the agency that is known, whichever way it came: what one way
   may not take back, another may not either.
What is refused changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from counterproof.mdoc.certificates.profile import LIFE_SLACK, READER
from counterproof.mdoc.certificates.revocation import newest_list
from counterproof.mdoc.errors import CounterproofError, StoreError
from counterproof.mdoc.lists.signed_set import verify_signed_set
from counterproof.mdoc.lists.signer import same_authority
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.trust.manifest import format_time, prove_manifest
from counterproof.trust.names import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from counterproof.mdoc.lists.signed_set import SignedSet
    from counterproof.trust.contents import AgencyContents


_LONGEST_LIFE = READER.max_life + LIFE_SLACK
"""No certificate that a root lists lives longer than this, counted from its revocation."""


class Action(StrEnum):
    """What became of an agency in the store."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


class Detail(NamedTuple):
    """One thing that is new, newer or gone: `kind` as the roles of a manifest, and its own name."""

    change: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What an update did: for `trust add`, `trust update` and their `--json`."""

    action: Action
    agency: str
    fingerprint: str
    issued_at: datetime
    before: datetime | None
    details: tuple[Detail, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values; times in RFC 3339."""
        return {
            "action": self.action.value,
            "name": self.agency,
            "fingerprint": self.fingerprint,
            "issued_at": format_time(self.issued_at),
            "before": format_time(self.before) if self.before is not None else None,
            "details": [each._asdict() for each in self.details],
        }


def check_succession(old: AgencyContents, new: AgencyContents) -> bool:
    """Check that `new` may replace `old` of the same root; return False if it is the very same set.

    Raises StoreError `trust.older`, `trust.same-time`, `trust.crl-dropped`, `trust.crl-older`,
    `trust.crl-unrevoked`, `trust.signed-set-dropped`, `trust.signed-set-grew`, `status.*`,
    and CryptoError `trust.signer-untrusted`.
    """
    if new.manifest_bytes == old.manifest_bytes:
        return False
    held, offered = old.manifest.issued_at, new.manifest.issued_at
    if new.issued_at < old.issued_at:
        raise StoreError("trust.older", held=held, offered=offered)
    if new.issued_at == old.issued_at:
        raise StoreError("trust.same-time", held=held)
    crls = old.crls + new.crls
    prove_manifest(new.manifest_bytes, new.signature, root=new.root, at=new.issued_at, crls=crls)
    _check_statuses(old, new)
    _check_crls(old, new)
    _check_signed_sets(old, new)
    return True


def check_against(known: Iterable[AgencyContents], new: AgencyContents) -> None:
    """Check that `new` may follow on whatever older set of the same agency is known from anywhere.

    What is newer than `new` goes on counting in its place, so it has no say. Raises as `check_succession`.
    """
    for each in known:
        if same_authority(each.root, new.root) and each.issued_at <= new.issued_at:
            check_succession(each, new)


def _check_statuses(old: AgencyContents, new: AgencyContents) -> None:
    lists = StatusLists()
    for contents, crls in ((old, old.crls), (new, old.crls + new.crls)):
        for entry in contents.manifest.entries("status-list"):
            token = contents.files[entry.path]
            # The held ones were proven without knowing of later revocations, and are to stay comparable.
            lists.add(token, anchors=[contents.root], at=contents.issued_at, crls=crls)


def _check_crls(old: AgencyContents, new: AgencyContents) -> None:
    for root in (new.root, new.reader_root):
        held = newest_list(root, old.crls) if root is not None else None
        if root is None or held is None:
            continue
        offered = newest_list(root, new.crls)
        if offered is None:
            raise StoreError("trust.crl-dropped")
        if (offered.this_update, offered.number) < (held.this_update, held.number):
            raise StoreError(
                "trust.crl-older", held=held.this_update.isoformat(), offered=offered.this_update.isoformat()
            )
        if held.unlisted_in(offered, _LONGEST_LIFE):
            raise StoreError("trust.crl-unrevoked")


def _check_signed_sets(old: AgencyContents, new: AgencyContents) -> None:
    offered = {each.of: each.signed for each in new.signed_sets}
    for held in old.signed_sets:
        if not _still_proven(held.signed, new):
            continue
        signed = offered.get(held.of)
        if signed is None:
            if new.issued_at <= held.signed.signer_certificate.not_after:
                raise StoreError("trust.signed-set-dropped")
        elif signed.grew_from(held.signed):
            raise StoreError("trust.signed-set-grew")


def _still_proven(held: SignedSet, new: AgencyContents) -> bool:
    """Tell whether a set would be believed today, with the revocations that the new lists bring."""
    try:
        verify_signed_set(held, anchors=[new.root], crls=new.crls)
    except CounterproofError:
        return False
    return True


def summarize(old: AgencyContents | None, new: AgencyContents) -> ChangeSummary:
    """Say what is new, newer and gone."""
    before, after = _things(old) if old is not None else {}, _things(new)
    details = [Detail("gone", *thing) for thing in before if thing not in after]
    details += [Detail("new", *thing) for thing in after if thing not in before]
    details += [
        Detail("newer", *thing) for thing in after if thing in before and before[thing] != after[thing]
    ]
    action = Action.ADDED if old is None else Action.UPDATED
    return ChangeSummary(
        action, new.name, new.fingerprint, new.issued_at, old.issued_at if old else None, tuple(details)
    )


def unchanged(held: AgencyContents) -> ChangeSummary:
    """Say that the set offered is the one that is held."""
    return ChangeSummary(Action.UNCHANGED, held.name, held.fingerprint, held.issued_at, held.issued_at)


def _things(contents: AgencyContents) -> dict[tuple[str, str], object]:
    """Return everything that can come, change or go, each with what tells one state from the next."""
    things: dict[tuple[str, str], object] = {("name", contents.name): True}
    things |= {("doc-type", each): True for each in contents.manifest.doc_types}
    things |= {("status-list", each.uri): each.token.claims_bytes for each in contents.status_lists}
    things |= {("reader", each.id): each for each in contents.readers}
    things |= {("signed-set", sha256(each.of)): each.signed.content for each in contents.signed_sets}
    things |= {("credential-type", name): each for name, each in contents.types.items()}
    things |= {("purpose", each.id): each for each in contents.purposes}
    if contents.reader_fingerprint is not None:
        things["reader-root", contents.reader_fingerprint] = True
    return things | dict(_crl_things(contents))


def _crl_things(contents: AgencyContents) -> Iterable[tuple[tuple[str, str], object]]:
    for crl in contents.crls:
        role = "issuer-root" if crl.is_signed_by(contents.root) else "reader-root"
        yield ("crl", role), crl.der
