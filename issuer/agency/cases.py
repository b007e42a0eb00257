"""Case files: notes, and one signed export of a case, verified by anybody who has the agency's root.

The export is the case as JSON inside a COSE_Sign1 of the status signer, with its certificates. It holds every
entry of the record about the case just as it was hashed, so that it can be found again in the chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.path import find_path
from counterproof.mdoc.cose import HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import CounterproofError, LimitError, StoreError, UsageError
from counterproof.mdoc.limits import CborLimits
from counterproof.trust.names import fingerprint
from issuer.register import SignerRole
from issuer.register.acts import chained
from issuer.register.console_model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer.agency.desk import Desk
    from issuer.register.cases import CaseSummary, Entry, Matter
    from issuer.register.console_model import Note
    from issuer.register.model import BatchFacts

SUFFIX: Final = ".cpcase"
FORMAT: Final = "counterproof-case-1"
MOST_BYTES: Final = 16 * 1024 * 1024
_LIMITS: Final = CborLimits(size=MOST_BYTES, depth=8, items=1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """An export that was verified: the case as it was signed, when, and by whose root."""

    case: dict[str, Any]
    signed_at: datetime
    root: str


class Cases:
    """The cases of one agency."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def matter(self, name: str) -> Matter:
        """Return the case that an offer, an application, a batch or a copy belongs to.

        Raises UsageError `register.no-such-case`.
        """
        return self._desk.register.cases.matter(name)

    def every(
        self, *, subject: str | None = None, doc_type: str | None = None, limit: int = 50
    ) -> tuple[CaseSummary, ...]:
        """Return cases, the newest first; raises UsageError `agency.no-such-type`."""
        kind = None if doc_type is None else self._desk.catalogue().find(doc_type).type.doc_type
        return self._desk.register.cases.cases(subject=subject, doc_type=kind, limit=limit)

    def note(self, name: str, text: str, kind: str = NoteKind.NOTE) -> Note:
        """Write a note, or what went to the person or came from them; raises `register.bad-note`."""
        if kind not in set(NoteKind):
            raise UsageError("register.bad-note-kind", known=", ".join(NoteKind))
        desk = self._desk
        return desk.register.cases.add_note(name, NoteKind(kind), text, who=desk.who, at=desk.now())

    def export(self, name: str) -> bytes:
        """Return a signed copy of a case; that it was taken is an entry of the case too.

        Raises UsageError `register.no-such-case`, StoreError `agency.no-signer`, `agency.signer-retired`.
        """
        desk = self._desk
        at = desk.now().replace(microsecond=0)
        certificate = Certificate.from_der(desk.signer(SignerRole.STATUS, at).certificate)
        signer = desk.keys.signer(SignerRole.STATUS, certificate)
        desk.register.cases.log_export(name, who=desk.who, at=at)
        matter = self.matter(name)
        uris = {each.list_id: each.uri for each in desk.register.status_lists()}
        facts = {
            "format": FORMAT,
            "agency": desk.facts.name,
            "issuer": desk.facts.url,
            "signed_at": at.isoformat(),
            "signed_for": str(desk.who),
            "head": desk.register.log_head().text,
            **case_facts(matter, uris),
        }
        payload = json.dumps(facts, ensure_ascii=False, indent=1).encode()
        chain = [certificate.der, desk.root(SignerRole.IACA).der]
        message = CoseSign1.sign(signer, payload, unprotected={HEADER_X5CHAIN: chain})
        return encode(message.to_list())

    def check_here(self, found: CaseFile) -> int:
        """Check that every entry of an export is in this register just so; return how many.

        Raises StoreError `agency.case-entry`.
        """
        for entry in found.case["entries"]:
            if self._desk.register.digest_at(entry["number"]) != bytes.fromhex(entry["hash"]):
                raise StoreError("agency.case-entry", number=entry["number"])
        return len(found.case["entries"])


def read(content: bytes, root: Callable[[str], bool]) -> CaseFile:
    """Verify an export; `root` is asked whether the agency's root, by its fingerprint, is the right one.

    Raises LimitError `agency.case-too-large`, StoreError `agency.case-refused`, `agency.case-root`,
    `agency.case-entry`.
    """
    if len(content) > MOST_BYTES:
        raise LimitError("agency.case-too-large", most=MOST_BYTES)
    try:
        message = CoseSign1.from_item(decode_exact(content, _LIMITS))
        leaf, anchor = (Certificate.from_der(each) for each in message.x5chain)
        case = json.loads(message.payload or b"")
        at = datetime.fromisoformat(case["signed_at"])
        path = find_path(leaf, [], [anchor], at)
        holds = path.ok and leaf.covers(at) and message.verify(leaf.public_key)  # type: ignore[arg-type] # refused below
        holds = holds and case["format"] == FORMAT
        altered = [entry["number"] for entry in case["entries"] if not _hashed(entry)]
    except (CounterproofError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise StoreError("agency.case-refused") from None
    if not holds:
        raise StoreError("agency.case-refused")
    if altered:
        raise StoreError("agency.case-entry", number=altered[0])
    if not root(fingerprint(anchor)):
        raise StoreError("agency.case-root", root=fingerprint(anchor))
    return CaseFile(case=case, signed_at=at, root=fingerprint(anchor))


def case_facts(matter: Matter, uris: dict[int, str]) -> dict[str, Any]:
    """Return a case as programs read it: references, digests, statuses, entries; no attribute value."""
    offer = matter.offer
    return {
        "case": matter.case_id,
        "person": matter.subject,
        "doc_type": matter.doc_type,
        "offer": None
        if offer is None
        else {
            "copies": offer.copies,
            "by": offer.who,
            "at": offer.created_at.isoformat(),
            "until": offer.expires_at.isoformat(),
            "state": offer.state.value,
            "wrong_codes": offer.tries,
            "needs_decision": offer.needs_decision,
        },
        "applications": [
            {
                "id": each.application_id,
                "copies": each.copies,
                "at": each.created_at.isoformat(),
                "state": each.state.value,
                "decided_by": each.decided_by,
                "decided_at": None if each.decided_at is None else each.decided_at.isoformat(),
                "reason": each.reason,
                "batch": each.batch_id,
            }
            for each in matter.applications
        ],
        "deliveries": [
            {
                "batch": each.batch_id,
                "at": each.issued_at.isoformat(),
                "wallet_said": each.event,
                "wallet_said_at": None if each.event_at is None else each.event_at.isoformat(),
            }
            for each in matter.deliveries
        ],
        "credentials": [_batch_facts(each, uris) for each in matter.batches],
        "notes": [
            {"entry": each.act, "kind": each.kind.value, "text": each.text, "intact": each.intact}
            for each in matter.notes
        ],
        "entries": [_entry_facts(each) for each in matter.entries],
    }


def _batch_facts(batch: BatchFacts, uris: dict[int, str]) -> dict[str, Any]:
    facts = batch.summary
    return {
        "batch": facts.batch_id,
        "version": facts.doc_type_version,
        "issued_at": facts.issued_at.isoformat(),
        "valid_from": facts.valid_from.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
        "signer_sha256": facts.signer.hex(),
        "copies": [
            {
                "id": each.credential_id,
                "mso_sha256": each.mso_digest.hex(),
                "status_list": uris.get(each.list_id, ""),
                "status_index": each.index,
                "status": each.status.name.lower(),
                "reason": each.reason,
                "changed_at": None if each.updated_at is None else each.updated_at.isoformat(),
            }
            for each in batch.credentials
        ],
    }


def _entry_facts(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.seq,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "authority": entry.authority,
        "act": entry.action,
        "target": entry.target,
        "why": entry.why,
        "details": entry.details,
        "before": entry.before.hex(),
        "hash": entry.digest.hex(),
    }


def _hashed(entry: dict[str, Any]) -> bool:
    row = {
        "seq": entry["number"],
        "at": datetime.fromisoformat(entry["at"]),
        "actor": entry["who"],
        "authority": entry["authority"],
        "action": entry["act"],
        "target": entry["target"],
        "reason": entry["why"],
        "details": entry["details"],
    }
    return chained(bytes.fromhex(entry["before"]), row) == bytes.fromhex(entry["hash"])
