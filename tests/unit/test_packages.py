"""What is left out of a packaged program is used by nothing in it."""

from __future__ import annotations

import grimp
import pytest

from scripts.packages.programs import PROGRAMS


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("counterproof", "issuer", "wallet", "verifier", include_external_packages=True)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_no_library_that_is_used_is_left_out(graph: grimp.ImportGraph, name: str) -> None:
    """The counter had once no fpdf: where its package was installed, no request and no slip was printed."""
    used = {each.partition(".")[0] for each in graph.find_upstream_modules(name, as_package=True)}
    assert {"counterproof", "cryptography"} <= used
    assert used.isdisjoint(PROGRAMS[name].left_out)
