"""The public vectors as lines of the conformance door; tests about them skip where they are not at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.session import SessionTranscript
from tests.kit.vectors import vector_json

if TYPE_CHECKING:
    from collections.abc import Iterator

Line = dict[str, Any]


def point_of(pem: str) -> str:
    """Return the uncompressed point of a certificate's key, hex."""
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


def der_of(pem: str) -> str:
    """Return a certificate as DER, hex."""
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER).hex()


def derived_mdocs() -> Iterator[tuple[Line, str]]:
    """Yield each mutation of the Annex D response, status asked about, and what is expected of it."""
    for case in vector_json("mdoc-derived/annexd_mutations.json")["cases"]:
        line = {
            "id": f"derived/{case['id']}",
            "kind": "device-response",
            "bytes": case["deviceResponse"],
            "at": case["now"],
            "anchors": [case["trustAnchor"]],
            "transcript": case["sessionTranscript"],
            "reader_private_key": case["eReaderPrivateD"],
            "status_lists": [],
        }
        yield line, case["expect"]


def longfellow() -> Iterator[tuple[Line, Line]]:
    """Yield thirteen presentations of real wallets, each with its case as published."""
    for case in vector_json("mdoc-real/longfellow_mdocs.json"):
        point = "04" + "".join(case[f"issuer_key_{axis}"].removeprefix("0x").zfill(64) for axis in "xy")
        line = {
            "id": f"longfellow/{case['index']}",
            "kind": "device-response",
            "bytes": case["device_response_hex"],
            "at": case["now"],
            "issuer_key": point,
            "doc_type": case["doctype"],
            "transcript": case["session_transcript_hex"],
        }
        yield line, case


def auth0() -> Iterator[Line]:
    """Yield four presentations of one wallet; their transcripts come under tag 24 and are unwrapped here."""
    samples = vector_json("mdoc-real/auth0_mdl_examples.json")
    for case in samples["cases"]:
        transcript = decode_exact(bytes.fromhex(case["encodedSessionTranscript"])).content
        yield {
            "id": case["name"],
            "kind": "device-response",
            "bytes": case["deviceResponse"],
            "at": "2023-11-01T00:00:00Z",
            "issuer_key": point_of(samples["issuer_pem"]),
            "transcript": transcript.hex(),
        }


def animo() -> Line:
    """Return a presentation over OpenID4VP, with its root."""
    case = vector_json("mdoc-real/mdoc-ts_examples.json")[0]
    transcript = SessionTranscript.openid4vp(
        case["clientId"], case["nonce"], bytes.fromhex(case["jwkThumbprint_hex"]), case["responseUri"]
    )
    return {
        "id": case["name"],
        "kind": "device-response",
        "bytes": case["deviceResponse_hex"],
        "at": f"{case['now']}T12:00:00Z",
        "anchors": [der_of(case["rootCertificate"])],
        "transcript": transcript.raw.hex(),
    }


def bdr() -> Line:
    """Return a document of a state printer, as handed to a wallet."""
    case = vector_json("mdoc-real/mdoc-ts_examples.json")[1]
    return {
        "id": case["name"],
        "kind": "issuer-signed",
        "bytes": case["issuerSignedBytes_hex"],
        "at": f"{case['now']}T12:00:00Z",
        "issuer_key": point_of(case["issuerCertificate"]),
    }


def status_tokens() -> Iterator[tuple[Line, str]]:
    """Yield the derived status list tokens and what is expected of each."""
    collection = vector_json("token-status-list/derived_tsl_cases.json")
    for case in collection["cases"]:
        line = {
            "id": f"status/{case['id']}",
            "kind": "status-list",
            "bytes": case["token"],
            "at": case["now"],
            "anchors": [collection["trustAnchor"]],
            "status_uri": case["uri"],
            "status_index": case["idx"],
        }
        yield line, case["expect"]


def cbor_items() -> Iterator[tuple[str, bytes, bool]]:
    """Yield name, bytes, and whether RFC 8949 calls them well-formed: 855 items."""
    for number, item in enumerate(vector_json("cbor/rfc8949_appendix_a.json")):
        yield f"appendix-a/{number}", bytes.fromhex(item["hex"]), True
    for name in ("rfc8949_appendix_f1", "fail"):
        for number, item in enumerate(vector_json(f"cbor/{name}.json")):
            yield f"{name}/{number}", bytes.fromhex(item["hex"]), False
