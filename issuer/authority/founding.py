"""Founding an operator of a trust pack: every key, the first root, empty lists; all of it, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from counterproof.mdoc.certificates.build import (
    Subject,
    Validity,
    build_reader_ca,
    build_vical_ca,
    build_vical_signer,
)
from counterproof.mdoc.certificates.lint import COUNTRY
from counterproof.mdoc.certificates.profile import VICAL_SIGNER
from counterproof.mdoc.certificates.request import name_is_sane
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import fingerprint
from counterproof.trust.pack.build import to_bytes
from issuer.agency.desk import start_of_day
from issuer.authority import roots
from issuer.authority.keys import DAILY, LIST_ROOT, LIST_SIGNER, READER_ROOT, REGISTRAR, pem
from issuer.authority.lists import sign_lists
from issuer.authority.records import Officer, Records, remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.mdoc.certificates.build import CertificateIssuer
    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import Shelf

CA_LIFE = timedelta(days=3653)
_MAX_OFFICERS = 16
_CRL_URL = "https://{name}.invalid/crl"


class Founding(NamedTuple):
    """What an operator is founded with: `officers` is how many there are, `threshold` how many must sign."""

    name: str
    country: str
    officers: int
    threshold: int
    at: datetime
    random: Callable[[int], bytes]


def check(folder: Path, name: str, country: str, officers: int, threshold: int) -> None:
    """Check what an operator is to be founded with; raises UsageError as `Authority.init`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("authority.exists")
    if not name_is_sane(name):
        raise UsageError("agency.name", most=50)
    if not COUNTRY.fullmatch(country):
        raise UsageError("agency.country")
    if not 0 < threshold <= officers <= _MAX_OFFICERS:
        raise UsageError("authority.threshold", most=officers)


def found(made: Founding, shelf: Shelf, keys: KeyFolders) -> None:
    """Make every key, the first root and empty lists in a folder; what is remembered is written last."""
    list_root, list_signer, reader_root = _certificates(made, keys)
    records = Records(
        name=made.name,
        country=made.country,
        threshold=made.threshold,
        officers=tuple(
            Officer(number=number, key=pem(keys.make_officer(number).public_key()))
            for number in range(1, made.officers + 1)
        ),
        last_officer=made.officers,
        registrar=pem(keys.make(REGISTRAR).public_key()),
        daily=pem(keys.make(DAILY).public_key()),
        list_root=list_root,
        list_signer=list_signer,
        reader_root=reader_root,
    )
    pending = shelf.put(to_bytes(roots.next_root(records, made.at)))
    records = msgspec.structs.replace(records, pending_root=pending)
    records, state = roots.sign_pending(records, shelf, keys, ())
    if not state.is_done:
        raise UsageError("authority.threshold", most=made.officers)
    shelf.save(sign_lists(records, shelf, keys, made.at))


def _certificates(made: Founding, keys: KeyFolders) -> tuple[str, str, str]:
    """Make the root and the signer of the lists, and the root of the operator's own counters."""
    name, country, random = made.name, made.country, made.random
    start = start_of_day(made.at)
    life = Validity(not_before=start, not_after=start + CA_LIFE)
    subject = Subject(common_name=f"{name} lists", organization=name, country=country)
    root: CertificateIssuer = build_vical_ca(subject, keys.make(LIST_ROOT), life, random=random)
    signer_key = keys.make(LIST_SIGNER)
    signer = build_vical_signer(
        root,
        subject,
        signer_key.public_key(),
        Validity(not_before=start, not_after=start + VICAL_SIGNER.max_life),
        crl_url=_CRL_URL.format(name=fingerprint(root.certificate)[:12]),
        random=random,
    )
    readers = build_reader_ca(
        Subject(common_name=f"{name} readers", country=country), keys.make(READER_ROOT), life, random=random
    )
    return remembered(root.certificate), remembered(signer), remembered(readers.certificate)
