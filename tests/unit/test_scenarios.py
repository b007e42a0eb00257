"""Every situation that must end as stated is named by the test that shows it."""

from __future__ import annotations

import pytest

from tests.kit import scenarios


def test_every_scenario_is_named_by_a_test() -> None:
    unnamed = {*scenarios.TRUST, *scenarios.PRESENTATION} - scenarios.named_in_tests()
    assert not unnamed, f"no test names these scenarios: {', '.join(sorted(unnamed))}"


def test_the_lists_are_whole() -> None:
    assert (len(set(scenarios.TRUST)), len(set(scenarios.PRESENTATION))) == (41, 36)


def test_no_test_names_a_scenario_that_is_none() -> None:
    with pytest.raises(ValueError, match="no such scenario"):
        scenarios.scenario("freez")
