"""What a person may call a credential type at a prompt, the same in every program.

`residency` is a part of org.counterproof.residency.1, `proof-of-age` the English name of eu.europa.ec.av.1,
and `eu-age-proof` the file in which that one ships.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterproof.credential_types import file_names, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.mdoc.catalogue import CredentialType


def names_of(credential_type: CredentialType) -> frozenset[str]:
    """Return the names in lower case: the docType's parts, the English name, a shipped type's file name."""
    doc_type = credential_type.doc_type
    file_name = _shipped_files().get(doc_type)
    return frozenset(
        {
            *re.split(r"[./:]", doc_type.lower()),
            credential_type.name("en").lower().replace(" ", "-"),
            *([] if file_name is None else [file_name.lower()]),
        }
    )


def called(word: str, types: Mapping[str, CredentialType]) -> list[str]:
    """Return the docTypes of `types` that `word` may mean; a whole docType means itself alone."""
    if word in types:
        return [word]
    return [doc_type for doc_type, each in types.items() if word.lower() in names_of(each)]


@cache
def _shipped_files() -> Mapping[str, str]:
    return MappingProxyType(dict(zip(shipped(), file_names(), strict=True)))
