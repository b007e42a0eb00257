"""A credential type has the same names at every prompt, and no name means two types."""

from __future__ import annotations

import pytest

from counterproof.credential_types import file_names, shipped
from counterproof.credential_types.calling import called
from counterproof.mdoc.errors import UsageError
from issuer.agency.types import shipped as catalogue
from verifier.question import find_type

AGE = "eu.europa.ec.av.1"


@pytest.mark.parametrize("word", [*shipped(), *file_names(), "proof-of-age", "Driving-Licence", "MDL"])
def test_agency_and_counter_mean_the_same(word: str) -> None:
    found = find_type(word, shipped()).doc_type
    assert catalogue().find(word).type.doc_type == found
    assert called(word, shipped()) == [found]


@pytest.mark.parametrize("word", ["", "age", "counterproof", "pid", "residency.1", "eu-age-proof.toml"])
def test_a_name_that_means_nothing_or_two_types_is_refused_by_both(word: str) -> None:
    with pytest.raises(UsageError, match=r"agency\.no-such-type"):
        catalogue().find(word)
    with pytest.raises(UsageError, match=r"verifier\.type-"):
        find_type(word, shipped())


def test_a_file_name_follows_the_shipped_doc_type_alone() -> None:
    assert called("eu-age-proof", {AGE: shipped()[AGE]}) == [AGE]
    assert called("eu-age-proof", {name: each for name, each in shipped().items() if name != AGE}) == []
