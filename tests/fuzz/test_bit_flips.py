"""One bit of every byte turned over: never accepted with anything but the very same values.

A flip in the word "nameSpaces" makes a member that nobody knows of the elements: the document then shows
nothing, as ISO/IEC 18013-5 lets a holder do. Where elements were asked for, that is not accepted either.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.verification.policy import SESSION, Mode
from counterproof.mdoc.verification.report import Verdict, VerificationReport
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import (
    Presentation,
    verify_device_response,
    verify_issuer_signed,
)
from tests.kit.certificates import AT
from tests.kit.door import ask
from tests.kit.factory.all import FOLDER
from tests.kit.factory.forge import DOC_TYPE, ELEMENTS, SPACE, Auth, Forge
from tests.kit.flips import ALL_BITS, Flip, flips, one_bit_each, survivors, values_of
from tests.kit.public_cases import longfellow

if TYPE_CHECKING:
    from collections.abc import Callable

FORGE = Forge()
ANCHOR = FORGE.agency.anchor
ROOT_SENT = Auth(unprotected={33: [FORGE.agency.signer_certificate.der, ANCHOR.der]})
ALL_SHOWN = {SPACE: FORGE.items()[SPACE]}


def outcome(report: VerificationReport) -> Any:
    """Return the values, None where nothing was accepted; what is handed out must not differ either way."""
    if report.verdict is not Verdict.ACCEPTED:
        return None
    return values_of(report)


def judge_response(data: bytes, *asked: RequestedDocument) -> Any:
    try:
        report = verify_device_response(
            data,
            Presentation(Mode.SESSION, FORGE.transcript, requested=asked or None),
            trust=TrustedIssuers.of([ANCHOR]),
            policy=SESSION,
            at=AT,
        )
    except MalformedError:
        return None
    return outcome(report)


def judge_received(data: bytes) -> Any:
    try:
        return outcome(verify_issuer_signed(data, trust=TrustedIssuers.of([ANCHOR]), at=AT))
    except MalformedError:
        return None


RESPONSE = FORGE.response(FORGE.document(issuerSigned=FORGE.issuer_signed(signed=ALL_SHOWN)))
RECEIVED = encode(FORGE.issuer_signed(signed=ALL_SHOWN, auth=ROOT_SENT))
HONEST = judge_response(RESPONSE)
NOTHING_SHOWN: list[tuple[str, dict[str, dict[str, Any]]]] = [(DOC_TYPE, {})]
ASKED = RequestedDocument(DOC_TYPE, tuple((SPACE, name) for name in ELEMENTS))


def test_the_honest_ones_are_accepted() -> None:
    assert judge_received(RECEIVED) == HONEST
    ((doc_type, spaces),) = HONEST
    assert doc_type == DOC_TYPE
    assert spaces[SPACE]["family_name"] == "Musterfrau"


@pytest.mark.parametrize(
    ("data", "judge"),
    [(RESPONSE, judge_response), (RECEIVED, judge_received)],
    ids=["response", "received"],
)
def test_no_flipped_document_says_anything_else(data: bytes, judge: Callable[[bytes], Any]) -> None:
    count, strange = survivors(one_bit_each(data), judge, HONEST, NOTHING_SHOWN)
    assert count == len(data)
    assert strange == []


def test_no_flipped_answer_to_a_question_says_less_either() -> None:
    _, strange = survivors(one_bit_each(RESPONSE), lambda data: judge_response(data, ASKED), HONEST)
    assert strange == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "judge"),
    [(RESPONSE, judge_response), (RECEIVED, judge_received)],
    ids=["response", "received"],
)
def test_no_document_with_any_bit_flipped_says_anything_else(
    data: bytes, judge: Callable[[bytes], Any]
) -> None:
    count, strange = survivors(flips(data, ALL_BITS), judge, HONEST, NOTHING_SHOWN)
    assert count == 8 * len(data)
    assert strange == []


def test_most_flips_are_refused_and_the_others_lie_where_nothing_is_said() -> None:
    """The few that pass lie in the minor version, in names of members that may be absent, in a label."""
    accepted = [flip for flip in one_bit_each(RESPONSE) if judge_response(flip.data) is not None]
    assert len(accepted) < len(RESPONSE) // 50


def test_every_removed_or_doubled_byte_is_refused() -> None:
    for at in range(len(RESPONSE)):
        assert judge_response(RESPONSE[:at] + RESPONSE[at + 1 :]) is None, at
        assert judge_response(RESPONSE[:at] + RESPONSE[at : at + 1] + RESPONSE[at:]) is None, at


def test_every_truncation_is_refused() -> None:
    assert [at for at in range(len(RESPONSE)) if judge_response(RESPONSE[:at]) is not None] == []


KINDS = ["qr_shown", "qr_slip", "qr_request", "qr_receipt", "status_entry-valid", "vical_good"]


def door_judge(name: str) -> tuple[bytes, Callable[[bytes], Any]]:
    """Return a vector's bytes, and the door's word on other bytes in their place."""
    case = json.loads((FOLDER / f"{name}.json").read_bytes())
    line = {key: value for key, value in case.items() if key not in ("clause", "expect", "note", "bytes")}

    def judge(data: bytes) -> Any:
        said = ask(**line, bytes=data.hex())
        assert said["code"] != "internal", data.hex()
        assert said["verdict"] != "unusable", data.hex()
        return (said["documents"], said["status"]) if said["verdict"] == "accepted" else None

    return bytes.fromhex(case["bytes"]), judge


@pytest.mark.parametrize("name", KINDS)
def test_no_flipped_message_is_accepted_with_another_meaning(name: str) -> None:
    data, judge = door_judge(name)
    honest = judge(data)
    assert honest is not None
    count, strange = survivors(one_bit_each(data), judge, honest)
    assert count == len(data)
    assert strange == []


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_no_message_with_any_bit_flipped_is_accepted_with_another_meaning(name: str) -> None:
    data, judge = door_judge(name)
    _, strange = survivors(flips(data, ALL_BITS), judge, judge(data))
    assert strange == []


@pytest.mark.slow
def test_no_flipped_document_of_a_real_wallet_says_anything_else() -> None:
    for line, case in longfellow():
        nothing = [{"doc_type": case["doctype"], "elements": {}}]
        data = bytes.fromhex(line["bytes"])

        def judge(changed: bytes, line: dict[str, Any] = line) -> Any:
            said = ask(**{**line, "bytes": changed.hex()})
            assert said["code"] != "internal"
            return said["documents"] if said["verdict"] == "accepted" else None

        sample = [flip for flip in one_bit_each(data) if flip.at < 600 or flip.at % 7 == 0]
        _, strange = survivors(sample, judge, judge(data), nothing)
        assert strange == [], line["id"]


def test_each_flip_takes_less_than_a_second() -> None:
    slow = []
    for flip in one_bit_each(RESPONSE):
        start = time.process_time()
        judge_response(flip.data)
        if time.process_time() - start > 1:
            slow.append(flip.at)
    assert slow == []


def test_a_flip_that_changes_a_value_would_be_seen() -> None:
    """The oracle itself can fail: a judge that looks at no digest lets changed values through."""

    def careless(data: bytes) -> Any:
        try:
            report = verify_issuer_signed(
                data,
                trust=TrustedIssuers.of([ANCHOR]),
                at=AT,
                policy=SESSION.unsafe_without(*SESSION.required - {next(iter(SESSION.required))}),
            )
        except MalformedError:
            return None
        return [report.documents[0].doc_type, report.documents[0].checks]

    changed: list[Flip] = list(one_bit_each(RECEIVED))
    _, strange = survivors(changed, careless, careless(RECEIVED))
    assert len(strange) > len(RECEIVED) // 4
