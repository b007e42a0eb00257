"""An agency with a pile of requests, and what must be there whatever becomes of the process over them."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from issuer.agency import changing
from issuer.register import Status
from tests.kit import agency_worker
from tests.kit.agency import Wallet, found, reopen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from issuer.agency import Agency


class Office:
    """An agency with a pile of requests, and what is left when a worker died over them."""

    def __init__(self, folder: Path, people: int) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.agency = found(folder / "a")
        changing.set_limit(self.agency.desk, changing.MOST)  # one worker revokes a thousand in a day
        self.requests, self.replies = folder / "requests", folder / "replies"
        self.requests.mkdir()
        self.replies.mkdir()
        self.wallets: dict[str, Wallet] = {}
        for number in range(people):
            wallet = Wallet(self.agency.offer("eu-age-proof", copies=2))
            self.wallets[f"A-{number:04}"] = wallet
            (self.requests / f"A-{number:04}.cprequest").write_bytes(wallet.request)
        self.agency.close()

    @property
    def words(self) -> tuple[str | Path, ...]:
        """What a worker is told who issues to the pile."""
        return ("work", self.folder / "a", self.requests, self.replies)

    def command(self, *more: str) -> list[str]:
        """Return the command that starts such a worker."""
        return [sys.executable, "-m", "tests.kit.agency_worker", *map(str, self.words), *more]

    def open(self) -> Agency:
        """Open the agency after whatever happened."""
        return reopen(self.agency)

    def work(self) -> list[str]:
        """Work through the pile here, and return what was said."""
        said = io.StringIO()
        with self.open() as agency, redirect_stdout(said):
            agency_worker.work(agency, self.requests, self.replies)
        return said.getvalue().splitlines()

    def check(self, said: Iterable[str]) -> None:
        """Everything acknowledged is there, whole."""
        with self.open() as agency:
            agency.register.verify_log()
            counts = agency.register.counts()
            assert counts.credentials == 2 * counts.batches
            recorded = {batch.subject: batch for batch in agency.register.list(limit=1000)}
            for line in said:
                word, *names = line.split()
                if word == "issued":
                    assert recorded[names[0]].batch_id == names[1]
                    assert (self.replies / f"{names[0]}.cpreply").is_file()
                elif word == "revoked":
                    assert all(c.status is Status.REVOKED for c in agency.register.show(names[0]).credentials)

    def check_replies(self) -> None:
        """Every reply that lies there is recorded as it is, and opens."""
        with self.open() as agency:
            for reply in self.replies.glob("*.cpreply"):
                wallet = self.wallets[reply.stem]
                answered = agency.answered(wallet.request, "eu-age-proof", reply.stem)
                assert answered is not None
                assert reply.read_bytes() == answered.reply
                assert len(wallet.open(answered.reply).credentials) == 2
