"""Counters: the certificates with which they show who asks, and the register of their names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.build import Subject, Validity, build_reader
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import READER
from counterproof.mdoc.certificates.request import name_is_sane, read_request
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import READER_ID
from counterproof.trust.readers import RegisteredReader
from issuer.agency.desk import start_of_day
from issuer.agency.signers import sign_crl_of_readers, withdrawal
from issuer.register import ReaderRecord, SignerRole
from issuer.register.model import check_reason

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

    from issuer.agency.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedReader:
    """A counter's certificate; `asked_name` is what its request called itself, which counts for nothing."""

    certificate: Certificate
    reader_id: str
    office: str
    name: str
    asked_name: str


def certify(
    desk: Desk, request: bytes, *, reader_id: str, name: str, office: str | None = None
) -> CertifiedReader:
    """Sign a counter's certificate for the key in its request (PKCS#10), and enter it into the register.

    The name is the agency's: what the request says of itself is not taken over. The same request gives the
    same certificate again. Raises UsageError `agency.reader-id`, `agency.reader-name`,
    `register.reader-differs`, StoreError `agency.root-key-away`, and as `read_request`.
    """
    at = desk.now()
    place = reader_id if office is None else office
    for value in (reader_id, place):
        if not READER_ID.fullmatch(value):
            raise UsageError("agency.reader-id")
    if not name_is_sane(name):
        raise UsageError("agency.reader-name")
    asked = read_request(request)
    key = _key_name(asked.public_key)
    earlier = next((each for each in desk.register.readers() if each.request == key), None)
    certificate = (
        _sign(desk, asked.public_key, name, at)
        if earlier is None
        else Certificate.from_der(earlier.certificate)
    )
    record = ReaderRecord(
        reader_id=reader_id, office=place, name=name, certificate=certificate.der, request=key
    )
    kept = desk.register.add_reader(record, who=desk.who, at=at)
    return CertifiedReader(
        certificate=Certificate.from_der(kept.certificate),
        reader_id=reader_id,
        office=place,
        name=name,
        asked_name=asked.subject.common_name,
    )


def _sign(desk: Desk, key: ec.EllipticCurvePublicKey, name: str, at: datetime) -> Certificate:
    root = desk.keys.authority(SignerRole.READER_CA, desk.root(SignerRole.READER_CA))
    start = start_of_day(at)
    end = min(start + READER.max_life, root.certificate.not_after)
    certificate = build_reader(
        root,
        Subject(common_name=name, country=desk.facts.country),
        key,
        Validity(not_before=start, not_after=end),
        crl_url=desk.facts.reader_crl_url,
        random=desk.random,
    )
    sign_crl_of_readers(desk, root, at)
    return certificate


def withdraw(desk: Desk, reader_id: str, *, reason: str) -> int:
    """Withdraw every certificate of a counter; return how many.

    With the next publication no wallet takes its requests. Raises UsageError `register.bad-reason`,
    `agency.no-such-reader`, StoreError `agency.root-key-away`.
    """
    at = desk.now()
    check_reason(reason)
    standing = [each for each in _standing(desk) if each.reader_id == reader_id]
    if not standing:
        raise UsageError("agency.no-such-reader")
    root = desk.keys.authority(SignerRole.READER_CA, desk.root(SignerRole.READER_CA))
    withdrawn = tuple(
        withdrawal(desk, SignerRole.READER_CA, Certificate.from_der(each.certificate), reason, at)
        for each in standing
    )
    sign_crl_of_readers(desk, root, at, withdrawn)
    return len(withdrawn)


def registry(desk: Desk) -> tuple[RegisteredReader, ...]:
    """Return the counters as they are published, each once, with the certificates that stand."""
    found: dict[str, RegisteredReader] = {}
    for each in _standing(desk):
        earlier = found.get(each.reader_id)
        certificates = (*(earlier.certificates if earlier else ()), each.fingerprint.hex())
        found[each.reader_id] = RegisteredReader(
            id=each.reader_id, office=each.office, name=each.name, certificates=certificates
        )
    return tuple(found.values())


def _standing(desk: Desk) -> tuple[ReaderRecord, ...]:
    withdrawn = {each.fingerprint for each in desk.register.withdrawals()}
    return tuple(each for each in desk.register.readers() if each.fingerprint not in withdrawn)


def _key_name(key: ec.EllipticCurvePublicKey) -> bytes:
    return hashlib.sha256(CoseKey.from_public_key(key).to_bytes()).digest()
