"""`verifier trust` and `wallet trust` by command: servers good and bad, wider purposes, imported lists."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from counterproof.mdoc.lists.status_delta import build_status_delta
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.trust.names import fingerprint
from counterproof.trust.pack import https, layout
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.purposes import PurposeReaders
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.counter_home import LATER, CounterHome
from tests.kit.packs import DAY, Operator
from tests.kit.published import URI
from tests.kit.purposes import purpose
from tests.kit.shell import Shell
from tests.kit.wallets import OWN, RESIDENCY, WalletBox
from verifier.cli import main as verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.trust.purposes import Purpose
    from counterproof.trust.readers import RegisteredReader


class Serving(http.server.SimpleHTTPRequestHandler):
    """Gives out a folder, or for one path what a bad server would; `asked` is what was asked for."""

    asked: list[str]
    bad: dict[str, tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        found = next((answer for path, answer in self.bad.items() if path in self.path), None)
        if found is None:
            super().do_GET()
            return
        status, headers, body = found
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path, **bad: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    kind = type("Handler", (Serving,), {"asked": asked, "bad": bad})
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(kind, directory=str(folder))
    ) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_address[1]}/", asked
        one.shutdown()


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Shell(verifier, COUNTERPROOF_COUNTER="desk", COUNTERPROOF_AT=AT.isoformat())


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a pack and a counter that believes it."""
    folder = tmp_path_factory.mktemp("added")
    operator = Operator()
    operator.publish(folder / "pack", AT)
    shell = Shell(verifier, COUNTERPROOF_COUNTER=str(folder / "desk"), COUNTERPROOF_AT=AT.isoformat())
    shell.run(f"verifier trust add {folder / 'pack'} --fingerprint {operator.fingerprint}")
    return folder


@pytest.fixture
def trusting(shell: Shell, added: Path) -> Shell:
    shutil.copytree(added, Path(), dirs_exist_ok=True)
    later(shell, 1)
    return shell


def later(shell: Shell, days: float) -> None:
    shell.environment["COUNTERPROOF_AT"] = (AT + days * DAY).isoformat()


def refusal(shell: Shell, source: str) -> str:
    """Update from a source that is refused, with one line and nothing on standard output; return its code."""
    done = CliRunner().invoke(verifier, ["trust", "update", source], env=shell.environment)
    assert done.exit_code not in {0, 3}
    assert (done.stdout, "Traceback" in done.stderr) == ("", False)
    (line,) = [each for each in done.stderr.splitlines() if not each.startswith("The clock is set")]
    return line.rpartition("[")[2].rstrip("]")


# Servers


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        ("timestamp", (302, {"location": "http://127.0.0.2:9/timestamp.json"}, b""), "pack.redirect"),
        ("timestamp", (302, {"location": "file:///etc/passwd"}, b""), "pack.redirect"),
        ("timestamp", (302, {"location": "timestamp.json"}, b""), "pack.redirect"),
        ("timestamp", (500, {}, b""), "pack.server"),
        ("timestamp", (404, {}, b""), "pack.not-a-pack"),
        ("timestamp", (200, {}, b"x" * (LIMITS.timestamp + 1)), "pack.too-large"),
        ("timestamp", (200, {"content-encoding": "gzip"}, b"\x1f\x8b\x08\x00"), "pack.server"),
        ("timestamp", (200, {}, b"<html>Please log in to the network</html>"), "json.malformed"),
        ("snapshot", (200, {}, b"x" * 600_000), "pack.too-large"),
        ("agency.json", (404, {}, b""), "pack.file-missing"),
        ("agency.json", (200, {}, b"{}"), "pack.hash"),
        ("agency.json", (200, {}, b"{}" * 100_000), "pack.too-large"),
    ],
)
def test_a_bad_server_changes_nothing(
    trusting: Shell, operator: Operator, path: str, answer: tuple[int, dict[str, str], bytes], code: str
) -> None:
    before = trusting.json("verifier trust show")["authorities"][0]["version"]
    operator.publish(Path("pack"), AT + DAY)
    with served(Path("pack"), **{path: answer}) as (address, _):
        assert refusal(trusting, address) == code
    assert trusting.json("verifier trust show")["authorities"][0]["version"] == before
    with served(Path("pack")) as (address, _):
        assert "Updated: City Network" in trusting.run(f"verifier trust update {address}")


def test_a_slow_server_is_given_up(
    trusting: Shell, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "LIMITS", replace(LIMITS, request_seconds=0.2))
    operator.publish(Path("pack"), AT + DAY)
    with served(Path("pack"), timestamp=(200, {"content-length": "4000"}, b"{")) as (address, _):
        assert refusal(trusting, address) in {"pack.too-slow", "pack.unreachable"}


@pytest.mark.parametrize("address", ["ftp://x/", "http://lists.example/", "https://a:b@x/", "https://x/?y"])
def test_other_addresses_are_not_opened(trusting: Shell, address: str) -> None:
    assert refusal(trusting, address) in {"pack.address", "sealing.missing"}


def test_a_long_list_comes_as_a_delta(shell: Shell, operator: Operator) -> None:
    publisher = operator.agencies["harbour"]

    def token(day: int) -> bytes:
        entries = StatusList.empty(100_000)
        for index in (*range(0, 60_000, 61), *([5] if day else [])):
            entries.set(index, 1)
        return build_status_token(
            publisher.signer,
            [publisher.signer_certificate],
            uri=URI,
            issued_at=AT + day * DAY,
            expires_at=AT + 9 * DAY,
            ttl=None,
            status_list=entries,
        )

    old, new = token(0), token(1)
    operator.publish(Path("pack"), AT, agency={"harbour": {"status_lists": (old,)}})
    shell.run(f"verifier trust add pack --fingerprint {operator.fingerprint}")
    operator.publish(Path("pack"), AT + DAY, agency={"harbour": {"status_lists": (new,)}})
    delta = Path("pack") / layout.delta_name(*(hashlib.sha256(each).hexdigest() for each in (old, new)))
    delta.parent.mkdir()
    delta.write_bytes(build_status_delta(old, new))
    later(shell, 1)
    with served(Path("pack")) as (address, asked):
        assert "Updated: City Network" in shell.run(f"verifier trust update {address}")
    assert [each for each in asked if "/deltas/" in each]
    assert not [each for each in asked if "/status/" in each]


# Purposes


def registered(**changes: Any) -> Purpose:
    return purpose(readers=(PurposeReaders(ids=(OWN,)),), **changes)


def test_a_counter_lets_wider_purposes_count(trusting: Shell, operator: Operator) -> None:
    operator.publish(Path("pack"), AT + DAY, agency={"harbour": {"purposes": (registered(),)}})
    said = trusting.run("verifier trust update pack")
    assert (
        "! purpose library.membership lets counters do more: it does not count before `trust confirm`" in said
    )
    said = trusting.run("verifier trust show")
    assert "! library.membership: Library membership (by Harbour Borough) waits for you" in said
    assert "New. Counters may ask for: family_name (org.counterproof.residency.1)" in said
    trusting.run("verifier trust confirm", code=1)  # nobody is there to say yes
    assert trusting.json("verifier trust show")["purposes"] == []
    assert "confirmed: purpose library.membership" in trusting.run("verifier trust confirm --yes")
    assert [each["id"] for each in trusting.json("verifier trust show")["purposes"]] == ["library.membership"]
    assert trusting.run("verifier trust confirm") == "Nothing waits.\n"


def test_a_wallet_lets_wider_purposes_count(tmp_path: Path) -> None:
    box = WalletBox(tmp_path)
    box.publish(AT + DAY, purposes=(registered(),))
    box.clock.advance(86_400)
    box.holder().close()
    assert "`trust confirm`" in box.run("trust", "update", str(box.published)).stdout
    refused = box.run("trust", "confirm", answers="n\n")
    assert (refused.exit_code, box.trust().read().purposes.registers) == (0, ())
    assert "They may keep: family_name" in refused.stdout
    assert "confirmed: purpose library.membership" in box.run("trust", "confirm", answers="y\n").stdout
    assert box.trust().read().purposes.registers


def test_a_code_shown_first_is_held_against_what_its_counter_may_ask(tmp_path: Path) -> None:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY, copies=2)
        box.register("family_name")

    def show(fields: str, to: str = OWN) -> str:
        out = str(tmp_path / f"{fields}-{to}.png")
        done = box.run(
            "show-code", "1", "--fields", fields, "--to", to, "--yes", "--show-used-copy", "--out", out
        )
        assert done.exit_code == 0
        return done.output

    assert "more than the counter is registered" not in show("family_name")
    assert "This is more than the counter is registered to ask for. (Date of birth)" in show("birth_date")
    assert "more than the counter is registered" not in show("birth_date", "SOMEBODY-ELSE")


def test_a_request_for_what_waits_says_so(tmp_path: Path) -> None:
    home = CounterHome(tmp_path).found()
    home.town.publish(LATER - timedelta(seconds=1), purposes=(registered(),), readers=(home_entry(home),))
    home.good("trust", "update", str(home.town.folder))
    ask = ["request", "--purpose", "library.membership", "--out", home.path("ask.png")]
    done = home.run(*ask)
    assert done.exit_code != 0
    assert "[verifier.purpose-waits]" in done.stderr
    assert "! Waiting for a person: library.membership." in home.good("purposes")
    home.good("trust", "confirm", "--yes")
    home.good(*ask)


def home_entry(home: CounterHome) -> RegisteredReader:
    """Return the counter's own entry in the register that it believes."""
    trust = TrustStore(home.folder / "trust").read()
    return next(each for one in trust.readers().authorities for each in one.readers if each.id == OWN)


# Lists of others


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_wallet_imports_the_list_of_another_provider(
    tmp_path: Path, operator: Operator, answer: str
) -> None:
    box = WalletBox(tmp_path)
    box.holder().close()
    (tmp_path / "their.vical").write_bytes(operator.vical(AT))
    pin = operator.kit.vical_ca.certificate
    (tmp_path / "their.pem").write_bytes(pin.pem)
    words = ("trust", "import-vical", str(tmp_path / "their.vical"), "--pin", str(tmp_path / "their.pem"))
    done = box.run(*words, answers=f"{answer}\n")
    assert "This is of a list provider that calls itself: City Network" in done.stdout
    assert len(box.trust().read().vicals) == (1 if answer == "y" else 0)
    assert (done.exit_code == 0) == (answer == "y")
    again = box.run(*words, "--fingerprint", fingerprint(pin))
    assert again.exit_code == 0
    assert box.run("trust", "show").stdout.count("an imported list of issuers") == 1
