"""qr/answer-*: answers to a request, sealed with a published one-time key so that they can be made again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.verification.checks import CheckId as C
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.reader_side import ReaderIdentity, build_request
from counterproof.optics.exchange.request import RecipientParameters, RequestTerms
from counterproof.optics.kinds import Kind
from counterproof.optics.text import encode_still
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE, SPACE, Forge
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no, unsettled
from tests.kit.hpke_by_hand import seal_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.optics.exchange.request import QrRequest

ASKED = {"age_over_18": False}


def _request(forge: Forge, asked: dict[str, bool]) -> QrRequest:
    reader = ReaderIdentity(
        SoftwareSigner(forge.kit.key("reader"), deterministic=True), [forge.kit.reader().der]
    )
    terms = RequestTerms.make(purpose="library.join", made_at=int(AT.timestamp()))
    parameters = RecipientParameters.make(forge.kit.key("recipient").public_key(), forge.salt("nonce", 16))
    return build_request(reader, [ItemsRequest.make(DOC_TYPE, {SPACE: asked})], terms, parameters)


def _plain(response: bytes) -> bytes:
    """Return P without compression, in the smallest step that fits."""
    size = next(each for each in answer.SIZES if each >= len(response) + 4)
    return (b"\x00" + len(response).to_bytes(3, "big") + response).ljust(size, b"\x00")


def _text(forge: Forge, request: QrRequest, p: bytes, session: bytes | None = None) -> str:
    ephemeral = forge.kit.key("ephemeral")
    info = session or request.transcript
    return encode_still(
        Kind.ANSWER, answer.to_message(*seal_with(ephemeral, request.parameters.key, info, p))
    )


def _response(forge: Forge, session: bytes, **device: Any) -> bytes:
    items = forge.items({"age_over_18": True})
    signed = forge.device_signed(transcript=session, **device)
    return forge.response(forge.document(issuerSigned=forge.issuer_signed(signed=items), deviceSigned=signed))


def answer_vectors() -> Iterator[Vector]:
    """Yield the class."""
    forge = Forge()
    request, more = _request(forge, ASKED), _request(forge, {**ASKED, "sex": False})
    good = _plain(_response(forge, request.transcript))
    stranger = SoftwareSigner(forge.kit.key("another-device"), deterministic=True)
    other_key = _plain(_response(forge, request.transcript, signer=stranger))
    replayed = _plain(_response(forge, more.transcript))
    unopened = no(C.EXCHANGE_FRESH, C.EXCHANGE_REPLAY, code="exchange.other-request")
    late = no(C.EXCHANGE_FRESH, C.EXCHANGE_REPLAY, code="exchange.transaction-over")
    incomplete = unsettled(C.REQUEST_COMPLETE, code="request.incomplete")
    declined = no(C.RESPONSE_STATUS, C.REQUEST_DOCUMENTS)
    cases: dict[str, tuple[str, QrRequest, Expect, int]] = {
        "answer": (_text(forge, request, good), request, OK, 1),
        "answer-last-second": (_text(forge, request, good), request, OK, 179),
        "answer-late": (_text(forge, request, good), request, late, 180),
        "answer-to-another": (_text(forge, more, replayed), request, unopened, 1),
        "answer-replayed-inside": (_text(forge, request, replayed), request, no(C.DEVICE_AUTH), 1),
        "answer-other-device": (_text(forge, request, other_key), request, no(C.DEVICE_AUTH), 1),
        "answer-incomplete": (_text(forge, more, replayed), more, incomplete, 1),
        "answer-declined": (_text(forge, request, answer.padded_decline()), request, declined, 1),
        "answer-padding": (
            _text(forge, request, good[:-1] + b"\x01"),
            request,
            broken("exchange.padding-zeros"),
            1,
        ),
    }
    scalar = forge.kit.key("recipient").private_numbers().private_value.to_bytes(32, "big").hex()
    for name, (text, asked, expect, seconds) in cases.items():
        line = {
            "anchors": [forge.anchor],
            "request": asked.to_body().hex(),
            "reader_private_key": scalar,
            "at": AT + timedelta(seconds=seconds),
        }
        note = "an answer to the request that stands beside it"
        yield case(f"qr/{name}", "qr-text", text.encode(), expect, note=note, **line)
