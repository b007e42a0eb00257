"""Typed reading from many threads: msgspec alone ends the process when the first two come together."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from counterproof.mdoc import typed

TRY = """
import sys
import threading

import msgspec

from counterproof.mdoc import typed

sys.setswitchinterval(1e-6)
THREADS = 8
VALUE = {"number": 1, "several": [{"name": "a"}], "named": {"b": {"name": "c"}}}


def made(number):
    inner = msgspec.defstruct(f"Inner{number}", [("name", str), ("other", str | None, None)])
    fields = [("number", int), ("several", tuple[inner, ...]), ("named", dict[str, inner])]
    return inner, msgspec.defstruct(f"Outer{number}", fields)


def read(inner, outer, start, told):
    start.wait()
    told.append(typed.convert(VALUE, outer).named["b"].name)
    told.append(typed.from_json('{"name": "d"}', inner).name)


for number in range(80):
    types = made(number)
    start, told = threading.Barrier(THREADS), []
    threads = [threading.Thread(target=read, args=(*types, start, told)) for _ in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == ["c"] * THREADS + ["d"] * THREADS, told
print("all read")
"""


def test_threads_may_begin_with_a_type_together() -> None:
    run = subprocess.run(
        [sys.executable, "-c", TRY], capture_output=True, text=True, timeout=120, check=False
    )
    assert (run.returncode, run.stdout) == (0, "all read\n"), run.stderr


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str


def test_a_wrong_first_value_does_no_harm_to_the_next() -> None:
    for _ in range(2):
        with pytest.raises(msgspec.ValidationError):
            typed.convert({"name": 1}, Form)
        with pytest.raises(msgspec.ValidationError):
            typed.from_json("null", Form)
    with pytest.raises(msgspec.DecodeError):
        typed.from_json("{", Form)
    assert typed.convert({"name": "x"}, Form) == typed.from_json('{"name": "x"}', Form) == Form("x")
