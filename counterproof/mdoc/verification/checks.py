"""What is checked: one CheckId a fact, in the order in which a refusal is reported.

The order is ISO/IEC 18013-5, 9.3.1 to 9.3.3, led by what the message itself says and followed by status
and the document's own data.
"""

from __future__ import annotations

from enum import Enum, StrEnum

import msgspec


class CheckId(StrEnum):
    """A fact that a verifier establishes; the value is stable and may be printed and parsed."""

    # Enum hashes by name, in Python; a verdict asks for the hash a few hundred times.
    __hash__ = str.__hash__

    EXCHANGE_MODE = "exchange.mode"
    EXCHANGE_CLOCK = "exchange.clock"
    EXCHANGE_FRESH = "exchange.fresh"
    EXCHANGE_SPAN = "exchange.span"
    EXCHANGE_AUDIENCE = "exchange.audience"
    EXCHANGE_CHALLENGE = "exchange.challenge"
    EXCHANGE_PURPOSE = "exchange.purpose"
    EXCHANGE_REPLAY = "exchange.replay"
    RESPONSE_STATUS = "response.status"
    REQUEST_DOCUMENTS = "request.documents"
    CHAIN_PATH = "chain.path"
    CHAIN_VALIDITY = "chain.validity"
    CHAIN_PURPOSE = "chain.purpose"
    CHAIN_KEY_USAGE = "chain.key-usage"
    CHAIN_LEAF = "chain.leaf"
    CHAIN_EXTENSIONS = "chain.extensions"
    CHAIN_COUNTRY = "chain.country"
    CHAIN_NAMES = "chain.names"
    CHAIN_LIFETIME = "chain.lifetime"
    CHAIN_SERIAL = "chain.serial"
    CHAIN_ALGORITHM = "chain.algorithm"
    CHAIN_REVOCATION = "chain.revocation"
    ISSUER_ALGORITHM = "issuer.algorithm"
    ISSUER_SIGNATURE = "issuer.signature"
    ISSUER_SIGNED_SET = "issuer.signed-set"
    DIGEST_KNOWN = "digest.known"
    DIGEST_MATCH = "digest.match"
    ELEMENT_UNIQUE = "element.unique"
    DOC_TYPE_SIGNED = "doc-type.signed"
    VALIDITY_ORDER = "validity.order"
    VALIDITY_SIGNER = "validity.signer"
    VALIDITY_FROM = "validity.from"
    VALIDITY_UNTIL = "validity.until"
    TRUST_DOC_TYPE = "trust.doc-type"
    DEVICE_AUTHORIZED = "device.authorized"
    DEVICE_METHOD = "device.method"
    DEVICE_AUTH = "device.auth"
    STATUS = "status"
    DOCUMENT_EXPIRY = "document.expiry"
    REQUEST_COMPLETE = "request.complete"


ORDER = {check: place for place, check in enumerate(CheckId)}
"""Where each check stands in the order of reporting."""

CLAUSES: dict[CheckId, str] = {
    CheckId.EXCHANGE_MODE: "QR exchange, verifier 2",
    CheckId.EXCHANGE_CLOCK: "QR exchange, shown first; time floor",
    CheckId.EXCHANGE_FRESH: "QR exchange, verifier 1 and 3",
    CheckId.EXCHANGE_SPAN: "QR exchange, slips",
    CheckId.EXCHANGE_AUDIENCE: "QR exchange, shown first and slips",
    CheckId.EXCHANGE_CHALLENGE: "QR exchange, shown first",
    CheckId.EXCHANGE_PURPOSE: "QR exchange, slips",
    CheckId.EXCHANGE_REPLAY: "QR exchange, verifier 6",
    CheckId.RESPONSE_STATUS: "ISO/IEC 18013-5, 8.3.2.1.2.3",
    CheckId.REQUEST_DOCUMENTS: "QR exchange, verifier 4",
    CheckId.CHAIN_PATH: "ISO/IEC 18013-5, 9.3.3; RFC 5280, 6.1",
    CheckId.CHAIN_VALIDITY: "ISO/IEC 18013-5, 9.3.3; RFC 5280, 6.1.3",
    CheckId.CHAIN_PURPOSE: "ISO/IEC 18013-5, B.1.4 (extended key usage)",
    CheckId.CHAIN_KEY_USAGE: "ISO/IEC 18013-5, B.1.4 (key usage)",
    CheckId.CHAIN_LEAF: "ISO/IEC 18013-5, B.1.4 (not a CA)",
    CheckId.CHAIN_EXTENSIONS: "RFC 5280, 4.2 (critical extensions)",
    CheckId.CHAIN_COUNTRY: "ISO/IEC 18013-5, 9.3.3 (country, state)",
    CheckId.CHAIN_NAMES: "ISO/IEC 18013-5, B.1.4 (issuer byte-equal)",
    CheckId.CHAIN_LIFETIME: "ISO/IEC 18013-5, B.1.4 (457 days)",
    CheckId.CHAIN_SERIAL: "RFC 5280, 4.1.2.2",
    CheckId.CHAIN_ALGORITHM: "ISO/IEC 18013-5, B.1.4 (key and signature algorithms)",
    CheckId.CHAIN_REVOCATION: "ISO/IEC 18013-5, B.2 (CRL)",
    CheckId.ISSUER_ALGORITHM: "ISO/IEC 18013-5, 9.1.2.4; RFC 9053",
    CheckId.ISSUER_SIGNATURE: "ISO/IEC 18013-5, 9.3.1 step 2",
    CheckId.ISSUER_SIGNED_SET: "Signed set of a stolen signer",
    CheckId.DIGEST_KNOWN: "ISO/IEC 18013-5, 9.3.1 step 3",
    CheckId.DIGEST_MATCH: "ISO/IEC 18013-5, 9.3.1 step 3",
    CheckId.ELEMENT_UNIQUE: "ISO/IEC 18013-5, 8.3.2.1.2.2",
    CheckId.DOC_TYPE_SIGNED: "ISO/IEC 18013-5, 9.3.1 step 4",
    CheckId.VALIDITY_ORDER: "ISO/IEC 18013-5, 9.1.2.4",
    CheckId.VALIDITY_SIGNER: "ISO/IEC 18013-5, 9.3.1 step 5 (signed)",
    CheckId.VALIDITY_FROM: "ISO/IEC 18013-5, 9.3.1 step 5 (validFrom)",
    CheckId.VALIDITY_UNTIL: "ISO/IEC 18013-5, 9.3.1 step 5 (validUntil)",
    CheckId.TRUST_DOC_TYPE: "ISO/IEC 18013-5, C.1.7 (docType of the trust list entry)",
    CheckId.DEVICE_AUTHORIZED: "ISO/IEC 18013-5, 9.1.2.4 (keyAuthorizations)",
    CheckId.DEVICE_METHOD: "ISO/IEC 18013-5, 9.1.3.1",
    CheckId.DEVICE_AUTH: "ISO/IEC 18013-5, 9.1.3.4 to 9.1.3.6",
    CheckId.STATUS: "Token Status List, 8.3",
    CheckId.DOCUMENT_EXPIRY: "ISO/IEC 18013-5, 7.2.1 (expiry_date)",
    CheckId.REQUEST_COMPLETE: "QR exchange, verifier 4",
}


class Outcome(Enum):
    """How a check ended; a check that did not run has not passed."""

    __hash__ = object.__hash__

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    NOT_RUN = "not-run"


class Check(msgspec.Struct, frozen=True, gc=False):
    """One fact: `code` is "ok" or says more exactly what was found; it holds no value of a person."""

    id: CheckId
    outcome: Outcome
    code: str = "ok"

    @property
    def clause(self) -> str:
        """Where the rule stands."""
        return CLAUSES[self.id]


PASSED: dict[CheckId, Check] = {check: Check(check, Outcome.PASSED) for check in CheckId}
"""One passed check of each kind, made once: most checks pass, and a busy counter makes thousands."""

NOT_RUN: dict[CheckId, Check] = {
    check: Check(check, Outcome.NOT_RUN, "verification.not-run") for check in CheckId
}
"""One check of each kind that did not run."""


def failed(check: CheckId, code: str | None = None) -> Check:
    """Return a failed check; its code is the check's own id unless a finer one is given."""
    return Check(check, Outcome.FAILED, code or check.value)


def unsettled(check: CheckId, code: str) -> Check:
    """Return a check that the evidence at hand cannot settle."""
    return Check(check, Outcome.INDETERMINATE, code)


def settle(check: CheckId, fact: bool | None, code: str | None = None) -> Check:  # noqa: FBT001 - a fact
    """Turn a fact into a check: True passed, False failed, None could not be told."""
    if fact:
        return PASSED[check]
    return unsettled(check, code or f"{check.value}.unknown") if fact is None else failed(check, code)


class CheckGroup:
    """Checks that are always made together, in order; where all pass, one tuple made once serves."""

    __slots__ = ("_all_passed", "_all_true", "ids")

    def __init__(self, *ids: CheckId) -> None:
        self.ids = ids
        self._all_true = (True,) * len(ids)
        self._all_passed = tuple(PASSED[check] for check in ids)

    def record(self, *facts: bool | None) -> tuple[Check, ...]:
        """Return the checks for these facts: True passed, False failed, None was not looked at."""
        if facts == self._all_true:
            return self._all_passed
        return tuple(
            NOT_RUN[check] if fact is None else settle(check, fact)
            for check, fact in zip(self.ids, facts, strict=True)
        )


CHAIN_CHECKS = frozenset(
    {
        CheckId.CHAIN_PATH,
        CheckId.CHAIN_VALIDITY,
        CheckId.CHAIN_PURPOSE,
        CheckId.CHAIN_KEY_USAGE,
        CheckId.CHAIN_LEAF,
        CheckId.CHAIN_EXTENSIONS,
        CheckId.CHAIN_COUNTRY,
        CheckId.CHAIN_NAMES,
        CheckId.CHAIN_LIFETIME,
        CheckId.CHAIN_SERIAL,
        CheckId.CHAIN_ALGORITHM,
        CheckId.CHAIN_REVOCATION,
    }
)
"""What is known of the document signer's certificate."""

ISSUER_CHECKS = CHAIN_CHECKS | {
    CheckId.ISSUER_ALGORITHM,
    CheckId.ISSUER_SIGNATURE,
    CheckId.ISSUER_SIGNED_SET,
    CheckId.DIGEST_KNOWN,
    CheckId.DIGEST_MATCH,
    CheckId.ELEMENT_UNIQUE,
    CheckId.DOC_TYPE_SIGNED,
    CheckId.VALIDITY_ORDER,
    CheckId.VALIDITY_SIGNER,
    CheckId.VALIDITY_FROM,
    CheckId.VALIDITY_UNTIL,
    CheckId.TRUST_DOC_TYPE,
}
"""What proves that an agency said it."""

DEVICE_CHECKS = frozenset({CheckId.DEVICE_AUTHORIZED, CheckId.DEVICE_METHOD, CheckId.DEVICE_AUTH})
"""What proves that the holder's device answers now."""

PROOF_CHECKS = ISSUER_CHECKS | DEVICE_CHECKS
"""Steps 1 to 8: no element value leaves a document that failed one of them."""

DOCUMENT_CHECKS = PROOF_CHECKS | {CheckId.STATUS, CheckId.DOCUMENT_EXPIRY}
"""The checks that each document has of its own; all others are of the message."""
