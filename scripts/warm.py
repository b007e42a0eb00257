"""A process that has loaded the programs once, and becomes one of them for each command that it is told.

Loading Python and its libraries takes longer than most commands. Each command still runs its own program's
`main` in a process of its own, with its own folder, environment and standard streams; only the loading is
done once. `python -m scripts.warm` reads one command a line (JSON) and answers with its exit code.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
import threading
import traceback
from typing import Any

_LOADED = (
    "issuer.cli",
    "issuer.agency",
    "issuer.authority",
    "issuer.drill.stolen_signer",
    "wallet.cli",
    "verifier.cli",
    "verifier.counter",
    "counterproof.trust.pack.taking",
)
"""Nothing that draws or looks at pictures: those libraries begin threads, which a fork would lose."""


def main() -> None:
    """Load, then run commands until standard input ends."""
    for name in _LOADED:
        importlib.import_module(name)
    if threading.active_count() != 1:
        raise RuntimeError("a library began a thread: a fork would lose it")
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_become(asked))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(asked: dict[str, Any]) -> int:
    """Be `python -m MODULE ARGUMENT...` in the folder and environment that were asked for."""
    for number, name in ((0, os.devnull), (1, asked["output"]), (2, asked["errors"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    module, *arguments = asked["command"]
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
        return code if isinstance(code, int) else int(code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter itself would at the end of a process
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    main()
