"""Keys in a PKCS#11 token: made there, used there, destroyed there, and on no disk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from counterproof.trust.published import read_published
from issuer.register import SignerRole
from issuer.tokens import Token, TokenAddress
from tests.kit import bulk, token
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer.agency import Agency

AGE = "eu.europa.ec.av.1"


@pytest.fixture(scope="module")
def tokens(found_tokens: token.Tokens | None) -> token.Tokens:
    if found_tokens is None:
        pytest.skip(token.MISSING)
    return found_tokens


@pytest.fixture(scope="module")
def settled(tokens: token.Tokens, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """Give an agency whose signers' and roots' keys are in two tokens."""
    folder = tmp_path_factory.mktemp("token")
    agency = found(folder / "a", passphrase=token.PIN, token=tokens.fresh(), root_token=tokens.fresh())
    yield agency
    agency.close()


def test_an_agency_works_with_no_key_on_its_disk(settled: Agency, tmp_path: Path) -> None:
    folder = settled.desk.folder
    assert not list(folder.rglob("*.key"))
    wallet = asked(settled)
    (one, _) = wallet.open(settled.issue(wallet.request, AGE, adult(settled)).reply).credentials
    settled.publish(tmp_path / "lists")
    contents = read_published(tmp_path / "lists")
    trust = TrustedIssuers.of([contents.root], contents.crls)
    assert verify_issuer_signed(one, trust=trust, at=AT).verdict is not Verdict.REFUSED


def test_a_signer_is_rotated_before_it_ends_and_its_key_destroyed_in_the_token(
    settled: Agency, tmp_path: Path
) -> None:
    wallet = asked(settled)
    (old, _) = wallet.open(settled.issue(wallet.request, AGE, adult(settled)).reply).credentials
    before = settled.desk.newest_signer(SignerRole.DOCUMENT)
    with reopen(settled, FixedClock(AT + timedelta(days=80)), passphrase=token.PIN) as later:
        assert later.rotate_signer(overlap_days=0, keep_days=0).forgotten == 1
        after = later.desk.newest_signer(SignerRole.DOCUMENT)
        assert after is not None
        assert before is not None
        assert after.fingerprint != before.fingerprint
        later.publish(tmp_path / "lists")
        contents = read_published(tmp_path / "lists")
        trust = TrustedIssuers.of([contents.root], contents.crls)
        at = AT + timedelta(days=80)
        assert (
            verify_issuer_signed(old, trust=trust, at=at).verdict is not Verdict.REFUSED
        )  # the lives overlap


def test_the_same_bulk_run_signs_in_the_token(tokens: token.Tokens, tmp_path: Path) -> None:
    secrets: dict[str, Any] = {"passphrase": token.PIN, "root_passphrase": PASSPHRASE}
    with found(tmp_path / "a", **secrets, token=tokens.fresh()) as agency:
        assert [path.name[:5] for path in sorted((tmp_path / "a").rglob("*.key"))] == ["iaca-", "reade"]
        source = bulk.write(tmp_path / "people.csv", bulk.people(3))
        bulk.run(agency, source, tmp_path / "out", passphrase=token.PIN)
        assert len(list(bulk.parts(tmp_path / "out"))) == 3


@pytest.mark.parametrize(
    ("label", "pin", "code"),
    [("token0", "wrong", "token.pin"), ("absent", token.PIN, "token.missing")],
)
def test_what_a_token_says_is_said_in_our_words(
    tokens: token.Tokens, label: str, pin: str, code: str
) -> None:
    module = tokens.fresh().partition("module-path=")[2]
    with pytest.raises(StoreError) as caught:
        Token(f"pkcs11:token={label}?module-path={module}", lambda: pin).find("x")
    assert caught.value.code == code
    assert pin not in str(caught.value)


def test_a_module_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "module.so").write_bytes(b"no library")
    with pytest.raises(StoreError, match=r"token\.no-module"):
        Token(f"pkcs11:token=x?module-path={tmp_path}/module.so", lambda: "x").knows("x")


def test_a_key_stays_in_its_token(settled: Agency) -> None:
    key = settled.desk.keys.make(SignerRole.DOCUMENT)
    for call in (key.private_numbers, lambda: key.exchange(None, None)):  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"token\."):
            call()


@pytest.mark.parametrize(
    "uri",
    ["", "pkcs11:", "pkcs11:token=x", "pkcs11:token=x?module-path=relative.so", "pkcs11:?module-path=/a.so",
     "pkcs11:token=x;serial=1?module-path=/a.so", "pkcs11:token=x?module-path=/a.so&pin-value=1", "http://x"],
)  # fmt: skip
def test_what_names_no_token(uri: str) -> None:
    """A PIN in an address is refused like everything else that is not known: it would be kept with it."""
    with pytest.raises(CounterproofError, match=r"token\.address"):
        TokenAddress.parse(uri)
