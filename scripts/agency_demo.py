"""A day at the agency in the terminal: `make agency-demo`.

A real service on this machine, a clerk signed in to its console with a passkey, a person found, an offer
scanned off the screen, thirty copies in the wallet, one of them shown at a counter, and the case file that
tells it all. Where Chromium is installed the console is used by a browser and its pages are kept as pictures;
elsewhere the same is done through the HTTP interface. Everything is made anew in `demo-out/agency`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from counterproof.optics import draw
from scripts.demo import PASSPHRASE, ask_and_answer, found
from scripts.stage import Stage, UnexpectedEndError, Warm
from tests.kit import browser as chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "demo-out" / "agency"
CLERK = "Anna Kask"
PEOPLE = "subject,birth_date\nR-1001,1984-02-29\nR-1002,2011-07-01\n"
_READY_SECONDS = 180.0


@dataclass
class Service:
    """The agency's service as a process of its own, and how it is reached."""

    stage: Stage
    port: int
    process: subprocess.Popen[bytes] | None = None
    client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=30))

    @property
    def url(self) -> str:
        """The agency's identifier."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it says that it can issue."""
        command = [
            "issuer",
            "serve",
            "agency",
            "--port",
            str(self.port),
            "--people",
            "eu-age-proof=people.csv",
        ]
        print(f"\n$ {' '.join(command)} &")
        with (self.stage.folder / "service.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=self.stage.folder,
                env=self.stage.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.client.get(f"{self.url}/health/ready").status_code == httpx.codes.OK:
                    print(f"  ready at {self.url}")
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise UnexpectedEndError((self.stage.folder / "service.log").read_text("utf-8"))

    def stop(self) -> None:
        """Tell it to end, and see that it ends well."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        ended = self.process.wait(30)
        self.process = None
        self.client.close()
        if ended:
            raise UnexpectedEndError(f"the service ended with {ended}")
        print("\nThe service was told to end, and every request under way had its answer.")


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@contextmanager
def console(service: Service, link: str) -> Iterator[Page | None]:
    """Sign in to the console with a fresh passkey; None where no browser is installed."""
    if chromium.program() is None:
        service.stage.say(
            "No Chromium is installed here, so a program does over HTTP what the console's pages do."
        )
        yield None
        return
    with chromium.browser() as started:
        context, page = chromium.person(started)
        service.stage.say(
            f"{CLERK} opens her link, makes a passkey, and signs in with it. The authenticator is virtual;"
            " the rest is what anybody's browser does."
        )
        chromium.sign_in(page, link)
        keep(service.stage, page, "console-overview.png")
        yield page
        context.close()


def keep(stage: Stage, page: Page, name: str) -> None:
    """Keep a picture of a page."""
    stage.picture(name, page.screenshot(full_page=True))


def offer(stage: Stage, service: Service, page: Page | None) -> tuple[str, str]:
    """Find the person and make the offer; return the case, and the number on the slip."""
    if page is None:
        return offer_by_program(stage, service)
    page.get_by_role("link", name="Issue").click()
    page.locator("#person").fill("R-1001")
    page.locator("#type").select_option("eu-age-proof")
    page.get_by_role("button", name="Look the person up").click()
    keep(stage, page, "console-person.png")
    page.get_by_role("button", name="Make the offer").click()
    page.locator("img.qr").wait_for()
    keep(stage, page, "console-offer.png")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open the slip").click()
    number = opened.value.locator(".number").inner_text()
    keep(stage, opened.value, "console-slip.png")
    address = page.get_by_role("link", name="To the case").get_attribute("href") or ""
    return address.rpartition("/")[2], number


def offer_by_program(stage: Stage, service: Service) -> tuple[str, str]:
    """Do the same through the HTTP interface, with a clerk's token."""
    token = stage.run(
        "issuer", "token", "add", "agency", "--name", CLERK, "--role", "clerk", quiet=True
    ).strip()
    headers = {"Authorization": f"Bearer {token}"}
    person = {"type": "eu-age-proof", "subject": "R-1001"}
    api = f"{service.url}/api/v1"
    seen = service.client.post(f"{api}/preview", json=person, headers=headers).json()
    said = ", ".join(f"{each['name']} {each['value']}" for each in seen["fields"])
    print(f"  what the card would say: {said}")
    made: dict[str, Any] = service.client.post(f"{api}/offers", json=person, headers=headers).json()
    stage.picture("console-offer.png", draw.link_png(made["short_link"]))
    return str(made["offer_id"]), str(made["tx_code"])


def tell(stage: Stage, service: Service) -> None:
    """Tell the story."""
    stage.heading("2. The service starts, and a clerk is enrolled by a link that works once")
    (stage.folder / "people.csv").write_text(PEOPLE)
    link = stage.run("issuer", "console", "enrol", "agency", CLERK, "--role", "supervisor").strip()
    service.start()
    with console(service, link) as page:
        stage.heading("3. R-1001 stands at the desk: found, looked at, offered a card")
        case, number = offer(stage, service, page)
        stage.say(f"The screen shows the code, the slip says {number}. The wallet scans the screen:")
        receive = ("wallet", "receive", "console-offer.png", "--code", number, "--yes")
        stage.run(*receive, "--development", "--host", f"127.0.0.1:{service.port}")
        stage.run("wallet", "list")
        stage.heading("4. At the library: over 18? One copy is shown, the counter decides without a network")
        seen = ask_and_answer(stage, "age")
        if "Over 18" not in stage.accepted("verifier", "check", seen.name):
            raise UnexpectedEndError("the counter says something else than that this is an adult")
        stage.heading("5. The case file tells the story, and a signed copy of it proves itself")
        stage.run(
            "issuer", "case", "note", "agency", case, "--text", "Came with an identity card. Photo compared."
        )
        story = stage.run("issuer", "case", "show", "agency", case)
        if "The card was issued. 30 copies." not in story or "1984" in story:
            raise UnexpectedEndError(story)
        if page is not None:
            page.get_by_role("link", name="To the case").click()
            keep(stage, page, "console-case.png")
        stage.run("issuer", "case", "export", "agency", case, "--out", "case.cpcase")
        stage.run("issuer", "case", "verify", "case.cpcase", "--agency", "agency")
        stage.run("issuer", "audit", "verify", "agency")
    service.stop()


def main() -> int:
    """Tell the story; return 0 if every part ended as it must."""
    started = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700, parents=True)
    home = {"COUNTERPROOF_WALLET": "wallet.vault", "COUNTERPROOF_COUNTER": "counter"}
    environment = {**os.environ, **{name: str(FOLDER / value) for name, value in home.items()}}
    environment |= {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    environment |= {name: str(FOLDER / "home") for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")}
    environment.pop("COUNTERPROOF_AT", None)
    warm = Warm(FOLDER)
    stage = Stage(FOLDER, environment, warm)
    service = Service(stage, free_port())
    try:
        found(stage, url=service.url)
        tell(stage, service)
    except UnexpectedEndError as error:
        print(f"\nThis did not end as it must: {error}", file=sys.stderr)
        return 1
    finally:
        if service.process is not None:
            service.process.kill()
        warm.close()
    shown = [path for path in stage.pictures if path.parent == FOLDER and path.name.startswith("console")]
    print("\nPictures of the console:\n  " + "\n  ".join(str(path.relative_to(ROOT)) for path in shown))
    print(f"\nEverything ended as it must: {stage.steps} commands in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
