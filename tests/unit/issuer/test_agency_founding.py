"""Founding: all of it or nothing, keys that nobody reads, certificates that nobody's linter complains of."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config

from counterproof.clock import FixedClock
from counterproof.mdoc.certificates.lint import lint
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER, IACA, READER_CA, STATUS_SIGNER
from counterproof.mdoc.errors import CounterproofError, CryptoError, StoreError, UsageError
from issuer.agency import Agency, Level
from issuer.keys import Passphrases, SealedKeys
from issuer.register import Register, SignerRole
from issuer.register.schema import MIGRATIONS
from issuer.register.store import Store
from tests.kit.agency import AT, NAME, URL, adult, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path


def certificates(agency: Agency) -> dict[SignerRole, Certificate]:
    return {each.role: Certificate.from_der(each.certificate) for each in agency.register.signers()}


def test_an_agency_has_two_roots_and_two_signers(tmp_path: Path) -> None:
    found_ones = certificates(found(tmp_path / "a"))
    root = found_ones[SignerRole.IACA]
    assert (root.common_name, root.country) == (NAME, "XX")
    assert found_ones[SignerRole.READER_CA].spki != root.spki
    for role, profile, issuer in (
        (SignerRole.IACA, IACA, None),
        (SignerRole.READER_CA, READER_CA, None),
        (SignerRole.DOCUMENT, DOCUMENT_SIGNER, root),
        (SignerRole.STATUS, STATUS_SIGNER, root),
    ):
        assert lint(found_ones[role], profile, issuer) == []


def test_a_document_signer_signs_for_90_days_and_lasts_457(tmp_path: Path) -> None:
    (signer,) = found(tmp_path / "a").register.signers(SignerRole.DOCUMENT)
    assert (signer.sign_until - signer.not_before).days == 90
    assert (signer.not_after - signer.not_before).days == 457
    assert signer.not_before == AT.replace(hour=0, minute=0, second=0)


def test_everything_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = found(tmp_path / "a").desk.folder
    for path in (folder, *folder.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path.name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_root_keys_can_live_elsewhere_under_another_passphrase(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    agency = found(tmp_path / "a", root_keys=stick, root_passphrase=OTHER_PASSPHRASE)
    assert len(list(stick.iterdir())) == 2
    assert not (agency.desk.folder / "root-keys").exists()
    with pytest.raises(StoreError) as away:
        reopen(agency).rotate_signer()
    assert away.value.code == "agency.root-key-away"
    with pytest.raises(CryptoError) as wrong:
        reopen(agency, root_keys=stick).rotate_signer()
    assert wrong.value.code == "sealing.cannot-open"
    opened = reopen(agency, root_keys=stick, root_passphrase=OTHER_PASSPHRASE)
    assert opened.rotate_signer(overlap_days=0, keep_days=0).forgotten == 1


def test_scenario_issuer_root_online(tmp_path: Path) -> None:
    """The work of a day needs no root key: with both taken away, everything but ceremonies goes on."""
    stick = tmp_path / "stick"
    agency = found(tmp_path / "a", root_keys=stick)
    for key in stick.iterdir():
        key.unlink()
    wallet = asked(agency)
    issued = agency.issue(wallet.request, "eu-age-proof", adult(agency))
    agency.revoke(issued.batch_id, reason="lost")
    agency.publish(tmp_path / "out")
    assert agency.state().root_keys_here == ()
    assert agency.state().level is Level.FINE


def test_a_root_key_within_reach_is_spoken_of(tmp_path: Path) -> None:
    codes = [each.code for each in found(tmp_path / "a").state().findings if each.level is Level.SOON]
    assert codes.count("agency.state-root-key-here") == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"name": ""}, "agency.name"),
        ({"name": "x" * 51}, "agency.name"),
        ({"name": "Harbour\u202eBorough"}, "agency.name"),
        ({"name": " Harbour"}, "agency.name"),
        ({"country": "xx"}, "agency.country"),
        ({"country": "XXX"}, "agency.country"),
        ({"url": "harbour.example"}, "agency.url"),
        ({"url": "https://har bour.example"}, "agency.url"),
        ({"url": "file:///etc/passwd"}, "agency.url"),
        ({"url": "https://h.example/" + "x" * 200}, "agency.url"),
        ({"contact": "a@b@c ü"}, "certificate.contact-unusable"),
        ({"status_size": 1000}, "register.list-size"),
        ({"types": ["passport"]}, "agency.no-such-type"),
        ({"passphrase": "1234"}, "sealing.passphrase-pin"),
        ({"passphrase": ""}, "sealing.passphrase-empty"),
    ],
)
def test_what_cannot_be_leaves_nothing(tmp_path: Path, options: dict[str, Any], code: str) -> None:
    with pytest.raises(CounterproofError) as refused:
        found(tmp_path / "a", root_keys=tmp_path / "stick", **options)
    assert refused.value.code == code
    assert [path for path in tmp_path.rglob("*") if path.name != "stick"] == []


def test_no_agency_is_founded_over_another(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    with pytest.raises(UsageError) as refused:
        found(tmp_path / "a")
    assert refused.value.code == "agency.exists"
    assert reopen(agency).root == agency.root
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").touch()
    with pytest.raises(UsageError) as full:
        found(tmp_path / "b")
    assert full.value.code == "agency.folder-not-empty"


def test_root_keys_may_be_named_inside_the_folder(tmp_path: Path) -> None:
    agency = found(tmp_path / "a", root_keys=tmp_path / "a" / "roots")
    assert len(list((tmp_path / "a" / "roots").iterdir())) == 2
    assert agency.rotate_signer(overlap_days=0, keep_days=0).forgotten == 1


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert found(tmp_path / "a").facts.name == NAME


@pytest.mark.parametrize(
    ("name", "host"),
    [("Harbour Borough", "harbour-borough"), ("Põhja-Tallinn", "pohja-tallinn"), ("臺北市", "agency")],
)
def test_without_an_address_it_is_one_that_leads_nowhere(tmp_path: Path, name: str, host: str) -> None:
    assert found(tmp_path / "a", name=name, url=None).facts.url == f"https://{host}.invalid"


def test_it_issues_the_types_that_were_chosen(tmp_path: Path) -> None:
    agency = found(tmp_path / "a", types=["residency", "eu.europa.ec.av.1"])
    assert agency.catalogue().doc_types == ("eu.europa.ec.av.1", "org.counterproof.residency.1")
    assert [facts.bits for facts in agency.register.status_lists()] == [1, 2]
    assert [facts.uri for facts in agency.register.status_lists()] == [f"{URL}/s1", f"{URL}/s2"]


def test_keys_are_sealed_and_each_is_bound_to_its_certificate(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    names = certificates(agency)
    store = agency.desk.keys
    assert isinstance(store, SealedKeys)
    document = store.path(SignerRole.DOCUMENT, names[SignerRole.DOCUMENT])
    status = store.path(SignerRole.STATUS, names[SignerRole.STATUS])
    for path in (document, status):
        assert b"\x30\x81" not in path.read_bytes()[:3]
        assert path.read_bytes().startswith(b"\x9cCPSEAL\n")
    document.write_bytes(status.read_bytes())
    with pytest.raises(StoreError) as swapped:
        store.signer(SignerRole.DOCUMENT, names[SignerRole.DOCUMENT])
    assert swapped.value.code == "agency.key-mismatch"
    document.unlink()
    with pytest.raises(StoreError) as missing:
        store.signer(SignerRole.DOCUMENT, names[SignerRole.DOCUMENT])
    assert missing.value.code == "agency.key-missing"


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    with pytest.raises(CryptoError) as wrong:
        reopen(agency, passphrase=OTHER_PASSPHRASE).publish(tmp_path / "out")
    assert wrong.value.code == "sealing.cannot-open"
    assert not (tmp_path / "out").exists()


def test_nobody_is_asked_before_a_key_is_needed(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    questions: list[int] = []

    def ask() -> str:
        questions.append(1)
        return PASSPHRASE

    opened = reopen(agency, passphrase=ask)
    opened.offer("residency")
    opened.state()
    assert questions == []
    opened.publish(tmp_path / "out")
    assert questions == [1]


def test_a_register_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Revision 0002 adds the tables of counters and revocation lists; what was there stays."""
    store = Store(tmp_path / "records.db")
    store.make_file()
    with store.write() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO register VALUES (1, 'ab', 0, 0, x'00', 0)",
        )
    store.close()
    register = Register.open(tmp_path / "records.db")
    assert register.readers() == ()
    assert register.crls() == ()
    assert register.log_head().register_id == "ab"


def test_a_folder_without_an_agency_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as missing:
        Agency.open(tmp_path, passphrase=PASSPHRASE)
    assert missing.value.code == "register.missing"
    Register.create(tmp_path / "records.db", settings={"name": "x"}, who="x", at=AT).close()
    with pytest.raises(StoreError) as incomplete:
        Agency.open(tmp_path, passphrase=PASSPHRASE)
    assert incomplete.value.code == "agency.incomplete"


def test_the_store_of_keys_can_be_another(tmp_path: Path) -> None:
    """Whatever makes, keeps and opens keys will do: a token, or here a second folder."""
    agency = found(tmp_path / "a")
    moved = tmp_path / "elsewhere"
    (agency.desk.folder / "keys").rename(moved)
    secret = Passphrases(daily=lambda: PASSPHRASE, roots=lambda: PASSPHRASE)
    keys = SealedKeys(moved, moved, secret, agency.desk.random, policy=CHEAP_KDF)
    with Agency.over(agency.desk.folder, keys, clock=FixedClock(AT)) as opened:
        assert opened.publish(tmp_path / "out").status_lists == 2
