"""Lists of issuers of other makers, such as the AAMVA's: proven under a certificate that a person pinned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import StoreError
from counterproof.mdoc.limits import LIMITS as MDOC_LIMITS
from counterproof.mdoc.lists.signed_list import succession_fault
from counterproof.sealing import files
from counterproof.trust.confirming import Claims, Introduction
from counterproof.trust.index import HeldVical
from counterproof.trust.manifest import format_time, parse_time
from counterproof.trust.names import fingerprint, sha256
from counterproof.trust.state import ImportedVical, State, proven_vical
from counterproof.trust.succession import Action, ChangeSummary, Detail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CERTIFICATE = 16_384


def read_certificate(path: Path) -> Certificate:
    """Read a certificate, PEM or DER; raises StoreError `sealing.*`, MalformedError `certificate.*`."""
    content = files.read_regular(path, limit=_CERTIFICATE)
    if content.lstrip().startswith(b"-----BEGIN"):
        return Certificate.from_pem(content)
    return Certificate.from_der(content)


def read_list(path: Path) -> bytes:
    """Read a list of issuers; raises StoreError and LimitError `sealing.*`."""
    return files.read_regular(path, limit=MDOC_LIMITS.vical.size)


def introduce_vical(new: ImportedVical) -> Introduction:
    """Introduce a list to a person who is to compare the fingerprint of the certificate behind it."""
    doc_types = sorted({name for entry in new.verified.issuers for name in entry.doc_types})
    claims = Claims(new.verified.vical.head.provider, new.pin.country or "", tuple(doc_types))
    return Introduction(claims, "issuer-list", fingerprint(new.pin))


def with_vical(state: State, new: ImportedVical) -> tuple[State, ChangeSummary]:
    """Return the state with a list in it; raises StoreError `vical.older`, `vical.same-issue`."""
    pin = fingerprint(new.pin)
    held, old = state.vical(pin), state.vicals.get(pin)
    if old is not None:
        fault = succession_fault(old.verified.vical.issue, new.verified.vical.issue)
        if fault:
            raise StoreError(f"vical.{fault}")
    elif held is not None and new.issued_at < parse_time(held.issued_at):
        raise StoreError("vical.older")
    summary = _summary(old, new, pin)
    own = HeldVical(pin=pin, list=sha256(new.data), issued_at=format_time(new.issued_at))
    others = tuple(each for each in state.index.vicals if each.pin != pin)
    index = msgspec.structs.replace(state.index, vicals=(*others, own))
    return replace(state, index=index, vicals={**state.vicals, pin: new}), summary


def load_vical(held: HeldVical, read: Callable[[str, int], bytes]) -> ImportedVical:
    """Load a list that is kept, and prove it as of its own date; raises whatever is wrong with it."""
    pin = Certificate.from_der(read(held.pin, _CERTIFICATE))
    return proven_vical(read(held.list, MDOC_LIMITS.vical.size), pin, parse_time(held.issued_at))


def _summary(old: ImportedVical | None, new: ImportedVical, pin: str) -> ChangeSummary:
    before, after = _names(old) if old is not None else set(), _names(new)
    details = [Detail("gone", "issuer", each) for each in sorted(before - after)]
    details += [Detail("new", "issuer", each) for each in sorted(after - before)]
    action = Action.ADDED if old is None else Action.UPDATED
    if old is not None and old.data == new.data:
        action = Action.UNCHANGED
    issued = old.issued_at if old is not None else None
    provider = new.verified.vical.head.provider
    return ChangeSummary(action, provider, pin, new.issued_at, issued, tuple(details))


def _names(vical: ImportedVical) -> set[str]:
    return {
        each.issuing_authority or each.certificate.common_name or fingerprint(each.certificate)
        for each in vical.verified.issuers
    }
