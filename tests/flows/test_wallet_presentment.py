"""Answering, scenario by scenario, without a screen.

`shoulder` (a consent page left open) is a matter of windows and not tested here: the command line has no page
that stays.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.answer import DECLINED
from counterproof.optics.exchange.reader_side import CounterTransaction, ReaderIdentity
from counterproof.optics.exchange.request import QrRequest
from counterproof.words.explain import explain_error
from tests.kit.certificates import AT, LONG_LIFE, CertificateKit
from tests.kit.wallets import AGE, LIBRARY, PURPOSE, RESIDENCY, WalletBox, opened, refs, shown_by
from wallet import history
from wallet.consent import Setting
from wallet.presentment import Presentment, Stage
from wallet.purposes import RegisteredPurpose
from wallet.records import ShowOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.trust.readers import RegisteredReader
    from wallet.holder import Holder
    from wallet.records import ElementRef


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    return WalletBox(tmp_path)


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened_holder:
        box.give(opened_holder, RESIDENCY, copies=4)
        yield opened_holder


@dataclass(frozen=True)
class Register:
    """A register with one purpose, for every reader that is registered."""

    elements: frozenset[ElementRef]

    def find(self, purpose: str, reader: RegisteredReader | None) -> RegisteredPurpose | None:
        if purpose != PURPOSE or reader is None:
            return None
        sentences = {"en": "To join the library", "et": "Raamatukoguga liitumiseks"}
        return RegisteredPurpose(purpose, sentences, self.elements)


def registered(*names: str, language: str = "en") -> Setting:
    register = Register(frozenset((RESIDENCY, RESIDENCY, name) for name in names))
    return Setting(language=language, purposes=register)


def uses(holder: Holder) -> int:
    return sum(len(copy.record.uses) for card in holder.cards() for copy in card.copies)


def outcomes(holder: Holder) -> list[ShowOutcome]:
    return [each.record.outcome for each in history.entries(holder)]


def refusal(box: WalletBox, holder: Holder, transaction: CounterTransaction) -> CounterproofError:
    """Return why a request cannot even be looked at; nothing is used, and there is nothing to agree to."""
    with pytest.raises(CounterproofError) as error:
        box.read(holder, transaction)
    assert uses(holder) == 0
    assert history.entries(holder) == []
    return error.value


# What is shown is what was agreed to


def test_response_extra(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "given_name", "birth_date"]})
    presentment = box.read(holder, transaction)
    showing = presentment.agree(refs(holder.cards()[0], "family_name", "given_name"))
    found = shown_by(opened(transaction, showing.message))
    assert found == {
        RESIDENCY: {RESIDENCY: {"family_name": "Quillfeather-Mägi", "given_name": "Ottoline Zenobia"}}
    }


def test_what_was_not_asked_for_cannot_be_agreed_to(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name", "card_number"))
    assert error.value.code == "wallet.not-offered"
    assert uses(holder) == 0


def test_nothing_is_no_agreement(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        presentment.agree([])
    assert error.value.code == "wallet.nothing-agreed"
    assert (uses(holder), presentment.stage) == (0, Stage.ASKED)


def test_several_documents_go_in_the_order_asked(box: WalletBox, holder: Holder) -> None:
    box.give(holder, AGE)
    transaction = box.ask({AGE: ["age_over_18"], LIBRARY: ["card_number"], RESIDENCY: ["family_name"]})
    presentment = box.read(holder, transaction)
    assert [each.card is None for each in presentment.view.documents] == [False, True, False]
    showing = presentment.agree([each.ref for each in presentment.view.fields])
    assert list(shown_by(opened(transaction, showing.message))) == [AGE, RESIDENCY]


def test_the_log_is_there_before_anything_is_built(
    box: WalletBox, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(transcript: bytes, copies: object) -> bytes:
        del transcript, copies
        seen.append((outcomes(holder), uses(holder)))
        raise RuntimeError

    monkeypatch.setattr("wallet.presentment.compose_response", look)
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(RuntimeError):
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert seen == [([ShowOutcome.AGREED], 1)]


def test_an_answer_that_cannot_be_built_uses_nothing_up(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "portrait"]}, longest_answer=1218, features=0)
    presentment = box.read(holder, transaction)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name", "portrait"))
    assert error.value.code == "exchange.answer-too-long"
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.NOT_BUILT], 0)
    again = box.read(holder, transaction)
    assert again.agree(refs(holder.cards()[0], "family_name")).frames_needed == 1


def test_the_history_tells_how_it_went(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name", "card_number"]}))
    presentment.agree(refs(holder.cards()[0], "family_name"))
    stages = [presentment.stage]
    presentment.shown()
    stages.append(presentment.stage)
    presentment.done()
    assert [*stages, presentment.stage] == [Stage.BUILT, Stage.SHOWN, Stage.DONE]
    (entry,) = history.entries(holder)
    record = entry.record
    assert (record.reader, record.agency) == ("Harbour Library, desk 3", "Harbour Borough")
    assert (record.purpose, record.outcome, record.verified) == (PURPOSE, ShowOutcome.DONE, True)
    assert [each.ref for each in record.elements] == refs(holder.cards()[0], "family_name")
    assert sorted(record.asked) == sorted(refs(holder.cards()[0], "card_number", "family_name"))
    assert record.sessions == (presentment.request.session_digest,)
    assert b"Quillfeather" not in record.to_bytes()


# Saying no


def test_cancel(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    presentment.refuse()
    assert presentment.showing is None
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.REFUSED], 0)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert error.value.code == "wallet.stage"


def test_after_a_no_the_same_request_can_still_be_answered(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.read(holder, transaction).refuse()
    assert box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name")).message
    assert sorted(outcomes(holder)) == [ShowOutcome.AGREED, ShowOutcome.REFUSED]


def test_declining_has_one_form_and_uses_no_copy(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    presentment = box.read(holder, transaction)
    showing = presentment.decline()
    received = transaction.receive(showing.message, 1.0)
    assert (received.response, received.declined) == (DECLINED, True)
    assert (outcomes(holder), uses(holder)) == ([ShowOutcome.DECLINED], 0)
    presentment.shown()
    assert outcomes(holder) == [ShowOutcome.DECLINED]


def test_after_declining_the_holder_may_think_better_of_it(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.read(holder, transaction).decline()
    again = box.read(holder, transaction)
    assert not again.repeated
    showing = again.agree(refs(holder.cards()[0], "family_name"))
    assert list(shown_by(opened(transaction, showing.message))) == [RESIDENCY]


@pytest.mark.parametrize("step", ["shown", "done"])
def test_nothing_is_shown_before_it_is_built(box: WalletBox, holder: Holder, step: str) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    with pytest.raises(CounterproofError) as error:
        getattr(presentment, step)()
    assert error.value.code == "wallet.stage"


# Time


def test_request_expired(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.clock.advance(181)
    error = refusal(box, holder, transaction)
    assert error.code == "exchange.request-late"
    said = explain_error(error).what
    assert "2026-06-01 12:00:00 UTC" in said
    assert "2026-06-01 12:03:01 UTC" in said


def test_request_future(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]}, made_at=int(AT.timestamp()) + 3600)
    error = refusal(box, holder, transaction)
    assert error.code == "exchange.request-early"
    said = explain_error(error).what
    assert "13:00:00 UTC" in said
    assert "12:00:00 UTC" in said


@pytest.mark.parametrize("seconds", [0, 179, 180])
def test_a_minute_more_is_borne(box: WalletBox, holder: Holder, seconds: int) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]})
    box.clock.advance(seconds)
    assert box.read(holder, transaction).view.can_answer


def test_a_request_that_ends_while_the_holder_thinks(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    box.clock.advance(181)
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert error.value.code == "wallet.request-over"
    assert uses(holder) == 0


def test_request_replay(box: WalletBox, holder: Holder) -> None:
    """The same request again gets the same answer and uses no second copy; when it is over, nothing."""
    transaction = box.ask({RESIDENCY: ["family_name", "card_number"]})
    first = box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name"))
    again = box.read(holder, transaction)
    assert again.repeated
    assert again.showing is not None
    assert again.showing.message == first.message
    with pytest.raises(CounterproofError) as error:
        again.agree(refs(holder.cards()[0], "card_number"))
    assert error.value.code == "wallet.stage"
    assert (uses(holder), len(history.entries(holder))) == (1, 1)
    box.clock.advance(181)
    with pytest.raises(CounterproofError) as error:
        box.read(holder, transaction)
    assert error.value.code == "exchange.request-late"


def test_the_same_answer_comes_from_a_wallet_that_was_closed(box: WalletBox) -> None:
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        transaction = box.ask({RESIDENCY: ["family_name"]})
        first = box.read(holder, transaction).agree(refs(holder.cards()[0], "family_name"))
    with box.holder() as holder:
        again = box.read(holder, transaction)
        assert again.showing is not None
        assert again.showing.message == first.message
        assert uses(holder) == 1


# Who asks


def test_reader_cert_untrusted(box: WalletBox, holder: Holder) -> None:
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, identity=box.stranger()))
    asker = presentment.view.asker
    assert (asker.verified, asker.name, asker.claimed) == (False, "", "Town Hall Desk 3")
    agreed = refs(holder.cards()[0], "family_name")
    with pytest.raises(CounterproofError) as error:
        presentment.agree(agreed)
    assert (error.value.code, uses(holder)) == ("exchange.reader-unknown", 0)
    with pytest.raises(CounterproofError) as error:
        presentment.decline()
    assert error.value.code == "exchange.reader-unknown"
    assert presentment.agree(agreed, insists_on_unknown=True).message
    assert not history.entries(holder)[0].record.verified


def test_a_reader_of_a_known_root_that_no_list_names(box: WalletBox, holder: Holder) -> None:
    unlisted = box.stranger("Harbour Library, desk 4", box.publisher.kit)
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, identity=unlisted))
    asker = presentment.view.asker
    assert (asker.verified, asker.name) == (False, "")
    assert "wallet.reader-unlisted" in asker.warnings
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], "family_name"))
    assert error.value.code == "wallet.reader-unlisted"


def bent_reader(box: WalletBox, **changes: object) -> ReaderIdentity:
    """Return a reader under the trusted root, whose certificate has other parts."""
    kit = box.publisher.kit
    certificate = kit.plan(kit.reader("bent"), kit.reader_ca).but(**changes).sign()
    return ReaderIdentity(SoftwareSigner(kit.key("bent"), deterministic=True), [certificate.der])


@pytest.mark.parametrize(
    "span",
    [(LONG_LIFE.not_before, AT - timedelta(seconds=1)), (AT + timedelta(seconds=1), LONG_LIFE.not_after)],
    ids=["over", "not yet"],
)
def test_reader_cert_expired(box: WalletBox, holder: Holder, span: tuple[object, object]) -> None:
    identity = bent_reader(box, not_before=span[0], not_after=span[1])
    assert refusal(box, holder, box.ask({RESIDENCY: ["family_name"]}, identity=identity)).code == (
        "exchange.reader-refused"
    )


def test_reader_eku(box: WalletBox, holder: Holder) -> None:
    """A document signer's certificate is no reader's, under whatever root."""
    kit: CertificateKit = box.publisher.kit
    certificate: Certificate = kit.document_signer()
    identity = ReaderIdentity(SoftwareSigner(kit.key("ds"), deterministic=True), [certificate.der])
    error = refusal(box, holder, box.ask({RESIDENCY: ["family_name"]}, identity=identity))
    assert error.code == "exchange.reader-refused"


def test_reader_sig_bad(box: WalletBox, holder: Holder) -> None:
    """A certificate that is in order, and another key: no fall-back to unsigned."""
    honest = box.identity()
    thief = ReaderIdentity(SoftwareSigner(CertificateKit("thief").key("k")), honest.chain)
    error = refusal(box, holder, box.ask({RESIDENCY: ["family_name"]}, identity=thief))
    assert error.code == "exchange.reader-signature"


def test_reader_auth_not_enforced(box: WalletBox, holder: Holder) -> None:
    """There is no way from a request that was not authenticated to an answer, whoever presses what."""
    transaction = box.ask({RESIDENCY: ["family_name"]})
    other = box.ask({RESIDENCY: ["family_name", "card_number"]})
    mixed = QrRequest.make(
        transaction.request.parameters, transaction.request.terms, other.request.device_request
    )
    with pytest.raises(CounterproofError) as error:
        Presentment.read(holder, coding.to_message(mixed.to_body()))
    assert error.value.code == "exchange.reader-signature"
    bare = object.__new__(type(box.read(holder, transaction).request))
    with pytest.raises(AttributeError):
        Presentment(holder, bare, Setting())
    assert (uses(holder), history.entries(holder)) == (0, [])


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("Harbour Library\u202e3 ksed", "wallet.name-hides"),
        ("Harbour\u200bLibrary", "wallet.name-hides"),
        ("H\u0430rbour Library", "wallet.name-mixes-alphabets"),
        ("Harbour Library, desk 3", "wallet.name-looks-like"),
        ("HARBOUR LIBRARY, DESK 3", "wallet.name-looks-like"),
        ("Harbour Library, desk \u0417", None),
        ("<b>Harbour</b> &amp; <img width=9999>", None),
        ("Nobody's desk", None),
    ],
)
def test_reader_name_spoof(box: WalletBox, holder: Holder, name: str, warning: str | None) -> None:
    identity = box.stranger(name)
    asker = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, identity=identity)).view.asker
    assert not asker.verified
    assert asker.name == ""
    assert asker.claimed.isprintable()
    assert html.unescape(asker.claimed) == html.unescape(name) or warning == "wallet.name-hides"
    found = [each for each in asker.warnings if each != "wallet.reader-unlisted"]
    assert (warning in found) if warning else not found


def test_the_desks_own_label_is_never_a_name(box: WalletBox, holder: Holder) -> None:
    label = "Royal Palace\u202e"
    view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, label=label)).view
    assert view.desk_label == "Royal Palace[U+202E]"
    assert view.asker.name == "Harbour Library, desk 3"


# What for, and how much


def test_purpose_missing(box: WalletBox, holder: Holder) -> None:
    with pytest.raises(CounterproofError):
        box.ask({RESIDENCY: ["family_name"]}, purpose="")
    view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, purpose="who.knows"), registered()).view
    assert (view.purpose, view.purpose_sentence) == ("who.knows", None)
    assert [(each.registered, each.chosen) for each in view.fields] == [(None, False)]


def test_a_registered_purpose_in_the_persons_language(box: WalletBox, holder: Holder) -> None:
    setting = registered("family_name", language="et")
    view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}), setting).view
    assert view.purpose_sentence == "Raamatukoguga liitumiseks"
    assert [each.label for each in view.fields] == ["Perekonnanimi"]


def test_over_ask(box: WalletBox, holder: Holder) -> None:
    asked = box.ask({RESIDENCY: ["age_over_18", "birth_date", "portrait"]})
    view = box.read(holder, asked, registered("age_over_18")).view
    states = {each.ref[2]: (each.registered, each.chosen) for each in view.fields}
    assert states == {
        "age_over_18": (True, True),
        "birth_date": (False, False),
        "portrait": (False, False),
    }
    assert {each.ref[2] for each in view.beyond} == {"birth_date", "portrait"}


def test_over_ask_all(box: WalletBox, holder: Holder) -> None:
    names = ["family_name", "given_name", "portrait", *(f"invented_{number}" for number in range(57))]
    view = box.read(holder, box.ask({RESIDENCY: names}), registered("family_name")).view
    (document,) = view.documents
    assert [each.ref[2] for each in document.fields if each.chosen] == ["family_name"]
    assert len(document.missing) == 57
    unregistered = box.read(holder, box.ask({RESIDENCY: names})).view
    assert not any(each.chosen for each in unregistered.fields)


def test_a_stranger_has_no_registered_purpose(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name"]}, identity=box.stranger())
    view = box.read(holder, transaction, registered("family_name")).view
    assert (view.purpose_sentence, [each.chosen for each in view.fields]) == (None, [False])


def test_intent_to_retain(box: WalletBox, holder: Holder) -> None:
    transaction = box.ask({RESIDENCY: ["family_name", "card_number"]}, keep=["card_number"])
    presentment = box.read(holder, transaction)
    assert {each.ref[2]: each.kept for each in presentment.view.fields} == {
        "family_name": False,
        "card_number": True,
    }
    presentment.agree(refs(holder.cards()[0], "family_name", "card_number"))
    (entry,) = history.entries(holder)
    assert {each.identifier: each.kept for each in entry.record.elements} == {
        "family_name": False,
        "card_number": True,
    }


def test_what_is_missing_and_what_is_not_shown_is_named(box: WalletBox, holder: Holder) -> None:
    view = box.read(holder, box.ask({RESIDENCY: ["family_name", "nickname"]})).view
    (document,) = view.documents
    assert document.missing == ("nickname",)
    assert "Date of birth" in document.not_shown
    assert "Family name" not in document.not_shown


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("age_over_18", "age_over_18"),
        ("age_over_16", "age_over_18"),
        ("age_over_20", "age_over_21"),
        ("age_over_70", "age_over_65"),
        ("age_over_40", None),
    ],
)
def test_the_nearest_age_answers(box: WalletBox, holder: Holder, asked: str, answered: str | None) -> None:
    box.give(holder, AGE)
    view = box.read(holder, box.ask({AGE: [asked]})).view
    assert [each.ref[2] for each in view.fields] == ([answered] if answered else [])
    if answered not in (asked, None):
        assert view.fields[0].instead_of is not None


def test_a_less_telling_alternative_is_chosen_beforehand(box: WalletBox, holder: Holder) -> None:
    alternatives = AlternativeDataElements((RESIDENCY, "birth_date"), (((RESIDENCY, "age_over_18"),),))
    transaction = box.ask({RESIDENCY: ["birth_date"]}, info=DocRequestInfo(alternatives=(alternatives,)))
    presentment = box.read(holder, transaction, registered("birth_date"))
    assert [(each.ref[2], each.chosen) for each in presentment.view.fields] == [
        ("age_over_18", True),
        ("birth_date", False),
    ]
    assert presentment.view.fields[0].instead_of == "Date of birth"
    showing = presentment.agree([presentment.view.fields[0].ref])
    assert shown_by(opened(transaction, showing.message)) == {RESIDENCY: {RESIDENCY: {"age_over_18": True}}}


def test_of_two_cards_the_usable_one_is_offered_and_the_other_can_be_picked(
    box: WalletBox, holder: Holder
) -> None:
    old = box.give(holder, LIBRARY, validity=box.agency.validity(days=1))
    box.clock.advance(2 * 86_400)
    new = box.give(holder, LIBRARY)
    (document,) = box.read(holder, box.ask({LIBRARY: ["card_number"]})).view.documents
    assert document.card is not None
    assert (document.card.id, document.others) == (new.id, (old.id,))
    setting = Setting(cards={LIBRARY: old.id})
    (picked,) = box.read(holder, box.ask({LIBRARY: ["card_number"]}), setting).view.documents
    assert picked.card is not None
    assert picked.card.id == old.id
    assert picked.state == "expired"


def test_values_that_try_to_mislead_are_marked(box: WalletBox, holder: Holder) -> None:
    hostile = "Anna\n\nWho asks: the King \u202e\u2066<b>yes</b>\x1b[2J"
    box.give(holder, LIBRARY, {"card_number": hostile})
    (field,) = box.read(holder, box.ask({LIBRARY: ["card_number"]})).view.fields
    assert field.value.isprintable()
    assert "[U+202E]" in field.value
    assert "[U+000A]" in field.value
    assert "<b>yes</b>" in field.value
