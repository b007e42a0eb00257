"""Whose matter a refusal is: nobody is sent to the wrong door, and nothing is said twice on one page."""

from __future__ import annotations

import pytest

from counterproof.words.explain import all_sentences
from counterproof.words.refusals import whose
from counterproof.words.verifier import INCOMPLETE


@pytest.mark.parametrize("code", ["chain.path", "certificate.untrusted", "certificate.path"])
def test_an_agency_that_is_not_known_here_is_no_forger(code: str) -> None:
    said = whose(code)
    assert (
        said.matter
        == "This counter does not know the agency that signed it. That alone does not make it false."
    )
    assert "can add an agency" in said.settles


@pytest.mark.parametrize(
    "code",
    [
        "status.stale",
        "trust.list-out-of-date",
        "trust.list-stale",
        "certificate.revocation-old",
        "certificate.revocation-stale",
    ],
)
def test_lists_that_are_too_old_are_a_matter_of_the_counter(code: str) -> None:
    assert whose(code).matter.startswith("This is a matter of this counter.")


@pytest.mark.parametrize("code", ["certificate.revoked", "certificate.expired", "chain.revocation"])
def test_a_signer_that_counts_no_more_is_a_matter_of_the_agency(code: str) -> None:
    assert "agency that issued" in whose(code).settles


def test_whose_matter_it_is_does_not_say_again_what_happened() -> None:
    for code in ("request.incomplete", *all_sentences()):
        happened = INCOMPLETE.what if code == "request.incomplete" else all_sentences()[code].what
        assert happened.rstrip(".") not in whose(code).matter, code
