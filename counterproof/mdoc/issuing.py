"""Building a document: everything that a batch has in common is encoded once, the rest is spliced in.

Of one credential only salts, digest ids, digests, device key, status index and signature are its own; the
other bytes are the same for every holder of a batch. Encoding them once makes issuing 2.2 to 2.4 times as
fast as building maps (`bench/core.py`), and the outcome is the same bytes that `encode` would write.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING

from counterproof.mdoc.cbor import ITEM_HEADS, encode
from counterproof.mdoc.cbor_scan import head
from counterproof.mdoc.cose import HEADER_ALG, HEADER_X5CHAIN
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterproof.mdoc.cose import CoseKey, Signer
    from counterproof.mdoc.mso import ValidityInfo

RANDOM_SIZE = 32
"""Bytes of salt in every item; ISO/IEC 18013-5, 9.1.2.5 asks for 16 at least."""

_ORDER_SIZE = 4
_DIGEST_SIZE = 32
_BYTES, _ARRAY, _MAP = 2, 4, 5
_TAG_24 = b"\xd8\x18"


def _bstr(content: bytes) -> bytes:
    return head(_BYTES, len(content)) + content


def _wrapped(content: bytes) -> bytes:
    return _TAG_24 + _bstr(content)


def _member(key: str) -> bytes:
    return encode(key)


_ITEM_START = b"\xa4" + _member("random") + head(_BYTES, RANDOM_SIZE)
_ITEM_ID = _member("digestID")
_ITEM_VALUE = _member("elementValue")
_ITEM_NAME = _member("elementIdentifier")
_DIGEST_HEAD = head(_BYTES, _DIGEST_SIZE)
_SIGNATURE1 = b"\x84" + _member("Signature1")
_IDS = [head(0, number) for number in range(LIMITS.elements)]
_ID_TO_VALUE = [_ITEM_ID + number + _ITEM_VALUE for number in _IDS]
_ID_TO_DIGEST = [number + _DIGEST_HEAD for number in _IDS]


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """What one issuing made: `issuer_signed` goes to the wallet, `payload` (the MSO) is what was signed."""

    issuer_signed: bytes
    payload: bytes


class _NameSpace:
    """The constant parts of one namespace: heads, what ends each item, how its randomness is cut."""

    __slots__ = ("digests_start", "items_start", "order", "salts", "slots", "suffixes")

    def __init__(self, name: str, identifiers: Sequence[str], decoys: int) -> None:
        self.slots = len(identifiers) + decoys
        if self.slots > LIMITS.elements:
            raise UsageError("issuing.too-many-elements", limit=LIMITS.elements)
        self.salts = Struct(f"{RANDOM_SIZE}s" * self.slots)
        self.order = Struct(f">{self.slots}I")
        self.items_start = encode(name) + head(_ARRAY, len(identifiers))
        self.digests_start = encode(name) + head(_MAP, self.slots)
        self.suffixes = [_ITEM_NAME + encode(identifier) for identifier in identifiers]


class IssuingTemplate:
    """The common part of a batch: same type, same elements, same validity, same signer.

    `elements` maps each namespace to its identifiers, in the order in which values will be given;
    `decoys` random digests are added to each namespace. `chain` is the x5chain, leaf first, DER, without
    the root. `status_uri` is None where the type keeps no status. Digests are SHA-256.
    """

    def __init__(
        self,
        doc_type: str,
        elements: dict[str, Sequence[str]],
        *,
        validity: ValidityInfo,
        signer: Signer,
        chain: Sequence[bytes],
        decoys: int = 0,
        status_uri: str | None = None,
    ) -> None:
        if not elements or not chain:
            raise UsageError("issuing.empty")
        self._signer = signer
        self._spaces = [_NameSpace(name, ids, decoys) for name, ids in _sorted(elements)]
        self._values = sum(len(space.suffixes) for space in self._spaces)
        slots = sum(space.slots for space in self._spaces)
        self._random_size = slots * (RANDOM_SIZE + _ORDER_SIZE)
        self._status_start = self._status_end = b""
        if status_uri is not None:
            self._status_start = (
                _member("status") + b"\xa1" + _member("status_list") + b"\xa2" + _member("idx")
            )
            self._status_end = _member("uri") + encode(status_uri)
        members = 6 if status_uri is None else 7
        self._mso_head = head(_MAP, members)
        self._mso_middle = b"".join(
            (
                _member("docType") + encode(doc_type),
                _member("version") + encode("1.0"),
                _member("validityInfo") + encode(validity.to_map()),
                _member("valueDigests") + head(_MAP, len(self._spaces)),
            )
        )
        self._mso_key = _member("deviceKeyInfo") + b"\xa1" + _member("deviceKey")
        self._mso_end = _member("digestAlgorithm") + encode("SHA-256")
        protected = _bstr(encode({HEADER_ALG: signer.algorithm}))
        certificates = chain[0] if len(chain) == 1 else list(chain)
        self._to_sign = _SIGNATURE1 + protected + b"\x40"
        self._auth_start = b"\xa2" + _member("issuerAuth") + b"\x84" + protected
        self._auth_start += encode({HEADER_X5CHAIN: certificates})
        self._spaces_start = _member("nameSpaces") + head(_MAP, len(self._spaces))

    def issue(
        self,
        values: Sequence[bytes],
        device_key: CoseKey,
        random: Callable[[int], bytes],
        status_index: int | None = None,
    ) -> IssuedDocument:
        """Issue one document; as `issue_copies` does for one key."""
        return self.issue_copies(values, [(device_key, status_index)], random)[0]

    def issue_copies(
        self,
        values: Sequence[bytes],
        copies: Sequence[tuple[CoseKey, int | None]],
        random: Callable[[int], bytes],
    ) -> list[IssuedDocument]:
        """Issue the one-time copies of a card: same values, and to each its own salts, ids, key and status.

        `values` are the encoded element values in the template's order: namespaces in byte order of their
        encoded names, elements as given. `copies` has a device key and a status index for each; `random`
        returns that many bytes fit for keys. Raises UsageError `issuing.values` or `issuing.status`, before
        anything is signed.
        """
        if len(values) != self._values:
            raise UsageError("issuing.values", expected=self._values, given=len(values))
        made = []
        for device_key, status_index in copies:
            items, digests = self._items(values, random(self._random_size))
            mso = b"".join(
                (
                    self._mso_head,
                    self._status_member(status_index),
                    self._mso_middle,
                    *digests,
                    self._mso_key,
                    device_key.to_bytes(),
                    self._mso_end,
                )
            )
            payload = _wrapped(mso)
            made.append((payload, _bstr(payload), items))
        # All signatures behind one another: each reads tables as large as a core's nearest memory, so that
        # Python between two of them has to be fetched anew (ADR 13).
        sign, to_sign = self._signer.sign, self._to_sign
        signatures = [_bstr(sign(to_sign + wrapped)) for _, wrapped, _ in made]
        start, spaces = self._auth_start, self._spaces_start
        return [
            IssuedDocument(b"".join((start, wrapped, signature, spaces, *items)), payload)
            for (payload, wrapped, items), signature in zip(made, signatures, strict=True)
        ]

    def _status_member(self, index: int | None) -> bytes:
        if (index is None) == bool(self._status_start):
            raise UsageError("issuing.status")
        if index is None:
            return b""
        return self._status_start + head(0, index) + self._status_end

    def _items(self, values: Sequence[bytes], random: bytes) -> tuple[list[bytes], list[bytes]]:
        """Return the items and the valueDigests, each as pieces in order."""
        items: list[bytes] = []
        digests: list[bytes] = []
        # Names of the function's own: the loop runs once for each element of each document of a batch.
        sha256, join, heads, start = hashlib.sha256, b"".join, ITEM_HEADS, _ITEM_START
        to_value, to_digest = _ID_TO_VALUE, _ID_TO_DIGEST
        long = len(heads)
        used = place = 0
        for space in self._spaces:
            slots = space.slots
            salts = space.salts.unpack_from(random, place)
            place += space.salts.size
            ids = _permutation(space.order.unpack_from(random, place))
            place += space.order.size
            shown = len(space.suffixes)
            by_id: list[bytes] = [b""] * slots
            items.append(space.items_start)
            given = values[used : used + shown]
            for digest_id, salt, value, suffix in zip(ids, salts, given, space.suffixes, strict=False):
                content = join((start, salt, to_value[digest_id], value, suffix))
                item = heads[len(content)] + content if len(content) < long else _wrapped(content)
                items.append(item)
                by_id[digest_id] = to_digest[digest_id] + sha256(item).digest()
            used += shown
            for digest_id, decoy in zip(ids[shown:], salts[shown:], strict=True):
                # A decoy is random itself: nobody can tell it from the digest of an item kept back.
                by_id[digest_id] = to_digest[digest_id] + decoy
            digests.append(space.digests_start)
            digests += by_id
        return items, digests


def _sorted(elements: dict[str, Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
    """Return the namespaces in byte order of their encoded names (RFC 8949, 4.2.1)."""
    return sorted(elements.items(), key=lambda pair: encode(pair[0]))


def _permutation(drawn: tuple[int, ...]) -> list[int]:
    """Return 0 to n - 1 in the order of n numbers of 32 random bits, so ids tell nothing of elements."""
    return sorted(range(len(drawn)), key=drawn.__getitem__)
