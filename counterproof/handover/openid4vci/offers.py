"""The credential offer (section 4): a link with the offer inside, or with the address at which it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from counterproof import strict_json
from counterproof.handover.openid4vci.limits import LIMITS, check_address, check_text
from counterproof.letters import is_plain
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError

PRE_AUTHORIZED: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
SCHEME: Final = "openid-credential-offer"
SCHEMES: Final = (SCHEME, "haip-vci")
"""The second is that of the High Assurance Interoperability Profile; the offer behind it is the same."""

_MOST_CONFIGURATIONS = 32
_MOST_LENGTH = 32


class TxCode(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the code that the person types (4.1.1); an empty object asks for one all the same."""

    input_mode: Literal["numeric", "text"] = "numeric"
    length: int | None = None
    description: str | None = None


class _Grant(msgspec.Struct, frozen=True, kw_only=True):
    code: str = msgspec.field(name="pre-authorized_code")
    tx_code: TxCode | None = None
    authorization_server: str | None = None


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    credential_issuer: str
    credential_configuration_ids: tuple[str, ...]
    grants: dict[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineOffer:
    """A credential offer with a pre-authorized code, the one grant that wallet and agency use.

    `code` is a secret of whoever holds the offer; `tx_code` says that a code from another way is needed too.
    """

    issuer: str
    configurations: tuple[str, ...]
    code: str = field(repr=False)
    tx_code: TxCode | None = None
    authorization_server: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the offer as a JSON object."""
        grant: dict[str, Any] = {"pre-authorized_code": self.code}
        if self.tx_code is not None:
            members = {name: getattr(self.tx_code, name) for name in TxCode.__struct_fields__}
            grant["tx_code"] = {name: value for name, value in members.items() if value is not None}
        return {
            "credential_issuer": self.issuer,
            "credential_configuration_ids": list(self.configurations),
            "grants": {PRE_AUTHORIZED: grant},
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> OnlineOffer:
        """Read an offer; unknown members are passed over, as 4.1.1 wants.

        Raises MalformedError and LimitError `json.*`, `online.form`; UnsupportedError `online.no-code-grant`
        for an offer that leads to a sign-in page alone.
        """
        form = strict_json.convert(strict_json.loads(data, limit=LIMITS.offer), _Form)
        grant_form = form.grants.get(PRE_AUTHORIZED)
        if grant_form is None:
            raise UnsupportedError("online.no-code-grant")
        grant = strict_json.convert(grant_form, _Grant)
        offer = cls(
            issuer=form.credential_issuer,
            configurations=form.credential_configuration_ids,
            code=grant.code,
            tx_code=grant.tx_code,
            authorization_server=grant.authorization_server,
        )
        offer._check()
        return offer

    def _check(self) -> None:
        check_address(self.issuer, field="credential_issuer", query=False)
        check_text(self.code, field="pre-authorized_code", most=LIMITS.secret)
        names = self.configurations
        if not 1 <= len(names) <= _MOST_CONFIGURATIONS or len(set(names)) != len(names):
            raise MalformedError("online.form", field="credential_configuration_ids")
        for name in names:
            check_text(name, field="credential_configuration_ids", most=256)
        if self.authorization_server is not None:
            check_address(self.authorization_server, field="authorization_server", query=False)
        if self.tx_code is not None:
            _check_tx_code(self.tx_code)


def _check_tx_code(code: TxCode) -> None:
    if code.length is not None and not 1 <= code.length <= _MOST_LENGTH:
        raise MalformedError("online.form", field="tx_code")
    text = code.description
    if text is not None and not (len(text) <= LIMITS.description and is_plain(text)):
        raise MalformedError("online.form", field="tx_code")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was read: the offer itself, or the address from which to fetch it."""

    offer: OnlineOffer | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


def link_by_value(offer: OnlineOffer) -> str:
    """Return the link that carries the whole offer (4.1.2)."""
    text = msgspec.json.encode(offer.to_json()).decode()
    return f"{SCHEME}://?credential_offer={quote(text, safe='')}"


def link_by_reference(address: str) -> str:
    """Return the link that carries the offer's address (4.1.3): shorter, so a smaller picture."""
    return f"{SCHEME}://?credential_offer_uri={quote(address, safe='')}"


def is_link(text: str) -> bool:
    """Tell whether a text is meant to be such a link; nothing in it is believed by that."""
    return text.strip().partition("://")[0].lower() in SCHEMES


def read_link(text: str) -> Link:
    """Read a link strictly: one of the two parameters, once.

    Raises LimitError `online.link-length`, MalformedError `online.link`, and as `OnlineOffer.from_bytes`.
    """
    text = text.strip()
    if len(text) > LIMITS.link:
        raise LimitError("online.link-length", limit=LIMITS.link)
    if not (is_link(text) and text.isascii() and text.isprintable()):
        raise MalformedError("online.link")
    try:
        pairs = parse_qsl(urlsplit(text).query, strict_parsing=True, max_num_fields=8, errors="strict")
    except ValueError:
        raise MalformedError("online.link") from None
    found = [(name, value) for name, value in pairs if name in ("credential_offer", "credential_offer_uri")]
    if len(found) != 1:
        raise MalformedError("online.link")
    name, value = found[0]
    if name == "credential_offer":
        return Link(offer=OnlineOffer.from_bytes(value.encode()))
    check_address(value, field="credential_offer_uri")
    return Link(address=value)
