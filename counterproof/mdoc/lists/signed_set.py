"""The set of what a stolen document signer truly signed, so that a thief cannot backdate.

    #COSE_Sign1([<<{1: alg, 16: "application/counterproof-signed-set+cbor", 33: x5chain}>>, {}, <<Set>>, sig])

Its members are hashes: SHA-256 over the payload of an IssuerAuth as received (MobileSecurityObjectBytes,
tag 24 and all), cut to the first `bits` bits. They are sorted and stand in blocks; in a block the first is
written out in `index`, and the others are Rice-coded distances in `gaps`. A look-up reads one block.
docs/signed-set.md has the bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from counterproof.mdoc import fields as f
from counterproof.mdoc.cbor import TDate, decode_exact, encode
from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import STATUS_SIGNER
from counterproof.mdoc.cose import HEADER_TYPE, HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UnsupportedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists import rice
from counterproof.mdoc.lists.signer import ListSigner, authority, prove_signer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.cose import Signer

TYPE = "application/counterproof-signed-set+cbor"
VERSION = "1.0"
PATH = "signed-set"

LEAST_BITS, MOST_BITS, STEP = 80, 256, 8
_SECURITY_BITS = 60
"""What is left to a thief who may hit any member: one of 2^60 documents that fit is enough."""

BLOCK = 64
"""Hashes in a block: the work of one look-up, against 0.8 bits a hash for the index."""

_OFFSET = 4

# Whoever stole a document signer's key must not be believed about what that key signed.
SET_SIGNER = replace(
    STATUS_SIGNER,
    name="set-signer",
    eku_refused=STATUS_SIGNER.eku_refused | {oids.EKU_DOCUMENT_SIGNER, oids.EKU_DOCUMENT_SIGNER_23220},
)


def hash_bits(count: int) -> int:
    """Return how many bits of each hash a set of `count` keeps: 80 up to a million, more for more."""
    needed = _SECURITY_BITS + max(count - 1, 0).bit_length()
    return max(LEAST_BITS, -(-needed // STEP) * STEP)


def member_of(payload: bytes) -> bytes:
    """Return the hash of an IssuerAuth's payload, before it is cut."""
    return hashlib.sha256(payload).digest()


class SignedSet:
    """A parsed set, proven by nobody yet: what one signer signed, by `date`."""

    __slots__ = ("_block", "_gaps", "_index", "_k", "_size", "count", "date", "message", "signer_certificate")

    def __init__(self, message: CoseSign1, members: dict[str, Any]) -> None:
        self.message = message
        der = members.get("signer")
        if type(der) is not bytes:
            raise MalformedError("mdoc.member", path=PATH, member="signer")
        self.signer_certificate = Certificate.from_der(der)
        self.date = f.tdate(members, "date", PATH)
        bits = f.uint(members, "bits", PATH, MOST_BITS)
        if bits < LEAST_BITS or bits % STEP:
            raise MalformedError("signed-set.bits")
        self._size = bits // 8
        self.count = f.uint(members, "count", PATH)
        if self.count > LIMITS.signed_set_entries:
            raise LimitError("mdoc.count", path=PATH, limit=LIMITS.signed_set_entries)
        self._k = f.uint(members, "rice", PATH, bits)
        self._block = f.uint(members, "block", PATH, 4096)
        self._index, self._gaps = (_octets(members, name) for name in ("index", "gaps"))
        self._check_index()

    @classmethod
    def from_bytes(cls, data: bytes) -> SignedSet:
        """Parse a set; the gaps are read when they are asked for.

        Raises MalformedError, LimitError or UnsupportedError: `signed-set.type`, `signed-set.bits`,
        `signed-set.index`, `mdoc.*`, `cose.*`, `cbor.*`, `certificate.*`.
        """
        message = CoseSign1.from_item(decode_exact(data, LIMITS.signed_set))
        if message.headers.get(HEADER_TYPE) != TYPE:
            raise UnsupportedError("signed-set.type")
        if message.payload is None:
            raise MalformedError("mdoc.form", path=PATH)
        members = f.text_map(decode_exact(message.payload, LIMITS.signed_set), PATH)
        f.check_version(members.get("version"), PATH)
        return cls(message, members)

    @property
    def bits(self) -> int:
        """The length of each hash, bits."""
        return self._size * 8

    @property
    def content(self) -> bytes:
        """The payload as received: two sets with the same one say the same."""
        return self.message.payload or b""

    @property
    def _record(self) -> int:
        return self._size + _OFFSET

    @property
    def _blocks(self) -> int:
        return -(-self.count // self._block) if self._block else 0

    def _check_index(self) -> None:
        """Check that the blocks are as many as they must be, in order, and fill the gaps exactly."""
        if not self._block or len(self._index) != self._blocks * self._record:
            raise MalformedError("signed-set.index")
        records = [self._head(place) for place in range(self._blocks)]
        for (first, end), (second, after) in pairwise(records):
            if first >= second or end > after:
                raise MalformedError("signed-set.index")
        if (records[-1][1] if records else 0) != len(self._gaps):
            raise MalformedError("signed-set.index")

    def _head(self, place: int) -> tuple[bytes, int]:
        """Return the first hash of a block, and where its gaps end."""
        at = place * self._record
        middle = at + self._size
        return self._index[at:middle], int.from_bytes(self._index[middle : at + self._record], "big")

    def _hashes(self, place: int) -> list[int]:
        """Return the hashes of a block; raise MalformedError `rice.*`, `signed-set.order`."""
        first, end = self._head(place)
        value = int.from_bytes(first, "big")
        hashes = [value]
        for gap in rice.unpack(self._gaps[self._start(place) : end], self._length(place), self._k):
            value += gap + 1
            hashes.append(value)
        limit = self._head(place + 1)[0] if place + 1 < self._blocks else None
        if value >= (int.from_bytes(limit, "big") if limit is not None else 1 << self.bits):
            raise MalformedError("signed-set.order")
        return hashes

    def holds(self, digest: bytes) -> bool:
        """Tell whether this SHA-256 of an IssuerAuth's payload is in; a damaged block holds nothing."""
        wanted = digest[: self._size]
        low, high = 0, self._blocks
        while low < high:
            middle = (low + high) // 2
            if self._head(middle)[0] <= wanted:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return False
        try:
            return self._is_in(low - 1, int.from_bytes(wanted, "big"))
        except MalformedError:
            return False

    def _is_in(self, place: int, wanted: int) -> bool:
        first, end = self._head(place)
        value = int.from_bytes(first, "big")
        if value == wanted:
            return True
        for gap in rice.reading(self._gaps[self._start(place) : end], self._length(place), self._k):
            value += gap + 1
            if value >= wanted:
                return value == wanted
        return False

    def _start(self, place: int) -> int:
        """Return where the gaps of a block begin."""
        return self._head(place - 1)[1] if place else 0

    def _length(self, place: int) -> int:
        """Return how many gaps a block has."""
        return min(self._block, self.count - place * self._block) - 1

    def hashes(self) -> Iterator[int]:
        """Yield every hash, in order; raises MalformedError `rice.*`, `signed-set.order`."""
        for place in range(self._blocks):
            yield from self._hashes(place)

    def grew_from(self, old: SignedSet) -> bool:
        """Tell whether this set holds what `old` did not, or cannot be compared with it."""
        if self.content == old.content:
            return False
        if self.bits != old.bits:
            return True
        try:
            return not set(old.hashes()).issuperset(self.hashes())
        except MalformedError:
            return True


def _octets(members: dict[str, Any], name: str) -> bytes:
    value = members.get(name)
    if type(value) is not bytes:
        raise MalformedError("mdoc.member", path=PATH, member=name)
    return value


@dataclass(frozen=True, slots=True)
class VerifiedSignedSet:
    """A set whose signer and signature are proven; made by `verify_signed_set` alone."""

    signed: SignedSet
    signer: ListSigner

    @property
    def of(self) -> bytes:
        """The certificate of the document signer whose documents these are, DER."""
        return self.signed.signer_certificate.der

    def speaks_for(self, leaf: Certificate, anchor: Certificate) -> bool:
        """Tell whether this is the set of document signer `leaf`, by the very authority above it."""
        return self.of == leaf.der and authority(self.signer.trust_point) == authority(anchor)


def verify_signed_set(
    signed: SignedSet, *, anchors: Sequence[Certificate], crls: Sequence[CertificateList] = ()
) -> VerifiedSignedSet:
    """Prove who signed the set, as of its own date, under the root that is above the document signer too.

    Raises CryptoError `signed-set.signer-missing`, `signed-set.signer-untrusted`, `signed-set.signature`,
    and `signed-set.other-issuer` where that root did not sign the document signer's certificate.
    """
    signer = prove_signer(
        PATH, signed.message, anchors=anchors, at=signed.date, profile=SET_SIGNER, crls=crls
    )
    if not signed.signer_certificate.is_signed_by(signer.trust_point):
        raise CryptoError("signed-set.other-issuer")
    return VerifiedSignedSet(signed, signer)


def build_signed_set(
    signer: Signer,
    chain: Sequence[Certificate],
    *,
    of: Certificate,
    digests: Iterable[bytes],
    date: datetime,
    bits: int | None = None,
) -> bytes:
    """Sign the set of `of`, the document signer; `digests` are SHA-256 of the payloads that it signed.

    `chain` is the certificate of the status signer first; `bits` as `hash_bits` says unless given. Raises
    UsageError `signed-set.signer-unusable`, LimitError `mdoc.count`.
    """
    if not chain or len(chain) > LIMITS.chain_certificates or chain[0].public_key != signer.public_key:
        raise UsageError("signed-set.signer-unusable")
    if bits is None:
        digests = list(digests)
        bits = hash_bits(len(digests))
    size = bits // 8
    hashes = sorted({int.from_bytes(each[:size], "big") for each in digests})
    if len(hashes) > LIMITS.signed_set_entries:
        raise LimitError("mdoc.count", path=PATH, limit=LIMITS.signed_set_entries)
    k, index, gaps = _coded(hashes, size)
    members: dict[str, Any] = {
        "version": VERSION,
        "signer": of.der,
        "date": TDate.of(date),
        "bits": size * 8,
        "count": len(hashes),
        "rice": k,
        "block": BLOCK,
        "index": index,
        "gaps": gaps,
    }
    ders = [certificate.der for certificate in chain]
    headers = {HEADER_TYPE: TYPE, HEADER_X5CHAIN: ders[0] if len(ders) == 1 else ders}
    return encode(CoseSign1.sign(signer, encode(members), headers=headers).to_list())


def _coded(hashes: list[int], size: int) -> tuple[int, bytes, bytes]:
    """Return the Rice parameter, the index and the gaps of sorted hashes of `size` bytes."""
    blocks = [hashes[at : at + BLOCK] for at in range(0, len(hashes), BLOCK)]
    distances = [[after - before - 1 for before, after in pairwise(block)] for block in blocks]
    k = rice.best_parameter([gap for block in distances for gap in block])
    index, gaps = bytearray(), bytearray()
    for block, between in zip(blocks, distances, strict=True):
        gaps += rice.pack(between, k)
        index += block[0].to_bytes(size, "big") + len(gaps).to_bytes(_OFFSET, "big")
    return k, bytes(index), bytes(gaps)
