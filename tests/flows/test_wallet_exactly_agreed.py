"""Exactly the agreed elements leave: every byte of the answer is searched for what was withheld."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterproof.mdoc import hpke
from counterproof.mdoc.cbor import FullDate, encode
from counterproof.optics import base45, draw
from counterproof.optics.exchange import answer, coding
from counterproof.optics.stream import StreamSender
from tests.kit.scenarios import scenario
from tests.kit.wallets import PERSON, RESIDENCY, WalletBox, opened, refs, salts, shown_by
from wallet import history
from wallet.shown import ShowFirst
from wallet.slips import SlipPlan, make_slip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.optics.exchange.reader_side import CounterTransaction
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.showing import Showing

NAMES = tuple(PERSON[RESIDENCY])
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)  # a portrait's modules may look like others
OFTEN = 200
SUBSETS = st.sets(st.sampled_from(NAMES), min_size=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WalletBox, Holder]]:
    box = WalletBox(tmp_path_factory.mktemp("agreed"))
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=3)
        yield box, holder


def forms(value: Any) -> list[bytes]:
    """Return the bytes by which a value could be recognised."""
    if isinstance(value, str):
        return [value.encode(), value.encode("utf-16-le")]
    if isinstance(value, FullDate):
        return [value.text.encode()]
    if isinstance(value, bytes):
        return [value[:24], value[-24:]]
    return []  # a truth value has no form of its own: its salt and its name are searched for


def withheld(card: Card, agreed: set[str]) -> list[bytes]:
    """Return everything that must not be found: values, salts, and the names beside a value."""
    kept_back = [name for name in NAMES if name not in agreed]
    found = [form for name in kept_back for form in forms(PERSON[RESIDENCY][name])]
    found += [salt for salt, (_, name) in salts(card).items() if name in kept_back]
    return found + [encode("elementIdentifier") + encode(name) for name in kept_back]


def texts_of(showing: Showing) -> list[str]:
    count = 2 * showing.frames_needed + 4 if isinstance(showing.code, StreamSender) else 1
    return list(itertools.islice(showing.code, count))


def layers(showing: Showing) -> Iterator[bytes]:
    """Yield M, the text of every frame, and the bytes in it."""
    yield showing.message
    for text in texts_of(showing):
        yield text.encode()
        yield base45.decode(text.partition(":")[2])


def sealed_layers(transaction: CounterTransaction, m: bytes) -> Iterator[bytes]:
    """Yield what is in an answer: P with its padding, and the response that it codes."""
    assert transaction._key is not None
    p = hpke.unseal(transaction._key, transaction.request.transcript, *answer.from_message(m))
    yield p
    yield answer.unpadded(p)


def search(where: Iterator[bytes], what: list[bytes]) -> None:
    for layer in where:
        for needle in what:
            assert needle not in layer


def answered(world: tuple[WalletBox, Holder], agreed: set[str]) -> None:
    box, holder = world
    (card,) = holder.cards()
    transaction = box.ask({RESIDENCY: NAMES})
    presentment = box.read(holder, transaction)
    showing = presentment.agree(refs(card, *agreed), reuse=True)
    hidden = withheld(card, agreed)
    search(layers(showing), hidden)
    search(sealed_layers(transaction, showing.message), hidden)
    found = shown_by(opened(transaction, showing.message))
    assert found == {RESIDENCY: {RESIDENCY: {n: v for n, v in PERSON[RESIDENCY].items() if n in agreed}}}
    history.delete(holder, history.entries(holder))


RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@scenario("response-extra")
@settings(max_examples=80, deadline=None, suppress_health_check=RELAXED)
@given(agreed=SUBSETS)
def test_any_subset_of_an_answer(world: tuple[WalletBox, Holder], agreed: set[str]) -> None:
    answered(world, agreed)


def renewed(box: WalletBox, holder: Holder) -> None:
    """Give a new card for one that was shown as often as nobody shows one: each use is written down in it."""
    (card,) = holder.cards()
    if sum(len(each.record.uses) for each in card.copies) >= OFTEN:
        holder.delete(card)
        holder.empty_trash()
        box.give(holder, RESIDENCY, copies=3)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=RELAXED)
@given(agreed=SUBSETS, extra=st.integers(min_value=0, max_value=2**32))
def test_ten_thousand_answers(world: tuple[WalletBox, Holder], agreed: set[str], extra: int) -> None:
    del extra  # without it hypothesis stops when it has seen every subset
    renewed(*world)
    answered(world, agreed)


@settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
@given(
    agreed=st.sets(st.sampled_from([name for name in NAMES if name != "portrait"]), min_size=1, max_size=3)
)
def test_any_subset_of_what_is_shown_first_or_printed(
    world: tuple[WalletBox, Holder], agreed: set[str]
) -> None:
    box, holder = world
    (card,) = holder.cards()
    hidden = withheld(card, agreed)
    first = ShowFirst(holder, card, refs(card, *agreed), reuse=True).code()
    at = box.clock.now()
    plan = SlipPlan(
        card=card,
        agreed=tuple(refs(card, *agreed)),
        purpose="library.join",
        not_before=at,
        not_after=at.replace(day=20),
    )
    slip = make_slip(holder, plan, reuse=True).showing
    for showing in (first, slip):
        search(layers(showing), hidden)
        search(iter([coding.from_message(showing.message, 65_536)]), hidden)
    history.delete(holder, history.entries(holder))


def test_the_search_finds_what_is_there(world: tuple[WalletBox, Holder]) -> None:
    """Everything that is searched for is in an answer that holds everything: no needle is blunt."""
    box, holder = world
    (card,) = holder.cards()
    transaction = box.ask({RESIDENCY: NAMES})
    showing = box.read(holder, transaction).agree(refs(card, *NAMES), reuse=True)
    _, response = sealed_layers(transaction, showing.message)
    needles = [form for name in NAMES for form in forms(PERSON[RESIDENCY][name])[:1]]
    needles += [encode("elementIdentifier") + encode(name) for name in NAMES]
    assert all(needle in response for needle in needles)
    shown_salts = [salt for salt in salts(card) if salt in response]
    assert len(shown_salts) == len(NAMES)


@pytest.mark.parametrize("agreed", [{"family_name"}, {"portrait", "age_over_18"}])
def test_the_pictures_decoded_text(world: tuple[WalletBox, Holder], agreed: set[str]) -> None:
    box, holder = world
    (card,) = holder.cards()
    showing = box.read(holder, box.ask({RESIDENCY: NAMES})).agree(refs(card, *agreed), reuse=True)
    hidden = withheld(card, agreed)
    for text in texts_of(showing):
        (found,) = zxingcpp.read_barcodes(draw.picture(text, 4), formats=QR_CODES)
        assert found.text == text
        search(iter([found.bytes, found.text.encode()]), hidden)


def test_two_copies_of_one_person_share_no_more_than_two_people(tmp_path: Path) -> None:
    """Nothing in two visits says that it was one person: they share what everybody's documents share."""
    box = WalletBox(tmp_path)
    (tmp_path / "other").mkdir()
    other = WalletBox(tmp_path / "other", publisher=box.publisher)
    other.agency = box.agency
    responses = []
    with box.holder() as holder, other.holder() as neighbour:
        box.give(holder, RESIDENCY, copies=2)
        other._issued = 10  # indices of one length: a longer one would move what follows
        other.give(neighbour, RESIDENCY, copies=1)
        for whose, where in ((holder, box), (holder, box), (neighbour, other)):
            transaction = where.ask({RESIDENCY: ["age_over_18"]})
            showing = where.read(whose, transaction).agree(refs(whose.cards()[0], "age_over_18"))
            responses.append(list(sealed_layers(transaction, showing.message))[1])
    windows = [{each[at : at + 8] for at in range(len(each) - 7)} for each in responses]
    assert windows[0] & windows[1] <= windows[0] & windows[2]
