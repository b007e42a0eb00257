"""Whose word says what, and what may follow what: each rule by itself, without a store."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.grants import (
    Confirmed,
    Grant,
    TrustedAuthority,
    added,
    imported,
    listed,
    shown_names,
)
from counterproof.trust.names import fingerprint
from counterproof.trust.succession import Action, check_against, check_succession, summarize
from tests.kit.certificates import AT, CertificateKit
from tests.kit.published import RESIDENCY, TOML, URI, Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.pack.contents import PackContents

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LATER = AT + DAY
A, B, C = "type.a", "type.b", "type.c"
HARBOUR, HILL = Publisher(), Publisher("hill", "Hill Town", "HT")


def agency(of: Publisher, *doc_types: str, name: str = "Own Name", reader: str | None = "r") -> Any:
    manifest = SimpleNamespace(doc_types=doc_types)
    return SimpleNamespace(
        manifest=manifest,
        name=name,
        root=of.root,
        fingerprint=of.fingerprint,
        reader_fingerprint=reader,
    )


def entry(of: Publisher, *doc_types: str, name: str | None = None) -> Any:
    return SimpleNamespace(certificate=of.root, doc_types=doc_types, issuing_authority=name)


def pack(name: str = "Ministry", until: datetime = LATER, said: datetime = AT, issuers: Any = ()) -> Any:
    """Return a pack that names readers until a second before it runs out."""
    return SimpleNamespace(
        name=name,
        good_until=until,
        issued_at=said,
        issuers=issuers,
        fingerprint=f"print of {name}",
        names_readers_at=lambda at: at < until,
    )


def test_what_a_person_confirmed_is_what_the_agency_claimed_then() -> None:
    assert Confirmed.of(agency(HARBOUR, A, B)) == Confirmed(frozenset({A, B}), "Own Name", "r")


def test_a_person_grants_what_was_confirmed_and_is_still_claimed() -> None:
    newer = agency(HARBOUR, A, B, name="Other Name")
    stranger = agency(HILL, A)
    assert added([newer], None) == [Grant(HARBOUR.root, frozenset({A, B}), "Other Name", None, None)]
    confirmed = {HARBOUR.fingerprint: Confirmed(frozenset({B, C}), "Name Then", None)}
    assert added([newer, stranger], confirmed) == [
        Grant(HARBOUR.root, frozenset({B}), "Name Then", None, None)
    ]
    assert added([stranger, newer], confirmed)[0].root == HARBOUR.root
    assert added([newer], {}) == []


def test_a_list_grants_what_it_names_cut_by_scope_and_claim() -> None:
    issuers = [entry(HARBOUR, A, B, C, name="Listed Name"), entry(HILL, A)]
    whole = TrustedAuthority(pack(issuers=issuers))
    assert listed(whole, {}) == [
        Grant(HARBOUR.root, frozenset({A, B, C}), "Listed Name", LATER, AT),
        Grant(HILL.root, frozenset({A}), HILL.root.common_name or "", LATER, AT),
    ]
    # A scope takes away and gives nothing: the hill claims B, which is in it, and is listed for A alone.
    cut = replace(whole, scope=frozenset({B, C}))
    newest = {HARBOUR.root: agency(HARBOUR, A, B), HILL.root: agency(HILL, A, B)}
    found = listed(cut, cast("Any", newest))
    assert found == [
        Grant(HARBOUR.root, frozenset({B}), "Listed Name", LATER, AT),
        Grant(HILL.root, frozenset(), "Own Name", LATER, AT),
    ]


@pytest.mark.parametrize(
    ("common", "organization", "said", "name"),
    [
        ("Common", "Organization", "Said", "Said"),
        ("Common", "Organization", None, "Common"),
        (None, "Organization", None, "Organization"),
        (None, None, None, ""),
    ],
)
def test_a_list_that_names_nobody_leaves_the_certificate_its_name(
    common: str | None, organization: str | None, said: str | None, name: str
) -> None:
    root = SimpleNamespace(common_name=common, organization=organization, der=b"no certificate")
    row = SimpleNamespace(certificate=root, doc_types=(A,), issuing_authority=said)
    empty = SimpleNamespace(certificate=root, doc_types=(), issuing_authority=said)
    verified = SimpleNamespace(
        vical=SimpleNamespace(head=SimpleNamespace(not_after=LATER)), issuers=(empty, row)
    )
    vical: Any = SimpleNamespace(verified=verified, issued_at=AT)
    assert imported(vical) == [Grant(cast("Any", root), frozenset({A}), name or digits(root), LATER, AT)]


def digits(root: Any) -> str:
    """Return the first eight digits of a fingerprint, as they are shown."""
    first = fingerprint(root)[:8].upper()
    return f"{first[:4]} {first[4:]}"


@pytest.mark.parametrize(
    ("own", "other", "earlier"),
    [((LATER, AT), (LATER + DAY, AT - DAY), (LATER, AT - DAY)), ((LATER, AT), (AT, LATER), (AT, AT))],
)
def test_a_recognised_authority_counts_no_longer_and_no_fresher_than_who_recognises_it(
    own: tuple[datetime, datetime], other: tuple[datetime, datetime], earlier: tuple[datetime, datetime]
) -> None:
    alone = TrustedAuthority(pack("Own", *own))
    assert (alone.good_until, alone.said) == own
    assert (alone.recognised_by, alone.fingerprint) == (None, "print of Own")
    both = TrustedAuthority(pack("Own", *own), recogniser=pack("Other", *other))
    assert (both.good_until, both.said) == earlier
    assert (both.recognised_by, both.fingerprint) == ("Other", "print of Own")


def test_what_is_said_of_counters_counts_while_both_packs_do() -> None:
    own, longer, shorter = pack(until=LATER), pack(until=LATER + DAY), pack(until=AT)
    last = LATER - SECOND

    def named(at: datetime, recogniser: PackContents | None = None) -> bool:
        return TrustedAuthority(own, recogniser=recogniser).names_readers_at(at)

    assert [named(last), named(LATER)] == [True, False]
    assert [named(last, longer), named(LATER, longer)] == [True, False]
    assert [named(AT - SECOND, shorter), named(AT, shorter)] == [True, False]


def test_issuers_that_look_alike_are_told_apart_and_the_first_word_names_each() -> None:
    third = Publisher("third")
    words = [
        Grant(HARBOUR.root, frozenset({A}), "Harbour", None),
        Grant(HARBOUR.root, frozenset({B}), "Another Name", None),
        Grant(HILL.root, frozenset({A}), "HARBOUR", None),
        Grant(third.root, frozenset({A}), "Third", None),
    ]
    countries = {HILL.fingerprint: "XY"}
    assert shown_names(words, countries) == {
        HARBOUR.fingerprint: f"Harbour (UT, {digits(HARBOUR.root)})",
        HILL.fingerprint: f"HARBOUR (XY, {digits(HILL.root)})",
        third.fingerprint: "Third",
    }
    assert shown_names(words[:2], {}) == {HARBOUR.fingerprint: "Harbour"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., AgencyContents]:
    """Publish, each time into a folder of its own."""
    count = iter(range(9))

    def written(at: datetime = AT, of: Publisher = HARBOUR, **changes: Any) -> AgencyContents:
        return of.write(tmp_path / str(next(count)), at, **changes)

    return written


def refused(old: AgencyContents, new: AgencyContents) -> tuple[str, dict[str, Any]]:
    with pytest.raises(CounterproofError) as caught:
        check_succession(old, new)
    return caught.value.code, dict(caught.value.facts)


def test_a_set_follows_on_an_older_one_and_never_on_a_newer(write: Callable[..., AgencyContents]) -> None:
    old, new = write(), write(LATER)
    assert check_succession(old, new) is True
    assert check_succession(old, old) is False
    held, offered = "2026-06-02T12:00:00Z", "2026-06-01T12:00:00Z"
    assert refused(new, old) == ("trust.older", {"held": held, "offered": offered})
    other = write(name="Harbour Town")
    assert refused(old, other) == ("trust.same-time", {"held": offered})


def test_what_is_newer_has_no_say_and_what_is_of_another_agency_neither(
    write: Callable[..., AgencyContents],
) -> None:
    old, new, foreign = write(), write(LATER), write(of=HILL)
    check_against([new, foreign], old)
    check_against([], old)
    moment = write(name="Harbour Town")
    for known in ([moment], [new, moment], [moment, new]):
        with pytest.raises(CounterproofError, match=r"^trust\.same-time"):
            check_against(known, old)
    dropped = write(LATER + DAY, crls=())
    with pytest.raises(CounterproofError, match=r"^trust\.crl-dropped$"):
        check_against([foreign, old], dropped)


def test_the_reader_roots_revocations_stay_too(write: Callable[..., AgencyContents]) -> None:
    readers = HARBOUR.kit.reader_ca

    def crls(at: datetime, *, number: int = 1) -> tuple[bytes, ...]:
        return HARBOUR.crl(at), HARBOUR.crl(at, HARBOUR.reader, number=number, issuer=readers)

    old = write(crls=crls(AT, number=2))
    assert check_succession(old, write(LATER, crls=crls(LATER, number=3))) is True
    assert refused(old, write(LATER)) == ("trust.crl-dropped", {})
    held, earlier = AT.isoformat(), (AT - DAY).isoformat()
    older = write(LATER, crls=(HARBOUR.crl(LATER), crls(AT - DAY, number=9)[1]))
    assert refused(old, older) == ("trust.crl-older", {"held": held, "offered": earlier})
    lower = write(LATER, crls=(HARBOUR.crl(LATER), crls(AT, number=1)[1]))
    assert refused(old, lower) == ("trust.crl-older", {"held": held, "offered": held})
    cleared = write(LATER, crls=(HARBOUR.crl(LATER), HARBOUR.crl(LATER, number=3, issuer=readers)))
    assert refused(old, cleared) == ("trust.crl-unrevoked", {})
    none = write(LATER, reader_root=None, readers=())
    assert check_succession(old, none) is True


def test_the_same_revocation_list_again_is_what_every_day_brings(
    write: Callable[..., AgencyContents],
) -> None:
    same = (HARBOUR.crl(AT, HARBOUR.reader),)
    assert check_succession(write(crls=same), write(LATER, crls=same)) is True


def test_a_root_without_a_list_hides_no_other_roots_list(write: Callable[..., AgencyContents]) -> None:
    old = write(crls=(HARBOUR.crl(AT, issuer=HARBOUR.kit.reader_ca),))
    assert refused(old, write(LATER, crls=())) == ("trust.crl-dropped", {})


def test_whom_the_held_list_withdrew_signs_no_newer_status_list(
    write: Callable[..., AgencyContents],
) -> None:
    """It is said of the status list, before it is said that no revocation list came with it."""
    former = copy(HARBOUR)
    former.signer_certificate = HARBOUR.kit.status_signer()
    old = write(crls=(HARBOUR.crl(AT, former.signer_certificate),))
    new = write(LATER, status_lists=(former.token(LATER),), crls=())
    assert refused(old, new)[0] == "status.signer-untrusted"


def test_a_first_revocation_list_may_come_at_any_time(write: Callable[..., AgencyContents]) -> None:
    assert check_succession(write(crls=()), write(LATER)) is True


def test_a_summary_names_each_thing_that_came_changed_or_went(write: Callable[..., AgencyContents]) -> None:
    more = f"{URI}/2"
    old = write()
    assert summarize(old, old).details == ()
    new = write(
        LATER,
        status_lists=(HARBOUR.token(LATER), HARBOUR.token(LATER, uri=more)),
        crls=(HARBOUR.crl(LATER), HARBOUR.crl(LATER, issuer=HARBOUR.kit.reader_ca)),
        readers=(),
        types=(),
        name="Harbour Town",
        doc_types=(RESIDENCY, "org.utopia.more.1"),
    )
    summary = summarize(old, new)
    assert (summary.action, summary.agency, summary.before) == (Action.UPDATED, "Harbour Town", AT)
    assert (summary.fingerprint, summary.issued_at) == (HARBOUR.fingerprint, LATER)
    assert sorted(summary.details) == [
        ("gone", "credential-type", RESIDENCY),
        ("gone", "name", "Harbour Borough"),
        ("gone", "reader", "HB-DESK-3"),
        ("new", "crl", "reader-root"),
        ("new", "doc-type", "org.utopia.more.1"),
        ("new", "name", "Harbour Town"),
        ("new", "status-list", more),
        ("newer", "crl", "issuer-root"),
        ("newer", "status-list", URI),
    ]
    assert [each.change for each in summary.details] == ["gone"] * 3 + ["new"] * 4 + ["newer"] * 2
    said = summary.to_json()
    assert (said["action"], said["before"]) == ("updated", "2026-06-01T12:00:00Z")
    assert said["details"][0].keys() == {"change", "kind", "name"}


def test_a_summary_names_a_reader_root_and_a_reader_that_changed(
    write: Callable[..., AgencyContents],
) -> None:
    reader = replace_name(HARBOUR)
    other = CertificateKit("other").reader_ca.certificate
    assert summarize(write(), write(LATER, readers=(reader,), status_lists=(), crls=())).details == (
        ("gone", "status-list", URI),
        ("gone", "crl", "issuer-root"),
        ("newer", "reader", "HB-DESK-3"),
    )
    none = write(reader_root=None, readers=(), types=(TOML,))
    details = summarize(none, write(LATER, reader_root=other)).details
    assert ("new", "reader-root", fingerprint(other)) in details
    details = summarize(write(), none).details
    assert ("gone", "reader-root", fingerprint(HARBOUR.kit.reader_ca.certificate)) in details


def replace_name(of: Publisher) -> Any:

    return msgspec.structs.replace(of.registered(), name="Harbour Library, desk 4")
