"""The practice agency: keys made for one drill, documents of people who do not exist, everything a specimen.

It lives in memory and is gone with the drill: no key of it is on any disk, and no counter ever trusts it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof import strict_json
from counterproof.mdoc.certificates.build import (
    CertificateIssuer,
    Subject,
    Validity,
    build_document_signer,
    build_iaca,
    build_reader,
    build_reader_ca,
    build_status_signer,
)
from counterproof.mdoc.cose import CoseKey, CoseSign1, SoftwareSigner
from counterproof.mdoc.issuer_signed import IssuerSigned, IssuerSignedItem
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.mdoc.mso import (
    NOTHING_AUTHORIZED,
    MobileSecurityObject,
    StatusListReference,
    ValidityInfo,
)
from counterproof.optics.exchange.reader_side import ReaderIdentity
from counterproof.trust.contents import assemble
from counterproof.trust.kept import Trust
from counterproof.trust.manifest import VERSION, FileEntry, Manifest, format_time, sign_manifest
from counterproof.trust.names import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.manifest import Role

NAME: Final = "SPECIMEN - practice agency"
URL: Final = "https://specimen.invalid"
_STATUS: Final = f"{URL}/status"
_COUNTRY: Final = "UT"
_ENTRIES: Final = 256
_WITHDRAWN: Final = 1
_DAY: Final = timedelta(days=1)


class DrillAgency:
    """Signs documents, a list of those withdrawn, and the certificate of the practising counter.

    `now` is the day of the drill; everything it signs is dated by it. Two agencies share nothing but their
    name, which is how a look-alike is made.
    """

    def __init__(self, now: datetime, random: Callable[[int], bytes]) -> None:
        self.now = now.replace(minute=0, second=0, microsecond=0)
        self._random = random
        self._issued = 0
        self._withdrawn: set[int] = set()
        key = _key()
        life = Validity(not_before=self.now - 400 * _DAY, not_after=self.now + 400 * _DAY)
        self._root: CertificateIssuer = build_iaca(
            Subject(common_name=NAME, country=_COUNTRY),
            key,
            life,
            contact="specimen@specimen.invalid",
            crl_url=f"{URL}/crl",
            random=random,
        )
        self._short = Validity(not_before=self.now - 40 * _DAY, not_after=self.now + 390 * _DAY)
        self._document_key, self._status_key, self._reader_key = _key(), _key(), _key()
        self._document_signer = build_document_signer(
            self._root,
            Subject(common_name=NAME, country=_COUNTRY),
            self._document_key.public_key(),
            self._short,
            crl_url=f"{URL}/crl",
            random=random,
        )
        self._readers = build_reader_ca(Subject(common_name=NAME), _key(), life, random=random)

    @property
    def root(self) -> Certificate:
        """The root that documents hang on."""
        return self._root.certificate

    @property
    def reader_root(self) -> Certificate:
        """The root that the practising counter's certificate hangs on."""
        return self._readers.certificate

    def reader(self, name: str) -> ReaderIdentity:
        """Return what the practising counter asks with."""
        made = build_reader(
            self._readers,
            Subject(common_name=name),
            self._reader_key.public_key(),
            self._short,
            crl_url=f"{URL}/crl",
            random=self._random,
        )
        return ReaderIdentity(SoftwareSigner(self._reader_key), [made.der])

    def issue(
        self,
        doc_type: str,
        elements: Mapping[str, Mapping[str, Any]],
        device: ec.EllipticCurvePublicKey,
        *,
        ended: bool = False,
        withdrawn: bool = False,
    ) -> IssuerSigned:
        """Issue a document to a device key; `ended` has run out, `withdrawn` is on the list as revoked."""
        index = self._issued
        self._issued += 1
        if withdrawn:
            self._withdrawn.add(index)
        items = {
            space: [
                IssuerSignedItem.make(number, self._random(32), name, value)
                for number, (name, value) in enumerate(values.items())
            ]
            for space, values in elements.items()
        }
        digests = {
            space: {item.digest_id: item.digest("SHA-256") for item in found}
            for space, found in items.items()
        }
        begin = self.now - 30 * _DAY
        end = self.now - _DAY if ended else self.now + 60 * _DAY
        mso = MobileSecurityObject(
            "SHA-256",
            digests,
            CoseKey.from_public_key(device),
            doc_type,
            ValidityInfo(begin, begin, end),
            NOTHING_AUTHORIZED,
            StatusListReference(index, _STATUS),
        )
        chain = {33: self._document_signer.der}
        signer = SoftwareSigner(self._document_key)
        auth = CoseSign1.sign(signer, mso.to_payload(), unprotected=chain)
        return IssuerSigned.from_bytes(IssuerSigned(items, auth, mso).to_bytes())

    def trust(self, doc_types: tuple[str, ...], *, days_old: int = 0) -> Trust:
        """Return what a counter believes that holds this agency's lists alone, of so many days ago.

        They are read and proven as an agency's published folder is.
        """
        at = self.now - days_old * _DAY
        signer, certificate = SoftwareSigner(self._status_key), self._status_signer()
        entries = StatusList.empty(_ENTRIES, bits=2)
        for index in self._withdrawn:
            entries.set(index, _WITHDRAWN)
        token = build_status_token(
            signer,
            [certificate],
            uri=_STATUS,
            issued_at=at,
            expires_at=at + 7 * _DAY,
            ttl=None,
            status_list=entries,
        )
        parts: tuple[tuple[Role, str, bytes], ...] = (
            ("issuer-root", "issuer-root.pem", self.root.pem),
            ("reader-root", "reader-root.pem", self.reader_root.pem),
            ("status-list", "status/list.cwt", token),
        )
        contents = {path: content for _, path, content in parts}
        manifest = strict_json.dumps(
            Manifest(
                type="counterproof.agency",
                version=VERSION,
                name=NAME,
                country=_COUNTRY,
                issued_at=format_time(at),
                doc_types=doc_types,
                files=tuple(
                    FileEntry(role=role, path=path, size=len(content), sha256=sha256(content))
                    for role, path, content in parts
                ),
            )
        )
        signature = sign_manifest(manifest, signer, [certificate])
        proven = assemble(manifest, signature, lambda entry: contents[entry.path])
        return Trust(agencies=(proven,), floor=proven.newest_signed)

    def _status_signer(self) -> Certificate:
        return build_status_signer(
            self._root,
            Subject(common_name=NAME, country=_COUNTRY),
            self._status_key.public_key(),
            self._short,
            random=self._random,
        )


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())
