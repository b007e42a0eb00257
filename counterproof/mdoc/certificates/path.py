"""Path building by `cryptography`, and a diagnosis of why there is no path.

No path is found here: `cryptography.x509.verification` builds it or there is none (RFC 5280, 6). What is
here chooses its inputs, and after a refusal looks at the same certificates again to say what was wrong.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.lint import CURVES, MAX_SERIAL_BITS
from counterproof.mdoc.certificates.model import READ_ERRORS
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate

_MAX_INTERMEDIATES = LIMITS.chain_certificates - 1

_POLICY = (
    PolicyBuilder()
    .max_chain_depth(_MAX_INTERMEDIATES)
    .extension_policies(
        ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
    )
)
"""The default leaf policy refuses the critical extended key usage of ISO/IEC 18013-5 as not the web's."""

PROCESSED = frozenset({oids.BASIC_CONSTRAINTS, oids.KEY_USAGE, oids.EXTENDED_KEY_USAGE})
"""Extensions of a leaf that this library acts upon; any other that is critical must be refused."""


class PathResult(msgspec.Struct, frozen=True, gc=False):
    """`path` runs from the leaf to the anchor, empty if there is none; `ok` and `code` as in ChainFacts.

    `signer` is the certificate whose key made the leaf's signature, known for some failures too.
    """

    ok: bool | None
    code: str = ""
    path: tuple[Certificate, ...] = ()
    signer: Certificate | None = None


def known_leaf_algorithm(certificate: Certificate) -> bool:
    """Tell whether the key is on P-256, P-384, P-521 or Ed25519."""
    key = certificate.public_key
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, CURVES)
    return isinstance(key, Ed25519PublicKey)


def known_ca_algorithm(certificate: Certificate) -> bool:
    """Tell whether the key is on P-256, P-384 or P-521: `cryptography` builds no path over others but RSA."""
    key = certificate.public_key
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, CURVES)


def serial_in_range(certificate: Certificate) -> bool:
    """Tell whether the serial fits twenty octets; that it is positive was seen when it was read."""
    return certificate.serial.bit_length() <= MAX_SERIAL_BITS


def find_path(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    anchors: Sequence[Certificate],
    at: datetime,
) -> PathResult:
    """Find a path from the leaf to an anchor, at `at` or else at a moment when all of it was valid.

    Shifting the time keeps "expired" apart from "untrusted": whether `at` lies in the validity of the path
    is a fact of its own. `anchors` are those whose names occur as an issuer in what was sent.
    """
    if len(intermediates) > _MAX_INTERMEDIATES:
        return PathResult(ok=False, code="certificate.chain-too-long")
    path = _build(leaf, intermediates, anchors, at)
    if not path and not all(c.covers(at) for c in (leaf, *intermediates, *anchors)):
        path = _build_shifted(leaf, intermediates, anchors)
    if path:
        return PathResult(ok=True, path=path, signer=path[1])
    return _diagnose(leaf, intermediates, anchors)


@lru_cache(maxsize=256)
def _store(anchor: Certificate) -> Store:
    """Keep one store for each anchor: it holds the anchor's key ready, a third of a verification."""
    return Store([anchor.native])


def _build(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    anchors: Sequence[Certificate],
    at: datetime,
) -> tuple[Certificate, ...]:
    for anchor in anchors:
        verifier = _POLICY.store(_store(anchor)).time(at).build_client_verifier()
        try:
            chain = verifier.verify(leaf.native, [each.native for each in intermediates]).chain
        except (VerificationError, *READ_ERRORS):
            continue
        if len(chain) > 1:
            between = (next(each for each in intermediates if each.native == link) for link in chain[1:-1])
            return (leaf, *between, anchor)
    return ()


def _build_shifted(
    leaf: Certificate, intermediates: Sequence[Certificate], anchors: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    """Try each anchor, with the certificates sent, at the first moment when all of them were valid."""
    for anchor in anchors:
        certificates = (leaf, *intermediates, anchor)
        start = max(each.not_before for each in certificates)
        if start <= min(each.not_after for each in certificates):
            path = _build(leaf, intermediates, [anchor], start)
            if path:
                return path
    return ()


def _diagnose(
    leaf: Certificate, intermediates: Sequence[Certificate], anchors: Sequence[Certificate]
) -> PathResult:
    """Say why there is no path; no answer of this function is ever `ok=True`."""
    named = [each for each in (*anchors, *intermediates) if each.subject == leaf.issuer]
    signer = next((each for each in named if leaf.is_signed_by(each)), None)
    if signer is not None:
        return _diagnose_signed(leaf, signer, anchors)
    if any(leaf.aki in (None, each.ski) for each in named):
        return PathResult(ok=False, code="certificate.bad-signature")
    return PathResult(ok=False, code="certificate.untrusted")


def _diagnose_signed(leaf: Certificate, signer: Certificate, anchors: Sequence[Certificate]) -> PathResult:
    """Say why the path was refused although a signature holds: None if another fact names it."""
    may_sign = signer.is_ca and "keyCertSign" in (signer.key_usage or {"keyCertSign"})
    is_anchor = signer in anchors
    ok: bool | None = False
    if not is_anchor and not any(signer.is_signed_by(each) for each in anchors):
        code = "certificate.untrusted"
    elif not may_sign:
        code = "certificate.issuer-not-ca"
    elif is_anchor and leaf.critical - PROCESSED:
        ok, code = None, "certificate.unknown-critical"
    elif is_anchor and not serial_in_range(leaf):
        ok, code = None, "certificate.serial-long"
    elif is_anchor and not known_ca_algorithm(signer):
        ok, code = None, "certificate.algorithm"
    elif leaf.not_before > signer.not_after or leaf.not_after < signer.not_before:
        code = "certificate.outside-issuer-life"
    else:
        code = "certificate.path"
    return PathResult(ok=ok, code=code, signer=signer)
