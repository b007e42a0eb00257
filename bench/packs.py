"""Goal 5 inside a trust pack: a list of 10^7 entries at 1 %, taken, loaded, asked and brought up to date.

`python -m bench.packs [--json FILE]`. Bytes are what a counter reads from the pack, as over a network. Times
are CPU time, of one process and of one call each, with TUF's proofs and the disk's waits in them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from bench.lists import CHANGES, ENTRIES, GOAL_UPDATE, random_list
from counterproof.mdoc.lists.status_delta import build_status_delta
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.mdoc.mso import StatusListReference
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Operator
from tests.kit.published import URI

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.kit.published import Publisher

LOOKUPS = 10_000


class Counted(FolderSource):
    """A folder behind a network: every byte is counted; `whole` says that no short cut is there."""

    is_far = True

    def __init__(self, folder: Path, *, whole: bool = False) -> None:
        super().__init__(folder)
        self.whole, self.list_bytes, self.bytes = whole, 0, 0

    def read(self, path: str, limit: int) -> bytes | None:
        """Read, and count."""
        short = path.startswith(layout.DELTAS)
        content = None if short and self.whole else super().read(path, limit)
        self.bytes += len(content or b"")
        if short or "/status/" in path:
            self.list_bytes += len(content or b"")
        return content


def token(publisher: Publisher, entries: StatusList, at: datetime) -> bytes:
    """Sign a list as the agency does."""
    return build_status_token(
        publisher.signer,
        [publisher.signer_certificate],
        uri=URI,
        issued_at=at,
        expires_at=at + timedelta(days=7),
        ttl=None,
        status_list=entries,
    )


def timed(call: Callable[[], object]) -> float:
    """Return the CPU milliseconds of one call."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1e3


def measure(folder: Path) -> dict[str, float]:
    """Publish two packs, take the first, and bring copies of that store up to date in both ways."""
    operator = Operator()
    publisher = operator.agencies["harbour"]
    before = random_list(ENTRIES, 0.01)
    after = StatusList(1, bytearray(before.packed))
    for index in np.random.default_rng(11).choice(ENTRIES, CHANGES, replace=False):
        after.set(int(index), 1 - after.get(int(index)))
    # An entry that was revoked stays revoked, or the newer list would be refused for it.
    after = StatusList(1, bytes(a | b for a, b in zip(before.packed, after.packed, strict=True)))
    old, new = token(publisher, before, AT), token(publisher, after, AT + DAY)
    pack = operator.publish(folder / "pack", AT, agency={"harbour": {"status_lists": (old,)}})
    store = TrustStore(folder / "store")
    first = Counted(pack)
    take = timed(lambda: store.take_pack(first, at=AT, confirm=expecting(operator.fingerprint)))
    operator.publish(pack, AT + DAY, agency={"harbour": {"status_lists": (new,)}})
    begun = time.process_time()
    delta = build_status_delta(old, new)
    made = (time.process_time() - begun) * 1e3
    place = pack / layout.delta_name(*(hashlib.sha256(each).hexdigest() for each in (old, new)))
    place.parent.mkdir()
    place.write_bytes(delta)
    found: dict[str, float] = {"list": len(new), "take": take, "taken bytes": first.bytes, "make": made}
    for name, whole in (("short", False), ("whole", True)):
        shutil.copytree(folder / "store", folder / name)
        copied, source = TrustStore(folder / name), Counted(pack, whole=whole)
        copied.read()
        found[f"{name} update"] = timed(lambda c=copied, s=source: c.take_pack(s, at=AT + DAY))  # type: ignore[misc]
        found |= {f"{name} bytes": source.bytes, f"{name} list bytes": source.list_bytes}
        assert TrustStore(folder / name).read().agencies[0].status_lists[0].issued_at == AT + DAY
    return found | loading(folder / "short")


def loading(store: Path) -> dict[str, float]:
    """Load a store from its files as every command does, and ask for a single entry of the list."""
    load = timed(TrustStore(store).read)
    trust = TrustStore(store).read()
    statuses, root = trust.statuses(), trust.agencies[0].root
    indices = np.random.default_rng(7).integers(0, ENTRIES, LOOKUPS)
    references = [StatusListReference(int(index), URI) for index in indices]
    ask = timed(lambda: [statuses.judge(each, root, AT + DAY, None) for each in references])
    return {"load": load, "ask": ask * 1e3 / LOOKUPS}


@click.command()
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures here as JSON.")
def main(json_path: Path | None) -> None:
    """Measure, print, and end with 1 if goal 5 is missed."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    share = found["short list bytes"] / found["list"]
    print(f"take a pack           {found['taken bytes'] / 1000:8.1f} kB  {found['take']:7.0f} ms")
    print(
        f"load it again                      {found['load']:7.0f} ms   ask for an entry {found['ask']:.1f} us"
    )
    for name, said in (("whole", "update, whole list"), ("short", f"update, {CHANGES:,} changes")):
        print(
            f"{said:<21} {found[f'{name} bytes'] / 1000:8.1f} kB  {found[f'{name} update']:7.0f} ms", end=""
        )
        print(f"   of it the list {found[f'{name} list bytes'] / 1000:.1f} kB")
    print(f"  the list's share    1/{1 / share:.0f} of the list   goal <= 1/{1 / GOAL_UPDATE:.0f}", end="")
    print(f"   made by the operator in {found['make']:.0f} ms")
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    sys.exit(share > GOAL_UPDATE)


if __name__ == "__main__":
    main()
