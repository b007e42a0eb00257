"""What an agency's own keys cannot do inside a pack: begin anew, name others' counters, stop a country."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import StoreError
from counterproof.mdoc.verification.report import Verdict
from counterproof.trust.confirming import expecting
from counterproof.trust.names import fingerprint
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.purposes.registers import PurposeReader
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.pack_documents import document, harbour, verdict
from tests.kit.packs import DAY, Counter, Operator
from tests.kit.published import Publisher
from tests.kit.purposes import purpose

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.trust.succession import ChangeSummary


@pytest.fixture
def hill() -> Publisher:
    return Publisher("hill", name="Hill Borough")


@pytest.fixture
def counter(tmp_path: Path, hill: Publisher) -> Counter:
    return Counter(tmp_path, Operator(agencies={"harbour": harbour(), "hill": hill}))


def files_of(publisher: Publisher, out: Path, at: Any, **changes: Any) -> dict[str, bytes]:
    folder = publisher.publish(out, at, **changes)
    return {
        each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()
    }


def held_back(summary: ChangeSummary) -> list[tuple[str, str]]:
    return [(each.name, each.kind) for each in summary.details if each.change == "held-back"]


def signer_list(publisher: Publisher, at: Any, *, number: int) -> bytes:
    """Return a revocation list with one entry: the certificate of the counter that has a key."""
    return publisher.crl(at, publisher.reader, number=number)


def test_a_strangers_folder_in_between_brings_nothing_back(
    counter: Counter, hill: Publisher, tmp_path: Path
) -> None:
    """A part held another issuer's folder for a day; then what was revoked would be good again."""
    own = counter.operator.agencies["harbour"]
    counter.publish(1, agency={"harbour": {"status_lists": (own.token(AT + DAY, {7: 1}),)}})
    counter.update(1)
    assert verdict(counter.trust, document(), AT + DAY)[0] is Verdict.REFUSED
    counter.publish(2, part_files={"harbour": files_of(hill, tmp_path / "copy", AT + DAY / 2)})
    assert held_back(counter.update(2)) == [("harbour", "pack.part-other-root")]
    assert verdict(counter.trust, document(), AT + 2 * DAY)[0] is Verdict.REFUSED
    counter.publish(3)
    assert held_back(counter.update(3)) == [("harbour", "status.unrevoked")]
    assert verdict(counter.trust, document(), AT + 3 * DAY)[0] is Verdict.REFUSED


def test_another_part_brings_nothing_back(counter: Counter, tmp_path: Path) -> None:
    """A second agency that is listed today carries the first one's folder, newer and without its list."""
    own = counter.operator.agencies["harbour"]
    counter.publish(1, agency={"harbour": {"crls": (signer_list(own, AT + DAY, number=2),)}})
    counter.update(1)
    counter.operator.agencies["new"] = Publisher("new", name="New Borough")
    forged = files_of(own, tmp_path / "copy", AT + 2 * DAY, crls=())
    counter.publish(
        2,
        part_files={"new": forged},
        agency={"harbour": {"crls": (signer_list(own, AT + 2 * DAY, number=3),)}},
        label="second",
    )
    assert held_back(counter.update(2)) == [("new", "trust.crl-dropped")]
    (mine,) = [each for each in counter.trust.agencies if each.root == own.root]
    assert mine.crls


def test_a_pack_brings_nothing_back_that_the_agencys_own_folder_said(tmp_path: Path) -> None:
    publisher = harbour()
    operator = Operator(agencies={"harbour": publisher})
    store = TrustStore(tmp_path / "store")
    folder = publisher.publish(tmp_path / "own", AT, crls=(signer_list(publisher, AT, number=2),))
    store.add(folder, confirm=expecting(publisher.fingerprint), at=AT)
    operator.publish(tmp_path / "pack", AT + DAY)
    taken = store.take_pack(
        FolderSource(tmp_path / "pack"), at=AT + DAY, confirm=expecting(operator.fingerprint)
    )
    assert held_back(taken) == [("harbour", "trust.crl-unrevoked")]
    crls = [crl for each in store.read().agencies for crl in each.crls]
    assert [len(list(crl.native)) for crl in crls] == [1]


def test_an_agencys_own_folder_brings_nothing_back_that_a_pack_said(tmp_path: Path) -> None:
    publisher = harbour()
    counter = Counter(tmp_path, Operator(agencies={"harbour": publisher}))
    own = publisher.publish(tmp_path / "a", AT)
    counter.store.add(own, confirm=expecting(publisher.fingerprint), at=AT)
    listed = signer_list(publisher, AT + DAY, number=2)
    counter.publish(1, agency={"harbour": {"crls": (listed,)}})
    counter.update(1)
    later = publisher.publish(tmp_path / "b", AT + 2 * DAY)
    with pytest.raises(StoreError) as refused:
        counter.store.update(later, at=AT + 2 * DAY)
    assert refused.value.code == "trust.crl-unrevoked"
    assert CertificateList.from_der(listed) in [crl for each in counter.trust.agencies for crl in each.crls]


def test_an_agency_from_the_future_is_held_back_alone(counter: Counter) -> None:
    later = counter.operator.agencies["hill"]
    files = files_of(later, counter.folder / "copy", AT + 400 * DAY)
    counter.publish(1, part_files={"hill": files})
    summary = counter.update(1)
    assert summary.action is Action.UPDATED
    assert held_back(summary) == [("hill", "pack.part-from-future")]
    assert verdict(counter.trust, document(), AT + DAY) == (Verdict.ACCEPTED, "ok")
    assert counter.trust.floor <= AT + DAY + timedelta(minutes=1)


def test_an_agency_does_not_speak_for_the_counters_of_another(counter: Counter) -> None:
    """Its folder names the other's reader root as its own, with counters and purposes to its liking."""
    own = counter.operator.agencies["harbour"]
    stranger = msgspec.structs.replace(own.registered(), name="Tax Office, desk 1", office="TAX")
    everything = purpose(id="everything")
    changes = {
        "reader_root": own.kit.reader_ca.certificate,
        "readers": (stranger,),
        "purposes": (everything,),
    }
    counter.publish(1, agency={"hill": changes})
    counter.update(1)
    trust = counter.trust
    named = {each.root: each for each in trust.readers().authorities}[own.kit.reader_ca.certificate]
    assert (named.agency, [each.name for each in named.readers]) == (own.name, ["Harbour Library, desk 3"])
    reader = PurposeReader(root=fingerprint(own.kit.reader_ca.certificate))
    assert trust.purposes.find("everything", reader).purpose is None
    assert trust.purposes.find("everything", reader).code == "purpose.nobody-speaks"


def test_a_pack_gives_a_confirmed_agency_no_other_name_and_no_other_counters(tmp_path: Path) -> None:
    """What a person confirmed is changed by a person, whichever way the newest set came."""
    publisher = harbour()
    counter = Counter(tmp_path, Operator(agencies={"harbour": publisher}))
    own = publisher.publish(tmp_path / "own", AT)
    counter.store.add(own, confirm=expecting(publisher.fingerprint), at=AT)
    other = Publisher("thief").kit.reader_ca.certificate
    counter.publish(2, agency={"harbour": {"name": "Tax Office", "reader_root": other}})
    assert not held_back(counter.update(2))
    trust = counter.trust
    assert trust.names[publisher.fingerprint] == "Harbour Borough"
    assert other not in trust.readers().anchors
    assert publisher.kit.reader_ca.certificate in trust.readers().anchors
