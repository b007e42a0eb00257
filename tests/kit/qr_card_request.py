"""Requests for cards of the published QR vectors: the same bytes each time, signed by RFC 6979."""

from __future__ import annotations

import json

from counterproof import strict_json
from counterproof.mdoc.cose import SoftwareSigner
from tests.kit.handover import Holder, offer, segment


def asked_card(copies: int, seed: str = "qr card request") -> tuple[bytes, bytes]:
    """Return an agency's offer and the request for so many copies that answers it, as files."""
    given = offer(batch_size=copies)
    holder = Holder(seed, copies)
    members = json.loads(holder.request(given))
    members["proofs"] = {"jwt": [_proof(holder, number) for number in range(copies)]}
    return given.to_bytes(), strict_json.dumps(members)


def _proof(holder: Holder, number: int) -> str:
    signed = f"{segment(holder.header(number))}.{segment(holder.claims())}"
    signer = SoftwareSigner(holder.device_keys[number], deterministic=True)
    return f"{signed}.{strict_json.to_base64url(signer.sign(signed.encode()))}"
