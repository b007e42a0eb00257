"""Drive every parser by coverage (Atheris, libFuzzer): `python -m scripts.fuzz [--minutes N] [NAME...]`.

Each parser gets its share of the time in a process of its own, begins with what earlier runs found worth
keeping (`fuzz/corpus/NAME`, begun from one good message), and may raise our own errors and nothing else, in
less than five seconds and 600 MB. An input that does otherwise is left in `fuzz/crashes`; the exit code is 1.
Atheris has wheels for some Pythons only, so `make fuzz` puts it into an environment of its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import click

FOLDER = Path("fuzz")
ROOMS = ["counterproof", "issuer.subjects", "issuer.csv_rows"]
_LONGEST = 20_000
_TIMEOUT, _MEMORY = 5, 600


def drive(name: str, seconds: int) -> None:
    """Fuzz one parser in this process; does not return."""
    import atheris  # noqa: PLC0415 - its instrumentation must come before what it watches

    with atheris.instrument_imports(include=ROOMS):
        from tests.fuzz.parsers import PARSERS, parse  # noqa: PLC0415

    corpus = FOLDER / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "seed").write_bytes(PARSERS[name][1])
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST}",
        f"-timeout={_TIMEOUT}",
        f"-rss_limit_mb={_MEMORY}",
        f"-artifact_prefix={FOLDER / 'crashes'}/{name}-",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: parse(name, data))
    atheris.Fuzz()


def one(name: str, seconds: int) -> bool:
    """Fuzz one parser in a process of its own; say what came of it; return whether nothing was found."""
    log = FOLDER / "logs" / f"{name}.log"
    command = [sys.executable, "-m", "scripts.fuzz", "--drive", name, "--seconds", str(seconds)]
    with log.open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=out, check=False)
    said = log.read_text("utf-8", "replace")
    runs = next((line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line), "?")
    kept = sum(1 for _ in (FOLDER / "corpus" / name).iterdir())
    print(
        f"{'good ' if not done.returncode else 'FOUND'} {name:24}{runs:>12} inputs, {kept} kept", flush=True
    )
    return not done.returncode


@click.command()
@click.argument("names", nargs=-1)
@click.option("--minutes", default=30.0, show_default=True, help="Of all parsers together.")
@click.option("--drive", "alone", hidden=True)
@click.option("--seconds", default=10, hidden=True)
def main(names: tuple[str, ...], minutes: float, alone: str | None, seconds: int) -> None:
    """Fuzz the parsers NAMES, or all."""
    if alone is not None:
        drive(alone, seconds)
        return
    from tests.fuzz.parsers import PARSERS  # noqa: PLC0415 - not where it must be instrumented

    if unknown := set(names) - set(PARSERS):
        raise click.UsageError(
            f"no such parser: {', '.join(sorted(unknown))}; there are {', '.join(PARSERS)}"
        )
    chosen = list(names) or list(PARSERS)
    for part in ("logs", "crashes", "corpus"):
        (FOLDER / part).mkdir(parents=True, exist_ok=True)
    share = max(5, round(minutes * 60 / len(chosen)))
    began = time.monotonic()
    good = [one(name, share) for name in chosen]
    print(f"{len(good)} parsers, {sum(good)} good, in {(time.monotonic() - began) / 60:.1f} minutes")
    if not all(good):
        print(f"What was found is in {FOLDER / 'crashes'}, how in {FOLDER / 'logs'}.")
        sys.exit(1)


if __name__ == "__main__":
    main()
