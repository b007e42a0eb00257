"""A process that works for an agency and says so; its end is a kill, a full disk or a failing call.

    python -m tests.kit.agency_worker work AGENCY REQUESTS REPLIES [LARGEST FILE, BYTES]
    python -m tests.kit.agency_worker revoke AGENCY BATCH
    python -m tests.kit.agency_worker publish AGENCY OUT
    python -m tests.kit.agency_worker bulk AGENCY TABLE OUT

`issued NAME BATCH`, `revoked BATCH`, `published` and `done ROWS` on standard output are acknowledgements:
what they name must be there whatever happens next. `refused CODE` says that something was refused in order.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.clock import FixedClock
from issuer.agency import Agency
from issuer.cli.boundary import said
from issuer.cli.output import hand_out
from tests.kit import bulk as tables
from tests.kit import faults
from tests.kit.agency import AT, adult
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LATER = AT + timedelta(hours=1)
"""When what was published at `AT` is published anew."""


def work(agency: Agency, requests: Path, replies: Path) -> None:
    """Issue to every request, and revoke every third batch."""
    for number, path in enumerate(sorted(requests.iterdir())):
        issued = agency.issue(path.read_bytes(), "eu-age-proof", adult(agency, path.stem))
        hand_out(replies / path.with_suffix(".cpreply").name, issued.reply)
        say(f"issued {path.stem} {issued.batch_id}")
        if number % 3 == 0:
            revoke(agency, issued.batch_id)


def revoke(agency: Agency, batch_id: str) -> None:
    """Revoke a batch, unless it is revoked already."""
    if not agency.register.show(batch_id).summary.revoked:
        agency.revoke(batch_id, reason="lost")
    say(f"revoked {batch_id}")


def publish(agency: Agency, out: Path) -> None:
    """Publish."""
    agency.publish(out)
    say("published")


def bulk(agency: Agency, table: Path, out: Path) -> None:
    """Issue to a table, or go on with it."""
    made = tables.run(agency, table, out)
    say(f"done {made.summary().done}")


def say(text: str) -> None:
    """Acknowledge."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def open_agency(folder: Path, action: str = "work") -> Agency:
    """Open the agency at the time at which this action is done."""
    clock = FixedClock(LATER if action == "publish" else AT)
    return Agency.open(folder, passphrase=PASSPHRASE, clock=clock, policy=CHEAP_KDF)


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    action, folder, *rest = words
    if action == "work" and len(rest) > 2:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(rest[2]), int(rest[2])))
    doing: Callable[[Agency], None] = {
        "work": lambda agency: work(agency, Path(rest[0]), Path(rest[1])),
        "revoke": lambda agency: revoke(agency, rest[0]),
        "publish": lambda agency: publish(agency, Path(rest[0])),
        "bulk": lambda agency: bulk(agency, Path(rest[0]), Path(rest[1])),
    }[action]
    with refusing(), open_agency(Path(folder), action) as agency:
        faults.ready()
        doing(agency)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Say what was refused, and end with 1, as the application's own boundary does."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - as the application's own boundary
        say(f"refused {said(error).code}")
        if said(error).code == "agency.unexpected":
            traceback.print_exc()
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
