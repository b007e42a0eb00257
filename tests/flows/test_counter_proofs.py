"""Proofs bent in every way that a device can bend them, and clocks that cannot be right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseMac0, CoseSign1, SoftwareSigner
from counterproof.mdoc.device_response import DeviceResponse, Document
from counterproof.mdoc.device_signed import DeviceSigned, device_authentication
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.kinds import Kind
from counterproof.words.verification import QUALIFIERS
from tests.kit.clerk import (
    AGE,
    CARD,
    PAPER,
    RESIDENCY,
    Desk,
    Town,
    everything,
    question,
    refused,
    said,
    sealed,
)
from tests.kit.scenarios import scenario
from verifier.report_json import as_json

if TYPE_CHECKING:
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from tests.simulators.holder import Holder


def bent(holder: Holder, request: AuthenticatedRequest, **changes: Any) -> bytes:
    """Return the holder's response with parts of the device's proof changed."""
    (copy,) = holder.copies([AGE], everything(AGE))
    namespaces = EncodedCbor.of(changes.get("namespaces", {}))
    transcript, doc_type = changes.get("transcript", request.transcript), changes.get("doc_type", AGE)
    payload = device_authentication(transcript, doc_type, namespaces)
    proof = CoseSign1.sign(changes.get("signer", copy.signer), payload, detached=True)
    signed = DeviceSigned(namespaces, changes.get("namespaces", {}), proof, None)
    return sealed(request, DeviceResponse([Document(AGE, copy.issuer_signed, signed)]).to_bytes())


@scenario("device-sig-missing")
def test_device_sig_missing(desk: Desk, town: Town) -> None:
    request, holder = desk.ask(), town.resident()
    whole = DeviceResponse.from_bytes(holder.response(request.transcript, [AGE], everything(AGE)))
    members = whole.documents[0].to_map()
    del members["deviceSigned"]
    m = sealed(request, encode({"version": "1.0", "documents": [members], "status": 0}))
    with pytest.raises(MalformedError):
        desk.take(m)
    assert desk.counter.open_request() is not None


@scenario("device-sig-other-key")
def test_device_sig_other_key(desk: Desk, town: Town) -> None:
    request = desk.ask()
    other = SoftwareSigner(town.publisher.kit.key("somebody else"))
    refused(desk.take(bent(town.resident(), request, signer=other)), "device.auth")


@scenario("device-sig-wrong-transcript")
def test_device_sig_wrong_transcript(desk: Desk, town: Town) -> None:
    before, request = desk.ask(), desk.ask()
    assert before.transcript != request.transcript
    refused(desk.take(bent(town.resident(), request, transcript=before.transcript)), "device.auth")


def test_what_is_refused_claims_nothing(desk: Desk, town: Town) -> None:
    decision = desk.take(bent(town.resident(), desk.ask(), doc_type=RESIDENCY))
    assert QUALIFIERS["asked-and-answered"].what not in said(decision)


@scenario("device-sig-doctype")
def test_device_sig_doctype(desk: Desk, town: Town) -> None:
    refused(desk.take(bent(town.resident(), desk.ask(), doc_type=RESIDENCY)), "device.auth")


@scenario("device-mac-confusion")
def test_device_mac_confusion(desk: Desk, town: Town) -> None:
    request, holder = desk.ask(), town.resident()
    (copy,) = holder.copies([AGE], everything(AGE))
    signed = DeviceSigned.sign(copy.signer, request.transcript, AGE)
    payload = device_authentication(request.transcript, AGE, signed.encoded_namespaces)
    mac = CoseMac0.make(bytes(32), payload)
    confused = DeviceSigned(signed.encoded_namespaces, {}, None, mac)
    response = DeviceResponse([Document(AGE, copy.issuer_signed, confused)]).to_bytes()
    refused(desk.take(sealed(request, response)), "device.method")


@scenario("device-ns-injected")
def test_device_ns_injected(desk: Desk, town: Town) -> None:
    claims = {RESIDENCY: {"age_over_21": True}}
    decision = desk.take(bent(town.resident(), desk.ask(), namespaces=claims))
    refused(decision, "device.authorized")
    assert "age_over_21" not in str(as_json(decision))


def test_a_changed_field_is_refused(desk: Desk, town: Town) -> None:
    holder, request = town.resident(), desk.ask(question(CARD))
    response = holder.response(request.transcript, [RESIDENCY], everything(RESIDENCY))
    forged = response.replace(b"Saltmarsh Quay", b"Saltmarsh Quai")
    assert forged != response
    refused(desk.take(sealed(request, forged)), "digest.match")


def test_a_forged_agency_is_refused(desk: Desk, town: Town) -> None:
    holder = town.resident()
    town.agency.signer = SoftwareSigner(town.agency.kit.key("not the signer"))
    forger = town.resident()
    assert desk.take(desk.answered(holder)).verdict is Verdict.ACCEPTED
    refused(desk.take(desk.answered(forger)), "issuer.signature")


@pytest.mark.parametrize("back", [timedelta(days=365), timedelta(days=1), timedelta(minutes=2)])
@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.SHOWN, Kind.SLIP])
def test_a_clock_wound_back_is_never_green(desk: Desk, town: Town, back: timedelta, kind: Kind) -> None:
    holder = town.resident()
    messages = {
        Kind.ANSWER: lambda: desk.answered(holder),
        Kind.SHOWN: lambda: desk.shown(holder),
        Kind.SLIP: lambda: desk.slip(holder),
    }
    m = messages[kind]()
    desk.set_clock(town.at - back)
    decision = desk.take(m, kind, PAPER)
    assert decision.verdict is Verdict.UNDECIDED
    assert decision.code.startswith("clock.")
    assert decision.shown == ()
    assert "Set the clock" in said(decision)


def test_a_clock_decades_ahead_is_never_green(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.set_clock(town.at + timedelta(days=30 * 365))
    assert (desk.take(m).verdict, desk.take(m).code) == (Verdict.UNDECIDED, "clock.far-ahead")


def test_a_wrong_clock_does_not_hide_a_forgery(desk: Desk, town: Town) -> None:
    m = bent(town.resident(), desk.ask(), doc_type=RESIDENCY)
    desk.set_clock(town.at - timedelta(days=365))
    refused(desk.take(m), "device.auth")


def test_a_request_ends_by_either_clock(desk: Desk, town: Town) -> None:
    request = desk.ask()
    desk.set_clock(town.at + timedelta(hours=1, seconds=181))
    refused(desk.take(town.resident().answer(request)), "exchange.transaction-over")
    request = desk.ask()
    desk.wait(179)
    assert desk.take(town.resident().answer(request)).verdict is Verdict.ACCEPTED


def test_a_signed_answer_proves_the_test_can_tell(desk: Desk, town: Town) -> None:
    """The helper that bends answers makes a good one when nothing is bent."""
    assert desk.take(bent(town.resident(), desk.ask())).verdict is Verdict.ACCEPTED
