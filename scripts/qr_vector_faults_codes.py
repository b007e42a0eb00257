"""Answers, codes shown first, slips and receipts that must be refused: one fault each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseSign1, SoftwareSigner
from counterproof.mdoc.device_request import x5chain_header
from counterproof.optics.exchange import answer, coding
from counterproof.optics.exchange.receipt import NAME
from tests.kit.hpke_by_hand import seal_with
from tests.kit.qr_story import AGE, DAY, NOW, Story, recoded
from tests.simulators.counter import DESK, OFFICE, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest

WANTED = {(AGE, "age_over_18")}
RANDOM = bytes(range(16))


def answer_faults(story: Story) -> Iterator[dict[str, Any]]:
    """Answers to a request whose one-time key is given; `S` is the counter's own."""
    transaction, request = story.ask()
    response = story.response(request)
    p = answer.padded(response)
    m = story.sealed(request, p)
    base = {
        "kind": "answer",
        "now": NOW,
        "S": request.transcript,
        "one_time": story.counter.kit.key("one-time 1").private_numbers().private_value.to_bytes(32, "big"),
    }
    assert transaction.transcript == request.transcript
    for name, changed, expect in _answers(story, request, p, m):
        yield {"id": f"answer-{name}", "rule": "QrAnswer, P", **base, "M": changed, "expect": expect}


def _answers(
    story: Story, request: AuthenticatedRequest, p: bytes, m: bytes
) -> Iterator[tuple[str, bytes, str]]:
    enc, sealed = answer.from_message(m)
    _, other = story.ask()
    yield "other-request", story.sealed(other, answer.padded(story.response(other))), "exchange.other-request"
    thief = story.holder.kit.key("thief").public_key()
    ephemeral = story.holder.kit.key("ephemeral")
    wrong_key = answer.to_message(*seal_with(ephemeral, thief, request.transcript, p))
    yield "other-key", wrong_key, "exchange.other-request"
    as_item = EncodedCbor(request.transcript).raw
    key = request.request.parameters.key
    yield "tag-24", answer.to_message(*seal_with(ephemeral, key, as_item, p)), "exchange.other-request"
    for place in (10, 80, -1):
        changed = bytearray(m)
        changed[place] ^= 1
        yield f"bit-{place}", bytes(changed), "exchange.other-request"
    yield "empty", b"", "exchange.empty"
    yield "coded-outside", b"\x01" + coding.deflated(m[1:]), "exchange.answer-coding"
    yield "member-unknown", b"\x00" + encode({1: enc, 2: sealed, 3: 0}), "exchange.unknown-member"
    yield "enc-short", b"\x00" + encode({1: enc[:64], 2: sealed}), "exchange.member"
    yield "trailing", m + b"\x00", "cbor.trailing-bytes"
    yield "size-between-steps", answer.to_message(enc, sealed + b"\x00"), "exchange.padding-size"
    inside = {
        "padding-not-zero": (p[:-1] + b"\x01", "exchange.padding-zeros"),
        "length-past-end": (p[:1] + len(p).to_bytes(3, "big") + p[4:], "exchange.padding-length"),
        "inner-coding": (b"\x02" + p[1:], "exchange.coding"),
        "inner-truncated": (_filled(1, coding.deflated(b"x" * 99)[:-5]), "exchange.deflate-truncated"),
        "inner-bomb": (_filled(1, coding.deflated(bytes(70_000))), "exchange.body-size"),
    }
    for name, (changed_p, expect) in inside.items():
        yield name, story.sealed(request, changed_p), expect


def _filled(number: int, z: bytes) -> bytes:
    return (bytes((number,)) + len(z).to_bytes(3, "big") + z).ljust(512, b"\x00")


def _terms_cases(
    honest: dict[int, Any], wrong: dict[int, Sequence[Any]]
) -> Iterator[tuple[str, EncodedCbor]]:
    for member, values in wrong.items():
        for number, value in enumerate(values):
            members = {key: item for key, item in (honest | {member: value}).items() if item is not None}
            yield f"m{member}-{number}", EncodedCbor.of(members)


def shown_faults(story: Story) -> Iterator[dict[str, Any]]:
    """Codes shown first; `counter` is what the counter is and remembers."""
    honest: dict[int, Any] = {0: 1, 1: NOW, 2: RANDOM, 3: DESK, 4: "049152"}
    wrong: dict[int, Sequence[Any]] = {
        1: (None, -1, True),
        2: (None, RANDOM[:-1], RANDOM + b"\x00", "x" * 16),
        3: ("HB", "X" * 21, "hb-lib", 1),
        4: ("04915", "0491520", "04915x", 49_152),
    }
    counter: dict[str, Any] = {"ids": [OFFICE, DESK], "started": NOW - 3600, "challenge": None, "seen": []}
    base = {"kind": "shown", "rule": "One-way", "now": NOW, "counter": counter}
    for name, terms in _terms_cases(honest, wrong):
        m = recoded(encode({1: terms, 2: b""}))
        yield {"id": f"shown-terms-{name}", **base, "M": m, "expect": "exchange.member"}
    newer = recoded(encode({1: EncodedCbor.of(honest | {0: 2}), 2: b""}))
    yield {"id": "shown-terms-version", **base, "M": newer, "expect": "exchange.version"}
    for name, expect, changes, around, now in _shown_cases():
        made = story.holder.show(AGE, WANTED, story.shown_terms(**{"at": NOW, "random": RANDOM, **changes}))
        seen = [made.session_digest] if name == "seen" else []
        yield {
            "id": f"shown-{name}",
            **base,
            "now": now,
            "counter": counter | {"seen": seen} | around,
            "M": made.to_message(),
            "expect": expect,
        }


def _shown_cases() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any], int]]:
    opened = {"challenge": "123456"}
    yield "early", "exchange.code-early", {}, {}, NOW - 31
    yield "earliest", "ok", {}, {}, NOW - 30
    yield "latest", "ok", {}, {}, NOW + 99
    yield "old", "exchange.code-old", {}, {}, NOW + 100
    yield "before-start", "exchange.code-before-start", {}, {"started": NOW - 29}, NOW
    yield "after-start", "ok", {}, {"started": NOW - 30}, NOW
    yield "for-office", "ok", {"audience": OFFICE}, {}, NOW
    yield "for-another", "exchange.other-audience", {"audience": "TOWN-HALL"}, {}, NOW
    yield "for-a-longer-name", "exchange.other-audience", {"audience": DESK + "0"}, {}, NOW
    yield "challenge-met", "ok", {"challenge": "123456"}, opened, NOW
    yield "challenge-missing", "exchange.challenge-missing", {}, opened, NOW
    yield "challenge-wrong", "exchange.challenge-wrong", {"challenge": "123457"}, opened, NOW
    yield "challenge-not-open", "exchange.challenge-not-open", {"challenge": "123456"}, {}, NOW
    yield "seen", "exchange.code-seen", {}, {}, NOW


def slip_faults(story: Story) -> Iterator[dict[str, Any]]:
    """Slips; `counter` is what the counter is and remembers."""
    honest: dict[int, Any] = {0: 1, 1: NOW, 2: NOW + DAY, 3: RANDOM, 4: PURPOSE, 5: [DESK]}
    wrong: dict[int, Sequence[Any]] = {
        1: (None, -1),
        2: (None, 2**53),
        3: (None, RANDOM[:-1]),
        4: (None, "", "UPPER", "a" * 65),
        5: ([], [DESK] * 9, DESK, ["no"]),
    }
    counter: dict[str, Any] = {"ids": [OFFICE, DESK], "purpose": PURPOSE, "repeats": False, "seen": []}
    base = {"kind": "slip", "rule": "Slips", "now": NOW, "counter": counter}
    for name, terms in _terms_cases(honest, wrong):
        m = recoded(encode({1: terms, 2: b""}))
        yield {"id": f"slip-terms-{name}", **base, "M": m, "expect": "exchange.member"}
    for name, expect, changes, around, now in _slip_cases(story):
        made = story.holder.slip(AGE, WANTED, story.slip_terms(**{"random": RANDOM, **changes}))
        seen = [made.session_digest] if name.startswith("seen") else []
        yield {
            "id": f"slip-{name}",
            **base,
            "now": now,
            "counter": counter | {"seen": seen} | around,
            "M": made.to_message(),
            "expect": expect,
        }


def _slip_cases(story: Story) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any], int]]:
    end = NOW + 7 * DAY
    validity = story.issued(AGE).mso.validity
    first, last = int(validity.valid_from.timestamp()), int(validity.valid_until.timestamp())
    yield "early", "exchange.slip-early", {}, {}, NOW - 1
    yield "first-second", "ok", {}, {}, NOW
    yield "last-second", "ok", {}, {}, end
    yield "over", "exchange.slip-over", {}, {}, end + 1
    yield "longest", "ok", {"not_after": NOW + 31 * DAY}, {}, NOW
    yield "too-long", "exchange.slip-span", {"not_after": NOW + 31 * DAY + 1}, {}, NOW
    yield "inverted", "exchange.slip-span", {"not_after": NOW}, {}, NOW
    yield "before-document", "exchange.slip-outlives-document", {"not_before": first - 1}, {}, NOW
    late = {"not_before": last - DAY, "not_after": last + 1}
    yield "after-document", "exchange.slip-outlives-document", late, {}, last
    yield "for-anybody", "ok", {"readers": ()}, {}, NOW
    yield "for-others", "exchange.other-audience", {"readers": ("TOWN-HALL",)}, {}, NOW
    yield "for-another-purpose", "exchange.other-purpose", {"purpose": "school.meals"}, {}, NOW
    yield "seen", "exchange.slip-seen", {}, {}, NOW
    yield "seen-and-allowed", "ok", {}, {"repeats": True}, NOW


def receipt_faults(story: Story) -> Iterator[dict[str, Any]]:
    """Receipts for a two-way presentation with this `h_S` and this `leaf`."""
    digest = bytes(range(32))
    honest = [NAME, digest, 0, NOW, [[AGE, AGE, "age_over_18"]]]
    leaf = story.counter.identity.chain[0]
    base = {"kind": "receipt", "rule": "Receipt", "now": NOW, "h_S": digest, "leaf": leaf}
    own = SoftwareSigner(story.counter.kit.key("reader"), deterministic=True)
    thief = SoftwareSigner(story.counter.kit.key("thief"), deterministic=True)
    other = [story.counter.kit.reader("thief").der]
    payloads: dict[str, tuple[list[Any], str]] = {
        "other-session": ([NAME, bytes(32), *honest[2:]], "exchange.receipt-session"),
        "other-name": (["counterproof.qr.receipt.v2", *honest[1:]], "exchange.form"),
        "short": (honest[:4], "exchange.form"),
        "outcome": ([*honest[:2], 3, *honest[3:]], "exchange.member"),
        "outcome-bool": ([*honest[:2], True, *honest[3:]], "exchange.member"),
        "time": ([*honest[:3], -1, []], "exchange.member"),
        "kept-form": ([*honest[:4], [[AGE, AGE]]], "exchange.member"),
        "kept-map": ([*honest[:4], {}], "exchange.member"),
        "kept-many": ([*honest[:4], [[AGE, AGE, "x"]] * 65], "exchange.receipt-kept"),
    }
    for name, (payload, expect) in payloads.items():
        yield {"id": f"receipt-{name}", **base, "M": _receipt(own, [leaf], encode(payload)), "expect": expect}
    right = encode(honest)
    cases = (
        ("other-reader", _receipt(thief, other, right), "exchange.receipt-reader"),
        ("chain-long", _receipt(own, [leaf, bytes(4_000)], right), "exchange.chain-size"),
        ("no-chain", _receipt(own, [], right), "exchange.receipt-reader"),
        ("other-key", _receipt(thief, [leaf], right), "exchange.receipt-signature"),
        ("detached", _receipt(own, [leaf], right, detached=True), "exchange.receipt-signature"),
        ("not-shortest", _receipt(own, [leaf], b"\x98\x05" + right[1:]), "cbor.not-shortest"),
    )
    for name, m, expect in cases:
        yield {"id": f"receipt-{name}", **base, "M": m, "expect": expect}


def _receipt(
    signer: SoftwareSigner, chain: Sequence[bytes], payload: bytes, *, detached: bool = False
) -> bytes:
    header = x5chain_header(chain) if chain else {}
    made = CoseSign1.sign(signer, payload, detached=detached, unprotected=header)
    return coding.to_message(encode(made.to_list()))


def code_faults(story: Story) -> list[dict[str, Any]]:
    """Return every case of this module."""
    return [
        *answer_faults(story),
        *shown_faults(story),
        *slip_faults(story),
        *receipt_faults(story),
    ]
