from __future__ import annotations

import os
import struct
from unittest import mock

import pytest

from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, UsageError
from counterproof.sealing import envelope, kdf
from counterproof.sealing.envelope import HEADER_BYTES, Purpose, open_sealed, seal
from tests.kit.sealing import CHEAP, CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE

PLAIN = b"forty-two bytes that nobody is meant to see"
PURPOSE = Purpose.KEY_FILE
VERSION, KDF_ID, CIPHER_ID, MEMORY, PASSES, LANES, PURPOSE_AT = 8, 10, 11, 12, 16, 20, 24
REFUSALS = {
    "sealing.cannot-open",
    "sealing.not-ours",
    "sealing.version-newer",
    "sealing.algorithm",
    "sealing.kdf-out-of-range",
}


def sealed(plain: bytes = PLAIN) -> bytes:
    return seal(plain, PASSPHRASE, purpose=PURPOSE, random=os.urandom, policy=CHEAP_KDF)


def opened(data: bytes, passphrase: str = PASSPHRASE, purpose: Purpose = PURPOSE) -> bytes:
    return open_sealed(data, passphrase, purpose=purpose, policy=CHEAP_KDF)


def code_of(data: bytes, passphrase: str = PASSPHRASE, purpose: Purpose = PURPOSE) -> str:
    with pytest.raises(CounterproofError) as caught:
        opened(data, passphrase, purpose)
    return caught.value.code


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    return data[:offset] + value + data[offset + len(value) :]


@pytest.mark.parametrize("plain", [b"", b"x", PLAIN, bytes(100_000)])
def test_what_was_sealed_opens(plain: bytes) -> None:
    assert opened(sealed(plain)) == plain


def test_costs_of_real_files_are_those_that_the_design_asks_for() -> None:
    assert kdf.STANDARD.chosen.memory_kib >= 64 * 1024
    assert kdf.STANDARD.chosen.iterations >= 3
    assert kdf.STANDARD.chosen.lanes == 4
    assert kdf.STANDARD.floor.memory_kib >= 64 * 1024
    assert kdf.STANDARD.floor.iterations >= 3
    assert kdf.SALT_BYTES >= 16


def test_real_costs_stand_in_the_file_and_open_it() -> None:
    data = seal(PLAIN, PASSPHRASE, purpose=PURPOSE, random=os.urandom)
    assert struct.unpack_from(">III", data, MEMORY) == (64 * 1024, 4, 4)
    assert open_sealed(data, PASSPHRASE, purpose=PURPOSE) == PLAIN


def test_cheap_costs_of_tests_are_refused_by_real_callers() -> None:
    with pytest.raises(LimitError) as caught:
        open_sealed(sealed(), PASSPHRASE, purpose=PURPOSE)
    assert caught.value.code == "sealing.kdf-out-of-range"


def test_weak_passphrase_seals_nothing() -> None:
    with pytest.raises(UsageError) as caught:
        seal(PLAIN, "1234", purpose=PURPOSE, random=os.urandom, policy=CHEAP_KDF)
    assert caught.value.code == "sealing.passphrase-pin"


def test_wrong_passphrase_and_damage_give_the_same_answer() -> None:
    data = sealed()
    with pytest.raises(CryptoError) as wrong:
        opened(data, OTHER_PASSPHRASE)
    with pytest.raises(CryptoError) as damaged:
        opened(patched(data, len(data) - 1, bytes([data[-1] ^ 1])))
    assert str(wrong.value) == str(damaged.value) == "sealing.cannot-open"


def test_every_bit_flipped_is_refused() -> None:
    data = sealed(b"sixteen bytes ok")
    for offset in range(len(data)):
        for bit in range(8):
            changed = patched(data, offset, bytes([data[offset] ^ (1 << bit)]))
            assert code_of(changed) in REFUSALS, (offset, bit)


def test_every_truncation_and_extension_is_refused() -> None:
    data = sealed()
    assert code_of(b"") == "sealing.empty"
    for length in range(1, len(data)):
        assert code_of(data[:length]) == "sealing.cannot-open", length
    for tail in (b"\0", b"x" * 100, data):
        assert code_of(data + tail) == "sealing.cannot-open"


@pytest.mark.parametrize("field", [MEMORY, PASSES, LANES])
@pytest.mark.parametrize("value", [0, 2**30, 2**31, 2**32 - 1])
def test_cost_bombs_are_refused_before_the_derivation_runs(field: int, value: int) -> None:
    data = patched(sealed(), field, struct.pack(">I", value))
    with mock.patch.object(kdf, "derive", side_effect=AssertionError("the derivation ran")):
        assert code_of(data) == "sealing.kdf-out-of-range"


def test_cost_that_is_lowered_within_the_range_is_noticed_by_the_seal() -> None:
    policy = kdf.KdfPolicy(kdf.KdfParameters(64, 2, 2), CHEAP, kdf.KdfParameters(64, 2, 2))
    data = seal(PLAIN, PASSPHRASE, purpose=PURPOSE, random=os.urandom, policy=policy)
    lowered = patched(data, MEMORY, struct.pack(">III", 32, 1, 1))
    with pytest.raises(CryptoError) as caught:
        open_sealed(lowered, PASSPHRASE, purpose=PURPOSE, policy=policy)
    assert caught.value.code == "sealing.cannot-open"


@pytest.mark.parametrize(
    ("offset", "value", "code"),
    [
        (0, b"\x89PNG\r\n\x1a\n", "sealing.not-ours"),
        (VERSION, b"\x00\x02", "sealing.version-newer"),
        (VERSION, b"\x00\x00", "sealing.algorithm"),
        (KDF_ID, b"\x00", "sealing.algorithm"),
        (CIPHER_ID, b"\x00", "sealing.algorithm"),
        (CIPHER_ID, b"\x07", "sealing.algorithm"),
        (PURPOSE_AT, b"vault-backup\0\0\0\0", "sealing.other-purpose"),
        (PURPOSE_AT, b"something-else\0\0", "sealing.cannot-open"),
    ],
)
def test_header_says_what_is_wrong(offset: int, value: bytes, code: str) -> None:
    assert code_of(patched(sealed(), offset, value)) == code


@pytest.mark.parametrize("purpose", [Purpose.VAULT_KEY, Purpose.VAULT_BACKUP])
def test_one_kind_of_file_cannot_stand_in_for_another(purpose: Purpose) -> None:
    assert code_of(sealed(), purpose=purpose) == "sealing.other-purpose"


def test_nothing_repeats_over_a_thousand_seals() -> None:
    seals = [sealed() for _ in range(1_000)]
    assert len({data[40:72] for data in seals}) == 1_000  # salts
    assert len({data[72:84] for data in seals}) == 1_000  # nonces
    assert len({data[HEADER_BYTES:] for data in seals}) == 1_000
    assert not any(PLAIN[:8] in data for data in seals)


def test_oversize_is_refused_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sealed(bytes(2_000))
    monkeypatch.setattr(envelope, "MAX_PLAINTEXT_BYTES", 1_000)
    monkeypatch.setattr(envelope, "MAX_ENVELOPE_BYTES", 1_000)
    assert code_of(data) == "sealing.too-large"
    with pytest.raises(LimitError):
        sealed(bytes(1_001))
