"""From the wallet's pixels through a bad camera to the verdict: still codes and streams, seeds held out."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_SHOWN, Mode
from counterproof.mdoc.verification.report import Verdict, VerificationReport
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.collect import Collected, Collector
from counterproof.optics.draw import modules
from counterproof.optics.encode import StillCode, encode
from counterproof.optics.exchange.examine import examine_shown, examine_two_way
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.wallet_side import read_request
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage, read_codes
from counterproof.optics.stream import StreamSender
from issuer.portrait import compress
from tests.kit.portraits import face, saved
from tests.kit.webcam import HELD_OUT, Webcam, watch
from tests.simulators.agency import Agency
from tests.simulators.counter import DESK, Counter
from tests.simulators.holder import Holder

if TYPE_CHECKING:
    from collections.abc import Iterable

MDL, MDL_SPACE = "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"
AGE, AGE_SPACE = "eu.europa.ec.av.1", "eu.europa.ec.av.1"

LICENCE: dict[str, Any] = {
    "family_name": "Tamm",
    "given_name": "Maia Liis",
    "birth_date": FullDate("1984-02-29"),
    "issue_date": FullDate("2026-01-15"),
    "expiry_date": FullDate("2036-01-14"),
    "issuing_country": "UT",
    "issuing_authority": "Harbour Borough",
    "document_number": "HB774120",
    "driving_privileges": [{"vehicle_category_code": "B", "issue_date": FullDate("2004-06-01")}],
    "un_distinguishing_sign": "UT",
    "height": 171,
    "eye_colour": "green",
}


class Town:
    """An agency, a counter and a resident who holds an age proof and a licence with a portrait."""

    def __init__(self) -> None:
        self.agency, self.counter, self.holder = Agency(), Counter(), Holder()
        self.licence = {**LICENCE, "portrait": compress(saved(face(), "JPEG"))}
        self.holder.receive(self.agency, AGE, {AGE_SPACE: {"age_over_18": True}})
        self.holder.receive(self.agency, MDL, {MDL_SPACE: self.licence})

    def answer(self, doc_type: str, space: str, names: Iterable[str]) -> tuple[Any, bytes]:
        """Ask, read the request's bytes as a wallet does, and answer; return transaction and M."""
        transaction = self.counter.request({doc_type: {space: list(names)}})
        at = datetime.fromtimestamp(self.counter.unix, UTC)
        request = read_request(transaction.request.to_message(), at=at, trust=self.counter.trust)
        return transaction, self.holder.answer(request)

    def decide(self, m: bytes, transaction: Any, requested: RequestedDocument) -> VerificationReport:
        """Open an answer and decide about it as the counter does; status lists are not part of this."""
        facts, received = examine_two_way(transaction, m, self.counter.moment())
        assert received is not None
        assert received.response is not None
        return verify_device_response(
            received.response,
            Presentation(Mode.TWO_WAY, transaction.transcript, facts.checks(), (requested,)),
            trust=TrustedIssuers.of([self.agency.anchor]),
            policy=COUNTER,
            at=datetime.fromtimestamp(self.counter.unix, UTC),
        )


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def filmed(code: StreamSender, kind: Kind, seed: int, *, loss: float) -> tuple[Collected, float]:
    """Film a stream until it is complete; return the message and the seconds that it took."""
    collector = Collector(frozenset({kind}))
    frames = [modules(text) for text in islice(code, 4 * code.needed)]
    views = watch(Webcam(seed, "mild", 4.0), frames, seed=seed, loss=loss)
    for seconds, view in islice(views, 300):
        if view is None:
            continue
        found = collector.offer(read_codes(view.frame, Stage.PLAIN), seconds)
        if found is not None:
            return found, seconds
    raise AssertionError(collector.progress)


def photographed(code: StillCode, kind: Kind, seed: int) -> Collected | None:
    """Photograph a still code as a medium webcam would, and read it."""
    view = Webcam(seed, "medium", 4.0).see(modules(code.text))
    return Collector(frozenset({kind})).offer(read_codes(view.frame), 0.0)


def test_twelve_fields_and_a_portrait_cross_as_a_stream_with_a_third_of_it_lost(town: Town) -> None:
    names = tuple(town.licence)
    transaction, m = town.answer(MDL, MDL_SPACE, names)
    code = encode(Kind.ANSWER, m, streams_ok=True)
    assert isinstance(code, StreamSender)
    collected, seconds = filmed(code, Kind.ANSWER, HELD_OUT + 501, loss=0.3)
    assert collected.m == m
    assert seconds < 10
    requested = RequestedDocument(MDL, tuple((MDL_SPACE, name) for name in names))
    report = town.decide(collected.m, transaction, requested)
    assert (report.verdict, report.code) == (Verdict.ACCEPTED, "ok")
    assert report.verified[0].elements == {MDL_SPACE: town.licence}


def test_an_age_proof_crosses_by_one_still_code_encrypted_for_the_counter(town: Town) -> None:
    transaction, m = town.answer(AGE, AGE_SPACE, ["age_over_18"])
    code = encode(Kind.ANSWER, m, streams_ok=False)
    assert isinstance(code, StillCode)
    assert len(m) + 4 in {734, 862}  # one of two steps, as the signer's certificate is short or not
    read = [photographed(code, Kind.ANSWER, HELD_OUT + seed) for seed in range(600, 612)]
    assert sum(one is not None for one in read) >= 11
    assert {one.m for one in read if one is not None} == {m}
    report = town.decide(m, transaction, RequestedDocument(AGE, ((AGE_SPACE, "age_over_18"),)))
    assert (report.verdict, report.code) == (Verdict.ACCEPTED, "ok")
    assert report.verified[0].elements == {AGE_SPACE: {"age_over_18": True}}


def test_an_age_proof_crosses_by_one_still_code_shown_first(town: Town) -> None:
    counter = town.counter
    terms = ShownTerms.make(at=int(counter.unix), random=bytes(16), audience=DESK)
    m = town.holder.show(AGE, {(AGE_SPACE, "age_over_18")}, terms).to_message()
    assert len(m) + 4 <= 700
    code = encode(Kind.SHOWN, m, streams_ok=False)
    assert isinstance(code, StillCode)
    collected = next(
        one for seed in range(620, 630) if (one := photographed(code, Kind.SHOWN, HELD_OUT + seed))
    )
    shown = QrShown.from_message(collected.m)
    facts = examine_shown(shown, counter.moment(), counter.seen, counter.challenge)
    presentation = Presentation(Mode.SHOWN_FIRST, shown.transcript, facts.checks())
    at = datetime.fromtimestamp(counter.unix, UTC)
    trust = TrustedIssuers.of([town.agency.anchor])
    report = verify_device_response(shown.response, presentation, trust=trust, policy=COUNTER_SHOWN, at=at)
    assert (report.verdict, report.qualifier) == (Verdict.ACCEPTED, "shown-first")
    strict = verify_device_response(shown.response, presentation, trust=trust, policy=COUNTER, at=at)
    assert (strict.verdict, strict.failed) == (Verdict.REFUSED, (CheckId.EXCHANGE_MODE,))
