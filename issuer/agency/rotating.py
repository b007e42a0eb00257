"""One signer after the other, overlapping: the next is made ahead, and the key before it is destroyed later.

    made and published          its turn comes             the old key is destroyed
    |--- overlap: the old one signs ---|--- keep: the new one signs, the old one ends what it began ---|

Both certificates are in force and published meanwhile, so whoever looks signers up has the new one before
its first document. The roots' key is needed for the first of the three moments alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import UsageError
from issuer.agency.desk import start_of_day
from issuer.agency.signers import certify, find, renew_crl
from issuer.register import SignerRole

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.agency.desk import Desk
    from issuer.register import Signer

OVERLAP_DAYS: Final = 7
"""How long the old signer goes on signing unless somebody says otherwise: a publication reaches everybody."""

KEEP_DAYS: Final = 2
"""How long its key lasts behind that: no run is longer."""

DESTROYED: Final = "destroy-key"
"""The act that tells of a key's end."""

_MOST_DAYS = 30
ROLES: Final = (SignerRole.DOCUMENT, SignerRole.STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """The next signer, and when its turn comes; `made` is false where it had been made before.

    `key_until` is when the key of the one before is destroyed, None without one; `forgotten` is how many old
    keys were destroyed now.
    """

    signer: Signer
    begins: datetime
    made: bool
    key_until: datetime | None
    forgotten: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldKey:
    """The key of a signer whose turn is over, and when it is to be destroyed."""

    signer: Signer
    until: datetime


def rotate(
    desk: Desk, role: SignerRole, *, overlap_days: int = OVERLAP_DAYS, keep_days: int = KEEP_DAYS
) -> Rotated:
    """Make the next document or status signer ahead; the one before signs for `overlap_days` more.

    Its turn comes sooner where the one before ends sooner, and at once where there is none that signs. One
    that was made ahead is brought forward then. Documents that the old one signed stay good until they end.
    Raises UsageError `agency.signer-prepared`, `agency.overlap`, `agency.root-ends`, StoreError
    `agency.root-key-away`.
    """
    if not (0 <= overlap_days <= _MOST_DAYS and 0 <= keep_days <= _MOST_DAYS):
        raise UsageError("agency.overlap", most=_MOST_DAYS)
    at = desk.now().replace(microsecond=0)
    forgotten = destroy_due(desk)
    current, prepared = _signing(desk, role, at), desk.prepared_signer(role)
    begins = at
    if current is not None and overlap_days:
        begins = max(at, min(start_of_day(at) + timedelta(days=overlap_days), current.last))
    if prepared is not None and begins > at:
        raise UsageError("agency.signer-prepared", begins=f"{prepared.begins:%Y-%m-%d %H:%M} UTC")
    key_until = None if current is None else begins + timedelta(days=keep_days)
    if prepared is not None:
        before = _before(desk, role, prepared)
        desk.register.begin_signer(
            prepared.fingerprint, at, before=before, key_until=key_until or at, who=desk.who, at=at
        )
        signer = prepared
    else:
        signer = _make(desk, role, begins, key_until or at, at)
    return Rotated(
        signer=signer,
        begins=begins,
        made=prepared is None,
        key_until=key_until,
        forgotten=forgotten + destroy_due(desk),
    )


def _signing(desk: Desk, role: SignerRole, at: datetime) -> Signer | None:
    """Return who signs now and can; None where the next one is wanted at once."""
    current = desk.newest_signer(role)
    if current is None or not current.begins <= at < current.last:
        return None
    return current if desk.keys.has(role, Certificate.from_der(current.certificate)) else None


def _before(desk: Desk, role: SignerRole, signer: Signer) -> list[bytes]:
    """Return the signers that another takes over from: those that nobody did yet, or later."""
    return [
        each.fingerprint
        for each in desk.register.signers(role)
        if each.fingerprint != signer.fingerprint
        and (each.key_until is None or each.key_until > desk.clock.now())
    ]


def _make(desk: Desk, role: SignerRole, begins: datetime, key_until: datetime, at: datetime) -> Signer:
    """Make key and certificate; the key is kept before the register names it.

    A break behind that leaves a sealed key of a certificate that nobody ever saw.
    """
    with_root = desk.keys.authority(SignerRole.IACA, desk.root(SignerRole.IACA))
    key = desk.keys.make(role)
    signer = certify(
        role,
        with_root,
        key.public_key(),
        desk.facts,
        number=len(desk.register.signers(role)) + 1,
        at=at,
        begins=begins,
        random=desk.random,
    )
    desk.keys.keep(role, Certificate.from_der(signer.certificate), key)
    before = [each.fingerprint for each in desk.register.signers(role) if each.key_until is None]
    with desk.register.together():
        desk.register.add_signer(signer, before=before, key_until=key_until, who=desk.who, at=at)
        renew_crl(desk, with_root, at)
    return signer


def old_keys(desk: Desk) -> tuple[OldKey, ...]:
    """Return the old signers' keys that are still there, the first to be destroyed first."""
    found = [
        OldKey(signer=each, until=each.key_until)
        for role in ROLES
        for each in desk.register.signers(role)
        if each.key_until is not None and desk.keys.has(role, Certificate.from_der(each.certificate))
    ]
    return tuple(sorted(found, key=lambda each: each.until))


def destroy_due(desk: Desk) -> int:
    """Destroy the old signers' keys whose time has come; return how many. Each is an act.

    Where a break came between the key and its act, the act is made up for.
    """
    at = desk.now()
    due = [each for each in old_keys(desk) if each.until <= at]
    for each in due:
        _destroy(desk, each.signer, at)
    untold = _untold(desk, at)
    for signer in untold:
        _tell(desk, signer, at)
    return len(due) + len(untold)


def destroy_now(desk: Desk, name: str) -> Signer:
    """Destroy the key of a signer whose turn is over before its time; nothing that it began goes on.

    `name` is the beginning of its fingerprint. Raises UsageError `agency.no-such-signer`,
    `agency.signer-in-use`, StoreError `agency.key-destroyed`.
    """
    at = desk.now()
    signer = find(desk, name)
    ahead = (desk.newest_signer(signer.role), desk.prepared_signer(signer.role))
    if signer in ahead:
        raise UsageError("agency.signer-in-use")
    if signer in _untold(desk, at):
        _tell(desk, signer, at)
        return signer
    if not desk.keys.has(signer.role, Certificate.from_der(signer.certificate)):
        raise UsageError("agency.key-destroyed")
    _destroy(desk, signer, at)
    return signer


def _untold(desk: Desk, at: datetime) -> list[Signer]:
    """Return the signers whose keys were destroyed without the act that says so: a break came between."""
    told = desk.register.targets_of(DESTROYED)
    withdrawn = {each.fingerprint for each in desk.register.withdrawals()}
    return [
        each
        for role in ROLES
        for each in desk.register.signers(role)
        if each.key_until is not None
        and each.key_until <= at
        and each.fingerprint not in withdrawn
        and each.fingerprint.hex() not in told
        and not desk.keys.has(role, Certificate.from_der(each.certificate))
    ]


def _destroy(desk: Desk, signer: Signer, at: datetime) -> None:
    """Let it sign no more, destroy its key, and log that: a break leaves a key that cannot be used."""
    if signer.key_until is None or signer.key_until > at:
        desk.register.limit_keys([signer.fingerprint], at.replace(microsecond=0))
    desk.keys.forget(signer.role, Certificate.from_der(signer.certificate))
    _tell(desk, signer, at)


def _tell(desk: Desk, signer: Signer, at: datetime) -> None:
    desk.register.log_act(
        DESTROYED,
        signer.fingerprint.hex(),
        why="superseded",
        who=desk.who,
        at=at,
        facts={"role": signer.role.value},
    )
