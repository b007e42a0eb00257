"""What a credential type is: which elements it has, what kind each one is, and how it is shown.

Immutable values; `counterproof.mdoc.catalogue.parse` makes them from a mapping and checks them.
"""

from __future__ import annotations

import enum
import re
from typing import Literal

import msgspec

Texts = dict[str, str]
"""The same text in several languages: language tag (BCP 47) -> text."""

FALLBACK_LANGUAGE = "en"
"""The language that every text must have."""

AGE_OVER = re.compile(r"age_over_([0-9]{2})")
"""The identifiers of ISO/IEC 18013-5, 7.2.5: one element for each age."""


class Kind(enum.StrEnum):
    """What an element's value may be; each kind has one CBOR form."""

    TEXT = "text"
    BOOL = "bool"
    UINT = "uint"
    FULL_DATE = "full-date"
    DATE_TIME = "date-time"
    PORTRAIT = "portrait"
    BYTES = "bytes"
    COUNTRY = "country"
    SEX = "sex"
    AGE_OVER = "age-over"
    DRIVING_PRIVILEGES = "driving-privileges"
    CODE = "code"


class Filling(enum.StrEnum):
    """Where a value comes from when the subject's data leaves it out."""

    AGENCY_NAME = "agency-name"
    AGENCY_COUNTRY = "agency-country"
    ISSUE_DATE = "issue-date"
    BIRTH_DATE = "birth-date"
    """Worked out from the birth date: `age_over_NN`, `age_in_years`, `age_birth_year`."""


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One element of a credential type; `max_length` counts characters of text, bytes of anything else."""

    identifier: str
    kind: Kind
    labels: Texts
    required: bool = False
    max_length: int = 150
    minimum: int = 0
    maximum: int = 2**32 - 1
    charset: Literal["unicode", "latin-1"] = "unicode"
    codes: dict[str, Texts] = {}
    ages: tuple[int, ...] = ()
    filled_by: Filling | None = None

    def label(self, language: str) -> str:
        """Return the name of this element in `language`, or in the nearest one that it has."""
        return choose_text(self.labels, language)


class Display(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a card of this type is drawn: `#rrggbb` colours and the name of an icon."""

    background: str
    foreground: str
    icon: str


class CredentialType(msgspec.Struct, frozen=True, kw_only=True):
    """A credential type as an agency issues it and as wallets and counters show it.

    `namespaces` keeps the order of the file. `inputs` are asked of the subject's data but never issued
    (the birth date behind an age proof). `decoys` is the number of decoy digests for each namespace.
    """

    doc_type: str
    version: int
    names: Texts
    namespaces: dict[str, tuple[Element, ...]]
    inputs: tuple[Element, ...]
    display: Display
    decoys: int
    validity_days: int
    batch_size: int
    status_bits: int
    age_templates: dict[str, Element]

    def name(self, language: str) -> str:
        """Return the name of this type in `language`, or in the nearest one that it has."""
        return choose_text(self.names, language)

    def element(self, namespace: str, identifier: str) -> Element | None:
        """Return an element of this type, `age_over_NN` of any age included, or None."""
        for element in self.namespaces.get(namespace, ()):
            if element.identifier == identifier:
                return element
        template = self.age_templates.get(namespace)
        match = AGE_OVER.fullmatch(identifier)
        return at_age(template, int(match[1])) if template is not None and match is not None else None

    @property
    def ages(self) -> tuple[int, ...]:
        """Return the ages NN for which this type issues `age_over_NN`, rising."""
        return tuple(sorted({age for template in self.age_templates.values() for age in template.ages}))

    @property
    def identifiers(self) -> dict[str, tuple[str, ...]]:
        """Return namespace -> element identifiers, in order."""
        return {name: tuple(e.identifier for e in elements) for name, elements in self.namespaces.items()}


def at_age(template: Element, age: int) -> Element:
    """Return the element `age_over_NN` that an `age_over_NN` entry of a file stands for."""
    labels = {language: text.replace("{age}", str(age)) for language, text in template.labels.items()}
    return msgspec.structs.replace(template, identifier=f"age_over_{age:02}", labels=labels, ages=())


def choose_text(texts: Texts, language: str) -> str:
    """Return the text in `language`, else in a shorter form of that tag (RFC 4647, lookup), else English."""
    tag = language.replace("_", "-")
    while tag:
        if tag in texts:
            return texts[tag]
        tag = tag.rpartition("-")[0]
    return texts[FALLBACK_LANGUAGE]
