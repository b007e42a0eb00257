"""Over-asking: refused by the core with the right reason, decided otherwise field by field alone, marked."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.cbor import EncodedCbor, FullDate, decode_exact, encode
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.wallet_side import AuthenticatedRequest, build_answer
from counterproof.trust.purposes import PurposeReaders
from tests.kit.scenarios import scenario
from tests.kit.wallets import RESIDENCY, WalletBox, opened, refs, salts, shown_by
from wallet import history
from wallet.consent import Setting
from wallet.presentment import OverAskingError, Presentment, Stage
from wallet.records import ShowOutcome

if TYPE_CHECKING:
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from wallet.holder import Holder


def untouched(holder: Holder) -> bool:
    """Whether nothing was used, nothing answered and nothing written down."""
    uses = sum(len(each.record.uses) for card in holder.cards() for each in card.copies)
    return (uses, list(holder.records("answer")), history.entries(holder)) == (0, [], [])


def refused(presentment: Presentment, holder: Holder, *names: str, **how: Any) -> CounterproofError:
    """Return why these fields cannot be agreed to; nothing has left or changed."""
    with pytest.raises(CounterproofError) as error:
        presentment.agree(refs(holder.cards()[0], *names), **how)
    assert (presentment.stage, presentment.showing) == (Stage.ASKED, None)
    assert untouched(holder)
    return error.value


@scenario("over-ask")
def test_an_over_asking_reader_gets_nothing_without_a_decision_for_each_field(
    box: WalletBox, holder: Holder
) -> None:
    box.register("age_over_18")
    presentment = box.read(holder, box.ask({RESIDENCY: ["age_over_18", "birth_date", "portrait"]}))
    states = {each.ref[2]: (each.registered, each.chosen, each.beyond) for each in presentment.view.fields}
    assert states == {
        "age_over_18": (True, True, None),
        "birth_date": (False, False, "purpose.element-beyond"),
        "portrait": (False, False, "purpose.element-beyond"),
    }
    error = refused(presentment, holder, "age_over_18", "birth_date", "portrait")
    assert (type(error), error.code, error.facts) == (
        OverAskingError,
        "purpose.element-beyond",
        {"field": "portrait"},
    )
    one = refs(holder.cards()[0], "portrait")
    assert refused(presentment, holder, "birth_date", "portrait", beyond=one).facts == {"field": "birth_date"}
    presentment.refuse()
    (entry,) = history.entries(holder)
    assert (entry.record.outcome, entry.record.elements) == (ShowOutcome.REFUSED, ())


def test_the_holder_may_decide_otherwise_and_the_history_marks_it(box: WalletBox, holder: Holder) -> None:
    box.register("age_over_18")
    asked = box.ask({RESIDENCY: ["age_over_18", "birth_date"]})
    presentment = box.read(holder, asked)
    both = refs(holder.cards()[0], "age_over_18", "birth_date")
    showing = presentment.agree(both, beyond=both[1:])
    assert shown_by(opened(asked, showing.message))[RESIDENCY][RESIDENCY] == {
        "age_over_18": True,
        "birth_date": FullDate("1987-03-09"),
    }
    (entry,) = history.entries(holder)
    marks = {each.identifier: each.beyond for each in entry.record.elements}
    assert marks == {"age_over_18": "", "birth_date": "purpose.element-beyond"}


def asked_for(box: WalletBox, why: str) -> CounterTransaction:
    """Return a request that is wrong in this way."""
    everybody = (PurposeReaders(),)
    if why == "purpose.unknown":
        box.register("family_name", id="another.purpose")
    elif why == "purpose.other-reader":
        box.register("family_name", readers=(PurposeReaders(ids=("HB-DESK-4",)),))
    elif why == "purpose.reader-unknown":
        box.register("family_name", readers=everybody)
        return box.ask({RESIDENCY: ["family_name"]}, identity=box.stranger())
    elif why == "purpose.keep-beyond":
        box.register("family_name", readers=everybody)
        return box.ask({RESIDENCY: ["family_name"]}, keep=["family_name"])
    return box.ask({RESIDENCY: ["family_name"]})


@pytest.mark.parametrize(
    "why",
    ["purpose.unknown", "purpose.other-reader", "purpose.reader-unknown", "purpose.keep-beyond"],
)
def test_each_wrong_request_is_refused_for_its_own_reason(box: WalletBox, holder: Holder, why: str) -> None:
    presentment = box.read(holder, asked_for(box, why))
    (field,) = presentment.view.fields
    assert (field.beyond, field.chosen, field.registered) == (why, False, False)
    assert [each.ref[2] for each in presentment.view.beyond] == ["family_name"]
    error = refused(presentment, holder, "family_name", insists_on_unknown=True)
    assert error.code == why
    if why == "purpose.reader-unknown":
        assert refused(presentment, holder, "family_name", beyond=[field.ref]).code == (
            "exchange.reader-unknown"
        )


def test_keeping_what_is_registered_to_be_kept_is_no_over_asking(box: WalletBox, holder: Holder) -> None:
    box.register("family_name", keep=["family_name"])
    (field,) = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, keep=["family_name"])).view.fields
    assert (field.kept, field.beyond, field.chosen) == (True, None, True)


@scenario("purpose-missing")
@pytest.mark.parametrize("member", [None, "", "Library Age Check", 7])
def test_a_request_without_a_purpose_cannot_even_be_read(box: WalletBox, holder: Holder, member: Any) -> None:
    honest = box.ask({RESIDENCY: ["family_name"]}).request
    terms = decode_exact(honest.terms.encoded.content)
    terms.pop(1)
    if member is not None:
        terms[1] = member
    body = encode({1: honest.parameters.encoded, 2: EncodedCbor.of(terms), 3: honest.device_request_bytes})
    with pytest.raises(CounterproofError) as error:
        Presentment.read(holder, coding.to_message(body))
    assert error.value.code.startswith("exchange.")
    assert untouched(holder)


# Less, where less will do


def plaintext(transaction: CounterTransaction, m: bytes) -> bytes:
    """Return everything that the counter decrypts."""
    response = transaction.receive(m, 1.0).response
    assert response is not None
    return response


def test_the_register_alone_makes_the_wallet_offer_less(box: WalletBox, holder: Holder) -> None:
    """The reader asks for a birth date and names no substitute: its register does, and no date leaves."""
    box.register("birth_date", "family_name", instead={"birth_date": ["age_over_18"]})
    asked = box.ask({RESIDENCY: ["birth_date", "family_name"]})
    presentment = box.read(holder, asked)
    states = [(each.ref[2], each.chosen, each.instead_of) for each in presentment.view.fields]
    assert states == [
        ("age_over_18", True, "Date of birth"),
        ("birth_date", False, None),
        ("family_name", True, None),
    ]
    chosen = [each.ref for each in presentment.view.fields if each.chosen]
    own_salts = {name: salt for salt, (_, name) in salts(holder.cards()[0]).items()}
    showing = presentment.agree(chosen)
    sent = plaintext(asked, showing.message)
    found = shown_by(opened(asked, showing.message))[RESIDENCY][RESIDENCY]
    assert found == {"age_over_18": True, "family_name": "Quillfeather-Mägi"}
    for secret in (b"1987", b"birth_date", own_salts["birth_date"]):
        assert secret not in sent
        assert secret not in showing.message


def test_a_yes_or_no_for_an_income(box: WalletBox, holder: Holder) -> None:
    """Two elements together may say less than one, by the word of the register alone."""
    box.register("card_number", instead={"card_number": ["age_over_18+resident_borough"]})
    view = box.read(holder, box.ask({RESIDENCY: ["card_number"]})).view
    assert {each.ref[2]: each.chosen for each in view.fields} == {
        "age_over_18": True,
        "resident_borough": True,
        "card_number": False,
    }


def test_what_the_register_names_may_leave_only_for_what_is_asked(box: WalletBox, holder: Holder) -> None:
    """The last look at what leaves knows the register, and nothing that a caller brings along."""
    box.register("birth_date", "family_name", instead={"birth_date": ["age_over_18"]})
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    assert refused(presentment, holder, "age_over_18").code == "wallet.not-offered"


# Reader authentication, by whatever caller


@scenario("reader-auth-not-enforced")
def test_no_caller_of_the_core_gets_past_reader_authentication(box: WalletBox, holder: Holder) -> None:
    honest = box.read(holder, box.ask({RESIDENCY: ["family_name"]}))
    card = holder.cards()[0]

    class Duck:
        """Looks like an authenticated request in every way that it can."""

        def __getattr__(self, name: str) -> Any:
            return getattr(honest.request, name)

    class Heir(AuthenticatedRequest):
        """Inherits from one."""

    unproven = box.ask({RESIDENCY: ["birth_date"]}).request
    with pytest.raises(UsageError) as error:
        AuthenticatedRequest(object(), unproven, honest.request.reader)
    assert error.value.code == "exchange.private"
    heir = object.__new__(Heir)
    object.__setattr__(heir, "_request", unproven)
    object.__setattr__(heir, "_reader", honest.request.reader)
    for fake in (Duck(), heir, unproven, honest.view):
        with pytest.raises(UsageError) as error:
            Presentment(holder, fake, Setting())  # type: ignore[arg-type]
        assert error.value.code == "exchange.private"
        with pytest.raises(UsageError) as error:
            build_answer(fake, b"", insists_on_unknown=True)  # type: ignore[arg-type]
        assert error.value.code == "exchange.private"
    with pytest.raises(AttributeError):
        honest.view = honest.view  # type: ignore[misc]
    with pytest.raises(AttributeError):
        honest.request = heir  # type: ignore[misc]
    with pytest.raises((TypeError, UsageError, pickle.PicklingError)):
        pickle.loads(pickle.dumps(honest.request))  # noqa: S301 - what is tried is to make one
    assert copy.copy(card) is not None
    assert untouched(holder)


@scenario("reader-cert-untrusted")
def test_an_unknown_reader_is_said_to_be_unknown_and_refused_by_default(
    box: WalletBox, holder: Holder
) -> None:
    box.register("family_name", readers=(PurposeReaders(),))
    presentment = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, identity=box.stranger()))
    assert not presentment.view.asker.verified
    assert presentment.view.purpose_code == "purpose.reader-unknown"
    assert refused(presentment, holder, "family_name").code == "exchange.reader-unknown"
    box_text = box.run("answer", "-", answers="")
    assert box_text.exit_code != 0


# Two clocks


@pytest.mark.parametrize(
    ("seconds", "differs"), [(-59, True), (-1, False), (0, False), (100, False), (150, True)]
)
def test_a_clock_that_disagrees_is_said_with_both_times(
    box: WalletBox, holder: Holder, seconds: int, *, differs: bool
) -> None:
    asked = box.ask({RESIDENCY: ["family_name"]})
    box.clock.advance(seconds)
    view = box.read(holder, asked).view
    assert view.clock_differs is differs
    assert view.read_at - view.made_at == seconds
