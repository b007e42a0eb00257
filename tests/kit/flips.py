"""Bits turned over one at a time, and what may come of it: nothing accepted but the very same values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterproof.mdoc.verification.report import VerificationReport

ALL_BITS = tuple(1 << bit for bit in range(8))


class Flip(NamedTuple):
    """A copy of the input with one byte changed."""

    at: int
    mask: int
    data: bytes


def flips(data: bytes, masks: Iterable[int] = (0x01,)) -> Iterator[Flip]:
    """Yield a copy for every byte and mask."""
    for at in range(len(data)):
        for mask in masks:
            yield Flip(at, mask, data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])


def one_bit_each(data: bytes) -> Iterator[Flip]:
    """Yield a copy for every byte, each with another bit turned over."""
    for at in range(len(data)):
        mask = 1 << (at * 5 + 3) % 8
        yield Flip(at, mask, data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])


def values_of(report: VerificationReport) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    """Return docType and element values of every verified document."""
    return [
        (document.doc_type, {space: dict(items) for space, items in document.elements.items()})
        for document in report.verified
    ]


def survivors(changed: Iterable[Flip], judge: Callable[[bytes], Any], *honest: Any) -> tuple[int, list[Flip]]:
    """Return how many copies were judged, and which of them gave anything but a refusal or one of `honest`.

    `judge` returns None for what is not accepted.
    """
    count, strange = 0, []
    for flip in changed:
        count += 1
        said = judge(flip.data)
        if said is not None and said not in honest:
            strange.append(flip)
    return count, strange
