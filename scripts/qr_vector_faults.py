"""Vectors of the QR exchange that must be refused: one fault each, and the code that names it."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import EncodedCbor, Spliced, encode
from counterproof.mdoc.certificates.build import Subject, Validity, build_reader
from counterproof.mdoc.cose import ES384, CoseSign1, SoftwareSigner
from counterproof.mdoc.device_request import reader_authentication, x5chain_header
from counterproof.optics.exchange import coding, transcript
from counterproof.optics.exchange.dictionary import dictionary
from scripts.qr_vector_faults_cards import card_request_faults
from scripts.qr_vector_faults_codes import code_faults
from tests.kit.certificates import AT, CRL_URL, START
from tests.kit.qr_story import ADULT, AGE, LIBRARY, NOW, RESIDENCY, Story, recoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterproof.mdoc.cose import Signer

P384_KEY = {1: 2, -1: 2, -2: bytes(48), -3: bytes(48)}


def fault(name: str, rule: str, m: bytes, expect: str, **more: Any) -> dict[str, Any]:
    """Return one case; `now` is the wallet's clock in Unix seconds."""
    return {"id": name, "kind": "request", "rule": rule, "now": NOW, **more, "M": m, "expect": expect}


def items(*doc_types: str) -> list[EncodedCbor]:
    """Return an ItemsRequest of one element for each docType."""
    names = {AGE: "age_over_18", LIBRARY: "card_number", RESIDENCY: "resident_borough"}
    return [
        EncodedCbor.of({"docType": each, "nameSpaces": {each: {names[each]: False}}}) for each in doc_types
    ]


class Mislabelled:
    """Signs with ES256 and says ES384."""

    algorithm = ES384

    def __init__(self, signer: Signer) -> None:
        self.public_key = signer.public_key
        self.sign = signer.sign


class Forger:
    """Builds request bodies that are honest but for what it is told to change."""

    def __init__(self, story: Story) -> None:
        self.story = story
        request = story.counter.request(ADULT).request
        self.parameters = request.parameters.encoded
        self.terms = request.terms.encoded
        self.signer: Signer = story.counter.identity.signer
        self.chain = list(story.counter.identity.chain)

    def transcript(self, wanted: Sequence[EncodedCbor], **changed: Any) -> bytes:
        """Return S of a request with these items."""
        return transcript.two_way(
            changed.get("parameters", self.parameters),
            changed.get("terms", self.terms),
            changed.get("leaf", self.chain[0]),
            wanted,
        )

    def body(
        self,
        wanted: Sequence[EncodedCbor] | None = None,
        *,
        parameters: EncodedCbor | None = None,
        terms: EncodedCbor | None = None,
        signed_over: bytes | None = None,
        chains: Sequence[Sequence[bytes]] | None = None,
        signer: Signer | None = None,
        version: str = "1.0",
        **members: Any,
    ) -> bytes:
        """Return a QrRequest map; everything is signed over the S that it makes unless told otherwise."""
        wanted = items(AGE) if wanted is None else wanted
        chains = chains or [self.chain] * len(wanted)
        parameters, terms = parameters or self.parameters, terms or self.terms
        leaf = chains[0][0] if chains[0] else b""
        session = signed_over or transcript.two_way(parameters, terms, leaf, wanted)
        requests = []
        for each, chain in zip(wanted, chains, strict=True):
            auth = CoseSign1.sign(
                signer or self.signer,
                reader_authentication(session, each),
                detached=True,
                unprotected=x5chain_header(chain) if chain else {},
            )
            requests.append({"itemsRequest": each, "readerAuth": auth.to_list()})
        device_request = {"version": version, "docRequests": requests} | members
        return encode({1: parameters, 2: terms, 3: encode(device_request)})

    def with_terms(self, **changes: Any) -> bytes:
        """Return a body whose RequestTerms differ in `m0` to `m6`; None leaves a member out."""
        members = {0: 1, 1: "library.age-check", 2: NOW, 3: 120, 4: 65_535, 5: 1, 6: "Desk 3"}
        members |= {int(name[1:]): value for name, value in changes.items()}
        return self.body(
            terms=EncodedCbor.of({key: value for key, value in members.items() if value is not None})
        )

    def with_parameters(self, key: Any = None, nonce: bytes = bytes(16), **members: Any) -> bytes:
        """Return a body with other EncryptionParameters."""
        own = self.story.counter.kit.key("one-time 1").public_key().public_numbers()
        whole = {1: 2, -1: 1, -2: own.x.to_bytes(32, "big"), -3: own.y.to_bytes(32, "big")}
        return self.body(
            parameters=EncodedCbor.of({"recipientPublicKey": key or whole, "nonce": nonce} | members)
        )


def coding_faults(body: bytes) -> Iterator[dict[str, Any]]:
    """Faults of the coding byte and of the stream behind it."""
    good = coding.deflated(body)
    other = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary()[:-1])
    cases = (
        ("empty", b"", "exchange.empty"),
        ("number-unknown", b"\x02" + body, "exchange.coding"),
        ("plain-too-large", b"\x00" + bytes(16_385), "exchange.body-size"),
        ("bomb", b"\x01" + coding.deflated(bytes(20_000)), "exchange.body-size"),
        ("no-dictionary", b"\x01" + zlib.compress(body), "exchange.deflate-dictionary"),
        ("other-dictionary", b"\x01" + other.compress(body) + other.flush(), "exchange.deflate-dictionary"),
        ("raw-deflate", b"\x01" + good[6:-4], "exchange.deflate-header"),
        ("checksum", b"\x01" + good[:-1] + bytes((good[-1] ^ 1,)), "exchange.deflate-damaged"),
        ("truncated", b"\x01" + good[:-5], "exchange.deflate-truncated"),
        ("head-alone", b"\x01" + good[:5], "exchange.deflate-truncated"),
        ("trailing", b"\x01" + good + b"\x00", "exchange.deflate-trailing"),
    )
    for name, m, expect in cases:
        yield fault(f"coding-{name}", "Coding", m, expect)


def envelope_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Faults of the outer map's bytes."""
    body = forger.body()
    e, t = forger.parameters, forger.terms
    request = body[body.index(t.raw) + len(t.raw) + 1 :]
    cases = (
        ("not-a-map", encode([e, t]), "exchange.form"),
        ("member-missing", encode({1: e, 2: t}), "exchange.member"),
        ("member-unknown", encode({1: e, 2: t, 3: b"", 4: 0}), "exchange.unknown-member"),
        ("member-of-text", encode({1: e, 2: t, 3: b"", "x": 0}), "exchange.unknown-member"),
        ("key-is-true", b"\xa3\xf5" + e.raw + b"\x02" + t.raw + b"\x03" + request, "exchange.unknown-member"),
        ("terms-untagged", encode({1: e, 2: t.content, 3: b""}), "exchange.member"),
        ("request-is-text", encode({1: e, 2: t, 3: "x"}), "exchange.member"),
        ("not-shortest-key", b"\xa3\x18\x01" + body[2:], "cbor.not-shortest"),
        ("not-shortest-length", b"\xb8\x03" + body[1:], "cbor.not-shortest"),
        ("indefinite", b"\xbf" + body[1:] + b"\xff", "cbor.indefinite"),
        ("duplicate-key", b"\xa4" + body[1:] + b"\x01\x00", "cbor.duplicate-key"),
        ("trailing", body + b"\x00", "cbor.trailing-bytes"),
        ("other-tag", encode({1: e, 2: t, 3: Spliced(b"\xd8\x25\x40")}), "cbor.tag"),
    )
    for name, changed, expect in cases:
        yield fault(f"envelope-{name}", "Rules for bytes", recoded(changed), expect)
    for name, terms in (("terms", EncodedCbor.of([1])), ("parameters", EncodedCbor.of([1]))):
        changed = forger.body(terms=terms) if name == "terms" else forger.body(parameters=terms)
        yield fault(f"{name}-not-a-map", "Rules for bytes", recoded(changed), "exchange.form")
    terms = EncodedCbor(b"\xb8\x06" + t.content[1:])
    yield fault(
        "terms-not-shortest", "Rules for bytes", recoded(forger.body(terms=terms)), "cbor.not-shortest"
    )


def parameter_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Faults of EncryptionParameters."""
    point = forger.story.counter.kit.key("x").public_key().public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    cases: tuple[tuple[str, bytes, str], ...] = (
        ("nonce-short", forger.with_parameters(nonce=bytes(15)), "exchange.nonce"),
        ("nonce-long", forger.with_parameters(nonce=bytes(33)), "exchange.nonce"),
        ("certificate", forger.with_parameters(recipientCertificate=[b"x"]), "exchange.form"),
        ("member-unknown", forger.with_parameters(x=1), "exchange.form"),
        ("y-is-a-sign", forger.with_parameters({1: 2, -1: 1, -2: x, -3: True}), "exchange.recipient-key"),
        (
            "key-member",
            forger.with_parameters({1: 2, -1: 1, -2: x, -3: y, 2: b"k"}),
            "exchange.recipient-key",
        ),
        ("off-curve", forger.with_parameters({1: 2, -1: 1, -2: x, -3: bytes(32)}), "cose.key-off-curve"),
        ("p384", forger.with_parameters(P384_KEY), "exchange.recipient-key"),
    )
    for name, body, expect in cases:
        yield fault(f"parameters-{name}", "EncryptionParameters", recoded(body), expect)


def terms_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Faults of RequestTerms, and of the wallet's clock against them."""
    wrong: dict[str, Sequence[Any]] = {
        "m0": (None, True),
        "m1": (None, "", "Library", "a" * 65, "a b", 1),
        "m2": (None, -1, 2**53, True, "1"),
        "m3": (29, 301, False),
        "m4": (1217, 65_536),
        "m5": (-1, None),
        "m6": ("", "x" * 41, "\u00e9" * 21, 5),
    }
    for member, values in wrong.items():
        for number, value in enumerate(values):
            body = forger.with_terms(**{member: value})
            yield fault(f"terms-{member}-{number}", "RequestTerms", recoded(body), "exchange.member")
    yield fault("terms-version", "Versions", recoded(forger.with_terms(m0=2)), "exchange.version")
    honest = recoded(forger.body())
    yield fault("late", "The wallet 2", honest, "exchange.request-late", now=NOW + 120 + 61)
    yield fault("early", "The wallet 2", honest, "exchange.request-early", now=NOW - 61)


def request_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Faults of the DeviceRequest inside."""
    one, chain = items(AGE), forger.chain
    unsigned = encode(
        {
            1: forger.parameters,
            2: forger.terms,
            3: encode({"version": "1.0", "docRequests": [{"itemsRequest": one[0]}]}),
        }
    )
    long_chain = [chain[0], bytes(2_000), bytes(2_000)]
    cases = (
        ("version-1.1", forger.body(version="1.1"), "exchange.request-version"),
        ("info", forger.body(deviceRequestInfo=EncodedCbor.of({})), "exchange.request-member"),
        (
            "auth-all",
            forger.body(readerAuthAll=[[b"\xa1\x01\x26", {}, None, b""]]),
            "exchange.request-member",
        ),
        ("doc-type-twice", forger.body(one + one), "exchange.doc-type-twice"),
        ("five", forger.body(one * 5), "mdoc.count"),
        ("unsigned", unsigned, "exchange.reader-auth-missing"),
        ("no-chain", forger.body(chains=[[]]), "exchange.reader-chain-missing"),
        ("chain-long", forger.body(chains=[long_chain]), "exchange.chain-size"),
        ("chain-of-four", forger.body(chains=[chain * 4]), "cose.x5chain-size"),
    )
    for name, body, expect in cases:
        yield fault(f"request-{name}", "DeviceRequest", recoded(body), expect)
    other = forger.story.counter.kit.reader("reader", "Another Desk").der
    mixed = forger.body(items(AGE, LIBRARY), chains=[chain, [other]])
    yield fault("request-two-leaves", "The wallet 3", recoded(mixed), "exchange.reader-leaf")


def signature_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Signatures over something else than what the request says."""
    asked, more = items(AGE), items(AGE, LIBRARY)
    kit = forger.story.counter.kit
    other_leaf = kit.reader("reader", "Another Desk").der
    other_terms = forger.story.counter.terms(purpose="school.meals").encoded
    other_parameters = EncodedCbor(forger.parameters.content[:-1] + b"\x00")
    cases = {
        "other-terms": forger.body(signed_over=forger.transcript(asked, terms=other_terms)),
        "other-key": forger.body(signed_over=forger.transcript(asked, parameters=other_parameters)),
        "other-reader": forger.body(signed_over=forger.transcript(asked, leaf=other_leaf)),
        "one-taken-out": forger.body(signed_over=forger.transcript(more)),
        "one-put-in": forger.body(more, signed_over=forger.transcript(asked)),
        "order": forger.body(more, signed_over=forger.transcript(more[::-1])),
        "other-signer": forger.body(signer=SoftwareSigner(kit.key("thief"), deterministic=True)),
        "tag-24": forger.body(signed_over=EncodedCbor(forger.transcript(asked)).raw),
        "other-handover": forger.body(signed_over=forger.transcript(asked).replace(b"qr.2w.v1", b"qr.1w.v1")),
    }
    for name, body in cases.items():
        yield fault(f"signature-{name}", "The wallet 3", recoded(body), "exchange.reader-signature")
    mislabelled = forger.body(signer=Mislabelled(forger.signer))
    yield fault("signature-algorithm", "Rules for bytes", recoded(mislabelled), "exchange.reader-algorithm")


def reader_faults(forger: Forger) -> Iterator[dict[str, Any]]:
    """Askers whose certificate is not in order."""
    story = forger.story
    kit = story.counter.kit
    expired = build_reader(
        kit.reader_ca,
        Subject(common_name="Expired Desk"),
        kit.key("reader").public_key(),
        Validity(not_before=START, not_after=AT - timedelta(seconds=1)),
        crl_url=CRL_URL,
        random=kit.random,
    ).der
    signer_as_reader = [story.agency.signer_certificate.der]
    agency_key = story.agency.signer
    forged = kit.plan(kit.reader()).but(signing_key=kit.key("thief")).sign().der
    p384 = kit.key("reader-384", ec.SECP384R1())
    other_curve = build_reader(
        kit.reader_ca,
        Subject(common_name="Desk"),
        p384.public_key(),
        Validity(not_before=START, not_after=AT + timedelta(days=9)),
        crl_url=CRL_URL,
        random=kit.random,
    ).der
    by_p384 = forger.body(chains=[[other_curve]], signer=SoftwareSigner(p384, deterministic=True))
    cases = (
        ("p384", by_p384, "exchange.reader-key"),
        ("expired", forger.body(chains=[[expired]]), "exchange.reader-refused"),
        (
            "document-signer",
            forger.body(chains=[signer_as_reader], signer=agency_key),
            "exchange.reader-refused",
        ),
        ("forged", forger.body(chains=[[forged]]), "exchange.reader-refused"),
        ("garbage", forger.body(chains=[[b"certificate"]]), "certificate.unreadable"),
        (
            "link-broken",
            forger.body(chains=[[*_stranger(story), forger.chain[0]]]),
            "exchange.reader-refused",
        ),
    )
    for name, body, expect in cases:
        yield fault(f"reader-{name}", "The wallet 3", recoded(body), expect)


def _stranger(story: Story) -> list[bytes]:
    """Return a reader certificate for the counter's key under a root that nobody lists."""
    kit = type(story.counter)(99).kit
    certificate = build_reader(
        kit.reader_ca,
        Subject(common_name="Somebody"),
        story.counter.kit.key("reader").public_key(),
        Validity(not_before=START, not_after=START.replace(year=START.year + 1)),
        crl_url=CRL_URL,
        random=kit.random,
    )
    return [certificate.der]


def faults() -> list[dict[str, Any]]:
    """Return every case."""
    story = Story()
    forger = Forger(story)
    made = [
        *coding_faults(forger.body()),
        *envelope_faults(forger),
        *parameter_faults(forger),
        *terms_faults(forger),
        *request_faults(forger),
        *signature_faults(forger),
        *reader_faults(forger),
        *code_faults(Story()),
        *card_request_faults(),
    ]
    unknown = recoded(forger.body(chains=[_stranger(story)]))
    made.append(fault("reader-unknown", "The wallet 3", unknown, "exchange.reader-unknown"))
    return made
