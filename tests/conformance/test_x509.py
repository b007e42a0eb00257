"""Certificates that others made: what is accepted of them, and for what reason the rest is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.chain import ChainFacts, examine_chain
from counterproof.mdoc.certificates.lint import Finding, lint
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import (
    DOCUMENT_SIGNER,
    IACA,
    READER,
    READER_CA,
    VICAL_SIGNER,
)
from counterproof.mdoc.errors import MalformedError
from tests.kit import vectors

FACTS = [
    name for name in ChainFacts.__struct_fields__ if name.endswith(("_ok", "_validity")) or "_a_ca" in name
]
FACTS += ["names_byte_equal", "no_unknown_critical"]


def not_true(facts: ChainFacts) -> set[str]:
    return {fact for fact in FACTS if getattr(facts, fact) is not True}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def isomdl(name: str) -> Certificate:
    return Certificate.from_pem(vectors.vector_path(f"x509/isomdl/{name}.pem").read_bytes())


def aamva(name: str) -> Certificate:
    return Certificate.from_pem(vectors.vector_path(f"vical/{name}.crt").read_bytes())


def annex_d(name: str) -> Certificate:
    return Certificate.from_der(vectors.annex_d()[name])


IN_2024 = moment("2024-01-15")


class TestAnnexD:
    AT = moment("2020-12-01")

    def test_document_signer(self) -> None:
        signer, root = annex_d("ds_cert"), annex_d("iaca_cert_der")
        facts = examine_chain(signer, [], [annex_d("reader_root_cert_der"), root], self.AT, DOCUMENT_SIGNER)
        assert not_true(facts) == set()
        assert facts.anchor == root
        assert (facts.valid_from, facts.valid_until) == (signer.not_before, moment("2021-10-01T00:00:01"))

    def test_reader(self) -> None:
        facts = examine_chain(annex_d("reader_cert"), [], [annex_d("reader_root_cert_der")], self.AT, READER)
        assert not_true(facts) == set()

    def test_expired(self) -> None:
        facts = examine_chain(
            annex_d("ds_cert"), [], [annex_d("iaca_cert_der")], moment("2026-11-23"), DOCUMENT_SIGNER
        )
        assert (not_true(facts), facts.detail) == ({"leaf_in_validity"}, "certificate.expired")

    def test_other_root(self) -> None:
        facts = examine_chain(
            annex_d("ds_cert"), [], [annex_d("reader_root_cert_der")], self.AT, DOCUMENT_SIGNER
        )
        assert (facts.path_ok, facts.detail) == (False, "certificate.untrusted")

    def test_signers_do_not_stand_in_for_readers(self) -> None:
        facts = examine_chain(annex_d("ds_cert"), [], [annex_d("iaca_cert_der")], self.AT, READER)
        assert facts.detail == "certificate.eku"

    def test_linter_on_the_samples(self) -> None:
        """The samples name a DNS host as the place of the list, which is no URI."""
        place = Finding("certificate.crl-point-form", oids.CRL_DISTRIBUTION_POINTS)
        root, readers = annex_d("iaca_cert_der"), annex_d("reader_root_cert_der")
        assert lint(root, IACA) == [place]
        assert lint(annex_d("ds_cert"), DOCUMENT_SIGNER, root) == [place]
        assert lint(readers, READER_CA) == [place]
        assert lint(annex_d("reader_cert"), READER, readers) == [place]


class TestIsomdl:
    def test_signer(self) -> None:
        facts = examine_chain(
            isomdl("isomdl_iaca_signer"), [], [isomdl("isomdl_iaca_root_cert")], IN_2024, DOCUMENT_SIGNER
        )
        assert not_true(facts) == set()

    def test_incorrect_signer_is_a_ca(self) -> None:
        facts = examine_chain(
            isomdl("isomdl_incorrect_iaca_signer"),
            [],
            [isomdl("isomdl_iaca_root_cert")],
            IN_2024,
            DOCUMENT_SIGNER,
        )
        assert (not_true(facts), facts.detail) == ({"not_a_ca"}, "certificate.leaf-is-ca")

    def test_intermediate_is_a_signer_that_says_it_is_a_ca(self) -> None:
        facts = examine_chain(
            isomdl("isomdl_iaca_intermediate"),
            [],
            [isomdl("isomdl_iaca_root_cert")],
            IN_2024,
            DOCUMENT_SIGNER,
        )
        assert not_true(facts) == {"not_a_ca"}

    def test_leaf_below_the_intermediate_has_no_path(self) -> None:
        """The intermediate may not sign certificates, and the root's path length is 0."""
        facts = examine_chain(
            isomdl("isomdl_iaca_leaf_signer"),
            [isomdl("isomdl_iaca_intermediate")],
            [isomdl("isomdl_iaca_root_cert")],
            IN_2024,
            DOCUMENT_SIGNER,
        )
        assert (facts.path_ok, facts.detail) == (False, "certificate.issuer-not-ca")

    def test_root_is_a_clean_iaca(self) -> None:
        assert lint(isomdl("isomdl_iaca_root_cert"), IACA) == []

    def test_signer_is_clean(self) -> None:
        root = isomdl("isomdl_iaca_root_cert")
        assert lint(isomdl("isomdl_iaca_signer"), DOCUMENT_SIGNER, root) == []

    def test_reader_has_the_form_of_one_and_no_anchor_here(self) -> None:
        reader = isomdl("reader_auth")
        assert lint(reader, READER) == []
        facts = examine_chain(reader, [], [isomdl("isomdl_iaca_root_cert")], IN_2024, READER)
        assert (facts.path_ok, facts.detail) == (False, "certificate.untrusted")
        assert facts.eku_ok is facts.key_usage_ok is facts.leaf_in_validity is True

    def test_p384_root(self) -> None:
        found = lint(isomdl("owf_multipaz_iaca_p384"), IACA)
        assert found == [Finding("certificate.country-not-printable", oids.COUNTRY_NAME)]

    def test_p384_signer_has_a_negative_serial(self) -> None:
        with pytest.raises(MalformedError) as caught:
            isomdl("owf_multipaz_ds_p384")
        assert caught.value.code == "certificate.serial-not-positive"


class TestRealWorld:
    def test_animo(self) -> None:
        case = vectors.vector_json("mdoc-real/mdoc-ts_examples.json")[0]
        leaf = Certificate.from_pem(case["issuerCertificate"].encode())
        root = Certificate.from_pem(case["rootCertificate"].encode())
        facts = examine_chain(leaf, [], [root], moment(case["now"]), DOCUMENT_SIGNER)
        assert not_true(facts) == set()
        missing = Finding("certificate.extension-missing", oids.CRL_DISTRIBUTION_POINTS)
        assert lint(leaf, DOCUMENT_SIGNER, root) == [missing]

    def test_bdr_without_its_root(self) -> None:
        case = vectors.vector_json("mdoc-real/mdoc-ts_examples.json")[1]
        leaf = Certificate.from_pem(case["issuerCertificate"].encode())
        facts = examine_chain(leaf, [], [], moment(case["now"]), DOCUMENT_SIGNER)
        assert (facts.path_ok, facts.detail) == (False, "certificate.untrusted")
        assert facts.eku_ok is facts.key_usage_ok is facts.lifetime_ok is facts.leaf_in_validity is True

    def test_auth0_signs_documents_with_its_root(self) -> None:
        root = Certificate.from_pem(
            vectors.vector_json("mdoc-real/auth0_mdl_examples.json")["issuer_pem"].encode()
        )
        facts = examine_chain(root, [], [root], IN_2024, DOCUMENT_SIGNER)
        assert facts.detail == "certificate.leaf-is-anchor"
        assert {"path_ok", "eku_ok", "key_usage_ok", "not_a_ca", "lifetime_ok"} <= not_true(facts)

    def test_aamva_intermediate_is_no_signer(self) -> None:
        facts = examine_chain(
            aamva("aamva_ca_intermediate"), [], [aamva("aamva_ca_root")], IN_2024, VICAL_SIGNER
        )
        assert facts.path_ok is True
        assert not_true(facts) == {"eku_ok", "key_usage_ok", "not_a_ca", "lifetime_ok"}

    def test_aamva_list_signer_as_sent_with_its_root(self) -> None:
        """The list's COSE header holds three certificates, the root among them; found by their heads."""
        chain = certificates_in(vectors.vector_path("vical/aamva-2024-09-24.cbor").read_bytes())[:3]
        facts = examine_chain(chain[0], chain[1:], [aamva("aamva_ca_root")], IN_2024, VICAL_SIGNER)
        assert not_true(facts) == set()
        assert facts.path == (chain[0], aamva("aamva_ca_intermediate"), aamva("aamva_ca_root"))

    def test_every_iaca_of_the_aamva_list_is_read(self) -> None:
        found = certificates_in(vectors.vector_path("vical/aamva-2024-09-24.cbor").read_bytes())[3:]
        assert len(found) == 3
        for root in found:
            assert root.is_ca
            assert root.is_signed_by(root)
            assert root.country == "US"


def certificates_in(data: bytes) -> list[Certificate]:
    """Cut out every DER certificate that stands in a byte string with a two-byte length."""
    found, at = [], 0
    while (at := data.find(b"\x59", at)) >= 0:
        size = int.from_bytes(data[at + 1 : at + 3], "big")
        der = data[at + 3 : at + 3 + size]
        at += 1
        if der[:2] == b"\x30\x82" and int.from_bytes(der[2:4], "big") + 4 == size == len(der):
            found.append(Certificate.from_der(der))
    return found
