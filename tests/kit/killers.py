"""For every CheckId one presentation that is refused by it alone: the kill matrix.

A killer takes the checks that are switched off and returns the report. With none off the check stands alone
in `report.failed`; with its own check off the presentation is wrongly accepted, which shows that nothing
else would have caught it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.cose import ES256, SoftwareSigner
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.lists.signed_set import SignedSet, verify_signed_set
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.verification.checks import CheckId as C
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_PAPER, COUNTER_SHOWN, SESSION, Mode
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.status import ListedStatuses
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.exchange.examine import Moment, examine_shown, examine_slip
from counterproof.optics.exchange.memories import Challenge, MemoryLedger, SeenCodes
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.slip import QrSlip, SlipTerms
from tests.kit.certificates import AT
from tests.kit.factory.all import FOLDER
from tests.kit.factory.forge import DOC_TYPE, SPACE, Auth, Forge

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.mdoc.verification.report import VerificationReport
    from counterproof.optics.exchange.facts import ExchangeFacts

NOW = AT.timestamp()
LIBRARY = "HARBOUR-7"


@dataclass(frozen=True)
class Attempt:
    """A presentation and everything that it is judged by."""

    data: bytes | DeviceResponse
    presentation: Presentation
    trust: TrustedIssuers
    policy: VerificationPolicy = SESSION
    at: datetime = AT
    statuses: ListedStatuses | None = None

    def report(self, *off: C) -> VerificationReport:
        """Judge it, with some checks switched off."""
        policy = self.policy.unsafe_without(*off) if off else self.policy
        return verify_device_response(
            self.data,
            self.presentation,
            trust=self.trust,
            policy=policy,
            at=self.at,
            statuses=self.statuses,
        )


VECTORS: dict[C, str] = {
    C.CHAIN_PATH: "x509/anchor-not-ca",
    C.CHAIN_VALIDITY: "x509/issuer-expired",
    C.CHAIN_PURPOSE: "x509/eku-reader",
    C.CHAIN_KEY_USAGE: "x509/ku-non-repudiation",
    C.CHAIN_LEAF: "x509/leaf-ca-flag",
    C.CHAIN_EXTENSIONS: "x509/critical-unknown",
    C.CHAIN_COUNTRY: "x509/country-differs",
    C.CHAIN_NAMES: "x509/issuer-name-case",
    C.CHAIN_LIFETIME: "x509/lifetime-458-days",
    C.CHAIN_SERIAL: "x509/serial-huge",
    C.CHAIN_ALGORITHM: "x509/issuer-on-ed25519",
    C.ISSUER_SIGNATURE: "cose/sig-first-bit",
    C.ISSUER_SIGNED_SET: "signed-set/document-of-the-thief",
    C.DIGEST_KNOWN: "item/space-renamed",
    C.DIGEST_MATCH: "item/value-changed",
    C.ELEMENT_UNIQUE: "item/twice",
    C.DOC_TYPE_SIGNED: "mso/doctype-differs",
    C.VALIDITY_ORDER: "mso/signed-after-valid-from",
    C.VALIDITY_SIGNER: "mso/signed-before-signer",
    C.VALIDITY_FROM: "mso/not-yet-valid",
    C.VALIDITY_UNTIL: "mso/expired",
    C.DEVICE_AUTHORIZED: "device/unauthorized",
    C.DEVICE_AUTH: "device/other-session",
    C.STATUS: "status/document-revoked",
}
"""The checks that a published vector kills."""


def from_vector(name: str) -> Attempt:
    """Read a published device-response vector as a presentation."""
    case = json.loads((FOLDER / f"{name.replace('/', '_')}.json").read_bytes())
    assert case["kind"] == "device-response"
    at = datetime.fromisoformat(case["at"]).astimezone(UTC)
    anchors = [Certificate.from_der(bytes.fromhex(der)) for der in case["anchors"]]
    statuses = None
    if "status_lists" in case:
        lists = StatusLists()
        for token in case["status_lists"]:
            lists.add(bytes.fromhex(token), anchors=anchors, at=at)
        statuses = ListedStatuses(lists)
    presentation = Presentation(Mode.SESSION, bytes.fromhex(case["transcript"]))
    data = bytes.fromhex(case["bytes"])
    crls = tuple(CertificateList.from_der(bytes.fromhex(der)) for der in case.get("crls", ()))
    sets = [SignedSet.from_bytes(bytes.fromhex(each)) for each in case.get("signed_sets", ())]
    proven = tuple(verify_signed_set(each, anchors=anchors, crls=crls) for each in sets)
    trust = TrustedIssuers(tuple(map(TrustAnchor, anchors)), crls, proven)
    return Attempt(data, presentation, trust, at=at, statuses=statuses)


@cache
def forge() -> Forge:
    """Return the agency and holder of the presentations that are made here."""
    return Forge()


def honest(mode: Mode = Mode.SESSION, **changes: Any) -> Attempt:
    """Make a presentation that everything is right about, with fields of Attempt replaced."""
    world = forge()
    policy = SESSION if mode is Mode.SESSION else COUNTER
    trust = TrustedIssuers.of([world.agency.anchor])
    plain = Attempt(world.response(), Presentation(mode, world.transcript), trust, policy)
    return replace(plain, **changes)


@dataclass
class Desk:
    """A counter that takes codes shown first and slips; parts of it can be put out of order."""

    policy: VerificationPolicy = COUNTER_PAPER
    at: float = NOW
    floor: float | None = None
    purpose: str = "library.join"
    seen: SeenCodes = field(default_factory=lambda: SeenCodes(NOW - 3600))
    challenge: Challenge = field(default_factory=Challenge)
    transaction: str = "now"

    def moment(self) -> Moment:
        """Return the counter as it is."""
        modes = frozenset(Mode)
        return Moment(self.at, 0.0, self.transaction, modes, self.floor, frozenset({LIBRARY}))

    def take(self, session: bytes, facts: ExchangeFacts) -> Attempt:
        """Return an honest response over this session, presented with these facts."""
        world = forge()
        document = world.document(deviceSigned=world.device_signed(transcript=session))
        presentation = Presentation(facts.mode, session, facts.checks())
        at = datetime.fromtimestamp(self.at, UTC)
        return honest(
            Mode.SHOWN_FIRST,
            data=world.response(document),
            presentation=presentation,
            policy=self.policy,
            at=at,
        )


def shown(desk: Desk, **terms: Any) -> Attempt:
    """Show a code to a desk."""
    made = ShownTerms.make(**{"at": int(NOW), "random": bytes(16), **terms})
    code = QrShown(made, b"")
    return desk.take(code.transcript, examine_shown(code, desk.moment(), desk.seen, desk.challenge))


def slip(desk: Desk, **terms: Any) -> Attempt:
    """Give a slip to a desk."""
    plain: dict[str, Any] = {"not_before": int(NOW) - 60, "not_after": int(NOW) + 60, "random": bytes(16)}
    code = QrSlip(SlipTerms.make(**{**plain, "purpose": "library.join", **terms}), b"")
    facts = examine_slip(
        code, desk.moment(), MemoryLedger(), purpose=desk.purpose, repeats_allowed=False, validities=()
    )
    return desk.take(code.transcript, facts)


def _replayed() -> Attempt:
    desk = Desk()
    code = QrShown(ShownTerms.make(at=int(NOW), random=bytes(16)), b"")
    desk.seen.remember(code.session_digest, "earlier", made_unix=int(NOW), seconds=0.0, unix=NOW)
    return shown(desk)


def _challenged() -> Attempt:
    desk = Desk()
    desk.challenge.open(lambda size: b"\x01" * size, 0.0)
    return shown(desk)


def _revoked() -> Attempt:
    world = forge()
    serial = world.agency.signer_certificate.serial
    crl = build_crl(
        world.kit.iaca,
        [Revocation(serial, AT - timedelta(days=2))],
        number=1,
        this_update=AT - timedelta(days=1),
        next_update=AT + timedelta(days=7),
    )
    return honest(trust=TrustedIssuers.of([world.agency.anchor], [crl]))


def _of_status(status: int) -> Attempt:
    """Bytes cannot say so: they are malformed then; a caller that built the object itself could."""
    response = DeviceResponse.from_bytes(forge().response())
    return honest(data=DeviceResponse(response.documents, status))


def _asked(*asked: RequestedDocument) -> Attempt:
    return honest(presentation=Presentation(Mode.SESSION, forge().transcript, requested=asked))


def _es384_issuer() -> Attempt:
    world = forge()
    signer = SoftwareSigner(world.kit.key("p384", ec.SECP384R1()), deterministic=True)
    leaf = world.kit.plan().but(public_key=signer.public_key).sign()
    data = world.shown(auth=Auth(signer=signer, unprotected={33: leaf.der}))
    return honest(data=data, policy=replace(SESSION, algorithms=frozenset({ES256})))


def _es384_device() -> Attempt:
    world = Forge()
    world.device_signer = SoftwareSigner(world.kit.key("device", ec.SECP384R1()), deterministic=True)
    return honest(data=world.response(), policy=replace(SESSION, device_algorithms=frozenset({ES256})))


def _expired_licence() -> Attempt:
    world = forge()
    items = world.items({"expiry_date": FullDate("2026-05-31")})
    return honest(data=world.shown(signed=items))


ELEMENTS = ((SPACE, "age_over_18"),)

MADE: dict[C, Callable[[], Attempt]] = {
    C.EXCHANGE_MODE: lambda: shown(Desk(policy=COUNTER)),
    C.EXCHANGE_CLOCK: lambda: shown(Desk(floor=NOW + 1)),
    C.EXCHANGE_FRESH: lambda: shown(Desk(at=NOW + 100)),
    C.EXCHANGE_SPAN: lambda: slip(Desk(), not_after=int(NOW) + 32 * 86_400),
    C.EXCHANGE_AUDIENCE: lambda: shown(Desk(policy=COUNTER_SHOWN), audience="OTHER-1"),
    C.EXCHANGE_CHALLENGE: _challenged,
    C.EXCHANGE_PURPOSE: lambda: slip(Desk(purpose="parking.permit")),
    C.EXCHANGE_REPLAY: _replayed,
    C.RESPONSE_STATUS: lambda: _of_status(10),
    C.REQUEST_DOCUMENTS: lambda: _asked(
        RequestedDocument(DOC_TYPE, ELEMENTS), RequestedDocument("eu.europa.ec.av.1", ())
    ),
    C.CHAIN_REVOCATION: _revoked,
    C.ISSUER_ALGORITHM: _es384_issuer,
    C.TRUST_DOC_TYPE: lambda: honest(
        trust=TrustedIssuers((TrustAnchor(forge().agency.anchor, frozenset({"another"})),))
    ),
    C.DEVICE_METHOD: _es384_device,
    C.DOCUMENT_EXPIRY: _expired_licence,
    C.REQUEST_COMPLETE: lambda: _asked(RequestedDocument(DOC_TYPE, (*ELEMENTS, (SPACE, "sex")))),
}
"""The checks that need more than a line of the door: counters, memories, policies, lists."""


def killer(check: C) -> Attempt:
    """Return the presentation that this check alone stops."""
    return from_vector(VECTORS[check]) if check in VECTORS else MADE[check]()
