"""The register of purposes: who may ask which elements of which document for what, and on what terms.

- `model`: a purpose as data
- `document`: the JSON that travels, read and written strictly
- `source`: the TOML that a person writes
- `registers`: several registers side by side; none of them speaks for the counters of another
- `asking`: a request held against its purpose: what goes beyond, and why
"""

from counterproof.trust.purposes.asking import Beyond, with_substitutes
from counterproof.trust.purposes.document import build_purposes, parse_purposes
from counterproof.trust.purposes.model import (
    Purpose,
    PurposeDocument,
    PurposeElement,
    PurposeReaders,
    Retention,
)
from counterproof.trust.purposes.registers import (
    NO_PURPOSES,
    PurposeFinding,
    PurposeReader,
    PurposeRegister,
    Purposes,
)
from counterproof.trust.purposes.source import purposes_from_toml

__all__ = [
    "NO_PURPOSES",
    "Beyond",
    "Purpose",
    "PurposeDocument",
    "PurposeElement",
    "PurposeFinding",
    "PurposeReader",
    "PurposeReaders",
    "PurposeRegister",
    "Purposes",
    "Retention",
    "build_purposes",
    "parse_purposes",
    "purposes_from_toml",
    "with_substitutes",
]
