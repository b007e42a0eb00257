"""What a log line or a traceback's locals would show of objects that hold a person's data: nothing."""

from __future__ import annotations

from counterproof.handover.reply import CredentialReply
from counterproof.mdoc.device_response import DeviceResponse
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
from tests.kit.certificates import AT
from tests.kit.factory.forge import DOC_TYPE, SPACE, Forge

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
