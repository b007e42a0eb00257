"""The rules of this repository that no linter knows, and the proof that each of them can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import source_rules as rules
from tests.kit.sources import CHECKED, PACKAGES, Source, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[Source], Iterator[str]]

IN_PACKAGES = (
    rules.clock_is_passed_in,
    rules.cbor_has_one_door,
    rules.types_have_one_reader,
    rules.cryptography_is_pyca,
    rules.files_are_written_whole,
    rules.sql_has_parameters,
)


@pytest.mark.parametrize("rule", IN_PACKAGES, ids=lambda rule: rule.__name__)
def test_packages_keep(rule: Rule) -> None:
    broken = [line for source in sources(PACKAGES) for line in rule(source)]
    assert not broken, f"{rule.__doc__}\n" + "\n".join(broken)


def test_everything_stays_small() -> None:
    broken = [line for source in sources(CHECKED) for line in rules.things_stay_small(source)]
    assert not broken, f"{rules.things_stay_small.__doc__}\n" + "\n".join(broken)


def test_the_packages_are_found() -> None:
    paths = {source.path for source in sources(PACKAGES)}
    assert {"counterproof/clock.py", "counterproof/mdoc/cbor.py"} <= paths


BROKEN = [
    (rules.clock_is_passed_in, "from datetime import datetime\ndatetime.now(tz=None)"),
    (rules.clock_is_passed_in, "import datetime as dt\ndt.datetime.utcnow()"),
    (rules.clock_is_passed_in, "import time\nread = time.time"),
    (rules.clock_is_passed_in, "from time import time_ns as now\nnow()"),
    (rules.clock_is_passed_in, "from datetime import date\ndef f():\n    return date.today()"),
    (rules.cbor_has_one_door, "import cbor2"),
    (rules.cbor_has_one_door, "def f():\n    from cbor2 import loads"),
    (rules.types_have_one_reader, "import msgspec\nmsgspec.convert(value, Form)"),
    (rules.types_have_one_reader, "from msgspec.json import decode as read\nread(text, type=Form)"),
    (rules.cryptography_is_pyca, "from ecdsa.keys import SigningKey"),
    (rules.cryptography_is_pyca, "import os, rsa"),
    (rules.files_are_written_whole, "open(path, 'w')"),
    (rules.files_are_written_whole, "open(path, mode='r+b')"),
    (rules.files_are_written_whole, "open(path, mode)"),
    (rules.files_are_written_whole, "path.open('ab')"),
    (rules.files_are_written_whole, "path.write_text(secret)"),
    (rules.files_are_written_whole, "from cv2 import imwrite\nimwrite(name, picture)"),
    (rules.files_are_written_whole, "import os\nos.fdopen(number, 'wb')"),
    (rules.sql_has_parameters, "db.execute(f'SELECT {name}')"),
    (rules.sql_has_parameters, "db.executemany('SELECT %s' % name, rows)"),
    (rules.sql_has_parameters, "db.execute('SELECT ' + name)"),
    (rules.sql_has_parameters, "from sqlalchemy import text\ntext('SELECT {}'.format(name))"),
    (rules.sql_has_parameters, "import sqlalchemy as sa\nsa.text(f'SELECT {name}')"),
    (rules.things_stay_small, "x = 1\n" * 401),
    (rules.things_stay_small, "def f():\n" + "    x = 1\n" * 60),
]
KEPT = [
    (rules.clock_is_passed_in, "clock.now()\nfrom time import monotonic\nmonotonic()"),
    (rules.clock_is_passed_in, "from datetime import datetime\ndatetime.fromisoformat(text)"),
    (rules.cbor_has_one_door, "from counterproof.mdoc.cbor import decode_exact"),
    (rules.types_have_one_reader, "from counterproof.mdoc import typed\ntyped.convert(value, Form)"),
    (rules.cryptography_is_pyca, "from cryptography.hazmat.primitives.asymmetric import rsa"),
    (rules.files_are_written_whole, "open(path)\nopen(path, 'rb')\npath.open()\npath.open('rb')"),
    (rules.files_are_written_whole, "import os\nos.open(path, os.O_RDONLY)\nImage.open(path)"),
    (rules.sql_has_parameters, "db.execute('SELECT ?', (name,))\ndb.execute(select(table))"),
    (rules.sql_has_parameters, "page.text(1, 2, f'{name}')"),
    (rules.things_stay_small, "x = 1\n" * 400),
    (rules.things_stay_small, "def f():\n" + "    x = 1\n" * 59),
]


@pytest.mark.parametrize(("rule", "text"), BROKEN)
def test_rule_catches(rule: Rule, text: str) -> None:
    assert list(rule(Source("wallet/sample.py", text)))


@pytest.mark.parametrize(("rule", "text"), KEPT)
def test_rule_lets_pass(rule: Rule, text: str) -> None:
    assert list(rule(Source("wallet/sample.py", text))) == []


@pytest.mark.parametrize(
    "path", sorted({rules.CLOCK, rules.TYPED_READER, *rules.CBOR_DOOR, *rules.ATOMIC_WRITERS})
)
def test_the_exceptions_still_exist(path: str) -> None:
    """An exception for a file that has gone would cover the next one of that name."""
    assert path in {source.path for source in sources(PACKAGES)}
