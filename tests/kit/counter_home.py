"""A counter set up by its own commands, and a wallet that answers its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from counterproof.mdoc.certificates.build import Subject, build_reader
from counterproof.mdoc.certificates.request import read_request as read_csr
from counterproof.optics import draw
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.kinds import Kind
from counterproof.optics.text import decode_still
from counterproof.trust.names import fingerprint
from counterproof.trust.readers import RegisteredReader
from tests.kit.certificates import AT, CRL_URL, LONG_LIFE
from tests.kit.clerk import OFFICE, OWN, PURPOSE, Town
from verifier.cli import main

if TYPE_CHECKING:
    from datetime import datetime

    from click.testing import Result

    from tests.simulators.holder import Holder

LATER = AT + timedelta(minutes=5)
"""When the clerk works: the agency has published by then."""

NAME = "Harbour Library, desk 3"
ASK = ("request", "--type", "proof-of-age", "--fields", "age_over_18", "--purpose", PURPOSE)


@dataclass
class CounterHome:
    """A town, and the folder of one of its counters; every command runs at `at`."""

    base: Path
    at: datetime = LATER

    def __post_init__(self) -> None:
        self.base.mkdir(parents=True, exist_ok=True)
        self.town = Town(self.base / "published")
        self.folder = self.base / "counter"

    def run(
        self, *arguments: str, input_bytes: bytes | None = None, env: dict[str, str] | None = None
    ) -> Result:
        """Run a command of this counter in this process."""
        told = {
            "COUNTERPROOF_COUNTER": str(self.folder),
            "COUNTERPROOF_AT": self.at.isoformat(),
            **(env or {}),
        }
        return CliRunner().invoke(main, list(arguments), input=input_bytes, env=told, catch_exceptions=False)

    def good(self, *arguments: str) -> str:
        """Run a command that must succeed and return what it prints."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def path(self, name: str) -> str:
        """Return a path beside the counter's folder."""
        return str(self.base / name)

    def found(self) -> CounterHome:
        """Set the counter up as a clerk does: init, trust, certificate, register."""
        at, self.at = self.at, AT - timedelta(hours=1)
        csr, certificate = self.path("desk.csr"), self.path("desk.pem")
        self.good("init", "--name", NAME, "--id", OWN, "--office", OFFICE, "--csr", csr)
        self.at = at
        self.certify(Path(csr), Path(certificate))
        self.good("trust", "add", str(self.town.folder), "--fingerprint", self.town.publisher.fingerprint)
        self.good("install-cert", certificate)
        return self

    def certify(self, csr: Path, out: Path) -> None:
        """Sign a counter's request as an agency does, and publish its register."""
        wanted, kit = read_csr(csr.read_bytes()), self.town.publisher.kit
        subject = Subject(common_name=wanted.subject.common_name)
        made = build_reader(
            kit.reader_ca, subject, wanted.public_key, LONG_LIFE, crl_url=CRL_URL, random=kit.random
        )
        out.write_bytes(made.pem)
        entry = RegisteredReader(id=OWN, office=OFFICE, name=NAME, certificates=(fingerprint(made),))
        self.town.publish(AT + timedelta(minutes=1), readers=(entry,))

    def request(self, *arguments: str) -> bytes:
        """Make a request and return its M."""
        out = Path(self.path("ask.txt"))
        self.good(*(arguments or ASK), "--out", str(out))
        kind, m = decode_still(out.read_text("ascii"))
        assert kind is Kind.REQUEST
        return m

    def answer(self, holder: Holder, *arguments: str, pictured: bool = False) -> str:
        """Ask, and return the path of the holder's answer: its text, or a picture of it."""
        m = holder.answer(self.town.read(self.request(*arguments), self.at))
        return self.picture(Kind.ANSWER, m) if pictured else self.written(Kind.ANSWER, m)

    def written(self, kind: Kind, m: bytes, name: str = "shown") -> str:
        """Write the text of a message and return its path; much quicker than a picture."""
        path = self.base / f"{name}.txt"
        path.write_text(text_of(kind, m), "ascii")
        return str(path)

    def picture(self, kind: Kind, m: bytes, name: str = "shown") -> str:
        """Draw a message and return the path of the picture."""
        suffix, content = draw.drawing(encode(kind, m, streams_ok=True))
        path = self.base / f"{name}{suffix}"
        path.write_bytes(content)
        return str(path)


def text_of(kind: Kind, m: bytes) -> str:
    """Return the text of a message that fits one code."""
    showing = encode(kind, m, streams_ok=False)
    assert isinstance(showing, StillCode)
    return showing.text
