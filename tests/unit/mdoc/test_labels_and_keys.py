"""Keys that Python takes for others, keys with one hash, and versions that are no text."""

from __future__ import annotations

import time
from typing import Any

import pytest

from counterproof.mdoc.cbor import EncodedCbor, Spliced, decode_exact, encode
from counterproof.mdoc.cbor_scan import head
from counterproof.mdoc.cose import CoseKey, CoseSign1
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.readers import examine_readers
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.vical import Vical, examine_vical
from tests.kit.certificates import AT
from tests.kit.factory.forge import ABSENT, Auth, Forge
from tests.kit.lists import ListKit

FORGE = Forge()
LISTS = ListKit()
LIKE_ONE = {"true": b"\xf5", "half": b"\xf9\x3c\x00", "double": b"\xfb\x3f\xf0" + bytes(6)}
MODULUS = 2**61 - 1
"""Python's hash of a whole number is its remainder by this."""


def refused(**parts: Any) -> str:
    with pytest.raises(MalformedError) as caught:
        IssuerSigned.from_bytes(encode(FORGE.issuer_signed(**parts)))
    return caught.value.code


@pytest.mark.parametrize("label", LIKE_ONE.values(), ids=LIKE_ONE)
def test_a_header_label_is_a_whole_number_or_text(label: bytes) -> None:
    """Another reader finds no algorithm where Python finds ES256 under 1."""
    assert refused(auth=Auth(protected=b"\xa1" + label + b"\x26")) == "cose.protected-form"


def test_no_chain_stands_under_a_label_like_33() -> None:
    leaf = FORGE.agency.signer_certificate.der
    unprotected = {33: ABSENT, Spliced(b"\xf9\x50\x20"): leaf}
    assert refused(auth=Auth(unprotected=unprotected)) == "cose.form"


def test_text_labels_are_let_pass() -> None:
    message = CoseSign1.from_item(
        decode_exact(encode(FORGE.issuer_signed(auth=Auth(headers={"x": 1}, unprotected={"y": 2}))))[
            "issuerAuth"
        ]
    )
    assert (message.headers["x"], message.unprotected["y"]) == (1, 2)


def test_the_labels_of_a_key_are_whole_numbers_or_text() -> None:
    key = CoseKey.from_public_key(FORGE.device_signer.public_key).to_map()
    x, y = encode(key[-2]), encode(key[-3])
    odd = b"\xa4\xf5\x02\xf9\xbc\x00\x01\xf9\xc0\x00" + x + b"\xf9\xc2\x00" + y
    assert CoseKey.from_map(key) == CoseKey.from_map({**key, "kid": 1})
    with pytest.raises(MalformedError) as caught:
        CoseKey.from_map(decode_exact(odd))
    assert caught.value.code == "cose.key-form"


def bignum(value: int) -> bytes:
    return b"\xc2" + encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


MANY = 16_000
ONE_HASH = head(5, MANY) + b"".join(bignum(MODULUS * n) + b"\x00" for n in range(16, MANY + 16))
TUPLES = b"\xa1\x82\x00\x00\x00"


@pytest.mark.parametrize("payload", [ONE_HASH, TUPLES], ids=["bignums", "array"])
def test_keys_whose_hash_can_be_foreseen_are_not_let_into_lists(payload: bytes) -> None:
    message = encode([encode({1: -7}), {33: b"x"}, payload, bytes(64)])
    start = time.process_time()
    with pytest.raises(MalformedError) as caught:
        Vical.from_bytes(message)
    assert caught.value.code == "cbor.malformed"
    assert examine_vical(message, at=AT, anchors=[LISTS.root]).standing is Standing.UNREADABLE
    assert time.process_time() - start < 1
    short = b"\xa1" + bignum(2**70) + b"\x00"
    with pytest.raises(MalformedError):
        decode_exact(short, LIMITS.vical, bignum=True)


@pytest.mark.parametrize("version", [[], {}, [1], {"a": 1}, None, 1, True, 1.0, b"1.0", EncodedCbor(b"\x00")])
def test_a_version_that_is_no_text_is_malformed_and_no_crash(version: Any) -> None:
    shown = Spliced(b"\xf9\x3c\x00") if type(version) is float else version
    vical = examine_vical(LISTS.bent({"version": shown}), at=AT, anchors=[LISTS.root])
    readers = examine_readers(LISTS.bent({"version": shown}, readers=True), at=AT, anchors=[LISTS.root])
    assert (vical.standing, vical.code) == (Standing.UNREADABLE, "mdoc.version-form")
    assert (readers.standing, readers.code) == (Standing.UNREADABLE, "mdoc.version-form")
