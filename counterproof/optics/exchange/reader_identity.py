"""Who a reader is: its certificate chain judged by the READER profile (ISO/IEC 18013-5, B.1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates.chain import examine_chain
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import READER
from counterproof.mdoc.errors import CounterproofError, MalformedError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.chain import ChainFacts, Problem
    from counterproof.mdoc.certificates.revocation import CertificateList

_UNTRUSTED: Final = "certificate.untrusted"


class ReaderRefusedError(CounterproofError):
    """An asker did not prove who it is; nothing may be answered, whatever the holder says."""


@dataclass(frozen=True, slots=True)
class ReaderTrust:
    """The roots of readers that are listed, and their revocation lists."""

    anchors: Sequence[Certificate]
    crls: Sequence[CertificateList] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader whose chain is sound.

    `known` says whether the chain ends at a listed root. `revocation_known` is False where no current
    revocation list could be asked.
    """

    certificate: Certificate
    anchor: Certificate | None
    known: bool
    revocation_known: bool


def examine_reader(chain: Sequence[bytes], trust: ReaderTrust, at: datetime) -> Reader:
    """Return the reader of `chain` (DER, leaf first, without root) if the chain is sound at `at`.

    Sound: the leaf is a reader's in every respect of the profile, on P-256, and each certificate sent is
    signed by the next. It need not end at a listed root. Raises ReaderRefusedError `exchange.reader-refused`
    with the reason, MalformedError or LimitError `certificate.*` for certificates that cannot be read.
    """
    if not chain:
        raise MalformedError("exchange.reader-chain-missing", index=0)
    leaf, *others = [Certificate.from_der(der) for der in chain]
    p256_public_key(leaf)
    sent = [each for each in others if each not in trust.anchors]
    facts = examine_chain(leaf, sent, trust.anchors, at, READER, crls=trust.crls)
    grave = [problem for problem in facts.problems if not _bearable(facts, problem)]
    if grave:
        raise ReaderRefusedError("exchange.reader-refused", reason=grave[0].code)
    known = facts.path_ok is True
    if not known:
        _check_links(leaf, others, at)
    return Reader(leaf, facts.anchor if known else None, known, facts.not_revoked is True)


def p256_public_key(certificate: Certificate) -> ec.EllipticCurvePublicKey:
    """Return the certificate's key; raise UnsupportedError `exchange.reader-key` unless it is on P-256."""
    key = certificate.public_key
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnsupportedError("exchange.reader-key")
    return key


def _bearable(facts: ChainFacts, problem: Problem) -> bool:
    """Whether a problem makes a reader unknown at most, and not refused.

    What cannot be told without a root (None) does no harm to an unknown reader. Of a known one everything
    can be told but revocation, where no current list is at hand.
    """
    value = getattr(facts, problem.fact)
    if problem.fact == "not_revoked":
        return value is None
    if facts.path_ok is True:
        return False
    return (problem.fact == "path_ok" and problem.code == _UNTRUSTED) or (
        problem.fact != "path_ok" and value is None
    )


def _check_links(leaf: Certificate, others: Sequence[Certificate], at: datetime) -> None:
    below = leaf
    for above in others:
        if not above.is_ca or not above.covers(at) or below.issuer != above.subject:
            raise ReaderRefusedError("exchange.reader-refused", reason="certificate.path")
        if not below.is_signed_by(above):
            raise ReaderRefusedError("exchange.reader-refused", reason="certificate.bad-signature")
        below = above
