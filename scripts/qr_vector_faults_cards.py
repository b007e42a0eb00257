"""Requests for cards that a desk must refuse: one fault each, in the packing or in the file."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from counterproof.optics.exchange import card_request, coding
from counterproof.optics.exchange.limits import LIMITS
from tests.kit.handover import ISSUER, NONCE
from tests.kit.qr_card_request import asked_card
from tests.kit.qr_story import NOW, recoded

if TYPE_CHECKING:
    from collections.abc import Iterator


def card_request_faults() -> list[dict[str, Any]]:
    """Return every case; `issuer` and `nonce` are the desk's own."""
    base = {"kind": "card_request", "now": NOW, "issuer": ISSUER, "nonce": NONCE}
    packing = [{"rule": "Coding", "M": m, "expect": expect, "id": name} for name, m, expect in _packing()]
    inside = [
        {"rule": "A request for a card", "M": recoded(file), "expect": expect, "id": name, **more}
        for name, file, expect, more in _inside()
    ]
    return [{**base, **case, "id": f"card-request-{case['id']}"} for case in (*packing, *inside)]


def _packing() -> Iterator[tuple[str, bytes, str]]:
    _, file = asked_card(1)
    honest = card_request.to_message(file)
    yield "honest", honest, "ok"
    yield "honest-as-it-is", recoded(file), "ok"
    yield "coding", b"\x02" + honest[1:], "exchange.coding"
    yield "cut", honest[:-1], "exchange.deflate-truncated"
    yield "more-behind", honest + b"\0", "exchange.deflate-trailing"
    yield "no-dictionary", b"\x01" + zlib.compress(file), "exchange.deflate-dictionary"
    bomb = b"{" + bytes(LIMITS.card_request)
    yield "too-large-unpacked", coding.to_message(bomb), "exchange.body-size"


def _inside() -> Iterator[tuple[str, bytes, str, dict[str, Any]]]:
    offer, file = asked_card(2)
    yield "no-object", b"[]", "exchange.card-request-form", {}
    yield "nothing-inside", b"", "exchange.card-request-form", {}
    yield "offer", offer, "handover.other-file", {}
    yield "key-twice", file.replace(b'{\n  "type"', b'{\n  "version": 1,\n  "type"', 1), "json.malformed", {}
    yield "other-agency", file, "handover.other-agency", {"issuer": "https://elsewhere.example"}
    yield "other-nonce", file, "handover.nonce-refused", {"nonce": bytes(32)}
    members = json.loads(file)
    first, second = members["proofs"]["jwt"]
    yield "proof-twice", _with(members, [first, first]), "handover.proof-twice", {}
    yield "proof-bent", _with(members, [first, second[:-4] + "AAAA"]), "handover.proof-signature", {}
    yield "none", _with(members, []), "handover.batch", {}
    _, other = asked_card(1, "qr other wallet")
    key = json.loads(other)["credential_response_encryption"]
    stolen = json.dumps({**members, "credential_response_encryption": key}).encode()
    yield "reply-to-somebody-else", stolen, "handover.proof-recipient", {}


def _with(members: dict[str, Any], proofs: list[str]) -> bytes:
    return json.dumps({**members, "proofs": {"jwt": proofs}}).encode()
