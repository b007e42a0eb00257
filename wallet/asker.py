"""Who asks, as far as it is proven: a name comes from a register, or is not a name at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.certificates.revocation import newest_list
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.registers import PurposeReader
from counterproof.words.plain_text import is_marked, marked, mixes_alphabets, skeleton

if TYPE_CHECKING:
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from counterproof.trust.kept import Trust
    from counterproof.trust.readers import RegisteredReader


_CLAIM: Final = 120
"""The most characters that are shown of a name nobody vouches for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who signed a request.

    `name` and `agency` are those of the register when `verified`; otherwise `name` is empty and `claimed`
    is what the certificate says of itself, made safe to show. `warnings` are codes: `wallet.name-hides`,
    `wallet.name-mixes-alphabets`, `wallet.name-looks-like` (a registered counter's), `wallet.reader-unlisted`
    (a root that is trusted, and no entry in its register), `wallet.reader-list-over` (the list that names its
    root has run out), `wallet.reader-revocations-old` (whether it was struck off since is not known). `root`
    is the SHA-256 of the listed root at which its chain ends, empty where it ends at none.
    """

    verified: bool
    fingerprint: str
    leaf: bytes
    name: str = ""
    agency: str = ""
    claimed: str = ""
    warnings: tuple[str, ...] = ()
    registered: RegisteredReader | None = None
    root: str = ""

    @property
    def reader(self) -> PurposeReader:
        """The same, as registers of purposes ask for it."""
        own = self.registered
        return PurposeReader(
            root=self.root,
            certificate=self.fingerprint,
            id=own.id if own is not None else "",
            office=own.office if own is not None else "",
        )

    @property
    def shown_name(self) -> str:
        """What a list calls this reader."""
        return self.name if self.verified else f"“{self.claimed}”" if self.claimed else ""


def asker_of(request: AuthenticatedRequest, trust: Trust) -> Asker:
    """Return who signed `request`, by the registers of the agencies that are trusted."""
    leaf, anchor = request.reader.certificate, request.reader.anchor
    if request.reader_known and anchor is not None:
        found = trust.readers().registered(leaf, anchor)
        if found is not None:
            agency, reader = found
            return Asker(
                verified=True,
                name=reader.name,
                agency=agency,
                fingerprint=fingerprint(leaf),
                leaf=leaf.der,
                registered=reader,
                root=fingerprint(anchor),
                warnings=_struck_off(request, trust),
            )
    claimed = leaf.common_name or leaf.organization or ""
    warnings = [*_standing(request, trust), *_warnings(claimed, trust)]
    return Asker(
        verified=False,
        fingerprint=fingerprint(leaf),
        leaf=leaf.der,
        claimed=marked(claimed, _CLAIM),
        warnings=tuple(warnings),
        root=fingerprint(anchor) if request.reader_known and anchor is not None else "",
    )


def _standing(request: AuthenticatedRequest, trust: Trust) -> list[str]:
    """Say what is amiss with the list that its root is on, or was on."""
    if request.reader_known:
        return ["wallet.reader-unlisted"]
    leaf = request.reader.certificate
    was_known = any(leaf.is_signed_by(root) for root in trust.readers().anchors)
    return ["wallet.reader-list-over"] if was_known else []


def _struck_off(request: AuthenticatedRequest, trust: Trust) -> tuple[str, ...]:
    """Warn where a list of revoked counters is at hand and has run out."""
    anchor = request.reader.anchor
    if request.reader.revocation_known or anchor is None:
        return ()
    held = newest_list(anchor, trust.readers().crls)
    return () if held is None else ("wallet.reader-revocations-old",)


def _warnings(claimed: str, trust: Trust) -> list[str]:
    found = ["wallet.name-hides"] if is_marked(claimed) else []
    if mixes_alphabets(claimed):
        found.append("wallet.name-mixes-alphabets")
    if skeleton(claimed) in _registered_names(trust):
        found.append("wallet.name-looks-like")
    return found


def _registered_names(trust: Trust) -> set[str]:
    readers = (reader.name for authority in trust.readers().authorities for reader in authority.readers)
    return {skeleton(name) for name in (*readers, *trust.names.values())} - {""}
