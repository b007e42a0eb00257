"""Every situation that must end as stated is named by the test that shows it."""

from __future__ import annotations

import pytest

from tests.kit import scenarios


def test_every_scenario_is_named_by_a_test() -> None:
    unnamed = {*scenarios.TRUST, *scenarios.PRESENTATION} - scenarios.named_in_tests()
    assert not unnamed, f"no test names these scenarios: {', '.join(sorted(unnamed))}"


@pytest.mark.parametrize(
    ("which", "names"), [("wallet-store", scenarios.WALLET_STORE), ("issuer", scenarios.ISSUER)]
)
def test_every_scenario_of_files_and_agencies_is_named_by_a_test(which: str, names: tuple[str, ...]) -> None:
    unnamed = set(names) - scenarios.named_as_run(which, names)
    assert not unnamed, f"no test names these scenarios: {', '.join(sorted(unnamed))}"


def test_a_scenario_that_is_only_spoken_of_is_not_named() -> None:
    assert scenarios.named_as_run("wallet-store", ("kill-sav", "nobody-shows-this")) == set()


def test_the_lists_are_whole() -> None:
    assert (len(set(scenarios.TRUST)), len(set(scenarios.PRESENTATION))) == (41, 36)
    assert (len(set(scenarios.WALLET_STORE)), len(set(scenarios.ISSUER))) == (38, 31)


def test_no_test_names_a_scenario_that_is_none() -> None:
    with pytest.raises(ValueError, match="no such scenario"):
        scenarios.scenario("freez")
