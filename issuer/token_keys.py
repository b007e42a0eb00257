"""An agency's keys where some of them live in PKCS#11 tokens: one for the working day, one for the roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.build import CertificateIssuer
from counterproof.mdoc.cose import Signer, SoftwareSigner
from counterproof.mdoc.errors import StoreError, UsageError
from issuer.keys import ROOTS, SealedKeys, key_name
from issuer.tokens import Token, TokenKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.certificates.model import Certificate
    from issuer.register.model import SignerRole


class TokenKeys(SealedKeys):
    """Sealed files, but for the roles whose token is given: `daily` for signers, `roots` for both roots."""

    daily: Token | None = None
    roots: Token | None = None

    def make(self, role: SignerRole | None = None) -> ec.EllipticCurvePrivateKey:
        """Make a key in the role's token, or in memory where it has none."""
        token = None if role is None else self._token(role)
        return super().make(role) if token is None else token.make()

    def keep(self, role: SignerRole, certificate: Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """Give a key in a token the name that counts, or seal one that is in memory."""
        token = self._token(role)
        if token is None:
            super().keep(role, certificate, key)
        elif isinstance(key, TokenKey):
            token.rename(key, key_name(role, certificate))
        else:
            raise UsageError("token.stays")

    def has(self, role: SignerRole, certificate: Certificate) -> bool:
        """Tell whether the key is at hand; a token that is not there has none."""
        token = self._token(role)
        if token is None:
            return super().has(role, certificate)
        try:
            return token.knows(key_name(role, certificate))
        except StoreError as error:
            if error.code in {"token.missing", "token.no-module"}:
                return False
            raise

    def signer(self, role: SignerRole, certificate: Certificate) -> Signer:
        """Return the signer; raises StoreError `agency.key-missing`, `agency.key-mismatch`, `token.*`."""
        token = self._token(role)
        if token is None:
            return super().signer(role, certificate)
        return SoftwareSigner(self._find(token, role, certificate))

    def authority(self, role: SignerRole, certificate: Certificate) -> CertificateIssuer:
        """Return a root; raises as `signer`."""
        token = self._token(role)
        if token is None:
            return super().authority(role, certificate)
        return CertificateIssuer(certificate, self._find(token, role, certificate), ROOTS[role])

    def forget(self, role: SignerRole, certificate: Certificate) -> bool:
        """Destroy the key in its token or its file."""
        token = self._token(role)
        if token is None:
            return super().forget(role, certificate)
        key = token.find(key_name(role, certificate))
        if key is None:
            return False
        token.destroy(key)
        return True

    def _token(self, role: SignerRole) -> Token | None:
        return self.roots if role in ROOTS else self.daily

    def _find(self, token: Token, role: SignerRole, certificate: Certificate) -> TokenKey:
        name = key_name(role, certificate)
        key = token.find(name)
        if key is None:
            raise StoreError("agency.root-key-away" if role in ROOTS else "agency.key-missing", file=name)
        if key.public_key() != certificate.public_key:
            raise StoreError("agency.key-mismatch", file=name)
        return key
