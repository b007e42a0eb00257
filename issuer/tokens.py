"""Keys in a PKCS#11 token: made there, used there, never out of it.

A token is named by a URI of RFC 7512: `pkcs11:token=Harbour?module-path=/usr/lib/softhsm/libsofthsm2.so`. Its
PIN is what the passphrase is for sealed files. A key's label is its role and the beginning of its
certificate's fingerprint, as a file's name would be. Signing is plain CKM_ECDSA over a SHA-256 made here:
every token knows that.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import parse_qsl, unquote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from counterproof.mdoc.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HALF = 32
_MAX_URI = 1024
_CODES = {
    "PinIncorrect": "token.pin",
    "PinInvalid": "token.pin",
    "PinLenRange": "token.pin",
    "PinLocked": "token.locked",
    "NoSuchToken": "token.missing",
    "TokenNotPresent": "token.missing",
    "TokenNotRecognised": "token.missing",
    "DeviceRemoved": "token.missing",
    "DeviceMemory": "token.full",
    "MechanismInvalid": "token.no-ecdsa",
    "TokenWriteProtected": "token.read-only",
}


class TokenAddress:
    """A token's label and the module that reaches it."""

    def __init__(self, label: str, module: str) -> None:
        self.label, self.module = label, module

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Read a PKCS#11 URI with `token` and `module-path`; raise UsageError `token.address`."""
        scheme, _, rest = uri.partition(":")
        path, _, query = rest.partition("?")
        parts = dict(each.partition("=")[::2] for each in path.split(";"))
        more = dict(parse_qsl(query, keep_blank_values=True))
        label, module = unquote(parts.pop("token", "")), more.pop("module-path", "")
        if scheme != "pkcs11" or parts or more or not label or not Path(module).is_absolute():
            raise UsageError("token.address")
        if len(uri) > _MAX_URI:
            raise UsageError("token.address")
        return cls(label, module)


class Token:
    """One token, logged in when a key is first needed; safe to share between threads."""

    def __init__(self, uri: str, pin: Callable[[], str]) -> None:
        self._address = TokenAddress.parse(uri)
        self._pin = pin
        self._lock = threading.RLock()
        self._session: Any = None

    def make(self) -> TokenKey:
        """Make a P-256 key pair inside, under a name that does not count yet."""
        import pkcs11  # noqa: PLC0415 - only agencies with a token need it
        from pkcs11.util.ec import encode_named_curve_parameters  # noqa: PLC0415

        with self._in_use() as session:
            curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
            public, private = parameters.generate_keypair(
                store=True, id=secrets.token_bytes(16), label=f"counterproof-new-{secrets.token_hex(4)}"
            )
            return TokenKey(self, public, private)

    def find(self, label: str) -> TokenKey | None:
        """Return the key of a name, or None."""
        import pkcs11  # noqa: PLC0415

        with self._in_use() as session:
            found = [
                list(session.get_objects({pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: label}))
                for kind in (pkcs11.ObjectClass.PUBLIC_KEY, pkcs11.ObjectClass.PRIVATE_KEY)
            ]
            if not all(found):
                return None
            return TokenKey(self, found[0][0], found[1][0])

    def knows(self, label: str) -> bool:
        """Tell whether there is a key of that name, without logging in: public halves are for everybody."""
        import pkcs11  # noqa: PLC0415

        public = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY, pkcs11.Attribute.LABEL: label}
        with self._lock, _translated():
            if self._session is not None:
                return bool(list(self._session.get_objects(public)))
            with self._reached().open() as session:
                return bool(list(session.get_objects(public)))

    def rename(self, key: TokenKey, label: str) -> None:
        """Give a key the name that counts."""
        import pkcs11  # noqa: PLC0415

        with self._in_use():
            # The public half last: what has both names is whole.
            key.private[pkcs11.Attribute.LABEL] = label
            key.public[pkcs11.Attribute.LABEL] = label

    def destroy(self, key: TokenKey) -> None:
        """Destroy both halves."""
        with self._in_use():
            key.private.destroy()
            key.public.destroy()

    def sign(self, private: Any, digest: bytes) -> bytes:
        """Return r and s over a SHA-256."""
        import pkcs11  # noqa: PLC0415

        with self._in_use():
            return bytes(private.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

    @contextmanager
    def _in_use(self) -> Iterator[Any]:
        with self._lock, _translated():
            if self._session is None:
                self._session = self._open()
            yield self._session

    def _reached(self) -> Any:
        import pkcs11  # noqa: PLC0415

        try:
            module = pkcs11.lib(self._address.module)
        except RuntimeError:
            raise StoreError("token.no-module") from None
        return module.get_token(token_label=self._address.label)

    def _open(self) -> Any:
        import pkcs11  # noqa: PLC0415

        token = self._reached()
        try:
            return token.open(rw=True, user_pin=self._pin())
        except pkcs11.exceptions.UserAlreadyLoggedIn:
            return token.open(rw=True)  # this process is in already, by another agency on the same token


@contextmanager
def _translated() -> Iterator[None]:
    import pkcs11  # noqa: PLC0415

    try:
        yield
    except pkcs11.exceptions.PKCS11Error as error:
        kind = type(error).__name__
        raise StoreError(_CODES.get(kind, "token.failed"), kind=kind) from None


class TokenKey(ec.EllipticCurvePrivateKey):
    """A private key in a token, wherever `cryptography` wants one to sign certificates with."""

    def __init__(self, token: Token, public: Any, private: Any) -> None:
        from pkcs11.util.ec import encode_ec_public_key  # noqa: PLC0415

        self.token, self.public, self.private = token, public, private
        loaded = load_der_public_key(encode_ec_public_key(public))
        if not isinstance(loaded, ec.EllipticCurvePublicKey):
            raise StoreError("token.failed", kind="key")
        self._public = loaded

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:  # type: ignore[override]
        """Sign with ECDSA and SHA-256; the signature is DER."""
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, Prehashed) or not isinstance(algorithm, hashes.SHA256):
            raise UsageError("token.algorithm")
        digest = hashes.Hash(algorithm)
        digest.update(data)
        raw = self.token.sign(self.private, digest.finalize())
        return encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public half."""
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        """P-256."""
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        """256 bits."""
        return 256

    def exchange(self, *_: object) -> NoReturn:
        """Refuse: a signer's key agrees on nothing."""
        raise UsageError("token.algorithm")

    def private_bytes(self, *_: object) -> NoReturn:
        """Refuse: the key does not leave its token."""
        raise UsageError("token.stays")

    def private_numbers(self) -> NoReturn:
        """Refuse: the key does not leave its token."""
        raise UsageError("token.stays")

    def __copy__(self) -> TokenKey:
        return self

    def __deepcopy__(self, _: object) -> TokenKey:
        return self
