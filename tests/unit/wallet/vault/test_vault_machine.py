"""A vault against a dictionary, over random runs of everything that can be done to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from counterproof.mdoc.errors import UsageError
from tests.kit.sealing import OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import VaultBox

KINDS = st.sampled_from(["card", "copy", "history"])
DATA = st.binary(max_size=600)


class VaultMachine(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def create(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.box = VaultBox(self.folder, remembers=True)
        self.vault = self.box.create()
        self.passphrase = PASSPHRASE
        self.model: dict[bytes, tuple[str, bytes]] = {}

    @rule(target=ids, kind=KINDS, data=DATA)
    def add(self, kind: str, data: bytes) -> bytes:
        with self.vault.write() as tx:
            record_id = tx.add(kind, data)
        self.model[record_id] = (kind, data)
        return record_id

    @rule(record_id=ids, kind=KINDS, data=DATA)
    def put(self, record_id: bytes, kind: str, data: bytes) -> None:
        with self.vault.write() as tx:
            tx.put(kind, record_id, data)
        self.model[record_id] = (kind, data)

    @rule(record_id=consumes(ids))
    def delete(self, record_id: bytes) -> None:
        with self.vault.write() as tx:
            tx.delete(record_id)
        self.model.pop(record_id, None)

    @rule(record_id=ids, data=DATA)
    def change_several_at_once(self, record_id: bytes, data: bytes) -> None:
        with self.vault.write() as tx:
            tx.delete(record_id)
            fresh = tx.add("card", data)
            tx.put("copy", record_id, data + b"!")
            tx.delete(fresh)
        self.model[record_id] = ("copy", data + b"!")

    @rule(record_id=ids, data=DATA)
    def abandon(self, record_id: bytes, data: bytes) -> None:
        with contextlib.suppress(UsageError), self.vault.write() as tx:
            tx.put("card", record_id, data)
            tx.add("card", data)
            tx.put("card", b"no id of ours", data)

    @rule()
    def reopen(self) -> None:
        self.vault.close()
        self.vault = self.box.open(self.passphrase)

    @rule()
    def change_passphrase(self) -> None:
        new = OTHER_PASSPHRASE if self.passphrase == PASSPHRASE else PASSPHRASE
        self.vault.change_passphrase(self.passphrase, new)
        self.passphrase = new

    @rule()
    def move_through_a_backup(self) -> None:
        backup = self.folder / f"backup-{os.urandom(4).hex()}"
        self.vault.export(backup, PASSPHRASE)
        self.vault.close()
        self.box.path.unlink()
        self.vault = self.box.restore(backup, passphrase=self.passphrase)

    @invariant()
    def holds_exactly_what_was_saved(self) -> None:
        found = {
            r.id: (r.kind, r.data) for kind in ("card", "copy", "history") for r in self.vault.records(kind)
        }
        assert found == self.model
        assert len(self.vault) == len(self.model)
        assert self.vault.rolled_back is None

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            shutil.rmtree(self.folder)


TestVaultMachine = VaultMachine.TestCase
TestVaultMachine.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
