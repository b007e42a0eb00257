"""What whoever looks after a counter does to it: its certificate, and what its clerks can ask every day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from counterproof.mdoc.errors import UsageError
from verifier import identity as own
from verifier.home import check_request_name
from verifier.purposes import OwnPurposes, question_of

if TYPE_CHECKING:
    from datetime import datetime

    from counterproof.sealing.kdf import KdfPolicy
    from verifier.flow.place import Place, Standing
    from verifier.home import NamedRequest


@dataclass(frozen=True, slots=True)
class Certified:
    """How far a counter has come: no certificate, or one until a day, and what wallets show of it."""

    until: datetime | None
    over: bool = False
    standing: Standing | None = None


def certified(place: Place) -> Certified:
    """Say how far this counter has come; raises UsageError `verifier.certificate-unreadable`."""
    content = place.home.chain_content()
    if content is None:
        return Certified(None)
    until = own.read_chain(content)[0].not_after
    return Certified(until, until < place.clock.now(), place.standing)


def request_again(place: Place, passphrase: str, policy: KdfPolicy) -> bytes:
    """Return the request for a certificate (PKCS#10, DER), made anew from the key; raises as `read_key`."""
    key = own.read_key(place.home.key_content(), lambda: passphrase, policy)
    return own.signing_request(place.settings.name, key)


def install(place: Place, content: bytes, passphrase: str, policy: KdfPolicy) -> Standing:
    """Install the certificate that came back, if wallets would take it and it is for this key.

    Raises UsageError `verifier.certificate-*`, and as `read_key`; nothing is written then.
    """
    chain = own.read_chain(content)
    own.standing(chain, place.trust.readers(), place.clock.now())
    own.check_fits(chain, own.read_key(place.home.key_content(), lambda: passphrase, policy))
    place.home.save_chain(own.chain_to_pem(chain))
    return place.unlock(passphrase)


def save_question(place: Place, name: str, named: NamedRequest) -> None:
    """Save what clerks can ask under a name; one of the same name gives way.

    Raises UsageError `verifier.request-name`, and what a question or the register is refused with.
    """
    check_request_name(name)
    for wish in named.wishes:
        if not wish.fields:
            raise UsageError("verifier.fields-none", type=wish.doc_type)
    content = place.home.chain_content()
    chain = () if content is None else tuple(each.der for each in own.read_chain(content))
    registered = OwnPurposes.of(place.trust, place.settings.ids, chain)
    registered.check(question_of(named, lambda: registered, place.types()))
    _keep(place, {**place.settings.requests, name: named})


def drop_question(place: Place, name: str) -> None:
    """Let what is asked under a name go."""
    _keep(place, {each: held for each, held in place.settings.requests.items() if each != name})


def _keep(place: Place, requests: dict[str, NamedRequest]) -> None:
    settings = msgspec.structs.replace(place.settings, requests=requests)
    place.home.save(settings)
    place.settings = settings
