"""Who signed the list, and what it names: only the agency's own counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError, CryptoError
from counterproof.trust.folder import signature_name
from counterproof.trust.manifest import FILE_NAME, sign_manifest
from counterproof.trust.published import read_published
from tests.kit.certificates import AT
from tests.kit.published import TOML, Publisher, listed

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate

LATER = AT + timedelta(hours=1)
_SIGNER = ("document-signer", "signers/a.pem")


def refused(folder: Path) -> str:
    with pytest.raises(CounterproofError) as caught:
        read_published(folder)
    return caught.value.code


class TestWhoSigned:
    def sign(self, folder: Path, by: Publisher, key: str, certificate: Certificate) -> None:
        manifest = (folder / FILE_NAME).read_bytes()
        signature = sign_manifest(manifest, SoftwareSigner(by.kit.key(key)), [certificate])
        (folder / signature_name(manifest)).write_bytes(signature)

    def test_another_agency(self, folder: Path) -> None:
        other = Publisher("other")
        self.sign(folder, other, "status", other.signer_certificate)
        assert refused(folder) == "trust.signer-untrusted"

    def test_an_impostor_of_the_same_name(self, folder: Path) -> None:
        impostor = Publisher("impostor")
        assert impostor.root.subject == read_published(folder).root.subject
        self.sign(folder, impostor, "status", impostor.signer_certificate)
        assert refused(folder) == "trust.signer-untrusted"

    def test_another_key_than_the_certificate(self, publisher: Publisher, folder: Path) -> None:
        self.sign(folder, publisher, "stranger", publisher.signer_certificate)
        assert refused(folder) == "trust.signature"

    def test_a_reader_of_the_agency(self, publisher: Publisher, folder: Path) -> None:
        self.sign(folder, publisher, "reader", publisher.reader)
        assert refused(folder) == "trust.signer-untrusted"

    def test_a_document_signer_of_the_agency(self, publisher: Publisher, folder: Path) -> None:
        """Its key signs cards all day: whoever stole it must not rename the agency or widen its types."""
        self.sign(folder, publisher, "ds", publisher.kit.document_signer())
        with pytest.raises(CryptoError) as caught:
            read_published(folder)
        assert (caught.value.code, caught.value.facts["reason"]) == (
            "trust.signer-untrusted",
            "certificate.eku",
        )

    def test_the_root_itself(self, publisher: Publisher, folder: Path) -> None:
        self.sign(folder, publisher, "iaca", publisher.root)
        assert refused(folder) == "trust.signer-untrusted"

    def test_a_revoked_signer(self, publisher: Publisher, folder: Path) -> None:
        crl = publisher.crl(AT, publisher.signer_certificate)
        publisher.put(folder, "crl", listed(folder, "crl").relative_to(folder).as_posix(), crl)
        with pytest.raises(CryptoError) as caught:
            read_published(folder)
        assert (caught.value.code, caught.value.facts["reason"]) == (
            "trust.signer-untrusted",
            "certificate.revoked",
        )

    def test_a_status_list_is_no_signature(self, publisher: Publisher, folder: Path) -> None:
        """The same key signs status lists: its signature there does not count here."""
        manifest = (folder / FILE_NAME).read_bytes()
        (folder / signature_name(manifest)).write_bytes(publisher.token()[1:])
        assert refused(folder) == "trust.signature-form"


def test_scenario_status_other_issuer(publisher: Publisher, folder: Path) -> None:
    """A list that another trusted agency signed is no list of this one."""
    publisher.put(folder, "status-list", "status/b.cwt", Publisher("agency b").token(uri="https://b.example"))
    assert refused(folder) == "status.signer-untrusted"


def test_two_lists_of_one_name(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "status-list", "status/b.cwt", publisher.token())
    assert refused(folder) == "trust.twice"


def test_a_list_from_the_future(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "status-list", "status/b.cwt", publisher.token(LATER, uri="https://b.example"))
    assert refused(folder) == "status.issued-in-future"


def test_a_crl_of_somebody_else(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "crl", "crl/b.crl", Publisher("other").crl())
    assert refused(folder) == "trust.crl-signer"


def test_two_crls_of_one_root(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "crl", "crl/b.crl", publisher.crl(number=2))
    assert refused(folder) == "trust.twice"


def test_a_crl_from_the_future(publisher: Publisher, folder: Path) -> None:
    reader_ca = publisher.kit.reader_ca
    publisher.put(folder, "crl", "crl/b.crl", publisher.crl(LATER, issuer=reader_ca))
    assert refused(folder) == "trust.from-future"


@pytest.mark.parametrize("which", ["reader", "signer_certificate"])
def test_a_root_that_is_none(publisher: Publisher, folder: Path, which: str) -> None:
    pem: bytes = getattr(publisher, which).pem
    publisher.put(folder, "issuer-root", "root.pem", pem)
    assert refused(folder) == "trust.root"


def test_two_certificates_in_a_root_file(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "issuer-root", "root.pem", publisher.root.pem + Publisher("other").root.pem)
    assert refused(folder) == "trust.root"


def test_two_types_of_one_name(publisher: Publisher, folder: Path) -> None:
    publisher.put(folder, "credential-type", "types/b.toml", TOML)
    assert refused(folder) == "trust.twice"


class TestSignersToldAhead:
    """They decide nothing here, and still each is of this very root, alone in its file, and once."""

    def test_they_are_read(self, publisher: Publisher, tmp_path: Path) -> None:
        signers = (publisher.kit.document_signer("first"), publisher.kit.document_signer("second"))
        folder = publisher.publish(tmp_path / "with", document_signers=signers)
        assert set(read_published(folder).document_signers) == set(signers)

    def test_one_of_somebody_else(self, publisher: Publisher, folder: Path) -> None:
        publisher.put(folder, *_SIGNER, Publisher("other").kit.document_signer().pem)
        assert refused(folder) == "trust.signer-foreign"

    def test_one_of_the_agencys_other_root(self, publisher: Publisher, folder: Path) -> None:
        publisher.put(folder, *_SIGNER, publisher.reader.pem)
        assert refused(folder) == "trust.signer-foreign"

    def test_two_in_one_file(self, publisher: Publisher, folder: Path) -> None:
        both = publisher.kit.document_signer("first").pem + publisher.kit.document_signer("second").pem
        publisher.put(folder, *_SIGNER, both)
        assert refused(folder) == "trust.signer-foreign"

    def test_what_is_none(self, publisher: Publisher, folder: Path) -> None:
        publisher.put(folder, *_SIGNER, b"not a certificate")
        assert refused(folder) == "trust.file-unreadable"

    def test_one_twice(self, publisher: Publisher, folder: Path) -> None:
        pem = publisher.kit.document_signer().pem
        publisher.put(folder, *_SIGNER, pem)
        publisher.put(folder, "document-signer", "signers/b.pem", pem)
        assert refused(folder) == "trust.twice"
