"""A counter in memory: a reader key under its own reader root, requests, and what it finds of codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.verification.policy import Mode
from counterproof.optics.exchange.examine import Moment
from counterproof.optics.exchange.memories import Challenge, MemoryLedger, SeenCodes
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.reader_side import CounterTransaction, ReaderIdentity
from counterproof.optics.exchange.request import READS_STREAMS, RequestTerms
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate

Wanted = dict[str, dict[str, "Sequence[str]"]]
"""docType -> namespace -> identifiers."""

PURPOSE = "library.age-check"
OFFICE, DESK = "HB-LIB", "HB-LIB-3"


class Counter:
    """Asks, and remembers what it accepted; deterministic by seed but for HPKE.

    `anchor` is the reader root to trust, `trust` what a wallet needs. `unix` and `seconds` are its clocks,
    which `wait` moves on.
    """

    def __init__(self, seed: int = 1, at: datetime = AT) -> None:
        self.kit = CertificateKit(f"counter {seed}")
        self.anchor: Certificate = self.kit.reader_ca.certificate
        self.certificate: Certificate = self.kit.reader()
        self.identity = ReaderIdentity(
            SoftwareSigner(self.kit.key("reader"), deterministic=True), [self.certificate.der]
        )
        self.trust = ReaderTrust([self.anchor])
        self.unix = at.timestamp()
        self.seconds = 0.0
        self.seen = SeenCodes(started_unix=self.unix - 3600)
        self.ledger = MemoryLedger()
        self.challenge = Challenge()
        self._requests = 0

    def wait(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.unix += seconds
        self.seconds += seconds

    def terms(
        self,
        *,
        purpose: str = PURPOSE,
        good_for: int = 120,
        longest_answer: int = 65_535,
        features: int = READS_STREAMS,
        label: str | None = "Desk 3",
    ) -> RequestTerms:
        """Return terms made now."""
        return RequestTerms.make(
            purpose=purpose,
            made_at=int(self.unix),
            good_for=good_for,
            longest_answer=longest_answer,
            features=features,
            label=label,
        )

    def request(self, wanted: Wanted, terms: RequestTerms | None = None) -> CounterTransaction:
        """Begin a transaction; every request has a key of its own."""
        self._requests += 1
        items = [
            ItemsRequest.make(doc_type, {ns: dict.fromkeys(names, False) for ns, names in spaces.items()})
            for doc_type, spaces in wanted.items()
        ]
        return CounterTransaction.begin(
            self.identity,
            items,
            terms or self.terms(),
            seconds=self.seconds,
            random=self.kit.random,
            key=self.kit.key(f"one-time {self._requests}"),
        )

    def moment(self, transaction: str = "t1", **changes: object) -> Moment:
        """Return the counter as it is now; every mode is taken unless told otherwise."""
        now = Moment(
            now_unix=self.unix,
            seconds=self.seconds,
            transaction=transaction,
            allowed=frozenset({Mode.TWO_WAY, Mode.SHOWN_FIRST, Mode.SLIP}),
            ids=frozenset({OFFICE, DESK}),
        )
        return replace(now, **changes)  # type: ignore[arg-type]  # each caller names its own field


def wanted_names(wanted: Mapping[str, Mapping[str, Sequence[str]]]) -> set[tuple[str, str]]:
    """Return namespace and identifier of everything wanted."""
    return {(ns, name) for spaces in wanted.values() for ns, names in spaces.items() for name in names}
