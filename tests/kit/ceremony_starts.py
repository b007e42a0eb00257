"""What stands before a ceremony: an agency at work, an operator that published, an old copy, or nothing."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from counterproof.mdoc.certificates.build import Subject
from counterproof.mdoc.certificates.request import make_request
from counterproof.trust.confirming import expecting
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from issuer.agency import changing, leave
from issuer.agency.signers import plan_withdrawal
from tests.kit import ceremony_worker as worker
from tests.kit.agency import AT, adult, asked
from tests.kit.ceremony_worker import agency, operator
from verifier import identity


@functools.cache
def _founded() -> dict[str, bytes]:
    """Return the files of a new agency, which takes a second to found."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        worker.found_agency(made)
        files = [path for path in made.rglob("*") if path.is_file()]
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in files}


def new_agency(folder: Path) -> None:
    """Put down a new agency."""
    for name, content in _founded().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def office(folder: Path) -> None:
    """Found the agency and issue twice."""
    new_agency(folder)
    with agency(folder, at=AT) as opened:
        for number in range(2):
            opened.issue(asked(opened).request, "eu-age-proof", adult(opened, f"A-{number}"))


def prepared(folder: Path) -> None:
    """Found the agency, and make a document signer ahead."""
    new_agency(folder)
    with agency(folder, at=AT) as opened:
        opened.rotate_signer()


def with_leave(folder: Path) -> None:
    """Let a second person agree to the withdrawal of the signer."""
    office(folder)
    with agency(folder, at=AT) as opened:
        changing.set_limit(opened.desk, 0)
        planned = plan_withdrawal(opened.desk, worker.signer_of(opened))
        proposal = leave.propose(opened.desk, planned.wanted, reason="superseded")
    with agency(folder, at=AT, who="ben") as opened:
        changing.agree(opened.desk, proposal.proposal_id)


def with_request(folder: Path) -> None:
    """Found the agency; a counter asks for a certificate."""
    new_agency(folder)
    write_request(folder)


def write_request(folder: Path) -> None:
    """Write a counter's request."""
    (folder / "csr").write_bytes(make_request(Subject(common_name="desk"), identity.new_key()))


def with_reader(folder: Path) -> None:
    """Certify a counter."""
    with_request(folder)
    worker.certify(folder)


def in_packs(folder: Path) -> None:
    """Let the agency take part in packs."""
    new_agency(folder)
    with agency(folder, at=AT) as opened:
        opened.join_pack()


def old_copy(folder: Path) -> None:
    """Put an old copy of the register back: what was revoked behind it is known to what was published."""
    office(folder)
    shutil.copy(folder / "a" / "records.db", folder / "copy.db")
    with agency(folder, at=AT) as opened:
        opened.revoke(opened.register.list()[0].batch_id, reason="lost")
        opened.publish(folder / "out")
    shutil.copy(folder / "copy.db", folder / "a" / "records.db")


def asked_second(folder: Path) -> None:
    """Ask a second person."""
    office(folder)
    worker.propose(folder)


def operating(folder: Path) -> None:
    """Found the operator, list an agency, publish, and let a counter take that."""
    worker.found_operator(folder)
    in_packs(folder)
    with agency(folder, at=AT) as opened:
        opened.publish(folder / "out")
    opened_operator = operator(folder, at=AT)
    opened_operator.add_agency(opened_operator.offered(folder / "out"))
    opened_operator.publish(folder / "pack")
    pinned = expecting(opened_operator.fingerprint)
    TrustStore(folder / "holder").take_pack(FolderSource(folder / "pack"), at=AT, confirm=pinned)
    write_request(folder)


def new_root(folder: Path) -> None:
    """Let the operator replace an officer, the registrar's key and the daily key."""
    operating(folder)
    worker.rotate_root(folder)


def nothing(_: Path) -> None:
    """Leave the folder empty."""
