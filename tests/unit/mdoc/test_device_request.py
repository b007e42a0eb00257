from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseSign1, SoftwareSigner
from counterproof.mdoc.device_request import (
    DeviceRequest,
    DocRequest,
    ItemsRequest,
    reader_authentication_all,
    x5chain_header,
)
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.request_info import (
    AlternativeDataElements,
    DeviceRequestInfo,
    DocRequestInfo,
    UseCase,
)

S = bytes.fromhex("83f6f6f6")
KEY = ec.derive_private_key(7, ec.SECP256R1())
SIGNER = SoftwareSigner(KEY)
ITEMS = {"docType": "d", "nameSpaces": {"n": {"e": False}}}


def request(**changes: Any) -> bytes:
    members = {"version": "1.0", "docRequests": [{"itemsRequest": EncodedCbor.of(ITEMS)}]}
    return encode({name: value for name, value in (members | changes).items() if value is not None})


def items(**changes: Any) -> bytes:
    inner = {name: value for name, value in (ITEMS | changes).items() if value is not None}
    return request(docRequests=[{"itemsRequest": EncodedCbor.of(inner)}])


def info(**members: Any) -> bytes:
    return items(requestInfo=members)


def use_case(**changes: Any) -> bytes:
    members: dict[str, Any] = {"mandatory": True, "documentSets": [[0]]} | changes
    cases = [{name: value for name, value in members.items() if value is not None}]
    return request(deviceRequestInfo=EncodedCbor.of({"useCases": cases}))


def test_a_plain_request_is_read() -> None:
    read = DeviceRequest.from_bytes(request())
    assert [list(one.items.elements()) for one in read.doc_requests] == [[("n", "e", False)]]
    assert read.doc_requests[0].reader_auth is None
    assert read.to_bytes() == request()


def test_unknown_minor_versions_and_members_are_let_pass() -> None:
    read = DeviceRequest.from_bytes(request(version="1.7", somethingNew=[1]))
    assert read.version == "1.7"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x80", "mdoc.form"),
        (request() + b"\x00", "cbor.trailing-bytes"),
        (request(version=None), "mdoc.member"),
        (request(version="2.0"), "mdoc.version"),
        (request(version="1"), "mdoc.version-form"),
        (request(version=1), "mdoc.member"),
        (request(docRequests=None), "mdoc.form"),
        (request(docRequests=[]), "mdoc.form"),
        (request(docRequests=[{"itemsRequest": EncodedCbor.of(ITEMS)}] * 5), "mdoc.count"),
        (request(docRequests=[{}]), "mdoc.tag-24"),
        (request(docRequests=[{"itemsRequest": ITEMS}]), "mdoc.tag-24"),
        (
            request(docRequests=[{"itemsRequest": EncodedCbor(encode(ITEMS) + b"\x00")}]),
            "cbor.trailing-bytes",
        ),
        (request(docRequests=[{"itemsRequest": EncodedCbor.of(ITEMS), "readerAuth": []}]), "cose.form"),
        (request(docRequests=[{"itemsRequest": EncodedCbor.of(ITEMS), "readerAuth": None}]), "cose.form"),
        (items(docType=None), "mdoc.member"),
        (items(docType=""), "mdoc.name"),
        (items(docType="x" * 129), "mdoc.name-length"),
        (items(nameSpaces=None), "mdoc.form"),
        (items(nameSpaces={}), "mdoc.form"),
        (items(nameSpaces={"n": {}}), "mdoc.form"),
        (items(nameSpaces={"": {"e": True}}), "mdoc.name"),
        (items(nameSpaces={"n": {"": True}}), "mdoc.name"),
        (items(nameSpaces={"n": {1: True}}), "mdoc.name"),
        (items(nameSpaces={"n": {"e": 1}}), "request.intent-to-retain"),
        (items(nameSpaces={"n": {"e": None}}), "request.intent-to-retain"),
        (items(nameSpaces={"n": {f"e{i}": True for i in range(65)}}), "request.elements"),
        (request(deviceRequestInfo={}), "mdoc.tag-24"),
        (request(deviceRequestInfo=EncodedCbor.of([])), "mdoc.form"),
        (request(readerAuthAll=[]), "mdoc.form"),
        (request(readerAuthAll=[1]), "cose.form"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        DeviceRequest.from_bytes(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (items(requestInfo=[]), "mdoc.form"),
        (info(uniqueDocSetRequired=1), "mdoc.member"),
        (info(maximumResponseSize=True), "mdoc.member"),
        (info(maximumResponseSize=-1), "mdoc.member"),
        (info(maximumResponseSize=2**53), "mdoc.member"),
        (info(issuerIdentifiers=["text"]), "mdoc.member"),
        (info(issuerIdentifiers=[]), "mdoc.form"),
        (info(docResponseEncryption=b""), "mdoc.tag-24"),
        (info(alternativeDataElements=[]), "mdoc.form"),
        (info(alternativeDataElements=[{}]), "mdoc.form"),
        (
            info(
                alternativeDataElements=[
                    {"requestedElement": ["n"], "alternativeElementSets": [[["n", "e"]]]}
                ]
            ),
            "mdoc.form",
        ),
        (
            info(alternativeDataElements=[{"requestedElement": ["n", "e"], "alternativeElementSets": [[]]}]),
            "mdoc.form",
        ),
        (use_case(mandatory=1), "mdoc.member"),
        (use_case(documentSets=[[]]), "mdoc.form"),
        (use_case(documentSets=[[True]]), "mdoc.member"),
        (use_case(documentSets=[[4]]), "mdoc.member"),
        (use_case(purposeHints={"a": "1"}), "mdoc.member"),
        (use_case(purposeHints={1: 1}), "mdoc.member"),
        (use_case(purposeHints={"a": 2**31}), "mdoc.member"),
    ],
)
def test_what_is_no_request_info_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        DeviceRequest.from_bytes(data)
    assert caught.value.code == code


def test_everything_in_request_info_is_kept() -> None:
    full = DocRequestInfo(
        (AlternativeDataElements(("n", "e"), ((("n", "f"), ("n", "g")),)),),
        (b"\x01" * 20,),
        unique_doc_set_required=False,
        maximum_response_size=4096,
        response_encryption=EncodedCbor.of({}),
        others=(("zkRequest", {"systemSpecs": [1]}),),
    )
    made = ItemsRequest.make("d", {"n": {"e": True}}, full)
    assert made.info == full
    assert ItemsRequest.from_encoded(made.encoded).info == full


def test_second_edition_members_make_version_1_1() -> None:
    cases = DeviceRequestInfo((UseCase(mandatory=True, document_sets=((0,),)),)).to_encoded()
    made = DeviceRequest([DocRequest(ItemsRequest.make("d", {"n": {"e": True}}))], cases)
    assert made.version == "1.1"
    assert DeviceRequest.from_bytes(made.to_bytes()).info == made.info


def test_a_signature_over_the_whole_request_holds_for_that_request_alone() -> None:
    one, two = (DocRequest(ItemsRequest.make(name, {"n": {"e": True}})) for name in ("d", "e"))
    cases = DeviceRequestInfo().to_encoded()
    for encoded_info in (None, cases):
        payload = reader_authentication_all(S, [one.items.encoded, two.items.encoded], encoded_info)
        auth = CoseSign1.sign(SIGNER, payload, detached=True, unprotected=x5chain_header([b"c"]))
        whole = DeviceRequest.from_bytes(DeviceRequest([one, two], encoded_info, [auth]).to_bytes())
        (read,) = whole.reader_auth_all
        assert whole.all_signature_holds(read, KEY.public_key(), S)
        assert not DeviceRequest([two, one], encoded_info).all_signature_holds(read, KEY.public_key(), S)
        assert not DeviceRequest([one], encoded_info).all_signature_holds(read, KEY.public_key(), S)
        other = cases if encoded_info is None else None
        assert not DeviceRequest([one, two], other).all_signature_holds(read, KEY.public_key(), S)


def test_a_reader_signature_holds_for_its_key_session_and_items_alone() -> None:
    wanted = ItemsRequest.make("d", {"n": {"e": True}})
    signed = DocRequest.sign(wanted, SIGNER, [b"leaf", b"above"], S)
    read = DeviceRequest.from_bytes(DeviceRequest([signed]).to_bytes()).doc_requests[0]
    assert read.reader_auth is not None
    assert read.reader_auth.x5chain == [b"leaf", b"above"]
    assert read.reader_signature_holds(KEY.public_key(), S)
    assert not read.reader_signature_holds(KEY.public_key(), bytes.fromhex("83f6f640"))
    other = ec.derive_private_key(8, ec.SECP256R1()).public_key()
    assert not read.reader_signature_holds(other, S)
    kept = DocRequest(ItemsRequest.make("d", {"n": {"e": False}}), read.reader_auth)
    assert not kept.reader_signature_holds(KEY.public_key(), S)
    assert not DocRequest(wanted).reader_signature_holds(KEY.public_key(), S)


def test_a_reader_signature_with_its_payload_inside_does_not_count() -> None:
    wanted = ItemsRequest.make("d", {"n": {"e": True}})
    signed = DocRequest.sign(wanted, SIGNER, [b"leaf"], S)
    assert signed.reader_auth is not None
    signed.reader_auth.payload = b"\xd8\x18\x40"
    assert not signed.reader_signature_holds(KEY.public_key(), S)


def test_items_that_came_in_longer_form_are_kept_as_they_came() -> None:
    # d9 0018 is tag 24 and 59 00.. a length, neither in shortest form; what is signed is these bytes.
    inner = encode(ITEMS)
    odd = b"\xd9\x00\x18\x59" + len(inner).to_bytes(2, "big") + inner
    data = request(docRequests=None)
    whole = b"\xa2" + data[1:] + encode("docRequests") + b"\x81\xa1" + encode("itemsRequest") + odd
    read = DeviceRequest.from_bytes(whole)
    assert read.doc_requests[0].items.encoded.raw == odd
    assert odd in read.to_bytes()


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_parse_or_be_refused(data: bytes) -> None:
    with suppress(CounterproofError):
        DeviceRequest.from_bytes(data)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=4)
    | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(ANY, ANY)
def test_no_value_in_any_member_breaks_the_parser(value: Any, other: Any) -> None:
    for data in (
        request(version=value, docRequests=other),
        items(docType=value, nameSpaces=other),
        items(nameSpaces={"n": {"e": value}}, requestInfo=other),
        info(alternativeDataElements=value, issuerIdentifiers=other),
        use_case(documentSets=value, purposeHints=other),
    ):
        with suppress(CounterproofError):
            DeviceRequest.from_bytes(data)
