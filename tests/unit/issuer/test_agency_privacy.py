"""What issued documents and the agency's files tell: nothing that links copies, nothing of a person."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.issuer_signed import IssuerSigned
from issuer.agency import Agency
from tests.kit import bulk
from tests.kit.agency import AT, RESIDENT, Wallet, adult, asked, found, person, reopen

if TYPE_CHECKING:
    from pathlib import Path

    from issuer.agency import Issued

RESIDENCY = "org.counterproof.residency.1"
AGE = "eu.europa.ec.av.1"


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return found(tmp_path / "a")


def residency(agency: Agency, copies: int = 2) -> tuple[Wallet, Issued]:
    wallet = asked(agency, "residency", copies)
    return wallet, agency.issue(wallet.request, "residency", person(agency, "residency"))


def own_parts(credential: bytes) -> list[bytes]:
    """Return what must be a copy's own: salts, digests, key coordinates, signature."""
    document = IssuerSigned.from_bytes(credential)
    items = [item for items in document.namespaces.values() for item in items]
    digests = [each for space in document.mso.value_digests.values() for each in space.values()]
    key = document.mso.device_key
    return [*(item.random for item in items), *digests, key.x, key.y, document.issuer_auth.proof]


def masked(credential: bytes) -> bytes:
    """Return a copy with its own parts, digest ids and status index blotted out."""
    document = IssuerSigned.from_bytes(credential)
    assert document.mso.status is not None
    made = credential
    for items in document.namespaces.values():
        for item in items:
            number = encode("digestID") + encode(item.digest_id)
            made = made.replace(item.random + number, bytes(32) + encode("digestID"))
    for part in own_parts(credential):
        made = made.replace(part, bytes(len(part)))
    index = encode("idx") + encode(document.mso.status.index)
    assert index in made
    return made.replace(index, encode("idx"))


def windows(parts: list[bytes]) -> set[bytes]:
    return {part[at : at + 8] for part in parts for at in range(len(part) - 7)}


def test_two_copies_share_no_eight_bytes_of_their_own(agency: Agency) -> None:
    """S:linkability: two counters that compare what they saw find nothing that only one holder has."""
    wallet, issued = residency(agency, 6)
    copies = wallet.open(issued.reply).credentials
    compared = 0
    for position, one in enumerate(copies):
        for other in copies[:position]:
            assert not windows(own_parts(one)) & windows(own_parts(other))
            compared += len(one) == len(other)
            # An index below 256, which one copy in 256 has, takes a byte less, as do lengths around it.
            assert len(one) != len(other) or masked(one) == masked(other), "the rest is the batch's"
    assert compared


def test_scenario_issuer_batch_time(agency: Agency) -> None:
    """A batch of 30, and a batch of somebody else hours later on that day, say the same times."""
    first = asked(agency, copies=30)
    replies = [first.open(agency.issue(first.request, AGE, adult(agency)).reply)]
    later = reopen(agency, FixedClock(AT + timedelta(hours=9, seconds=7)))
    second = asked(later, copies=2)
    replies.append(second.open(later.issue(second.request, AGE, adult(later, "B-1")).reply))
    seen = {IssuerSigned.from_bytes(each).mso.validity for reply in replies for each in reply.credentials}
    (validity,) = seen
    assert validity.signed == validity.valid_from
    for moment in (validity.signed, validity.valid_until):
        assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)


@pytest.mark.parametrize(
    "items", [2_000, pytest.param(100_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_scenario_issuer_salt_unique(agency: Agency, items: int) -> None:
    """No salt twice, 32 bytes each, every one drawn from the system's source, and evenly."""
    for entrance in (Agency.init, Agency.open, Agency.over):
        chosen = (entrance.__kwdefaults__ or {}).get("random", os.urandom)
        assert chosen is os.urandom, "nobody is given another source unless they ask"
    drawn: deque[bytes] = deque()

    def random(size: int) -> bytes:
        drawn.append(os.urandom(size))
        return drawn[-1]

    opened = reopen(agency, random=random)
    salts: list[bytes] = []
    while len(salts) < items:
        wallet, issued = residency(opened, 40)
        for credential in wallet.open(issued.reply).credentials:
            here = salts_of(credential)
            # What was drawn comes in the order of the copies: each copy's salts are in one draw of its own.
            while here[0] not in (draw := drawn.popleft()):
                pass
            assert all(salt in draw for salt in here)
            salts += here
    check_salts(salts)


def salts_of(credential: bytes) -> list[bytes]:
    spaces = IssuerSigned.from_bytes(credential).namespaces.values()
    return [item.random for each in spaces for item in each]


def check_salts(salts: list[bytes]) -> None:
    """No two alike, long enough, and bytes as even as chance has them (one in a million would fail)."""
    assert len(set(salts)) == len(salts)
    assert min(map(len, salts)) >= 16
    assert {len(salt) for salt in salts} == {32}
    counts = Counter(byte for salt in salts for byte in salt)
    mean = 32 * len(salts) / 256
    assert 150 < sum((counts[byte] - mean) ** 2 / mean for byte in range(256)) < 380, "255 degrees of freedom"


@pytest.mark.scenario("issuer", "salt-unique")
@pytest.mark.parametrize(
    "people", [60, pytest.param(4_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_salts_of_a_bulk_run_are_drawn_alike(
    agency: Agency, people: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way in which documents are made, on the worker, with the system's source."""
    drawn: list[bytes] = []
    real = os.urandom

    def recorded(size: int) -> bytes:
        drawn.append(real(size))
        return drawn[-1]

    monkeypatch.setattr(os, "urandom", recorded)
    keys = (" ".join(bulk.device_key() for _ in range(25 if people > 60 else 8)) for _ in range(people))
    rows = [[f"P-{n}", "1990-01-01", key] for n, key in enumerate(keys)]
    bulk.run(bulk.unbound(agency), bulk.write(tmp_path / "people.csv", rows), tmp_path / "run")
    found_there = [document for row in bulk.parts(tmp_path / "run") for document in row["documents"]]
    salts, draws = [], iter(drawn)
    for document in found_there:
        here = salts_of(document)
        draw = next(each for each in draws if here[0] in each)
        assert all(salt in draw for salt in here)
        salts += here
    check_salts(salts)


def test_places_in_the_list_are_drawn_and_never_twice(agency: Agency) -> None:
    indices: list[int] = []
    for _ in range(5):
        _, issued = residency(agency, 40)
        indices += [each.index for each in agency.register.show(issued.batch_id).credentials]
    assert len(set(indices)) == len(indices) == 200
    assert indices != sorted(indices)
    assert sum(b == a + 1 for a, b in pairwise(indices)) <= 2
    assert max(indices) > 40_000, "of 65,536 places the upper ones are used too"


def test_no_value_can_be_read_in_a_sealed_reply(agency: Agency) -> None:
    wallet, issued = residency(agency)
    items = IssuerSigned.from_bytes(wallet.open(issued.reply).credentials[0]).namespaces[RESIDENCY]
    values = [str(each).encode() for key, each in RESIDENT.items() if key != "subject"]
    values += [item.random for item in items] + [item.identifier.encode() for item in items]
    kept = (agency.desk.folder / "records.db").read_bytes() + issued.reply
    kept += b"".join(path.read_bytes() for path in agency.desk.folder.glob("records.db-*"))
    for value in values:
        assert value not in issued.reply
        assert value not in kept


MARKS = ("Quillfeather", "Zbigniewa", "Nowhere Lane", "Waterside", "HB-77")
DATE = re.compile(rb"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def neighbour(number: int) -> dict[str, Any]:
    """Return one of many people, whose every value bears a mark that nothing else does."""
    born = date(1930, 1, 2) + timedelta(days=131 * number % 30_000)
    return {
        "subject": f"A-{number}",
        "family_name": f"Quillfeather{number}",
        "given_name": f"Zbigniewa{number}",
        "birth_date": born.isoformat(),
        "resident_borough": f"Waterside {number}",
        "resident_since": (born + timedelta(days=7000)).isoformat(),
        "resident_address": f"{number} Nowhere Lane",
        "card_number": f"HB-77{number}",
    }


@pytest.mark.parametrize(
    "people", [20, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_scenario_issuer_log_privacy(agency: Agency, people: int) -> None:
    """No attribute value is anywhere in the agency's folder: not in log or register, not in a file's name."""
    dates = set()
    for number in range(people):
        each = neighbour(number)
        dates |= {each["birth_date"].encode(), each["resident_since"].encode()}
        wallet = asked(agency, "residency", 1)
        agency.issue(wallet.request, "residency", person(agency, "residency", each))
    agency.register.close()
    files = [path for path in agency.desk.folder.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() + str(path).encode() for path in files)
    assert b"A-11" in written, "the agency's own reference is what the register has of a person"
    for mark in MARKS:
        assert mark.encode() not in written
    assert not dates & set(DATE.findall(written))
