"""Counters on a list that has run out: unknown to the wallet until newer lists are there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.confirming import expecting
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.purposes import Purpose, PurposeReaders
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Operator
from tests.kit.purposes import purpose
from tests.kit.wallets import OWN, PURPOSE, RESIDENCY, WalletBox, refs

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from wallet.asker import Asker
    from wallet.holder import Holder


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def box(tmp_path: Path, operator: Operator) -> WalletBox:
    """Return a wallet that knows its agency and its counters by an authority's pack alone."""
    made = WalletBox(tmp_path)
    operator.agencies["harbour"] = made.publisher
    made.trust().remove(made.publisher.fingerprint)
    take(made, operator, AT)
    return made


def registered() -> Purpose:
    return purpose(id=PURPOSE, readers=(PurposeReaders(ids=(OWN,)),))


def take(box: WalletBox, operator: Operator, at: datetime) -> None:
    agency = {"harbour": {"purposes": (registered(),)}}
    pack = operator.publish(box.folder / "pack", at, agency=agency)
    box.trust().take_pack(FolderSource(pack), at=at, confirm=expecting(operator.fingerprint))


def asker(box: WalletBox, holder: Holder) -> Asker:
    return box.read(holder, box.ask({RESIDENCY: ["family_name"]})).view.asker


def test_a_list_that_ran_out_names_nobody(box: WalletBox, operator: Operator) -> None:
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=4)
        assert asker(box, holder).verified
        box.clock.advance(int(7 * DAY / timedelta(seconds=1)) - 1)
        assert asker(box, holder).verified
        box.clock.advance(1)
        presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
        who = presentment.view.asker
        assert (who.verified, who.name, who.warnings) == (False, "", ("wallet.reader-list-over",))
        with pytest.raises(CounterproofError) as caught:
            presentment.agree(refs(holder.cards()[0], "family_name"))
        assert caught.value.code == "exchange.reader-unknown"
        take(box, operator, box.clock.now())
        assert asker(box, holder).verified


def test_a_clock_set_back_brings_no_list_back(box: WalletBox, operator: Operator) -> None:
    """The floor has come to the newest thing that was signed; an older pack cannot count before it."""
    other = Operator("north", name="North", agencies={"harbour": box.publisher})
    take(box, other, AT + 20 * DAY)
    trust = box.trust().read()
    assert trust.floor >= AT + 20 * DAY
    roots = trust.readers(AT).anchors
    assert operator.kit.reader_ca.certificate not in roots
    assert other.kit.reader_ca.certificate in roots


def test_struck_off_counters_of_long_ago_are_said(box: WalletBox) -> None:
    """The counter stays named; the list of those that were struck off has run out."""
    box.trust().remove(next(each.fingerprint for each in box.trust().read().authorities))
    ca = box.publisher.kit.reader_ca
    crls = (box.publisher.crl(), box.publisher.crl(issuer=ca))
    box.publish(AT + DAY, crls=crls)
    box.trust().add(box.published, confirm=expecting(box.publisher.fingerprint), at=AT + DAY)
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=4)
        box.clock.advance(2 * 86_400)
        assert asker(box, holder).warnings == ()
        box.clock.advance(29 * 86_400)
        who = asker(box, holder)
        assert (who.verified, who.warnings) == (True, ("wallet.reader-revocations-old",))
