"""Attribute sources: asked for one person and the needed fields alone, logged, and nothing kept."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from counterproof.handover.offer import CredentialOffer
from issuer.cli import main
from tests.kit.agency import AT, Wallet
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "COUNTERPROOF_AT": AT.isoformat()}
BORN = "1987-06-13"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    shell = Shell(main, **ENVIRONMENT)
    shell.run(f'issuer init {folder}/h --name "Harbour Borough" --country XX --status-size 65536')
    return folder


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, founded: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(founded / "h", tmp_path / "h")
    return Shell(main, **ENVIRONMENT)


class Register(BaseHTTPRequestHandler):
    """A population register that answers, or misbehaves when it is told to."""

    asked: list[Any] = []  # noqa: RUF012 - of the one server of a test
    status, body = 200, json.dumps({"birth_date": BORN}).encode()

    def do_GET(self) -> None:
        """Answer."""
        type(self).asked.append((self.path, self.headers.get("authorization")))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Register.asked, Register.status = [], 200
    Register.body = json.dumps({"birth_date": BORN}).encode()
    with HTTPServer(("127.0.0.1", 0), Register) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/people/{{ref}}"
        running.shutdown()
        thread.join()


def issue(shell: Shell, source: str) -> Wallet:
    shell.run("issuer offer h --type eu-age-proof --copies 1 --out card.cpoffer")
    wallet = Wallet(CredentialOffer.from_bytes(Path("card.cpoffer").read_bytes()))
    Path("card.cprequest").write_bytes(wallet.request)
    shell.run(f"issuer issue h --request card.cprequest --type eu-age-proof --from {source} --person P/1")
    return wallet


def nothing_kept(folder: Path) -> None:
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert BORN.encode() not in kept


def test_a_file_is_asked(shell: Shell) -> None:
    Path("people.csv").write_text(f"subject,birth_date,illness\nP/0,1950-01-01,x\nP/1,{BORN},secret\n")
    shell.run("issuer source add h people --csv people.csv")
    assert "secret" not in shell.run("issuer source test h people --type eu-age-proof --person P/1")
    assert BORN not in shell.said
    wallet = issue(shell, "people")
    assert len(wallet.open(Path("card.cpreply").read_bytes()).credentials) == 1
    acts = [entry["act"] for entry in shell.json("issuer audit person h P/1")]
    assert acts == ["ask-source", "ask-source", "issue"]
    nothing_kept(Path("h"))
    assert shell.refused("issuer source test h people --type eu-age-proof --person P/9") == "source.no-person"


def test_a_database_is_asked_for_the_needed_columns(shell: Shell) -> None:
    with sqlite3.connect("people.db") as database:
        database.execute("CREATE TABLE people (id TEXT, born TEXT, illness TEXT)")
        database.execute("INSERT INTO people VALUES ('P/1', ?, 'secret')", (BORN,))
    database.close()
    query = "SELECT born, illness FROM people WHERE id = :ref"
    shell.run(f"issuer source add h people --sql sqlite:///people.db --query '{query}' --map birth_date=born")
    shell.run("issuer source test h people --type eu-age-proof --person P/1")
    hostile = '"\' OR 1=1 --"'
    assert (
        shell.refused(f"issuer source test h people --type eu-age-proof --person {hostile}")
        == "source.no-person"
    )
    assert shell.refused("issuer source add h x --sql sqlite:///p.db --query 'SELECT 1'") == "source.query"


def test_an_address_is_asked_over_http(shell: Shell, server: str) -> None:
    Path("token").write_text("very-secret\n")
    shell.run(f"issuer source add h people --http {server} --token-file token")
    issue(shell, "people")
    ((path, authorization),) = Register.asked
    assert urlsplit(path).path == "/people/P%2F1"
    assert parse_qs(urlsplit(path).query) == {"fields": ["birth_date"]}
    assert authorization == "Bearer very-secret"
    nothing_kept(Path("h"))
    assert b"very-secret" not in Path("h/records.db").read_bytes()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, b"", "source.no-person"),
        (500, b"", "source.status"),
        (302, b"", "source.status"),
        (200, b"[]", "source.not-json"),
        (200, b"{", "source.not-json"),
        (200, b"x" * (2 << 20), "source.too-large"),
        (200, b'{"birth_date": "1987-13-40"}', "subjects.refused"),
        (200, b"{}", "subjects.refused"),
    ],
)
def test_a_source_that_misbehaves(shell: Shell, server: str, status: int, body: bytes, code: str) -> None:
    Register.status, Register.body = status, body
    shell.run(f"issuer source add h people --http {server}")
    assert shell.refused("issuer source test h people --type eu-age-proof --person P/1") == code


@pytest.mark.parametrize(
    "line",
    [
        "--http http://example.org/{ref}",
        "--http https://example.org/all",
        "--http https://me:secret@example.org/{ref}",
        "--http ftp://example.org/{ref}",
        "",
    ],
)
def test_a_place_that_is_none(shell: Shell, line: str) -> None:
    assert shell.refused(f"issuer source add h people {line}") == "source.place"
