"""A decision as JSON for a program: the report as it is, and nothing that was not handed out."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate
from counterproof.words.verifier import moment_in_words

if TYPE_CHECKING:
    from counterproof.mdoc.verification.report import Evidence, VerifiedDocument
    from verifier.decision import Decision

_DEEPEST: Final = 16
_LARGEST: Final = 1 << 64


def as_json(decision: Decision) -> dict[str, Any]:
    """Return the report as plain values, described in docs/guide-clerk.md.

    `elements` are there only where values may be shown; a document that failed a proof never has any.
    """
    report = decision.report
    shown = {id(each) for each in decision.shown}
    return {
        "verdict": decision.verdict.value,
        "code": decision.code,
        "failed": [] if report is None else [each.value for each in report.failed],
        "qualifier": decision.qualifier,
        "policy": None if report is None else report.policy,
        "mode": decision.mode.value,
        "at": decision.clock.at.isoformat(),
        "purpose": decision.purpose or None,
        "repeat": decision.repeat,
        "declined": decision.declined,
        "documents": [
            {
                "doc_type": each.doc_type,
                "issuer": each.verified.issuer,
                "elements": _elements(each.verified),
                "valid_until": each.verified.validity.valid_until.isoformat(),
            }
            for each in decision.documents
            if each.verified is not None and id(each.verified) in shown
        ],
        "missing": [list(each) for each in decision.missing],
        "left_out": [list(each) for each in decision.left_out],
        "notices": list(decision.notices),
        "evidence": [_dated(each, decision) for each in decision.evidence],
        "evidence_needed": None
        if decision.evidence_age is None
        else int(decision.evidence_age.total_seconds()),
    }


def _dated(evidence: Evidence, decision: Decision) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "issued_at": evidence.issued_at.isoformat(),
        "age": int(evidence.age),
        "from": moment_in_words(evidence.issued_at, decision.clock.at),
    }


def _elements(document: VerifiedDocument) -> dict[str, dict[str, Any]]:
    return {
        space: {name: plain_value(value) for name, value in items.items()}
        for space, items in document.elements.items()
    }


def plain_value(value: Any, depth: int = 0) -> Any:
    """Return an element's value for JSON: dates as text, bytes as base64, what JSON cannot hold as null."""
    if depth < _DEEPEST and isinstance(value, list):
        return [plain_value(each, depth + 1) for each in value]
    if depth < _DEEPEST and isinstance(value, dict):
        named = ((key, each) for key, each in value.items() if isinstance(key, str | int))
        return {str(key): plain_value(each, depth + 1) for key, each in named}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, FullDate | TDate):
        return value.text
    if isinstance(value, bytes | EncodedCbor):
        content = value if isinstance(value, bytes) else value.content
        return base64.b64encode(content).decode("ascii")
    if isinstance(value, bool | str) or (isinstance(value, int) and abs(value) < _LARGEST):
        return value
    return None
