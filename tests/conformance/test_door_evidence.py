"""What a line brings along to be judged by: for every kind, each field once, and only where asked for."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.optics.exchange.receipt import QrReceipt
from counterproof.optics.exchange.request import QrRequest
from counterproof.optics.kinds import Kind
from counterproof.optics.text import decode_still
from tests.kit.certificates import AT, CertificateKit
from tests.kit.door import ask, ask_line, said_of
from tests.kit.factory.all import FOLDER
from tests.kit.factory.forge import Forge
from tests.kit.lists import URI, StatusKit

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

FORGE = Forge()
KIT = StatusKit(FORGE.kit.seed)
KITS = (FORGE.kit, CertificateKit())
NOON = "2026-06-01T12:00:00Z"
DAY = timedelta(days=1)
TOKEN: dict[str, Any] = {
    "kind": "status-list",
    "bytes": KIT.bent().hex(),
    "at": NOON,
    "anchors": [KIT.anchor.der.hex()],
    "status_uri": URI,
    "status_index": 411,
}
UNTRUSTED = ("refused", "status.signer-untrusted", ["status"])


def revoking(certificate: Certificate, root: Certificate, key: EllipticCurvePrivateKey) -> str:
    """Return the list by which a root takes a certificate back, hexadecimal."""
    entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial).revocation_date(AT - DAY)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(root.der).subject)
        .last_update(AT - DAY)
        .next_update(AT + DAY)
        .add_extension(x509.CRLNumber(7), critical=False)
        .add_revoked_certificate(entry.build())
    )
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER).hex()


def own(name: str) -> dict[str, Any]:
    """Return the fields of a published case of ours."""
    case = json.loads((FOLDER / f"{name}.json").read_bytes())
    return {field: value for field, value in case.items() if field not in {"clause", "expect", "note"}}


def document_with_status(**fields: Any) -> dict[str, Any]:
    """Return a case whose document stands in the list of `KIT`."""
    mso = FORGE.mso(status={"status_list": {"idx": 411, "uri": URI}})
    given = {"kind": "device-response", "bytes": FORGE.shown(mso=mso).hex(), "at": NOON}
    return {**given, **FORGE.session_fields(), **fields}


def test_a_status_signer_that_was_taken_back_is_not_believed() -> None:
    crl = revoking(KIT.certificate, KIT.anchor, KIT.kit.key("iaca"))
    assert ask(**TOKEN)["verdict"] == "accepted"
    assert said_of(ask(**TOKEN, crls=[crl])) == UNTRUSTED
    lists = [KIT.bent().hex()]
    assert ask(**document_with_status(status_lists=lists))["verdict"] == "accepted"
    said = ask(**document_with_status(status_lists=lists, crls=[crl]))
    assert "status" in said["failed"]


def test_a_reader_that_was_taken_back_is_not_believed() -> None:
    for name in ("qr_request", "qr_receipt"):
        line = own(name)
        kind, m = decode_still(bytes.fromhex(line["bytes"]).decode())
        if kind is Kind.REQUEST:
            chain = QrRequest.from_message(m).chain
        else:
            chain = QrReceipt.from_message(m).sign1.x5chain
        reader, root = Certificate.from_der(chain[0]), Certificate.from_der(bytes.fromhex(line["anchors"][0]))
        kit = next(kit for kit in KITS if kit.reader_ca.certificate.der == root.der)
        other = revoking(root, root, kit.key("reader-ca"))
        assert ask(**line, crls=[other])["verdict"] == "accepted"
        said = ask(**line, crls=[revoking(reader, root, kit.key("reader-ca"))])
        assert said_of(said)[:2] == ("refused", "exchange.reader-refused"), name


@pytest.mark.parametrize("field", ["status_lists", "anchors", "bytes", "id"])
def test_a_field_that_stands_twice_makes_the_line_unusable(field: str) -> None:
    line = json.dumps({"id": "case", **document_with_status(status_lists=[KIT.bent().hex()])})
    twice = f'{line[:-1]}, "{field}": {json.dumps("x" if field in {"id", "bytes"} else [])}}}'
    said = ask_line(twice.encode())
    assert said_of(said) == ("unusable", "case.field", [])
    assert said["id"] == (None if field == "id" else "case")
    escaped = twice.replace(f', "{field}"', f', "\\u{ord(field[0]):04x}{field[1:]}"')
    assert ask_line(escaped.encode())["code"] == "case.field"


def test_an_answer_is_not_older_than_its_request() -> None:
    line = own("qr_answer")
    made = datetime.fromtimestamp(QrRequest.from_body(bytes.fromhex(line["request"])).terms.made_at, UTC)
    for seconds, verdict in ((0, "accepted"), (-60, "accepted"), (-61, "refused"), (-86_400, "refused")):
        said = ask(**{**line, "at": (made + timedelta(seconds=seconds)).isoformat()})
        assert said["verdict"] == verdict, seconds
    assert said_of(said) == ("refused", "exchange.request-early", ["exchange.fresh"])


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of all lists that are unpacked from here on, as they came."""
    sizes: list[int] = []
    inflate = StatusList.inflate

    def counted(bits: int, compressed: bytes) -> StatusList:
        sizes.append(len(compressed))
        return inflate(bits, compressed)

    monkeypatch.setattr(StatusList, "inflate", counted)
    return sizes


def test_lists_that_no_document_names_are_not_unpacked(unpacked: list[int]) -> None:
    others = [KIT.bent(claims={2: f"{URI}/{each}"}).hex() for each in range(7)]
    said = ask(**document_with_status(status_lists=[*others, KIT.bent().hex()]))
    assert (said["verdict"], len(unpacked)) == ("accepted", 1)


def test_bombs_of_one_name_are_not_all_tried(unpacked: list[int]) -> None:
    bomb = zlib.compress(bytes(LIMITS.status_inflated + 1))
    bombs = [KIT.bent(values={"lst": bomb}, claims={65534: 60 + each}).hex() for each in range(8)]
    said = ask(**document_with_status(status_lists=bombs))
    assert (*said_of(said)[:2], len(unpacked)) == ("undecided", "status.missing", 2)
    good = KIT.bent().hex()
    assert ask(**document_with_status(status_lists=[bombs[0], good]))["verdict"] == "accepted"


def test_two_lists_of_one_second_that_differ_settle_nothing() -> None:
    good, revoked = KIT.token(), KIT.token({411: 1})
    for lists, code in (
        ([good, revoked], "status.same-time"),
        ([revoked, good], "status.revoked"),
        ([good, good], "ok"),
    ):
        said = ask(**document_with_status(status_lists=[each.hex() for each in lists]))
        assert said["code"] == code
