"""A reader that hides behind alternatives what it is not registered for, or what it means to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from tests.kit.wallets import RESIDENCY, WalletBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.consent import ConsentView
    from wallet.holder import Holder

ABSENT = "nickname"
"""Something that may be asked for and that no card holds."""


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened_holder:
        box.give(opened_holder, RESIDENCY, copies=2)
        yield opened_holder


def instead(asked: str, *names: str) -> DocRequestInfo:
    one = tuple((RESIDENCY, name) for name in names)
    return DocRequestInfo(alternatives=(AlternativeDataElements((RESIDENCY, asked), (one,)),))


def states(view: ConsentView) -> dict[str, tuple[bool | None, bool]]:
    return {each.ref[2]: (each.registered, each.chosen) for each in view.fields}


def test_a_registration_does_not_cover_what_would_be_taken_instead(box: WalletBox, holder: Holder) -> None:
    """Over-asking: the reader is registered for something that it knows nobody has."""
    box.register(ABSENT)
    info = instead(ABSENT, "family_name", "birth_date")
    view = box.read(holder, box.ask({RESIDENCY: [ABSENT]}, info=info)).view
    assert states(view) == {"family_name": (False, False), "birth_date": (False, False)}
    assert {each.ref[2] for each in view.beyond} == {"family_name", "birth_date"}


def test_what_is_registered_itself_may_be_taken_instead(box: WalletBox, holder: Holder) -> None:
    box.register(ABSENT, "family_name")
    info = instead(ABSENT, "family_name", "birth_date")
    view = box.read(holder, box.ask({RESIDENCY: [ABSENT]}, info=info)).view
    assert states(view) == {"family_name": (True, True), "birth_date": (False, False)}


def test_an_age_stated_instead_is_covered(box: WalletBox, holder: Holder) -> None:
    box.register("birth_date")
    info = instead("birth_date", "age_over_18")
    view = box.read(holder, box.ask({RESIDENCY: ["birth_date"]}, info=info)).view
    assert states(view) == {"age_over_18": (True, True), "birth_date": (True, False)}


@pytest.mark.parametrize("order", [(ABSENT, "birth_date"), ("birth_date", ABSENT)])
def test_what_is_kept_is_said_by_whatever_way_it_is_asked(
    box: WalletBox, holder: Holder, order: tuple[str, str]
) -> None:
    info = instead(ABSENT, "birth_date")
    view = box.read(holder, box.ask({RESIDENCY: order}, keep=["birth_date"], info=info)).view
    assert [(each.ref[2], each.kept) for each in view.fields] == [("birth_date", True)]


@pytest.mark.parametrize("order", [(ABSENT, "birth_date"), ("birth_date", ABSENT)])
def test_what_is_kept_in_place_of_another_is_said(
    box: WalletBox, holder: Holder, order: tuple[str, str]
) -> None:
    info = instead(ABSENT, "birth_date")
    view = box.read(holder, box.ask({RESIDENCY: order}, keep=[ABSENT], info=info)).view
    assert [(each.ref[2], each.kept) for each in view.fields] == [("birth_date", True)]
