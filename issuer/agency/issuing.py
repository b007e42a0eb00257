"""Issuing: a wallet's request checked, a batch signed and recorded, and only then the sealed reply.

1. Asked before? Then the answer of that time is given again, and nothing else happens.
2. The request's proofs hold, over a nonce of ours that stands, for this type and as many copies.
3. The person's data fills every element that the type requires.
4. Places in the status list are taken for good, since they stand inside the signed bytes.
5. Each copy is signed with salts, digests, key and place of its own; times are whole days.
6. One transaction: the nonce is used up, the batch and its sealed reply are recorded, the log has an entry.
7. The reply leaves.

A break before 6 costs places in a list of a million. A break behind it costs nothing: asking again is 1.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.handover.reply import CredentialReply, seal_reply
from counterproof.handover.request import check_request, request_hash
from counterproof.mdoc.catalogue import complete
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.mso import ValidityInfo
from issuer.agency.desk import start_of_day
from issuer.agency.lists import list_for
from issuer.agency.offering import check_granted
from issuer.register import BatchRecord, CredentialRecord, SignerRole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterproof.handover.request import CheckedRequest
    from counterproof.mdoc.cose import CoseKey
    from issuer.agency.desk import Desk
    from issuer.agency.types import TypeFile
    from issuer.register import Recorded, Signer
    from issuer.register.allowance import Rule
    from issuer.subjects import Subject

LONGEST = timedelta(days=366)
"""How long a document lasts at most (structures: an MSO up to a year)."""

_KEPT_TEMPLATES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a batch would say, for which keys: nothing was used up or recorded.

    `shortened` says that the document's life was cut to its signer's certificate; `fields` are namespaces and
    identifiers, `values` what is in them.
    """

    entry: TypeFile
    subject: str
    cose_keys: tuple[CoseKey, ...]
    signer: Signer
    valid_from: datetime
    valid_until: datetime
    shortened: bool
    values: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @property
    def copies(self) -> int:
        """How many one-time copies."""
        return len(self.cose_keys)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Namespace and identifier of every element."""
        return tuple((space, name) for space, values in self.values.items() for name in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Draft):
    """A batch that could be issued in answer to a request file: everything was checked."""

    request: CheckedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Copies that are signed and not recorded yet, and the status list that they draw from."""

    documents: tuple[bytes, ...] = field(repr=False)
    records: tuple[CredentialRecord, ...]
    list_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A batch that the register holds; `reply` is the file for the wallet, sealed to it.

    `new` is false where the same request was answered before.
    """

    batch_id: str
    doc_type: str
    subject: str
    copies: int
    valid_from: datetime
    valid_until: datetime
    new: bool
    shortened: bool
    reply: bytes = field(repr=False)


class Issuing:
    """Issues for one agency; keeps what batches have in common between two of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._root = desk.root(SignerRole.IACA)
        self._templates: dict[tuple[Any, ...], IssuingTemplate] = {}

    def plan(self, request: bytes, doc_type: str, subject: Subject, *, valid_days: int | None = None) -> Plan:
        """Check everything that can be checked without changing anything.

        Raises `handover.*`, `json.*`, StoreError `register.nonce-*`, `agency.signer-retired`,
        `agency.no-signer`, UsageError `agency.no-such-type`, `agency.other-type`, `agency.not-offered`,
        `agency.too-long`, `catalogue.*`.
        """
        desk = self._desk
        at = desk.now()
        entry = desk.catalogue().find(doc_type)
        checked = check_request(
            request, issuer=desk.facts.url, nonce_ok=lambda nonce: self._stands(nonce, at), at=at
        )
        if checked.doc_type != entry.type.doc_type:
            raise UsageError("agency.other-type", asked=checked.doc_type, given=entry.type.doc_type)
        check_granted(checked.nonce, checked.doc_type, len(checked.device_keys))
        draft = self.draft(entry, subject, checked.cose_keys, at=at, valid_days=valid_days)
        return Plan(**{each.name: getattr(draft, each.name) for each in fields(draft)}, request=checked)

    def draft(
        self,
        entry: TypeFile,
        subject: Subject,
        cose_keys: tuple[CoseKey, ...],
        *,
        at: datetime,
        valid_days: int | None = None,
    ) -> Draft:
        """Fill in what a person's documents would say; raises as `plan`, but for `handover.*`."""
        desk = self._desk
        signer = desk.signer(SignerRole.DOCUMENT, at)
        valid_from = start_of_day(at)
        valid_until, shortened = end_of_life(entry, signer, valid_from, valid_days)
        values = complete(
            entry.type,
            subject.elements,
            subject.inputs,
            agency_name=desk.facts.name,
            agency_country=desk.facts.country,
            at=at,
        )
        return Draft(
            entry=entry,
            subject=subject.reference,
            cose_keys=cose_keys,
            signer=signer,
            valid_from=valid_from,
            valid_until=valid_until,
            shortened=shortened,
            values=_present(values),
        )

    def issue(
        self,
        request: bytes,
        doc_type: str,
        subject: Subject,
        *,
        valid_days: int | None = None,
        alone: Rule | None = None,
    ) -> Issued:
        """Issue a batch, or give the answer again that this request had before.

        `alone` is as in `Register.record_batch`. Raises as `plan`, UsageError `agency.answered-otherwise`
        where the request was answered for another person or type, and StoreError `register.*`.
        """
        earlier = self.answered(request, doc_type, subject.reference)
        if earlier is not None:
            return earlier
        try:
            plan = self.plan(request, doc_type, subject, valid_days=valid_days)
        except StoreError as error:
            # Between the first look and the nonce, the same request may have been answered next to us.
            meanwhile = (
                self.answered(request, doc_type, subject.reference)
                if error.code == "register.nonce-used"
                else None
            )
            if meanwhile is None:
                raise
            return meanwhile
        return self.carry_out(plan, alone=alone)

    def answered(self, request: bytes, doc_type: str, reference: str) -> Issued | None:
        """Return the answer that this request had before, or None; raises `agency.answered-otherwise`."""
        found = self._desk.catalogue().find(doc_type).type.doc_type
        digest = request_hash(request)
        try:
            recorded = self._desk.register.find_recorded(digest.hex(), _purpose(digest, found, reference))
        except StoreError as error:
            raise _otherwise(error) from None
        return None if recorded is None else self._earlier(recorded)

    def carry_out(self, plan: Plan, *, alone: Rule | None = None) -> Issued:
        """Sign and record what was planned; the reply may leave when this has returned.

        `alone` is as in `Register.record_batch`.
        """
        at = self._desk.clock.now()
        signed = self.sign(plan)
        batch = self._batch(plan, signed, self._seal(plan, signed.documents, at))
        try:
            recorded = self._desk.register.record_batch(batch, at=at, alone=alone)
        except StoreError as error:
            raise _otherwise(error) from None
        if not recorded.new:
            return self._earlier(recorded)
        assert batch.reply is not None  # it was sealed above
        return Issued(
            batch_id=recorded.batch_id,
            doc_type=batch.doc_type,
            subject=plan.subject,
            copies=plan.copies,
            valid_from=plan.valid_from,
            valid_until=plan.valid_until,
            new=True,
            shortened=plan.shortened,
            reply=batch.reply,
        )

    def _seal(self, plan: Plan, documents: tuple[bytes, ...], at: datetime) -> bytes:
        reply = CredentialReply(
            doc_type=plan.entry.type.doc_type,
            credentials=documents,
            type_toml=plan.entry.toml,
            issuer_root=self._root,
            agency=self._desk.facts.name,
            issued_at=at,
        )
        request = plan.request
        return seal_reply(reply, recipient_key=request.recipient_key, request_hash=request.request_hash)

    def _batch(self, plan: Plan, signed: Signed, reply: bytes) -> BatchRecord:
        digest, doc_type = plan.request.request_hash, plan.entry.type.doc_type
        return BatchRecord(
            doc_type=doc_type,
            doc_type_version=plan.entry.type.version,
            subject=plan.subject,
            signer=plan.signer.fingerprint,
            list_id=signed.list_id,
            credentials=signed.records,
            valid_from=plan.valid_from,
            valid_until=plan.valid_until,
            who=self._desk.who,
            nonce=plan.request.nonce,
            idempotency_key=digest.hex(),
            request_digest=_purpose(digest, doc_type, plan.subject),
            reply=reply,
        )

    def sign(self, plan: Draft) -> Signed:
        """Take places in a status list for good, and sign a copy for each key; nothing may leave yet."""
        desk = self._desk
        facts = list_for(desk, plan.entry.type.status_bits, plan.copies)
        template = self._template(plan, facts.uri)
        # Namespaces in the order of their encoded names, as the template writes them.
        spaces = sorted(plan.values, key=encode)
        values = [encode(value) for space in spaces for value in plan.values[space].values()]
        indices = desk.register.allocate_indices(facts.list_id, plan.copies)
        copies = list(zip(plan.cose_keys, indices, strict=True))
        issued = template.issue_copies(values, copies, desk.random)
        records = tuple(
            CredentialRecord(
                mso_digest=hashlib.sha256(each.payload).digest(),
                device_key=hashlib.sha256(key.to_bytes()).digest(),
                index=index,
            )
            for each, (key, index) in zip(issued, copies, strict=True)
        )
        documents = tuple(each.issuer_signed for each in issued)
        return Signed(documents=documents, records=records, list_id=facts.list_id)

    def _template(self, plan: Draft, uri: str) -> IssuingTemplate:
        elements = {space: tuple(values) for space, values in plan.values.items()}
        life = (plan.valid_from, plan.valid_until)
        name = (plan.entry.toml, tuple(elements.items()), *life, uri, plan.signer.fingerprint)
        template = self._templates.get(name)
        if template is None:
            certificate = Certificate.from_der(plan.signer.certificate)
            template = IssuingTemplate(
                plan.entry.type.doc_type,
                {space: list(identifiers) for space, identifiers in elements.items()},
                validity=ValidityInfo(plan.valid_from, *life),
                signer=self._desk.keys.signer(SignerRole.DOCUMENT, certificate),
                chain=[certificate.der],
                decoys=plan.entry.type.decoys,
                status_uri=uri,
            )
            # Templates hold their signer: none is kept of a signer before this one.
            kept = {key: each for key, each in self._templates.items() if key[-1] == name[-1]}
            self._templates = kept if len(kept) < _KEPT_TEMPLATES else {}
            self._templates[name] = template
        return template

    def _stands(self, nonce: bytes, at: datetime) -> bool:
        """Say yes or raise why not: the register's words are clearer than a plain no."""
        self._desk.register.check_nonce(nonce, at=at)
        return True

    def _earlier(self, recorded: Recorded) -> Issued:
        summary = self._desk.register.show(recorded.batch_id).summary
        if recorded.reply is None:
            raise UsageError("agency.reply-not-kept")
        return Issued(
            batch_id=recorded.batch_id,
            doc_type=summary.doc_type,
            subject=summary.subject,
            copies=summary.copies,
            valid_from=summary.valid_from,
            valid_until=summary.valid_until,
            new=False,
            shortened=False,
            reply=recorded.reply,
        )


def end_of_life(
    entry: TypeFile, signer: Signer, valid_from: datetime, valid_days: int | None
) -> tuple[datetime, bool]:
    """Return when a document ends, and whether that is sooner than its type says.

    A life that was asked for is kept to or refused (`agency.too-long`); one that the type's file says is cut.
    """
    last = min(valid_from + LONGEST, start_of_day(signer.not_after))
    if valid_days is None:
        wanted = valid_from + timedelta(days=entry.type.validity_days)
        return min(wanted, last), wanted > last
    if not 1 <= valid_days <= (last - valid_from).days:
        raise UsageError("agency.too-long", most=(last - valid_from).days)
    return valid_from + timedelta(days=valid_days), False


def _present(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Leave out namespaces of which nothing is issued."""
    return {space: each for space, each in values.items() if each}


def _purpose(digest: bytes, doc_type: str, reference: str) -> bytes:
    """Return what a request was answered for: the same file for somebody else is another matter."""
    return hashlib.sha256(encode([digest, doc_type, reference])).digest()


def _otherwise(error: StoreError) -> StoreError | UsageError:
    if error.code == "register.idempotency-mismatch":
        return UsageError("agency.answered-otherwise")
    return error
