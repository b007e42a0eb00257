"""Make the published vectors of the QR exchange (docs/qr-exchange.md), with every key and every step.

    python -m scripts.make_qr_vectors           write tests/vectors/qr-exchange/*.json
    python -m scripts.make_qr_vectors --check   compare with them and change nothing

Keys come from seeds, ECDSA is deterministic (RFC 6979), and HPKE is written out in tests/kit/hpke_by_hand.py
so that the ephemeral key can be published too. Another deflate may find other, equally right bytes for a
body of coding 1: inflate and compare.
"""

from __future__ import annotations

import itertools
import json
import sys
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import reader_authentication
from counterproof.mdoc.device_signed import NO_DEVICE_NAMESPACES, device_authentication
from counterproof.optics.encode import encode as to_texts
from counterproof.optics.exchange import answer, card_request, coding, dictionary, transcript
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.kinds import Kind
from scripts.qr_vector_faults import faults
from tests.kit.certificates import AT
from tests.kit.qr_card_request import asked_card
from tests.kit.qr_story import ADULT, AGE, FOUR, NOW, Story
from tests.kit.sources import ROOT
from tests.simulators.counter import DESK, OFFICE, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.optics.exchange.shown import QrShown
    from counterproof.optics.exchange.slip import QrSlip
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from tests.simulators.counter import Wanted

FOLDER = ROOT / "tests" / "vectors" / "qr-exchange"
REPAIR_FRAMES = 2


def private(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a private scalar, 32 bytes."""
    return key.private_numbers().private_value.to_bytes(32, "big").hex()


def texts(kind: Kind, m: bytes) -> list[str]:
    """Return the one text of a still code, or all source frames of a stream and two more."""
    made = to_texts(kind, m, streams_ok=True)
    count = -(-len(m) // 480) + REPAIR_FRAMES if made.moving else 1
    return list(itertools.islice(made, count))


def hexed(value: Any) -> Any:
    """Return a structure with bytes as hexadecimal digits."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: hexed(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [hexed(item) for item in value]
    return value


def world(story: Story) -> dict[str, Any]:
    """Return keys and certificates, and what counter and purpose are called."""
    return {
        "at": AT.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "dictionary_1_sha256": dictionary.SHA256,
        "issuer_root": story.agency.anchor.der,
        "document_signer": story.agency.signer_certificate.der,
        "reader_root": story.counter.anchor.der,
        "reader_chain": list(story.counter.identity.chain),
        "keys": {
            "document_signer": private(story.agency.kit.key("ds")),
            "reader": private(story.counter.kit.key("reader")),
            "devices": {
                name: private(story.holder.kit.key(f"device {name}")) for name in story.holder.documents
            },
        },
        "issued": {name: issued.to_bytes() for name, (issued, _) in story.holder.documents.items()},
        "counter": {"ids": [OFFICE, DESK], "purpose": PURPOSE},
    }


def request_steps(request: AuthenticatedRequest) -> dict[str, Any]:
    """Return a request and everything that follows from it, in the names of the specification."""
    read = request.request
    items = [one.items.encoded for one in request.doc_requests]
    m = read.to_message()
    return {
        "E": read.parameters.encoded.raw,
        "T": read.terms.encoded.raw,
        "I": [item.raw for item in items],
        "L": transcript.leaf_digest(read.leaf),
        "B": transcript.binding(read.terms.encoded, read.leaf, items),
        "S": read.transcript,
        "h_S": read.session_digest,
        "match_number": read.match_number,
        "reader_auth": [
            {
                "payload": reader_authentication(read.transcript, one.items.encoded),
                "signature": one.reader_auth.proof if one.reader_auth else None,
            }
            for one in request.doc_requests
        ],
        "device_request": read.device_request_bytes,
        "request_body": read.to_body(),
        "request_M": m,
        "request_texts": texts(Kind.REQUEST, m),
    }


def two_way(story: Story, wanted: Wanted, number: int) -> dict[str, Any]:
    """Return a request and its answer; `number` counts the counter's requests and names its one-time key."""
    _, request = story.ask(wanted)
    response = story.response(request)
    p = answer.padded(response)
    m = story.sealed(request, p)
    return {
        "keys": {
            "one_time": private(story.counter.kit.key(f"one-time {number}")),
            "ephemeral": private(story.holder.kit.key("ephemeral")),
        },
        **request_steps(request),
        "device_payloads": [
            device_authentication(request.transcript, one.items.doc_type, NO_DEVICE_NAMESPACES)
            for one in request.doc_requests
        ],
        "response": response,
        "coding": p[0],
        "Z": coding.coded(response)[1],
        "P": p,
        "enc": answer.from_message(m)[0],
        "answer_M": m,
        "answer_texts": texts(Kind.ANSWER, m),
    }


def declined(story: Story) -> dict[str, Any]:
    """Return a request and the answer that declines it."""
    _, request = story.ask()
    p = answer.padded_decline()
    m = story.sealed(request, p)
    return {
        "keys": {
            "one_time": private(story.counter.kit.key("one-time 3")),
            "ephemeral": private(story.holder.kit.key("ephemeral")),
        },
        **request_steps(request),
        "response": answer.DECLINED,
        "P": p,
        "enc": answer.from_message(m)[0],
        "answer_M": m,
        "answer_texts": texts(Kind.ANSWER, m),
    }


def one_way(kind: Kind, made: QrShown | QrSlip) -> dict[str, Any]:
    """Return a code shown first or a slip."""
    m = made.to_message()
    return {
        "terms": made.terms.encoded.raw,
        "S": made.transcript,
        "h_S": made.session_digest,
        "device_payloads": [device_authentication(made.transcript, AGE, NO_DEVICE_NAMESPACES)],
        "response": made.response,
        "M": m,
        "texts": texts(kind, m),
    }


def receipt(story: Story, session_digest: bytes) -> dict[str, Any]:
    """Return a receipt for the first two-way presentation."""
    contents = ReceiptContents(
        session_digest, ReceiptOutcome.ACCEPTED, NOW + 30, ((AGE, AGE, "age_over_18"),)
    )
    signer = SoftwareSigner(story.counter.kit.key("reader"), deterministic=True)
    m = QrReceipt.make(contents, signer, story.counter.identity.chain).to_message()
    return {
        "h_S": session_digest,
        "outcome": int(contents.outcome),
        "time": contents.time,
        "kept": list(contents.kept),
        "payload": contents.to_payload(),
        "M": m,
        "texts": texts(Kind.RECEIPT, m),
    }


def asked_for() -> dict[str, Any]:
    """Return a request for cards as a still code, and one for many copies as a stream."""
    return {name: card_request_steps(copies) for name, copies in (("one_copy", 1), ("many_copies", 12))}


def card_request_steps(copies: int) -> dict[str, Any]:
    """Return an offer, the request that answers it, its number, and how it is shown."""
    offer, file = asked_card(copies)
    m = card_request.to_message(file)
    return {
        "offer": offer.decode(),
        "file": file.decode(),
        "number": card_request.number(file),
        "M": m,
        "texts": texts(Kind.CARD_REQUEST, m),
    }


def vectors() -> dict[str, Any]:
    """Return every file by its name."""
    story = Story()
    wanted = {(AGE, "age_over_18")}
    made: dict[str, Any] = {"world": world(story)}
    made["two-way"] = two_way(story, ADULT, 1)
    made["two-way-stream"] = two_way(story, FOUR, 2)
    made["declined"] = declined(story)
    made["shown"] = one_way(Kind.SHOWN, story.holder.show(AGE, wanted, story.shown_terms()))
    named = story.shown_terms(audience=DESK, challenge="049152")
    made["shown-for-counter"] = one_way(Kind.SHOWN, story.holder.show(AGE, wanted, named))
    made["slip"] = one_way(Kind.SLIP, story.holder.slip(AGE, wanted, story.slip_terms()))
    made["receipt"] = receipt(story, made["two-way"]["h_S"])
    made["card-request"] = asked_for()
    made["faults"] = faults()
    return {name: hexed(content) for name, content in made.items()}


def main(arguments: Sequence[str]) -> int:
    """Write the files or compare with them; return the exit code."""
    check = "--check" in arguments
    different = []
    for name, content in vectors().items():
        path = FOLDER / f"{name}.json"
        text = json.dumps(content, indent=1, ensure_ascii=True) + "\n"
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            different.append(path.name)
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    done = "as committed" if check else "written"
    print(f"qr-exchange vectors: {', '.join(different) + ' differ' if different else done}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
