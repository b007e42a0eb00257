"""Where a pack comes from: folders, zip files and addresses that are hostile, slow, endless, or wrong."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from typing import TYPE_CHECKING

import httpx
import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, MalformedError
from counterproof.trust import updating
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.https import HttpsSource, check_address
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.sources import zip_source
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Counter, Operator
from tests.kit.scenarios import scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CLOCK = FixedClock(AT)


def fails(act: Callable[[], object]) -> str:
    with pytest.raises(CounterproofError) as caught:
        act()
    return caught.value.code


@pytest.fixture(scope="module")
def operator() -> Operator:
    return Operator()


@pytest.fixture(scope="module")
def pack(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return operator.publish(tmp_path_factory.mktemp("pack") / "pack", AT)


def zipped(pack: Path, out: Path, above: str = "") -> zipfile.ZipFile:
    archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
    for path in sorted(pack.rglob("*")):
        if path.is_file():
            archive.write(path, above + path.relative_to(pack).as_posix())
    return archive


def taken(store: Path, source: Path | str, operator: Operator) -> Action:
    confirm = expecting(operator.fingerprint)
    return updating.add(TrustStore(store), str(source), AT, clock=CLOCK, confirm=confirm).action


@pytest.mark.parametrize("above", ["", "pack/"])
def test_a_zip_file_is_as_good_as_a_folder(
    pack: Path, operator: Operator, tmp_path: Path, above: str
) -> None:
    zipped(pack, tmp_path / "pack.zip", above).close()
    assert taken(tmp_path / "store", tmp_path / "pack.zip", operator) is Action.ADDED


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("metadata/2.root.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(layout.TIMESTAMP, b"{}")


@pytest.mark.parametrize(
    "bend",
    [
        pytest.param(lambda archive: archive.writestr("../../evil.json", b"{}"), id="zip slip"),
        pytest.param(lambda archive: archive.writestr("/etc/evil.json", b"{}"), id="absolute"),
        pytest.param(lambda archive: archive.writestr("a\\b.json", b"{}"), id="backslash"),
        pytest.param(lambda archive: archive.writestr("c:/b.json", b"{}"), id="drive"),
        pytest.param(_link, id="link"),
        pytest.param(_twice, id="twice"),
        pytest.param(
            lambda archive: archive.writestr("x.json", b"{}", zipfile.ZIP_LZMA), id="another packing"
        ),
    ],
)
def test_a_zip_file_that_no_publisher_makes_is_refused(
    pack: Path, operator: Operator, tmp_path: Path, bend: Callable[[zipfile.ZipFile], object]
) -> None:
    with zipped(pack, tmp_path / "pack.zip") as archive:
        bend(archive)
    assert fails(lambda: taken(tmp_path / "store", tmp_path / "pack.zip", operator)) == "pack.zip"
    assert not list((tmp_path / "store").glob("*.json"))


@pytest.mark.parametrize("place", [1 << 40, 1 << 62, (1 << 63) - 1, (1 << 64) - 1])
def test_a_zip_file_that_sends_its_reader_beyond_every_file_is_refused(
    pack: Path, operator: Operator, tmp_path: Path, place: int
) -> None:
    path = tmp_path / "pack.zip"
    with zipped(pack, path) as archive:
        for entry in archive.infolist():
            entry.extra = struct.pack("<HHQ", 1, 8, place)
        archive.writestr("one-more.json", b"{}")
    data = bytearray(path.read_bytes())
    found = -1
    while (found := data.find(b"PK\x01\x02", found + 1)) >= 0:
        struct.pack_into("<I", data, found + 42, 0xFFFFFFFF)
    path.write_bytes(data)
    assert fails(lambda: taken(tmp_path / "store", path, operator)) == "pack.zip"
    with pytest.raises(MalformedError):
        zip_source(bytes(data)).read(layout.TIMESTAMP, 100)


@scenario("endless-data")
def test_a_zip_bomb_is_inflated_no_further_than_its_limit(
    pack: Path, operator: Operator, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(pack / layout.FIRST_ROOT, layout.FIRST_ROOT)
        archive.writestr(layout.TIMESTAMP, bytes(64 << 20))
    assert fails(lambda: taken(tmp_path / "store", tmp_path / "bomb.zip", operator)) == "pack.too-large"


@scenario("endless-data")
def test_a_file_beyond_its_limit_is_not_read(pack: Path, tmp_path: Path, operator: Operator) -> None:
    (tmp_path / "pack" / "metadata").mkdir(parents=True)
    (tmp_path / "pack" / layout.FIRST_ROOT).write_bytes((pack / layout.FIRST_ROOT).read_bytes())
    with (tmp_path / "pack" / layout.TIMESTAMP).open("wb") as sparse:
        sparse.truncate(10 << 30)
    assert fails(lambda: taken(tmp_path / "store", tmp_path / "pack", operator)) == "pack.too-large"


def _fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: path.symlink_to("/etc/passwd"), id="link"),
        pytest.param(_fifo, id="pipe"),
        pytest.param(lambda path: path.mkdir(), id="folder"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), id="device"),
    ],
)
@scenario("symlink-import")
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path, make: Callable[[Path], object]) -> None:
    counter = Counter(tmp_path)
    counter.publish(1)
    for path in (counter.pack / layout.METADATA).glob("*.snapshot.json"):
        path.unlink()
        make(path)
    assert counter.refuses(1) in {"pack.file-unusable", "pack.unreachable"}
    alone = tmp_path / "alone.zip"
    make(alone)
    if not alone.is_dir():
        assert fails(lambda: updating.update(counter.store, str(alone), AT, clock=CLOCK)).startswith(
            "sealing."
        )


@scenario("symlink-import")
def test_a_folder_behind_a_link_is_not_entered(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    counter.publish(1)
    real = counter.pack / layout.TARGETS
    real.rename(tmp_path / "elsewhere")
    real.symlink_to(tmp_path / "elsewhere")
    assert counter.refuses(1) == "pack.file-unusable"


@pytest.mark.parametrize("what", ["nothing", "empty"])
def test_what_is_no_pack_is_said(tmp_path: Path, what: str) -> None:
    if what == "empty":
        (tmp_path / what).mkdir()
    store = TrustStore(tmp_path / "store")
    code = fails(lambda: updating.update(store, str(tmp_path / what), AT, clock=CLOCK))
    assert code in {"trust.file-missing", "pack.not-a-pack", "sealing.missing"}


@pytest.mark.parametrize(
    "address",
    [
        "http://lists.example.org/pack",
        "https://user:secret@lists.example.org/pack",
        "https://lists.example.org/pack?x=1",
        "https:///pack",
        "https://lists.example.org:port/",
        "http://127.0.0.1.example.org/",
    ],
)
def test_an_address_is_https_and_nothing_else(address: str) -> None:
    assert fails(lambda: check_address(address)) == "pack.address"


def served(pack: Path, bend: Callable[[httpx.Request], httpx.Response | None]) -> httpx.Client:
    """Return a client whose requests end in this process: no test opens a socket."""

    def answer(request: httpx.Request) -> httpx.Response:
        bent = bend(request)
        path = pack / request.url.path.removeprefix("/pack/")
        if bent is not None:
            return bent
        return httpx.Response(200, content=path.read_bytes()) if path.is_file() else httpx.Response(404)

    return httpx.Client(transport=httpx.MockTransport(answer))


def over(
    pack: Path, store: Path, operator: Operator, bend: Callable[[httpx.Request], httpx.Response | None]
) -> Action:
    with served(pack, bend) as client:
        source = HttpsSource(client, "https://lists.example.org/pack", CLOCK.monotonic)
        confirm = expecting(operator.fingerprint)
        return TrustStore(store).take_pack(source, at=AT, confirm=confirm).action


def test_a_pack_comes_over_https(pack: Path, tmp_path: Path, operator: Operator) -> None:
    assert over(pack, tmp_path / "store", operator, lambda _: None) is Action.ADDED


def _to(target: str) -> Callable[[httpx.Request], httpx.Response | None]:
    return lambda request: (
        httpx.Response(302, headers={"location": target}) if "timestamp" in request.url.path else None
    )


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example.org/pack/metadata/timestamp.json",
        "http://lists.example.org/pack/metadata/timestamp.json",
        "https://169.254.169.254/latest",
        "https://lists.example.org:8443/x",
        "file:///etc/passwd",
        "",
        "/pack/metadata/timestamp.json",
    ],
)
def test_no_redirect_leads_to_another_place_or_round_and_round(
    pack: Path, tmp_path: Path, operator: Operator, target: str
) -> None:
    assert fails(lambda: over(pack, tmp_path / "store", operator, _to(target))) == "pack.redirect"


@pytest.mark.parametrize("status", [500, 206, 204, 401])
def test_any_other_answer_is_said(pack: Path, tmp_path: Path, operator: Operator, status: int) -> None:
    code = fails(lambda: over(pack, tmp_path / "store", operator, lambda _: httpx.Response(status)))
    assert code == "pack.server"


@scenario("endless-data")
def test_a_server_that_does_not_end_is_cut_off(pack: Path, tmp_path: Path, operator: Operator) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 65_536
            yield bytes(65_536)

    def bend(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, content=endless()) if "timestamp" in request.url.path else None

    assert fails(lambda: over(pack, tmp_path / "store", operator, bend)) == "pack.too-large"
    assert read <= LIMITS.timestamp + 2 * 65_536


@scenario("endless-data")
def test_a_server_that_drips_is_given_up(pack: Path, tmp_path: Path, operator: Operator) -> None:
    clock = FixedClock(AT)

    def drip() -> Iterator[bytes]:
        while True:
            clock.advance(1)
            yield b" "

    def bend(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, content=drip()) if "timestamp" in request.url.path else None

    with served(pack, bend) as client:
        source = HttpsSource(client, "https://lists.example.org/pack", clock.monotonic)
        store = TrustStore(tmp_path / "store")
        confirm = expecting(operator.fingerprint)
        assert fails(lambda: store.take_pack(source, at=AT, confirm=confirm)) == "pack.too-slow"
    assert clock.monotonic() <= LIMITS.update_seconds + 2


@scenario("endless-data")
def test_a_compressed_answer_is_not_inflated(pack: Path, tmp_path: Path, operator: Operator) -> None:
    def bend(request: httpx.Request) -> httpx.Response | None:
        del request
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b"))

    assert fails(lambda: over(pack, tmp_path / "store", operator, bend)) == "pack.server"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectError("no"), "pack.unreachable"),
        (httpx.ReadTimeout("late"), "pack.too-slow"),
        (httpx.RemoteProtocolError("odd"), "pack.unreachable"),
    ],
)
def test_a_network_that_fails_is_said(
    pack: Path, tmp_path: Path, operator: Operator, error: Exception, code: str
) -> None:
    def bend(_: httpx.Request) -> httpx.Response | None:
        raise error

    assert fails(lambda: over(pack, tmp_path / "store", operator, bend)) == code


def test_an_update_fetches_only_what_is_new(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    asked: list[str] = []

    def bend(request: httpx.Request) -> httpx.Response | None:
        asked.append(request.url.path)
        return None

    counter.operator.publish(counter.pack, AT + DAY, files=counter.operator.files(AT))
    with served(counter.pack, bend) as client:
        source = HttpsSource(client, "https://lists.example.org/pack", CLOCK.monotonic)
        counter.store.take_pack(source, at=AT + DAY)
    targets = [path for path in asked if layout.TARGETS in path]
    assert {path.rpartition(".")[2] for path in targets} == {"json", "sig", "cwt", "crl"}
