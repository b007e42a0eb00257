"""signed-set/*: what a stolen signer truly signed, documents that stand in it, and those of the thief."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.x509 import ReasonFlags

from counterproof.mdoc.cbor import EncodedCbor, Spliced, decode_exact, encode
from counterproof.mdoc.certificates.build_crl import Revocation, build_crl
from counterproof.mdoc.cose import CoseSign1, SoftwareSigner
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.signed_set import TYPE, SignedSet, build_signed_set, member_of
from counterproof.mdoc.verification.checks import CheckId as C
from tests.kit.certificates import AT
from tests.kit.factory.forge import ABSENT, Forge, merged
from tests.kit.factory.vector import OK, Expect, Vector, broken, case, no, unsettled
from tests.kit.lists import StatusKit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterproof.mdoc.certificates.model import Certificate

STOLEN = AT - timedelta(days=1)
OTHERS = [member_of(b"another document %d" % number) for number in range(300)]


class StolenSigner:
    """An agency whose document signer's key was stolen: its list, its set, and both bent."""

    def __init__(self) -> None:
        self.forge = Forge()
        self.status = StatusKit(self.forge.kit.seed)
        self.status.certificate = self.forge.kit.status_signer()  # a serial number that nobody else has
        self.leaf = self.forge.agency.signer_certificate
        self.honest = member_of(EncodedCbor.of(self.forge.mso(self.forge.items())).raw)

    def crl(
        self, reason: ReasonFlags | None = ReasonFlags.key_compromise, *, days: int = 30, **changes: Any
    ) -> bytes:
        """Make the root's list with the stolen signer on it."""
        serial = changes.get("serial", self.leaf.serial)
        return build_crl(
            self.forge.kit.iaca,
            [Revocation(serial, STOLEN, reason)],
            number=1,
            this_update=STOLEN,
            next_update=STOLEN + timedelta(days=days),
        ).der

    def signed_set(self, *digests: bytes, of: Certificate | None = None) -> bytes:
        """Make the set of these documents, three hundred others and the honest one unless told otherwise."""
        return build_signed_set(
            self.status.signer,
            [self.status.certificate],
            of=of or self.leaf,
            digests=digests or (*OTHERS, self.honest),
            date=STOLEN,
        )

    def members(self, *digests: bytes) -> dict[str, Any]:
        """Return the members of the honest set, to be bent."""
        members = decode_exact(SignedSet.from_bytes(self.signed_set(*digests)).content, LIMITS.signed_set)
        date = Spliced(b"\xc0" + encode(STOLEN.strftime("%Y-%m-%dT%H:%M:%SZ")))
        return {**members, "date": date}

    def bent(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[Any, Any] | None = None,
        payload: bytes | None = None,
        signer: SoftwareSigner | None = None,
    ) -> bytes:
        """Sign a set with parts in place of the honest ones."""
        content = encode(merged(self.members(), changes)) if payload is None else payload
        honest = {16: TYPE, 33: self.status.certificate.der}
        message = CoseSign1.sign(signer or self.status.signer, content, headers=merged(honest, headers))
        return encode(message.to_list())


def signed_set_vectors() -> Iterator[Vector]:
    """Yield the class: sets by themselves, then documents of a stolen signer."""
    stolen = StolenSigner()
    yield from _sets(stolen)
    yield from _documents(stolen)


def _sets(stolen: StolenSigner) -> Iterator[Vector]:
    kit, honest = stolen.forge.kit, stolen.signed_set()
    members = stolen.members()
    index, gaps = members["index"], members["gaps"]
    record = len(index) // 5
    swapped = index[record : 2 * record] + index[:record] + index[2 * record :]
    stranger = SoftwareSigner(kit.key("stranger"), deterministic=True)
    thief = stolen.forge.agency.signer
    sets: dict[str, tuple[bytes, Expect]] = {
        "good": (honest, OK),
        "of-one": (stolen.signed_set(stolen.honest), OK),
        "of-none": (stolen.bent({"count": 0, "index": b"", "gaps": b""}), OK),
        "flipped": (honest[:-1] + bytes([honest[-1] ^ 1]), Expect("refused", "signed-set.signature")),
        "by-stranger": (stolen.bent(signer=stranger), Expect("refused", "signed-set.signature")),
        "by-the-thief": (
            stolen.bent(signer=thief, headers={33: stolen.leaf.der}),
            Expect("refused", "signed-set.signer-untrusted"),
        ),
        "without-chain": (stolen.bent(headers={33: ABSENT}), Expect("refused", "signed-set.signer-missing")),
        "of-another-agency": (
            stolen.signed_set(of=StatusKit("elsewhere").kit.document_signer()),
            Expect("refused", "signed-set.other-issuer"),
        ),
        "type-missing": (stolen.bent(headers={16: ABSENT}), broken("signed-set.type")),
        "type-of-status-list": (
            stolen.bent(headers={16: "application/statuslist+cwt"}),
            broken("signed-set.type"),
        ),
        "trailing-byte": (honest + b"\x00", broken("cbor.trailing-bytes")),
        "truncated": (honest[:-1], broken("cbor.truncated")),
        "payload-missing": (stolen.bent(payload=b"\xf6"), broken("mdoc.form")),
        "version-2": (stolen.bent({"version": "2.0"}), broken("mdoc.version")),
        "signer-missing": (stolen.bent({"signer": ABSENT}), broken("mdoc.member")),
        "signer-unreadable": (stolen.bent({"signer": b"\x30\x00"}), broken("certificate.unreadable")),
        "date-missing": (stolen.bent({"date": ABSENT}), broken("mdoc.member")),
        "bits-72": (stolen.bent({"bits": 72}), broken("signed-set.bits")),
        "bits-81": (stolen.bent({"bits": 81}), broken("signed-set.bits")),
        "bits-true": (stolen.bent({"bits": True}), broken("mdoc.member")),
        "count-huge": (stolen.bent({"count": 2**40}), broken("mdoc.count")),
        "count-less": (stolen.bent({"count": 300}), broken("rice.trailing")),
        "count-more": (stolen.bent({"count": 302}), broken("rice.end")),
        "block-none": (stolen.bent({"block": 0}), broken("signed-set.index")),
        "index-short": (stolen.bent({"index": index[:-1]}), broken("signed-set.index")),
        "index-swapped": (stolen.bent({"index": swapped}), broken("signed-set.index")),
        "gaps-missing": (stolen.bent({"gaps": ABSENT}), broken("mdoc.member")),
        "gaps-short": (stolen.bent({"gaps": gaps[:-1]}), broken("signed-set.index")),
        "gaps-flooded": (stolen.bent({"gaps": b"\xff" * len(gaps)}), broken("rice.end")),
        "rice-other": (stolen.bent({"rice": members["rice"] + 1}), broken("rice.end")),
    }
    for name, (data, expect) in sets.items():
        note = "the set of what a stolen signer truly signed, by itself"
        yield case(f"signed-set/{name}", "signed-set", data, expect, note=note, anchors=[stolen.forge.anchor])


def _documents(stolen: StolenSigner) -> Iterator[Vector]:
    forge = stolen.forge
    true, forged = forge.shown(), forge.shown(signed=forge.items({"age_over_18": True}))
    listed, held = stolen.crl().hex(), stolen.signed_set().hex()
    revoked = no(C.CHAIN_REVOCATION, code="certificate.revoked")
    stale = unsettled(C.CHAIN_REVOCATION, code="certificate.revocation-stale")
    outside = no(C.ISSUER_SIGNED_SET)
    others = stolen.signed_set(of=forge.kit.document_signer("another")).hex()
    flipped = stolen.signed_set()
    cases: dict[str, tuple[bytes, Expect, list[str], list[str]]] = {
        "document-truly-signed": (true, OK, [listed], [held]),
        "document-of-the-thief": (forged, outside, [listed], [held]),
        "document-without-set": (true, revoked, [listed], []),
        "document-without-list": (true, OK, [], [held]),
        "document-of-the-thief-without-list": (forged, outside, [], [held]),
        "document-signer-closed": (
            true,
            revoked,
            [stolen.crl(ReasonFlags.cessation_of_operation).hex()],
            [held],
        ),
        "document-reason-unsaid": (true, revoked, [stolen.crl(None).hex()], [held]),
        "document-list-stale": (true, stale, [stolen.crl(days=1).hex()], [held]),
        "document-set-of-another": (true, revoked, [listed], [others]),
        "document-set-flipped": (
            true,
            revoked,
            [listed],
            [(flipped[:-1] + bytes([flipped[-1] ^ 1])).hex()],
        ),
        "document-set-of-none": (true, outside, [listed], [_empty(stolen).hex()]),
    }
    for name, (data, expect, crls, sets) in cases.items():
        note = "a document whose signer's key was stolen, beside the root's list and the signed set"
        fields = forge.session_fields(crls=crls, signed_sets=sets)
        at = AT + timedelta(hours=1) if name.endswith("stale") else AT
        yield case(f"signed-set/{name}", "device-response", data, expect, note=note, at=at, **fields)


def _empty(stolen: StolenSigner) -> bytes:
    return stolen.bent({"count": 0, "index": b"", "gaps": b""})
