"""Whose matter a refusal is and who can settle it: said beside the reason, so that nobody is blamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from counterproof.words.language import tr
from counterproof.words.model import N_


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose matter it is, and who can settle it, each in a sentence in the language spoken now."""

    matter: str
    settles: str


_AGENCY: Final = (
    N_("This is between the person and the agency that issued the document."),
    N_("The agency that issued it can explain this and give out a new one."),
)
_RESTS: Final = (
    N_("This is between the person and the agency that issued the document."),
    N_("The agency that issued it can explain this, and can let it count again."),
)
_COPY: Final = (
    N_("The wallet's copy is no longer, or not yet, in its time. The person did nothing wrong."),
    N_("The person can fetch a new copy from the agency, often at once."),
)
_COUNTER: Final = (
    N_("This is a matter of this counter. The person did nothing wrong."),
    N_("Whoever looks after this computer can settle it: lists and clock are on the trust page."),
)
_EXCHANGE: Final = (
    N_("Something went wrong between the wallet and this counter, or an old code was shown."),
    N_("The two of you can settle it now: ask again, and let the wallet make a new code."),
)
_GENUINE: Final = (
    N_("This does not hold together as a document of an agency. The person may not know that."),
    N_("Follow your office's rule for doubtful documents. The agency can say if it is one of its own."),
)
_UNKNOWN: Final = (
    N_("This counter does not know the agency that signed it. That alone does not make it false."),
    N_("Whoever looks after this computer can add an agency, once its fingerprint is compared."),
)
_ASKED: Final = (
    N_("The person may choose what to show, and did nothing wrong."),
    N_("You and the person can settle it: say what is needed and why, or ask for less."),
)

_BY_CODE: Final = {
    "status.revoked": _AGENCY,
    "status.suspended": _RESTS,
    "document.expiry": _AGENCY,
    "validity.from": _COPY,
    "validity.until": _COPY,
    "chain.path": _UNKNOWN,
    "certificate.untrusted": _UNKNOWN,
    "certificate.path": _UNKNOWN,
    **dict.fromkeys(("certificate.revoked", "certificate.expired", "chain.revocation"), _AGENCY),
    **dict.fromkeys(("trust.list-out-of-date", "trust.list-stale"), _COUNTER),
    **dict.fromkeys(("certificate.revocation-old", "certificate.revocation-stale"), _COUNTER),
    "request.incomplete": _ASKED,
}
_BY_ROOM: Final = {
    "exchange": _EXCHANGE,
    "device": _EXCHANGE,
    "clock": _COUNTER,
    "status": _COUNTER,
    "request": _ASKED,
    "optics": _EXCHANGE,
}


def whose(code: str) -> Whose:
    """Return whose matter a code is; what nobody foresaw is treated as a doubtful document."""
    room = code.partition(".")[0]
    matter, settles = _BY_CODE.get(code) or _BY_ROOM.get(room) or _GENUINE
    return Whose(tr(matter), tr(settles))
