"""A process that issues and revokes for a folder of requests and says so; its end is a kill or a full disk.

    python -m tests.kit.agency_worker AGENCY REQUESTS REPLIES [LARGEST FILE, BYTES]

`issued NAME BATCH` and `revoked BATCH` on standard output are acknowledgements: what they name must be there
whatever happens next. `refused CODE` says that something was refused in order.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from issuer.agency import Agency
from issuer.cli.output import hand_out
from tests.kit.agency import AT, adult
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE


def work(folder: Path, requests: Path, replies: Path) -> None:
    """Issue to every request, and revoke every third batch."""
    agency = Agency.open(folder, passphrase=PASSPHRASE, clock=FixedClock(AT), policy=CHEAP_KDF)
    say("ready")
    for number, path in enumerate(sorted(requests.iterdir())):
        issued = agency.issue(path.read_bytes(), "eu-age-proof", adult(agency, path.stem))
        hand_out(replies / path.with_suffix(".cpreply").name, issued.reply)
        say(f"issued {path.stem} {issued.batch_id}")
        if number % 3 == 0 and not agency.register.show(issued.batch_id).summary.revoked:
            agency.revoke(issued.batch_id, reason="lost")
            say(f"revoked {issued.batch_id}")


def say(text: str) -> None:
    """Acknowledge."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 4:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
    try:
        work(*map(Path, sys.argv[1:4]))
    except CounterproofError as error:
        say(f"refused {error.code}")
        sys.exit(1)
