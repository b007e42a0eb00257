"""Make preset dictionary 1 of the QR exchange, the file that coding 1 is named after.

The dictionary is part of the profile: once published it never changes, and a better one gets a new number.
It holds what every message holds (names of structures, element identifiers, the fixed parts of certificates)
in the order and neighbourhood in which messages hold it, and nothing of any person, agency or place. What
differs from message to message (keys, salts, digests, names) is left out, so that the runs on both sides of
it meet. zlib reaches nearer bytes more cheaply, so what is used most stands last.

    python -m scripts.make_dictionary           write counterproof/optics/exchange/dictionary-1.bin
    python -m scripts.make_dictionary --check   compare with it and change nothing
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from counterproof.mdoc.cbor import encode
from counterproof.optics.exchange import dictionary

TARGET = Path(dictionary.__file__).with_name(dictionary.FILE)

MDL, MDL_SPACE = "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"
OTHER_TYPES = (
    "org.iso.23220.photoid.1",
    "org.iso.23220.1",
    "org.iso.18013.5.1.aamva",
    "eu.europa.ec.eudi.pid.1",
    "org.counterproof.free-school-meals.1",
    "org.counterproof.library-card.1",
    "org.counterproof.residency.1",
    "eu.europa.ec.av.1",
)
RARE_ELEMENTS = (
    "signature_usual_mark", "biometric_template_face", "portrait_capture_date", "un_distinguishing_sign",
    "administrative_number", "family_name_birth", "given_name_birth", "personal_administrative_number",
    "email_address", "mobile_phone_number", "weight", "height", "eye_colour", "hair_colour", "birthplace",
    "birth_place", "place_of_birth", "given_name_national_character", "family_name_national_character",
    "resident_country", "resident_state", "resident_postal_code", "resident_street", "resident_house_number",
    "issuing_jurisdiction", "age_birth_year", "age_in_years", "sex", "driving_privileges",
    "vehicle_category_code", "eligible_from", "eligible_until", "eligible", "school", "card_number",
    "member_since", "borrowing_group", "resident_since", "resident_borough", "resident_city",
    "resident_address",
)  # fmt: skip
COMMON_ELEMENTS = (
    "age_over_12", "age_over_14", "age_over_15", "age_over_25", "age_over_60", "age_over_65", "age_over_67",
    "age_over_13", "age_over_21", "age_over_16", "nationality", "document_number", "issuing_authority",
    "issuing_country", "issue_date", "expiry_date", "portrait", "birth_date", "given_name", "family_name",
    "age_over_18",
)  # fmt: skip


WORDS = (
    "Ministry of ", "Department of ", "Municipality of ", "City of ", "County", "Borough", "Council",
    "Agency", "Authority", "Service", "Registration", "Licensing", "Transport", "Central ", "Town Hall",
    "Office",
    "Library", "School", "Counter ", "Lending ", "Desk ", "Age ", "Credential", "Reader CA", "Readers Root",
    "Reader Authority", "Issuing Authority", "Document Signer 1", " Identity Root", " Signer 1",
    " IACA", " DS 1",
)  # fmt: skip
"""What names of authorities, signers and desks are commonly made of, in certificates and in elements."""

LINKS = (
    "http://crl.", "https://www.", "https://id.", "https://identity.", ".com/", ".org/", ".gov.", ".gov/",
    "/status/1", "/status_lists/", "/crl/readers.crl", "/crl/iaca.crl", "/iaca.crl", "id@",
    "info@", "identity@",
)  # fmt: skip
"""What addresses of lists and authorities are commonly made of."""

PURPOSES = (
    "library.register", "school.meals", "parking.permit", "residency.proof", "age-check", "age.over-18",
)  # fmt: skip


def text(value: str) -> bytes:
    """Return a CBOR text string."""
    return encode(value)


def der(value: str) -> bytes:
    """Return bytes from hexadecimal digits."""
    return bytes.fromhex(value)


def tdate(value: str) -> bytes:
    """Return a tagged date, or what all dates of its form begin with."""
    return b"\xc0\x74" + value.encode()


COSE_KEY = der("a4010220012158202258 20")
"""kty, crv, x and y: EC2 on P-256, the coordinates left out."""

SIGNED_WITH = der("8443a10126a11821")
"""Array of four, ES256 protected, x5chain unprotected."""

ECDSA_WITH_SHA256 = der("300a06082a8648ce3d040302")

CERTIFICATE_START = der("3082 0230 3082 01d6 a003020102 0209") + ECDSA_WITH_SHA256
NAME = {
    "C": der("310b3009060355040613 02"),
    "ST": der("310e300c06035504080c"),
    "O": der("3120301e060355040a0c"),
    "CN": der("3121301f06035504030c"),
}
PUBLIC_KEY = der("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
KEY_USAGE = der("a381d93081d6300e0603551d0f0101ff0404030207 80")
KEY_IDENTIFIERS = der("301d0603551d0e04160414") + der("301f0603551d230418301680 14")
EXTENDED_KEY_USAGE = der("30150603551d250101ff040b3009060728818c5d0501")
CRL_POINT = der("30400603551d1f043930373035a033a031862f") + b"https://"
ISSUER_ALT_NAME = der("302b0603551d12042430228120")
CERTIFICATE_END = ECDSA_WITH_SHA256 + der("03480030450221000220") + der("0349003046022100")


def names() -> bytes:
    """Return the heads of common names of 8 to 32 bytes: three lengths that nest."""
    parts = (
        b"\x31" + bytes((size + 9,)) + b"\x30" + bytes((size + 7,)) + der("0603550403 0c") + bytes((size,))
        for size in range(8, 33)
    )
    return b"".join(parts)


def addresses() -> bytes:
    """Return the heads of CRL distribution points for addresses of 24 to 48 bytes: five lengths that nest."""
    parts = (
        b"".join(
            tag + bytes((size + more,))
            for tag, more in ((b"\x30", 8), (b"\x30", 6), (b"\xa0", 4), (b"\xa0", 2), (b"\x86", 0))
        )
        for size in range(24, 49)
    )
    return b"".join(parts)


def life(start: str, end: str) -> bytes:
    """Return a certificate's validity between two UTCTimes."""
    return der("301e170d") + start.encode() + der("170d") + end.encode()


def certificate(purpose: str, start: str, end: str) -> bytes:
    """Return the fixed parts of a leaf certificate in their order."""
    return b"".join(
        (
            CERTIFICATE_START,
            der("3035"),
            NAME["C"],
            NAME["CN"],
            life(start, end),
            der("3030"),
            NAME["C"],
            NAME["O"],
            NAME["CN"],
            PUBLIC_KEY,
            KEY_USAGE,
            KEY_IDENTIFIERS,
            EXTENDED_KEY_USAGE,
            der(purpose),
            CRL_POINT,
            ISSUER_ALT_NAME,
            CERTIFICATE_END,
        )
    )


def item(identifier: str, value: bytes, number: int, size: int) -> bytes:
    """Return an IssuerSignedItem with its salt left out."""
    return b"".join(
        (
            der("d81858"),
            bytes((size,)),
            der("a4"),
            text("random"),
            der("5820"),
            text("digestID"),
            bytes((number,)),
            text("elementValue"),
            value,
            text("elementIdentifier"),
            text(identifier),
        )
    )


def foreign_item() -> bytes:
    """Return an item in the order in which many other issuers write it."""
    return b"".join(
        (
            der("d8185852a4"),
            text("digestID"),
            b"\x00",
            text("random"),
            der("5820"),
            text("elementIdentifier"),
            text("elementValue"),
            der("d903ec6a"),
        )
    )


def mso(doc_type: str, namespace: str) -> bytes:
    """Return a MobileSecurityObject with everything left out that differs."""
    return b"".join(
        (
            der("d8185901e0a7"),
            text("status") + b"\xa1" + text("status_list") + b"\xa2" + text("idx") + b"\x19",
            text("uri") + der("782c") + b"https://",
            text("docType") + text(doc_type),
            text("version") + text("1.0"),
            text("validityInfo") + b"\xa3",
            text("signed") + tdate("2026-01-01T00:00:00Z"),
            text("validFrom") + tdate("2026-01-01T00:00:00Z"),
            text("validUntil") + tdate("2027-01-01T00:00:00Z"),
            text("valueDigests") + b"\xa1" + text(namespace) + der("ac005820"),
            text("deviceKeyInfo") + b"\xa1" + text("deviceKey") + COSE_KEY,
            text("digestAlgorithm") + text("SHA-256"),
        )
    )


def response(doc_type: str, namespace: str) -> bytes:
    """Return the frame of a DeviceResponse around one document."""
    return b"".join(
        (
            b"\xa3" + text("status") + b"\x00" + text("version") + text("1.0"),
            text("documents") + b"\x81\xa3",
            text("docType") + text(doc_type),
            text("deviceSigned") + b"\xa2" + text("deviceAuth") + b"\xa1" + text("deviceSignature"),
            der("8443a10126a0f65840"),
            text("nameSpaces") + der("d81841a0"),
            text("issuerSigned") + b"\xa2" + text("issuerAuth") + SIGNED_WITH + der("590234"),
            certificate("02", "260101000000Z", "270403000000Z"),
            der("5901e5"),
            mso(doc_type, namespace),
            der("5840"),
            text("nameSpaces") + b"\xa1" + text(namespace) + b"\x81",
        )
    )


def request() -> bytes:
    """Return the frame of a QrRequest for one element."""
    return b"".join(
        (
            der("a301d8185876a2") + text("nonce") + b"\x50" + text("recipientPublicKey") + COSE_KEY,
            der("02d8185825a600010171021a6a0318780419ffff0503"),
            der("035902f0a2") + text("version") + text("1.0") + text("docRequests") + b"\x81\xa2",
            text("readerAuth") + SIGNED_WITH + der("59022d"),
            certificate("06", "260101000000Z", "290402000000Z"),
            der("f65840") + text("itemsRequest") + der("d8185853a2"),
            text("docType") + text("eu.europa.ec.av.1"),
            text("nameSpaces") + b"\xa1" + text("eu.europa.ec.av.1") + b"\xa1",
            text("age_over_18") + b"\xf4",
        )
    )


def segments() -> list[bytes]:
    """Return the parts of the dictionary, the least used first."""
    return [
        b"".join(map(text, OTHER_TYPES)),
        b"".join(map(text, RARE_ELEMENTS)),
        text("requestInfo") + text("alternativeDataElements") + text("requestedElement"),
        text("alternativeElementSets") + text("keyAuthorizations") + text("dataElements"),
        text("identifier_list") + text("certificate") + text("expectedUpdate") + text("SHA-512"),
        text("counterproof.qr.receipt.v1"),
        b"".join(text(name) + b"\xf4" for name in COMMON_ELEMENTS),
        foreign_item(),
        names(),
        addresses(),
        "".join(WORDS + PURPOSES + LINKS).encode(),
        b"".join(NAME.values()),
        request(),
        response(MDL, MDL_SPACE),
        b"".join(encode(number) + b"\x58\x20" for number in range(40)),
        item("birth_date", der("d903ec6a"), 2, 0x66),
        item("age_over_18", b"\xf5", 0, 0x5B),
    ]


def make() -> bytes:
    """Return the dictionary."""
    return b"".join(segments())


def main() -> int:
    """Write the dictionary or compare with it; return the exit code."""
    data = make()
    digest = hashlib.sha256(data).hexdigest()
    if "--check" not in sys.argv[1:]:
        TARGET.write_bytes(data)
    same = TARGET.read_bytes() == data and digest == dictionary.SHA256
    print(f"{TARGET.name}: {len(data)} bytes, SHA-256 {digest}: {'as published' if same else 'DIFFERS'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
