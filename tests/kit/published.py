"""An agency that publishes: folders that are honest by default, each part to be bent by a test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.trust.folder import signature_name
from counterproof.trust.manifest import FILE_NAME, sign_manifest
from counterproof.trust.names import fingerprint, sha256
from counterproof.trust.published import AgencyPublication, write_published
from counterproof.trust.readers import RegisteredReader
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from counterproof.mdoc.certificates.build import CertificateIssuer
    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.contents import AgencyContents

RESIDENCY = "org.counterproof.residency.1"
URI = "https://utopia.example/status/1"
TOML = (resources.files("counterproof.credential_types") / "residency.toml").read_bytes()


@dataclass
class Publisher:
    """An agency with a root, a status signer, a counter and one status list of 256 entries, two bits each."""

    seed: str = "utopia"
    name: str = "Harbour Borough"
    country: str = "UT"
    kit: CertificateKit = field(init=False)
    signer_certificate: Certificate = field(init=False)
    reader: Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.kit = CertificateKit(self.seed, self.country)
        self.signer_certificate = self.kit.status_signer()
        self.reader = self.kit.reader()

    @property
    def root(self) -> Certificate:
        """The IACA."""
        return self.kit.iaca.certificate

    @property
    def fingerprint(self) -> str:
        """The IACA's SHA-256."""
        return fingerprint(self.root)

    @property
    def signer(self) -> SoftwareSigner:
        """The status signer's key."""
        return SoftwareSigner(self.kit.key("status"), deterministic=True)

    def token(
        self,
        at: datetime = AT,
        values: Mapping[int, int] | None = None,
        *,
        uri: str = URI,
        life: timedelta = timedelta(days=7),
    ) -> bytes:
        """Sign a status list in which everything is valid but `values` (index to value)."""
        entries = StatusList.empty(256, bits=2)
        for index, value in (values or {}).items():
            entries.set(index, value)
        return build_status_token(
            self.signer,
            [self.signer_certificate],
            uri=uri,
            issued_at=at,
            expires_at=at + life,
            ttl=None,
            status_list=entries,
        )

    def crl(
        self,
        at: datetime = AT,
        *revoked: Certificate,
        number: int = 1,
        issuer: CertificateIssuer | None = None,
    ) -> bytes:
        """Make a revocation list of the IACA, or of another root."""
        return build_crl(
            issuer or self.kit.iaca,
            [Revocation(each.serial, at) for each in revoked],
            number=number,
            this_update=at,
            next_update=at + timedelta(days=30),
        ).der

    def registered(self) -> RegisteredReader:
        """Return the register's entry of the one counter that has a key."""
        return RegisteredReader(
            id="HB-DESK-3",
            office="HB-LIBRARY",
            name="Harbour Library, desk 3",
            certificates=(fingerprint(self.reader),),
        )

    def publication(self, at: datetime = AT, **changes: Any) -> AgencyPublication:
        """Return an honest publication with parts replaced by name."""
        honest = AgencyPublication(
            name=self.name,
            country=self.country,
            doc_types=(RESIDENCY,),
            issuer_root=self.root,
            reader_root=self.kit.reader_ca.certificate,
            readers=(self.registered(),),
            status_lists=(self.token(at),),
            crls=(self.crl(at),),
            types=(TOML,),
        )
        return replace(honest, **changes)

    def publish(self, out: Path, at: datetime = AT, **changes: Any) -> Path:
        """Publish into a folder with the product's own writer and return the folder."""
        self.write(out, at, **changes)
        return out

    def write(self, out: Path, at: datetime = AT, **changes: Any) -> AgencyContents:
        """Publish, and return what was published."""
        return write_published(
            out,
            self.publication(at, **changes),
            signer=self.signer,
            chain=[self.signer_certificate],
            issued_at=at,
        )

    def bend(self, folder: Path, **changes: Any) -> None:
        """Change members of agency.json and sign it again, as a dishonest agency could."""
        manifest = json.loads((folder / FILE_NAME).read_text("utf-8"))
        manifest.update(changes)
        self.resign(folder, json.dumps(manifest).encode())

    def resign(self, folder: Path, manifest: bytes) -> None:
        """Put this agency.json in, whatever it is, with a signature that holds."""
        signature = sign_manifest(manifest, self.signer, [self.signer_certificate])
        (folder / FILE_NAME).write_bytes(manifest)
        (folder / signature_name(manifest)).write_bytes(signature)

    def put(self, folder: Path, role: str, path: str, content: bytes) -> None:
        """Put one more file in and sign for it; it takes the place of those of its role and path."""
        manifest = json.loads((folder / FILE_NAME).read_text("utf-8"))
        single = role in {"issuer-root", "reader-root", "reader-registry"}
        entries = [
            each
            for each in manifest["files"]
            if each["path"] != path and not (single and each["role"] == role)
        ]
        entries.append({"role": role, "path": path, "size": len(content), "sha256": sha256(content)})
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
        self.bend(folder, files=entries)


def listed(folder: Path, role: str) -> Path:
    """Return the one file of this role."""
    manifest = json.loads((folder / FILE_NAME).read_text("utf-8"))
    (path,) = [each["path"] for each in manifest["files"] if each["role"] == role]
    return folder / str(path)
