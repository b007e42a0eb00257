"""The forms of a trust store, rule by rule and at their edges: manifest, index, names, and the time floor."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from counterproof import strict_json
from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cose import CoseSign1, SoftwareSigner
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, MalformedError
from counterproof.mdoc.verification.checks import CheckId, Outcome
from counterproof.sealing import files
from counterproof.trust.floor import BUILT_AT, FAR_AHEAD, ClockFinding, TimeFloor, check_clock, clock_check
from counterproof.trust.index import parse_index
from counterproof.trust.limits import LIMITS, SKEW
from counterproof.trust.manifest import (
    CONTENT_TYPE,
    Manifest,
    format_time,
    parse_manifest,
    parse_time,
    prove_manifest,
    sign_manifest,
)
from counterproof.trust.names import (
    check_shown,
    fingerprint,
    grouped,
    plain_fingerprint,
    sha256,
)
from tests.kit.certificates import AT, CertificateKit
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TICK = timedelta(microseconds=1)
PUBLISHER = Publisher()
KIT: CertificateKit = PUBLISHER.kit
STATUS_SIGNER = SoftwareSigner(KIT.key("status"), deterministic=True)


def refused(call: Callable[[], Any]) -> CounterproofError:
    with pytest.raises(CounterproofError) as caught:
        call()
    return caught.value


def said(call: Callable[[], Any]) -> tuple[str, object]:
    error = refused(call)
    return error.code, error.facts.get("field", error.facts.get("limit"))


def entry(
    path: str = "root.pem", role: str = "issuer-root", size: int = 1, digit: str = "a"
) -> dict[str, Any]:
    return {"role": role, "path": path, "size": size, "sha256": digit * 64}


def members(**changes: Any) -> dict[str, Any]:
    honest = {
        "type": "counterproof.agency",
        "version": 1,
        "name": "Harbour",
        "country": "UT",
        "issued_at": "2026-06-01T12:00:00Z",
        "doc_types": ["a"],
        "files": [entry()],
    }
    return {**honest, **changes}


def parse(**changes: Any) -> Manifest:
    return parse_manifest(strict_json.dumps(members(**changes)))


def types(count: int) -> list[str]:
    return [f"t{number}" for number in range(count)]


def lists(count: int, size: int = 1) -> list[dict[str, Any]]:
    """Return the root, of one byte, and lists of `size` bytes: `count` files in all."""
    return [entry(), *(entry(f"status/{each}.cwt", "status-list", size) for each in range(1, count))]


def test_a_manifest_is_read_whole() -> None:
    read = parse(doc_types=["a", "!", "~" * 128], files=lists(3))
    assert (read.name, read.country, read.issued) == ("Harbour", "UT", AT)
    assert read.doc_types == ("a", "!", "~" * 128)
    assert [each.path for each in read.entries("status-list")] == ["status/1.cwt", "status/2.cwt"]
    assert [each.path for each in read.entries("issuer-root")] == ["root.pem"]
    assert read.entries("crl") == ()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"type": "counterproof.other"}, "trust.manifest", "type"),
        ({"version": 0}, "trust.manifest", "version"),
        ({"version": -1}, "trust.manifest", "version"),
        ({"name": ""}, "trust.name", "name"),
        ({"name": "a\u200b"}, "trust.name", "name"),
        ({"name": "n" * (LIMITS.name + 1)}, "trust.name", "name"),
        ({"country": "ut"}, "trust.manifest", "country"),
        ({"country": "UTO"}, "trust.manifest", "country"),
        ({"country": "UT\n"}, "trust.manifest", "country"),
        ({"issued_at": "soon"}, "trust.manifest", "issued_at"),
        ({"issued_at": "2026-06-1T12:00:00Z"}, "trust.manifest", "issued_at"),
        ({"doc_types": []}, "trust.manifest", "doc_types"),
        ({"doc_types": ["a", "b", "a"]}, "trust.manifest", "doc_types"),
        ({"doc_types": types(LIMITS.doc_types + 1)}, "trust.manifest", "doc_types"),
        ({"doc_types": ["a", ""]}, "trust.manifest", "doc_types"),
        ({"doc_types": ["a", "b c"]}, "trust.manifest", "doc_types"),
        ({"doc_types": ["~" * 129]}, "trust.manifest", "doc_types"),
        ({"doc_types": ["\u00e4"]}, "trust.manifest", "doc_types"),
        ({"files": lists(LIMITS.files + 1)}, "trust.too-much", LIMITS.files),
        ({"files": [entry(), entry()]}, "trust.manifest", "files"),
        ({"files": [entry(size=-1)]}, "trust.manifest", "files"),
        ({"files": [entry(digit="A")]}, "trust.manifest", "files"),
        ({"files": [entry(), entry("status/1.cwt", "status-list", digit="")]}, "trust.manifest", "files"),
        ({"files": [entry(size=LIMITS.total + 1)]}, "trust.too-much", LIMITS.total),
        ({"files": lists(3, LIMITS.total // 2)}, "trust.too-much", LIMITS.total),
        ({"files": []}, "trust.manifest", "issuer-root"),
        ({"files": [entry(), entry("other.pem")]}, "trust.manifest", "issuer-root"),
        *(
            ({"files": [entry(), entry("1", role), entry("2", role)]}, "trust.manifest", role)
            for role in ("reader-root", "reader-registry", "purposes")
        ),
    ],
)
def test_each_rule_of_a_manifest_stands_alone(changes: dict[str, Any], code: str, field: object) -> None:
    assert said(lambda: parse(**changes)) == (code, field)


def test_what_just_fits_a_manifest_is_taken() -> None:
    assert len(parse(name="n" * LIMITS.name).name) == LIMITS.name
    assert len(parse(name="n").name) == 1
    assert len(parse(doc_types=types(LIMITS.doc_types)).doc_types) == LIMITS.doc_types
    assert len(parse(files=lists(LIMITS.files)).files) == LIMITS.files
    assert parse(files=[entry(size=LIMITS.total)]).files[0].size == LIMITS.total
    assert parse(files=[entry(), entry("z", "crl", size=0)]).files[1].size == 0
    once = [entry("1", "reader-root"), entry("2", "reader-registry"), entry("3", "purposes")]
    assert len(parse(files=[entry(), *once]).files) == 4


def test_a_newer_form_is_told_from_a_wrong_one_before_its_members_are_looked_at() -> None:
    error = refused(lambda: parse(version=2, more={}))
    assert (error.code, error.facts) == ("trust.version", {"known": 1})
    assert refused(lambda: parse(version=True)).code == "json.form"
    assert refused(lambda: parse(version="2")).code == "json.form"


def test_a_manifest_a_byte_too_long_is_not_read() -> None:
    data = strict_json.dumps(members())
    full = data + b" " * (LIMITS.manifest - len(data))
    assert parse_manifest(full).name == "Harbour"
    error = refused(lambda: parse_manifest(full + b" "))
    assert (error.code, error.facts["limit"]) == ("json.too-large", LIMITS.manifest)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T12:00:00",
        "2026-06-01T12:00:00+00:00",
        "2026-06-01 12:00:00Z",
        "2026-6-01T12:00:00Z",
        "2026-06-31T12:00:00Z",
        "2026-06-01T12:00:00.0Z",
        " 2026-06-01T12:00:00Z",
        "",
    ],
)
def test_a_time_has_one_form(text: str) -> None:
    assert said(lambda: parse_time(text)) == ("trust.manifest", "issued_at")


@pytest.fixture
def kathmandu() -> Iterator[None]:
    """Let the computer stand in another time zone."""
    with pytest.MonkeyPatch.context() as moved:
        moved.setenv("TZ", "Asia/Kathmandu")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("kathmandu")
def test_a_time_is_written_in_utc_and_cut_to_its_second() -> None:
    there = (AT + timedelta(seconds=1) - TICK).astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert format_time(there) == "2026-06-01T12:00:00Z"
    assert parse_time("2026-06-01T12:00:00Z") == AT
    assert parse_time("2026-06-01T12:00:00Z").tzinfo is UTC


def prove(signature: bytes, manifest: bytes = b"{}", at: datetime = AT, **more: Any) -> None:
    prove_manifest(manifest, signature, root=PUBLISHER.root, at=at, **more)


def test_a_signature_over_a_manifest_is_detached_and_names_its_signer() -> None:
    signature = sign_manifest(b"{}", STATUS_SIGNER, [PUBLISHER.signer_certificate])
    prove(signature)
    protected, unprotected, payload, _ = decode_exact(signature)
    headers = {1: -7, 16: "application/counterproof-agency+json", 33: PUBLISHER.signer_certificate.der}
    assert decode_exact(protected) == headers
    assert (unprotected, payload) == ({}, None)
    two = [PUBLISHER.signer_certificate, PUBLISHER.root]
    chained = sign_manifest(b"{}", STATUS_SIGNER, two)
    assert decode_exact(decode_exact(chained)[0])[33] == [each.der for each in two]


def signed(**parts: Any) -> bytes:
    headers = {16: CONTENT_TYPE, 33: PUBLISHER.signer_certificate.der}
    message = CoseSign1.sign(
        parts.pop("signer", STATUS_SIGNER),
        parts.pop("content", b"{}"),
        detached=parts.pop("detached", True),
        headers={**headers, **parts.pop("headers", {})},
    )
    return encode(message.to_list())


@pytest.mark.parametrize(
    ("parts", "code", "reason"),
    [
        ({"detached": False}, "trust.signature-form", None),
        ({"headers": {16: "application/statuslist+cwt"}}, "trust.signature-form", None),
        ({"content": b"{ }"}, "trust.signature", None),
        ({"signer": SoftwareSigner(KIT.key("other"))}, "trust.signature", None),
        (
            {"headers": {33: KIT.document_signer().der}, "signer": SoftwareSigner(KIT.key("ds"))},
            "trust.signer-untrusted",
            "certificate.eku",
        ),
        ({"headers": {33: PUBLISHER.root.der}}, "trust.signer-untrusted", "certificate.leaf-is-anchor"),
    ],
)
def test_each_way_not_to_be_signed_by_the_agency_has_its_code(
    parts: dict[str, Any], code: str, reason: str | None
) -> None:
    error = refused(lambda: prove(signed(**parts)))
    assert error.code == code
    if reason:
        assert error.facts["reason"] == reason


def test_a_signer_counts_at_its_time_and_under_its_root_alone() -> None:
    good = signed()
    prove(good)
    late = PUBLISHER.signer_certificate.not_after + timedelta(seconds=1)
    error = refused(lambda: prove(good, at=late))
    assert (error.code, error.facts["reason"]) == ("trust.signer-untrusted", "certificate.expired")
    other = Publisher("other").root
    error = refused(lambda: prove_manifest(b"{}", good, root=other, at=AT))
    assert isinstance(error, CryptoError)
    assert error.code == "trust.signer-untrusted"
    nobody = CoseSign1.sign(STATUS_SIGNER, b"{}", detached=True, headers={16: CONTENT_TYPE})
    assert refused(lambda: prove(encode(nobody.to_list()))).code == "trust.signer-missing"


def test_a_signature_is_bounded_before_it_is_read() -> None:
    padded = encode([b"", {}, None, bytes(LIMITS.signature)])
    assert isinstance(refused(lambda: prove(padded)), LimitError)
    assert refused(lambda: prove(encode([[[[[[]]]]]]))).code == "cbor.depth"
    assert refused(lambda: prove(encode(list(range(70))))).code == "cbor.items"


@pytest.mark.parametrize(
    ("at", "ok", "code"),
    [
        (AT - SKEW - TICK, None, "clock.before-floor"),
        (AT - SKEW, True, "ok"),
        (AT, True, "ok"),
        (AT + FAR_AHEAD, True, "ok"),
        (AT + FAR_AHEAD + TICK, None, "clock.far-ahead"),
    ],
)
def test_a_clock_is_judged_to_the_tick(at: datetime, ok: Any, code: str) -> None:
    finding = check_clock(at, AT)
    assert finding == ClockFinding(ok, code, at, AT)
    check = clock_check(finding)
    assert (check.id, check.code) == (CheckId.EXCHANGE_CLOCK, code)
    assert check.outcome is (Outcome.PASSED if ok else Outcome.INDETERMINATE)


def kept(floor: str = "2026-07-01T00:00:00Z", **changes: Any) -> bytes:
    return strict_json.dumps({"type": "counterproof.time-floor", "version": 1, "floor": floor, **changes})


JULY = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (kept(), JULY),
        (kept("2026-05-31T00:00:00Z"), BUILT_AT),
        (kept(type="counterproof.floor"), BUILT_AT),
        (kept(version=2), BUILT_AT),
        (kept(more=1), BUILT_AT),
        (kept("soon"), BUILT_AT),
        (kept() + b" " * (1024 - len(kept())), JULY),
        (kept() + b" " * (1025 - len(kept())), BUILT_AT),
    ],
)
def test_a_floor_is_read_strictly_or_not_at_all(tmp_path: Path, content: bytes, value: datetime) -> None:
    (tmp_path / "floor.json").write_bytes(content)
    assert TimeFloor(tmp_path).value() == value
    assert TimeFloor(tmp_path, built_at=JULY + TICK).value() == JULY + TICK


def test_a_floor_is_written_only_to_rise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = files.write_atomic

    def note(path: Path, content: bytes) -> None:
        written.append(content)
        write(path, content)

    monkeypatch.setattr(files, "write_atomic", note)
    floor = TimeFloor(tmp_path)
    floor.raise_to(JULY)
    assert strict_json.loads(written[0], limit=1024) == strict_json.loads(kept(), limit=1024)
    floor.raise_to(JULY)
    floor.raise_to(JULY - timedelta(seconds=1))
    assert len(written) == 1
    floor.raise_to(JULY + timedelta(seconds=1))
    assert TimeFloor(tmp_path).value() == JULY + timedelta(seconds=1)


def test_an_index_a_byte_too_long_is_not_read() -> None:
    empty = strict_json.dumps({"type": "counterproof.trust-store", "version": 4})
    assert parse_index(empty + b" " * (LIMITS.index - len(empty))).version == 4
    error = refused(lambda: parse_index(empty + b" " * (LIMITS.index + 1 - len(empty))))
    assert (error.code, error.facts["limit"]) == ("json.too-large", LIMITS.index)
    assert isinstance(error, MalformedError)


@pytest.mark.parametrize("room", ["agencies", "authorities", "vicals"])
def test_a_time_in_an_index_has_one_form(room: str) -> None:
    held: dict[str, dict[str, Any]] = {
        "agencies": {"root": "1" * 64, "reader_root": None, "manifest": "2" * 64, "signature": "3" * 64},
        "authorities": {"fingerprint": "1" * 64, "pinned": True, "version": 1, "root": "2" * 64}
        | dict.fromkeys(("timestamp", "snapshot", "targets"), "3" * 64),
        "vicals": {"pin": "1" * 64, "list": "2" * 64},
    }
    index = {"type": "counterproof.trust-store", "version": 4, room: [{**held[room], "issued_at": "soon"}]}
    assert said(lambda: parse_index(strict_json.dumps(index))) == ("trust.manifest", "issued_at")
    index[room] = [{**held[room], "issued_at": "2026-06-01T12:00:00Z"}]
    assert len(getattr(parse_index(strict_json.dumps(index)), room)) == 1


def test_a_fingerprint_is_shown_in_groups_and_taken_as_people_write_it() -> None:
    digits = "0123456789abcdef" * 4
    shown = grouped(digits)
    assert shown == " ".join(["0123", "4567", "89AB", "CDEF"] * 4)
    assert grouped("abcde") == "ABCD E"
    for text in (shown, digits, digits.upper(), digits.replace("0", ":0"), f"\t{digits}-\n"):
        assert plain_fingerprint(text) == digits
    for text in (digits[:-1], digits + "0", digits[:-1] + "g", digits.replace("0", "_0"), ""):
        assert plain_fingerprint(text) is None


def test_a_fingerprint_is_of_the_whole_certificate() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint(PUBLISHER.root) == sha256(PUBLISHER.root.der)


@pytest.mark.parametrize(
    ("length", "good"), [(0, False), (1, True), (LIMITS.name, True), (LIMITS.name + 1, False)]
)
def test_a_name_has_a_letter_and_a_limit(length: int, *, good: bool) -> None:
    if good:
        check_shown("n" * length, field="x")
    else:
        assert said(lambda: check_shown("n" * length, field="x")) == ("trust.name", "x")
