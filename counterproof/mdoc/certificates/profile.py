"""What ISO/IEC 18013-5 Annex B asks of each kind of certificate, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from counterproof.mdoc.certificates import oids

DIGITAL_SIGNATURE = frozenset({"digitalSignature"})
NON_REPUDIATION = frozenset({"nonRepudiation"})
CA_KEY_USAGE = frozenset({"keyCertSign", "cRLSign"})

FORBIDDEN_EVERYWHERE = frozenset(
    {
        oids.POLICY_MAPPINGS,
        oids.NAME_CONSTRAINTS,
        oids.POLICY_CONSTRAINTS,
        oids.INHIBIT_ANY_POLICY,
        oids.FRESHEST_CRL,
    }
)
"""Extensions that Annex B forbids in every certificate."""

CA_EXTENSIONS = frozenset({oids.BASIC_CONSTRAINTS, oids.KEY_USAGE, oids.SUBJECT_KEY_IDENTIFIER})
LEAF_EXTENSIONS = frozenset({oids.KEY_USAGE, oids.SUBJECT_KEY_IDENTIFIER, oids.AUTHORITY_KEY_IDENTIFIER})

LIFE_SLACK = timedelta(days=1, seconds=-1)
"""Verifiers bear the rest of the last day that Annex B allows: a certificate may end with its last second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateProfile:
    """One column of Annex B.

    `max_life` is notAfter minus notBefore. `key_usage` is the exact set of bits, `borne_key_usages` what a
    verifier accepts besides. `eku` must be present and critical; nothing may stand beside it but
    `eku_companions`. `subject` holds the attributes that the subject must have, by short name. Without `eku`
    the extension may be absent; `eku_refused` are purposes that it must not claim.
    """

    name: str
    max_life: timedelta
    key_usage: frozenset[str]
    borne_key_usages: tuple[frozenset[str], ...] = ()
    is_ca: bool = False
    eku: str | None = None
    eku_companions: frozenset[str] = frozenset()
    eku_refused: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()
    country_of_issuer: bool = False
    required: frozenset[str] = LEAF_EXTENSIONS
    forbidden: frozenset[str] = FORBIDDEN_EVERYWHERE


IACA = CertificateProfile(
    name="iaca",
    max_life=timedelta(days=20 * 366),
    key_usage=CA_KEY_USAGE,
    is_ca=True,
    subject=frozenset({"C", "CN"}),
    required=CA_EXTENSIONS | {oids.ISSUER_ALT_NAME, oids.CRL_DISTRIBUTION_POINTS},
    forbidden=FORBIDDEN_EVERYWHERE | {oids.EXTENDED_KEY_USAGE},
)
"""Issuing authority CA root (B.1.2)."""

READER_CA = CertificateProfile(
    name="reader-ca",
    max_life=timedelta(days=20 * 366),
    key_usage=CA_KEY_USAGE,
    is_ca=True,
    subject=frozenset({"CN"}),
    required=CA_EXTENSIONS,
    forbidden=FORBIDDEN_EVERYWHERE | {oids.EXTENDED_KEY_USAGE},
)
"""Root of reader certificates; Annex B leaves its form open, the Annex D sample is followed."""

VICAL_CA = CertificateProfile(
    name="vical-ca",
    max_life=timedelta(days=20 * 366),
    key_usage=CA_KEY_USAGE,
    is_ca=True,
    subject=frozenset({"C", "O", "CN"}),
    required=CA_EXTENSIONS,
    forbidden=FORBIDDEN_EVERYWHERE | {oids.EXTENDED_KEY_USAGE},
)
"""Root of a trust list provider, pinned at install time."""

DOCUMENT_SIGNER = CertificateProfile(
    name="document-signer",
    max_life=timedelta(days=457),
    key_usage=DIGITAL_SIGNATURE,
    eku=oids.EKU_DOCUMENT_SIGNER,
    eku_companions=frozenset({oids.EKU_DOCUMENT_SIGNER_23220}),
    subject=frozenset({"C", "CN"}),
    country_of_issuer=True,
    required=LEAF_EXTENSIONS | {oids.EXTENDED_KEY_USAGE, oids.ISSUER_ALT_NAME, oids.CRL_DISTRIBUTION_POINTS},
    forbidden=FORBIDDEN_EVERYWHERE | {oids.BASIC_CONSTRAINTS},
)
"""Signer of MobileSecurityObjects (B.1.4)."""

READER = CertificateProfile(
    name="reader",
    max_life=timedelta(days=1187),
    key_usage=DIGITAL_SIGNATURE,
    eku=oids.EKU_READER,
    eku_companions=frozenset({oids.EKU_READER_23220}),
    subject=frozenset({"CN"}),
    required=LEAF_EXTENSIONS | {oids.EXTENDED_KEY_USAGE, oids.CRL_DISTRIBUTION_POINTS},
    forbidden=FORBIDDEN_EVERYWHERE | {oids.BASIC_CONSTRAINTS},
)
"""Signer of requests (B.1.7)."""

STATUS_SIGNER = CertificateProfile(
    name="status-signer",
    max_life=timedelta(days=1187),
    key_usage=DIGITAL_SIGNATURE,
    eku_refused=frozenset(
        {
            oids.EKU_READER,
            oids.EKU_READER_23220,
            oids.EKU_VICAL_SIGNER,
            oids.EKU_VICAL_SIGNER_23220,
        }
    ),
    subject=frozenset({"C", "CN"}),
    country_of_issuer=True,
    forbidden=FORBIDDEN_EVERYWHERE | {oids.BASIC_CONSTRAINTS},
)
"""Signer of status lists; its own extended key usage has no number yet, so none is asked for."""

VICAL_SIGNER = CertificateProfile(
    name="vical-signer",
    max_life=timedelta(days=1187),
    key_usage=NON_REPUDIATION,
    borne_key_usages=(DIGITAL_SIGNATURE, DIGITAL_SIGNATURE | NON_REPUDIATION),
    eku=oids.EKU_VICAL_SIGNER,
    eku_companions=frozenset({oids.EKU_VICAL_SIGNER_23220}),
    subject=frozenset({"C", "O", "CN"}),
    required=LEAF_EXTENSIONS | {oids.EXTENDED_KEY_USAGE, oids.CRL_DISTRIBUTION_POINTS},
    forbidden=FORBIDDEN_EVERYWHERE | {oids.BASIC_CONSTRAINTS},
)
"""Signer of a VICAL (C.1.7)."""
