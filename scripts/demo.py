"""The whole story in the terminal, with real keys, documents and pixels: `make demo`.

An agency is founded and issues, a wallet answers a counter by QR, the counter decides without a network; then
what must fail fails, for the right reason. Everything is made anew in `demo-out`, which git ignores.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from io import BytesIO
from pathlib import Path

import cv2
from PIL import Image, ImageDraw

from counterproof.optics.collect import Collected, collect
from counterproof.optics.draw import modules, png
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import FileSource
from counterproof.optics.text import encode_still
from scripts.demo_packs import tell_drill, tell_new_pack, tell_packs, tell_purposes
from scripts.demo_windows import show_windows
from scripts.stage import Stage, UnexpectedEndError, Warm
from tests.kit.webcam import Webcam

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "demo-out"
PASSPHRASE = "quay lantern tide bollard 77"  # noqa: S105 - a demo's; nothing real lies behind it
SHOWN_AFTER = 42.0
"""Seconds after a counter first opens from which it takes codes shown first: 30, and the rounding of 10."""

AGE_PROOF = "eu.europa.ec.av.1"
RESIDENCY = "org.counterproof.residency.1"
LICENCE = "org.iso.18013.5.1.mDL"

PERSON = {
    "subject": "R-1001",
    "family_name": "Tamm",
    "given_name": "Maia Liis",
    "birth_date": "1984-02-29",
}
RESIDENCE = {
    **PERSON,
    "resident_borough": "Harbour",
    "resident_since": "2019-04-01",
    "resident_address": "12 Ropewalk Lane",
    "resident_postal_code": "HB1 4QT",
    "resident_city": "Harbour",
    "card_number": "HB-2026-00417",
}
DRIVING = {
    **PERSON,
    "expiry_date": "2035-05-01",
    "document_number": "HB774120",
    "driving_privileges": [{"vehicle_category_code": "B", "issue_date": "2004-06-01"}],
    "un_distinguishing_sign": "UT",
    "height": 171,
    "eye_colour": "green",
    "nationality": "EE",
}
LICENCE_FIELDS = (
    "family_name,given_name,birth_date,issue_date,expiry_date,issuing_country,issuing_authority,"
    "document_number,driving_privileges,un_distinguishing_sign,height,eye_colour,portrait"
)


def found(stage: Stage, url: str | None = None) -> str:
    """Found the agency, its counter and the wallet; return the root's fingerprint."""
    stage.heading("1. An agency is founded, a counter gets its certificate, a resident makes a wallet")
    address = () if url is None else ("--url", url)
    stage.run("issuer", "init", "agency", "--name", "Harbour Borough", "--country", "UT", *address)
    stage.run(
        *("verifier", "init", "--name", "Library desk 1", "--id", "HARBOUR-LIB-1"),
        *("--office", "HARBOUR-LIB", "--csr", "desk.csr"),
    )
    stage.run(
        *("issuer", "reader-cert", "agency", "--request", "desk.csr", "--name", "Harbour Library, desk 1"),
        *("--id", "HARBOUR-LIB-1", "--office", "HARBOUR-LIB", "--out", "desk.pem"),
    )
    stage.run("verifier", "install-cert", "desk.pem")
    stage.run("issuer", "publish", "agency", "published")
    fingerprint = str(
        json.loads(stage.run("issuer", "status", "agency", "--json", quiet=True))["fingerprint"]
    )
    stage.say(
        "Counter and wallet compare the root's fingerprint once, with what the agency told them otherwise."
    )
    stage.run("verifier", "trust", "add", "published", "--fingerprint", fingerprint)
    stage.run("verifier", "status")
    stage.opened = time.monotonic()
    stage.run("wallet", "init")
    stage.run("wallet", "trust", "add", "published", "--fingerprint", fingerprint)
    return fingerprint


def issue(stage: Stage, name: str, data: dict[str, object], *options: str, quiet: bool = False) -> str:
    """Issue one card by files, as they would travel on a stick; return the batch."""
    (stage.folder / f"{name}.json").write_text(json.dumps([data]))
    stage.run(
        "issuer", "offer", "agency", "--type", name, "--copies", "6", "--out", f"{name}.cpoffer", quiet=quiet
    )
    stage.run("wallet", "request", f"{name}.cpoffer", "--out", f"{name}.cprequest", quiet=quiet)
    command = ["issuer", "issue", "agency", "--request", f"{name}.cprequest", "--type", name]
    command += ["--subject-data", f"{name}.json", *options, "--out", f"{name}.cpreply"]
    stage.run(*command, quiet=quiet)
    stage.run("wallet", "receive", f"{name}.cpreply", quiet=quiet)
    return str(json.loads(stage.run("issuer", "list", "agency", "--json", quiet=True))[-1]["batch"])


def ask_and_answer(stage: Stage, name: str) -> Path:
    """Ask "over 18?" by QR, answer by QR, and photograph the answer; return the photograph."""
    stage.run(
        *("verifier", "request", "--type", AGE_PROOF, "--fields", "age_over_18"),
        *("--purpose", "library.age-check", "--label", "Desk 1", "--out", f"{name}-request.png"),
    )
    photograph(stage, f"{name}-request.png", seed=1_000_011)
    stage.run(
        *("wallet", "answer", f"{name}-request-seen.jpg", "--yes", "--allow", "age_over_18"),
        *("--out", f"{name}-answer.png"),
    )
    return photograph(stage, f"{name}-answer.png", seed=1_000_017)


def photograph(stage: Stage, name: str, seed: int) -> Path:
    """See a still code as a webcam would: tilted, blurred, noisy, compressed; keep the picture."""
    path = stage.folder / name
    stage.pictures.append(path)
    text = text_of(path)
    view = Webcam(seed, "medium", 4.5).see(modules(text))
    _, jpeg = cv2.imencode(".jpg", view.frame)
    return stage.picture(f"{path.stem}-seen.jpg", jpeg.tobytes())


def text_of(path: Path) -> str:
    """Read back the text of a still code from its pixels."""
    message = read(path)
    return encode_still(message.kind, message.m)


def read(path: Path) -> Collected:
    """Read any of our codes from a picture."""
    return collect([FileSource(path)], awaited=frozenset(Kind))


def forge(stage: Stage, name: str, old: bytes, new: bytes) -> None:
    """Alter one value inside a code shown first and draw it again, checksum and all."""
    message = read(stage.folder / name)
    shown = QrShown.from_message(message.m)
    if old not in shown.response or len(old) != len(new):
        raise UnexpectedEndError("the value to be altered is not in the code")
    forged = QrShown(shown.terms, shown.response.replace(old, new))
    stage.picture("forged.png", png(encode_still(Kind.SHOWN, forged.to_message())))


def portrait() -> bytes:
    """Draw somebody who does not exist."""
    image = Image.new("RGB", (300, 400), (176, 196, 208))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 290, 280, 520), fill=(52, 84, 122))
    draw.ellipse((80, 70, 220, 270), fill=(222, 178, 146))
    draw.chord((70, 40, 230, 200), 180, 360, fill=(92, 58, 40))
    for x in (120, 170):
        draw.ellipse((x, 155, x + 14, 169), fill=(40, 40, 40))
    draw.arc((120, 190, 182, 235), 20, 160, fill=(140, 70, 66), width=5)
    out = BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def tell_success(stage: Stage) -> Path:
    """Tell the part in which everything is in order; return the photograph of the answer."""
    stage.heading('3. A counter asks "over 18?", the wallet answers, and nothing but that crosses')
    seen = ask_and_answer(stage, "age")
    stage.say(
        "The counter looks at a picture as bad as a webcam's, with its sockets refused. It reads one field, "
        "and no name, no birth date and no number was in any code."
    )
    words = stage.accepted("verifier", "check", seen.name)
    if "Over 18" not in words or "Tamm" in words:
        raise UnexpectedEndError(words)
    return seen


def tell_stream(stage: Stage) -> None:
    """Tell how a whole licence with a portrait crosses as a moving code."""
    stage.heading("4. A whole driving licence, twelve fields and a portrait, crosses as a moving code")
    stage.run(
        *("verifier", "request", "--type", LICENCE, "--fields", LICENCE_FIELDS),
        *("--purpose", "car-hire.licence", "--out", "licence-request.png"),
    )
    allowed = [word for field in LICENCE_FIELDS.split(",") for word in ("--allow", field)]
    answer = ("wallet", "answer", "licence-request.png", "--yes", *allowed, "--out")
    stage.run(*answer, "licence-answer.gif", quiet=True)
    stage.run(*answer, "licence-answer.txt", quiet=True)  # the same answer again, as texts to be filmed
    stage.pictures.append(stage.folder / "licence-answer.gif")
    frames = (stage.folder / "licence-answer.txt").read_text().split("\n")
    camera = Webcam(1_000_023, "mild", 4.5)
    seen = [text for place, text in enumerate(filter(None, frames)) if place % 3]
    for place, text in enumerate(seen):
        _, jpeg = cv2.imencode(".jpg", camera.see(modules(text)).frame)
        stage.picture(f"licence-seen/{place:03}.jpg", jpeg.tobytes())
    stage.say("The wallet shows its frames again and again; the camera misses every third of them.")
    stage.accepted("verifier", "check", "licence-seen")


def tell_failures(stage: Stage, ferry: Stage, seen: Path, batch: str) -> None:
    """Tell what must fail, and for which reason."""
    stage.heading("6. What must fail, fails")
    stage.say("The same answer once more, at the next request:")
    stage.run(
        "verifier",
        "request",
        "--type",
        AGE_PROOF,
        "--fields",
        "age_over_18",
        "--purpose",
        "library.age-check",
        "--out",
        "next-request.png",
        quiet=True,
    )
    stage.not_accepted("refused", "exchange.other-request", "verifier", "check", seen.name)

    stage.say("A clock wound back by a year: neither yes nor no.")
    seen = ask_and_answer_quietly(stage, "clock")
    year_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 366 * 86_400))
    stage.not_accepted(
        "undecided", "clock.before-floor", "verifier", "check", seen.name, COUNTERPROOF_AT=year_ago
    )

    stage.say("The card is withdrawn, and the counter gets the new list on a stick.")
    stage.run("issuer", "revoke", "agency", batch, "--reason", "lost")
    stage.run("issuer", "publish", "agency", "published", quiet=True)
    stage.offline("verifier", "trust", "update", "published")
    seen = ask_and_answer_quietly(stage, "revoked")
    stage.not_accepted("refused", "status.revoked", "verifier", "check", seen.name)
    tell_new_pack(stage, ferry, ask_and_answer_quietly)

    stage.say(
        "One field altered: a residency card shown first, its borough changed, and the code drawn again. "
        "A counter takes such codes once it has been open long enough to know that none was taken before."
    )
    time.sleep(max(0.0, stage.opened + SHOWN_AFTER - time.monotonic()))
    stage.run("verifier", "next", quiet=True)
    stage.run(
        "wallet",
        "show-code",
        "2",
        "--fields",
        "resident_borough",
        "--to",
        "HARBOUR-LIB",
        "--yes",
        "--out",
        "shown.png",
    )
    stage.pictures.append(stage.folder / "shown.png")
    forge(stage, "shown.png", b"gHarbour", b"gHolborn")
    stage.not_accepted("refused", "digest.match", "verifier", "check", "forged.png", "--take-shown")


def ask_and_answer_quietly(stage: Stage, name: str) -> Path:
    """Ask and answer once more without printing it, by the texts of the codes and without pictures."""
    stage.run(
        "verifier",
        "request",
        "--type",
        AGE_PROOF,
        "--fields",
        "age_over_18",
        "--purpose",
        "library.age-check",
        "--out",
        f"{name}-request.txt",
        quiet=True,
    )
    stage.run(
        "wallet",
        "answer",
        f"{name}-request.txt",
        "--yes",
        "--allow",
        "age_over_18",
        "--out",
        f"{name}-answer.txt",
        quiet=True,
    )
    return stage.folder / f"{name}-answer.txt"


def main() -> int:
    """Tell the story; return 0 if every part ended as it must."""
    started = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700)
    home = {"COUNTERPROOF_WALLET": "wallet.vault", "COUNTERPROOF_COUNTER": "counter"}
    environment = {**os.environ, **{name: str(FOLDER / value) for name, value in home.items()}}
    environment |= {"COUNTERPROOF_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    environment |= {name: str(FOLDER / "home") for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")}
    environment.pop("COUNTERPROOF_AT", None)
    warm = Warm(FOLDER)
    stage = Stage(FOLDER, environment, warm)
    try:
        fingerprint = found(stage)
        stage.heading(
            "2. A proof of age, a residency card and a driving licence reach the wallet, sealed for it alone"
        )
        batch = issue(stage, "eu-age-proof", {key: PERSON[key] for key in ("subject", "birth_date")})
        issue(stage, "residency", dict(RESIDENCE), quiet=True)
        stage.picture("portrait.jpg", portrait())
        issue(stage, "mdl", dict(DRIVING), "--portrait", "portrait.jpg", quiet=True)
        stage.run("wallet", "list")
        seen = tell_success(stage)
        tell_stream(stage)
        ferry = tell_packs(stage, fingerprint, ask_and_answer_quietly)
        tell_failures(stage, ferry, seen, batch)
        tell_purposes(stage)
        tell_drill(stage)
        stage.heading("9. What the wallet wrote down: to whom, what, when; never a value")
        stage.run("wallet", "history", "list")
        show_windows(stage, PASSPHRASE)
    except UnexpectedEndError as error:
        print(f"\nThis did not end as it must: {error}", file=sys.stderr)
        return 1
    finally:
        warm.close()
    shown = [path for path in stage.pictures if path.parent == FOLDER]
    print(
        "\nPictures, to look at or to scan:\n  " + "\n  ".join(str(path.relative_to(ROOT)) for path in shown)
    )
    print(f"\nEverything ended as it must: {stage.steps} commands in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
