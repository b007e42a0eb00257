"""A passkey in software: what a browser and its authenticator do with what the console asks of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from issuer.register.online_model import Role

if TYPE_CHECKING:
    from tests.kit.service import Running

_FLAGS = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.USER_VERIFIED


@dataclass
class SoftPasskey:
    """One passkey; `origin` is the page's, `flags` say what the user did, `count` how often it signed."""

    origin: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""
    flags: AuthenticatorData.FLAG = _FLAGS
    count: int = 0

    def make(self, asked: dict[str, Any]) -> str:
        """Return what `navigator.credentials.create` gives."""
        options = asked["publicKey"]
        self.handle = websafe_decode(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        made = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        )
        flags = self.flags | AuthenticatorData.FLAG.ATTESTED
        data = AuthenticatorData.create(_hash(options["rp"]["id"]), flags, self.count, made)
        response = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", options)),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._answer(response)

    def sign(self, asked: dict[str, Any], **changes: str) -> str:
        """Return what `navigator.credentials.get` gives."""
        options = asked["publicKey"]
        self.count += 1
        data = AuthenticatorData.create(_hash(options["rpId"]), self.flags, self.count)
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.handle),
        }
        return self._answer({**response, **changes})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


class ClerkBrowser:
    """A browser without a screen: cookies, forms with their tokens, and a passkey."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.origin = running.service.settings.origin
        self.base = f"{self.origin}{running.service.settings.path}/console"
        self.client = httpx.Client(trust_env=False, timeout=30)
        self.key = SoftPasskey(self.origin)
        self.codes: list[str] = []

    def close(self) -> None:
        """Close its connections."""
        self.client.close()

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self.client.get(f"{self.base}{path}", **more)

    def send(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Send a form as the console's own pages do."""
        own = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        sent = {name: value for name, value in (own | (headers or {})).items() if value}
        return self.client.post(f"{self.base}{path}", data={"ticket": "", **fields}, headers=sent)

    def act(self, path: str, page: str = "/account", **fields: Any) -> httpx.Response:
        """Send a form with the token of this session."""
        return self.send(path, token=self.token(page), **fields)

    def token(self, page: str = "/account") -> str:
        """Return the token in a page's forms."""
        found = re.search(r'name="token" value="([0-9a-f]{32})"', self.get(page).text)
        assert found, page
        return found[1]

    def enrol(self, name: str, role: Role = Role.CLERK) -> httpx.Response:
        """Use a fresh link up."""
        return self.use(self.running.agency.clerks.enrol(name, role).code)

    def use(self, code: str) -> httpx.Response:
        """Make a passkey with a link's code."""
        asked = self.send("/enrol/options", code=code).json()
        done = self.send("/enrol", code=code, ticket=asked["ticket"], credential=self.key.make(asked))
        self.codes = re.findall(r"<li>([a-z2-7-]{19})</li>", done.text)
        return done

    def sign_in(self) -> httpx.Response:
        """Sign in with the passkey."""
        asked = self.send("/sign-in/options").json()
        return self.send("/sign-in", ticket=asked["ticket"], credential=self.key.sign(asked))


def clerk(running: Running, name: str, role: Role = Role.CLERK) -> ClerkBrowser:
    """Return the browser of somebody who is signed in."""
    browser = ClerkBrowser(running)
    assert browser.enrol(name, role).status_code == 200
    assert browser.sign_in().headers["location"].endswith("/console/")
    return browser


def _hash(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()
