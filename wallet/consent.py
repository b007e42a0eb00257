"""What the holder is asked: who wants to know what, for what reason, and what would be shown.

Data alone: a window, a command and a test show the same `ConsentView`. Every text in it is safe to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.catalogue import Kind, describe
from counterproof.mdoc.verification.requested import age_asked, nearest_age, requested_by
from counterproof.trust.purposes.asking import beyond
from counterproof.words.plain_text import marked
from wallet.asker import Asker, asker_of
from wallet.cards import CardState, element_of
from wallet.registration import Registration, find, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.verification.requested import Element as ElementName
    from counterproof.mdoc.verification.requested import RequestedDocument
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes.registers import PurposeFinding
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.vault import RecordId

_LESS: Final = frozenset({Kind.AGE_OVER, Kind.BOOL})
"""Kinds that say yes or no, and so less than any other."""

_TICK: Final = 2
"""Seconds by which two clocks may differ before anybody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentField:
    """One element that could be shown.

    `kept`: the reader says that it keeps the value. `instead_of`: the label of what was asked for, where
    this answers it with less, or in its place. `beyond`: the code that says how showing this goes beyond what
    the reader is registered for (`purpose.*`); it is shown only if the holder decides so for this very field.
    `registered`: whether it is registered, None where no register speaks for the reader. `chosen`: ticked
    before the holder has done anything.
    """

    ref: ElementRef
    label: str
    value: str
    picture: bytes | None
    kept: bool
    instead_of: str | None
    registered: bool | None
    chosen: bool
    beyond: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDocument:
    """One document asked for; `card` is None where the wallet has none of the kind.

    `missing` and `not_shown` are labels. `shown_before`: no fresh copy is left, so that an earlier reader
    and this one could find out that they saw the same person. `others`: further cards that would fit.
    """

    doc_type: str
    name: str
    card: Card | None
    state: CardState | None
    shown_before: bool
    fields: tuple[ConsentField, ...]
    missing: tuple[str, ...]
    not_shown: tuple[str, ...]
    others: tuple[RecordId, ...]

    @property
    def agency(self) -> str:
        """Whose card it is."""
        return self.card.agency if self.card is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """The whole question.

    `purpose` is the id that the request gives; `registration` what is registered under it for this reader,
    None where nothing is, and `purpose_code` then says why (`ok`, or `purpose.*`). `desk_label` is the
    desk's own word, to be shown in quotes. Times in Unix seconds; `read_at` is when the wallet read it.
    """

    asker: Asker
    purpose: str
    purpose_code: str
    registration: Registration | None
    desk_label: str | None
    match_number: str
    made_at: int
    ends_at: int
    read_at: int
    gives_receipts: bool
    documents: tuple[ConsentDocument, ...]

    @property
    def purpose_sentence(self) -> str | None:
        """The registered reason, None where the purpose is registered for nobody that asks so."""
        return self.registration.reason if self.registration is not None else None

    @property
    def clock_differs(self) -> bool:
        """Whether the request says another time than the wallet's clock, by less than stops it."""
        return not self.made_at - _TICK <= self.read_at <= self.ends_at

    @property
    def fields(self) -> tuple[ConsentField, ...]:
        """Everything that could be shown, in the reader's order."""
        return tuple(each for document in self.documents for each in document.fields)

    @property
    def beyond(self) -> tuple[ConsentField, ...]:
        """What the reader asks for beyond its registration."""
        return tuple(each for each in self.fields if each.registered is False)

    @property
    def can_answer(self) -> bool:
        """Whether the wallet has anything of what is asked for."""
        return bool(self.fields)


@dataclass(frozen=True, slots=True)
class Setting:
    """In which language to ask, and cards that were picked, by docType."""

    language: str = "en"
    cards: Mapping[str, RecordId] = field(default_factory=dict)


def consent_view(holder: Holder, request: AuthenticatedRequest, setting: Setting) -> ConsentView:
    """Return what to ask the holder about `request`."""
    trust, at = holder.trust, holder.clock.now()
    asker = asker_of(request, trust)
    finding = find(trust, asker, request.terms.purpose)
    cards = holder.cards()
    documents = [
        _Asked(one, retained(request, one.doc_type), setting, finding, trust, at).document(
            [card for card in cards if card.doc_type == one.doc_type], asker, request.session_digest
        )
        for one in requested_by(request.request.device_request)
    ]
    label = request.terms.label
    return ConsentView(
        asker=asker,
        purpose=request.terms.purpose,
        purpose_code=finding.code,
        registration=in_words(finding, setting.language),
        desk_label=marked(label) if label is not None else None,
        match_number=request.match_number,
        made_at=request.terms.made_at,
        ends_at=request.ends_at,
        read_at=int(at.timestamp()),
        gives_receipts=request.terms.gives_receipts,
        documents=tuple(documents),
    )


def retained(request: AuthenticatedRequest, doc_type: str) -> frozenset[ElementName]:
    """Return what the reader says that it keeps (intentToRetain), by namespace and identifier."""
    return frozenset(
        (space, name)
        for one in request.doc_requests
        if one.items.doc_type == doc_type
        for space, name, keeps in one.items.elements()
        if keeps
    )


def describe_field(card: Card, ref: ElementName, language: str) -> tuple[str, str, bytes | None]:
    """Return label, value in words and picture of an element that a card has, safe to show."""
    element, value = card.element(*ref), card.values[ref]
    picture = value if element.kind is Kind.PORTRAIT and isinstance(value, bytes) else None
    return marked(element.label(language)), marked(describe(element, value, language)), picture


@dataclass(frozen=True)
class _Asked:
    """One document as it is asked for, and all that is needed to say what could answer it."""

    wanted: RequestedDocument
    retained: frozenset[ElementName]
    setting: Setting
    finding: PurposeFinding
    trust: Trust
    at: datetime

    def document(self, cards: Sequence[Card], asker: Asker, session: bytes) -> ConsentDocument:
        card = self._pick(cards)
        language = self.setting.language
        if card is None:
            known = self._type()
            return ConsentDocument(
                doc_type=self.wanted.doc_type,
                name=marked(known.name(language) if known else self.wanted.doc_type),
                card=None,
                state=None,
                shown_before=False,
                fields=(),
                missing=tuple(self._label(None, each) for each in self.wanted.elements),
                not_shown=(),
                others=(),
            )
        fields, missing = self._fields(card)
        offered = {(each.ref[1], each.ref[2]) for each in fields}
        copy = next(card.candidates(asker.fingerprint, session))
        reserved = any(use.session == session for use in copy.record.uses)
        return ConsentDocument(
            doc_type=card.doc_type,
            name=marked(card.name(language)),
            card=card,
            state=card.state(self.trust, self.at),
            shown_before=not copy.fresh and not reserved,
            fields=tuple(fields),
            missing=tuple(self._label(card, each) for each in missing),
            not_shown=tuple(self._label(card, each) for each in card.values if each not in offered),
            others=tuple(each.id for each in cards if each is not card),
        )

    def _type(self) -> CredentialType | None:
        from counterproof.credential_types import shipped  # noqa: PLC0415 - read from disk, and seldom needed

        return {**shipped(), **self.trust.types()}.get(self.wanted.doc_type)

    def _label(self, card: Card | None, ref: ElementName) -> str:
        element = card.element(*ref) if card is not None else element_of(self._type(), *ref)
        return marked(element.label(self.setting.language))

    def _pick(self, cards: Sequence[Card]) -> Card | None:
        """Return the card that the holder picked, else the one that answers best; the newest of equals."""
        picked = self.setting.cards.get(self.wanted.doc_type)
        if picked is not None:
            return next((card for card in cards if card.id == picked), None)
        return max(cards, key=self._merit, default=None) if cards else None

    def _merit(self, card: Card) -> tuple[bool, int, bool, int]:
        answered = sum(each in card.values for each in self.wanted.elements)
        return card.state(self.trust, self.at).usable, answered, card.fresh > 0, card.record.received_at

    def _fields(self, card: Card) -> tuple[list[ConsentField], list[ElementName]]:
        fields: dict[ElementName, ConsentField] = {}
        missing = []
        for asked in self.wanted.elements:
            answers = self._answers(card, asked)
            if not answers:
                missing.append(asked)
            for number, answer in enumerate(answers):
                for ref in answer:
                    new = self._field(card, asked, ref, chosen=number == 0)
                    known = fields.get(ref, new)
                    fields[ref] = _merged(known, new)
        return list(fields.values()), missing

    def _answers(self, card: Card, asked: ElementName) -> list[Sequence[ElementName]]:
        """Return the sets of elements that answer one asked for, the one to prefer first."""
        held, named = card.values, self._named(asked)
        allowed = dict.fromkeys((*self.wanted.alternatives.get(asked, ()), *named))
        sets: list[Sequence[ElementName]] = [one for one in allowed if all(ref in held for ref in one)]
        if asked in held:
            if card.element(*asked).kind in _LESS:
                return [(asked,)]
            less = [one for one in sets if one in named or self._says_less(card, one)]
            # What is registered comes first: a reader's own idea of less may be more than it may ask for.
            less.sort(key=lambda one: any(self._beyond(asked, ref, keeps=False) for ref in one))
            return [*less[:1], (asked,)]
        nearest = self._nearest_age(held, asked)
        return [(nearest,)] if nearest is not None else sets[:1]

    def _named(self, asked: ElementName) -> tuple[tuple[ElementName, ...], ...]:
        """Return the sets that the register names in place of an element."""
        own = self.finding.purpose
        return own.substitutes(self.wanted.doc_type).get(asked, ()) if own is not None else ()

    def _says_less(self, card: Card, refs: Sequence[ElementName]) -> bool:
        return all(card.element(*ref).kind in _LESS for ref in refs)

    def _beyond(self, asked: ElementName, ref: ElementName, *, keeps: bool) -> str | None:
        doc_type = self.wanted.doc_type
        return beyond(self.finding, (doc_type, *ref), asked=(doc_type, *asked), keeps=keeps)

    def _nearest_age(self, held: Mapping[ElementName, Any], asked: ElementName) -> ElementName | None:
        space, name = asked
        age = age_asked(name)
        if age is None:
            return None
        stated = {
            number: value
            for (other, identifier), value in held.items()
            if other == space and (number := age_asked(identifier)) is not None and type(value) is bool
        }
        nearest = nearest_age(age, stated)
        return None if nearest is None else (space, f"age_over_{nearest:02d}")

    def _field(self, card: Card, asked: ElementName, ref: ElementName, *, chosen: bool) -> ConsentField:
        label, value, picture = describe_field(card, ref, self.setting.language)
        kept = asked in self.retained or ref in self.retained
        code = self._beyond(asked, ref, keeps=kept)
        registered = None if self.finding.code == "purpose.nobody-speaks" else code is None
        return ConsentField(
            ref=(self.wanted.doc_type, *ref),
            label=label,
            value=value,
            picture=picture,
            kept=kept,
            instead_of=self._label(card, asked) if ref != asked else None,
            registered=registered,
            chosen=chosen and registered is True,
            beyond=code,
        )


def _merged(known: ConsentField, new: ConsentField) -> ConsentField:
    """Put together what two wishes say of one field: kept if either keeps it, beyond if either is."""
    code = known.beyond or new.beyond
    return replace(
        known,
        kept=known.kept or new.kept,
        beyond=code,
        registered=known.registered and code is None,
        chosen=known.chosen and code is None,
    )
