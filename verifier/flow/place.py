"""A counter's folder as a window holds it open: settings, trust, state and the key, read once and kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.credential_types import shipped
from counterproof.mdoc.errors import UsageError
from counterproof.sealing import envelope
from counterproof.sealing.kdf import STANDARD
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.registers import PurposeReader
from verifier import identity as own
from verifier.counter import Counter
from verifier.open_request import InMemory
from verifier.purposes import OwnPurposes
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterproof.clock import Clock
    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.optics.exchange.reader_side import ReaderIdentity
    from counterproof.sealing.kdf import KdfPolicy
    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes.model import Purpose
    from verifier.home import Home, Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """How wallets see this counter: `name` where a register names it, `known` where its agency is trusted."""

    identity: ReaderIdentity
    known: bool
    name: str | None
    reader: PurposeReader


class Place:
    """One counter's folder, open; `close` it with the window.

    Raises UsageError `verifier.no-counter` where none was set up, and what reading settings, trust and state
    raises. The one-time keys of requests stay in memory.
    """

    def __init__(
        self,
        home: Home,
        clock: Clock,
        *,
        random: Callable[[int], bytes] = os.urandom,
        boot: str | None = None,
        policy: KdfPolicy = STANDARD,
    ) -> None:
        self.home, self.clock = home, clock
        self.settings: Settings = home.settings()
        self._policy = policy
        self.standing: Standing | None = None
        self.trust: Trust = home.trust.read()
        self._state = State.open(home.state, now_unix=clock.now().timestamp(), random=random)
        self.counter = Counter(
            self._state,
            self.trust,
            clock,
            random=random,
            ids=self.settings.ids,
            holder=InMemory(),
            boot=boot,
        )

    def close(self) -> None:
        """Forget the open request and close the state."""
        self.counter.next()
        self._state.close()

    def believe(self, trust: Trust) -> None:
        """Go on with another picture of the trusted agencies."""
        self.trust = trust
        self.counter.believe(trust)

    def types(self) -> Mapping[str, CredentialType]:
        """Return the shipped types, and over them those that trusted agencies publish."""
        return {**shipped(), **self.trust.types()}

    def own_purposes(self) -> OwnPurposes:
        """Return the registers, and who this counter is in them; nobody before it can ask."""
        return OwnPurposes(self.trust, None if self.standing is None else self.standing.reader)

    def purposes(self) -> tuple[Purpose, ...]:
        """Return what agencies registered for this counter."""
        return tuple(each.purpose for each in self.own_purposes().all() if each.purpose is not None)

    @property
    def key_is_sealed(self) -> bool:
        """Whether a passphrase is needed before this counter can ask; raises UsageError `verifier.no-key`."""
        return self.home.key_content().startswith(envelope.MAGIC)

    def unlock(self, passphrase: str = "") -> Standing:
        """Make this counter able to ask, and say how wallets will see it.

        Raises UsageError `verifier.no-key`, `verifier.no-certificate`, `verifier.certificate-over`,
        CryptoError `sealing.cannot-open`, and as `verifier.identity`.
        """
        content = self.home.chain_content()
        key = self.home.key_content()
        if content is None:
            raise UsageError("verifier.no-certificate")
        chain, at = own.read_chain(content), self.clock.now()
        if chain[0].not_after < at:
            raise UsageError("verifier.certificate-over", day=chain[0].not_after.date().isoformat())
        readers = self.trust.readers()
        seen = own.standing(chain, readers, at)
        made = own.identity(own.read_key(key, lambda: passphrase, self._policy), chain)
        self.standing = Standing(made, seen.known, seen.listed_as, self._reader(seen))
        return self.standing

    def _reader(self, seen: own.ReaderStanding) -> PurposeReader:
        """Return who this counter is in the registers of purposes."""
        leaf = fingerprint(seen.certificate)
        for agency in self.trust.agencies:
            root = agency.reader_fingerprint
            if root is None:
                continue
            for entry in agency.readers:
                if leaf in entry.certificates:
                    return PurposeReader(root=root, certificate=leaf, id=entry.id, office=entry.office or "")
        return PurposeReader(root="", certificate=leaf)
