"""Issuing from a template: the bytes are those that building maps would give, and copies share nothing."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.cose import CoseKey, SoftwareSigner
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.issuer_signed import IssuerSigned, IssuerSignedItem
from counterproof.mdoc.issuing import IssuingTemplate
from counterproof.mdoc.mso import ValidityInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 6, 1, tzinfo=UTC)
VALIDITY = ValidityInfo(START, START, START + timedelta(days=90))
TYPE, FIRST, SECOND = "eu.example.card", "eu.example.card.long-name", "eu.example"
KEY = ec.generate_private_key(ec.SECP256R1())
URI = "https://status.example/1"


class CountingSigner(SoftwareSigner):
    """A signer that knows how often it was asked."""

    def __init__(self) -> None:
        super().__init__(KEY)
        self.asked = 0

    def sign(self, data: bytes) -> bytes:
        self.asked += 1
        return super().sign(data)


def template(
    elements: dict[str, Sequence[str]],
    *,
    decoys: int = 0,
    uri: str | None = URI,
    signer: SoftwareSigner | None = None,
) -> IssuingTemplate:
    return IssuingTemplate(
        TYPE,
        elements,
        validity=VALIDITY,
        signer=signer or SoftwareSigner(KEY),
        chain=[b"\x30\x00"],
        decoys=decoys,
        status_uri=uri,
    )


def device_key() -> CoseKey:
    return CoseKey.from_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())


@pytest.mark.parametrize("count", [1, 24, 25, 300])
@pytest.mark.parametrize("size", [0, 20, 400, 700])
def test_the_bytes_are_those_of_the_maps(count: int, size: int) -> None:
    """300 ids take one, two and three bytes; values take an item over each border of its head."""
    names = [f"element_{number}" for number in range(count)]
    # Namespaces go in the order of their encoded names, which is by length first: SECOND before FIRST.
    values = [encode("x" * size), *(encode(number) for number in range(count))]
    keys = [device_key() for _ in range(3)]
    made = template({FIRST: names, SECOND: ["one"]}, decoys=2).issue_copies(
        values, [(key, 70_000 + number) for number, key in enumerate(keys)], os.urandom
    )
    for number, (issued, key) in enumerate(zip(made, keys, strict=True)):
        read = IssuerSigned.from_bytes(issued.issuer_signed)
        assert read.to_bytes() == issued.issuer_signed
        assert read.mso.to_payload() == issued.payload == read.issuer_auth.payload
        assert read.mso.device_key == key
        assert read.mso.status is not None
        assert (read.mso.status.index, read.mso.status.uri) == (70_000 + number, URI)
        assert read.issuer_auth.verify(KEY.public_key())
        assert [item.identifier for item in read.namespaces[FIRST]] == names
        assert read.namespaces[SECOND][0].value == "x" * size
        for space, items in read.namespaces.items():
            assert len(read.mso.value_digests[space]) == len(items) + 2
            for item in items:
                again = IssuerSignedItem.make(item.digest_id, item.random, item.identifier, item.value)
                assert again.encoded.raw == item.encoded.raw
                assert (
                    read.mso.value_digests[space][item.digest_id]
                    == hashlib.sha256(again.encoded.raw).digest()
                )


def test_copies_of_a_card_share_no_salt_no_digest_and_no_signature() -> None:
    names = [f"element_{number}" for number in range(12)]
    values = [encode(1)] * 12
    made = template({FIRST: names}, decoys=3).issue_copies(
        values, [(device_key(), index) for index in range(8)], os.urandom
    )
    read = [IssuerSigned.from_bytes(issued.issuer_signed) for issued in made]
    own = [
        {item.random for item in each.namespaces[FIRST]}
        | set(each.mso.value_digests[FIRST].values())
        | {each.issuer_auth.proof}
        for each in read
    ]
    assert {len(each) for each in own} == {12 + 15 + 1}
    assert all(one.isdisjoint(other) for one, other in combinations(own, 2))


def test_one_document_is_a_card_of_one_copy() -> None:
    issued = template({FIRST: ["one"]}, uri=None).issue([encode(7)], device_key(), os.urandom)
    read = IssuerSigned.from_bytes(issued.issuer_signed)
    assert read.mso.status is None
    assert [item.value for item in read.namespaces[FIRST]] == [7]


@pytest.mark.parametrize(
    ("values", "indices", "code"),
    [
        ([], [1, 2], "issuing.values"),
        ([b"\x01", b"\x02"], [1, 2], "issuing.values"),
        ([b"\x01"], [1, None], "issuing.status"),
    ],
)
def test_nothing_is_signed_where_one_copy_is_wrong(
    values: list[bytes], indices: list[int | None], code: str
) -> None:
    signer = CountingSigner()
    card = template({FIRST: ["one"]}, signer=signer)
    with pytest.raises(UsageError) as refused:
        card.issue_copies(values, [(device_key(), index) for index in indices], os.urandom)
    assert (refused.value.code, signer.asked) == (code, 0)
    with pytest.raises(UsageError) as refused:
        template({FIRST: ["one"]}, uri=None).issue([b"\x01"], device_key(), os.urandom, 5)
    assert refused.value.code == "issuing.status"


def test_a_template_of_nothing_or_of_too_much_is_refused() -> None:
    cases: list[tuple[dict[str, Sequence[str]], str]] = [
        ({}, "issuing.empty"),
        ({FIRST: [str(number) for number in range(510)]}, "issuing.too-many-elements"),
    ]
    for elements, code in cases:
        with pytest.raises(UsageError) as refused:
            template(elements, decoys=3)
        assert refused.value.code == code
