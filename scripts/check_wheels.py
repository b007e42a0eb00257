"""Import every package with compiled parts, so that a missing system library is named at set-up.

The wheels carry their own libraries and load on a Debian without a single extra package; a system that
differs is told which file is missing instead of failing in the middle of a command.
"""

from __future__ import annotations

import importlib
import re
import sys

COMPILED = (
    "PIL.Image",
    "cbor2",
    "cryptography.hazmat.bindings._rust",
    "cv2",
    "miniaudio",
    "msgspec",
    "numpy",
    "pypdfium2",
    "raptorq",
    "sqlalchemy",
    "zxingcpp",
)
MISSING_LIBRARY = re.compile(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file")


def problem_with(module: str) -> str | None:
    """Return one line about what keeps `module` from loading, or None where it loads."""
    try:
        importlib.import_module(module)
    except (ImportError, OSError) as error:
        found = MISSING_LIBRARY.search(str(error))
        if found is None:
            return f"{module} does not load: {error}"
        return (
            f"{module} needs the system library {found[1]}; "
            f"on Debian, `apt-file search {found[1]}` names the package that holds it"
        )
    return None


def main() -> int:
    """Print what does not load; return 1 if anything did not."""
    problems = [line for line in map(problem_with, COMPILED) if line]
    for line in problems:
        print(f"setup: {line}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
