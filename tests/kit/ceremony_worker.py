"""A process that does one ceremony and says so; its end is a kill or a failing call.

    python -m tests.kit.ceremony_worker CEREMONY FOLDER

`done` on standard output is an acknowledgement; `refused CODE` says that something was refused in order. In
FOLDER lie an agency (`a`) with its roots' keys elsewhere (`stick`), an operator of a trust pack (`op`) whose
officers' and registrar's keys lie elsewhere as well, a counter (`c`), and what they hand to one another.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.clock import FixedClock
from issuer.agency import Agency, changing, leave
from issuer.agency.signers import plan_withdrawal
from issuer.authority import Authority
from issuer.authority.keys import Secrets
from issuer.authority.records import certificate
from issuer.cli.output import hand_out
from issuer.register import SignerRole
from issuer.register.online_model import Role
from tests.kit import faults
from tests.kit.agency import AT, COUNTRY, NAME, URL
from tests.kit.agency_worker import refusing, say
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from verifier import founding
from verifier.home import Home, Settings
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LATER = AT + timedelta(hours=1)
"""When the ceremony is."""

SEALED = "velvet tractor omelette harbour"
COUNTER = Settings(name="Library desk", id="HB-1", office="HB-LIB")
LIFE = {"name": NAME, "country": COUNTRY, "url": URL, "status_size": 1 << 16, "types": ["eu-age-proof"]}
OFFICERS = 3


def agency(folder: Path, *, at: datetime = LATER, who: str = "anna", restored: bool = False) -> Agency:
    """Open the agency with everything that a ceremony needs."""
    return Agency.open(
        folder / "a",
        passphrase=PASSPHRASE,
        root_passphrase=OTHER_PASSPHRASE,
        root_keys=folder / "stick",
        who=who,
        clock=FixedClock(at),
        policy=CHEAP_KDF,
        restored=restored,
    )


def operator(folder: Path, *, at: datetime = LATER) -> Authority:
    """Open the operator with every key at hand."""
    return Authority.open(
        folder / "op",
        _secrets(),
        registrar=folder / "registrar",
        root_keys=[folder / "officers"],
        clock=FixedClock(at),
        policy=CHEAP_KDF,
    )


def found_agency(folder: Path) -> None:
    """Found an agency whose roots' keys are kept elsewhere."""
    Agency.init(
        folder / "a",
        passphrase=PASSPHRASE,
        root_passphrase=OTHER_PASSPHRASE,
        root_keys=folder / "stick",
        clock=FixedClock(AT),
        policy=CHEAP_KDF,
        **LIFE,  # type: ignore[arg-type]
    ).close()


def found_operator(folder: Path, *, at: datetime = AT) -> None:
    """Found an operator of a trust pack."""
    Authority.init(
        folder / "op",
        _secrets(),
        name="Harbour Region",
        country=COUNTRY,
        officers=OFFICERS,
        clock=FixedClock(at),
        policy=CHEAP_KDF,
        registrar=folder / "registrar",
        root_keys=[folder / "officers"],
    )


def _secrets() -> Secrets:
    return Secrets(
        daily=lambda: PASSPHRASE, registrar=lambda: OTHER_PASSPHRASE, officer=lambda _: OTHER_PASSPHRASE
    )


def found_counter(folder: Path) -> None:
    """Set a counter up, its key in the clear."""
    home = Home(folder / "c")
    founding.found(home, COUNTER)
    State.open(home.state, now_unix=AT.timestamp(), random=_no_random).close()


def found_sealed_counter(folder: Path) -> None:
    """Set a counter up whose key lies under a passphrase."""
    founding.found(Home(folder / "c"), COUNTER, passphrase=lambda: SEALED, policy=CHEAP_KDF)


def _no_random(size: int) -> bytes:
    return bytes(size)


def signer_of(opened: Agency) -> str:
    """Return the beginning of the first document signer's fingerprint."""
    return opened.register.signers(SignerRole.DOCUMENT)[0].fingerprint.hex()[:16]


def rotate(folder: Path) -> None:
    """Make the next document signer ahead."""
    with agency(folder) as opened:
        opened.rotate_signer()


def replace(folder: Path) -> None:
    """Make the next status signer at once, and destroy the key before it."""
    with agency(folder) as opened:
        opened.rotate_signer(SignerRole.STATUS, overlap_days=0, keep_days=0)


def bring_forward(folder: Path) -> None:
    """Let the signer that was made ahead begin now, and destroy the key before it."""
    with agency(folder) as opened:
        opened.rotate_signer(overlap_days=0, keep_days=0)


def destroy(folder: Path) -> None:
    """Destroy the keys whose time has come."""
    with agency(folder, at=AT + timedelta(days=20)) as opened:
        opened.destroy_old_keys()


def withdraw(folder: Path) -> None:
    """Withdraw the document signer, as the command does."""
    with agency(folder) as opened:
        name = signer_of(opened)
        planned = plan_withdrawal(opened.desk, name)
        if planned.second_person:
            leave.propose(opened.desk, planned.wanted, reason="superseded")
        opened.withdraw_signer(name, reason="superseded")


def call_off(folder: Path) -> None:
    """Withdraw the document signer that was made ahead."""
    with agency(folder) as opened:
        name = opened.register.signers(SignerRole.DOCUMENT)[-1].fingerprint.hex()
        opened.withdraw_signer(name, reason="superseded")


def stolen(folder: Path) -> None:
    """Say that the document signer was stolen."""
    with agency(folder) as opened:
        opened.mark_stolen(signer_of(opened), reason="stolen")


def crls(folder: Path) -> None:
    """Sign both revocation lists anew."""
    with agency(folder) as opened:
        opened.renew_crls()


def certify(folder: Path) -> None:
    """Certify a counter, and hand its certificate out."""
    with agency(folder) as opened:
        made = opened.certify_reader((folder / "csr").read_bytes(), reader_id="HB-1", name="Library desk")
        hand_out(folder / "reader.pem", made.certificate.pem)


def withdraw_reader(folder: Path) -> None:
    """Withdraw a counter's certificate."""
    with agency(folder) as opened:
        opened.withdraw_reader("HB-1", reason="closed")


def new_part_key(folder: Path) -> None:
    """Make the key of the agency's part of a trust pack anew."""
    with agency(folder) as opened:
        opened.join_pack(new_key=True)


def restore(folder: Path) -> None:
    """Go on with a register that was put back from an old copy."""
    with agency(folder, restored=True) as opened:
        opened.restore(folder / "out")


def propose(folder: Path) -> None:
    """Ask a second person to agree to a revocation."""
    with agency(folder) as opened:
        changing.propose(opened.desk, "revoke", _batches(opened), reason="lost")


def agree(folder: Path) -> None:
    """Be the second person."""
    with agency(folder, who="ben") as opened:
        for each in opened.register.changes.proposals():
            changing.agree(opened.desk, each.proposal_id)


def _batches(opened: Agency) -> list[str]:
    return [each.batch_id for each in opened.register.list()]


def enrol(folder: Path) -> None:
    """Enrol a clerk of the console, and let somebody use the HTTP interface."""
    with agency(folder) as opened:
        if not opened.clerks.every():
            opened.clerks.enrol("Carol", Role.SUPERVISOR)
        opened.access.add("shop", Role.CLERK)


def rotate_root(folder: Path) -> None:
    """Make the operator's next root: another officer, another daily key, another registrar's."""
    opened = operator(folder)
    if opened.records.pending_root is not None:
        opened.sign_root()
        return
    opened.rotate_root(replace=[opened.records.officers[0].number], daily=True, registrar=True)


def destroy_operator_keys(folder: Path) -> None:
    """Destroy the keys that the operator's newest root replaced."""
    operator(folder).destroy_old_keys()


def add_reader(folder: Path) -> None:
    """Certify a counter of the operator's own, and hand its certificate out."""
    entry = operator(folder).add_reader((folder / "csr").read_bytes(), reader_id="HB-1", name="Library desk")
    hand_out(folder / "reader.pem", certificate(entry.certificates[-1]).pem)


def publish_pack(folder: Path) -> None:
    """Take over what the agency published, and publish the pack."""
    operator(folder).publish(folder / "pack")


CEREMONIES: dict[str, Callable[[Path], None]] = {
    each.__name__: each
    for each in (
        found_agency,
        rotate,
        replace,
        bring_forward,
        destroy,
        withdraw,
        call_off,
        stolen,
        crls,
        certify,
        withdraw_reader,
        new_part_key,
        restore,
        propose,
        agree,
        enrol,
        found_operator,
        rotate_root,
        destroy_operator_keys,
        add_reader,
        publish_pack,
        found_counter,
        found_sealed_counter,
    )
}


def main(words: list[str]) -> None:
    """Do what the module's docstring says."""
    ceremony, folder = CEREMONIES[words[0]], Path(words[1])
    with refusing():
        faults.ready()
        ceremony(folder)
        say("done")


if __name__ == "__main__":
    main(sys.argv[1:])
