"""Founding an agency: two roots, a document signer, a status signer, a register; all of it, or nothing.

Everything is made in a folder beside the place and renamed there last, so that a break leaves nothing that
could be taken for an agency.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from counterproof.handover.limits import check_issuer
from counterproof.mdoc.certificates.build import (
    CertificateIssuer,
    Subject,
    Validity,
    build_iaca,
    build_reader_ca,
)
from counterproof.mdoc.certificates.lint import COUNTRY
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.request import name_is_sane
from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.sealing import files
from counterproof.sealing.staging import Staged
from issuer.agency.desk import (
    CATALOGUE,
    KEYS,
    REGISTER,
    REGISTER_URL,
    ROOT_KEYS,
    ROOT_TOKEN,
    TOKEN,
    AgencyFacts,
    start_of_day,
)
from issuer.agency.signers import certify, first_crl, signer_of
from issuer.keys import ROOTS, Passphrases, open_keys
from issuer.register import Register, SignerRole

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from counterproof.sealing.kdf import KdfPolicy
    from issuer.agency.types import Catalogue
    from issuer.keys import SealedKeys
    from issuer.register import Signer

ROOT_LIFE = timedelta(days=3653)
"""Ten years; Annex B allows twenty."""

_MAX_NAME = 50
"""Characters of an agency's name: with "readers" behind it, it must fit a common name of 64."""

_MAX_URL = 200
_URL = re.compile(r"https?://[a-z0-9][a-z0-9.:-]*(?:/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What an agency is founded with."""

    facts: AgencyFacts
    types: Catalogue
    passphrases: Passphrases
    who: str
    at: datetime
    random: Callable[[int], bytes]
    policy: KdfPolicy
    register_url: str | None = None
    token: str | None = None
    root_token: str | None = None


def make_facts(
    name: str, country: str, *, url: str | None, contact: str | None, status_size: int
) -> AgencyFacts:
    """Check who an agency says it is; without `url` its addresses lead nowhere, which is enough offline.

    Raises UsageError `agency.name`, `agency.country`, `agency.url`.
    """
    if not name_is_sane(name) or len(name) > _MAX_NAME:
        raise UsageError("agency.name", most=_MAX_NAME)
    if not COUNTRY.fullmatch(country):
        raise UsageError("agency.country")
    address = f"https://{_host_name(name)}.invalid" if url is None else url.rstrip("/")
    try:
        check_issuer(address)
    except MalformedError:
        raise UsageError("agency.url", most=_MAX_URL) from None
    if not _URL.fullmatch(address) or len(address) > _MAX_URL:
        raise UsageError("agency.url", most=_MAX_URL)
    return AgencyFacts(
        name=name, country=country, url=address, contact=contact or address, status_size=status_size
    )


def found(folder: Path, root_keys: Path | None, founding: Founding) -> None:
    """Found an agency in `folder`, with the roots' keys in `root_keys`, by default inside.

    Raises UsageError `agency.exists`, `agency.folder-not-empty`, `sealing.passphrase-*`,
    `register.list-size`, `register.exists`, `certificate.*`; StoreError `sealing.*`, `register.*`.
    """
    _check_place(folder)
    with Staged(folder) as place:
        _found(place, root_keys or folder / ROOT_KEYS, founding)


def _found(place: Staged, root_keys: Path, founding: Founding) -> None:
    staged = place.folder
    keys = open_keys(
        staged / KEYS,
        place.inside(root_keys),
        founding.passphrases,
        founding.random,
        policy=founding.policy,
        token=founding.token,
        root_token=founding.root_token,
    )
    signers, issuers = _make(place, keys, founding)
    with _register(staged / REGISTER, founding) as register:
        _fill(register, founding, signers, issuers)
        if founding.register_url is not None:
            # The server's transaction is the last step: what it does not take leaves no folder either.
            files.write_atomic(staged / REGISTER_URL, founding.register_url.encode("ascii"))
            place.take()
    if founding.register_url is None:
        place.take()


def _check_place(folder: Path) -> None:
    if (folder / REGISTER).exists() or (folder / REGISTER_URL).exists():
        raise UsageError("agency.exists")
    with files.plain_errors():
        if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
            raise UsageError("agency.folder-not-empty")


def _make(
    place: Staged, keys: SealedKeys, founding: Founding
) -> tuple[list[Signer], dict[SignerRole, CertificateIssuer]]:
    """Make keys, certificates and the catalogue; return the signers, and the roots that vouch for them."""
    roots = _make_roots(keys, founding)
    signers = [signer_of(role, root.certificate) for role, root in roots.items()]
    for role, root in roots.items():
        # Keys of roots that nobody will ever hear of are not left on somebody's stick.
        place.on_break(partial(keys.forget, role, root.certificate))
        keys.keep(role, root.certificate, root.private_key)
    signers += [_make_signer(role, roots[SignerRole.IACA], keys, founding) for role in _DAILY]
    files.private_dir(place.folder / CATALOGUE)
    for entry in founding.types.entries:
        files.write_atomic(place.folder / CATALOGUE / f"{entry.short}.toml", entry.toml)
    return signers, roots


_DAILY = (SignerRole.DOCUMENT, SignerRole.STATUS)


def _make_roots(keys: SealedKeys, founding: Founding) -> dict[SignerRole, CertificateIssuer]:
    facts, start = founding.facts, start_of_day(founding.at)
    life = Validity(not_before=start, not_after=start + ROOT_LIFE)
    return {
        SignerRole.IACA: build_iaca(
            Subject(common_name=facts.name, country=facts.country),
            keys.make(SignerRole.IACA),
            life,
            contact=facts.contact,
            crl_url=facts.crl_url,
            random=founding.random,
        ),
        SignerRole.READER_CA: build_reader_ca(
            Subject(common_name=f"{facts.name} readers", country=facts.country),
            keys.make(SignerRole.READER_CA),
            life,
            random=founding.random,
        ),
    }


def _make_signer(role: SignerRole, root: CertificateIssuer, keys: SealedKeys, founding: Founding) -> Signer:
    key = keys.make(role)
    signer = certify(
        role,
        root,
        key.public_key(),
        founding.facts,
        number=1,
        at=founding.at,
        random=founding.random,
    )
    keys.keep(role, Certificate.from_der(signer.certificate), key)
    return signer


def _register(path: Path, founding: Founding) -> AbstractContextManager[Register]:
    facts = founding.facts
    settings = {
        "name": facts.name,
        "country": facts.country,
        "url": facts.url,
        "contact": facts.contact,
        "status-size": str(facts.status_size),
    }
    settings |= {TOKEN: founding.token} if founding.token else {}
    settings |= {ROOT_TOKEN: founding.root_token} if founding.root_token else {}
    place = founding.register_url or path
    return Register.founding(
        place, settings=settings, who=founding.who, at=founding.at, random=founding.random
    )


def _fill(
    register: Register, founding: Founding, signers: list[Signer], roots: dict[SignerRole, CertificateIssuer]
) -> None:
    facts, who, at = founding.facts, founding.who, founding.at
    for signer in signers:
        register.add_signer(signer, who=who, at=at)
    for role in ROOTS:
        register.record_crl(first_crl(roots[role], at), who=who, at=at)
    widths = sorted({entry.type.status_bits for entry in founding.types.entries})
    for number, bits in enumerate(widths, 1):
        uri = facts.status_uri(number)
        register.create_status_list(uri, who=who, at=at, size=facts.status_size, bits=bits)


def _host_name(name: str) -> str:
    """Return a name as a label of a host name, `agency` where no letter of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "agency"
