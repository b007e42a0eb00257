"""The list of reader authorities: built, proven, and refused for the reasons that a VICAL is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.certificates.chain import examine_chain
from counterproof.mdoc.certificates.profile import READER
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.lists.readers import (
    ReaderEntry,
    ReaderList,
    ReadersFinding,
    build_readers,
    examine_readers,
)
from counterproof.mdoc.lists.standing import Standing
from tests.kit.certificates import AT, CertificateKit
from tests.kit.lists import ABSENT, ISSUED, WEEK, ListKit

KIT = ListKit()
READER_CA = KIT.kit.reader_ca.certificate
OTHER_CA = CertificateKit("elsewhere").reader_ca.certificate


def examine(data: bytes, at: datetime = AT, **changes: Any) -> ReadersFinding:
    return examine_readers(data, at=at, **{"anchors": [KIT.root], **changes})


def test_a_built_list_is_proven_and_names_its_authorities() -> None:
    entries = [ReaderEntry(READER_CA, "Town Hall", "UT", "UT-1"), ReaderEntry(OTHER_CA)]
    found = examine(KIT.readers(entries, url="https://lists.utopia.example/readers"))
    assert (found.standing, found.code, found.notices) == (Standing.ACCEPTED, "ok", ())
    assert found.verified is not None
    assert found.verified.readers.entries == tuple(entries)
    assert found.verified.readers.head == KIT.head(url="https://lists.utopia.example/readers")
    assert found.verified.anchors == (READER_CA, OTHER_CA)
    assert found.verified.name_of(READER_CA) == "Town Hall"
    assert found.verified.name_of(OTHER_CA) is None
    assert found.verified.name_of(KIT.root) is None


def test_the_entries_of_a_list_that_nobody_signed_are_not_read() -> None:
    data = KIT.bent({"certificateInfos": [5]}, readers=True)
    assert examine(data).code == "mdoc.form"
    found = examine(data[:-1] + bytes([data[-1] ^ 1]))
    assert (found.standing, found.code) == (Standing.REFUSED, "readers.signature")
    found = examine(data, anchors=[READER_CA])
    assert (found.standing, found.code) == (Standing.REFUSED, "readers.signer-untrusted")


def test_a_reader_under_a_listed_root_is_known_and_another_is_not() -> None:
    found = examine(KIT.readers())
    assert found.verified is not None
    known = examine_chain(KIT.kit.reader(), [], found.verified.anchors, AT, READER)
    assert (known.path_ok, known.anchor) == (True, READER_CA)
    stranger = CertificateKit("elsewhere").reader()
    assert examine_chain(stranger, [], found.verified.anchors, AT, READER).path_ok is False


def test_the_members_are_spelled_as_in_the_draft() -> None:
    payload = decode_exact(decode_exact(KIT.readers(url="u"), bignum=True)[2], bignum=True)
    expected = {"version", "provider", "date", "nextUpdate", "notAfter", "certificateInfos", "id", "type"}
    assert set(payload) == expected | {"latestRicalUrl"}
    assert payload["type"] == "org.iso.18013.5.1.reader_authentication"


@pytest.mark.parametrize(
    ("members", "entry", "code"),
    [
        ({"type": ABSENT}, {}, "readers.type"),
        ({"type": "org.example"}, {}, "readers.type"),
        ({"version": "2.0"}, {}, "mdoc.version"),
        ({"provider": ABSENT}, {}, "mdoc.member"),
        ({"date": ABSENT}, {}, "mdoc.member"),
        ({"id": -1}, {}, "mdoc.member"),
        ({"certificateInfos": ABSENT}, {}, "mdoc.member"),
        ({}, {"certificate": 5}, "mdoc.member"),
        ({}, {"name": 5}, "mdoc.member"),
    ],
)
def test_a_bent_list_is_unreadable(members: dict[str, Any], entry: dict[str, Any], code: str) -> None:
    found = examine(KIT.bent(members, entry=entry, readers=True))
    assert (found.standing, found.code, found.verified) == (Standing.UNREADABLE, code, None)


@pytest.mark.parametrize("entry", [{"trustConstraints": [{}]}, {"certificate": b"\x30\x00"}])
def test_an_entry_that_cannot_be_kept_to_is_skipped(entry: dict[str, Any]) -> None:
    found = examine(KIT.bent({}, entry=entry, readers=True))
    assert found.notices == ("readers.entry-skipped",)
    assert found.verified is not None
    assert found.verified.anchors == ()
    assert found.verified.readers.skipped[0].code in ("readers.constrained", "certificate.unreadable")


def test_a_vical_is_no_reader_list() -> None:
    assert examine(KIT.vical()).standing is Standing.UNREADABLE


def test_signer_and_signature_are_proven() -> None:
    assert examine(ListKit("impostor").readers()).code == "readers.signer-untrusted"
    stranger = SoftwareSigner(ec.generate_private_key(ec.SECP256R1()))
    assert examine(KIT.bent({}, signer=stranger, readers=True)).code == "readers.signature"
    assert examine(KIT.bent({}, chain=[], readers=True)).code == "readers.signer-missing"
    own = SoftwareSigner(KIT.kit.key("reader"))
    data = KIT.bent({}, chain=[KIT.kit.reader()], signer=own, readers=True)
    assert examine(data, anchors=[KIT.root, READER_CA]).code == "readers.signer-untrusted"


def test_dates_settle_how_a_list_stands() -> None:
    second = timedelta(seconds=1)
    data = KIT.readers()
    assert examine(data, ISSUED - timedelta(seconds=61)).code == "readers.issued-in-future"
    assert examine(data, ISSUED + WEEK + second).notices == ("readers.update-due",)
    lapsed = examine(data, ISSUED + 4 * WEEK + second)
    assert (lapsed.standing, lapsed.code) == (Standing.UNDECIDED, "readers.lapsed")


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        ({"issue_id": 6}, "readers.older"),
        ({"date": ISSUED + timedelta(seconds=1)}, "readers.same-issue"),
        ({"issue_id": 8, "provider": "Somebody"}, "readers.other-provider"),
        ({"issue_id": 8}, "ok"),
        ({}, "ok"),
    ],
)
def test_an_installed_list_gives_way_only_to_a_newer_one(offered: dict[str, Any], code: str) -> None:
    installed = ReaderList.from_bytes(KIT.readers())
    assert examine(KIT.readers(**offered), installed=installed).code == code


HONEST = KIT.readers()


@settings(max_examples=150)
@given(st.integers(0, 8 * len(HONEST) - 1))
def test_no_list_with_a_flipped_bit_is_ever_believed(place: int) -> None:
    flipped = bytearray(HONEST)
    flipped[place // 8] ^= 1 << place % 8
    assert examine(bytes(flipped)).verified is None


@settings(max_examples=100)
@given(st.binary(max_size=150))
def test_no_bytes_at_all_raise(data: bytes) -> None:
    assert examine(data).standing is Standing.UNREADABLE


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"chain": [KIT.root]}, "readers.signer-unusable"),
        ({"head": KIT.head(next_update=ISSUED)}, "readers.times-unusable"),
        ({"entries": [ReaderEntry(READER_CA), ReaderEntry(READER_CA, "Twice")]}, "readers.entry-twice"),
    ],
)
def test_a_list_that_nobody_could_use_is_not_built(change: dict[str, Any], code: str) -> None:
    honest: dict[str, Any] = {
        "chain": [KIT.certificate],
        "head": KIT.head(),
        "entries": [ReaderEntry(READER_CA)],
    }
    parts = {**honest, **change}
    with pytest.raises(UsageError) as caught:
        build_readers(KIT.signer, parts.pop("chain"), **parts)
    assert caught.value.code == code
