"""What is so about a certificate chain: facts for the verifier, which decides elsewhere.

Checks after ISO/IEC 18013-5, 9.3.3 and Annex B, in the laxer form that certificates in the field need.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.lint import exact_purpose
from counterproof.mdoc.certificates.path import (
    PROCESSED,
    PathResult,
    find_path,
    known_ca_algorithm,
    known_leaf_algorithm,
    serial_in_range,
)
from counterproof.mdoc.certificates.profile import CA_KEY_USAGE, FORBIDDEN_EVERYWHERE, LIFE_SLACK
from counterproof.mdoc.certificates.revocation import newest_list, not_revoked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.certificates.profile import CertificateProfile
    from counterproof.mdoc.certificates.revocation import CertificateList

LEAF_IS_ANCHOR = "certificate.leaf-is-anchor"
UNTRUSTED = "certificate.untrusted"
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Problem(NamedTuple):
    """A fact that is not True, by field name, with the stable code that says how."""

    fact: str
    code: str


class ChainFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Each fact True, False or None (not known). Only all of them together make a chain good.

    path_ok -- a path of signatures, names and CA rights leads to an anchor. It says nothing about `at`:
        that is `leaf_in_validity` and `path_in_validity`. None: refused for what another fact names.
    leaf_in_validity, path_in_validity -- `at` lies in the leaf's validity, in that of every CA of the path.
    eku_ok -- extended key usage names exactly the profile's purpose, critical.
    key_usage_ok -- key usage is present, critical and exactly what the profile asks for.
    not_a_ca -- the leaf is no CA and no anchor.
    country_ok -- C equal to the anchor's, ST too where both have it; True where the profile does not ask.
    names_byte_equal -- each issuer name equals the subject above, as received.
    lifetime_ok -- notAfter minus notBefore within the profile's maximum and a day.
    no_unknown_critical -- the leaf has no critical extension that is not acted upon, and none that Annex B
        forbids in every certificate.
    serial_ok -- the serial number has at most twenty octets.
    algorithms_ok -- keys are on P-256, P-384, P-521; Ed25519 in the leaf alone.
    not_revoked -- True: on no current list; False: revoked; None: no list, or only a stale one.

    `path` runs from leaf to anchor, empty without one. The same inputs give the same facts at every moment
    t with valid_from <= t < valid_until. `problems` lists what is not True, in the order above.
    """

    path_ok: bool | None
    leaf_in_validity: bool | None
    path_in_validity: bool | None
    eku_ok: bool | None
    key_usage_ok: bool | None
    not_a_ca: bool | None
    country_ok: bool | None
    names_byte_equal: bool | None
    lifetime_ok: bool | None
    no_unknown_critical: bool | None
    serial_ok: bool | None
    algorithms_ok: bool | None
    not_revoked: bool | None
    anchor: Certificate | None
    path: tuple[Certificate, ...]
    valid_from: datetime
    valid_until: datetime
    problems: tuple[Problem, ...]

    @property
    def detail(self) -> str:
        """The code of the first problem, empty if there is none."""
        return self.problems[0].code if self.problems else ""


def examine_chain(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    anchors: Sequence[Certificate],
    at: datetime,
    profile: CertificateProfile,
    *,
    crls: Sequence[CertificateList] = (),
) -> ChainFacts:
    """State the facts about a leaf, the further certificates sent with it, and the anchors at `at` (aware).

    Trust is by key: an anchor counts only if its key made the signature. Never raises for bad certificates.
    """
    names = {leaf.issuer, *(each.issuer for each in intermediates)}
    named = [anchor for anchor in anchors if anchor.subject in names]
    if any(anchor.spki == leaf.spki for anchor in anchors):
        result = PathResult(ok=False, code=LEAF_IS_ANCHOR)
    else:
        result = find_path(leaf, intermediates, named, at)
        if result.code == UNTRUSTED and result.signer is None:
            result = _signed_under_another_name(leaf, anchors) or result
    issuers = result.path[1:] or tuple(each for each in anchors if each is result.signer)
    facts = _leaf_facts(leaf, profile, at) | _path_facts(result, leaf, issuers, profile, at)
    facts["not_revoked"] = not_revoked((leaf, *issuers), crls, at) if issuers else None
    edges = _edges((leaf, *intermediates, *named, *issuers), issuers, crls)
    return ChainFacts(
        **facts,
        anchor=issuers[-1] if issuers else None,
        path=result.path,
        valid_from=max((edge for edge in edges if edge <= at), default=_EARLIEST),
        valid_until=min((edge for edge in edges if edge > at), default=_LATEST),
        problems=_problems(facts, result.code, (leaf, *issuers), crls, at),
    )


def _leaf_facts(leaf: Certificate, profile: CertificateProfile, at: datetime) -> dict[str, bool | None]:
    return {
        "leaf_in_validity": leaf.covers(at),
        "eku_ok": _eku_ok(leaf, profile),
        "key_usage_ok": _key_usage_ok(leaf, profile),
        "lifetime_ok": leaf.not_after - leaf.not_before <= profile.max_life + LIFE_SLACK,
        "no_unknown_critical": not (leaf.critical - PROCESSED or _forbidden(leaf)),
        "serial_ok": serial_in_range(leaf),
    }


def _path_facts(
    result: PathResult,
    leaf: Certificate,
    issuers: tuple[Certificate, ...],
    profile: CertificateProfile,
    at: datetime,
) -> dict[str, bool | None]:
    names = [lower.issuer == upper.subject for lower, upper in zip((leaf, *issuers), issuers, strict=False)]
    may_sign_certificates = bool((leaf.key_usage or frozenset()) & CA_KEY_USAGE)
    known = known_leaf_algorithm(leaf)
    return {
        "path_ok": result.ok,
        "path_in_validity": all(each.covers(at) for each in issuers) if issuers else None,
        "not_a_ca": not (leaf.is_ca or may_sign_certificates or result.code == LEAF_IS_ANCHOR),
        "country_ok": _country_ok(leaf, issuers[-1], profile) if issuers else None,
        "names_byte_equal": all(names) if issuers else None,
        "algorithms_ok": known and all(map(known_ca_algorithm, issuers)) if issuers or not known else None,
    }


def _signed_under_another_name(leaf: Certificate, anchors: Sequence[Certificate]) -> PathResult | None:
    """Look whether an anchor's key made the signature although the names are not byte-equal."""
    for anchor in anchors:
        if leaf.aki is not None and anchor.ski == leaf.aki and leaf.is_signed_by(anchor):
            return PathResult(ok=None, code="certificate.name-differs", signer=anchor)
    return None


def _forbidden(leaf: Certificate) -> bool:
    return not FORBIDDEN_EVERYWHERE.isdisjoint(leaf.extensions)


def _eku_ok(leaf: Certificate, profile: CertificateProfile) -> bool:
    if profile.eku is None:
        return not profile.eku_refused & set(leaf.eku)
    return exact_purpose(leaf, profile) and leaf.extensions[oids.EXTENDED_KEY_USAGE].critical


def _key_usage_ok(leaf: Certificate, profile: CertificateProfile) -> bool:
    accepted = (profile.key_usage, *profile.borne_key_usages)
    return leaf.key_usage in accepted and leaf.extensions[oids.KEY_USAGE].critical


def _country_ok(leaf: Certificate, anchor: Certificate, profile: CertificateProfile) -> bool:
    if not profile.country_of_issuer:
        return True
    same_state = leaf.states == anchor.states or not (leaf.states and anchor.states)
    return leaf.country is not None and leaf.country == anchor.country and same_state


def _edges(
    certificates: Iterable[Certificate], issuers: Sequence[Certificate], crls: Sequence[CertificateList]
) -> set[datetime]:
    """Every moment from which on one of the facts may be another."""
    edges: set[datetime] = set()
    for certificate in certificates:
        edges |= {certificate.not_before, _after(certificate.not_after)}
    for crl in (newest_list(issuer, crls) for issuer in issuers):
        if crl is not None:
            edges |= {crl.begins, _after(crl.next_update or crl.this_update)}
    return edges


def _after(end: datetime) -> datetime:
    """Return the first moment that is not covered any more; validity counts whole seconds."""
    return min(end, _LATEST - _SECOND) + _SECOND


_CODES = {
    "eku_ok": "certificate.eku",
    "key_usage_ok": "certificate.key-usage",
    "not_a_ca": "certificate.leaf-is-ca",
    "country_ok": "certificate.country-differs",
    "names_byte_equal": "certificate.name-differs",
    "lifetime_ok": "certificate.life-too-long",
    "no_unknown_critical": "certificate.unknown-critical",
    "serial_ok": "certificate.serial-long",
    "algorithms_ok": "certificate.algorithm",
    "not_revoked": "certificate.revoked",
}
_FORBIDDEN_CODE = "certificate.extension-forbidden"


def _problems(
    facts: dict[str, bool | None],
    path_code: str,
    path: tuple[Certificate, ...],
    crls: Sequence[CertificateList],
    at: datetime,
) -> tuple[Problem, ...]:
    """Give every fact that is False its code, and those that are None for a reason of their own."""
    found = [Problem("path_ok", path_code)] if facts["path_ok"] is not True else []
    if facts["leaf_in_validity"] is False:
        late = at > path[0].not_before
        found.append(
            Problem("leaf_in_validity", "certificate.expired" if late else "certificate.not-yet-valid")
        )
    if facts["path_in_validity"] is False:
        late = any(at > each.not_after for each in path[1:])
        code = "certificate.issuer-expired" if late else "certificate.issuer-not-yet-valid"
        found.append(Problem("path_in_validity", code))
    codes = _CODES if path[0].critical - PROCESSED else _CODES | {"no_unknown_critical": _FORBIDDEN_CODE}
    found += [Problem(fact, code) for fact, code in codes.items() if facts[fact] is False]
    if facts["not_revoked"] is None:
        stale = any(newest_list(issuer, crls) for issuer in path[1:])
        code = "certificate.revocation-stale" if stale else "certificate.revocation-unknown"
        found.append(Problem("not_revoked", code))
    return tuple(found)
