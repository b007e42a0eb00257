"""A wallet with everything around it: an agency that issues and publishes, counters that ask."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from counterproof.clock import FixedClock
from counterproof.handover.offer import CredentialOffer
from counterproof.handover.reply import CredentialReply, seal_reply
from counterproof.handover.request import check_request
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.device_request import ItemsRequest
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.mso import StatusListReference
from counterproof.optics.exchange.reader_side import CounterTransaction, ReaderIdentity
from counterproof.optics.exchange.request import READS_STREAMS, RequestTerms
from counterproof.trust.confirming import expecting
from counterproof.trust.purposes import Purpose, PurposeDocument, PurposeElement, PurposeReaders
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT, CertificateKit
from tests.kit.published import URI, Publisher
from tests.kit.purposes import purpose
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.simulators.agency import Agency
from wallet.cli import main
from wallet.cli.app import App
from wallet.holder import Holder
from wallet.presentment import Presentment
from wallet.receiving import receive_card, request_card
from wallet.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from click.testing import Result

    from counterproof.mdoc.request_info import DocRequestInfo
    from wallet.cards import Card
    from wallet.consent import Setting

AGE, RESIDENCY, LIBRARY, MEALS = (
    "eu.europa.ec.av.1",
    "org.counterproof.residency.1",
    "org.counterproof.library-card.1",
    "org.counterproof.free-school-meals.1",
)
TOML = {AGE: "eu-age-proof", RESIDENCY: "residency", LIBRARY: "library-card", MEALS: "free-school-meals"}
PURPOSE = "library.join"
OWN, OFFICE = "HB-DESK-3", "HB-LIBRARY"

PERSON: dict[str, dict[str, Any]] = {
    AGE: {"age_over_18": True, "age_over_21": True, "age_over_65": False},
    RESIDENCY: {
        "family_name": "Quillfeather-Mägi",
        "given_name": "Ottoline Zenobia",
        "birth_date": FullDate("1987-03-09"),
        "resident_borough": "Saltmarsh Quay",
        "card_number": "RZ-7719-0042",
        "age_over_18": True,
        "portrait": b"\xff\xd8\xff" + bytes(range(256)) * 4,
    },
    LIBRARY: {"card_number": "LB-5550-1234", "member_since": FullDate("2020-02-29")},
}
"""What the person's documents say: values unlike anything that a document holds anyway."""


def type_toml(doc_type: str) -> bytes:
    """Return the file of a shipped type."""
    return (resources.files("counterproof.credential_types") / f"{TOML[doc_type]}.toml").read_bytes()


@functools.cache
def publisher_named(name: str) -> Publisher:
    """Return the agency of the documents under this name; it keeps nothing but what its seed gives."""
    return Publisher(seed="agency 1", name=name)


def publish(publisher: Publisher, folder: Path, at: datetime = AT, **changes: Any) -> None:
    """Publish every shipped type, and a status list in which `values` are not valid."""
    values = changes.pop("values", None)
    honest = {
        "doc_types": (*TOML,),
        "types": tuple(type_toml(each) for each in TOML),
        "status_lists": (publisher.token(at, values, life=timedelta(days=60)),),
    }
    publisher.publish(folder, at, **{**honest, **changes})


@functools.cache
def _template(name: str) -> Path:
    """Publish once, and trust it once: a folder to copy, since every save of either waits for the disk."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    publisher = publisher_named(name)
    publish(publisher, folder / "published")
    store = TrustStore(folder / "trust")
    store.add(folder / "published", confirm=expecting(publisher.fingerprint), at=AT)
    return folder


@dataclass
class WalletBox:
    """One wallet in a folder, the agency `publisher` that it trusts, and a clock for all of them."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(AT))
    publisher: Publisher = field(default_factory=lambda: publisher_named("Harbour Borough"))
    remembers: bool = False

    def __post_init__(self) -> None:
        self.agency = Agency(1, at=AT)
        assert self.agency.anchor == self.publisher.root
        self.published = self.folder / "published"
        shutil.copytree(_template(self.publisher.name) / "published", self.published)
        self._issued = 0
        self._published = 0
        self._asked = 0

    @property
    def path(self) -> Path:
        """The wallet's file."""
        return self.folder / "mine.cpwallet"

    def publish(self, at: datetime = AT, **changes: Any) -> None:
        """Publish the agency's folder, or a newer one."""
        publish(self.publisher, self.published, at, **changes)

    def trust(self) -> TrustStore:
        """Return the wallet's own copy of what the agency published."""
        folder = self.path.with_name(self.path.name + ".trust")
        if not folder.exists():
            shutil.copytree(_template(self.publisher.name) / "trust", folder)
        return TrustStore(folder)

    def register(
        self,
        *names: str,
        keep: Iterable[str] = (),
        instead: Mapping[str, Iterable[str]] | None = None,
        doc_type: str = RESIDENCY,
        **changes: Any,
    ) -> None:
        """Publish a purpose of the counter with these elements, and let the wallet take the newer folder."""
        self.register_purposes(self.purpose(*names, keep=keep, instead=instead, doc_type=doc_type, **changes))

    def purpose(
        self,
        *names: str,
        keep: Iterable[str] = (),
        instead: Mapping[str, Iterable[str]] | None = None,
        doc_type: str = RESIDENCY,
        **changes: Any,
    ) -> Purpose:
        """Return a purpose of the counter with these elements."""
        kept, less = frozenset(keep), instead or {}
        elements = tuple(
            PurposeElement(
                namespace=doc_type,
                element=name,
                keep=name in kept,
                instead=tuple(
                    tuple((doc_type, part) for part in one.split("+")) for one in less.get(name, ())
                ),
            )
            for name in names
        )
        honest = {"id": PURPOSE, "readers": (PurposeReaders(ids=(OWN,)),)}
        document = PurposeDocument(doc_type=doc_type, elements=elements)
        return purpose(**{**honest, "documents": (document,), **changes})

    def register_purposes(self, *purposes: Purpose) -> None:
        """Publish these purposes, and let the wallet take the newer folder and believe what it says."""
        self._published += 1
        at = AT + timedelta(seconds=self._published)
        self.publish(at, purposes=purposes)
        self.trust().update(self.published, at=at)
        for waiting in self.trust().read().waiting:
            self.trust().confirm_purposes(waiting)

    def holder(self) -> Holder:
        """Open the wallet, made if it is not there."""
        make = Vault.open if self.path.exists() else Vault.create
        vault = make(
            self.path,
            PASSPHRASE,
            random=os.urandom,
            clock=self.clock,
            policy=CHEAP_KDF,
            state_dir=self.folder / "state" if self.remembers else None,
        )
        return Holder(vault, self.trust(), self.clock, os.urandom)

    def offer(self, doc_type: str, copies: int = 3, **changes: Any) -> CredentialOffer:
        """Return an offer of the agency."""
        honest = CredentialOffer(
            credential_issuer="https://utopia.example",
            agency=self.publisher.name,
            doc_type=doc_type,
            issuer_root=self.publisher.fingerprint,
            c_nonce=os.urandom(16),
            expires_at=self.clock.now() + timedelta(days=7),
            batch_size=copies,
        )
        return replace(honest, **changes)

    def reply(self, request: bytes, elements: Mapping[str, Any], **changes: Any) -> bytes:
        """Issue to the keys of a request and seal the reply; `changes` are parts of the reply."""
        checked = check_request(
            request, issuer="https://utopia.example", nonce_ok=lambda _: True, at=self.clock.now()
        )
        terms = changes.pop("terms", {})
        keys = changes.pop("keys", checked.device_keys)
        credentials = []
        for key in keys:
            self._issued += 1
            status = StatusListReference(self._issued, URI)
            content = {checked.doc_type: elements}
            credentials.append(
                self.agency.issue(checked.doc_type, content, key, **{"status": status, "decoys": 2, **terms})
            )
        honest = CredentialReply(
            doc_type=checked.doc_type,
            credentials=tuple(credentials),
            type_toml=type_toml(checked.doc_type),
            issuer_root=self.publisher.root,
            agency=self.publisher.name,
            issued_at=self.clock.now(),
            note="Welcome",
        )
        return seal_reply(
            replace(honest, **changes), recipient_key=checked.recipient_key, request_hash=checked.request_hash
        )

    def give(
        self,
        holder: Holder,
        doc_type: str,
        elements: Mapping[str, Any] | None = None,
        *,
        copies: int = 3,
        **terms: Any,
    ) -> Card:
        """Let the holder ask for a card, and have it issued."""
        asked = request_card(holder, self.offer(doc_type, copies).to_bytes())
        content = PERSON[doc_type] if elements is None else elements
        return receive_card(holder, self.reply(asked.request, content, terms=terms)).card

    def identity(self) -> ReaderIdentity:
        """Return the registered counter."""
        key = self.publisher.kit.key("reader")
        return ReaderIdentity(SoftwareSigner(key, deterministic=True), [self.publisher.reader.der])

    def stranger(self, name: str = "Town Hall Desk 3", kit: CertificateKit | None = None) -> ReaderIdentity:
        """Return a counter whose certificate no register names; under another root unless told otherwise."""
        own = kit or CertificateKit("somewhere else")
        certificate = own.reader("stranger", common_name=name)
        return ReaderIdentity(SoftwareSigner(own.key("stranger"), deterministic=True), [certificate.der])

    def ask(
        self,
        wanted: Mapping[str, Iterable[str]],
        *,
        keep: Iterable[str] = (),
        identity: ReaderIdentity | None = None,
        info: DocRequestInfo | None = None,
        **terms: Any,
    ) -> CounterTransaction:
        """Ask for elements (docType -> identifiers, in the namespace of that name) at this moment."""
        self._asked += 1
        kept = frozenset(keep)
        items = [
            ItemsRequest.make(one, {one: {name: name in kept for name in names}}, info)
            for one, names in wanted.items()
        ]
        honest: dict[str, Any] = {
            "purpose": PURPOSE,
            "made_at": int(self.clock.now().timestamp()),
            "features": READS_STREAMS,
            "label": "Desk 3",
        }
        return CounterTransaction.begin(
            identity or self.identity(),
            items,
            RequestTerms.make(**{**honest, **terms}),
            seconds=0.0,
            random=os.urandom,
            key=self.publisher.kit.key(f"one-time {self._asked}"),
        )

    def read(
        self, holder: Holder, transaction: CounterTransaction, setting: Setting | None = None
    ) -> Presentment:
        """Let the wallet read a request."""
        return Presentment.read(holder, transaction.request.to_message(), setting)

    def run(self, *args: str, answers: str = "", **environment: str) -> Result:
        """Run a command of `wallet` in this process; `answers` is what the person types."""
        around = {
            "HOME": str(self.folder),
            "COUNTERPROOF_WALLET": str(self.path),
            "COUNTERPROOF_PASSPHRASE": PASSPHRASE,
        }
        app = App(
            environment={name: value for name, value in {**around, **environment}.items() if value},
            policy=CHEAP_KDF,
            clock=self.clock,
        )
        return CliRunner().invoke(main, list(args), input=answers, obj=app, catch_exceptions=False)


def opened(transaction: CounterTransaction, m: bytes) -> DeviceResponse:
    """Open an answer as the counter does."""
    response = transaction.receive(m, 1.0).response
    assert response is not None
    return DeviceResponse.from_bytes(response)


def shown_by(response: DeviceResponse) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what a response holds: docType -> namespace -> identifier -> value."""
    return {
        document.doc_type: {
            space: {item.identifier: item.value for item in items}
            for space, items in document.issuer_signed.namespaces.items()
        }
        for document in response.documents
    }


def salts(card: Card) -> dict[bytes, tuple[str, str]]:
    """Return the salts of every item of every copy, and which element each belongs to."""
    return {
        item.random: (space, item.identifier)
        for copy in card.copies
        for space, items in IssuerSigned.from_bytes(copy.record.issuer_signed).namespaces.items()
        for item in items
    }


def refs(card: Card, *names: str) -> list[tuple[str, str, str]]:
    """Return elements of a card by their identifiers."""
    return [(card.doc_type, card.doc_type, name) for name in names]
