"""One dishonest document signer for each rule, with the facts by which it must be found.

The private key of every leaf is `kit.key("ds")` unless `leaf_key` says otherwise, so that the verification
vectors can sign documents with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.build import CertificateIssuer, Validity
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import IACA
from tests.kit.certificates import (
    AT,
    CA_LIFE,
    CRL_URL,
    DS_LIFE,
    CertificateKit,
    key_usage,
    name,
    purposes,
    with_serial,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.kit.certificates import Plan

DS_PURPOSE = oids.EKU_DOCUMENT_SIGNER

NO_PATH = frozenset({"path_ok", "path_in_validity", "country_ok", "names_byte_equal", "algorithms_ok"})
"""Without a path nothing is known of the issuer."""


@dataclass(frozen=True)
class HostileChain:
    """A chain as sent, the anchors that are trusted, the moment, and what must be found.

    `broken` names every field of ChainFacts that must be False or None, `not_revoked` aside; the first code
    of all problems must be `code`.
    """

    id: str
    leaf: Certificate
    broken: frozenset[str]
    code: str
    anchors: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...] = ()
    at: datetime = AT
    leaf_key: str = field(default="ds")


def hostile_chains(kit: CertificateKit) -> list[HostileChain]:
    """Make every class, in a fixed order, from one kit."""
    return [
        *_purposes(kit),
        *_key_usages(kit),
        *_wrong_signers(kit),
        *_impostors(kit),
        *_names(kit),
        *_times(kit),
        *_forms(kit),
    ]


def _chain(kit: CertificateKit, chain_id: str, plan: Plan, broken: str, code: str) -> HostileChain:
    return HostileChain(chain_id, plan.sign(), frozenset(broken.split()), code, (kit.iaca.certificate,))


def _purposes(kit: CertificateKit) -> Iterator[HostileChain]:
    honest = kit.plan()
    wrong = {
        "eku-reader": purposes(oids.EKU_READER),
        "eku-vical": purposes(oids.EKU_VICAL_SIGNER),
        "eku-tls": purposes("1.3.6.1.5.5.7.3.1"),
        "eku-any": purposes("2.5.29.37.0"),
        "eku-any-beside": purposes(DS_PURPOSE, "2.5.29.37.0"),
        "eku-tls-beside": purposes(DS_PURPOSE, "1.3.6.1.5.5.7.3.2"),
        "eku-reader-beside": purposes(DS_PURPOSE, oids.EKU_READER),
        "eku-23220-alone": purposes(oids.EKU_DOCUMENT_SIGNER_23220),
        "eku-longer-arc": purposes(DS_PURPOSE + ".1"),
    }
    for chain_id, value in wrong.items():
        plan = honest.extended(value, critical=True)
        yield _chain(kit, chain_id, plan, "eku_ok", "certificate.eku")
    missing = honest.without(x509.ExtendedKeyUsage)
    yield _chain(kit, "eku-missing", missing, "eku_ok", "certificate.eku")
    lax = honest.extended(purposes(DS_PURPOSE), critical=False)
    yield _chain(kit, "eku-not-critical", lax, "eku_ok", "certificate.eku")


def _key_usages(kit: CertificateKit) -> Iterator[HostileChain]:
    honest = kit.plan()
    wrong = {
        "ku-non-repudiation": ("content_commitment",),
        "ku-both": ("digital_signature", "content_commitment"),
        "ku-key-agreement": ("key_agreement",),
        "ku-key-agreement-beside": ("digital_signature", "key_agreement", "encipher_only"),
    }
    for chain_id, bits in wrong.items():
        plan = honest.extended(key_usage(*bits), critical=True)
        yield _chain(kit, chain_id, plan, "key_usage_ok", "certificate.key-usage")
    plan = honest.extended(key_usage("digital_signature"), critical=False)
    yield _chain(kit, "ku-not-critical", plan, "key_usage_ok", "certificate.key-usage")
    yield _chain(kit, "ku-missing", honest.without(x509.KeyUsage), "key_usage_ok", "certificate.key-usage")
    for chain_id, bit in (("ku-cert-sign", "key_cert_sign"), ("ku-crl-sign", "crl_sign")):
        plan = honest.extended(key_usage("digital_signature", bit), critical=True)
        yield _chain(kit, chain_id, plan, "key_usage_ok not_a_ca", "certificate.key-usage")
    ca = honest.extended(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    yield _chain(kit, "leaf-ca-flag", ca, "not_a_ca", "certificate.leaf-is-ca")


def _wrong_signers(kit: CertificateKit) -> Iterator[HostileChain]:
    root = kit.iaca.certificate
    everything = NO_PATH | {"eku_ok", "key_usage_ok", "not_a_ca", "lifetime_ok"}
    yield HostileChain(
        "root-signs-mso", root, everything, "certificate.leaf-is-anchor", (root,), leaf_key="iaca"
    )
    twin = kit.plan().but(public_key=kit.iaca.private_key.public_key()).sign()
    yield HostileChain(
        "root-key-in-ds-clothes",
        twin,
        NO_PATH | {"not_a_ca"},
        "certificate.leaf-is-anchor",
        (root,),
        leaf_key="iaca",
    )
    first = kit.document_signer("ds-above")
    below = kit.plan().but(issuer=first.native.subject, signing_key=kit.key("ds-above"))
    identifier = x509.AuthorityKeyIdentifier(first.ski, None, None)
    leaf = below.extended(identifier, critical=False).sign()
    yield HostileChain(
        "ds-issued-by-ds", leaf, NO_PATH, "certificate.issuer-not-ca", (root,), intermediates=(first,)
    )
    yield HostileChain("ds-issued-by-ds-unsent", leaf, NO_PATH, "certificate.untrusted", (root,))
    self_signed = kit.plan().but(issuer=kit.plan().subject, signing_key=kit.key("ds")).sign()
    yield HostileChain("ds-self-signed", self_signed, NO_PATH, "certificate.untrusted", (root,))
    yield _under_sub_ca(kit)
    honest = kit.document_signer()
    yield HostileChain(
        "chain-too-long",
        honest,
        NO_PATH,
        "certificate.chain-too-long",
        (root,),
        intermediates=(first, first, first),
    )
    yield HostileChain("no-anchors", honest, NO_PATH, "certificate.untrusted", ())
    yield HostileChain(
        "anchor-of-readers", honest, NO_PATH, "certificate.untrusted", (kit.reader_ca.certificate,)
    )


def _under_sub_ca(kit: CertificateKit) -> HostileChain:
    """Go through a CA below the IACA, whose path length of 0 allows none."""
    key = kit.key("sub-ca")
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    sub_ca = (
        kit.plan(kit.iaca.certificate)
        .but(subject=name(("C", kit.country), ("CN", "Sub CA")), public_key=key.public_key(), serial=2**70)
        .extended(own, critical=False)
        .extended(x509.AuthorityKeyIdentifier(kit.iaca.certificate.ski, None, None), critical=False)
        .sign()
    )
    leaf = (
        kit.plan()
        .but(issuer=sub_ca.native.subject, signing_key=key)
        .extended(x509.AuthorityKeyIdentifier(own.digest, None, None), critical=False)
        .sign()
    )
    anchors = (kit.iaca.certificate,)
    return HostileChain(
        "path-length-exceeded", leaf, NO_PATH, "certificate.path", anchors, intermediates=(sub_ca,)
    )


def _impostors(kit: CertificateKit) -> Iterator[HostileChain]:
    root = kit.iaca.certificate
    key = kit.key("impostor")
    impostor = kit.plan(root).but(public_key=key.public_key(), signing_key=key).sign()
    leaf = kit.plan().but(signing_key=key).sign()
    for chain_id, sent in (("impostor-same-name-and-ski", ()), ("impostor-sent-along", (impostor,))):
        code = "certificate.untrusted" if sent else "certificate.bad-signature"
        yield HostileChain(chain_id, leaf, NO_PATH, code, (root,), intermediates=sent)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    other = kit.plan().but(signing_key=key).extended(identifier, critical=False).sign()
    yield HostileChain("impostor-own-aki", other, NO_PATH, "certificate.untrusted", (root,))
    damaged = bytearray(kit.document_signer().der)
    damaged[-1] ^= 1
    yield HostileChain(
        "signature-damaged",
        Certificate.from_der(bytes(damaged)),
        NO_PATH,
        "certificate.bad-signature",
        (root,),
    )


def _names(kit: CertificateKit) -> Iterator[HostileChain]:
    honest = kit.plan()
    countries = {
        "country-differs": name(("C", "XK"), ("CN", "Utopia DS 1")),
        "country-missing": name(("CN", "Utopia DS 1")),
        "country-twice": name(("C", kit.country), ("C", "XK"), ("CN", "Utopia DS 1")),
    }
    for chain_id, subject in countries.items():
        plan = honest.but(subject=subject)
        yield _chain(kit, chain_id, plan, "country_ok", "certificate.country-differs")
    with_state = CertificateKit(kit.seed + "/state", kit.country, "Lower Utopia")
    for chain_id, state in (("state-differs", "Upper Utopia"), ("state-case", "lower utopia")):
        subject = name(("C", kit.country), ("ST", state), ("CN", "Utopia DS 1"))
        plan = with_state.plan().but(subject=subject, public_key=kit.key("ds").public_key())
        yield _chain(with_state, chain_id, plan, "country_ok", "certificate.country-differs")
    issuers = {
        "issuer-name-case": name(("C", kit.country), ("CN", "UTOPIA IACA")),
        "issuer-name-encoding": x509.Name(
            [
                *name(("C", kit.country)),
                *name(("CN", "Utopia IACA"), printable=True),
            ]
        ),
        "issuer-name-order": name(("CN", "Utopia IACA"), ("C", kit.country)),
        "issuer-name-space": name(("C", kit.country), ("CN", "Utopia  IACA")),
    }
    for chain_id, issuer in issuers.items():
        plan = honest.but(issuer=issuer)
        yield _chain(kit, chain_id, plan, "path_ok names_byte_equal", "certificate.name-differs")


def _times(kit: CertificateKit) -> Iterator[HostileChain]:
    honest = kit.plan()
    second, day = timedelta(seconds=1), timedelta(days=1)
    good = _chain(kit, "", honest, "leaf_in_validity", "certificate.expired")
    yield replace(good, id="expired", at=honest.not_after + second)
    yield replace(good, id="not-yet-valid", at=honest.not_before - second, code="certificate.not-yet-valid")
    for days in (458, 3650):
        plan = honest.but(
            not_before=CA_LIFE.not_before + day, not_after=CA_LIFE.not_before + day * (days + 1)
        )
        chain = _chain(kit, f"lifetime-{days}-days", plan, "lifetime_ok", "certificate.life-too-long")
        yield replace(chain, at=plan.not_before + day)
    young = Validity(not_before=AT + day, not_after=CA_LIFE.not_after)
    old = Validity(not_before=CA_LIFE.not_before, not_after=AT - day)
    for chain_id, life, code in (
        ("issuer-expired", old, "certificate.issuer-expired"),
        ("issuer-not-yet-valid", young, "certificate.issuer-not-yet-valid"),
    ):
        issuer = _iaca(kit, life)
        leaf = kit.plan().sign()
        yield HostileChain(chain_id, leaf, frozenset({"path_in_validity"}), code, (issuer.certificate,))
    before = _iaca(kit, Validity(not_before=CA_LIFE.not_before, not_after=DS_LIFE.not_before - day))
    yield HostileChain(
        "issuer-expired-before-leaf",
        kit.plan().sign(),
        frozenset({"path_ok", "path_in_validity"}),
        "certificate.outside-issuer-life",
        (before.certificate,),
    )


def _iaca(kit: CertificateKit, life: Validity) -> CertificateIssuer:
    """Make the kit's IACA anew, the same key and name with other dates."""
    plan = kit.plan(kit.iaca.certificate).but(not_before=life.not_before, not_after=life.not_after)
    return CertificateIssuer(plan.sign(), kit.iaca.private_key, IACA, deterministic=True)


def _forms(kit: CertificateKit) -> Iterator[HostileChain]:
    honest = kit.plan()
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    plan = honest.extended(odd, critical=True)
    yield _chain(kit, "critical-unknown", plan, "path_ok no_unknown_critical", "certificate.unknown-critical")
    alternative = x509.SubjectAlternativeName([x509.DNSName("utopia.example")])
    plan = honest.extended(alternative, critical=True)
    yield _chain(kit, "critical-unprocessed", plan, "no_unknown_critical", "certificate.unknown-critical")
    for extension_id, extension in _forbidden().items():
        plan = honest.extended(extension, critical=False)
        code = "certificate.extension-forbidden"
        yield _chain(kit, f"forbidden-{extension_id}", plan, "no_unknown_critical", code)
    long = Certificate.from_der(with_serial(honest.sign().der, b"\x01" * 22, kit.key("iaca")))
    anchors = (kit.iaca.certificate,)
    yield HostileChain(
        "serial-huge", long, frozenset({"path_ok", "serial_ok"}), "certificate.serial-long", anchors
    )
    for curve in (ec.SECP256K1(), ec.BrainpoolP256R1()):
        plan = honest.but(public_key=kit.key("ds", curve).public_key())
        yield _chain(kit, f"leaf-on-{curve.name}", plan, "algorithms_ok", "certificate.algorithm")
    edwards = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    root = kit.plan(kit.iaca.certificate).but(public_key=edwards.public_key(), signing_key=edwards).sign()
    yield HostileChain(
        "issuer-on-ed25519",
        honest.but(signing_key=edwards).sign(),
        frozenset({"path_ok", "algorithms_ok"}),
        "certificate.algorithm",
        (root,),
    )


def _forbidden() -> dict[str, x509.ExtensionType]:
    """Return what Annex B forbids in every certificate, each in a form that libraries read."""
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(CRL_URL)], None, None, None)
    return {
        "policy-mappings": x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), b"\x30\x00"),
        "name-constraints": x509.NameConstraints([x509.DNSName("utopia.example")], None),
        "policy-constraints": x509.PolicyConstraints(0, None),
        "inhibit-any-policy": x509.InhibitAnyPolicy(0),
        "freshest-crl": x509.FreshestCRL([point]),
    }
