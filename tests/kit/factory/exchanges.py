"""qr/*: texts of still codes of the QR exchange, and vical/*: signed lists of issuers.

Bodies are left as they are, never deflated: another zlib may pack the same bytes differently. Answers are
absent, for their encryption is random by design; tests make those as they go.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.verification.checks import CheckId as C
from counterproof.optics.exchange import transcript
from counterproof.optics.exchange.reader_side import ReaderIdentity, build_request
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.request import RecipientParameters, RequestTerms
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.kinds import Kind
from counterproof.optics.text import encode_still
from tests.kit.certificates import AT, CertificateKit
from tests.kit.factory.forge import DOC_TYPE, SPACE, Auth, Forge
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no, unsettled
from tests.kit.lists import ISSUED, WEEK, ListKit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

NOW = int(AT.timestamp())
OFFICE = "HARBOUR-7"
DAY = 86_400

Parts = tuple[str, str, Expect, dict[str, Any]]


def exchange_vectors() -> Iterator[Vector]:
    """Yield the class of QR texts."""
    forge = Forge()
    cases = [*_shown(forge), *_slips(forge), *_texts(forge), *_requests(forge), *_receipts(forge)]
    for name, text, expect, fields in cases:
        line = {"anchors": [forge.anchor], **fields}
        note = "the text of one code"
        yield case(f"qr/{name}", "qr-text", text.encode(), expect, note=note, **line)


def _response(forge: Forge, session: bytes, **device: Any) -> bytes:
    """Return a response of one element over the session."""
    items = forge.items({"age_over_18": True})
    signed = forge.device_signed(transcript=session, **device)
    return forge.response(forge.document(issuerSigned=forge.issuer_signed(signed=items), deviceSigned=signed))


def _still(kind: Kind, terms: EncodedCbor, response: bytes) -> str:
    return encode_still(kind, b"\x00" + encode({1: terms, 2: response}))


def _shown_text(forge: Forge, *, session: bytes | None = None, **terms: Any) -> str:
    made = ShownTerms.make(**{"at": NOW, "random": forge.salt("shown", 16), **terms})
    response = _response(forge, session or transcript.shown(made.encoded))
    return _still(Kind.SHOWN, made.encoded, response)


def _shown(forge: Forge) -> Iterator[Parts]:
    yield "shown", _shown_text(forge), OK, {}
    yield "shown-to-office", _shown_text(forge, audience=OFFICE), OK, {"audience": OFFICE}
    seconds = {
        "shown-last-second": (-99, OK),
        "shown-old": (-100, no(C.EXCHANGE_FRESH, code="exchange.code-old")),
        "shown-yesterday": (-DAY, no(C.EXCHANGE_FRESH, code="exchange.code-old")),
        "shown-ahead": (30, OK),
        "shown-early": (40, no(C.EXCHANGE_FRESH, code="exchange.code-early")),
    }
    for name, (offset, expect) in seconds.items():
        at = AT if offset >= 0 else AT + timedelta(seconds=-offset)
        text = _shown_text(forge, at=NOW + max(offset, 0))
        yield name, text, expect, {"at": at}
    other = no(C.EXCHANGE_AUDIENCE, code="exchange.other-audience")
    yield "shown-to-another", _shown_text(forge, audience="OTHER-1"), other, {"audience": OFFICE}
    yield "shown-to-somebody", _shown_text(forge, audience="OTHER-1"), other, {}
    unopened = no(C.EXCHANGE_CHALLENGE, code="exchange.challenge-not-open")
    yield "shown-with-challenge", _shown_text(forge, challenge="123456"), unopened, {}
    yield "shown-other-session", _shown_text(forge, session=forge.transcript), no(C.DEVICE_AUTH), {}
    slip = SlipTerms.make(not_before=NOW, not_after=NOW + 60, random=forge.salt("x", 16), purpose="p")
    crossed = _shown_text(forge, session=transcript.slip(slip.encoded))
    yield "shown-signed-as-slip", crossed, no(C.DEVICE_AUTH), {}
    made = ShownTerms.make(at=NOW, random=forge.salt("shown", 16)).encoded
    session = transcript.shown(made)
    along = Auth(payload=device_authentication(session, DOC_TYPE, EncodedCbor(b"\xa0")))
    text = _still(Kind.SHOWN, made, _response(forge, session, auth=along))
    yield "shown-payload-along", text, no(C.DEVICE_AUTH), {}
    honest: dict[Any, Any] = {0: 1, 1: NOW, 2: forge.salt("shown", 16)}
    bent: dict[str, tuple[Any, str]] = {
        "version-2": ({**honest, 0: 2}, "exchange.version"),
        "time-text": ({**honest, 1: "now"}, "exchange.member"),
        "time-beyond": ({**honest, 1: 2**53}, "exchange.member"),
        "random-short": ({**honest, 2: b"\x00" * 15}, "exchange.member"),
        "audience-lower-case": ({**honest, 3: "harbour"}, "exchange.member"),
        "challenge-of-five": ({**honest, 4: "12345"}, "exchange.member"),
        "array": ([1, NOW], "exchange.form"),
    }
    for name, (members, code) in bent.items():
        terms = EncodedCbor.of(members)
        text = _still(Kind.SHOWN, terms, _response(forge, transcript.shown(terms)))
        yield f"shown-terms-{name}", text, broken(code), {}


def _slips(forge: Forge) -> Iterator[Parts]:
    fresh, span = C.EXCHANGE_FRESH, C.EXCHANGE_SPAN
    slips: dict[str, tuple[dict[str, Any], Expect]] = {
        "slip": ({}, OK),
        "slip-for-office": ({"readers": ["OTHER-1", OFFICE]}, OK),
        "slip-31-days": ({"not_after": NOW + 31 * DAY - 60}, OK),
        "slip-early": ({"not_before": NOW + 1}, no(fresh, code="exchange.slip-early")),
        "slip-over": ({"not_after": NOW - 1}, no(fresh, code="exchange.slip-over")),
        "slip-too-long": ({"not_after": NOW + 31 * DAY}, no(span, code="exchange.slip-span")),
        "slip-before-document": (
            {"not_before": NOW - 2 * DAY},
            no(span, code="exchange.slip-outlives-document"),
        ),
        "slip-for-another": (
            {"readers": ["OTHER-1"]},
            no(C.EXCHANGE_AUDIENCE, code="exchange.other-audience"),
        ),
    }
    for name, (change, expect) in slips.items():
        honest: dict[str, Any] = {"not_before": NOW - 60, "not_after": NOW + DAY, "purpose": "library.join"}
        terms = SlipTerms.make(**{**honest, "random": forge.salt("slip", 16), **change})
        text = _still(Kind.SLIP, terms.encoded, _response(forge, transcript.slip(terms.encoded)))
        yield name, text, expect, {"audience": OFFICE}


def _texts(forge: Forge) -> Iterator[Parts]:
    honest = _shown_text(forge)
    texts = {
        "text-damaged": (honest[:40] + ("A" if honest[40] != "A" else "B") + honest[41:], "optics.garbled"),
        "text-truncated": (honest[:-3], "optics.garbled"),
        "text-lower-case": (honest.lower(), "optics.lower-case"),
        "text-newer": ("CPO2" + honest[4:], "optics.newer-version"),
        "text-other-kind": ("CPS1" + honest[4:], "optics.garbled"),
        "text-frame": ("CPF1:" + "A" * 755, "optics.frame-alone"),
        "text-web-address": ("https://utopia.example/", "optics.foreign-web-address"),
        "text-empty": ("", "optics.nothing-there"),
        "text-spaces": ("  \n", "optics.nothing-there"),
        "text-unknown": ("hello", "optics.unknown-code"),
        "text-keyboard": (honest[:4] + "\u00d6" + honest[5:], "optics.keyboard-layout"),
    }
    for name, (text, code) in texts.items():
        yield name, text, broken(code), {}
    yield "text-spaces-around", f" {honest}\n", OK, {}
    bodies = {
        "body-coding-7": (b"\x07", "exchange.coding"),
        "body-not-deflated": (b"\x01" + bytes(20), "exchange.deflate-header"),
        "body-no-dictionary": (b"\x01\x78\x9c\x03\x00\x00\x00\x00\x01", "exchange.deflate-dictionary"),
        "body-empty": (b"\x00", "cbor.truncated"),
        "body-unknown-member": (b"\x00\xa1\x07\x00", "exchange.unknown-member"),
        "body-long-head": (b"\x00\xb8\x00", "cbor.not-shortest"),
        "body-array": (b"\x00\x80", "exchange.form"),
    }
    for name, (m, code) in bodies.items():
        yield name, encode_still(Kind.SHOWN, m), broken(code), {}


def _reader(forge: Forge, name: str = "Harbour Borough", kit: CertificateKit | None = None) -> ReaderIdentity:
    kit = kit or forge.kit
    leaf = kit.reader("reader", Subject(common_name=name).common_name)
    return ReaderIdentity(SoftwareSigner(kit.key("reader"), deterministic=True), [leaf.der])


def _requests(forge: Forge) -> Iterator[Parts]:
    roots = {"anchors": [forge.kit.reader_ca.certificate.der.hex()]}
    items = [ItemsRequest.make(DOC_TYPE, {SPACE: {"age_over_18": False}})]
    terms = RequestTerms.make(purpose="library.join", made_at=NOW, label="Desk 3")
    parameters = RecipientParameters.make(forge.kit.key("recipient").public_key(), forge.salt("nonce", 16))
    request = build_request(_reader(forge), items, terms, parameters)
    honest = encode_still(Kind.REQUEST, b"\x00" + request.to_body())
    refused: dict[str, tuple[datetime, dict[str, Any], str]] = {
        "request-unlisted": (AT, {"anchors": []}, "exchange.reader-unknown"),
        "request-anchor-of-issuers": (AT, {"anchors": [forge.anchor]}, "exchange.reader-unknown"),
        "request-early": (AT - timedelta(seconds=61), roots, "exchange.request-early"),
        "request-late": (AT + timedelta(seconds=181), roots, "exchange.request-late"),
    }
    yield "request", honest, OK, roots
    for name, moment in {"request-a-minute-early": -60, "request-a-minute-late": 180}.items():
        yield name, honest, OK, {**roots, "at": AT + timedelta(seconds=moment)}
    for name, (at, anchors, code) in refused.items():
        yield name, honest, Expect("refused", code), {**anchors, "at": at}
    other = RequestTerms.make(purpose="library.join.all", made_at=NOW)
    exchanged = encode({1: parameters.encoded, 2: other.encoded, 3: request.device_request_bytes})
    text = encode_still(Kind.REQUEST, b"\x00" + exchanged)
    yield "request-other-purpose", text, Expect("refused", "exchange.reader-signature"), roots
    leaf = forge.agency.signer_certificate
    issuer = ReaderIdentity(forge.agency.signer, [leaf.der])
    text = encode_still(Kind.REQUEST, b"\x00" + build_request(issuer, items, terms, parameters).to_body())
    yield "request-by-issuer", text, Expect("refused", "exchange.reader-refused"), {"anchors": [forge.anchor]}


def _receipts(forge: Forge) -> Iterator[Parts]:
    reader = _reader(forge)
    kept = ((DOC_TYPE, SPACE, "age_over_18"),)
    session = transcript.digest(forge.transcript)
    contents = ReceiptContents(session, ReceiptOutcome.ACCEPTED, NOW, kept)
    receipt = QrReceipt.make(contents, reader.signer, reader.chain)
    honest = encode_still(Kind.RECEIPT, b"\x00" + encode(receipt.sign1.to_list()))
    roots = {"anchors": [forge.kit.reader_ca.certificate.der.hex()]}
    yield "receipt", honest, OK, roots
    yield "receipt-of-session", honest, OK, {**roots, "transcript": forge.transcript.hex()}
    elsewhere = {**roots, "transcript": encode([None, None, None]).hex()}
    yield "receipt-of-another-session", honest, Expect("refused", "exchange.receipt-session"), elsewhere
    yield "receipt-unlisted", honest, Expect("refused", "exchange.receipt-reader"), {"anchors": []}
    payload = ReceiptContents(session, ReceiptOutcome.REFUSED, NOW, kept).to_payload()
    bent = forge.sign(
        contents.to_payload(), Auth(payload=payload, signer=reader.signer, unprotected={33: reader.chain[0]})
    )
    text = encode_still(Kind.RECEIPT, b"\x00" + encode(bent))
    yield "receipt-outcome-changed", text, Expect("refused", "exchange.receipt-signature"), roots


def vical_vectors() -> Iterator[Vector]:
    """Yield the class of issuer lists."""
    kit = ListKit("agency 11")
    stranger = SoftwareSigner(kit.kit.key("stranger"), deterministic=True)
    honest = kit.vical()
    second = timedelta(seconds=1)
    lists: dict[str, tuple[bytes, Expect, datetime]] = {
        "good": (honest, OK, AT),
        "several": (kit.vical(issue_id=8), OK, AT),
        "update-due": (honest, OK, ISSUED + WEEK + second),
        "lapsed": (honest, unsettled(code="vical.lapsed"), ISSUED + 4 * WEEK + second),
        "from-future": (honest, Expect("refused", "vical.issued-in-future"), ISSUED - timedelta(seconds=61)),
        "flipped": (honest[:-1] + bytes([honest[-1] ^ 1]), Expect("refused", "vical.signature"), AT),
        "by-stranger": (kit.bent({}, signer=stranger), Expect("refused", "vical.signature"), AT),
        "without-chain": (kit.bent({}, chain=()), Expect("refused", "vical.signer-missing"), AT),
        "signer-is-ds": (
            kit.bent({}, chain=[kit.kit.document_signer("vical")]),
            Expect("refused", "vical.signer-untrusted"),
            AT,
        ),
        "trailing-byte": (honest + b"\x00", broken("cbor.trailing-bytes"), AT),
        "version-2": (kit.bent({"version": "2.0"}), broken("mdoc.version"), AT),
        "date-missing": (kit.bent({"date": None}), broken("mdoc.member"), AT),
        "entries-missing": (kit.bent({"certificateInfos": None}), broken("mdoc.member"), AT),
        "entry-without-type": (kit.bent({}, entry={"docType": []}), broken("mdoc.form"), AT),
        "entry-unreadable": (kit.bent({}, entry={"certificate": b"\x30\x00"}), OK, AT),
        "bare-payload": (encode({"version": "1.0"}), broken("cose.form"), AT),
    }
    root = kit.root.der.hex()
    for name, (data, expect, at) in lists.items():
        note = "a list of issuers under a pinned root"
        yield case(f"vical/{name}", "vical", data, expect, note=note, anchors=[root], at=at)
    impostor = ListKit("elsewhere").root.der.hex()
    expect = Expect("refused", "vical.signer-untrusted")
    note = "a list of issuers under another root"
    yield case("vical/other-root", "vical", honest, expect, note=note, anchors=[impostor])
