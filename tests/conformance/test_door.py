"""The conformance door: public and own vectors through one command, and what comes in that is no case."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from itertools import chain
from typing import Any

import pytest

from tests.kit.door import ANSWER_FIELDS, ask, ask_line, run_command, said_of
from tests.kit.factory.all import FOLDER
from tests.kit.factory.forge import Forge
from tests.kit.own_vectors import OWN, own_case
from tests.kit.public_cases import (
    animo,
    auth0,
    bdr,
    cbor_items,
    der_of,
    derived_mdocs,
    longfellow,
    status_tokens,
)
from tests.kit.vectors import vector_path
from verifier.conformance import door
from verifier.conformance.answer import CaseVerdict
from verifier.conformance.door import INTERNAL
from verifier.conformance.judge import KINDS
from verifier.conformance.lines import LINE_LIMIT, read_lines

AT = "2026-06-01T12:00:00Z"


def slow(lines: list[bytes], answers: list[dict[str, Any]]) -> list[str]:
    """Return the ids of cases that take a second, asked again alone too: a busy machine is slow by itself."""
    again = [line for line, said in zip(lines, answers, strict=True) if said["ms"] >= 1000]
    return [said["id"] for said in run_command(again) if said["ms"] >= 1000] if again else []


def test_own_vectors_end_as_stated_through_the_command() -> None:
    cases = [own_case(path) for path in OWN]
    assert len(cases) > 800
    answers = run_command(line for line, _ in cases)
    assert len(answers) == len(cases)
    for path, (line, expect), said in zip(OWN, cases, answers, strict=True):
        assert said["id"] == json.loads(line)["id"]
        assert list(said) == ANSWER_FIELDS
        assert {"verdict": said["verdict"], "code": said["code"], "failed": said["failed"]} == expect, (
            path.name
        )
    assert slow([line for line, _ in cases], answers) == []


def test_own_vectors_are_mostly_negative_and_name_a_clause() -> None:
    verdicts = [json.loads(path.read_bytes())["expect"]["verdict"] for path in OWN]
    assert 0.7 < sum(verdict != "accepted" for verdict in verdicts) / len(verdicts) < 0.85
    assert all(json.loads(path.read_bytes())["clause"] for path in OWN)
    assert sum(path.stat().st_size for path in OWN) / len(OWN) < 4_000


def test_public_vectors_go_through_one_command() -> None:
    items = ({"kind": "cbor", "bytes": data.hex(), "at": AT, "id": name} for name, data, _ in cbor_items())
    vical = {
        "id": "aamva",
        "kind": "vical",
        "at": "2024-09-24T23:00:00Z",
        "bytes": vector_path("vical/aamva-2024-09-24.cbor").read_bytes().hex(),
        "anchors": [der_of(vector_path("vical/aamva_ca_root.crt").read_text())],
    }
    lines = list(
        chain(
            (line for line, _ in derived_mdocs()),
            (line for line, _ in longfellow()),
            auth0(),
            [animo(), bdr(), vical],
            (line for line, _ in status_tokens()),
            items,
        )
    )
    answers = run_command(json.dumps(line).encode() for line in lines)
    assert [said["id"] for said in answers] == [line["id"] for line in lines]
    assert len(answers) == 69 + 13 + 4 + 3 + 28 + 855
    assert not [said for said in answers if said["code"] == INTERNAL or said["verdict"] == "unusable"]
    verdicts = {said["id"]: said["verdict"] for said in answers}
    assert {verdicts[f"derived/neg-{name}"] for name in ("element-value", "ds-no-eku")} == {"refused"}
    assert [verdicts[name] for name in ("aamva", "bdr", "animo-mdoc-05")] == ["accepted"] * 3
    assert all(verdicts[name] == "unreadable" for name, _, good in cbor_items() if not good)


STATUS = {"VALID": 0, "INVALID": 1, "SUSPENDED": 2}


def test_status_values_are_told_and_never_guessed() -> None:
    for line, expect in status_tokens():
        said = ask_line(json.dumps(line).encode())
        if expect in STATUS:
            assert (said["verdict"], said["status"]) == ("accepted", STATUS[expect]), line["id"]
        if said["verdict"] != "accepted":
            assert said["status"] is None


FORGE = Forge()
GOOD: dict[str, Any] = {
    "kind": "device-response",
    "bytes": FORGE.response().hex(),
    "at": AT,
    **FORGE.session_fields(),
}
UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "kind missing": ({"kind": None}, "case.missing"),
    "kind unknown": ({"kind": "sd-jwt"}, "case.kind"),
    "kind empty": ({"kind": ""}, "case.kind"),
    "bytes missing": ({"bytes": None}, "case.missing"),
    "bytes odd": ({"bytes": "abc"}, "case.field"),
    "bytes no hex": ({"bytes": "zz"}, "case.field"),
    "bytes spaced": ({"bytes": "a0 a0"}, "case.field"),
    "bytes a number": ({"bytes": 5}, "case.field"),
    "at missing": ({"at": None}, "case.missing"),
    "at without offset": ({"at": "2026-06-01T12:00:00"}, "case.field"),
    "at a day": ({"at": "2026-06-01"}, "case.field"),
    "at a number": ({"at": 1780000000}, "case.field"),
    "at no time": ({"at": "2026-06-31T12:00:00Z"}, "case.field"),
    "at before time": ({"at": "0001-01-01T00:00:00+14:00"}, "case.field"),
    "at with line": ({"at": AT + "\n"}, "case.field"),
    "anchors missing": ({"anchors": None}, "case.missing"),
    "anchors text": ({"anchors": FORGE.anchor}, "case.field"),
    "anchors no certificate": ({"anchors": ["3000"]}, "case.field"),
    "anchors numbers": ({"anchors": [1]}, "case.field"),
    "issuer key beside anchors": ({"issuer_key": "04" + "00" * 64}, "case.field"),
    "issuer key no point": ({"anchors": None, "issuer_key": "04" + "00" * 64}, "case.field"),
    "issuer key compressed": ({"anchors": None, "issuer_key": "02" + "11" * 32}, "case.field"),
    "transcript missing": ({"transcript": None}, "case.missing"),
    "transcript wrapped": ({"transcript": "d81844" + "83f6f6f6"}, "case.field"),
    "transcript of two": ({"transcript": "82f6f6"}, "case.field"),
    "transcript trailing": ({"transcript": "83f6f6f600"}, "case.field"),
    "reader key zero": ({"reader_private_key": "00" * 32}, "case.field"),
    "reader key too long": ({"reader_private_key": "11" * 33}, "case.field"),
    "status lists text": ({"status_lists": "d2"}, "case.field"),
    "status lists many": ({"status_lists": ["d2"] * 9}, "case.field"),
    "field unknown": ({"status_list": ["d2"]}, "case.field"),
    "field of ours": ({"expect": "accepted"}, "case.field"),
    "doc type a number": ({"doc_type": 1}, "case.field"),
    "index missing": ({"kind": "status-list", "status_uri": "u", "transcript": None}, "case.missing"),
    "uri missing": ({"kind": "status-list", "status_index": 1, "transcript": None}, "case.missing"),
    "index a float": ({"kind": "status-list", "status_uri": "u", "status_index": 1.5}, "case.field"),
    "index true": ({"kind": "status-list", "status_uri": "u", "status_index": True}, "case.field"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_lines_that_cannot_be_judged_keep_their_id(name: str) -> None:
    change, code = UNUSABLE[name]
    said = ask(**{**GOOD, **change})
    assert (said["id"], *said_of(said)) == ("case", "unusable", code, [])


def test_a_good_line_is_accepted_and_names_its_elements() -> None:
    said = ask(**GOOD)
    assert said_of(said) == ("accepted", "ok", [])
    documents = [{"doc_type": "org.iso.18013.5.1.mDL", "elements": {"org.iso.18013.5.1": ["age_over_18"]}}]
    assert said["documents"] == documents
    assert "Musterfrau" not in json.dumps(said)


@pytest.mark.parametrize("at", [AT, "2026-06-01T14:00:00+02:00", "2026-06-01t12:00:00.123456789z"])
def test_times_are_read_with_any_offset(at: str) -> None:
    assert ask(**{**GOOD, "at": at})["verdict"] == "accepted"


def test_an_answer_needs_its_request_and_key() -> None:
    path = FOLDER / "qr_answer.json"
    line = json.loads(own_case(path)[0])
    for name in ("request", "reader_private_key", "anchors"):
        said = ask(**{key: value for key, value in line.items() if key != name})
        assert said_of(said)[:2] == ("unusable", "case.missing")
    assert said_of(ask(**{**line, "request": "a0"}))[:2] == ("unusable", "case.field")


NO_LINES = {
    "empty": b"",
    "spaces": b"   ",
    "no json": b"hello",
    "truncated": b'{"id":"a"',
    "two values": b'{"id":"a"} {"id":"b"}',
    "an array": b'["a"]',
    "a number": b"1",
    "no id": b'{"kind":"cbor","bytes":"00","at":"2026-06-01T12:00:00Z"}',
    "id a number": b'{"id":1}',
    "id null": b'{"id":null}',
    "not utf-8": b'{"id":"\xff"}',
    "nul": b"\x00",
    "nul inside": b'{"id":"a\x00"}',
    "lone surrogate": b'{"id":"\\ud800"}',
    "deep": b'{"id":' + b"[" * 100_000,
    "deep in an unknown field": b'{"id":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "utf-16": '{"id":"a"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", NO_LINES)
def test_what_is_no_case_is_unusable(name: str) -> None:
    said = ask_line(NO_LINES[name])
    assert said["verdict"] == "unusable"
    assert said["id"] in ({None, "a"} if name.startswith("deep in") else {None})


def test_everything_at_once_through_the_command() -> None:
    good = json.dumps({"id": "\u2028\x85\U0001f600", **GOOD}).encode()
    lines = [line for bad in NO_LINES.values() for line in (bad.replace(b"\n", b" "), good)]
    answers = run_command(lines)
    assert len(answers) == len(lines)
    assert [said["verdict"] for said in answers[1::2]] == ["accepted"] * len(NO_LINES)
    assert {said["id"] for said in answers[1::2]} == {"\u2028\x85\U0001f600"}


def test_long_lines_are_skipped_and_never_held() -> None:
    class Endless(io.BytesIO):
        largest = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            data = super().readline(size)
            self.largest = max(self.largest, len(data))
            return data

    stream = Endless(b"a\n" + b"x" * 50_000 + b"\nb\r\n" + b"y" * 1000 + b"\n" + b"z" * 1001 + b"\nlast")
    assert list(read_lines(stream, 1000)) == [b"a", None, b"b", b"y" * 1000, None, b"last"]
    assert stream.largest <= 65_536


def test_a_line_of_eight_megabytes_is_judged_and_a_longer_one_is_not() -> None:
    line = {"id": "long", "kind": "cbor", "at": AT, "bytes": ""}
    room = LINE_LIMIT - len(json.dumps(line))
    line["bytes"] = "00" * (room // 2)
    judged, longer = json.dumps(line).encode(), json.dumps(line).encode() + b"  "
    first, second, third = run_command([judged, longer, b"{}"])
    assert (first["id"], first["verdict"], first["code"]) == ("long", "unreadable", "cbor.size")
    assert (second["id"], second["verdict"], second["code"]) == (None, "unusable", "case.too-long")
    assert third["code"] == "case.field"


def test_each_answer_comes_before_the_next_question() -> None:
    command = [sys.executable, "-c", "from verifier.cli import main; main()", "conformance"]
    line = json.dumps({"id": "a", "kind": "cbor", "bytes": "00", "at": AT}).encode() + b"\n"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["verdict"] == "accepted"
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(20) == 0


MEASURED = """
import re, sys
from verifier.cli import main
main(["conformance"], standalone_mode=False)
print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1], file=sys.stderr)
"""


def hostile_lines() -> list[bytes]:
    """Return what is meant to eat memory or time, each once."""
    room = LINE_LIMIT - 200
    tail = f'","at":"{AT}"}}'.encode()
    big = [b"00" * (room // 2), b"9b" + b"ff" * 8, b"81" * 400_000, b"5b" + b"7f" * 8, b"bf" * 500_000]
    lines = [b'{"id":"big","kind":"cbor","bytes":"' + data + tail for data in big]
    lines += [b'{"id":"list","anchors":[' + b'"",' * (room // 3) + b'""]}']
    lines += [b'{"id":"map","x":{' + b'"a":1,' * (room // 6) + b'"a":1}}']
    lines += [
        b'{"id":"deep","x":' + b"[" * room,
        b"[" * room,
        b"\xff" * room,
        b'"' + b"\\u0041" * (room // 6),
    ]
    bombs = [own_case(path)[0] for path in OWN if "bomb" in path.name or path.name.startswith("hostile")]
    text = ("HTTPS://" + "A" * (room // 4)).encode().hex().encode()
    return [*lines, *bombs, b'{"id":"text","kind":"qr-text","bytes":"' + text + tail]


def test_nothing_takes_a_second_or_300_megabytes() -> None:
    command = [sys.executable, "-c", MEASURED]
    lines = hostile_lines()
    run = subprocess.run(command, input=b"\n".join(lines) + b"\n", capture_output=True, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert slow(lines, answers) == []
    assert int(run.stderr) < 300 * 1024
    assert INTERNAL not in {said["code"] for said in answers}


def test_nothing_in_nothing_out() -> None:
    assert run_command([]) == []


def test_the_words_of_the_door_are_five() -> None:
    assert {verdict.value for verdict in CaseVerdict} == {
        "accepted",
        "refused",
        "undecided",
        "unreadable",
        "unusable",
    }
    kinds = {"issuer-signed", "device-response", "status-list", "cbor", "vical", "signed-set", "qr-text"}
    assert kinds == KINDS


def test_a_fault_of_ours_is_told_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_case: object) -> None:
        raise ZeroDivisionError("a value of a person")

    monkeypatch.setattr(door, "judge", broken)
    said = ask(**GOOD)
    assert said_of(said) == ("unreadable", INTERNAL, [])
    assert "person" not in json.dumps(said)


def test_milliseconds_are_measured() -> None:
    start = time.perf_counter()
    (said,) = run_command([json.dumps({"id": "a", **GOOD}).encode()])
    assert isinstance(said["ms"], float)
    assert 0 < said["ms"] < (time.perf_counter() - start) * 1000
