"""The AAMVA VICAL of September 2024: a list from the field, read with its quirks and proven to its root."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.vical import Vical, VicalFinding, examine_vical
from tests.kit.certificates import CertificateKit
from tests.kit.vectors import vector_path

MDL = "org.iso.18013.5.1.mDL"
PUBLISHED = datetime(2024, 9, 24, 17, 37, 31, tzinfo=UTC)
INSIDE = PUBLISHED + timedelta(hours=6)


@pytest.fixture(scope="module")
def data() -> bytes:
    return vector_path("vical/aamva-2024-09-24.cbor").read_bytes()


@pytest.fixture(scope="module")
def root() -> Certificate:
    return Certificate.from_pem(vector_path("vical/aamva_ca_root.crt").read_bytes())


@pytest.fixture(scope="module")
def intermediate() -> Certificate:
    return Certificate.from_pem(vector_path("vical/aamva_ca_intermediate.crt").read_bytes())


def examine(data: bytes, root: Certificate, at: datetime = INSIDE) -> VicalFinding:
    return examine_vical(data, at=at, anchors=[root])


def test_it_is_proven_to_its_root_and_its_issuers_are_anchors(data: bytes, root: Certificate) -> None:
    found = examine(data, root)
    assert (found.standing, found.code, found.notices) == (Standing.ACCEPTED, "ok", ())
    assert found.verified is not None
    anchors = found.verified.anchors_for(MDL)
    assert [anchor.state for anchor in anchors] == ["US-MD", "US-UT", "US-VA"]
    assert all(anchor.is_ca and anchor.is_signed_by(anchor) and anchor.covers(INSIDE) for anchor in anchors)
    assert found.verified.vical.skipped == ()
    assert found.verified.signer.trust_point == root


def test_its_head_is_read(data: bytes) -> None:
    head = Vical.from_bytes(data).head
    assert (head.provider, head.issue_id, head.date) == ("AAMVA", 616575, PUBLISHED)
    assert head.next_update == PUBLISHED + timedelta(days=1)
    assert head.not_after is None


def test_its_quirks_are_there(data: bytes) -> None:
    """Or the leniency is for nothing."""
    message = decode_exact(data, LIMITS.vical, bignum=True)
    entries = decode_exact(message[2], LIMITS.vical, bignum=True)["certificateInfos"]
    assert all("Extensions" in entry for entry in entries)
    assert all(entry["ski"].startswith(b"\x04\x16\x04\x14") for entry in entries)
    assert len(message[1][33]) == 3


def test_signer_or_intermediate_may_be_pinned_in_place_of_the_root(
    data: bytes, intermediate: Certificate
) -> None:
    signer = Certificate.from_der(Vical.from_bytes(data).message.x5chain[0])
    assert examine(data, signer).standing is Standing.ACCEPTED
    assert examine(data, intermediate).standing is Standing.ACCEPTED


def test_after_its_next_update_it_is_used_with_a_warning(data: bytes, root: Certificate) -> None:
    found = examine(data, root, PUBLISHED + timedelta(days=1, seconds=1))
    assert (found.standing, found.notices) == (Standing.ACCEPTED, ("vical.update-due",))


def test_out_of_its_time_it_is_refused(data: bytes, root: Certificate) -> None:
    assert examine(data, root, PUBLISHED - timedelta(minutes=2)).code == "vical.issued-in-future"
    late = examine(data, root, datetime(2026, 4, 19, tzinfo=UTC))
    assert (late.code, late.detail) == ("vical.signer-untrusted", "certificate.expired")


def test_another_root_does_not_vouch_for_it(data: bytes) -> None:
    kit = CertificateKit()
    for stranger in (kit.vical_ca.certificate, kit.iaca.certificate):
        assert examine(data, stranger).code == "vical.signer-untrusted"
    own = [entry.certificate for entry in Vical.from_bytes(data).entries]
    assert examine_vical(data, at=INSIDE, anchors=own).code == "vical.signer-untrusted"


def test_no_flipped_byte_is_believed(data: bytes, root: Certificate) -> None:
    chain_in_transit = 0
    for place in range(0, len(data), 7):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        found = examine(flipped, root)
        if found.verified is None:
            continue
        # The chain travels unsigned: a change in a certificate that the path does not need is no harm.
        chain_in_transit += 1
        assert found.verified.vical.issue == Vical.from_bytes(data).issue
        assert found.verified.signer.certificate.der in data
    assert chain_in_transit < len(data) // 7 // 4
