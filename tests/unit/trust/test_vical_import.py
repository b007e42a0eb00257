"""Lists of issuers of other makers: the AAMVA's own, and what must not be taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.trust.confirming import expecting
from counterproof.trust.imports import read_certificate, read_list
from counterproof.trust.names import fingerprint
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Operator
from tests.kit.vectors import FOLDER as VECTORS

if TYPE_CHECKING:
    from pathlib import Path

MDL = "org.iso.18013.5.1.mDL"
AAMVA_AT = datetime(2024, 10, 1, tzinfo=UTC)
needs_aamva = pytest.mark.skipif(not (VECTORS / "vical").is_dir(), reason="the published VICAL is not here")


@needs_aamva
def test_the_aamvas_list_imports_and_its_issuers_are_usable(tmp_path: Path) -> None:
    folder = VECTORS / "vical"
    data, pin = read_list(folder / "aamva-2024-09-24.cbor"), read_certificate(folder / "aamva_ca_root.crt")
    store = TrustStore(tmp_path / "store")
    summary = store.import_vical(data, pin, at=AAMVA_AT, confirm=expecting(fingerprint(pin)))
    assert summary.action is Action.ADDED
    trust = TrustStore(tmp_path / "store").read()
    anchors = trust.issuers().anchors
    assert len(anchors) > 2
    assert all(each.may_sign(MDL) and not each.may_sign("b.1") and each.name for each in anchors)
    (described,) = trust.describe(AAMVA_AT).imported
    assert described.fingerprint == fingerprint(pin)
    assert len(described.issuers) == len(anchors)
    again = store.import_vical(data, pin, at=AAMVA_AT, confirm=lambda _: False)
    assert again.action is Action.UNCHANGED


class Provider:
    def __init__(self) -> None:
        self.operator = Operator()
        self.pin = self.operator.kit.vical_ca.certificate

    def issue(self, at: datetime) -> bytes:
        return self.operator.vical(at)


def test_an_older_issue_is_refused_and_a_newer_one_taken(tmp_path: Path) -> None:
    provider, store = Provider(), TrustStore(tmp_path / "store")
    confirm = expecting(fingerprint(provider.pin))
    store.import_vical(provider.issue(AT + DAY), provider.pin, at=AT + DAY, confirm=confirm)
    with pytest.raises(CounterproofError) as caught:
        store.import_vical(provider.issue(AT), provider.pin, at=AT + DAY, confirm=confirm)
    assert caught.value.code == "vical.older"
    newer = store.import_vical(provider.issue(AT + 2 * DAY), provider.pin, at=AT + 2 * DAY, confirm=confirm)
    assert newer.action is Action.UPDATED
    (anchor,) = store.read().issuers().anchors
    assert anchor.is_out_of_date(next(iter(anchor.doc_types or ())), AT + 93 * DAY)


def test_nothing_is_taken_unpinned_foreign_or_changed(tmp_path: Path) -> None:
    provider, store = Provider(), TrustStore(tmp_path / "store")
    data = provider.issue(AT)
    with pytest.raises(UsageError) as refused:
        store.import_vical(data, provider.pin, at=AT, confirm=lambda _: False)
    assert refused.value.code == "trust.not-confirmed"
    other = Operator("other").kit.vical_ca.certificate
    bent = data[:-1] + bytes([data[-1] ^ 1])
    for content, pin, code in (
        (data, other, "vical.signer-untrusted"),
        (bent, provider.pin, "vical.signature"),
        (data[:-1], provider.pin, None),
    ):
        with pytest.raises(CounterproofError) as caught:
            store.import_vical(content, pin, at=AT, confirm=lambda _: True)
        assert code is None or caught.value.code == code
    assert store.read().vicals == ()


def test_a_list_that_is_removed_is_gone(tmp_path: Path) -> None:
    provider, store = Provider(), TrustStore(tmp_path / "store")
    store.import_vical(provider.issue(AT), provider.pin, at=AT, confirm=lambda _: True)
    assert store.remove(fingerprint(provider.pin)).action is Action.REMOVED
    assert store.read().issuers().anchors == ()
    assert store.read().describe(AT + timedelta(days=1)).notices == ("trust.nobody",)
