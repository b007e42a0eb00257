"""The decision as data: verdict, checks, and the one type that hands out element values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.checks import NOT_RUN, ORDER, Check, CheckId, Outcome
from counterproof.mdoc.verification.policy import QUALIFIERS, Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.mso import ValidityInfo
    from counterproof.mdoc.verification.policy import VerificationPolicy

_KEY = object()


class Verdict(StrEnum):
    """What the decision is."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A dated piece of outside evidence that the decision rests on; `age` in seconds."""

    kind: str
    issued_at: datetime
    age: float


class Contents(msgspec.Struct, frozen=True, gc=False):
    """What a document says, before anybody may look: element values of both signers, and who vouches.

    `elements` is namespace -> identifier -> value as the issuer signed them; `device_elements` are what
    the holder's device added itself and no agency vouches for. `issuer` is the name in the trust list.
    """

    doc_type: str
    elements: Mapping[str, Mapping[str, Any]]
    device_elements: Mapping[str, Mapping[str, Any]]
    validity: ValidityInfo
    issuer: str | None
    anchor: Certificate | None

    def __repr__(self) -> str:
        return f"Contents({self.doc_type}, {sum(map(len, self.elements.values()))} elements)"


class VerifiedDocument:
    """A document that passed every proof; the only place where element values may be read."""

    __slots__ = ("_contents",)

    def __init__(self, key: object, contents: Contents) -> None:
        if key is not _KEY:
            raise UsageError("verification.private")
        self._contents = contents

    @property
    def doc_type(self) -> str:
        """The docType that the issuer signed."""
        return self._contents.doc_type

    @property
    def elements(self) -> Mapping[str, Mapping[str, Any]]:
        """Namespace -> identifier -> value, as the issuer signed them."""
        return self._contents.elements

    @property
    def device_elements(self) -> Mapping[str, Mapping[str, Any]]:
        """Namespace -> identifier -> value, as the holder's device added them: no agency vouches."""
        return self._contents.device_elements

    @property
    def validity(self) -> ValidityInfo:
        """Signed when, valid between which times."""
        return self._contents.validity

    @property
    def issuer(self) -> str | None:
        """The agency's name in the trust list, never the document's own word for it."""
        return self._contents.issuer

    @property
    def anchor(self) -> Certificate | None:
        """The trust anchor at the end of the signer's chain."""
        return self._contents.anchor

    def __repr__(self) -> str:
        return f"VerifiedDocument({self.doc_type}, {sum(map(len, self.elements.values()))} elements)"


class DocumentReport(msgspec.Struct, frozen=True, gc=False):
    """What was found of one document; `verified` is None unless every proof passed."""

    doc_type: str
    checks: tuple[Check, ...]
    verified: VerifiedDocument | None
    missing: tuple[tuple[str, str], ...] = ()
    unasked: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class VerificationReport(msgspec.Struct, frozen=True, gc=False):
    """A decision and everything it rests on.

    `code` is "ok" when accepted, otherwise the code of the first required check in order that did not
    pass. `checks` are those of the message as a whole, each document has its own. `missing_documents`
    are docTypes asked for and not shown, `left_out` docTypes shown and not asked for.
    """

    verdict: Verdict
    code: str
    policy: str
    mode: Mode
    at: datetime
    checks: tuple[Check, ...]
    documents: tuple[DocumentReport, ...]
    required: frozenset[CheckId]
    missing_documents: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def qualifier(self) -> str:
        """How the response came, to be said wherever the verdict is said."""
        return QUALIFIERS[self.mode]

    @property
    def failed(self) -> tuple[CheckId, ...]:
        """The required checks that failed or could not be settled, in order, each once."""
        return self._ended(Outcome.FAILED, Outcome.INDETERMINATE)

    @property
    def not_run(self) -> tuple[CheckId, ...]:
        """The required checks that did not run, mostly because one before them failed; in order."""
        return self._ended(Outcome.NOT_RUN)

    def _ended(self, *outcomes: Outcome) -> tuple[CheckId, ...]:
        found = {check.id for check in self.all_checks() if check.outcome in outcomes}
        return tuple(sorted(found & self.required, key=ORDER.__getitem__))

    @property
    def verified(self) -> tuple[VerifiedDocument, ...]:
        """The documents that passed every proof, whatever the verdict on the whole."""
        return tuple(each.verified for each in self.documents if each.verified is not None)

    @property
    def missing(self) -> tuple[tuple[str, str, str], ...]:
        """What was asked for and not shown: docType, namespace, identifier."""
        return tuple((each.doc_type, *pair) for each in self.documents for pair in each.missing)

    def all_checks(self) -> Iterable[Check]:
        """Yield the checks of the message and of every document."""
        yield from self.checks
        for document in self.documents:
            yield from document.checks


def decide(
    policy: VerificationPolicy, mode: Mode, checks: Sequence[Check], documents: Sequence[Sequence[Check]]
) -> tuple[Verdict, str]:
    """Return verdict and code: the only place that says ACCEPTED.

    Every required check must be present and passed, those of a document for each document. One that
    failed, or did not run though nothing stopped it, refuses; one that could not be settled leaves the
    decision open.
    """
    plan = policy.plans[mode]
    obstacles = _obstacles(checks, plan.message, plan.required)
    for document in documents or ((),):
        obstacles += _obstacles(document, plan.document, plan.required)
    if not obstacles:
        return Verdict.ACCEPTED, "ok"
    worst = min(obstacles, key=_gravity)
    if worst.outcome is Outcome.INDETERMINATE:
        return Verdict.UNDECIDED, worst.code
    return Verdict.REFUSED, worst.code


def _obstacles(
    group: Sequence[Check], expected: frozenset[CheckId], required: frozenset[CheckId]
) -> list[Check]:
    """Return the required checks of a group that did not pass, and those that are not even there."""
    passed = {check.id for check in group if check.outcome is _PASSED}
    if len(passed) == len(group) and expected <= passed:
        return []
    found = [check for check in group if check.outcome is not Outcome.PASSED and check.id in required]
    return [*found, *(NOT_RUN[check] for check in expected.difference([check.id for check in group]))]


_PASSED = Outcome.PASSED


_SEVERITY = {Outcome.FAILED: 0, Outcome.NOT_RUN: 1, Outcome.INDETERMINATE: 2}


def _gravity(check: Check) -> tuple[int, int]:
    """Sort the graver first, then the earlier in order."""
    return _SEVERITY[check.outcome], ORDER[check.id]


def hand_out(
    contents: Contents, checks: Iterable[Check], needed: frozenset[CheckId]
) -> VerifiedDocument | None:
    """Return the verified document if every check in `needed` is present and passed, otherwise None."""
    if not needed or not needed <= {check.id for check in checks if check.outcome is _PASSED}:
        return None
    return VerifiedDocument(_KEY, contents)
