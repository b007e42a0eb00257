"""A picture decoder that cannot even start is a refusal like any other."""

from __future__ import annotations

import subprocess
import sys

from tests.kit.sources import ROOT

# Read from standard input there is no file that the decoder's process could begin with.
_SCRIPT = """
from counterproof.mdoc.errors import MalformedError
from counterproof.optics.draw import png
from counterproof.optics.reader import PictureReader

try:
    with PictureReader() as reader:
        next(reader.read_file(png("A")))
except MalformedError as error:
    print(error.code)
"""


def test_a_decoder_that_cannot_start_is_refused_with_a_code() -> None:
    done = subprocess.run(
        [sys.executable, "-"], input=_SCRIPT, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "optics.picture-crash\n"
