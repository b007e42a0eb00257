"""By whose word an issuer is believed: a person's own, a list's, or a list's that another recognises."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.trust import purposes
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.pack.statement import Recognised
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from counterproof.trust.updating import update
from tests.kit.certificates import AT
from tests.kit.pack_documents import document, harbour, verdict
from tests.kit.packs import DAY, WEEK, Counter, Operator
from tests.kit.published import RESIDENCY


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path, Operator(agencies={"harbour": harbour()}))


def test_another_operators_issuers_are_believed_for_the_recognised_types(tmp_path: Path) -> None:
    north = Operator("north", name="North", agencies={"harbour": harbour()})
    south = Operator("south", name="South", agencies={})
    pack = north.publish(tmp_path / "north", AT)
    home = Counter(tmp_path, south)
    with pytest.raises(UsageError, match=r"pack\.not-pinned"):
        home.store.take_pack(FolderSource(pack), at=AT)
    south.recognises = (Recognised(fingerprint=north.fingerprint, name="North", doc_types=(RESIDENCY,)),)
    home.publish(1)
    home.update(1)
    assert home.store.take_pack(FolderSource(pack), at=AT + DAY).action is Action.ADDED
    assert verdict(home.trust, document(), AT + DAY) == (Verdict.ACCEPTED, "ok")
    (foreign,) = [each for each in home.trust.describe(AT + DAY).authorities if each.name == "North"]
    assert (foreign.recognised_by, foreign.scope) == ("South", (RESIDENCY,))
    assert not [each for each in home.trust.readers().authorities if each.agency == "North"]
    south.recognises = (Recognised(fingerprint=north.fingerprint, name="North", doc_types=("b.1",)),)
    home.publish(2)
    home.update(2)
    assert verdict(home.trust, document(), AT + 2 * DAY)[0] is Verdict.REFUSED
    south.recognises = ()
    home.publish(3)
    home.update(3)
    assert [each.pack.name for each in home.trust.authorities] == ["South"]


def test_recognition_runs_out_with_the_pack_that_holds_it(tmp_path: Path) -> None:
    """The recognised one goes on publishing; whoever recognised it has fallen silent."""
    north = Operator("north", name="North", agencies={"harbour": harbour()})
    south = Operator("south", name="South", agencies={})
    word = Recognised(fingerprint=north.fingerprint, name="North", doc_types=(RESIDENCY,), readers=True)
    south.recognises = (word,)
    home = Counter(tmp_path, south)
    for day in (0, 6):
        pack = north.publish(tmp_path / "north", AT + day * DAY)
        home.store.take_pack(FolderSource(pack), at=AT + day * DAY)
    last = AT + WEEK - timedelta(seconds=1)
    assert verdict(home.trust, document(), last) == (Verdict.ACCEPTED, "ok")
    assert north.kit.reader_ca.certificate in home.trust.readers(last).anchors
    assert verdict(home.trust, document(), AT + WEEK) == (Verdict.UNDECIDED, "trust.list-out-of-date")
    assert north.kit.reader_ca.certificate not in home.trust.readers(AT + WEEK).anchors
    (foreign,) = [each for each in home.trust.describe(AT + WEEK).authorities if each.name == "North"]
    assert (foreign.good_until, foreign.notices) == (AT + WEEK, ("trust.list-out-of-date",))


def test_what_a_person_added_stays_when_an_authority_strikes_it_off(counter: Counter) -> None:
    publisher = counter.operator.agencies["harbour"]
    out = publisher.publish(counter.folder / "by-hand", AT)
    update_clock = FixedClock(AT)
    counter.store.add(out, confirm=expecting(publisher.fingerprint), at=AT)
    counter.operator.agencies = {}
    counter.publish(1)
    update(counter.store, str(counter.pack), AT + DAY, clock=update_clock)
    assert verdict(counter.trust, document(), AT + DAY) == (Verdict.ACCEPTED, "ok")
    (described,) = counter.trust.describe(AT + DAY).agencies
    assert described.sources == ("",)
    counter.store.remove(publisher.fingerprint)
    assert verdict(counter.trust, document(), AT + DAY)[0] is Verdict.REFUSED


def test_removing_an_authority_removes_everybody_on_its_list(counter: Counter) -> None:
    assert counter.store.remove(counter.operator.fingerprint).agency == "City Network"
    assert not counter.trust.agencies
    assert not counter.trust.issuers().anchors


def test_a_damaged_pack_in_the_store_is_said_and_mended_by_the_next_update(counter: Counter) -> None:
    name = hashlib.sha256(counter.trust.authorities[0].pack.files.snapshot).hexdigest()
    (counter.folder / "store" / "objects" / name).write_bytes(b"")
    assert list(counter.trust.damaged) == [counter.operator.fingerprint]
    counter.publish(1)
    counter.store = TrustStore(counter.folder / "store")
    assert counter.update(1).action is Action.ADDED
    assert not counter.trust.damaged


def test_each_purpose_says_until_when_what_is_held_is_fresh_enough(counter: Counter) -> None:
    source = (Path(purposes.__file__).parent / "examples.toml").read_bytes()
    registered = purposes.purposes_from_toml(source)
    files = counter.operator.files(AT) | {layout.PURPOSES: purposes.build_purposes(registered)}
    counter.publish(1, files=files)
    counter.update(1)
    for waiting in counter.trust.waiting:
        counter.store.confirm_purposes(waiting)
    described = {each.id: each for each in counter.trust.describe(AT + DAY).purposes}
    for purpose in registered:
        if not any(each.doc_type == RESIDENCY for each in purpose.documents):
            assert described[purpose.id].state == "missing"
            continue
        end = AT + 8 * DAY
        if purpose.evidence_age is not None:
            end = min(end, AT + DAY + purpose.evidence_age)
        assert described[purpose.id].enough_until == end
    assert {each.publisher for each in described.values()} == {"City Network"}
