"""What a counter's window says to do, in place of a sentence that names a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.model import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGISTERED: Final = N_("Change what is asked: Settings, This counter. Or ask your agency to register more.")
_ANEW: Final = N_(
    "Tell whoever looks after this computer: the counter is to be set up again, with a certificate of its own."
)
COMPARE: Final = N_("To compare the fingerprint and believe this, press “Believe somebody new”.")

DO: Final[dict[str, str]] = {
    "verifier.no-counter": _ANEW,
    "verifier.no-key": _ANEW,
    "verifier.key-curve": _ANEW,
    "verifier.counter-exists": N_("Close this window and open it again."),
    "verifier.no-certificate": N_(
        "Give the request file to your agency, then install what it signs: Settings, This counter."
    ),
    "verifier.purpose-waits": N_("Please read what is new: Trust."),
    "verifier.purpose-unregistered": _REGISTERED,
    "verifier.purpose-of-others": _REGISTERED,
    "verifier.field-beyond": N_("Leave it out: Settings, This counter. Or ask your agency to register more."),
    "verifier.keep-beyond": N_("Save it again without keeping the field: Settings, This counter."),
    "verifier.keep-unasked": N_("Tick the field, or do not keep it."),
    "verifier.fields-none": N_("Tick one at least."),
    "verifier.nothing-registered": N_(
        "Choose the fields yourself, or get the newest lists of your agency: Trust."
    ),
    "verifier.purpose-types": N_("Choose one of them, so that nobody shows more than one."),
    "trust.agency-changed": COMPARE,
    "pack.not-pinned": COMPARE,
}
"""What to do by code; every other code is said as everywhere."""


def in_window(code: str, facts: Mapping[str, object] | None = None) -> Sentence:
    """Return what a counter's window says about an error or notice."""
    said = explain(code, facts)
    return Sentence(said.what, tr(DO[code])) if code in DO else said
