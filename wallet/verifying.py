"""Copies that arrived: each verified by the agencies that are trusted, all alike, each with a key of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UsageError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.policy import WALLET_IMPORT
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.names import fingerprint
from wallet.cards import private_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.cose import CoseKey
    from counterproof.mdoc.verification.report import VerifiedDocument
    from counterproof.mdoc.verification.trust import TrustedIssuers
    from wallet.holder import Holder


def trusted_agency(holder: Holder, root: str, doc_type: str) -> str:
    """Return the name of the trusted agency with this root, if it may issue this type.

    Raises UsageError `wallet.agency-unknown`, `wallet.agency-may-not`.
    """
    for each in holder.trust.issuers().anchors:
        if fingerprint(each.certificate) == root:
            if not each.may_sign(doc_type):
                raise UsageError("wallet.agency-may-not", doc_type=doc_type)
            return each.name or ""
    raise UsageError("wallet.agency-unknown", fingerprint=root)


def verified_copy(
    credential: bytes, doc_type: str, issuers: TrustedIssuers, at: datetime
) -> VerifiedDocument:
    """Verify one copy; raise CryptoError `wallet.copy-refused` with the code of the check that failed."""
    report = verify_issuer_signed(credential, trust=issuers, at=at, policy=WALLET_IMPORT, doc_type=doc_type)
    if report.verdict is not Verdict.ACCEPTED or not report.verified:
        raise CryptoError("wallet.copy-refused", reason=report.code)
    (document,) = report.verified
    return document


def check_alike(copies: Sequence[Mapping[str, Mapping[str, Any]]]) -> None:
    """Refuse copies that do not say the same: one would be agreed to and another shown."""
    if any(dict(copy) != dict(copies[0]) for copy in copies):
        raise MalformedError("wallet.reply-copies-differ")


def with_keys(credentials: Sequence[bytes], device_keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Return each credential with the device key that it was issued to: keys of ours, each at most once.

    Raises LimitError `wallet.reply-count`, CryptoError `wallet.reply-other-key`, MalformedError
    `wallet.reply-linkable`.
    """
    if not 1 <= len(credentials) <= len(device_keys):
        raise LimitError("wallet.reply-count", found=len(credentials), limit=len(device_keys))
    ours = {_public(scalar): scalar for scalar in device_keys}
    found: list[tuple[bytes, bytes]] = []
    digests: set[bytes] = set()
    for credential in credentials:
        mso = IssuerSigned.from_bytes(credential).mso
        scalar = ours.pop(_point(mso.device_key), None)
        if scalar is None:
            raise CryptoError("wallet.reply-other-key")
        own = {digest for values in mso.value_digests.values() for digest in values.values()}
        if digests & own:
            raise MalformedError("wallet.reply-linkable")
        digests |= own
        found.append((credential, scalar))
    return found


def _public(scalar: bytes) -> tuple[int, int]:
    numbers = private_key(scalar).public_key().public_numbers()
    return numbers.x, numbers.y


def _point(key: CoseKey) -> tuple[int, int]:
    public = key.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise CryptoError("wallet.reply-other-key")
    numbers = public.public_numbers()
    return numbers.x, numbers.y
