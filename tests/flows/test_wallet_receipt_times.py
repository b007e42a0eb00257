"""A counter that dates a receipt where no calendar goes: filed, it would break the history for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.cose import CoseSign1
from counterproof.mdoc.device_request import x5chain_header
from counterproof.mdoc.errors import MalformedError
from counterproof.optics.exchange.receipt import NAME, QrReceipt
from tests.kit.wallets import RESIDENCY, WalletBox
from wallet import history
from wallet.receipts import file_receipt

if TYPE_CHECKING:
    from pathlib import Path

LAST = 253_370_764_800


@pytest.mark.parametrize("time", [LAST + 1, 253_402_300_800, 2**53 - 1])
def test_a_date_that_is_none_is_not_filed(tmp_path: Path, time: int) -> None:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=2)
        transaction = box.ask({RESIDENCY: ["family_name"]})
        presentment = box.read(holder, transaction)
        presentment.agree([presentment.view.fields[0].ref])
        identity, session = box.identity(), transaction.request.session_digest

        def receipt(at: int) -> bytes:
            payload = encode([NAME, session, 0, at, []])
            chain = x5chain_header(identity.chain)
            return QrReceipt(CoseSign1.sign(identity.signer, payload, unprotected=chain)).to_message()

        with pytest.raises(MalformedError) as caught:
            file_receipt(holder, receipt(time))
        assert caught.value.code == "exchange.member"
        (entry,) = history.entries(holder)
        assert entry.record.receipt is None
        filed = file_receipt(holder, receipt(LAST))
        assert history.to_plain(filed)["receipt"]["at"] == "9999-01-01T00:00:00Z"
