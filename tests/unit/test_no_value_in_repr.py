"""What a log line or a traceback's locals would show of objects that hold a person's data: nothing."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING

import pytest

from counterproof.handover.reply import CredentialReply
from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import MalformedError, StoreError, UsageError
from counterproof.mdoc.verification.policy import SESSION, Mode
from counterproof.mdoc.verification.report import VerificationReport, VerifiedDocument
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.collect import Collected
from counterproof.optics.exchange.reader_side import Received
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Found, Sight, Stage
from counterproof.optics.sources import BytesSource, TextSource
from counterproof.optics.stream import Frame
from counterproof.sealing import files
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE, SPACE, Forge
from verifier.conformance.case import Line, read_line
from wallet.vault.lock import VaultLock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALUE = "Zzyzx-Quux"
FORGE = Forge()


def response() -> bytes:
    signed = FORGE.items({"family_name": VALUE, "age_over_18": True})
    return FORGE.response(FORGE.document(issuerSigned=FORGE.issuer_signed(signed=signed)))


def report() -> VerificationReport:
    trust = TrustedIssuers.of([FORGE.agency.anchor])
    presentation = Presentation(Mode.SESSION, FORGE.transcript)
    return verify_device_response(response(), presentation, trust=trust, policy=SESSION, at=AT)


def test_the_report_and_what_it_is_made_of() -> None:
    found = report()
    (document,) = found.verified
    assert isinstance(document, VerifiedDocument)
    assert document.elements[SPACE]["family_name"] == VALUE
    match = RequestedDocument(DOC_TYPE, ((SPACE, "family_name"),)).match(document.elements)
    assert match.kept[SPACE] == {"family_name": VALUE}
    read = DeviceResponse.from_bytes(response())
    (item, _) = read.documents[0].issuer_signed.namespaces[SPACE]
    for each in (found, document, document._contents, match, read, read.documents[0], item):
        assert VALUE not in repr(each)


def test_messages_on_their_way() -> None:
    data = VALUE.encode()
    reply = CredentialReply(
        doc_type=DOC_TYPE,
        credentials=(data,),
        type_toml=b"",
        issuer_root=FORGE.agency.anchor,
        agency="Harbour Borough",
        issued_at=AT,
        note=VALUE,
    )
    found = Found(VALUE, (), 0.0, Stage.PLAIN)
    carriers = (
        reply,
        Received(data),
        Collected(Kind.SHOWN, data),
        found,
        Sight((found,)),
        BytesSource(data),
        TextSource(VALUE),
        Frame(Kind.SHOWN, len(data), b"", 0, data),
    )
    for each in carriers:
        assert VALUE not in repr(each), type(each).__name__


def test_a_line_with_a_reader_key() -> None:
    line = read_line(json.dumps({"id": "1", "bytes": VALUE, "reader_private_key": VALUE}).encode())
    assert line.reader_private_key == VALUE
    assert VALUE not in repr(line)
    assert VALUE not in str(Line(id="2", request=VALUE))


@pytest.mark.parametrize(
    "act",
    [
        lambda path: files.read_regular(path, limit=10),
        lambda path: files.write_atomic(path / "file", b""),
        lambda path: VaultLock.acquire(path / "vault"),
    ],
)
def test_a_traceback_names_no_path(tmp_path: Path, act: Callable[[Path], object]) -> None:
    with pytest.raises(StoreError) as caught:
        act(tmp_path / VALUE)
    assert VALUE not in printed(caught.value)


def test_a_file_that_stands_already_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program puts the file there between the look and the link."""
    monkeypatch.setattr("counterproof.sealing.files._check_target", lambda *_, **__: None)
    (tmp_path / VALUE).write_bytes(b"")
    with pytest.raises(UsageError) as caught:
        files.write_atomic(tmp_path / VALUE, b"", replace=False)
    assert caught.value.code == "sealing.exists"
    assert VALUE not in printed(caught.value)


@pytest.mark.parametrize("key", [VALUE, VALUE.encode(), 19_991_231_1234, ("docType", VALUE)])
def test_a_senders_own_key_is_not_repeated(key: object) -> None:
    data = encode({"documents": {key: 0}})
    with pytest.raises(MalformedError) as caught:
        decode_exact(data[:-1] + b"\xff")
    assert str(caught.value.facts["path"]).startswith(".documents.<")
    for secret in (VALUE, VALUE.encode().hex(), "19991231"):
        assert secret not in printed(caught.value)


@pytest.mark.parametrize("key", ["issuerSigned", -7, 65533])
def test_a_key_of_the_standards_says_where_it_is_wrong(key: object) -> None:
    with pytest.raises(MalformedError) as caught:
        decode_exact(encode({key: 0})[:-1] + b"\xff")
    assert caught.value.facts["path"] == f".{key}"


def printed(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
