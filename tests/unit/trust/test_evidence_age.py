"""How old evidence may be for a purpose: all of it that a yes rests on, not the status lists alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.confirming import expecting
from counterproof.trust.names import fingerprint
from counterproof.trust.pack import layout
from counterproof.trust.purposes import build_purposes
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.pack_documents import POLICY, document, harbour
from tests.kit.packs import DAY, Counter, Operator
from tests.kit.published import RESIDENCY
from tests.kit.purposes import purpose
from tests.simulators.agency import Agency

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.kept import Trust


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path, Operator(agencies={"harbour": harbour()}))


def without_status() -> bytes:
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    return Agency(1).issue(RESIDENCY, {RESIDENCY: {"family_name": "Doe"}}, key, status=None)


def judged(trust: Trust, data: bytes, at: datetime, days: float | None) -> tuple[Verdict, str]:
    age = None if days is None else timedelta(days=days)
    policy = replace(POLICY, max_evidence_age=age)
    report = verify_issuer_signed(
        data, trust=trust.issuers(), at=at, policy=policy, statuses=trust.statuses()
    )
    return report.verdict, report.code


ACCEPTED = Verdict.ACCEPTED, "ok"


def test_a_list_of_issuers_that_nobody_confirmed_lately_leaves_it_open(counter: Counter) -> None:
    at = AT + 3 * DAY
    assert judged(counter.trust, document(), at, None) == ACCEPTED
    assert judged(counter.trust, document(), at, 3) == ACCEPTED
    assert judged(counter.trust, document(), at, 2) == (Verdict.UNDECIDED, "trust.list-stale")
    assert judged(counter.trust, without_status(), at, 2) == (Verdict.UNDECIDED, "certificate.revocation-old")


def test_todays_pack_does_not_make_an_agencys_old_lists_fresh(counter: Counter) -> None:
    """The agency published last at `AT`; the operator has signed a pack every day since."""
    work = counter.folder / ".pack-agencies"
    for day in (1, 2, 3):
        (work / f"harbour-{int((AT + day * DAY).timestamp())}-").symlink_to(
            work / f"harbour-{int(AT.timestamp())}-"
        )
        counter.publish(day)
        counter.update(day)
    at = AT + 3 * DAY
    assert counter.trust.authorities[0].pack.issued_at == at
    assert judged(counter.trust, document(), at, 2) == (Verdict.UNDECIDED, "status.stale")
    assert judged(counter.trust, without_status(), at, 2) == (Verdict.UNDECIDED, "certificate.revocation-old")
    assert judged(counter.trust, without_status(), at, 3) == ACCEPTED


def test_ones_own_word_for_an_agency_does_not_age(counter: Counter) -> None:
    publisher = counter.operator.agencies["harbour"]
    folder = publisher.publish(counter.folder / "own", AT + 3 * DAY)
    store = TrustStore(counter.folder / "by hand")
    store.add(folder, confirm=expecting(publisher.fingerprint), at=AT + 3 * DAY)
    assert judged(store.read(), document(), AT + 4 * DAY, 1) == ACCEPTED
    assert judged(store.read(), document(), AT + 5 * DAY, 1) == (Verdict.UNDECIDED, "status.stale")


def test_an_agency_without_a_revocation_list_may_have_one_since(counter: Counter) -> None:
    publisher = counter.operator.agencies["harbour"]
    folder = publisher.publish(counter.folder / "own", AT, crls=())
    store = TrustStore(counter.folder / "by hand")
    store.add(folder, confirm=expecting(publisher.fingerprint), at=AT)
    trust, at = store.read(), AT + 2 * DAY
    assert judged(trust, without_status(), at, None) == ACCEPTED
    assert judged(trust, without_status(), at, 2) == ACCEPTED
    assert judged(trust, without_status(), at, 1) == (Verdict.UNDECIDED, "certificate.revocation-old")


def test_an_imported_list_counts_from_its_own_date(counter: Counter) -> None:
    pin = counter.operator.kit.vical_ca.certificate
    store = TrustStore(counter.folder / "imported")
    store.import_vical(counter.operator.vical(AT), pin, at=AT, confirm=expecting(fingerprint(pin)))
    assert judged(store.read(), without_status(), AT + 5 * DAY, None) != (
        Verdict.UNDECIDED,
        "trust.list-stale",
    )
    assert judged(store.read(), without_status(), AT + 5 * DAY, 5)[1] != "trust.list-stale"
    assert judged(store.read(), without_status(), AT + 5 * DAY, 4) == (Verdict.UNDECIDED, "trust.list-stale")


@pytest.mark.parametrize(("hours", "days"), [(24, 1), (72, 3), (None, 7), (8_784, 7)])
def test_trust_show_says_until_when_it_is_enough(counter: Counter, hours: int | None, days: int) -> None:
    files = counter.operator.files(AT + DAY) | {
        layout.PURPOSES: build_purposes([purpose(evidence_hours=hours)])
    }
    counter.publish(1, files=files)
    counter.update(1)
    counter.store.confirm_purposes(counter.trust.waiting[0])
    (described,) = counter.trust.describe(AT + DAY).purposes
    assert described.enough_until == AT + DAY + days * DAY
