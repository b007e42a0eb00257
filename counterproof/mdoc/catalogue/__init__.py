"""Credential types as data: their elements, kinds, labels and looks, and the values that fit them."""

from counterproof.mdoc.catalogue.ages import COMMON_AGES, age_in_years, birthday, derive_age_over
from counterproof.mdoc.catalogue.filling import complete
from counterproof.mdoc.catalogue.model import CredentialType, Display, Element, Filling, Kind
from counterproof.mdoc.catalogue.parse import parse
from counterproof.mdoc.catalogue.screen import describe
from counterproof.mdoc.catalogue.values import to_cbor_value

__all__ = [
    "COMMON_AGES",
    "CredentialType",
    "Display",
    "Element",
    "Filling",
    "Kind",
    "age_in_years",
    "birthday",
    "complete",
    "derive_age_over",
    "describe",
    "parse",
    "to_cbor_value",
]
