"""Goal 5: loading a status list beside `zlib.decompress`, looking up beside a signature check, and sizes.

`python -m bench.lists [--json FILE] [--rounds N] [--full]`. Variants are interleaved and measured in CPU
time; of each the median over the rounds counts. `--full` adds
the lists of 10^8 entries, which take a minute to pack.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.certificates.build import Subject, Validity, build_iaca, build_status_signer
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.lists.signed_set import SignedSet, build_signed_set
from counterproof.mdoc.lists.status_check import judge_status, verify_status_token
from counterproof.mdoc.lists.status_delta import apply_status_delta, build_status_delta
from counterproof.mdoc.lists.status_finding import StatusAnswer
from counterproof.mdoc.lists.status_list import INVALID, StatusList
from counterproof.mdoc.lists.status_token import StatusListToken, build_status_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.mdoc.certificates.model import Certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
URI = "https://s.harbour.example/1"
SHARES = (0.001, 0.01, 0.05)
ENTRIES = 10_000_000
GOAL_LOAD = 1.3
GOAL_LOOKUP = 0.01
GOAL_UPDATE = 1 / 35
CHANGES = 1000
SIGNED = 1_000_000
LOOKUPS = 1000


class Signing:
    """A root and a status signer in memory."""

    def __init__(self) -> None:
        root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        life = Validity(not_before=NOW - timedelta(days=30), not_after=NOW + timedelta(days=400))
        root = build_iaca(
            Subject(common_name="Harbour Borough IACA", country="UT"),
            root_key,
            life,
            contact="https://harbour.example",
            crl_url="https://harbour.example/crl",
            random=os.urandom,
        )
        self.root: Certificate = root.certificate
        subject = Subject(common_name="Harbour status", country="UT")
        self.certificate = build_status_signer(root, subject, self.key.public_key(), life, random=os.urandom)

    def token(self, entries: StatusList) -> bytes:
        """Sign a list."""
        return build_status_token(
            SoftwareSigner(self.key),
            [self.certificate],
            uri=URI,
            issued_at=NOW - timedelta(hours=1),
            expires_at=NOW + timedelta(days=7),
            ttl=timedelta(hours=12),
            status_list=entries,
        )


def random_list(entries: int, share: float) -> StatusList:
    """Make a one-bit list in which that share is revoked, seeded."""
    marks = np.zeros(entries, dtype=np.uint8)
    marks[np.random.default_rng(5).choice(entries, round(entries * share), replace=False)] = 1
    return StatusList(1, np.packbits(marks, bitorder="little").tobytes())


def interleave(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median CPU microseconds of one call of each variant, measured turn by turn."""
    samples: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, call in variants.items():
            start = time.process_time()
            call()
            samples[name].append((time.process_time() - start) * 1e6)
    return {name: statistics.median(values) for name, values in samples.items()}


def loading(signing: Signing, rounds: int) -> dict[str, float]:
    """Parse and inflate, then with signer and signature proven too, beside the bare decompression."""
    data = signing.token(random_list(ENTRIES, 0.01))
    packed = StatusListToken.from_bytes(data).compressed

    def prove() -> object:
        return verify_status_token(StatusListToken.from_bytes(data), anchors=[signing.root], at=NOW)

    times = interleave(
        {
            "zlib": lambda: zlib.decompress(packed),
            "load": lambda: StatusListToken.from_bytes(data).status_list,
            "load and prove": prove,
        },
        rounds,
    )
    return {
        **times,
        "load / zlib": times["load"] / times["zlib"],
        "load and prove / zlib": times["load and prove"] / times["zlib"],
    }


def looking_up(signing: Signing, rounds: int) -> dict[str, float]:
    """One entry, and one whole answer, beside one ECDSA P-256 verification."""
    entries = random_list(ENTRIES, 0.01)
    token = StatusListToken.from_bytes(signing.token(entries))
    verified = verify_status_token(token, anchors=[signing.root], at=NOW)
    scheme = ec.ECDSA(hashes.SHA256())
    signature, public = signing.key.sign(b"x" * 600, scheme), signing.key.public_key()
    indices = [int(index) for index in np.random.default_rng(7).integers(0, ENTRIES, LOOKUPS)]
    lookup = verified.status_list.get

    def answers() -> None:
        for index in indices:
            found = judge_status(verified, uri=URI, index=index, at=NOW, trust_point=signing.root)
            if (found.answer is StatusAnswer.INVALID) != (entries.get(index) == INVALID):
                raise AssertionError(found.code)

    times = interleave(
        {
            "verify": lambda: [public.verify(signature, b"x" * 600, scheme) for _ in range(100)],
            "lookup": lambda: [lookup(index) for index in indices],
            "answer": answers,
        },
        rounds,
    )
    per_call = {"verify": times["verify"] / 100, **{n: times[n] / LOOKUPS for n in ("lookup", "answer")}}
    return {
        **per_call,
        "lookup / verify": per_call["lookup"] / per_call["verify"],
        "answer / verify": per_call["answer"] / per_call["verify"],
    }


def updating(signing: Signing) -> dict[str, float]:
    """Bytes of an update of a thousand changes beside those of the list, and that it gives that very list."""
    before = random_list(ENTRIES, 0.01)
    after = StatusList(1, bytearray(before.packed))
    for index in np.random.default_rng(11).choice(ENTRIES, CHANGES, replace=False):
        after.set(int(index), 1 - after.get(int(index)))
    old, new = signing.token(before), signing.token(after)
    delta = build_status_delta(old, new)
    if apply_status_delta(old, delta) != new:
        raise AssertionError
    return {"update": len(delta), "list": len(new), "update / list": len(delta) / len(new)}


def stolen(signing: Signing, documents: int) -> dict[str, float]:
    """Bytes of the set of what a stolen signer signed, and microseconds of one look-up in it."""
    seeded = np.random.default_rng(13)
    digests = [seeded.bytes(32) for _ in range(documents)]
    chain = [signing.certificate]
    data = build_signed_set(SoftwareSigner(signing.key), chain, of=signing.root, digests=digests, date=NOW)
    signed = SignedSet.from_bytes(data)
    asked = digests[:LOOKUPS]
    if not all(map(signed.holds, asked)):
        raise AssertionError
    times = interleave({"all": lambda: [signed.holds(each) for each in asked]}, 3)
    return {"documents": documents, "bytes": len(data), "look-up": times["all"] / LOOKUPS}


def sizes(entries: int, rounds: int) -> dict[str, float]:
    """Compressed bytes at each share of revoked entries, and microseconds to inflate at 1 %."""
    found: dict[str, float] = {}
    for share in SHARES:
        packed = random_list(entries, share).compress()
        found[f"{share:.1%}"] = len(packed)
        if share == 0.01:
            found["inflate"] = interleave({"it": partial(StatusList.inflate, 1, packed)}, rounds)["it"]
    return found


@click.command()
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures here as JSON.")
@click.option("--rounds", default=60, show_default=True, help="Rounds of each variant.")
@click.option("--full", is_flag=True, help="Add lists of 10^8 entries.")
def main(json_path: Path | None, rounds: int, full: bool) -> None:  # noqa: FBT001 - a flag of the command
    """Measure, print, and end with 1 if goal 5 is missed."""
    signing = Signing()
    load, lookup = loading(signing, rounds), looking_up(signing, rounds)
    table = {str(n): sizes(n, 10) for n in (10**6, 10**7, *((10**8,) if full else ()))}
    print(f"load 10^7 at 1 %      {load['load / zlib']:6.3f} x zlib.decompress   goal <= {GOAL_LOAD}")
    print(f"  and proven          {load['load and prove / zlib']:6.3f} x zlib.decompress")
    print(
        f"look up one entry     {lookup['lookup / verify']:6.2%} of a verify        goal <= {GOAL_LOOKUP:.0%}"
    )
    print(f"  and the answer      {lookup['answer / verify']:6.2%} of a verify")
    for entries, row in table.items():
        cells = "  ".join(f"{share:.1%}: {row[f'{share:.1%}'] / 1000:8.1f} kB" for share in SHARES)
        print(f"{int(entries):>11,} entries  {cells}  inflate at 1 %: {row['inflate'] / 1000:.2f} ms")
    update, robbed = updating(signing), stolen(signing, SIGNED)
    share = f"1/{1 / update['update / list']:.0f} of the list"
    goal = f"goal <= 1/{1 / GOAL_UPDATE:.0f}"
    print(f"update of {CHANGES:,} changes {update['update']:,} bytes, {share}   {goal}")
    size = f"{robbed['bytes'] / 1e6:.2f} MB"
    print(f"signed set of {SIGNED:,} documents {size}, look-up {robbed['look-up']:.0f} us")
    if json_path is not None:
        figures = {"load": load, "lookup": lookup, "sizes": table, "update": update, "signed-set": robbed}
        json_path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    sys.exit(
        load["load / zlib"] > GOAL_LOAD
        or lookup["lookup / verify"] > GOAL_LOOKUP
        or update["update / list"] > GOAL_UPDATE
    )


if __name__ == "__main__":
    main()
