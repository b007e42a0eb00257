"""The drill of a stolen document signer: what the thief can do before, what is left after, and how fast.

It plays on a copy of the agency. Documents are made for nobody, with the copy's own key: some by the rules,
and some as a thief makes them, dated back and unknown to the register. Three counters take both.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock, SystemClock
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.mso import ValidityInfo
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import WALLET_IMPORT
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.store import TrustStore
from counterproof.words.language import tr
from counterproof.words.model import N_
from issuer.agency.desk import start_of_day
from issuer.agency.lists import list_for
from issuer.register import BatchRecord, CredentialRecord, SignerRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from issuer.agency import Agency
    from issuer.register import Signer

COUNTERS = 3
_ELEMENT = "drill"
_BITS = 2
_BACK = timedelta(days=30)
_POLICY = replace(WALLET_IMPORT, required=WALLET_IMPORT.required | {CheckId.STATUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that was done, and how long it took, in seconds; `told` is its name as a person reads it."""

    name: str
    told: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many documents a counter accepted, of how many."""

    honest: int
    honest_accepted: int
    forged: int
    forged_accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """What the drill showed.

    `before`, `after` and `missed` are what a counter makes of the same documents with the lists of the day
    before, with the new ones, and where the update never came: the revocation list that it has counts until
    `missed_until`. `batches` and `documents` are what the agency's register holds of this signer without the
    drill's own; `set_size` is in bytes. `again` says that a new signer's document is accepted everywhere.
    """

    signer: str
    counters: int
    steps: tuple[Step, ...]
    before: Counts
    after: Counts
    missed: Counts
    missed_until: datetime
    batches: int
    documents: int
    set_size: int
    again: bool

    @property
    def passed(self) -> bool:
        """Whether every forgery was refused, no honest holder lost anything, and issuing goes on."""
        return (
            self.after.forged_accepted == 0 and self.after.honest_accepted == self.after.honest and self.again
        )

    @property
    def seconds(self) -> float:
        """How long all of it took, but for the people."""
        return sum(step.seconds for step in self.steps)


class StolenSignerDrill:
    """One run; `open_copy` opens the copied agency with the clock that is given, `folder` is for the rest."""

    def __init__(
        self,
        open_copy: Callable[[FixedClock], Agency],
        folder: Path,
        at: datetime,
        *,
        documents: int,
        tell: Callable[[str], None],
    ) -> None:
        self._open, self._folder, self._documents, self._tell = open_copy, folder, documents, tell
        self._clock = FixedClock(at.replace(microsecond=0))
        self._steps: list[Step] = []
        self._stores = [TrustStore(folder / f"counter-{number + 1}") for number in range(COUNTERS)]
        self._late = TrustStore(folder / "counter-without-update")

    def run(self) -> DrillResult:
        """Play it through; raises what the agency's own acts raise."""
        with self._open(self._clock) as agency:
            signer = agency.desk.signer(SignerRole.DOCUMENT, agency.desk.now())
            honest = self._honest(agency, signer)
            forged = self._forged(agency, signer)
            self._publish(agency, N_("publish: the day before"), (*self._stores, self._late))
            before = self._counts(self._stores, honest, forged)
            missed_until = min(each.next_update for each in agency.register.crls())
            with self._step(N_("mark the signer as stolen")):
                done = agency.mark_stolen(signer.fingerprint.hex(), reason="drill")
            set_size = self._publish(agency, N_("publish: with the signed set"), self._stores)
            after = self._counts(self._stores, honest, forged)
            missed = self._counts([self._late], honest, forged)
            again = self._again(agency)
        return DrillResult(
            signer=done.fingerprint,
            counters=COUNTERS,
            steps=tuple(self._steps),
            before=before,
            after=after,
            missed=missed,
            missed_until=missed_until,
            batches=done.batches - 1,
            documents=done.credentials - self._documents,
            set_size=set_size,
            again=again,
        )

    @contextlib.contextmanager
    def _step(self, message: str, **facts: object) -> Iterator[None]:
        told = tr(message).format(**facts)
        self._tell(told)
        clock = SystemClock()
        start = clock.monotonic()
        yield
        seconds = round(clock.monotonic() - start, 3)
        self._steps.append(Step(name=message.format(**facts), told=told, seconds=seconds))
        self._clock.advance(2)

    def _honest(self, agency: Agency, signer: Signer) -> list[bytes]:
        """Issue to nobody, by the rules: places in a list, the register, and only then the document."""
        with self._step(N_("issue honest documents")):
            documents, records = [], []
            place = list_for(agency.desk, _BITS, self._documents)
            template = self._template(agency, signer, start_of_day(self._clock.now()), place.uri)
            for index in agency.register.allocate_indices(place.list_id, self._documents):
                key = _device_key()
                issued = template.issue([b"\xf5"], key, agency.desk.random, index)
                documents.append(issued.issuer_signed)
                records.append(
                    CredentialRecord(
                        mso_digest=hashlib.sha256(issued.payload).digest(),
                        device_key=hashlib.sha256(key.to_bytes()).digest(),
                        index=index,
                    )
                )
            self._record(agency, signer, place.list_id, records)
        return documents

    def _record(self, agency: Agency, signer: Signer, list_id: int, records: list[CredentialRecord]) -> None:
        start = start_of_day(self._clock.now())
        batch = BatchRecord(
            doc_type=_doc_type(agency),
            doc_type_version=1,
            subject="drill",
            signer=signer.fingerprint,
            list_id=list_id,
            credentials=tuple(records),
            valid_from=start,
            valid_until=self._until(signer, start),
            who=agency.desk.who,
        )
        agency.register.record_batch(batch, at=self._clock.now())

    def _forged(self, agency: Agency, signer: Signer) -> list[bytes]:
        """Make documents as a thief does: dated back as far as goes, in no list, and in no register."""
        with self._step(N_("forge documents with the stolen key, dated back")):
            start = max(start_of_day(self._clock.now()) - _BACK, signer.not_before)
            template = self._template(agency, signer, start, None)
            return [
                template.issue([b"\xf5"], _device_key(), agency.desk.random).issuer_signed
                for _ in range(self._documents)
            ]

    def _template(self, agency: Agency, signer: Signer, start: datetime, uri: str | None) -> IssuingTemplate:
        certificate = Certificate.from_der(signer.certificate)
        doc_type = _doc_type(agency)
        return IssuingTemplate(
            doc_type,
            {doc_type: [_ELEMENT]},
            validity=ValidityInfo(start, start, self._until(signer, start)),
            signer=agency.desk.keys.signer(SignerRole.DOCUMENT, certificate),
            chain=[certificate.der],
            status_uri=uri,
        )

    @staticmethod
    def _until(signer: Signer, start: datetime) -> datetime:
        return min(start + timedelta(days=90), signer.not_after)

    def _publish(self, agency: Agency, name: str, stores: tuple[TrustStore, ...] | list[TrustStore]) -> int:
        """Publish, and bring it to the counters; return the size of the signed sets in it, bytes."""
        out = self._folder / "published"
        with self._step(name):
            agency.publish(out)
        for number, store in enumerate(stores, start=1):
            late = N_("the counter that gets no more updates takes it")
            with self._step(N_("counter {n} takes it") if number <= COUNTERS else late, n=number):
                store.add(out, confirm=lambda _: True, at=self._clock.now())
        sets = agency.desk.folder / "signed-sets"
        return sum(path.stat().st_size for path in sets.iterdir()) if sets.is_dir() else 0

    def _counts(self, stores: list[TrustStore], honest: list[bytes], forged: list[bytes]) -> Counts:
        """Let every counter judge every document."""
        if len(stores) > 1:
            words = tr("{n} counters judge {documents} documents")
        else:
            words = tr("the counter without the update judges {documents} documents")
        self._tell(words.format(n=len(stores), documents=len(honest) + len(forged)))
        taken = [self._accepted(store, documents) for store in stores for documents in (honest, forged)]
        return Counts(
            honest=len(honest) * len(stores),
            honest_accepted=sum(taken[::2]),
            forged=len(forged) * len(stores),
            forged_accepted=sum(taken[1::2]),
        )

    def _accepted(self, store: TrustStore, documents: list[bytes]) -> int:
        trust = store.read()
        issuers, statuses = trust.issuers(), trust.statuses()
        reports = [
            verify_issuer_signed(each, trust=issuers, at=self._clock.now(), policy=_POLICY, statuses=statuses)
            for each in documents
        ]
        return sum(report.verdict is Verdict.ACCEPTED for report in reports)

    def _again(self, agency: Agency) -> bool:
        """Make a new signer, issue, publish, and see that every counter takes it."""
        with self._step(N_("make a new signer")):
            signer = agency.rotate_signer().signer
        documents = self._honest(agency, signer)
        self._publish(agency, N_("publish: by the new signer"), self._stores)
        counts = self._counts(self._stores, documents, [])
        return counts.honest_accepted == counts.honest


def _doc_type(agency: Agency) -> str:
    return agency.catalogue().doc_types[0]


def _device_key() -> CoseKey:
    return CoseKey.from_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
