"""Who asks, for what and how much: what the holder is told, and what nobody can agree to."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.request_info import AlternativeDataElements, DocRequestInfo
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.reader_side import ReaderIdentity
from counterproof.optics.exchange.request import QrRequest
from tests.kit.answers import refusal, uses
from tests.kit.certificates import AT, LONG_LIFE, CertificateKit
from tests.kit.scenarios import scenario
from tests.kit.wallets import AGE, LIBRARY, RESIDENCY, WalletBox, opened, refs, shown_by
from wallet import history
from wallet.consent import Setting
from wallet.presentment import Presentment

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate
    from wallet.holder import Holder


# Who asks


@scenario("reader-cert-untrusted")
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


@scenario("reader-cert-expired")
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


@scenario("reader-eku")
def test_reader_eku(box: WalletBox, holder: Holder) -> None:
    """A document signer's certificate is no reader's, under whatever root."""
    kit: CertificateKit = box.publisher.kit
    certificate: Certificate = kit.document_signer()
    identity = ReaderIdentity(SoftwareSigner(kit.key("ds"), deterministic=True), [certificate.der])
    error = refusal(box, holder, box.ask({RESIDENCY: ["family_name"]}, identity=identity))
    assert error.code == "exchange.reader-refused"


@scenario("reader-sig-bad")
def test_reader_sig_bad(box: WalletBox, holder: Holder) -> None:
    """A certificate that is in order, and another key: no fall-back to unsigned."""
    honest = box.identity()
    thief = ReaderIdentity(SoftwareSigner(CertificateKit("thief").key("k")), honest.chain)
    error = refusal(box, holder, box.ask({RESIDENCY: ["family_name"]}, identity=thief))
    assert error.code == "exchange.reader-signature"


@scenario("reader-auth-not-enforced")
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


@scenario("reader-name-spoof")
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


@scenario("purpose-missing")
def test_purpose_missing(box: WalletBox, holder: Holder) -> None:
    with pytest.raises(CounterproofError):
        box.ask({RESIDENCY: ["family_name"]}, purpose="")
    view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, purpose="who.knows")).view
    assert (view.purpose, view.purpose_sentence) == ("who.knows", None)
    assert view.purpose_code == "purpose.nobody-speaks"
    assert [(each.registered, each.chosen) for each in view.fields] == [(None, False)]


def test_a_registered_purpose_in_the_persons_language(box: WalletBox, holder: Holder) -> None:
    box.register("family_name")
    view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}), Setting(language="et")).view
    assert view.purpose_sentence == "Elanikud liituvad tasuta."
    assert [each.label for each in view.fields] == ["Perekonnanimi"]


@scenario("over-ask")
def test_over_ask(box: WalletBox, holder: Holder) -> None:
    box.register("age_over_18")
    asked = box.ask({RESIDENCY: ["age_over_18", "birth_date", "portrait"]})
    view = box.read(holder, asked).view
    states = {each.ref[2]: (each.registered, each.chosen) for each in view.fields}
    assert states == {
        "age_over_18": (True, True),
        "birth_date": (False, False),
        "portrait": (False, False),
    }
    assert {each.ref[2] for each in view.beyond} == {"birth_date", "portrait"}


@scenario("over-ask-all")
def test_over_ask_all(box: WalletBox, holder: Holder) -> None:
    names = ["family_name", "given_name", "portrait", *(f"invented_{number}" for number in range(57))]
    unregistered = box.read(holder, box.ask({RESIDENCY: names})).view
    assert not any(each.chosen for each in unregistered.fields)
    box.register("family_name")
    view = box.read(holder, box.ask({RESIDENCY: names})).view
    (document,) = view.documents
    assert [each.ref[2] for each in document.fields if each.chosen] == ["family_name"]
    assert len(document.missing) == 57


def test_a_stranger_has_no_registered_purpose(box: WalletBox, holder: Holder) -> None:
    box.register("family_name")
    transaction = box.ask({RESIDENCY: ["family_name"]}, identity=box.stranger())
    view = box.read(holder, transaction).view
    assert (view.purpose_sentence, [each.chosen for each in view.fields]) == (None, [False])


@scenario("intent-to-retain")
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
    box.register("birth_date")
    presentment = box.read(holder, transaction)
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
