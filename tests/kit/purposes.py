"""A purpose for tests: a library that registers members, and what it may ask of them."""

from __future__ import annotations

from typing import Any, Final

from counterproof.trust.purposes import (
    Purpose,
    PurposeDocument,
    PurposeElement,
    PurposeReaders,
    Retention,
)

RESIDENCY: Final = "org.counterproof.residency.1"

MEMBERSHIP: Final = (
    PurposeElement(namespace=RESIDENCY, element="family_name", keep=True),
    PurposeElement(namespace=RESIDENCY, element="given_name", keep=True),
    PurposeElement(namespace=RESIDENCY, element="resident_borough"),
    PurposeElement(namespace=RESIDENCY, element="birth_date", instead=(((RESIDENCY, "age_over_18"),),)),
)


def purpose(**changes: Any) -> Purpose:
    """Return an honest purpose with members replaced by name."""
    members: dict[str, Any] = {
        "id": "library.membership",
        "version": 1,
        "date": "2026-01-05",
        "title": {"en": "Library membership", "et": "Raamatukogu liikmelisus"},
        "reason": {"en": "Residents join free of charge.", "et": "Elanikud liituvad tasuta."},
        "legal_basis": {"en": "Rules of use, section 3."},
        "retention": Retention(days=365, words={"en": "Your name, for a year."}),
        "contact": {"en": "privacy@borough.example"},
        "readers": (PurposeReaders(),),
        "documents": (PurposeDocument(doc_type=RESIDENCY, elements=MEMBERSHIP),),
        "evidence_hours": 168,
    }
    return Purpose(**{**members, **changes})
