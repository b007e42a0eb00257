"""What comes of one case of tests/vectors/qr-exchange/faults.json: a code, or "ok"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.request import check_request
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.verification.policy import Mode
from counterproof.optics.exchange import answer, card_request
from counterproof.optics.exchange.examine import Moment, examine_shown, examine_slip
from counterproof.optics.exchange.memories import Challenge, MemoryLedger, SeenCodes
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.receipt import QrReceipt
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.exchange.wallet_side import build_decline, read_request

if TYPE_CHECKING:
    from counterproof.optics.exchange.facts import ExchangeFacts

_THIS, _EARLIER = "this", "earlier"


def found_code(fault: dict[str, Any], world: dict[str, Any]) -> str:
    """Put a case through the door of its kind; return the code that comes out."""
    doors = {
        "request": _request,
        "answer": _answer,
        "shown": _shown,
        "slip": _slip,
        "receipt": _receipt,
        "card_request": _card_request,
    }
    try:
        return doors[fault["kind"]](fault, bytes.fromhex(fault["M"]), world)
    except CounterproofError as error:
        return error.code


def _request(fault: dict[str, Any], m: bytes, world: dict[str, Any]) -> str:
    trust = ReaderTrust([Certificate.from_der(bytes.fromhex(world["reader_root"]))])
    build_decline(read_request(m, at=datetime.fromtimestamp(fault["now"], UTC), trust=trust))
    return "ok"


def _answer(fault: dict[str, Any], m: bytes, _world: dict[str, Any]) -> str:
    key = ec.derive_private_key(int(fault["one_time"], 16), ec.SECP256R1())
    answer.opened(bytes.fromhex(fault["S"]), key, m)
    return "ok"


def _moment(fault: dict[str, Any], mode: Mode) -> Moment:
    return Moment(
        now_unix=fault["now"],
        seconds=10.0,
        transaction=_THIS,
        allowed=frozenset({mode}),
        ids=frozenset(fault["counter"]["ids"]),
    )


def _shown(fault: dict[str, Any], m: bytes, _world: dict[str, Any]) -> str:
    shown, counter = QrShown.from_message(m), fault["counter"]
    seen, challenge = SeenCodes(started_unix=counter["started"]), Challenge()
    if counter["challenge"]:
        wanted = int(counter["challenge"])
        assert challenge.open(lambda size: wanted.to_bytes(size, "big"), 0.0) == counter["challenge"]
    for digest in counter["seen"]:
        seen.remember(
            bytes.fromhex(digest), _EARLIER, made_unix=shown.terms.time, seconds=0.0, unix=fault["now"]
        )
    return _first(examine_shown(shown, _moment(fault, Mode.SHOWN_FIRST), seen, challenge))


def _slip(fault: dict[str, Any], m: bytes, _world: dict[str, Any]) -> str:
    slip, counter = QrSlip.from_message(m), fault["counter"]
    ledger = MemoryLedger()
    for digest in counter["seen"]:
        ledger.remember(bytes.fromhex(digest), _EARLIER, slip.terms.not_after)
    documents = DeviceResponse.from_bytes(slip.response).documents
    return _first(
        examine_slip(
            slip,
            _moment(fault, Mode.SLIP),
            ledger,
            purpose=counter["purpose"],
            repeats_allowed=counter["repeats"],
            validities=[document.issuer_signed.mso.validity for document in documents],
        )
    )


def _receipt(fault: dict[str, Any], m: bytes, _world: dict[str, Any]) -> str:
    QrReceipt.from_message(m).check_answered(bytes.fromhex(fault["h_S"]), bytes.fromhex(fault["leaf"]))
    return "ok"


def _card_request(fault: dict[str, Any], m: bytes, _world: dict[str, Any]) -> str:
    check_request(
        card_request.from_message(m),
        issuer=fault["issuer"],
        nonce_ok=lambda nonce: nonce.hex() == fault["nonce"],
        at=datetime.fromtimestamp(fault["now"], UTC),
    )
    return "ok"


def _first(facts: ExchangeFacts) -> str:
    return next((fact.code for fact in facts.facts.values() if not fact.holds), "ok")
