"""One agency, as commands, tests and later a service use it: a method for each thing that it does.

Every method takes the time from the agency's clock. What a method returns is on the disk by then.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING, Self

from counterproof.clock import SystemClock
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError, StoreError
from counterproof.sealing import kdf
from issuer.agency import (
    auditing,
    changing,
    delegating,
    founding,
    offering,
    publishing,
    readers,
    restoring,
    rotating,
    signers,
)
from issuer.agency import purposes as registering
from issuer.agency import state as states
from issuer.agency.access import Access
from issuer.agency.cases import Cases
from issuer.agency.clerks import Clerks
from issuer.agency.desk import KEYS, ROOT_KEYS, ROOT_TOKEN, TOKEN, AgencyFacts, Desk, register_place
from issuer.agency.issuing import Draft, Issued, Issuing, Plan
from issuer.agency.offering import OFFER_DAYS
from issuer.agency.online import Online
from issuer.agency.publishing import PUBLISH_DAYS
from issuer.agency.types import choose
from issuer.keys import Passphrases, open_keys
from issuer.register import Register, SignerRole
from issuer.register.indices import DEFAULT_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from counterproof.clock import Clock
    from counterproof.handover.offer import CredentialOffer
    from counterproof.sealing.kdf import KdfPolicy
    from counterproof.trust.purposes import Purpose
    from issuer.agency.types import Catalogue, TypeFile
    from issuer.keys import KeyStore
    from issuer.register.allowance import Rule
    from issuer.subjects import Subject

    Secret = str | Callable[[], str]


class Agency:
    """An agency that is open for work; `desk` is what its use cases share."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._issuing = Issuing(desk)
        self.online = Online(desk, self._issuing)
        """What it does over a network: offers, tokens, credentials for wallets of any maker."""

        self.access = Access(desk)
        """Who may use its HTTP interface."""

        self.clerks = Clerks(desk)
        """Who works at its console."""

        self.cases = Cases(desk)
        """Everything about one matter, and a signed copy of it."""

    def acting_for(self, who: str) -> Self:
        """Return the same agency at the hands of somebody else, for the log."""
        return type(self)(dataclasses.replace(self.desk, who=who))

    @classmethod
    def init(
        cls,
        folder: Path,
        *,
        name: str,
        country: str,
        passphrase: Secret,
        root_passphrase: Secret | None = None,
        root_keys: Path | None = None,
        url: str | None = None,
        contact: str | None = None,
        status_size: int = DEFAULT_SIZE,
        types: Sequence[str] = (),
        register: str | None = None,
        token: str | None = None,
        root_token: str | None = None,
        who: str = "founder",
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        policy: KdfPolicy = kdf.STANDARD,
    ) -> Self:
        """Found an agency in a folder that is empty or not there, and open it.

        `root_keys` is where the keys of both roots go, by default `root-keys` inside. `types` are docTypes or
        short names of shipped credential types, all of them if none is named. `register` is the address of a
        PostgreSQL database; a SQLite file in the folder by default. `token` and `root_token` are PKCS#11 URIs
        of tokens in which the signers' and the roots' keys are made; passphrases are their PINs. Errors as
        `founding.found`.
        """
        clock = clock or SystemClock()
        facts = founding.make_facts(name, country, url=url, contact=contact, status_size=status_size)
        passphrases = _passphrases(passphrase, root_passphrase)
        founding.found(
            folder,
            root_keys,
            founding.Founding(
                facts=facts,
                types=choose(types),
                passphrases=passphrases,
                who=who,
                at=clock.now(),
                random=random,
                policy=policy,
                register_url=register,
                token=token,
                root_token=root_token,
            ),
        )
        return cls.open(
            folder,
            passphrase=passphrase,
            root_passphrase=root_passphrase,
            root_keys=root_keys,
            who=who,
            clock=clock,
            random=random,
            policy=policy,
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: Secret,
        root_passphrase: Secret | None = None,
        root_keys: Path | None = None,
        who: str = "agency",
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        policy: KdfPolicy = kdf.STANDARD,
        restored: bool = False,
    ) -> Self:
        """Open an agency; no key is opened, and no passphrase asked for, before it is needed.

        Raises UsageError `register.missing`, StoreError `register.*`, `agency.incomplete`, and
        `agency.restored` where the register is an old copy of itself, unless `restored` says so.
        """
        register = Register.open(register_place(folder), random=random)
        settings = register.settings()
        register.close()
        keys = open_keys(
            folder / KEYS,
            folder / ROOT_KEYS if root_keys is None else root_keys,
            _passphrases(passphrase, root_passphrase),
            random,
            policy=policy,
            token=settings.get(TOKEN),
            root_token=settings.get(ROOT_TOKEN),
        )
        return cls.over(folder, keys, who=who, clock=clock, random=random, restored=restored)

    @classmethod
    def over(
        cls,
        folder: Path,
        keys: KeyStore,
        *,
        who: str = "agency",
        clock: Clock | None = None,
        random: Callable[[int], bytes] = os.urandom,
        restored: bool = False,
    ) -> Self:
        """Open an agency whose keys live elsewhere, such as in a token; raises as `open`."""
        register = Register.open(register_place(folder), random=random)
        desk = Desk(
            folder=folder,
            facts=_facts(register),
            register=register,
            keys=keys,
            clock=clock or SystemClock(),
            random=random,
            who=who,
        )
        try:
            if not restored:
                auditing.check_not_restored(desk)
            return cls(desk)
        except CounterproofError:
            register.close()
            raise

    def close(self) -> None:
        """Close the register, and note in the folder where its log stands."""
        with contextlib.suppress(StoreError):
            auditing.witness(self.desk)
        self.desk.register.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def facts(self) -> AgencyFacts:
        """Who this agency is."""
        return self.desk.facts

    @property
    def register(self) -> Register:
        """What it has issued, and its log."""
        return self.desk.register

    @property
    def root(self) -> Certificate:
        """The IACA's certificate: the anchor of everything that it issues."""
        return self.desk.root(SignerRole.IACA)

    @property
    def reader_root(self) -> Certificate:
        """The root of its counters' certificates."""
        return self.desk.root(SignerRole.READER_CA)

    def catalogue(self) -> Catalogue:
        """Return the credential types that it issues; raises `catalogue.*`."""
        return self.desk.catalogue()

    def offer(
        self, doc_type: str, *, copies: int | None = None, life_days: int = OFFER_DAYS
    ) -> CredentialOffer:
        """Return an offer with a fresh nonce; see `offering.offer`."""
        return offering.offer(self.desk, doc_type, copies=copies, life_days=life_days)

    def plan(self, request: bytes, doc_type: str, subject: Subject, *, valid_days: int | None = None) -> Plan:
        """Check a request and a person's data, and change nothing; see `Issuing.plan`."""
        return self._issuing.plan(request, doc_type, subject, valid_days=valid_days)

    def draft(self, entry: TypeFile, subject: Subject, at: datetime) -> Draft:
        """Return what a person's documents would say; see `Issuing.draft`."""
        return self._issuing.draft(entry, subject, (), at=at)

    def answered(self, request: bytes, doc_type: str, reference: str) -> Issued | None:
        """Return the answer that a request had before, or None; see `Issuing.answered`."""
        return self._issuing.answered(request, doc_type, reference)

    def issue(
        self,
        request: bytes,
        doc_type: str,
        subject: Subject,
        *,
        valid_days: int | None = None,
        alone: Rule | None = None,
    ) -> Issued:
        """Issue a batch of one-time copies and return the sealed reply; see `Issuing.issue`."""
        return self._issuing.issue(request, doc_type, subject, valid_days=valid_days, alone=alone)

    def warm_up(self) -> None:
        """Open the document signer's key now, so that a wrong passphrase is told before the work begins."""
        desk = self.desk
        signer = desk.signer(SignerRole.DOCUMENT, desk.now())
        desk.keys.signer(SignerRole.DOCUMENT, Certificate.from_der(signer.certificate))

    def set_status(self, what: str, target: str, *, reason: str) -> int:
        """Do `revoke`, `suspend` or `reinstate` with a batch or a copy; see `changing.change`."""
        return changing.change(self.desk, what, [target], reason=reason)

    def revoke(self, target: str, *, reason: str) -> int:
        """Revoke a batch, or one copy of it, for ever; raises `register.*`."""
        return self.set_status("revoke", target, reason=reason)

    def suspend(self, target: str, *, reason: str) -> int:
        """Suspend a batch or a copy; raises `register.*`, `register.no-suspension` above all."""
        return self.set_status("suspend", target, reason=reason)

    def reinstate(self, target: str, *, reason: str) -> int:
        """Take a suspension back; raises `register.*`."""
        return self.set_status("reinstate", target, reason=reason)

    def publish(self, out: Path, *, life_days: int = PUBLISH_DAYS) -> publishing.Published:
        """Publish lists, roots, counters and types into a folder; see `publishing.publish`."""
        return publishing.publish(self.desk, out, life_days=life_days)

    def restore(self, published: Path | None = None) -> restoring.Restored:
        """Go on with a register that was put back from a copy; see `restoring.restore`."""
        return restoring.restore(self.desk, published)

    def purposes(self) -> tuple[Purpose, ...]:
        """Return what its counters may ask for; see `purposes.registered`."""
        return registering.registered(self.desk)

    def add_purposes(self, content: bytes, *, dry_run: bool = False) -> registering.Registering:
        """Register the purposes of a file; see `purposes.add`."""
        return registering.add(self.desk, content, dry_run=dry_run)

    def remove_purpose(self, purpose: str) -> None:
        """Take a purpose out of the register; see `purposes.remove`."""
        registering.remove(self.desk, purpose)

    def join_pack(self, name: str | None = None, *, new_key: bool = False) -> delegating.PackState:
        """Take part in authorities' trust packs from now on; see `delegating.join`."""
        return delegating.join(self.desk, name, new_key=new_key)

    def certify_reader(
        self, request: bytes, *, reader_id: str, name: str, office: str | None = None
    ) -> readers.CertifiedReader:
        """Sign a counter's certificate; see `readers.certify`."""
        return readers.certify(self.desk, request, reader_id=reader_id, name=name, office=office)

    def withdraw_reader(self, reader_id: str, *, reason: str) -> int:
        """Withdraw a counter's certificates; see `readers.withdraw`."""
        return readers.withdraw(self.desk, reader_id, reason=reason)

    def rotate_signer(
        self,
        role: SignerRole = SignerRole.DOCUMENT,
        *,
        overlap_days: int = rotating.OVERLAP_DAYS,
        keep_days: int = rotating.KEEP_DAYS,
    ) -> rotating.Rotated:
        """Make the next document or status signer ahead; see `rotating.rotate`."""
        return rotating.rotate(self.desk, role, overlap_days=overlap_days, keep_days=keep_days)

    def destroy_old_keys(self) -> int:
        """Destroy the old signers' keys whose time has come; see `rotating.destroy_due`."""
        return rotating.destroy_due(self.desk)

    def withdraw_signer(self, name: str, *, reason: str) -> signers.WithdrawnSigner:
        """Withdraw a document or status signer; see `signers.withdraw_signer`."""
        return signers.withdraw_signer(self.desk, name, reason=reason)

    def mark_stolen(self, name: str, *, reason: str) -> signers.WithdrawnSigner:
        """Say that a document signer's key was stolen; see `signers.mark_stolen`."""
        return signers.mark_stolen(self.desk, name, reason=reason)

    def renew_crls(self) -> tuple[SignerRole, ...]:
        """Sign the revocation lists anew; see `signers.renew_crls`."""
        return signers.renew_crls(self.desk)

    def state(self) -> states.State:
        """Return how the agency stands; see `state.look`."""
        return states.look(self.desk)

    def signer_warning(self) -> states.Finding | None:
        """Return what is to be said of the document signer, or None while all is well."""
        return states.signer_warning(self.desk, self.desk.clock.now())


def _passphrases(daily: Secret, roots: Secret | None) -> Passphrases:
    return Passphrases(daily=_asker(daily), roots=_asker(daily if roots is None else roots))


def _asker(secret: Secret) -> Callable[[], str]:
    return secret if callable(secret) else lambda: secret


def _facts(register: Register) -> AgencyFacts:
    settings = register.settings()
    try:
        return AgencyFacts(
            name=settings["name"],
            country=settings["country"],
            url=settings["url"],
            contact=settings["contact"],
            status_size=int(settings["status-size"]),
        )
    except (KeyError, ValueError):
        register.close()
        raise StoreError("agency.incomplete") from None
