"""Every class of the factory, and the folder where the cases are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kit.factory.answers import answer_vectors
from tests.kit.factory.chains import chain_vectors
from tests.kit.factory.coses import cose_vectors
from tests.kit.factory.devices import device_vectors
from tests.kit.factory.envelopes import envelope_vectors, hostile_vectors
from tests.kit.factory.exchanges import exchange_vectors, vical_vectors
from tests.kit.factory.honest import honest_vectors
from tests.kit.factory.items import item_vectors
from tests.kit.factory.msos import mso_vectors
from tests.kit.factory.signed_sets import signed_set_vectors
from tests.kit.factory.statuses import status_vectors
from tests.kit.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.factory.vector import Vector

FOLDER = ROOT / "tests" / "vectors" / "verification"

CLASSES = (
    item_vectors,
    mso_vectors,
    chain_vectors,
    cose_vectors,
    envelope_vectors,
    hostile_vectors,
    device_vectors,
    status_vectors,
    signed_set_vectors,
    exchange_vectors,
    answer_vectors,
    vical_vectors,
    honest_vectors,
)


def all_vectors() -> Iterator[Vector]:
    """Yield every case of every class, in a fixed order."""
    for make in CLASSES:
        yield from make()
