"""A decoder that a picture has taken over says what it likes: it is refused with a code, whatever it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from counterproof.mdoc.errors import MalformedError
from counterproof.optics import reader as module
from counterproof.optics.reader import PictureReader
from counterproof.optics.worker import READY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from counterproof.optics.limits import OpticsLimits

SIDE = 8
REPLIES: list[Any] = [
    {"error": "optics.x", "facts": {"code": "ok", "self": []}},
    [],
    5,
    None,
    {"error": "optics.not-a-picture"},
    {"error": "optics.not-a-picture", "facts": []},
    {"error": 7, "facts": {}},
    {"error": "vault.wrong-passphrase", "facts": {}},
    {},
    {"found": 1, "unread": []},
    {"found": [["text", [[0, 0]] * 4, "large", 0]], "unread": []},
    {"found": [["text", [[10**400, 0]] * 4, 1.0, 0]], "unread": []},
    {"found": [["text", [[0, 0]] * 4, 1.0, 99]], "unread": []},
    {"found": [], "unread": [["ab", "cd"]]},
]
RAW = [b"", b"{", b"\xff\xfe", b"[" * 100_000]


def lying(connection: Connection, _limits: OpticsLimits) -> None:
    """Answer the n-th of the lies, where n is the height of the frame that was asked about."""
    lies = [json.dumps(each).encode("ascii") for each in REPLIES] + RAW
    connection.send_bytes(READY)
    while True:
        try:
            height = json.loads(connection.recv_bytes())["shape"][0]
            connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(lies[height - 1])


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    with pytest.MonkeyPatch.context() as patch, PictureReader() as opened:
        patch.setattr(module, "serve", lying)
        yield opened


def said(reader: PictureReader, lie: int) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        reader.read_frame(np.zeros((lie + 1, SIDE), np.uint8))
    return caught.value


def test_whatever_a_taken_over_decoder_says_is_refused(reader: PictureReader) -> None:
    codes = {lie: said(reader, lie).code for lie in range(len(REPLIES) + len(RAW))}
    assert codes == dict.fromkeys(codes, "optics.picture-crash") | {0: "optics.x"}


def test_its_facts_cannot_pass_for_the_code(reader: PictureReader) -> None:
    error = said(reader, 0)
    assert (error.code, error.facts) == ("optics.x", {"code": "ok"})
