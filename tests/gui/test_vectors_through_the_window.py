"""Every vector through the window: green appears where `expect` is accept, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QRect

from counterproof.desktop.background import ImmediateRunner
from counterproof.desktop.picture_worker import PortraitDecoder
from counterproof.desktop.theme import Feel, current
from counterproof.mdoc.errors import CounterproofError, MalformedError
from counterproof.trust.floor import ClockFinding
from tests.kit.factory.all import FOLDER
from verifier.conformance.answer import Judgement
from verifier.conformance.case import Case, read_line
from verifier.conformance.judge import judge
from verifier.decision import Decision
from verifier.flow.desk import Told
from verifier.flow.verdict import Looks, view_of
from verifier.render import is_quiet
from verifier.ui.parts import Notice
from verifier.ui.verdict_page import VerdictPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.mdoc.verification.report import VerificationReport

FILES = sorted(FOLDER.glob("*.json"))
LISTS = {"status-list", "signed-set", "vical", "cbor"}
"""Kinds that no person shows at a counter: they have no verdict page."""

pytestmark = pytest.mark.usefixtures("desktop")


@pytest.fixture(scope="module")
def reports() -> dict[str, VerificationReport]:
    """Give the reports of the deciding function, the very objects, by the id of their case."""
    found: dict[str, VerificationReport] = {}
    now: list[str] = []
    before = Judgement.of_report

    def catch(_cls: type[Judgement], report: VerificationReport) -> Judgement:
        found[now[-1]] = report
        return before(report)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Judgement, "of_report", classmethod(catch))
        for path in FILES:
            vector = json.loads(path.read_bytes())
            line = {key: value for key, value in vector.items() if key not in _BESIDE}
            now.append(line["id"])
            try:
                judge(Case(read_line(json.dumps(line).encode())))
            except CounterproofError:
                continue
    return found


_BESIDE = {"clause", "expect", "note"}
"""What a vector holds beside its line for the door."""


@pytest.fixture
def page(desktop: object) -> Iterator[VerdictPage]:
    del desktop
    decoder = PortraitDecoder()
    made = VerdictPage(decoder, ImmediateRunner())
    made.resize(1280, 720)
    yield made
    decoder.close()
    made.deleteLater()


def colour(page: VerdictPage) -> str:
    """Return the ground that the page is painted on."""
    return page.grab(QRect(1274, 300, 4, 4)).toImage().pixelColor(1, 1).name().upper()


def test_green_is_for_expected_accepts_alone(
    page: VerdictPage, reports: dict[str, VerificationReport]
) -> None:
    green = current().palette.tones[Feel.ACCEPTED].ground.upper()
    seen: dict[str, int] = {}
    for path in FILES:
        vector: dict[str, Any] = json.loads(path.read_bytes())
        expected, report = vector["expect"], reports.get(vector["id"])
        if report is None:
            assert expected["verdict"] != "accepted" or vector["kind"] in LISTS | {"qr-text"}, vector["id"]
            _said(vector["id"], expected["code"])
            continue
        decision = Decision(
            report,
            report.mode,
            "library.age-check",
            ClockFinding(ok=True, code="ok", at=report.at, floor=report.at),
        )
        view = view_of(decision, {}, "en")
        page.show_state(Told(view, None, 0.0))
        is_green = colour(page) == green
        wanted = expected["verdict"] == "accepted" and not is_quiet(decision)
        assert is_green is wanted, vector["id"]
        assert (view.looks is Looks.ACCEPTED) is wanted
        assert view.code == expected["code"], vector["id"]
        assert expected["code"] in page.text("small")
        assert page.text("word")
        assert page.text("next")
        if expected["verdict"] == "refused":
            assert page.fields == [], "nothing of what was refused is shown"
        seen[expected["verdict"]] = seen.get(expected["verdict"], 0) + 1
    assert {"accepted", "refused"} <= set(seen), seen


def _said(case: str, code: str) -> None:
    """Check that a window has words for what is not even a verdict."""
    notice = Notice()
    notice.tell(MalformedError(code))
    assert notice.code == code, case
    notice.deleteLater()


def test_reports_were_caught(reports: dict[str, VerificationReport], tmp_path: Path) -> None:
    del tmp_path
    verdicts = [report.verdict.value for report in reports.values()]
    assert verdicts.count("accepted") > 100
    assert verdicts.count("refused") > 200
    assert verdicts.count("undecided") >= 10
