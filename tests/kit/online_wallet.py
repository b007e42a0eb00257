"""A wallet that trusts an agency whose service runs, and gets its cards over the network."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from counterproof.trust.confirming import expecting
from counterproof.trust.names import fingerprint
from counterproof.trust.store import TrustStore
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from wallet.cli import main
from wallet.cli.app import App
from wallet.holder import Holder
from wallet.online.addresses import Guide
from wallet.online.network import Network
from wallet.online.receiving import OnlineReceiving
from wallet.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.kit.service import Running


@dataclass
class OnlineBox:
    """One wallet in a folder, and the service of the agency that it trusts."""

    folder: Path
    running: Running
    steps: list[str] = field(default_factory=list)
    _open: list[Network] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path = self.folder / "mine.cpwallet"
        if not self.path.exists():
            published = self.folder / "published"
            self.running.agency.publish(published)
            store = TrustStore(self.path.with_name(self.path.name + ".trust"))
            root = fingerprint(self.running.agency.root)
            store.add(published, confirm=expecting(root), at=self.running.clock.now())
            self._vault(Vault.create).close()

    def holder(self) -> Holder:
        """Open the wallet."""
        trust = TrustStore(self.path.with_name(self.path.name + ".trust"))
        return Holder(self._vault(Vault.open), trust, self.running.clock, os.urandom)

    def network(self, *, development: bool = True) -> Network:
        """Return connections to this machine alone."""
        return Network(Guide(development=development))

    def flow(self, holder: Holder, network: Network | None = None) -> OnlineReceiving:
        """Return the flow that a window or a command drives."""
        own = network or self.network()
        self._open.append(own)
        return OnlineReceiving(holder, own, progress=self.steps.append)

    def close(self) -> None:
        """Close every connection."""
        for each in self._open:
            each.close()

    def run(self, *arguments: str, **more: Any) -> Result:
        """Run a command of the wallet."""
        environment = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "HOME": str(self.folder), "LANG": "C"}
        app = App(environment=environment, policy=CHEAP_KDF, clock=self.running.clock)
        command = [arguments[0], "--wallet", str(self.path), *arguments[1:]]
        return CliRunner().invoke(main, command, obj=app, **more)

    def _vault(self, make: Any) -> Vault:
        vault: Vault = make(
            self.path,
            PASSPHRASE,
            random=os.urandom,
            clock=self.running.clock,
            state_dir=self.folder / "state",
            policy=CHEAP_KDF,
        )
        return vault
