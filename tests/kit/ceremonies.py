"""Ceremonies that a fault may cut off: what stands before, what must hold whatever comes, and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.request import read_request
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing.envelope import MAGIC
from counterproof.trust.confirming import expecting
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from issuer.agency import delegating
from issuer.authority.keys import DAILY, LIST_ROOT, LIST_SIGNER, READER_ROOT, REGISTRAR, pem
from issuer.authority.records import certificate
from issuer.keys import ROOTS
from issuer.register import SignerRole, Status
from issuer.register.console_model import ProposalState
from tests.kit import ceremony_starts as starts
from tests.kit import ceremony_worker as worker
from tests.kit.agency import AT
from tests.kit.ceremony_worker import LATER, agency, operator
from tests.kit.sealing import CHEAP_KDF
from verifier import identity
from verifier.home import Home
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from issuer.agency import Agency

DAYS_20 = AT + timedelta(days=20)


@dataclass(frozen=True)
class Ceremony:
    """One ceremony, by the name of a function of `tests.kit.ceremony_worker`.

    `prepare` makes what stands before. `sound` asserts what must hold at any moment, `ended` what must hold
    once the same command was given again. `again` is the code by which it may then say that it was done.
    Of `step` faults one is tried where all are asked for: what takes a second each time takes hours else.
    """

    name: str
    prepare: Callable[[Path], object]
    sound: Callable[[Path], None]
    ended: Callable[[Path], None]
    again: str = ""
    step: int = 1


# --- the agency


def agency_stands(folder: Path, at: datetime = LATER) -> None:
    """Assert that the log holds, that every certificate in use has its key, that lists say what counts."""
    opened = agency(folder, at=at, restored=True)
    try:
        opened.register.verify_log()
        withdrawn = {each.fingerprint for each in opened.register.withdrawals()}
        for each in opened.register.signers():
            held = Certificate.from_der(each.certificate)
            if each.role in ROOTS:
                opened.desk.keys.authority(each.role, held)
            elif each.fingerprint not in withdrawn and (each.key_until is None or each.key_until > at):
                opened.desk.keys.signer(each.role, held)
        for crl in opened.register.crls():
            listed = CertificateList.from_der(crl.crl)
            expected = [each for each in opened.register.withdrawals() if each.issuer == crl.issuer]
            assert all(listed.lists(each.serial) for each in expected)
    finally:
        opened.register.close()


def agency_or_nothing(folder: Path) -> None:
    """Assert that there is a whole agency or none."""
    if (folder / "a").exists():
        agency_stands(folder)


def key_files(folder: Path, role: str) -> list[str]:
    """Return the names of an agency's keys of a role."""
    return sorted(path.name for path in (folder / "a" / "keys").glob(f"{role}-*.key"))


def numbers(opened: Agency) -> list[int]:
    """Return the numbers of the newest revocation lists."""
    return sorted(each.number for each in opened.register.crls())


def founded(folder: Path) -> None:
    """Assert that the agency is there, and nothing beside it."""
    agency_stands(folder)
    assert [path.name for path in folder.glob(".a.*")] == []


def rotated(folder: Path) -> None:
    """Assert that there is one next signer, once, and that its root's list was renewed with it."""
    with agency(folder) as opened:
        assert len(opened.register.signers(SignerRole.DOCUMENT)) == 2
        assert opened.desk.prepared_signer(SignerRole.DOCUMENT) is not None
        assert numbers(opened) == [1, 2]


def only_the_newest(role: SignerRole) -> Callable[[Path], None]:
    """Return what asserts that the newest signer alone has a key, and that the end of each other is told."""

    def check(folder: Path) -> None:
        with agency(folder) as opened:
            *old, newest = opened.register.signers(role)
            assert old
            assert opened.desk.newest_signer(role) == newest
            acts = [each.act for each in opened.register.acts(limit=1000)]
            for each in old:
                assert not opened.desk.keys.has(role, Certificate.from_der(each.certificate))
                told = [act.target for act in acts if act.action == "destroy-key"]
                assert told.count(each.fingerprint.hex()) == 1

    return check


def destroyed(folder: Path) -> None:
    """Assert that the old key is gone, and that this is told once."""
    assert len(key_files(folder, "document")) == 1
    with agency(folder, at=DAYS_20) as opened:
        acts = [each.act.action for each in opened.register.acts(limit=1000)]
        assert acts.count("destroy-key") == 1


def withdrawn(folder: Path) -> None:
    """Assert that the first signer counts no more, that its key is gone, and that the leave was used up."""
    with agency(folder) as opened:
        first = opened.register.signers(SignerRole.DOCUMENT)[0]
        assert [each.fingerprint for each in opened.register.withdrawals()] == [first.fingerprint]
        assert not opened.desk.keys.has(SignerRole.DOCUMENT, Certificate.from_der(first.certificate))
        assert [each.state for each in opened.register.changes.proposals()] == [ProposalState.DONE]


def called_off(folder: Path) -> None:
    """Assert that the one that was made ahead is gone, and that the one before keeps its key."""
    with agency(folder) as opened:
        first, second = opened.register.signers(SignerRole.DOCUMENT)
        assert [each.fingerprint for each in opened.register.withdrawals()] == [second.fingerprint]
        assert not opened.desk.keys.has(SignerRole.DOCUMENT, Certificate.from_der(second.certificate))
        assert first.key_until is None


def marked(folder: Path) -> None:
    """Assert that the signer is marked, and that its key is gone."""
    with agency(folder) as opened:
        first = opened.register.signers(SignerRole.DOCUMENT)[0]
        assert opened.register.stolen_signers() == {first.fingerprint}
        assert key_files(folder, "document") == []


def renewed(folder: Path) -> None:
    """Assert that both lists were signed anew."""
    with agency(folder) as opened:
        assert min(numbers(opened)) > 1


def certified(folder: Path) -> None:
    """Assert that one certificate was issued, recorded, and handed out."""
    with agency(folder) as opened:
        (recorded,) = opened.register.readers()
    assert Certificate.from_pem((folder / "reader.pem").read_bytes()).der == recorded.certificate


def struck(folder: Path) -> None:
    """Assert that the counter's certificate is on the list."""
    with agency(folder) as opened:
        (reader,) = opened.register.readers()
        assert [each.fingerprint for each in opened.register.withdrawals()] == [reader.fingerprint]


def part_signs(folder: Path) -> None:
    """Assert that the key that the agency says it signs its part with is there."""
    with agency(folder) as opened:
        state = delegating.pack_state(opened.desk)
        assert state is not None
        key = opened.desk.keys.load_part(f"pack-{state.fingerprint[:16]}")  # type: ignore[attr-defined]
        assert pem(key.public_key()) == state.key


def one_part_key(folder: Path) -> None:
    """Assert that no key of a part is left but the one that counts."""
    part_signs(folder)
    assert len(key_files(folder, "pack")) == 1


def restored_or_refused(folder: Path) -> None:
    """Assert that nobody works with the old copy before everything that it forgot is taken back."""
    agency_stands(folder)
    try:
        opened = agency(folder)
    except CounterproofError as error:
        assert error.code == "agency.restored"  # noqa: PT017 - either is right, this one is checked
        return
    try:
        revocations_are_back(opened)
    finally:
        opened.register.close()


def restored(folder: Path) -> None:
    """Assert that the register goes on, and knows what the old copy did not."""
    with agency(folder) as opened:
        revocations_are_back(opened)


def revocations_are_back(opened: Agency) -> None:
    """Assert that what was revoked behind the copy is revoked."""
    old = opened.register.status_lists()[0]
    revoked = Status.REVOKED
    marked_so = sum(byte != 0 for byte in opened.register.status_bytes(old.list_id))
    assert marked_so > 0, f"nothing is {revoked.name} any more"


def asked_for(folder: Path) -> None:
    """Assert that the proposal waits, with what it is about."""
    with agency(folder) as opened:
        for each in opened.register.changes.proposals():
            assert each.state is ProposalState.WAITING
            assert len(opened.register.changes.targets(each.proposal_id)) == 2
        assert opened.register.changes.proposals()


def agreed(folder: Path) -> None:
    """Assert that everything that was agreed to is done."""
    with agency(folder) as opened:
        (proposal,) = opened.register.changes.proposals()
        assert (proposal.state, proposal.changed) == (ProposalState.DONE, 4)
        for batch in opened.register.list():
            copies = opened.register.show(batch.batch_id).credentials
            assert {copy.status for copy in copies} == {Status.REVOKED}


def enrolled(folder: Path) -> None:
    """Assert that the clerk is there once, and the token."""
    with agency(folder) as opened:
        assert [each.name for each in opened.clerks.every()] == ["Carol"]
        assert opened.access.tokens()


# --- the operator of a trust pack


def operator_stands(folder: Path) -> None:
    """Assert that every key that the operator's lists and roots name is there, and that it can publish."""
    opened = operator(folder)
    records = opened.records
    for role, key in (
        (DAILY, records.daily),
        (REGISTRAR, records.registrar),
        (LIST_SIGNER, pem(certificate(records.list_signer).public_key)),  # type: ignore[arg-type]
        (READER_ROOT, pem(certificate(records.reader_root).public_key)),  # type: ignore[arg-type]
    ):
        opened.keys.load(role, key)
    for each in records.officers:
        assert opened.keys.load_officer(each.number, each.key) is not None
    if records.pending_root is None:
        opened.publish(folder / "try", dry_run=True)


def operator_or_nothing(folder: Path) -> None:
    """Assert that there is a whole operator or none."""
    if (folder / "op").exists():
        operator_stands(folder)


def operator_founded(folder: Path) -> None:
    """Assert that the operator is there, and nothing beside it."""
    operator_stands(folder)
    assert [path.name for path in folder.glob(".op.*")] == []


def root_in_force(folder: Path) -> None:
    """Assert that the next root is in force, and that a counter that holds the one before follows it."""
    opened = operator(folder)
    assert opened.records.pending_root is None
    assert opened.records.officers[0].number > worker.OFFICERS
    opened.publish(folder / "pack")
    followed(folder)


def old_keys_gone(folder: Path) -> None:
    """Assert that no key is left but those in use, and that none is remembered as old."""
    operator_stands(folder)
    opened = operator(folder)
    assert opened.records.old_keys == ()
    used = worker.OFFICERS + len((DAILY, REGISTRAR, LIST_ROOT, LIST_SIGNER, READER_ROOT))
    assert (
        len([path for part in ("op", "officers", "registrar") for path in folder.glob(f"{part}/**/*.key")])
        == used
    )


def reader_handed_out(folder: Path) -> None:
    """Assert that one certificate was issued, recorded, and handed out."""
    operator_stands(folder)
    (entry,) = operator(folder).records.readers
    (recorded,) = entry.certificates
    assert Certificate.from_pem((folder / "reader.pem").read_bytes()) == certificate(recorded)


def followed(folder: Path) -> None:
    """Assert that a counter that holds what was published before takes what is published now."""
    pinned = expecting(operator(folder).fingerprint)
    TrustStore(folder / "holder").take_pack(FolderSource(folder / "pack"), at=LATER, confirm=pinned)


def pack_published(folder: Path) -> None:
    """Assert that the pack of now is out, and that a counter follows."""
    operator_stands(folder)
    followed(folder)
    (authority,) = TrustStore(folder / "holder").read().authorities
    assert authority.pack.issued_at == LATER


def pack_stands(folder: Path) -> None:
    """Assert that the operator is whole, and that whoever looks now can follow."""
    operator_stands(folder)
    followed(folder)


# --- the counter


def counter_or_nothing(folder: Path) -> None:
    """Assert that what says that there is a counter says so of a whole one."""
    if Home(folder / "c").exists:
        counter_stands(folder)


def counter_stands(folder: Path) -> None:
    """Assert that there is a key, a request for that key, and no other copy of the key."""
    home = Home(folder / "c")
    assert home.settings() == worker.COUNTER
    key = identity.read_key(home.key_content(), lambda: worker.SEALED, CHEAP_KDF)
    assert read_request((home.folder / "reader.csr").read_bytes()).public_key == key.public_key()


def counter_founded(folder: Path) -> None:
    """Assert that the counter is whole, and that its key lies there once."""
    counter_stands(folder)
    home = Home(folder / "c")
    assert len([path for path in home.folder.iterdir() if "reader-key" in path.name]) == 1
    State.open(home.state, now_unix=AT.timestamp(), random=bytes).close()


def sealed_counter_founded(folder: Path) -> None:
    """Assert the same of a counter whose key is sealed."""
    counter_founded(folder)
    assert Home(folder / "c").key_content().startswith(MAGIC)


_AT_20 = DAYS_20
ALL: tuple[Ceremony, ...] = (
    Ceremony("found_agency", starts.nothing, agency_or_nothing, founded, "agency.exists", 7),
    Ceremony("rotate", starts.new_agency, agency_stands, rotated, "agency.signer-prepared"),
    Ceremony("replace", starts.new_agency, agency_stands, only_the_newest(SignerRole.STATUS)),
    Ceremony("bring_forward", starts.prepared, agency_stands, only_the_newest(SignerRole.DOCUMENT)),
    Ceremony("destroy", starts.prepared, lambda folder: agency_stands(folder, _AT_20), destroyed),
    Ceremony("withdraw", starts.with_leave, agency_stands, withdrawn, "register.already-withdrawn"),
    Ceremony("call_off", starts.prepared, agency_stands, called_off, "register.already-withdrawn"),
    Ceremony("stolen", starts.office, agency_stands, marked, "agency.already-stolen"),
    Ceremony("crls", starts.new_agency, agency_stands, renewed),
    Ceremony("certify", starts.with_request, agency_stands, certified),
    Ceremony("withdraw_reader", starts.with_reader, agency_stands, struck, "agency.no-such-reader"),
    Ceremony("new_part_key", starts.in_packs, part_signs, one_part_key),
    Ceremony("restore", starts.old_copy, restored_or_refused, restored),
    Ceremony("propose", starts.office, agency_stands, asked_for),
    Ceremony("agree", starts.asked_second, agency_stands, agreed, "register.proposal-over"),
    Ceremony("enrol", starts.new_agency, agency_stands, enrolled),
    Ceremony("found_operator", starts.nothing, operator_or_nothing, operator_founded, "authority.exists"),
    Ceremony("rotate_root", starts.operating, operator_stands, root_in_force),
    Ceremony("destroy_operator_keys", starts.new_root, operator_stands, old_keys_gone),
    Ceremony("add_reader", starts.operating, operator_stands, reader_handed_out),
    Ceremony("publish_pack", starts.operating, pack_stands, pack_published),
    Ceremony("found_counter", starts.nothing, counter_or_nothing, counter_founded, "verifier.counter-exists"),
    Ceremony(
        "found_sealed_counter",
        starts.nothing,
        counter_or_nothing,
        sealed_counter_founded,
        "verifier.counter-exists",
    ),
)
