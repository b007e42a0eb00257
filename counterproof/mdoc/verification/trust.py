"""Whose signatures are believed: anchors with what they may sign, and a memory of checked signers.

A counter sees the same few document signers all day; building and checking their chain costs more than a
signature. What was found is kept with the window of time in which nothing in it can change.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from counterproof.mdoc.certificates.chain import Problem, examine_chain
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER
from counterproof.mdoc.certificates.revocation import not_revoked
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.verification.checks import NOT_RUN, PASSED, Check, CheckId, Outcome, failed, unsettled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from counterproof.mdoc.certificates.chain import ChainFacts
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import PublicKey
    from counterproof.mdoc.lists.signed_set import SignedSet, VerifiedSignedSet

_REMEMBERED_SIGNERS = 1024
_USABLE = (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey)
_REVOCATION_UNKNOWN = "certificate.revocation-unknown"
_REVOCATION_STALE = "certificate.revocation-stale"

# Which facts make which check; two facts of one check are told apart by their codes.
_FACTS: dict[CheckId, tuple[str, ...]] = {
    CheckId.CHAIN_VALIDITY: ("leaf_in_validity", "path_in_validity"),
    CheckId.CHAIN_PURPOSE: ("eku_ok",),
    CheckId.CHAIN_KEY_USAGE: ("key_usage_ok",),
    CheckId.CHAIN_LEAF: ("not_a_ca",),
    CheckId.CHAIN_EXTENSIONS: ("no_unknown_critical",),
    CheckId.CHAIN_COUNTRY: ("country_ok",),
    CheckId.CHAIN_NAMES: ("names_byte_equal",),
    CheckId.CHAIN_LIFETIME: ("lifetime_ok",),
    CheckId.CHAIN_SERIAL: ("serial_ok",),
    CheckId.CHAIN_ALGORITHM: ("algorithms_ok",),
}


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """An issuer's root, the docTypes that it may sign (None: any), and its name in the trust list."""

    certificate: Certificate
    doc_types: frozenset[str] | None = None
    name: str | None = None
    ends: tuple[tuple[str, datetime], ...] = ()
    """For docTypes that only a list which runs out allows: the docType, and until when the list counts."""
    dates: tuple[tuple[str, datetime], ...] = ()
    """For the same docTypes: when the list was last said to be the newest."""
    heard: datetime | None = None
    """When the issuer last said which of its signers are revoked; None where nothing of it is at hand."""

    def may_sign(self, doc_type: str) -> bool:
        """Whether the trust list lets this issuer sign `doc_type`."""
        return self.doc_types is None or doc_type in self.doc_types

    def is_out_of_date(self, doc_type: str, at: datetime) -> bool:
        """Whether the list that lets this issuer sign `doc_type` has run out: then nobody can tell."""
        return any(name == doc_type and at >= end for name, end in self.ends)

    def is_older(self, doc_type: str, moment: datetime) -> bool:
        """Whether the list that lets this issuer sign `doc_type` was last confirmed before `moment`."""
        return any(name == doc_type and date < moment for name, date in self.dates)


class CheckedSigner(msgspec.Struct, frozen=True, gc=False):
    """What was found of a document signer, good for times from `valid_from` to before `valid_until`.

    `key` is None for a kind of key that no algorithm on the list fits, `leaf` where the caller vouches
    for the bare key. `signed_set` is there where the key was stolen: nothing else of it counts.
    """

    key: PublicKey | None
    leaf: Certificate | None
    anchor: TrustAnchor | None
    checks: tuple[Check, ...]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    signed_set: SignedSet | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the findings hold at `at`."""
        return (
            self.valid_from is not None
            and self.valid_until is not None
            and (self.valid_from <= at < self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class TrustedIssuers:
    """The anchors that are believed, their CRLs, and the signers that were checked under them.

    `signed_sets` are of signers whose keys were stolen.

    It cannot be changed, since what was checked under other anchors would be remembered: make another.
    """

    anchors: tuple[TrustAnchor, ...]
    crls: tuple[CertificateList, ...] = ()
    signed_sets: tuple[VerifiedSignedSet, ...] = ()
    _signers: OrderedDict[tuple[bytes, ...], CheckedSigner] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, certificates: Iterable[Certificate], crls: Iterable[CertificateList] = ()) -> TrustedIssuers:
        """Trust these roots for every docType."""
        return cls(tuple(TrustAnchor(each) for each in certificates), tuple(crls))

    def signer(self, chain: list[bytes], at: datetime) -> CheckedSigner:
        """Return what is known of the signer whose x5chain is `chain` (leaf first) at `at`.

        Raises MalformedError `issuer.no-chain` for an empty one, MalformedError or LimitError
        `certificate.*` for certificates that cannot be read.
        """
        if not chain:
            raise MalformedError("issuer.no-chain")
        name = tuple(chain)
        known = self._signers.get(name)
        if known is None or not known.covers(at):
            known = self._examine(chain, at)
            self._signers[name] = known
            if len(self._signers) > _REMEMBERED_SIGNERS:
                self._signers.popitem(last=False)
        return known

    def _examine(self, chain: list[bytes], at: datetime) -> CheckedSigner:
        leaf, *others = [Certificate.from_der(der) for der in chain]
        roots = [each.certificate for each in self.anchors]
        sent = [each for each in others if each not in roots]
        facts = examine_chain(leaf, sent, roots, at, DOCUMENT_SIGNER, crls=self.crls)
        anchor = next((each for each in self.anchors if each.certificate == facts.anchor), None)
        key = leaf.public_key
        usable = key if isinstance(key, _USABLE) else None
        # Whether a signer was stolen is the root's word, in its list: the key that signs sets every day could
        # else make every document of a good signer worthless.
        signed = self._set_of(leaf, facts.anchor) if facts.not_revoked is not True else None
        if signed is not None and facts.not_revoked is False and facts.path:
            revoked = not_revoked(facts.path, self.crls, at, excused=leaf)
            facts = msgspec.structs.replace(
                facts, not_revoked=revoked, problems=_of_the_stolen(facts, revoked=revoked)
            )
        return CheckedSigner(
            usable, leaf, anchor, chain_checks(facts), facts.valid_from, facts.valid_until, signed
        )

    def _set_of(self, leaf: Certificate, anchor: Certificate | None) -> SignedSet | None:
        """Return what a signer whose key was stolen truly signed, None where nothing is said of it."""
        found = (each.signed for each in self.signed_sets if anchor and each.speaks_for(leaf, anchor))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A signer's bare key that the caller vouches for: nothing of a chain can be told."""

    key: PublicKey

    def signer(self, chain: list[bytes], at: datetime) -> CheckedSigner:
        """Return the key with every check of the chain not run."""
        del chain, at
        return CheckedSigner(self.key, None, None, tuple(NOT_RUN[check] for check in _CHAIN_ORDER))


def _of_the_stolen(facts: ChainFacts, *, revoked: bool | None) -> tuple[Problem, ...]:
    """Return the problems of a chain whose signer is listed as stolen, and whose signed set is at hand."""
    others = [each for each in facts.problems if each.fact != "not_revoked"]
    code = {True: (), None: (_REVOCATION_STALE,), False: ("certificate.revoked",)}[revoked]
    return (*others, *(Problem("not_revoked", each) for each in code))


_BETWEEN = attrgetter(*(name for names in _FACTS.values() for name in names))
_BETWEEN_PASSED = tuple(PASSED[check] for check in _FACTS)
_CHAIN_ORDER = (CheckId.CHAIN_PATH, *_FACTS, CheckId.CHAIN_REVOCATION)


def chain_checks(facts: ChainFacts) -> tuple[Check, ...]:
    """Turn the facts about a chain into checks."""
    codes = dict(facts.problems)
    checks = [_path(facts, codes)]
    if set(_BETWEEN(facts)) == {True}:
        return (*checks, *_BETWEEN_PASSED, _revocation(facts, codes))
    for check, names in _FACTS.items():
        values = [getattr(facts, name) for name in names]
        wrong = next((name for name, value in zip(names, values, strict=True) if value is False), None)
        if wrong is not None:
            checks.append(failed(check, codes[wrong]))
        elif None in values:
            checks.append(NOT_RUN[check])
        else:
            checks.append(PASSED[check])
    checks.append(_revocation(facts, codes))
    return tuple(checks)


def _path(facts: ChainFacts, codes: dict[str, str]) -> Check:
    """Judge the path; where it was refused for what another fact names, that one carries the failure."""
    if facts.path_ok:
        return PASSED[CheckId.CHAIN_PATH]
    code = codes["path_ok"]
    named_elsewhere = any(other == code for fact, other in facts.problems if fact != "path_ok")
    if facts.path_ok is None and named_elsewhere:
        return Check(CheckId.CHAIN_PATH, Outcome.PASSED, code)
    return failed(CheckId.CHAIN_PATH, code)


def _revocation(facts: ChainFacts, codes: dict[str, str]) -> Check:
    """Judge revocation: a CRL counts when one is known; none at all is no finding, a stale one is open."""
    if facts.not_revoked:
        return PASSED[CheckId.CHAIN_REVOCATION]
    code = codes.get("not_revoked", _REVOCATION_UNKNOWN)
    if facts.not_revoked is False:
        return failed(CheckId.CHAIN_REVOCATION, code)
    if code == _REVOCATION_UNKNOWN:
        return Check(CheckId.CHAIN_REVOCATION, Outcome.PASSED, code)
    return unsettled(CheckId.CHAIN_REVOCATION, code)
