"""The agency's service under load, on loopback: `python -m bench.service [--seconds N] [--database WHICH]`.

A real `issuer serve` in a process of its own; wallets in two more exchange an offer's code, fetch a nonce and
ask for credentials with a proof for each copy. Every offer is good once. With `--kill` the service is killed
in the middle and started again. Whatever happens, every document that a wallet holds must be in the register.
Goals: 100 credentials a second, 99 of 100 answers within half a second, flat memory.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import click

from bench._wallets import BROKEN, Errand, Seen, crowd
from counterproof.handover.openid4vci.offers import PRE_AUTHORIZED
from issuer.agency import Agency, changing, one_by_one
from tests.kit import postgres
from tests.kit.agency import RESIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSPHRASE = "correct horse battery staple nine"
RESIDENCY = "org.counterproof.residency.1"
PEOPLE = 500
RATE_GOAL, P99_GOAL, GROWTH_GOAL = 100.0, 0.5, 1.10
_START = 60.0
_OFFERS = 150
"""Offers made before, for each second of a run."""


@dataclass
class Office:
    """An agency in a folder, whose service can be started, killed and asked."""

    folder: Path
    database: str | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    memory: list[tuple[float, float]] = field(default_factory=list)

    def found(self) -> None:
        """Found the agency by command, with five hundred people in a file."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        people = [RESIDENT | {"subject": f"P-{number}"} for number in range(PEOPLE)]
        (self.folder / "people.json").write_text(json.dumps(people), "utf-8")
        where = ["--register", self.database] if self.database else []
        name = ["--name", "Harbour Borough", "--country", "EE", "--url", self.url]
        self._command("init", str(self.agency), *name, "--type", "residency", *where)

    @property
    def url(self) -> str:
        """The agency's identifier."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def agency(self) -> Path:
        """The agency's folder."""
        return self.folder / "agency"

    def offers(self, count: int, copies: int) -> list[str]:
        """Make offers, and return their codes."""
        with Agency.open(self.agency, passphrase=lambda: PASSPHRASE) as agency:
            one_by_one.set_limit(agency.desk, changing.MOST)
            made = [
                agency.online.offer(
                    RESIDENCY, f"P-{number % PEOPLE}", copies=copies, tx_code=False, life=timedelta(hours=6)
                )
                for number in range(count)
            ]
        queries = (parse_qs(urlsplit(each.link).query)["credential_offer"][0] for each in made)
        return [json.loads(each)["grants"][PRE_AUTHORIZED]["pre-authorized_code"] for each in queries]

    def start(self) -> None:
        """Start the service, and wait until it is ready."""
        people = f"residency={self.folder / 'people.json'}"
        command = [sys.executable, "-m", "issuer", "serve", str(self.agency), "--port", str(self.port)]
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--people", people],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _START
        while time.monotonic() < end:
            with contextlib.suppress(*BROKEN):
                urllib.request.urlopen(f"{self.url}/health/ready", timeout=5).close()  # noqa: S310 - our own
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "service.log").read_text()[-2000:])

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def weigh(self) -> None:
        """Note how much memory it holds now, MB."""
        assert self.process is not None
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
            held = next((line for line in status.splitlines() if line.startswith("VmRSS")), None)
            if held is not None:
                self.memory.append((time.time(), int(held.split()[1]) / 1024))

    def recorded(self) -> set[bytes]:
        """Return SHA-256 of every MSO that the register knows."""
        with Agency.open(self.agency, passphrase=lambda: PASSPHRASE) as agency:
            found: set[bytes] = set()
            for signer in agency.desk.register.signers():
                with agency.desk.register.digests_of(signer.fingerprint) as digests:
                    found.update(digests)
        return found

    def _command(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "issuer", *arguments]
        subprocess.run(command, check=True, env=_environment(), capture_output=True)


def _environment() -> dict[str, str]:
    return {**os.environ, "COUNTERPROOF_PASSPHRASE": PASSPHRASE}


DATABASES: Final = ("sqlite", "postgresql")
UNKNOWN: Final = "{name} is no database: sqlite, postgresql, or an address with ://"


@contextlib.contextmanager
def office(database: str) -> Iterator[Office]:
    """Give an agency on SQLite, on a PostgreSQL of its own, or on the one at an address."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cp-load-")))
        url: str | None = database if "://" in database else None
        if database not in DATABASES and url is None:
            raise click.BadParameter(UNKNOWN.format(name=database))
        if database == "postgresql":
            server = stack.enter_context(contextlib.contextmanager(postgres.serve)())
            if server is None:
                raise click.ClickException(postgres.MISSING)
            url = server.url()
        place = Office(folder, url)
        place.found()
        yield place


def load(place: Office, codes: list[str], *, copies: int, seconds: float, clients: int, kill: bool) -> Seen:
    """Let wallets in two processes fetch for so long; kill and restart the service halfway if told."""
    context = multiprocessing.get_context("spawn")
    errand = Errand("127.0.0.1", place.port, place.url, RESIDENCY, copies, seconds)
    lines, running = [], []
    for number in range(2):
        here, there = context.Pipe(duplex=False)
        share = codes[number::2]
        running.append(
            context.Process(target=crowd, args=(errand, share, number * 500_000, clients // 2, there))
        )
        running[-1].start()
        there.close()
        lines.append(here)
    for line in lines:
        line.recv()  # they are there: starting a process takes its time
    began, struck = time.time(), False
    while not all(line.poll(0) for line in lines) and any(each.is_alive() for each in running):
        time.sleep(0.5)
        place.weigh()
        if kill and not struck and time.time() > began + seconds / 2:
            struck = True
            place.kill()
            place.start()
    total = Seen()
    for line, each in zip(lines, running, strict=True):
        answer, ended, issued, refused, broken = line.recv()
        total.add(Seen(answer, ended, issued, refused, broken))
        line.close()
        each.join(10)
        each.close()
    return total


def figures(seen: Seen, place: Office, copies: int) -> dict[str, Any]:
    """Return rates, times and memory; the rate is over the time from the first answer to the last."""
    spans = [value for each in seen.seconds.values() for value in each]
    lasted = max(seen.ended) - min(seen.ended) if len(seen.ended) > 1 else float("nan")
    held = [value for _, value in place.memory]
    settled = held[len(held) // 4 :]
    half = len(settled) // 2
    growth = statistics.median(settled[half:]) / statistics.median(settled[:half]) if half else float("nan")
    return {
        "credentials a second": len(seen.issued) / lasted,
        "wallets a second": len(seen.ended) / lasted,
        "seconds": lasted,
        "copies": copies,
        "credentials": len(seen.issued),
        "answer p50, ms": 1000 * statistics.median(spans),
        "answer p99, ms": 1000 * statistics.quantiles(spans, n=100)[98],
        "memory, MB": max(held, default=float("nan")),
        "second half / first half": growth,
        "refused": dict(seen.refused),
        "sent again": seen.broken,
        **{
            f"{name} p99, ms": 1000 * statistics.quantiles(each, n=100)[98]
            for name, each in sorted(seen.seconds.items())
        },
    }


def report(name: str, found: dict[str, Any]) -> list[bool]:
    """Print the figures beside their goals; return which were reached."""
    goals = [
        ("credentials a second", found["credentials a second"], ">=", RATE_GOAL),
        ("99 of 100 answers within, ms", found["answer p99, ms"], "<=", P99_GOAL * 1000),
        ("memory, second half / first half", found["second half / first half"], "<=", GROWTH_GOAL),
    ]
    reached = [value >= goal if relation == ">=" else value <= goal for _, value, relation, goal in goals]
    for (what, value, relation, goal), good in zip(goals, reached, strict=True):
        print(f"{'reached' if good else 'MISSED ':8}{name}: {what:36}{value:9.2f} (goal {relation} {goal:g})")
    rest = ", ".join(
        f"{key} {value:.1f}" if isinstance(value, float) else f"{key} {value}" for key, value in found.items()
    )
    print(f"        {rest}")
    return reached


def run(place: Office, copies: int, *, seconds: float, clients: int, kill: bool) -> dict[str, Any]:
    """Run one load; raise ClickException where documents and register differ."""
    codes = place.offers(int((seconds + 2) * (_OFFERS if copies == 1 else _OFFERS / 4)), copies)
    place.start()
    seen = load(place, codes, copies=copies, seconds=seconds, clients=clients, kill=kill)
    if not seen.issued:
        raise click.ClickException(f"nothing was issued: {dict(seen.refused)}, {seen.broken} broken off")
    found = figures(seen, place, copies)
    report(f"{copies} a wallet", found)
    ended = place.stop()
    lost = len(set(seen.issued) - place.recorded())
    twice = len(seen.issued) - len(set(seen.issued))
    print(
        f"        held and not in the register: {lost}; issued twice: {twice}; the service ended with {ended}"
    )
    if lost or twice or ended:
        raise click.ClickException("documents and register differ")
    return found


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="How long wallets come.")
@click.option("--clients", default=8, show_default=True, help="Wallets at once.")
@click.option("--copies", default="30,1", show_default=True, help="Copies of each wallet; one run for each.")
@click.option("--database", default="sqlite", show_default=True, help="sqlite, postgresql, or an address.")
@click.option("--kill", is_flag=True, help="Kill the service in the middle, start it again, and count.")
@click.option("--json", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write figures here.")
def main(target: Path | None, copies: str, database: str, **options: Any) -> None:
    """Measure, print, and end with 1 where a document is missing in the register or nothing was issued."""
    every: dict[str, Any] = {}
    for count in [int(each) for each in copies.split(",")]:
        with office(database) as place:
            every[f"{database.partition(':')[0]}, {count} a wallet"] = run(place, count, **options)
    if target is not None:
        target.write_text(json.dumps(every, indent=1), "utf-8")


if __name__ == "__main__":
    main()
