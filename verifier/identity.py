"""The counter's reader key and certificate: made here, signed elsewhere, looked at before they are used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.request import make_request
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.exchange.reader_identity import (
    ReaderRefusedError,
    ReaderTrust,
    examine_reader,
)
from counterproof.optics.exchange.reader_side import ReaderIdentity
from counterproof.sealing import envelope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from counterproof.sealing.kdf import KdfPolicy
    from counterproof.trust.readers import TrustedReaders

_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReaderStanding:
    """How a wallet that trusts the same agencies will see this counter.

    `known`: the chain ends at a listed root. `listed_as` is the name in the register, None where the
    agency's register does not hold this certificate yet.
    """

    certificate: Certificate
    known: bool
    listed_as: str | None


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a reader key, on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def signing_request(name: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a PKCS#10 request for this key, DER; raises UsageError `certificate.subject-unusable`."""
    return make_request(Subject(common_name=name), key)


def key_to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the key in the clear, PKCS#8."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def seal_key(
    key: ec.EllipticCurvePrivateKey,
    passphrase: str,
    *,
    random: Callable[[int], bytes],
    policy: KdfPolicy,
) -> bytes:
    """Return the key sealed under a passphrase; raises UsageError `sealing.passphrase-*`."""
    return envelope.seal(
        key_to_pem(key), passphrase, purpose=envelope.Purpose.KEY_FILE, random=random, policy=policy
    )


def read_key(content: bytes, ask: Callable[[], str], policy: KdfPolicy) -> ec.EllipticCurvePrivateKey:
    """Read a key file, PEM or sealed; `ask` gives the passphrase where one is needed.

    Raises UsageError `verifier.key-unreadable`, `verifier.key-curve`; CryptoError `sealing.cannot-open` and
    what else opening raises.
    """
    if content.startswith(envelope.MAGIC):
        content = envelope.open_sealed(content, ask(), purpose=envelope.Purpose.KEY_FILE, policy=policy)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError("verifier.key-unreadable") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UsageError("verifier.key-curve")
    return key


def read_chain(content: bytes) -> list[Certificate]:
    """Read certificates, PEM (leaf first) or one in DER; a root that came along is left out.

    Raises UsageError `verifier.certificate-unreadable`.
    """
    try:
        blocks = _PEM.findall(content)
        chain = [Certificate.from_pem(block) for block in blocks] or [Certificate.from_der(content)]
    except CounterproofError:
        raise UsageError("verifier.certificate-unreadable") from None
    return [chain[0], *(each for each in chain[1:] if each.subject != each.issuer)]


def chain_to_pem(chain: list[Certificate]) -> bytes:
    """Return the certificates as they are kept."""
    return b"".join(each.pem for each in chain)


def check_fits(chain: list[Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    """Check that the certificate is for this key; raises UsageError `verifier.certificate-foreign`."""
    if chain[0].public_key != key.public_key():
        raise UsageError("verifier.certificate-foreign")


def standing(chain: list[Certificate], readers: TrustedReaders, at: datetime) -> ReaderStanding:
    """Judge the certificate as a wallet would; raises UsageError `verifier.certificate-refused`."""
    trust = ReaderTrust(readers.anchors, readers.crls)
    try:
        reader = examine_reader([each.der for each in chain], trust, at)
    except ReaderRefusedError as error:
        reason = str(error.facts.get("reason", error.code))
        raise UsageError("verifier.certificate-refused", reason=reason) from None
    except CounterproofError as error:
        raise UsageError("verifier.certificate-refused", reason=error.code) from None
    anchor = reader.anchor
    entry = None if anchor is None else readers.registered(reader.certificate, anchor)
    return ReaderStanding(reader.certificate, reader.known, None if entry is None else entry[1].name)


def identity(key: ec.EllipticCurvePrivateKey, chain: list[Certificate]) -> ReaderIdentity:
    """Return what signs requests and receipts; raises as `check_fits`."""
    check_fits(chain, key)
    return ReaderIdentity(SoftwareSigner(key), [each.der for each in chain])
