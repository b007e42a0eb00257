"""The optical goals: how surely and how soon codes are read from rendered webcam frames.

`python -m bench.optics [--full] [--json FILE]`. Every view comes from a seed that the reader was not tuned on
and, on the toss of a coin each, with disk blur, sharpening and lens distortion (`tests.kit.webcam` says what
was tuned on which). Rates come with Wilson's 95 % interval. "Link" sessions lose whole frames by chance and
all torn ones, without pixels, so that there are enough of them for a p99; "rendered" ones go through pixels
as well. Times are the camera's; speed is CPU time of one core. The default size takes about a minute.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import cv2
import numpy as np

from counterproof.optics import draw
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage, read_codes
from counterproof.optics.stream import StreamAssembler, StreamSender
from counterproof.optics.text import encode_still
from tests.kit.webcam import HELD_OUT, Shutter, View, Webcam, ticks, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Z_95 = 1.959964
SHOWN_PER_SECOND = 12.0
TEARING_SECONDS = 0.026
GIVE_UP_SECONDS = 20.0
STILL_BYTES = 1_226  # and four of checksum
STREAM_PIXELS = 4.0


@dataclass(frozen=True)
class Size:
    """How many of each."""

    stills: int
    other_stills: int
    link_sessions: int
    rendered_sessions: int
    frames: int


QUICK = Size(stills=300, other_stills=0, link_sessions=1_000, rendered_sessions=12, frames=150)
FULL = Size(stills=2_000, other_stills=200, link_sessions=10_000, rendered_sessions=300, frames=1_000)


@dataclass(frozen=True)
class Line:
    """One row of the result: a figure, its interval where it is a rate, its goal and whether that is met."""

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    goal: str = ""
    met: bool | None = None


@dataclass
class Tally:
    """Every text that was read from a view, against what the view showed."""

    views: int = 0
    texts: int = 0
    wrong: int = 0

    def count(self, found: Sequence[str], shown: frozenset[str]) -> None:
        self.views += 1
        self.texts += len(found)
        self.wrong += sum(text not in shown for text in found)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (E. B. Wilson, 1927)."""
    rate, squared = hits / trials, Z_95 * Z_95 / trials
    middle = (rate + squared / 2) / (1 + squared)
    reach = Z_95 * math.sqrt(rate * (1 - rate) / trials + squared / (4 * trials)) / (1 + squared)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def read(view: View, effort: Stage, shown: frozenset[str], tally: Tally) -> list[str]:
    texts = [found.text for found in read_codes(view.frame, effort).found]
    tally.count(texts, shown)
    return texts


def stills(level: str, pixels: float, count: int, tally: Tally) -> Line:
    """Read views of a still code of 1,230 bytes, those with the whole code in the frame."""
    text = encode_still(Kind.ANSWER, random.Random(1).randbytes(STILL_BYTES))
    modules, shown = draw.modules(text), frozenset({text})
    hits = trials = 0
    for seed in range(HELD_OUT, HELD_OUT + count):
        view = Webcam(seed, level, pixels).see(modules)
        if view.whole:
            trials += 1
            hits += text in read(view, Stage.RESTORED, shown, tally)
    low, high = wilson(hits, trials)
    goal = ">= 99 %" if (level, pixels) == ("medium", 3.5) else ""
    name = f"still 1,230 bytes, {level}, {pixels:g} px a module, {hits} of {trials}"
    met = hits >= 0.99 * trials if goal else None
    return Line(name, 100 * hits / trials, "%", 100 * low, 100 * high, goal, met)


@dataclass(frozen=True)
class Link:
    """A stream under a loss, and the p99 that is wanted."""

    size: int
    loss: float
    camera: float
    goal_seconds: float

    @property
    def name(self) -> str:
        return f"stream {self.size // 1000} kB, {self.loss:.0%} lost, camera at {self.camera:g}"


LINKS = (
    Link(2_000, 0.3, 30, 1.0),
    Link(2_000, 0.5, 30, 1.5),
    Link(6_000, 0.3, 30, 2.0),
    Link(2_000, 0.3, 15, 1.5),
)


def link_session(link: Link, sender: StreamSender, seed: int) -> float:
    """Return the seconds from the first whole frame to the message, lost and torn frames left out."""
    chance = np.random.default_rng(seed)
    timing = Shutter(SHOWN_PER_SECOND, TEARING_SECONDS, float(chance.uniform(0, 1 / SHOWN_PER_SECOND)))
    assembler, began, last = StreamAssembler(), None, -1
    for seconds in ticks(chance, link.camera):
        first, end = timing.at(seconds)
        began = seconds if began is None else began
        if first != end or chance.random() < link.loss or first == last:
            if seconds - began > GIVE_UP_SECONDS:
                break
            continue
        last = first
        if assembler.feed(sender.text(first), seconds) is not None:
            return seconds - began
    return math.inf


def rendered_session(link: Link, sender: StreamSender, seed: int, tally: Tally) -> float:
    """Return the same through pixels: medium views, four pixels a module, the reader's first stage alone."""
    texts = list(itertools.islice(sender, 4 * sender.needed + 20))
    codes, shown = [draw.modules(text) for text in texts], frozenset(texts)
    webcam = Webcam(seed, "medium", STREAM_PIXELS)
    assembler, began = StreamAssembler(), None
    views = watch(
        webcam,
        codes,
        seed=seed,
        loss=link.loss,
        camera_per_second=link.camera,
        tearing_seconds=TEARING_SECONDS,
    )
    for seconds, view in views:
        if view is not None and view.whole:
            began = seconds if began is None else began
            for text in read(view, Stage.PLAIN, shown, tally):
                if assembler.feed(text, seconds) is not None:
                    return seconds - began
        if seconds > GIVE_UP_SECONDS:
            break
    return math.inf


def streams(size: Size, tally: Tally) -> Iterator[Line]:
    for link in LINKS:
        sender = StreamSender(Kind.ANSWER, random.Random(link.size).randbytes(link.size))
        seeds = range(HELD_OUT, HELD_OUT + size.link_sessions)
        yield from quantiles(f"{link.name}, link", link, [link_session(link, sender, seed) for seed in seeds])
        seeds = range(HELD_OUT, HELD_OUT + size.rendered_sessions)
        seconds = [rendered_session(link, sender, seed, tally) for seed in seeds]
        done = sum(math.isfinite(taken) for taken in seconds)
        low, high = wilson(done, len(seconds))
        name = f"{link.name}, rendered: {done} of {len(seconds)} complete"
        yield Line(name, 100 * done / len(seconds), "%", 100 * low, 100 * high)
        yield Line(f"{link.name}, rendered, p50 / worst", float(np.median(seconds)), "s", high=max(seconds))


def quantiles(name: str, link: Link, seconds: Sequence[float]) -> Iterator[Line]:
    """Give p50 and p99, the latter with the order statistics that hold it in 95 of 100 cases."""
    ordered = sorted(seconds)
    count = len(ordered)
    spread = Z_95 * math.sqrt(count * 0.99 * 0.01)
    low, middle, high = (
        ordered[min(max(round(count * 0.99 + shift) - 1, 0), count - 1)] for shift in (-spread, 0, spread)
    )
    yield Line(f"{name}, p50", ordered[count // 2], "s")
    goal = f"<= {link.goal_seconds:g} s"
    yield Line(f"{name}, p99", middle, "s", low, high, goal, middle <= link.goal_seconds)


def speed(size: Size, tally: Tally) -> Iterator[Line]:
    """Measure the first stage and the whole way from a camera's JPEG, 1080p, CPU time of one core."""
    sender = StreamSender(Kind.ANSWER, random.Random(2).randbytes(6_000))
    texts = list(itertools.islice(sender, 16))
    codes, shown = [draw.modules(text) for text in texts], frozenset(texts)
    reading, whole = [], []
    for seed in range(HELD_OUT, HELD_OUT + size.frames):
        view = Webcam(seed, "medium", 4.0).see(codes[seed % len(codes)])
        _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(view.frame, cv2.COLOR_GRAY2BGR))
        began = time.process_time()
        colours = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
        assert colours is not None
        frame = cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY)
        decoded = time.process_time()
        sight = read_codes(np.asarray(frame, np.uint8), Stage.PLAIN)
        ended = time.process_time()
        tally.count([found.text for found in sight.found], shown)
        reading.append(1e3 * (ended - decoded))
        whole.append(1e3 * (ended - began))
    p99 = float(np.percentile(reading, 99))
    yield Line("first stage, 1080p, mean", float(np.mean(reading)), "ms")
    yield Line("first stage, 1080p, p99", p99, "ms", goal="<= 25 ms", met=p99 <= 25)
    rate = 1e3 / float(np.mean(whole))
    yield Line("frames a second from JPEG, 1080p, one core", rate, "/s", goal=">= 30 /s", met=rate >= 30)


def measure(size: Size) -> Iterator[Line]:
    tally = Tally()
    yield from speed(size, tally)
    yield stills("medium", 3.5, size.stills, tally)
    for level, pixels in itertools.product(("mild", "medium", "hard"), (2.5, 3.0, 3.5, 4.5, 6.0)):
        if size.other_stills and (level, pixels) != ("medium", 3.5):
            yield stills(level, pixels, size.other_stills, tally)
    yield from streams(size, tally)
    _, high = wilson(tally.wrong, max(tally.texts, 1))
    name = f"wrong payloads among {tally.texts} read from {tally.views} views"
    yield Line(name, tally.wrong, "", high=high * tally.texts, goal="0", met=tally.wrong == 0)


def shown_as(line: Line) -> str:
    interval = ""
    if line.high is not None:
        interval = f"{'' if line.low is None else f'{line.low:.2f}'} .. {line.high:.2f}"
    verdict = {True: "met", False: "MISSED", None: ""}[line.met]
    return (
        f"{line.name:<74} {line.value:8.2f} {line.unit:<3} {interval:<16} {line.goal:<9} {verdict}".rstrip()
    )


@click.command()
@click.option("--full", is_flag=True, help="Take the full measure, about an hour, instead of the quick one.")
@click.option("--quick", is_flag=True, help="Take the quick measure, about a minute; the default.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write the figures here as well.")
def main(*, full: bool, quick: bool, json_path: Path | None) -> None:
    """Print the optical figures beside their goals; the exit code is 1 if a goal is missed."""
    cv2.setNumThreads(1)
    lines = []
    for line in measure(FULL if full and not quick else QUICK):
        lines.append(line)
        print(shown_as(line), flush=True)
    if json_path is not None:
        json_path.parent.mkdir(parents=True, exist_ok=True)
        json_path.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", "utf-8")
    sys.exit(1 if any(line.met is False for line in lines) else 0)


if __name__ == "__main__":
    main()
