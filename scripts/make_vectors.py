"""Make the published test vectors again: `python -m scripts.make_vectors`.

Keys come from seeds and ECDSA follows RFC 6979, so every run writes the same bytes; `make vectors` fails
where they differ from what is committed. Files that no class makes any more are removed.
"""

from __future__ import annotations

import sys
from collections import Counter

from scripts.make_qr_vectors import main as make_qr_vectors
from tests.kit.factory.all import FOLDER, all_vectors


def main() -> int:
    """Write every case to its file and print how many there are; return 1 where two have one name."""
    contents: dict[str, bytes] = {}
    verdicts: Counter[str] = Counter()
    for vector in all_vectors():
        if vector.file_name in contents:
            print(f"vectors: two cases are called {vector.id}", file=sys.stderr)
            return 1
        contents[vector.file_name] = vector.to_json()
        verdicts[vector.verdict] += 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path.name not in contents:
            path.unlink()
    for name, content in contents.items():
        (FOLDER / name).write_bytes(content)
    size = sum(map(len, contents.values()))
    counted = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    print(f"verification vectors: {len(contents)} cases ({counted}), {size / 1e6:.2f} MB")
    return make_qr_vectors([])


if __name__ == "__main__":
    sys.exit(main())
