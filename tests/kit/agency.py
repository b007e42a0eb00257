"""An agency in a folder, as the product founds it, and a wallet that asks it for documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.clock import FixedClock
from counterproof.handover.reply import CredentialReply, open_reply
from counterproof.handover.request import make_request, request_hash
from issuer.agency import Agency
from issuer.subjects import Subject, read_subjects
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.handover.offer import CredentialOffer

AT = datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC)
NAME, COUNTRY, URL = "Harbour Borough", "XX", "https://harbour.example"

RESIDENT: dict[str, Any] = {
    "subject": "A-17",
    "family_name": "Mägi-Zumpanova",
    "given_name": "Liisa Quirina",
    "birth_date": "1990-04-17",
    "resident_borough": "Harbour Waterside",
    "resident_since": "2019-09-03",
    "resident_address": "7 Quay Street, flat 12",
    "card_number": "HB-004711-77",
}
"""A person; the values are unlike anything that a document holds anyway, so that they can be searched for."""


def found(folder: Path, clock: FixedClock | None = None, **more: Any) -> Agency:
    """Found an agency at AT, with keys that open in microseconds."""
    options: dict[str, Any] = {
        "name": NAME,
        "country": COUNTRY,
        "url": URL,
        "passphrase": PASSPHRASE,
        "status_size": 1 << 16,
        "clock": clock or FixedClock(AT),
        "policy": CHEAP_KDF,
    }
    return Agency.init(folder, **{**options, **more})


def reopen(agency: Agency, clock: FixedClock | None = None, **more: Any) -> Agency:
    """Open an agency again, as another process would."""
    options: dict[str, Any] = {
        "passphrase": PASSPHRASE,
        "policy": CHEAP_KDF,
        "clock": clock or FixedClock(AT),
    }
    return Agency.open(agency.desk.folder, **{**options, **more})


def person(agency: Agency, doc_type: str, values: dict[str, Any] = RESIDENT) -> Subject:
    """Return one person's data as the agency reads it."""
    found_type = agency.catalogue().find(doc_type).type
    (subject,) = read_subjects(json.dumps(values).encode(), "json", found_type, on=AT.date())
    return subject


def adult(agency: Agency, reference: str = "A-17", born: str = "1990-04-17") -> Subject:
    """Return somebody for an age proof."""
    return person(agency, "eu-age-proof", {"subject": reference, "birth_date": born})


@dataclass
class Wallet:
    """A wallet's side of one hand-over: fresh keys, the request, and opening what comes back."""

    offer: CredentialOffer
    copies: int | None = None
    at: datetime = AT
    keys: list[ec.EllipticCurvePrivateKey] = field(default_factory=list)
    recipient: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    request: bytes = b""

    def __post_init__(self) -> None:
        count = self.offer.batch_size if self.copies is None else self.copies
        self.keys = self.keys or [ec.generate_private_key(ec.SECP256R1()) for _ in range(count)]
        self.request = make_request(
            self.offer, device_keys=self.keys, recipient_key=self.recipient.public_key(), at=self.at
        )

    def open(self, reply: bytes) -> CredentialReply:
        """Open the sealed reply."""
        return open_reply(reply, recipient_key=self.recipient, request_hash=request_hash(self.request))


def asked(agency: Agency, doc_type: str = "eu-age-proof", copies: int = 2) -> Wallet:
    """Return a wallet that has answered a fresh offer."""
    return Wallet(agency.offer(doc_type, copies=copies), at=agency.desk.clock.now())
