"""x509/*: document signers whom nobody should believe, from the kit of dishonest certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cose import SoftwareSigner, algorithm_fits
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.certificates import CRL_URL, DS_LIFE
from tests.kit.factory.forge import Auth, EdSigner, Forge
from tests.kit.factory.vector import OK, Expect, Vector, case, no
from tests.kit.hostile_certificates import hostile_chains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.mdoc.cose import Signer
    from tests.kit.hostile_certificates import HostileChain

_PURPOSE = no(C.CHAIN_PURPOSE, code="certificate.eku")
_USAGE = no(C.CHAIN_KEY_USAGE, code="certificate.key-usage")
_UNTRUSTED = no(C.CHAIN_PATH, code="certificate.untrusted")
_FORGED = no(C.CHAIN_PATH, code="certificate.bad-signature")
_COUNTRY = no(C.CHAIN_COUNTRY, code="certificate.country-differs")
_NAME = no(C.CHAIN_NAMES, code="certificate.name-differs")
_LONG_LIFE = no(C.CHAIN_LIFETIME, code="certificate.life-too-long")
_CRITICAL = no(C.CHAIN_EXTENSIONS, code="certificate.unknown-critical")

EXPECTED: dict[str, Expect] = {
    "ku-cert-sign": no(C.CHAIN_KEY_USAGE, C.CHAIN_LEAF, code="certificate.key-usage"),
    "ku-crl-sign": no(C.CHAIN_KEY_USAGE, C.CHAIN_LEAF, code="certificate.key-usage"),
    "leaf-ca-flag": no(C.CHAIN_LEAF, code="certificate.leaf-is-ca"),
    "root-signs-mso": no(
        C.CHAIN_PATH,
        C.CHAIN_PURPOSE,
        C.CHAIN_KEY_USAGE,
        C.CHAIN_LEAF,
        C.CHAIN_LIFETIME,
        code="certificate.leaf-is-anchor",
    ),
    "root-key-in-ds-clothes": no(C.CHAIN_PATH, C.CHAIN_LEAF, code="certificate.leaf-is-anchor"),
    "ds-issued-by-ds": no(C.CHAIN_PATH, code="certificate.issuer-not-ca"),
    "ds-issued-by-ds-unsent": _UNTRUSTED,
    "ds-self-signed": _UNTRUSTED,
    "path-length-exceeded": no(C.CHAIN_PATH, code="certificate.path"),
    "no-anchors": _UNTRUSTED,
    "anchor-of-readers": _UNTRUSTED,
    "impostor-same-name-and-ski": _FORGED,
    "impostor-sent-along": _UNTRUSTED,
    "impostor-own-aki": _UNTRUSTED,
    "signature-damaged": _FORGED,
    "expired": no(C.CHAIN_VALIDITY, C.VALIDITY_UNTIL, code="certificate.expired"),
    "not-yet-valid": no(C.CHAIN_VALIDITY, C.VALIDITY_FROM, code="certificate.not-yet-valid"),
    "issuer-expired": no(C.CHAIN_VALIDITY, code="certificate.issuer-expired"),
    "issuer-not-yet-valid": no(C.CHAIN_VALIDITY, code="certificate.issuer-not-yet-valid"),
    "issuer-expired-before-leaf": no(C.CHAIN_PATH, C.CHAIN_VALIDITY, code="certificate.outside-issuer-life"),
    "serial-huge": no(C.CHAIN_SERIAL, code="certificate.serial-long"),
    "leaf-on-secp256k1": no(C.CHAIN_ALGORITHM, C.ISSUER_ALGORITHM, code="certificate.algorithm"),
    "leaf-on-brainpoolP256r1": no(C.CHAIN_ALGORITHM, C.ISSUER_ALGORITHM, code="certificate.algorithm"),
    "issuer-on-ed25519": no(C.CHAIN_ALGORITHM, code="certificate.algorithm"),
}
_BY_BEGINNING = {
    "eku-": _PURPOSE,
    "ku-": _USAGE,
    "country-": _COUNTRY,
    "state-": _COUNTRY,
    "issuer-name-": _NAME,
    "lifetime-": _LONG_LIFE,
    "critical-": _CRITICAL,
    "forbidden-": no(C.CHAIN_EXTENSIONS, code="certificate.extension-forbidden"),
}


def expected(name: str) -> Expect:
    """Return what must be said about a document under the hostile chain of that name."""
    if name in EXPECTED:
        return EXPECTED[name]
    return next(expect for beginning, expect in _BY_BEGINNING.items() if name.startswith(beginning))


def chain_vectors() -> Iterator[Vector]:
    """Yield the class: an honest document under each dishonest signer, and honest ones of other curves."""
    forge = Forge(12)
    for chain in hostile_chains(forge.kit):
        if len(chain.intermediates) > 1:
            continue  # too many certificates are cose/x5chain-of-four: they cannot be sent
        signer = SoftwareSigner(forge.kit.key(chain.leaf_key), deterministic=True)
        auth = Auth(signer=signer, unprotected={33: _x5chain(chain)})
        yield case(
            f"x509/{chain.id}",
            "device-response",
            forge.shown(auth=auth, mso=_mso(forge, chain)),
            expected(chain.id),
            note="an honest document by a signer that is not to be believed",
            **forge.session_fields(anchors=[each.der.hex() for each in chain.anchors]),
            at=chain.at,
        )
    yield _anchor_not_ca(forge)
    yield from _honest(forge)


def _mso(forge: Forge, chain: HostileChain) -> dict[str, object]:
    """Sign inside the leaf's life where the case is about something else than times."""
    leaf = chain.leaf
    if (
        leaf.not_before <= DS_LIFE.not_before
        and chain.at < DS_LIFE.not_before
        and chain.id.startswith("lifetime")
    ):
        return forge.mso(validityInfo=forge.validity(chain.at, chain.at))
    return forge.mso()


def _x5chain(chain: HostileChain) -> list[bytes] | bytes:
    sent = [chain.leaf.der, *(each.der for each in chain.intermediates)]
    return sent if len(sent) > 1 else sent[0]


def _anchor_not_ca(forge: Forge) -> Vector:
    """Trust a certificate that may sign no other: its key made the signature, and that is not enough."""
    plan = forge.kit.plan(forge.agency.anchor)
    lame = plan.extended(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign()
    return case(
        "x509/anchor-not-ca",
        "device-response",
        forge.shown(),
        no(C.CHAIN_PATH, code="certificate.issuer-not-ca"),
        note="the anchor's key made the signature, and the anchor is no CA",
        **forge.session_fields(anchors=[lame.der.hex()]),
    )


def _honest(forge: Forge) -> Iterator[Vector]:
    curves: dict[str, ec.EllipticCurve] = {"p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    signers: dict[str, Signer] = {
        name: SoftwareSigner(forge.kit.key(name, curve), deterministic=True) for name, curve in curves.items()
    }
    signers["ed25519"] = EdSigner(bytes(range(1, 33)))
    for name, signer in signers.items():
        leaf = forge.kit.plan().but(public_key=signer.public_key).sign()
        assert algorithm_fits(signer.algorithm, signer.public_key)
        data = forge.shown(auth=Auth(signer=signer, unprotected={33: leaf.der}))
        note = f"a document signer on {name}; CRLs at {CRL_URL} are not at hand"
        yield case(f"x509/honest-{name}", "device-response", data, OK, note=note, **forge.session_fields())
