"""What signers whose keys were stolen truly signed, as the register knows it: made once, and kept.

A set of a million documents takes seconds to make and eight megabytes to carry, so it is signed anew only
where the kept one does not stand any more, such as after its own signer was withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.signed_set import SignedSet, build_signed_set, hash_bits, verify_signed_set
from counterproof.sealing import files
from issuer.register import SignerRole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.cose import Signer
    from issuer.agency.desk import Desk
    from issuer.register import Signer as StolenSigner

FOLDER = "signed-sets"


def signed_sets(desk: Desk, signer: Signer, certificate: Certificate, at: datetime) -> list[bytes]:
    """Return the set of each stolen signer whose certificate is still in force, signed by `signer`."""
    marked = desk.register.stolen_signers()
    return [
        _one(desk, each, signer, certificate, at)
        for each in desk.register.signers(SignerRole.DOCUMENT)
        if each.fingerprint in marked and at <= each.not_after
    ]


def _one(desk: Desk, of: StolenSigner, signer: Signer, certificate: Certificate, at: datetime) -> bytes:
    leaf = Certificate.from_der(of.certificate)
    _, count = desk.register.signed_by(of.fingerprint)
    path = desk.folder / FOLDER / f"{of.fingerprint.hex()[:16]}.cose"
    kept = _kept(desk, path, leaf, count)
    if kept is not None:
        return kept
    with desk.register.digests_of(of.fingerprint) as digests:
        made = build_signed_set(
            signer, [certificate], of=leaf, digests=digests, date=at, bits=hash_bits(count)
        )
    files.private_dir(path.parent)
    files.write_atomic(path, made)
    return made


def _kept(desk: Desk, path: Path, of: Certificate, count: int) -> bytes | None:
    """Return the set that was made before if counters would still believe it, and nothing is missing."""
    crls = [CertificateList.from_der(each.crl) for each in desk.register.crls()]
    try:
        content = files.read_regular(path, limit=LIMITS.signed_set.size)
        signed = SignedSet.from_bytes(content)
        verify_signed_set(signed, anchors=[desk.root(SignerRole.IACA)], crls=crls)
    except CounterproofError:
        return None
    return content if (signed.signer_certificate, signed.count) == (of, count) else None
