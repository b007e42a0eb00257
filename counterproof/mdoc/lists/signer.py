"""Who signed a list: the signature, the certificate behind it, and the trust point that vouches for it.

The path is `examine_chain`'s business; what is here asks for all of its facts and remembers how long they
hold, so that a list is proven once and then only looked up in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.chain import LEAF_IS_ANCHOR, ChainFacts, examine_chain
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CryptoError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from counterproof.mdoc.certificates.profile import CertificateProfile
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import CoseSign1

_LEAF_FACTS = (
    "leaf_in_validity",
    "eku_ok",
    "key_usage_ok",
    "lifetime_ok",
    "no_unknown_critical",
    "serial_ok",
)
_PATH_FACTS = (
    "path_ok",
    "path_in_validity",
    "not_a_ca",
    "country_ok",
    "names_byte_equal",
    "algorithms_ok",
)


@dataclass(frozen=True, slots=True)
class ListSigner:
    """The certificate whose key made the signature, and the trust point above it (itself, if pinned).

    The proof holds at every moment t with valid_from <= t < valid_until.
    """

    certificate: Certificate
    trust_point: Certificate
    valid_from: datetime
    valid_until: datetime

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the proof needs no second look at `at`."""
        return self.valid_from <= at < self.valid_until

    def is_under(self, trust_point: Certificate) -> bool:
        """Tell whether this trust point, by name and key, vouches for the signer."""
        return same_authority(self.trust_point, trust_point)


def authority(trust_point: Certificate) -> tuple[bytes, bytes]:
    """Name a trust point by subject and key, so that a renewed certificate is the same authority."""
    return trust_point.subject, trust_point.spki


def same_authority(one: Certificate, other: Certificate) -> bool:
    """Tell whether two certificates are of one authority: name and key, byte for byte."""
    return one is other or authority(one) == authority(other)


def prove_signer(
    room: str,
    message: CoseSign1,
    *,
    anchors: Sequence[Certificate],
    at: datetime,
    profile: CertificateProfile,
    crls: Sequence[CertificateList] = (),
) -> ListSigner:
    """Prove that `message` is signed by a certificate that one of `anchors` vouches for at `at`.

    An anchor may also be the signer's own certificate, byte for byte (pinned). Raises CryptoError
    `<room>.signer-missing`, `<room>.signer-untrusted` with the chain's code as `reason`, or
    `<room>.signature`; MalformedError for certificates that cannot be read.
    """
    chain = [Certificate.from_der(der) for der in message.x5chain]
    signer = prove_chain(room, chain, anchors=anchors, at=at, profile=profile, crls=crls)
    if not signature_by(signer.certificate.public_key, message):
        raise CryptoError(f"{room}.signature")
    return signer


def prove_chain(
    room: str,
    chain: Sequence[Certificate],
    *,
    anchors: Sequence[Certificate],
    at: datetime,
    profile: CertificateProfile,
    crls: Sequence[CertificateList] = (),
) -> ListSigner:
    """Prove that one of `anchors` vouches for the first certificate of `chain`; no signature is looked at.

    Raises CryptoError as `prove_signer`.
    """
    if not chain:
        raise CryptoError(f"{room}.signer-missing")
    leaf, *others = chain
    facts = examine_chain(leaf, others, anchors, at, profile, crls=crls)
    pinned = leaf in anchors and facts.detail == LEAF_IS_ANCHOR and not leaf.is_ca
    problem = _problem(facts, pinned=pinned)
    if problem:
        raise CryptoError(f"{room}.signer-untrusted", reason=problem)
    trust_point = leaf if pinned or facts.anchor is None else facts.anchor
    return ListSigner(leaf, trust_point, facts.valid_from, facts.valid_until)


def signature_by(key: CertificatePublicKeyTypes, message: CoseSign1) -> bool:
    """Tell whether `key` made the signature; False too for a key that COSE has no algorithm for."""
    return message.verify(key)  # type: ignore[arg-type]  # any key that does not fit the algorithm is False


def _problem(facts: ChainFacts, *, pinned: bool) -> str:
    """Return the code of the first fact that is missing; a revocation that is merely not known is borne."""
    needed = _LEAF_FACTS if pinned else _LEAF_FACTS + _PATH_FACTS
    if facts.not_revoked is not False and all(getattr(facts, name) is True for name in needed):
        return ""
    codes = {problem.fact: problem.code for problem in facts.problems}
    wrong = [codes[name] for name in ("path_ok", *needed, "not_revoked") if name in codes]
    told = [code for code in wrong if not (pinned and code == LEAF_IS_ANCHOR)]
    return told[0] if told else "certificate.path"
