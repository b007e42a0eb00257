"""What lies in the vault: cards, their copies, open requests, history, answers given, letters begun.

Each is a record of its own, so that using up one copy re-writes one record. The vault seals and binds them;
here they only get a form. Times are Unix seconds.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import msgspec

from counterproof.mdoc import typed
from counterproof.mdoc.errors import StoreError
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from wallet.vault import Record, RecordId

ElementRef = tuple[str, str, str]
"""docType, namespace, element identifier."""


class ShowMode(StrEnum):
    """In which way something was shown."""

    TWO_WAY = "two-way"
    SHOWN_FIRST = "shown-first"
    SLIP = "slip"


class ShowOutcome(StrEnum):
    """What came of a request or of a showing."""

    AGREED = "agreed"
    """Agreed to and written down; whether the code was shown is not known."""
    SHOWN = "shown"
    DONE = "done"
    DECLINED = "declined"
    """The refusal was sent."""
    REFUSED = "refused"
    """Nothing was sent."""
    NOT_BUILT = "not-built"
    """Agreed to, and no code could be made: nothing left the wallet."""


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: ClassVar[str]

    def to_bytes(self) -> bytes:
        """Return the bytes for the vault."""
        return msgspec.msgpack.encode(self)


class CardRecord(_Stored, frozen=True, kw_only=True):
    """A card as it was received; `issuer_root` is DER, `type_toml` the agency's own labels and looks."""

    kind: ClassVar[str] = "card"

    doc_type: str
    agency: str
    issuer_root: bytes
    type_toml: bytes
    received_at: int
    note: str = ""
    deleted_at: int | None = None


class CopyUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a copy was used for; `reader` is a fingerprint, an audience, or empty where nobody was named.

    `session` is h(S) of the request or code; None where the use was in another vault: a restored copy.
    """

    at: int
    reader: str = ""
    mode: ShowMode | None = None
    session: bytes | None = None


USES_KEPT: Final = LIMITS.answered_requests
"""So many uses of a copy are kept in full, the newest: no older request can be answered again."""


class CopyRecord(_Stored, frozen=True, kw_only=True, omit_defaults=True):
    """One one-time copy: an encoded IssuerSigned, the device key (P-256, 32 bytes), and its uses.

    `earlier` counts uses before those of `uses`, and `earlier_reader` is who had all of them, empty where
    several did or nobody was named. Both are written where there are any, so that programs that know neither
    read every other copy.
    """

    kind: ClassVar[str] = "copy"

    card: bytes
    issuer_signed: bytes
    device_key: bytes
    uses: tuple[CopyUse, ...] = ()
    earlier: int = 0
    earlier_reader: str = ""

    @property
    def times(self) -> int:
        """How often the copy was used."""
        return self.earlier + len(self.uses)

    def only_by(self, reader: str) -> bool:
        """Tell whether every use was this reader's, who must be named."""
        before = not self.earlier or self.earlier_reader == reader
        return bool(reader) and before and all(use.reader == reader for use in self.uses)

    def used(self, use: CopyUse) -> CopyRecord:
        """Return the copy with one more use; those beyond the most that are kept become a number."""
        uses = (*self.uses, use)
        over, kept = uses[:-USES_KEPT], uses[-USES_KEPT:]
        readers = {each.reader for each in over} | ({self.earlier_reader} if self.earlier else set())
        return msgspec.structs.replace(
            self,
            uses=kept,
            earlier=self.earlier + len(over),
            earlier_reader=readers.pop() if len(readers) == 1 else "",
        )


class PendingRecord(_Stored, frozen=True, kw_only=True):
    """A request that no reply came to yet: its hash, and the keys that were made for it (32 bytes each).

    `request` is the request itself, to be shown again, and `until` when its offer ends; both empty in records
    of programs that did not keep them.
    """

    kind: ClassVar[str] = "pending"

    request_hash: bytes
    doc_type: str
    agency: str
    issuer_root: str
    recipient_key: bytes
    device_keys: tuple[bytes, ...]
    made_at: int
    request: bytes = b""
    until: int = 0


class OnlineRecord(_Stored, frozen=True, kw_only=True):
    """Getting a card over a network: under way until `card` is there, then the right to new copies of it.

    `endpoints` are nonce, credential, deferred, notification and token addresses, empty where there is none.
    `device_keys` (32 bytes each) and `proofs` are those of the request that was sent: sent again, it gets the
    same answer again. `next_at` is when to ask again for what takes longer; `asked_at` when copies were last
    asked for. `by_itself` is the holder's word that new copies may be fetched without asking.
    """

    kind: ClassVar[str] = "online"

    issuer: str
    host: str
    endpoints: dict[str, str]
    doc_type: str
    target: dict[str, str]
    root: str
    copies: int
    access_token: str
    access_until: int
    refresh_token: str
    made_at: int
    asked_at: int
    needs_proof: bool = True
    encryption: dict[str, Any] = {}
    device_keys: tuple[bytes, ...] = ()
    proofs: tuple[str, ...] = ()
    transaction: str = ""
    next_at: int = 0
    card: bytes = b""
    by_itself: bool = False


class ShownElement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One element that was agreed to, by name; `label` as the person read it, never the value.

    `beyond` is the code of how it went beyond the reader's registration, empty where it did not: the person
    decided so for this very field.
    """

    doc_type: str
    namespace: str
    identifier: str
    label: str
    kept: bool = False
    beyond: str = ""

    @property
    def ref(self) -> ElementRef:
        """docType, namespace, identifier."""
        return self.doc_type, self.namespace, self.identifier


class FiledReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a counter signed about a presentation: its outcome, its time and what it keeps."""

    outcome: str
    at: int
    kept: tuple[ElementRef, ...]
    message: bytes


class HistoryRecord(_Stored, frozen=True, kw_only=True):
    """One entry of the history; `sessions` are the h(S) of the request, the slip, or each code shown.

    `reader` is the name to show, `verified` whether it came from a register. `leaf` is the DER of the
    reader's certificate, None where nobody signed a request. `asked` is what a request asked for.
    `purpose_code` and `purpose_version` say what was registered under the purpose then, `purpose_title` what
    it was called in the person's language. `request` is the signed request itself (QrRequest, encoded), the
    evidence of a misuse report: it holds nothing of the person, and goes with the entry, or earlier
    (`wallet.history`).
    """

    kind: ClassVar[str] = "history"

    at: int
    mode: ShowMode
    sessions: tuple[bytes, ...]
    reader: str
    agency: str
    verified: bool
    purpose: str
    elements: tuple[ShownElement, ...]
    outcome: ShowOutcome
    leaf: bytes | None = None
    asked: tuple[ElementRef, ...] = ()
    until: int | None = None
    receipt: FiledReceipt | None = None
    purpose_code: str = ""
    purpose_version: int | None = None
    purpose_title: str = ""
    request: bytes | None = None


class AnswerRecord(_Stored, frozen=True, kw_only=True):
    """M of an answer, sealed for the counter, and until when the same request gets it again."""

    kind: ClassVar[str] = "answer"

    session: bytes
    history: bytes
    message: bytes
    until: int


class DraftRecord(_Stored, frozen=True, kw_only=True):
    """A letter about an entry of the history that was begun and not saved yet, in the person's own words."""

    kind: ClassVar[str] = "draft"

    history: bytes
    text: str


Stored = TypeVar("Stored", bound=_Stored)


def read(record: Record, form: type[Stored]) -> Stored:
    """Read a record of the vault; raise StoreError `wallet.record-form` for one of another program's."""
    try:
        return typed.from_msgpack(record.data, form)
    except msgspec.MsgspecError:
        raise StoreError("wallet.record-form", kind=record.kind) from None


def short_id(record_id: RecordId) -> str:
    """Return the eight digits by which a person names a record on a command line."""
    return record_id[:4].hex()
