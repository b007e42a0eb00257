"""How a signed list stands: the four words that the conformance door speaks too."""

from __future__ import annotations

from enum import Enum


class Standing(Enum):
    """What became of a signed list when it was examined."""

    ACCEPTED = "accepted"
    """Proven, for now, and what was asked could be read from it."""

    REFUSED = "refused"
    """Well-formed and wrong: not to be used."""

    UNDECIDED = "undecided"
    """Nothing wrong with it, but too old, or not there."""

    UNREADABLE = "unreadable"
    """Malformed."""
