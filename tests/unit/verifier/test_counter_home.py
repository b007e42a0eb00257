"""The counter's folder and key: found where it should be, for its owner alone, and never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from counterproof.mdoc.certificates.request import read_request
from counterproof.mdoc.errors import CounterproofError, MalformedError, StoreError, UsageError
from counterproof.trust.readers import TrustedReaders
from tests.kit.certificates import AT, CertificateKit
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from verifier import founding, identity
from verifier.home import Home, NamedRequest, NamedWish, Settings

SETTINGS = Settings(name="Library desk", id="HB-1", office="HB-LIB")


def test_the_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    own = tmp_path / ".local" / "share" / "counterproof" / "verifier"
    assert Home.find(Path("a"), {"COUNTERPROOF_COUNTER": "b"}).folder == Path("a")
    assert Home.find(None, {"COUNTERPROOF_COUNTER": "b", "XDG_DATA_HOME": "/c"}).folder == Path("b")
    assert Home.find(None, {"XDG_DATA_HOME": "/c"}).folder == Path("/c/counterproof/verifier")
    assert Home.find(None, {"XDG_DATA_HOME": "relative"}).folder == own
    assert Home.find(None, {}).folder == own


def test_settings_come_back(tmp_path: Path) -> None:
    home = Home(tmp_path / "counter")
    home.found(SETTINGS)
    assert home.settings() == SETTINGS
    assert home.settings().ids == {"HB-1", "HB-LIB"}
    asked = NamedRequest(purpose="a", wishes=(NamedWish(doc_type="x", fields=("a",)),))
    home.save(Settings(name="Library desk", id="HB-1", requests={"age": asked}))
    assert home.settings().requests == {"age": asked}
    assert home.folder.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match=r"verifier\.counter-exists"):
        home.found(SETTINGS)


@pytest.mark.parametrize("own", ["", "hb", "HB", "HB_1", "H" * 21, "HB\n1"])
def test_ids_have_a_form(tmp_path: Path, own: str) -> None:
    with pytest.raises(UsageError, match=r"verifier\.id"):
        Home(tmp_path).found(Settings(name="a", id=own))


@pytest.mark.parametrize("name", ["", " a", "a\x1b", "a" * 121])
def test_names_can_be_shown(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"verifier\.name"):
        Home(tmp_path).found(Settings(name=name, id="HB-1"))


def test_too_many_saved_requests(tmp_path: Path) -> None:
    asked = NamedRequest(purpose="a", wishes=())
    many = {f"r{number}": asked for number in range(65)}
    with pytest.raises(UsageError, match=r"verifier\.too-many-requests"):
        Home(tmp_path).save(Settings(name="a", id="HB-1", requests=many))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"type": "x"}', b'{"type":"counterproof.counter","version":2,"name":"a","id":"b"}'],
)
def test_damaged_settings_are_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(MalformedError):
        Home(tmp_path).settings()


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "counter")
    home.save_key(b"first", sealed=False)
    with pytest.raises(UsageError, match=r"sealing\.exists"):
        home.save_key(b"second", sealed=False)
    assert home.key_content() == b"first"
    assert (home.folder / "reader-key.pem").stat().st_mode & 0o777 == 0o600


def test_a_counter_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"verifier\.no-key"):
        Home(tmp_path).key_content()
    assert Home(tmp_path).chain_content() is None


def test_a_request_for_a_certificate_names_the_desk() -> None:
    key = identity.new_key()
    asked = read_request(identity.signing_request("Library desk", key))
    assert asked.subject.common_name == "Library desk"
    assert asked.public_key == key.public_key()


def test_a_key_comes_back_open_or_sealed() -> None:
    key = identity.new_key()
    sealed = identity.seal_key(key, PASSPHRASE, random=os.urandom, policy=CHEAP_KDF)
    for content in (identity.key_to_pem(key), sealed):
        again = identity.read_key(content, lambda: PASSPHRASE, CHEAP_KDF)
        assert again.private_numbers() == key.private_numbers()
    with pytest.raises(CounterproofError, match=r"sealing\.cannot-open"):
        identity.read_key(sealed, lambda: "another lantern entirely", CHEAP_KDF)


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, secret: bytes | None = None) -> bytes:
    lock = NoEncryption() if secret is None else BestAvailableEncryption(secret)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "verifier.key-unreadable"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "verifier.key-unreadable"),
        (pem(ec.generate_private_key(ec.SECP256R1()), b"secret"), "verifier.key-unreadable"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "verifier.key-curve"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "verifier.key-curve"),
    ],
)
def test_keys_that_cannot_be_used(content: bytes, code: str) -> None:
    with pytest.raises(UsageError) as raised:
        identity.read_key(content, lambda: PASSPHRASE, CHEAP_KDF)
    assert raised.value.code == code


def test_chains_come_as_they_are_given() -> None:
    kit = CertificateKit("chain")
    leaf, root = kit.reader(), kit.reader_ca.certificate
    assert identity.read_chain(leaf.der) == [leaf]
    assert identity.read_chain(leaf.pem + root.pem) == [leaf], "a root is not sent"
    assert identity.read_chain(identity.chain_to_pem([leaf])) == [leaf]
    for content in (b"", leaf.der[:-1], b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"):
        with pytest.raises(UsageError, match=r"verifier\.certificate-unreadable"):
            identity.read_chain(content)


def test_a_certificate_is_judged_as_wallets_do() -> None:
    kit = CertificateKit("chain")
    nobody = TrustedReaders(())
    assert not identity.standing([kit.reader()], nobody, AT).known
    for wrong in (kit.document_signer(), kit.status_signer()):
        with pytest.raises(UsageError, match=r"verifier\.certificate-refused"):
            identity.standing([wrong], nobody, AT)
    with pytest.raises(UsageError, match=r"verifier\.certificate-refused"):
        identity.standing([kit.reader()], nobody, AT.replace(year=2040))


def test_a_key_and_a_certificate_belong_together() -> None:
    kit = CertificateKit("chain")
    leaf = kit.reader()
    assert identity.identity(kit.key("reader"), [leaf]).chain == [leaf.der]
    with pytest.raises(UsageError, match=r"verifier\.certificate-foreign"):
        identity.identity(kit.key("other"), [kit.reader()])


@pytest.mark.parametrize("seal", [False, True])
def test_a_setting_up_that_broke_off_goes_on_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, seal: bool
) -> None:
    """It said before that a counter was there, and that one had no key."""
    home = Home(tmp_path / "counter")
    secret = (lambda: PASSPHRASE) if seal else None

    def failing(_: Home, __: Settings) -> None:
        raise StoreError("sealing.disk-full")

    with monkeypatch.context() as patch:
        patch.setattr(Home, "found", failing)
        with pytest.raises(StoreError, match=r"sealing\.disk-full"):
            founding.found(home, SETTINGS, passphrase=secret, policy=CHEAP_KDF)
    key = home.key_content()
    left = home.folder / ".reader-key.pem.abcdefgh.tmp"
    left.write_bytes(key)
    request = founding.found(home, SETTINGS, passphrase=secret, policy=CHEAP_KDF)
    assert home.key_content() == key
    assert not left.exists()
    opened = identity.read_key(key, lambda: PASSPHRASE, CHEAP_KDF)
    assert read_request(request.read_bytes()).public_key == opened.public_key()
    with pytest.raises(UsageError, match=r"verifier\.counter-exists"):
        founding.found(home, SETTINGS, passphrase=secret, policy=CHEAP_KDF)


def test_a_key_of_the_other_kind_is_not_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "counter")
    home.save_key(b"sealed", sealed=True)
    with pytest.raises(UsageError, match=r"sealing\.exists"):
        founding.found(home, SETTINGS)
    assert home.key_content() == b"sealed"
    assert not home.exists
